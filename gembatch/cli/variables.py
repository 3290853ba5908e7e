"""Values of variables from the command line, from the shell, and from the files that are named."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from gembatch.errors import InvalidSpecsError
from gembatch.load.variable_files import read_variables
from gembatch.model.diagnostics import Diagnostic, in_reading_order
from gembatch.model.variables import SHELL_PREFIX, Channel, GivenValue
from gembatch.validate.secrets import masked


def given_values(files: Sequence[Path], texts: Mapping[str, str]) -> tuple[GivenValue, ...]:
    """Returns the values given from outside the workspace, the last wins.

    Args:
        files: Those of `--var-file`, in order.
        texts: Those of `--var`, by name.

    Raises:
        InvalidSpecsError: A file cannot be read.
    """
    read = [read_variables(path, path.as_posix()) for path in files]
    _refuse([finding for _, findings in read for finding in findings])
    return (
        *(given for values, _ in read for given in values),
        *_from_shell(os.environ),
        *(GivenValue(name, text, Channel.COMMAND_LINE) for name, text in texts.items()),
    )


def planned_values(texts: Mapping[str, str]) -> tuple[GivenValue, ...]:
    """Returns the values that a saved plan was made with."""
    return tuple(GivenValue(name, text, Channel.PLAN) for name, text in texts.items())


def _from_shell(environ: Mapping[str, str]) -> list[GivenValue]:
    return [
        GivenValue(name.removeprefix(SHELL_PREFIX), environ[name], Channel.SHELL)
        for name in sorted(environ)
        if name.startswith(SHELL_PREFIX)
    ]


def _refuse(findings: Sequence[Diagnostic]) -> None:
    if findings:
        raise InvalidSpecsError(in_reading_order(masked(finding) for finding in findings))
