"""The command `gembatch`."""

from __future__ import annotations

import gc
import os
import sys
from io import TextIOWrapper
from pathlib import Path

import click

from gembatch import __version__
from gembatch.cli.lazy_group import LazyGroup
from gembatch.errors import GembatchError

# In the order in which a job meets them; help lists them so.
_COMMANDS = {
    "init": "Write a workspace with one job, its data and the schemas.",
    "validate": "Check the workspace offline; every finding at once.",
    "explain": "Explain a rule, with a bad and a good example; or list them all.",
    "render": "Print the REST bodies that would be submitted.",
    "verify": "Look whether everything is there that an apply will need; change nothing.",
    "plan": "Show what would be submitted, adopted, cancelled or retired, and why.",
    "apply": "Carry a plan out: submit what is missing or changed, once, and remember it.",
    "status": "Show desired, recorded and observed jobs side by side.",
    "wait": "Wait until every job has ended.",
    "cancel": "Cancel jobs, and record that it was meant.",
    "import": "Print a spec for a job that exists, for apply to adopt.",
    "emulator": "Run the emulator on a port of this machine.",
    "github": "What workflows of GitHub Actions ask for.",
    "schema": "Print a JSON schema.",
    "completion": "Print what makes a shell complete gembatch's commands.",
}

# A module cannot be called by a word of the language.
_MODULES = {"import": "import_job"}


class _Commands(LazyGroup):
    """The group of all commands."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.NoSuchOption as error:
            # Git and terraform have theirs in front.
            told = f"{error.format_message()} Options stand after the command: gembatch plan -C DIR."
            raise click.UsageError(told, ctx) from error


@click.group(
    cls=_Commands,
    package="gembatch.cli",
    summaries=_COMMANDS,
    modules=_MODULES,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="gembatch", message="%(prog)s %(version)s")
def cli() -> None:
    """Submit Gemini batch prediction jobs on Vertex AI from files: plan, review, submit once, remember."""


def _open_closed_streams() -> None:
    """Gives a stdout or stderr that was closed, as by `>&-`, somewhere to go: else a file of ours gets its number."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, Path(os.devnull).open("w", encoding="utf-8"))  # noqa: SIM115, for the whole process


def _write_utf_8() -> None:
    """Makes what is printed the same bytes in a shell of any language: people redirect it to files."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A file's name on Linux is bytes, and need not be UTF-8.
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _collect_seldom() -> None:
    """Looks for cycles of garbage more than a thousand times less often.

    A run makes more than a million small values, keeps them to its end and makes no cycles of them. To look through
    them again and again would be a fifth of what it takes to validate ten thousand files.
    """
    gc.set_threshold(1_000_000)


def main() -> None:
    """Runs the command line. The one place that turns an error into text and an exit code."""
    _open_closed_streams()
    _write_utf_8()
    _collect_seldom()
    try:
        cli.main(prog_name="gembatch", standalone_mode=True)
    except GembatchError as error:
        # Imported here: the report rooms are not needed to print a version.
        from gembatch.cli.output import tell_error  # noqa: PLC0415

        tell_error(error)
        raise SystemExit(error.exit_code) from None
    except MemoryError:
        from gembatch.cli.output import tell_error  # noqa: PLC0415  as above

        hint = "each value is within its limits; together they are too much"
        tell_error(GembatchError("there is not enough memory for this workspace", hint=hint))
        raise SystemExit(1) from None
