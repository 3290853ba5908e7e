"""Options that every command shares, as one value; nothing below `cli` sees click."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Concatenate, ParamSpec

import click
from click.core import ParameterSource

from gembatch.model.period import Period
from gembatch.model.selection import Selection

P = ParamSpec("P")

_NAMES = ("directory", "environment", "variables", "variable_files", "day", "first", "last", "trusted_endpoints",
          "verbose", "quiet")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Common:
    """What every command may be told.

    Attributes:
        directory: The workspace; None to look for it from here upwards.
        environment: The target's name; None for the workspace's default.
        variables: Values by name.
        variable_files: Files of values, the last wins.
        day: The date to run for; None for today in the workspace's time zone.
        period: The dates to run for, in place of one; None for `day` alone.
        trusted_endpoints: Endpoints elsewhere that the person insists on.
        verbosity: 0 by default; above it the run is told, below it no progress is.
    """

    directory: Path | None = None
    environment: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    variable_files: tuple[Path, ...] = ()
    day: date | None = None
    period: Period | None = None
    trusted_endpoints: tuple[str, ...] = ()
    verbosity: int = 0

    @property
    def is_quiet(self) -> bool:
        """Whether progress is not to be told."""
        return self.verbosity < 0

    @property
    def is_verbose(self) -> bool:
        """Whether workspace, environment and instant are to be told."""
        return self.verbosity > 0


def common_options(function: Callable[Concatenate[Common, P], None]) -> Callable[P, None]:
    """Adds the shared options to a command, which gets them as one `Common`."""

    @click.option(
        "-C",
        "--directory",
        "directory",
        type=click.Path(path_type=Path),
        envvar="GEMBATCH_DIRECTORY",
        metavar="DIR",
        help="The workspace; by default this folder, or the nearest parent with a gembatch.yaml.",
    )
    @click.option(
        "-e",
        "--environment",
        envvar="GEMBATCH_ENV",
        metavar="ENV",
        shell_complete=_environment_names,
        help="The environment to work on.",
    )
    @click.option(
        "--var",
        "variables",
        multiple=True,
        metavar="NAME=VALUE",
        callback=_variables,
        help="Set a variable; may be given several times.",
    )
    @click.option(
        "--var-file",
        "variable_files",
        multiple=True,
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Set variables from a .yaml, .json or .env file; may be given several times, and the last wins.",
    )
    @click.option(
        "--date",
        "day",
        callback=_day,
        envvar="GEMBATCH_DATE",
        metavar="YYYY-MM-DD",
        help="The date to run for; today by default.",
    )
    @click.option("--from", "first", callback=_day, metavar="YYYY-MM-DD", help="The first date of several to run for.")
    @click.option("--to", "last", callback=_day, metavar="YYYY-MM-DD", help="The last of them, included.")
    # No environment variable, and no key of any file: what comes with a pull request may not say whom to trust.
    @click.option("--trust-endpoint", "trusted_endpoints", multiple=True, metavar="URL",
                  help="Use this `endpoint` of an environment although it is not on this machine.")  # fmt: skip
    @click.option("-v", "--verbose", count=True, envvar="GEMBATCH_VERBOSE", help="Tell workspace, environment, date.")
    @click.option("-q", "--quiet", count=True, envvar="GEMBATCH_QUIET", help="Tell no progress.")
    @functools.wraps(function)
    def command(*args: P.args, **kwargs: P.kwargs) -> None:
        taken = {name: kwargs.pop(name) for name in _NAMES}
        function(_common(taken), *args, **kwargs)

    return command


def _environment_names(context: click.Context, parameter: click.Parameter, incomplete: str) -> list[str]:
    from gembatch.cli.suggestions import environment_names  # noqa: PLC0415  TAB alone needs it

    return environment_names(context, parameter, incomplete)


def _common(taken: Mapping[str, object]) -> Common:
    match taken:
        case {"directory": directory, "environment": environment, "variables": dict(variables),
              "variable_files": tuple(files), "day": day, "first": first, "last": last,
              "trusted_endpoints": tuple(trusted_endpoints), "verbose": int(verbose), "quiet": int(quiet)}:  # fmt: skip
            return Common(
                directory=directory if isinstance(directory, Path) else None,
                environment=environment if isinstance(environment, str) else None,
                variables=variables,
                variable_files=files,
                day=day if isinstance(day, date) else None,
                period=_period(first, last),
                trusted_endpoints=trusted_endpoints,
                verbosity=verbose - quiet,
            )
        case _:
            raise TypeError("click gave other types than were declared")


def _variables(_context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]) -> dict[str, str]:
    pairs = [text.partition("=") for text in given]
    for name, equals, _ in pairs:
        if not equals or not name:
            raise click.BadParameter(f"{name!r} is not NAME=VALUE")
    return {name: value for name, _, value in pairs}


def _day(_context: click.Context, _parameter: click.Parameter, text: str | None) -> date | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"{text!r} is not a day written as YYYY-MM-DD, such as 2026-11-22") from None
    # ISO 8601 has more forms: `20261122`, `2026-W47-7`.
    if day.isoformat() != text:
        raise click.BadParameter(f"{text!r} must be written as {day.isoformat()}")
    return day


def _period(first: object, last: object) -> Period | None:
    if not isinstance(first, date) and not isinstance(last, date):
        return None
    if not isinstance(first, date) or not isinstance(last, date):
        raise click.UsageError("--from and --to belong together: the first and the last date, both included")
    # One from the environment is today's date, as it is without a range.
    if click.get_current_context().get_parameter_source("day") is ParameterSource.COMMANDLINE:
        raise click.UsageError("--date is for one date, --from and --to are for several")
    try:
        return Period(first, last)
    except ValueError as error:
        raise click.UsageError(f"--from and --to: {error}") from error


def select_option(function: Callable[P, None]) -> Callable[P, None]:
    """Adds `--select`, by the name `selection`."""
    return click.option("--select", "selection", multiple=True, metavar="GLOB", callback=_selection,
                        help="Only jobs whose display name fits; may be given several times.")(function)  # fmt: skip


def _selection(_context: click.Context, _parameter: click.Parameter, globs: tuple[str, ...]) -> Selection:
    return Selection(globs)


def format_option(*formats: str) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Adds `--format`; the first format is the default."""
    return click.option("--format", "form", cls=_FormatOption, type=click.Choice(formats), default=formats[0],
                        show_default=True, envvar="GEMBATCH_FORMAT", help="How to print it.")  # fmt: skip


class _FormatOption(click.Option):
    """The shell's wish for a format holds where a command has it: `curl` for `render` is no mistake in `plan`."""

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        value = super().resolve_envvar_value(ctx)
        return value if isinstance(self.type, click.Choice) and value in self.type.choices else None


def strict_option(function: Callable[P, None]) -> Callable[P, None]:
    """Adds `--strict`, by the name `is_strict`."""
    return click.option("--strict", "is_strict", is_flag=True, help="Count warnings as errors.")(function)
