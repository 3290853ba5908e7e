"""Progress on stderr: drawn anew on a terminal, plain lines elsewhere, nothing when quiet."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from typing import IO, TYPE_CHECKING, Protocol, cast

from gembatch.apply.outcomes import Outcome
from gembatch.cli.output import palette_of, tell
from gembatch.model.jobs import JobKey
from gembatch.plan.status import JobStatus
from gembatch.report.jobs_as_text import rows_as_text, statuses_as_text
from gembatch.report.outcomes_as_text import outcome_as_text
from gembatch.report.palette import Palette, printable

if TYPE_CHECKING:
    from rich.live import Live


class Progress(Protocol):
    """Shows how jobs are, again and again."""

    def show(self, statuses: Sequence[JobStatus], now: datetime) -> None:
        """Shows them as they are now."""
        ...


@contextmanager
def progress_on(stream: IO[str], *, is_quiet: bool) -> Iterator[Progress]:
    """Yields what suits the stream: nothing when quiet, a live table on a terminal, plain lines elsewhere."""
    if is_quiet:
        yield _Silent()
    elif not stream.isatty():
        yield _Lines()
    else:
        with _live(stream) as live:
            yield _Table(live, stream)


@contextmanager
def submissions_on(stream: IO[str], *, total: int, is_quiet: bool) -> Iterator[Callable[[Outcome], None]]:
    """Yields what to tell of each outcome of an apply; on a terminal a count of `total` stays below the lines."""
    palette = palette_of(stream)
    if is_quiet:
        yield lambda _outcome: None
    elif not stream.isatty():
        yield lambda outcome: tell(outcome_as_text(outcome, palette))
    else:
        with _live(stream) as live:
            yield _Counter(live, total, palette)


def _live(stream: IO[str]) -> Live:
    # Only here: rich costs more to import than a whole `validate`.
    from rich.console import Console  # noqa: PLC0415
    from rich.live import Live  # noqa: PLC0415

    return Live(console=Console(file=cast("IO[str]", _Terminal(stream))), transient=True, auto_refresh=False)


class _Terminal:
    """A terminal that may be closed at any time. An apply has jobs to record: that nobody looks on must not end it."""

    def __init__(self, stream: IO[str]) -> None:
        self._stream = stream

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Writes as long as there is somebody to read."""
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        """Writes what is still to be written, likewise."""
        with suppress(OSError):
            self._stream.flush()


class _Counter:
    def __init__(self, live: Live, total: int, palette: Palette) -> None:
        self._live = live
        self._total = total
        self._palette = palette
        self._done = 0

    def __call__(self, outcome: Outcome) -> None:
        """Prints the outcome above the count."""
        from rich.text import Text  # noqa: PLC0415

        self._done += 1
        console = self._live.console
        console.print(Text.from_ansi(outcome_as_text(outcome, self._palette, width=console.width)), soft_wrap=True)
        self._live.update(Text(f"  {self._done} of {self._total}"), refresh=True)


class _Silent:
    def show(self, statuses: Sequence[JobStatus], now: datetime) -> None:
        """Shows nothing."""


class _Lines:
    def __init__(self) -> None:
        self._told: dict[JobKey, str] = {}

    def show(self, statuses: Sequence[JobStatus], now: datetime) -> None:
        """Prints a line for each job whose state is not what it was; what had ended before is no news."""
        for status in statuses:
            if self._told.get(status.key) != status.state_word and (status.is_live or status.key in self._told):
                self._told[status.key] = status.state_word
                rows = rows_as_text(status.submission.rows) if status.submission else ""
                name = printable(status.key.display_name)
                tell(f"{now:%H:%M:%S}  {name}  {status.state_word}{f'  {rows}' if rows else ''}")


class _Table:
    def __init__(self, live: Live, stream: IO[str]) -> None:
        self._live = live
        self._palette = palette_of(stream)

    def show(self, statuses: Sequence[JobStatus], now: datetime) -> None:
        """Draws the table anew."""
        from rich.text import Text  # noqa: PLC0415

        table = statuses_as_text(statuses, now, self._palette, width=self._live.console.width)
        self._live.update(Text.from_ansi(table), refresh=True)
