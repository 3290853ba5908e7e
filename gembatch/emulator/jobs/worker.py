"""Threads that carry out what is due."""

from __future__ import annotations

import logging
import threading
import time

from gembatch.emulator.jobs import life
from gembatch.emulator.jobs.execution import Execution, Pulse, StoppedError
from gembatch.emulator.jobs.job import Problem
from gembatch.emulator.jobs.leases import Lease, LeaseLostError, Leases

_THREADS = 3
"""So that a large job does not hold up the small ones. They share one processor anyway."""

_POLL_SECONDS = 0.03
_CATCH_UP_SECONDS = 1.0

_log = logging.getLogger(__name__)


class Worker:
    """Moves jobs on as time passes, as long as it runs. Others may run in other processes on the same folder."""

    def __init__(self, leases: Leases, execution: Execution) -> None:
        self._leases = leases
        self._execution = execution
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._work, name=f"emulator-worker-{number}", daemon=True)
            for number in range(_THREADS)
        ]

    def start(self) -> None:
        """Begins, and first lets jobs catch up with the time that passed without an emulator, for a second at most."""
        for thread in self._threads:
            thread.start()
        deadline = time.monotonic() + _CATCH_UP_SECONDS
        while self._leases.is_behind() and time.monotonic() < deadline:
            self._stopping.wait(_POLL_SECONDS)

    def stop(self) -> None:
        """Stops. Work that is under way is given up; it begins again with the next worker."""
        self._stopping.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def run_due(self) -> None:
        """Carries out everything that is due, in this thread."""
        while not self._stopping.is_set() and (lease := self._leases.take()):
            self._carry_out(lease)

    def _work(self) -> None:
        while not self._stopping.wait(_POLL_SECONDS):
            try:
                self.run_due()
            except Exception:  # noqa: BLE001  # the database is full or gone; it may be back in a moment
                _log.exception("worker.failed")

    def _carry_out(self, lease: Lease) -> None:
        try:
            self._execution.carry_out(lease, Pulse(self._leases, lease, self._stopping))
        except StoppedError:
            pass
        except LeaseLostError:
            _log.info("job.lost name=%s", lease.job.name)
        except Exception:  # noqa: BLE001  # a job that makes us stumble has failed; the others go on
            _log.exception("job.failed name=%s", lease.job.name)
            self._fail(lease)
        finally:
            self._leases.give_back(lease)

    def _fail(self, lease: Lease) -> None:
        problem = Problem(13, "System error. Please try this operation again.")
        self._leases.update(lease, lambda job: life.fail(job, problem, job.due or job.updated))
