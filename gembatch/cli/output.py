"""Where text goes: data to stdout, everything else to stderr; colour only where a terminal shows it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import IO

import click

from gembatch.errors import GembatchError, InvalidSpecsError, PlanRefusedError
from gembatch.model.jobs import JobKey
from gembatch.model.selection import Selection
from gembatch.report.findings_as_text import findings_as_text, summary_of
from gembatch.report.palette import Palette, printable, without_commands


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


@contextmanager
def _as_far_as_it_is_read() -> Iterator[None]:
    """Whoever stops reading stdout, as `| head` does, stops no work: the exit code still tells how it went."""
    try:
        yield
    except BrokenPipeError:
        _discard(sys.stdout)
    except OSError as error:
        _discard(sys.stdout)
        raise GembatchError(f"cannot write to stdout: {error.strerror}") from error


def _discard(stream: IO[str]) -> None:
    # What is left in the buffer would fail again, and decide the exit code, when Python ends.
    os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextmanager
def _heard_or_not() -> Iterator[None]:
    """An apply has jobs to record: that nobody listens to its progress any more must not end it."""
    with suppress(OSError):
        yield


@_as_far_as_it_is_read()
def show(text: str) -> None:
    """Prints data to stdout.

    Raises:
        GembatchError: It cannot be written, for want of space or the like.
    """
    click.echo(_inert(text))


@_as_far_as_it_is_read()
def show_commands(text: str) -> None:
    """Prints workflow commands of our own to stdout, for GitHub Actions to obey."""
    click.echo(text)


@_heard_or_not()
def tell(text: str) -> None:
    """Prints what is not data to stderr."""
    click.echo(_inert(text), err=True)


def tell_at_once(text: str) -> None:
    """Prints what is not data to stderr past its buffer: a signal may come in the middle of another print."""
    with suppress(OSError, ValueError):
        os.write(sys.stderr.fileno(), f"{_inert(text)}\n".encode())


def _inert(text: str) -> str:
    # GitHub obeys what it reads in a step's log, whoever wrote it: a spec, a row, an error of the server.
    return without_commands(text) if os.environ.get("GITHUB_ACTIONS") == "true" else text


def tell_idle(selection: Selection, keys: Iterable[JobKey]) -> None:
    """Says which globs of a selection mean no job: a slip of the pen, or nothing is due."""
    for glob in selection.idle(keys):
        tell(f"no job fits --select {printable(glob)}")


def tell_error(error: GembatchError) -> None:
    """Prints an error, its findings and its hint to stderr."""
    palette = palette_of(sys.stderr)
    if isinstance(error, InvalidSpecsError):
        files = {diagnostic.location.path for diagnostic in error.diagnostics if diagnostic.location}
        of_base = f" of the base {printable(error.base)}" if error.base else ""
        summary = f"{summary_of(error.diagnostics, len(files))}{of_base}"
        tell(f"{findings_as_text(error.diagnostics, palette)}\n\n{summary}")
        return
    if isinstance(error, PlanRefusedError):
        tell(f"{findings_as_text(error.diagnostics, palette)}\n")
    tell(f"{palette.red('error:')} {printable(str(error))}")
    if error.hint:
        tell(f"{palette.cyan('hint:')} {printable(error.hint)}")
