"""Rules over a job's display name and model."""

from __future__ import annotations

import re
from collections.abc import Iterator

from gembatch.validate.body import model_name
from gembatch.validate.subject import Finding, Subject
from gembatch.validate.wording import quoted

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_MODEL = re.compile(
    r"publishers/[\w.-]+/models/[\w.@-]+"
    r"|projects/[\w.:-]+/locations/[\w-]+/publishers/[\w.-]+/models/[\w.@-]+"
    r"|projects/[\w.:-]+/locations/[\w-]+/models/[\w.@-]+",
    re.ASCII,
)


def display_name(subject: Subject) -> Iterator[Finding]:
    """Yields a display name that would break a line, drive a terminal, or read in another order than it is stored."""
    control = _CONTROL.search(subject.job.key.display_name)
    if control:
        yield Finding(
            f"displayName must have no control characters, got U+{ord(control[0]):04X}",
            subject.at("displayName"),
            hint="a name written with `|` or `>` ends in a line break" if control[0] == "\n" else None,
        )


def model(subject: Subject) -> Iterator[Finding]:
    """Yields a model's name that the API would not read."""
    name = subject.data.get("model")
    if isinstance(name, str) and not _MODEL.fullmatch(model_name(name)):
        yield Finding(
            f"model must be a model's name, got {quoted(name)}",
            subject.at("model"),
            hint="write `gemini-3.8-flash`, `publishers/PUBLISHER/models/MODEL` or "
            "`projects/PROJECT/locations/LOCATION/models/ID`",
        )
