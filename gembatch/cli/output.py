"""Where text goes: data to stdout, everything else to stderr; colour only where a terminal shows it."""

from __future__ import annotations

import os
import sys
from typing import IO

import click

from gembatch.errors import GembatchError, InvalidSpecsError
from gembatch.report.findings_as_text import findings_as_text, summary_of
from gembatch.report.palette import Palette, printable


def palette_of(stream: IO[str]) -> Palette:
    """Returns a palette that paints if `stream` is a terminal and nobody asked for plain text (NO_COLOR)."""
    return Palette(on=stream.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb")


def columns_of(stream: IO[str]) -> int | None:
    """Returns how many cells a line of the terminal has; None where `stream` is no terminal, and lines stay whole."""
    try:
        # Some pseudo-terminals have no size, and say 0.
        return os.get_terminal_size(stream.fileno()).columns or None
    except (OSError, ValueError):
        return None


def show(text: str) -> None:
    """Prints data to stdout."""
    click.echo(text)


def tell(text: str) -> None:
    """Prints what is not data to stderr."""
    click.echo(text, err=True)


def tell_error(error: GembatchError) -> None:
    """Prints an error, its findings and its hint to stderr."""
    palette = palette_of(sys.stderr)
    if isinstance(error, InvalidSpecsError):
        files = {diagnostic.location.path for diagnostic in error.diagnostics if diagnostic.location}
        tell(f"{findings_as_text(error.diagnostics, palette)}\n\n{summary_of(error.diagnostics, len(files))}")
        return
    tell(f"{palette.red('error:')} {printable(str(error))}")
    if error.hint:
        tell(f"{palette.cyan('hint:')} {printable(error.hint)}")
