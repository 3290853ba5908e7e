"""The server's clock, kept by the `Date` of its answers: leases are compared by it, never by the clocks of runners."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime


class ServerClock:
    """Remembers the date of the last answer; safe for several threads."""

    def __init__(self, fallback: Callable[[], datetime], monotonic: Callable[[], float]) -> None:
        """Makes a clock that has heard nothing.

        Args:
            fallback: Gives the time, with its zone, until the first answer.
            monotonic: Gives seconds since any fixed moment.
        """
        self._fallback = fallback
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._heard: tuple[datetime, float] | None = None

    def hear(self, date: str | None) -> None:
        """Takes in an answer's `Date` header; one that is missing or no date changes nothing."""
        moment = parse_date(date)
        if moment is not None:
            with self._lock:
                self._heard = (moment, self._monotonic())

    def now(self) -> datetime:
        """Returns the server's time in UTC."""
        with self._lock:
            heard = self._heard
        if heard is None:
            return self._fallback().astimezone(UTC)
        moment, at = heard
        return moment + timedelta(seconds=self._monotonic() - at)


def parse_date(text: str | None) -> datetime | None:
    """Returns the moment of an HTTP date (RFC 9110, 5.6.7) in UTC; None for anything else."""
    try:
        moment = parsedate_to_datetime(text or "")
    except ValueError:
        return None
    # `-0000` says that the zone is unknown; HTTP dates are in UTC.
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def seconds_since_boot() -> float:
    """Returns seconds since a fixed moment, those included in which the machine slept: a lease runs on meanwhile."""
    # Linux stops the usual monotonic clock while a laptop is shut; macOS stops Python's, and not the system's own.
    return time.clock_gettime(time.CLOCK_BOOTTIME if sys.platform == "linux" else time.CLOCK_MONOTONIC)
