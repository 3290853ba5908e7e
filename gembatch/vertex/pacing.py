"""A gateway that reads no faster than the quota allows, rather than running into 429s and their storms."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import datetime

from gembatch.model.document import Json
from gembatch.model.jobs import JobName, RemoteJob
from gembatch.vertex.gateway import JobGateway

_MINUTE = 60.0


class Pace:
    """Hands out turns: the first ones at once, the rest evenly, never more than `per_minute` in any minute."""

    def __init__(self, per_minute: int, *, monotonic: Callable[[], float], sleep: Callable[[float], None]) -> None:
        """Begins with a tenth of a minute's turns in hand, so that a small plan does not wait.

        Args:
            per_minute: Turns a minute, from 1.
            monotonic: Seconds that never go back.
            sleep: Waits for so many seconds.
        """
        self._burst = max(1, per_minute // 10)
        # A burst and the even turns after it may fall into one minute: together they keep to the quota.
        self._gap = _MINUTE / max(1, per_minute - self._burst)
        self._monotonic = monotonic
        self._sleep = sleep
        self._free_at = float("-inf")
        self._lock = threading.Lock()

    def take_turn(self) -> None:
        """Waits until the caller may go. Safe from several threads."""
        with self._lock:
            now = self._monotonic()
            # What was not used is not saved up beyond the burst: the quota counts every minute anew.
            start = max(self._free_at, now - (self._burst - 1) * self._gap)
            self._free_at = start + self._gap
        if start > now:
            self._sleep(start - now)


class PacedGateway:
    """A `JobGateway` whose reads and cancels wait for their turn; creates are paced by whoever submits."""

    def __init__(self, gateway: JobGateway, pace: Pace) -> None:
        """Wraps a gateway."""
        self._gateway = gateway
        self._pace = pace

    def create(self, body: Mapping[str, Json], *, timeout: float) -> RemoteJob:
        """Submits at once; see `JobGateway.create`."""
        return self._gateway.create(body, timeout=timeout)

    def get(self, name: JobName) -> RemoteJob | None:
        """Reads in its turn; see `JobGateway.get`."""
        self._pace.take_turn()
        return self._gateway.get(name)

    def jobs(self, filter_text: str, *, fields: tuple[str, ...] | None) -> tuple[RemoteJob, ...]:
        """Lists in its turn; see `JobGateway.jobs`. The pages of one listing count as one read."""
        self._pace.take_turn()
        return self._gateway.jobs(filter_text, fields=fields)

    def cancel(self, name: JobName) -> None:
        """Cancels in its turn; see `JobGateway.cancel`."""
        self._pace.take_turn()
        self._gateway.cancel(name)

    def server_time(self) -> datetime:
        """Costs nothing; see `JobGateway.server_time`."""
        return self._gateway.server_time()
