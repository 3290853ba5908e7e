"""Outcomes in the forms that were asked for, each where it goes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gembatch import __version__
from gembatch.apply.applied import Applied
from gembatch.cli.destinations import Destination, deliver
from gembatch.cli.output import tell_error
from gembatch.errors import GembatchError
from gembatch.report.outcomes_as_json import outcomes_as_json
from gembatch.report.outcomes_as_markdown import LEAST, MOST, outcomes_as_markdown
from gembatch.report.outcomes_as_text import outcomes_as_text

FORMATS = ("text", "markdown", "json")
"""The first is the default."""

SIZED = {"markdown": LEAST}
"""Those that can be kept to a size, with the least that each needs."""


def deliver_outcomes(destinations: Iterable[Destination], applied: Sequence[Applied]) -> int:
    """Prints or writes what became of plans; returns what to exit with for that: 1 if it cannot be written.

    Text on stdout is not among it: that was printed as it came.
    """
    code = 0
    for destination in destinations:
        if destination == Destination("text"):
            continue
        try:
            deliver(destination, _in_form(destination, applied))
        except GembatchError as error:
            # What was submitted outweighs it, and the other files are still to be written.
            tell_error(error)
            code = error.exit_code
    return code


def _in_form(destination: Destination, applied: Sequence[Applied]) -> str:
    match destination.form:
        case "json":
            return outcomes_as_json(applied, __version__)
        case "markdown":
            return outcomes_as_markdown(applied, most=destination.size or MOST)
        case _:
            return outcomes_as_text(applied)
