"""`--format FORMAT[=FILE]`, several at once: in which forms something is printed, and where each goes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ParamSpec

import click
from click.core import ParameterSource

from gembatch.cli.output import show
from gembatch.errors import GembatchError, UsageError

if TYPE_CHECKING:  # 10 ms that only completion should pay
    from click.shell_completion import CompletionItem

P = ParamSpec("P")

_MOST_DIGITS = 12


@dataclass(frozen=True, slots=True)
class Destination:
    """One form, and where it goes.

    Attributes:
        form: The format's name.
        file: The file that gets it; None for stdout.
        size: How many characters it may have at most; None for as many as it takes.
    """

    form: str
    file: Path | None = None
    size: int | None = None


def formats_option(
    *formats: str, sized: Mapping[str, int] = MappingProxyType({})
) -> Callable[[Callable[P, None]], Callable[P, None]]:
    """Adds `--format FORMAT[=FILE]`, by the name `destinations`.

    The command gets at least one destination, and just one that is stdout: where nobody asks for any, that is the first
    of the formats.

    Args:
        formats: Their names.
        sized: Those that can be kept to a size, `FORMAT:SIZE`, with the least that each needs.
    """
    names = ", ".join(formats)
    return click.option("--format", "destinations", multiple=True, metavar="FORMAT[=FILE]", envvar="GEMBATCH_FORMAT",
                        callback=functools.partial(_destinations, formats=formats, sized=sized),
                        shell_complete=lambda _context, _parameter, incomplete: _completed(formats, incomplete),
                        help=f"How to print it ({names}), or to write it to a file; may be given several"
                        " times.")  # fmt: skip


def make_way(destinations: Iterable[Destination], *, needed: Collection[Path]) -> None:
    """Makes sure that files can be written before what they are to tell has happened; what an earlier run told goes.

    Args:
        destinations: Where something will go.
        needed: Files that must stay.

    Raises:
        UsageError: One of these would be written over.
        GembatchError: One cannot be written.
    """
    for destination in destinations:
        file = destination.file
        if file is None or (file.exists() and not (file.is_file() or file.is_dir())):
            continue  # a pipe or a device has nothing to be replaced, and might wait
        if file.resolve() in {other.resolve() for other in needed}:
            raise UsageError(f"cannot write {destination.form} to {file}: it is read as well")
        try:
            file.open("a", encoding="utf-8").close()
            # Whatever is behind a link, such as /dev/stdout, is not ours to take away.
            if not file.is_symlink():
                file.unlink()
        except OSError as error:
            raise _unwritable(destination, error) from error


def _unwritable(destination: Destination, error: OSError) -> GembatchError:
    return GembatchError(f"cannot write {destination.form} to {destination.file}: {error.strerror}")


def deliver(destination: Destination, text: str, show_on_stdout: Callable[[str], None] = show) -> None:
    """Prints or writes a text.

    Args:
        destination: Where it goes.
        text: Without the line break at its end.
        show_on_stdout: Prints it where the destination is stdout.

    Raises:
        GembatchError: It cannot be written.
    """
    if destination.file is None:
        show_on_stdout(text)
        return
    try:
        destination.file.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise _unwritable(destination, error) from error


def _destinations(
    context: click.Context,
    parameter: click.Parameter,
    words: tuple[str, ...],
    *,
    formats: Sequence[str],
    sized: Mapping[str, int],
) -> tuple[Destination, ...]:
    if context.get_parameter_source(parameter.name or "") is ParameterSource.ENVIRONMENT:
        # The shell's wish holds where a command has it: `curl` for `render` is no mistake in `plan`.
        words = tuple(word for word in words if word in formats)
    destinations = tuple(_destination(word, formats, sized) for word in words)
    files = [destination.file for destination in destinations if destination.file]
    if len(set(files)) < len(files):
        raise click.BadParameter("two formats cannot go to one file")
    shown = len(destinations) - len(files)
    if shown > 1:
        raise click.BadParameter("only one format can go to stdout; write the others to files: FORMAT=FILE")
    return destinations if shown else (Destination(formats[0]), *destinations)


def _destination(word: str, formats: Sequence[str], sized: Mapping[str, int]) -> Destination:
    head, equals, file = word.partition("=")
    form, colon, size = head.partition(":")
    if form not in formats:
        raise click.BadParameter(f"{form!r} is not one of {', '.join(map(repr, formats))}.")
    if equals and not file:
        raise click.BadParameter(f"{word!r} names no file.")
    if colon and form not in sized:
        raise click.BadParameter(f"{form!r} cannot be kept to a size.")
    if colon and not (size.isascii() and size.isdecimal() and len(size) <= _MOST_DIGITS):
        raise click.BadParameter(f"{size!r} is not a number of characters.")
    if colon and int(size) < sized[form]:
        raise click.BadParameter(f"{form!r} needs at least {sized[form]} characters, not {size}.")
    return Destination(form, Path(file) if file else None, int(size) if colon else None)


def _completed(formats: Sequence[str], incomplete: str) -> list[CompletionItem[str] | str]:
    return [form for form in formats if form.startswith(incomplete)]
