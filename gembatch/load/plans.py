"""A saved plan's text: of a file and nothing but, since it may come from anywhere."""

from __future__ import annotations

from pathlib import Path

from gembatch.errors import PlanUnreadableError
from gembatch.model.file_kinds import kind_of

MAX_BYTES = 100_000_000
"""More than twice what ten thousand jobs take."""

_HINT = "write one with `gembatch plan --out FILE`"


def read_plan(path: Path) -> str:
    """Returns the text of a saved plan.

    Raises:
        PlanUnreadableError: It cannot be read, is no file, is too large or is not UTF-8.
    """
    try:
        # Looked at before it is opened: opening a pipe waits, and a device may have no end.
        status = path.stat()
        kind, size = kind_of(status.st_mode), status.st_size
        if kind is None and size <= MAX_BYTES:
            return path.read_bytes().decode()
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
    except UnicodeDecodeError as error:
        reason = f"byte {error.start} is not UTF-8"
    else:
        reason = f"it is {kind}" if kind else f"it has {size:,} bytes, more than the {MAX_BYTES:,} allowed"
    raise PlanUnreadableError(f"cannot read the plan {path}: {reason}", hint=_HINT)
