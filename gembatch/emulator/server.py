"""The emulator as a whole: put together, started and stopped in one place."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from gembatch.emulator import projects
from gembatch.emulator.database import Database
from gembatch.emulator.http import Router
from gembatch.emulator.jobs import api as jobs_api
from gembatch.emulator.jobs import models_api
from gembatch.emulator.jobs.execution import Execution
from gembatch.emulator.jobs.jobs import Jobs
from gembatch.emulator.jobs.leases import Leases
from gembatch.emulator.jobs.worker import Worker
from gembatch.emulator.listener import LOOPBACK, Listener
from gembatch.emulator.permissions import Permissions
from gembatch.emulator.settings import DEFAULTS, Settings
from gembatch.emulator.storage import api as storage_api
from gembatch.emulator.storage import upload_api
from gembatch.emulator.storage.objects import Objects
from gembatch.emulator.storage.seed import make_buckets, put_seed
from gembatch.emulator.storage.uploads import Uploads


@dataclass(frozen=True, slots=True)
class _Running:
    """What there is between start and stop."""

    url: str
    data_id: str
    parts: ExitStack


class Emulator:
    """Batch prediction and Cloud Storage on a port of this machine, from `start` to `stop`.

    Several, in several processes, may share a folder: each shows what any of them has accepted, and exactly
    one of them executes a job. As a context manager it is started on the way in and stopped on the way out.
    """

    def __init__(
        self,
        folder: Path,
        *,
        port: int = 0,
        buckets: Sequence[str] = (),
        seed: Path | None = None,
        settings: Settings = DEFAULTS,
    ) -> None:
        """Prepares an emulator.

        Args:
            folder: Where everything is kept; made if it is not there.
            port: 0 means any that is free.
            buckets: Made if they are not there.
            seed: Folder whose files, `BUCKET/OBJECT…`, are put where the object is absent or different.
            settings: How long jobs take, among others.
        """
        self._folder = folder
        self._port = port
        self._buckets = tuple(buckets)
        self._seed = seed
        self._settings = settings
        self._running: _Running | None = None

    @property
    def url(self) -> str:
        """Where it is, while it runs: `http://127.0.0.1:PORT`."""
        return self._require_running().url

    @property
    def data_id(self) -> str:
        """Names the folder's content, while it runs: random, made once, 32 hexadecimal digits."""
        return self._require_running().data_id

    def start(self) -> None:
        """Opens the folder, fills it, and serves.

        Raises:
            OSError: The folder cannot be used, the seed cannot be read, or the port is in use.
            ValueError: A name among the buckets, or in the seed, cannot be a bucket's or an object's.
        """
        with ExitStack() as parts:
            database = Database(self._folder)
            parts.callback(database.close)
            objects = Objects(database, self._folder, clock=self._settings.clock)
            uploads = Uploads(database, objects, clock=self._settings.clock)
            uploads.remove_leftovers()
            self._fill(objects)
            jobs = Jobs(database, self._settings)
            leases = Leases(database, self._settings)
            worker = Worker(leases, Execution(objects, leases, self._settings))
            permissions = Permissions(self._settings.denied, self._settings.project_numbers)
            router = Router()
            storage_api.add_routes(router, objects, permissions)
            upload_api.add_routes(router, objects, uploads, permissions)
            jobs_api.add_routes(router, jobs, self._settings, permissions)
            models_api.add_routes(router, self._settings)
            projects.add_routes(router, permissions, self._settings.project_numbers)
            listener = Listener(self._port, router.dispatch)
            parts.callback(listener.stop)
            # Before the first request, so that whoever asks finds jobs where time has brought them.
            worker.start()
            parts.callback(worker.stop)
            listener.start()
            self._running = _Running(f"http://{LOOPBACK}:{listener.port}", database.data_id, parts.pop_all())

    def stop(self) -> None:
        """Answers the requests under way, and closes everything; a second call does nothing."""
        running, self._running = self._running, None
        if running:
            running.parts.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _fill(self, objects: Objects) -> None:
        make_buckets(objects, self._buckets)
        if self._seed is not None:
            put_seed(objects, self._seed)

    def _require_running(self) -> _Running:
        if self._running is None:
            raise RuntimeError("the emulator is not running")
        return self._running
