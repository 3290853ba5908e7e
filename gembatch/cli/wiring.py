"""The only place that picks a gateway, a store, an object store, a clock, or starts the emulator."""

from __future__ import annotations

import errno
import getpass
import os
import secrets
import socket
import zoneinfo
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import TYPE_CHECKING

from gembatch import __version__
from gembatch.apply.identity import Identity
from gembatch.cli.options import Common
from gembatch.cli.output import tell
from gembatch.cli.variables import given_values, planned_values
from gembatch.errors import EmulatorError, UsageError
from gembatch.load.discover import WORKSPACE_FILE, find_workspace
from gembatch.load.workspace import environment_named
from gembatch.model.workspace import EMBEDDED, Environment, Workspace
from gembatch.pipeline.run import Run, Shores, open_workspace
from gembatch.render.dates import first_instant

if TYPE_CHECKING:  # with requests behind it a tenth of a second, for a few commands alone
    from gembatch.github.api import GitHub
    from gembatch.lock.store import LockfileStore  # with the plan's nouns 20 ms, which `validate` does not need
    from gembatch.pipeline.baseline import Base
    from gembatch.pipeline.verify import Surroundings  # only `verify` needs the room
    from gembatch.plan.approval import Approval
    from gembatch.stage.tables import TableStore

EMULATOR_FOLDER = Path(".gembatch/emulator")
"""Where a workspace's emulator keeps its data, relative to the workspace."""


def open_run(common: Common, approval: Approval | None = None) -> Run:
    """Returns the run that the shared options describe, or that a saved plan was made for.

    Raises:
        UsageError: There is no workspace, or no such environment.
        InvalidSpecsError: `gembatch.yaml` has errors.
    """
    root, workspace = workspace_of(common)
    if approval:
        environment = environment_named(workspace, common.environment or approval.environment)
        instant, variables = _of_approval(approval, workspace.timezone), planned_values(approval.request.variables)
    else:
        environment = environment_named(workspace, common.environment)
        instant = _instant(common, workspace.timezone)
        variables = given_values(common.variable_files, common.variables)
    period = approval.request.period if approval else common.period
    run = Run(root, workspace, environment, instant, variables, period)
    if common.is_verbose:
        _tell(run)
    return run


def workspace_of(common: Common) -> tuple[Path, Workspace]:
    """Returns the workspace that the shared options name, and its folder.

    Raises:
        UsageError: There is none, or an endpoint is insisted on that it does not have.
        InvalidSpecsError: `gembatch.yaml` has errors.
    """
    root, trusted = root_of(common.directory), common.trusted_endpoints
    workspace = open_workspace(root, version=__version__, is_timezone=_is_timezone, trusted_endpoints=trusted)
    endpoints = {environment.endpoint for environment in workspace.environments.values()}
    for url in trusted:
        if url not in endpoints:
            hint = "`--trust-endpoint` takes the `endpoint` of an environment as it stands in gembatch.yaml"
            raise UsageError(f"no environment has the endpoint {url}", hint=hint)
    return root, workspace


def open_runs(common: Common) -> tuple[Run, ...]:
    """Returns the run that the shared options describe once for each environment, in the order of the file.

    Raises:
        UsageError: There is no workspace.
        InvalidSpecsError: `gembatch.yaml` has errors.
    """
    root, workspace = workspace_of(common)
    instant = _instant(common, workspace.timezone)
    variables = given_values(common.variable_files, common.variables)
    return tuple(
        Run(root, workspace, environment, instant, variables, common.period)
        for environment in workspace.environments.values()
    )


def base_at(directory: Path | None, *, trusted_endpoints: tuple[str, ...] = ()) -> Base | None:
    """Returns the workspace that `--base` names; None where it names none.

    Args:
        directory: Its folder.
        trusted_endpoints: Those that the person at the keyboard insists on.

    Raises:
        UsageError: There is none in that folder.
        InvalidSpecsError: Its `gembatch.yaml` has errors.
    """
    if directory is None:
        return None
    if not (directory / WORKSPACE_FILE).is_file():
        hint = "--base names the same workspace in a checkout of the branch that this is to be merged into"
        raise UsageError(f"there is no {WORKSPACE_FILE} in the base {directory}", hint=hint)
    from gembatch.pipeline.baseline import open_base  # noqa: PLC0415  only a plan has a base

    return open_base(directory, version=__version__, is_timezone=_is_timezone, trusted_endpoints=trusted_endpoints)


def _tell(run: Run) -> None:
    from gembatch.vertex.hosts import host_of  # noqa: PLC0415  for `-v` alone

    environment = run.environment
    tell(f"workspace    {run.workspace.name} in {run.root}, gembatch {__version__}")
    tell(f"environment  {environment.name}: {environment.project} in {environment.region}, "
         f"endpoint {environment.endpoint or host_of(environment.region)}")  # fmt: skip
    tell(f"instant      {run.instant.isoformat()}")
    if run.period:
        tell(f"dates        {run.period}")


def root_of(directory: Path | None) -> Path:
    """Returns the folder of the workspace that `-C` names, or of the nearest one upwards.

    Raises:
        UsageError: There is none.
    """
    root = find_workspace(directory or Path.cwd())
    if root is None or (directory and root != directory.absolute()):
        where = directory or "this folder and its parents"
        hint = "`gembatch init` makes a workspace; name one that is elsewhere with -C DIR"
        raise UsageError(f"there is no {WORKSPACE_FILE} in {where}", hint=hint)
    return root


def _is_timezone(name: str) -> bool:
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _instant(common: Common, timezone: str) -> datetime:
    zone = zoneinfo.ZoneInfo(timezone)
    if common.day:
        return first_instant(common.day, zone)
    # To the second: a plan states it, and nobody reads microseconds.
    return datetime.now(zone).replace(microsecond=0)


def _of_approval(approval: Approval, timezone: str) -> datetime:
    return datetime.fromisoformat(approval.instant).astimezone(zoneinfo.ZoneInfo(timezone))


@contextmanager
def shores_of(run: Run) -> Iterator[Shores]:
    """Yields the world that the run's environment names; an embedded emulator lives as long as the block.

    Raises:
        EmulatorError: The emulator cannot start.
        CredentialsError: There are no credentials for Google.
    """
    with _endpoint_of(run) as (endpoint, data_id):
        yield _shores(run, endpoint, data_id)


@contextmanager
def surroundings_of(run: Run) -> Iterator[Surroundings]:
    """Yields the world as a preflight sees it; otherwise as `shores_of`."""
    with _endpoint_of(run) as (endpoint, data_id):
        yield _surroundings(run, endpoint, data_id)


@contextmanager
def _endpoint_of(run: Run) -> Iterator[tuple[str | None, str | None]]:
    """Yields the URL of the emulator and the id of its data; None for each that there is not."""
    if run.environment.endpoint != EMBEDDED:
        yield run.environment.endpoint, None
        return
    with embedded_emulator(run.root, run.environment, port=0) as (url, data_id):
        yield url, data_id


def _surroundings(run: Run, endpoint: str | None, data_id: str | None) -> Surroundings:
    from gembatch.credentials import CLOUD_PLATFORM, caller_of, default_credentials  # noqa: PLC0415  as below
    from gembatch.pipeline.verify import Surroundings  # noqa: PLC0415
    from gembatch.vertex.google_project import GoogleProject  # noqa: PLC0415

    environment = run.environment
    credentials = None if endpoint else default_credentials(CLOUD_PLATFORM)
    return Surroundings(
        shores=_shores(run, endpoint, data_id),
        project=GoogleProject(environment.project, environment.region, credentials=credentials, endpoint=endpoint),
        caller=partial(caller_of, credentials) if credentials else None,
        tables=None if endpoint else _tables(environment.project),
    )


def _tables(project: str) -> TableStore:
    from gembatch.stage.bigquery import BigQueryTables  # noqa: PLC0415  as below

    return BigQueryTables(project)


def _shores(run: Run, endpoint: str | None, data_id: str | None) -> Shores:
    # Imported here: commands that need no cloud never get here, and Google's packages cost most of a second.
    from gembatch.stage.gcs import CloudStorage  # noqa: PLC0415
    from gembatch.vertex.google import GoogleGateway  # noqa: PLC0415
    from gembatch.vertex.pacing import Pace, PacedGateway  # noqa: PLC0415

    environment = run.environment
    gateway = GoogleGateway(environment.project, environment.region, endpoint=endpoint, clock=utc_now)
    rate = environment.submit.reads_per_minute
    pace = Pace(rate, monotonic=monotonic, sleep=sleep) if rate else None
    return Shores(
        gateway=PacedGateway(gateway, pace) if pace else gateway,
        objects=CloudStorage(environment.project, endpoint=endpoint),
        store=lockfile_store(run, endpoint),
        data_id=data_id,
    )


def lockfile_store(run: Run, endpoint: str | None) -> LockfileStore:
    """Returns where the lockfile of the run's environment is.

    Args:
        run: What the run is about.
        endpoint: Of the emulator that has the bucket; None for Google.
    """
    local = local_lockfile_store(run)
    if local:
        return local
    from gembatch.lock.gcs import BucketLockfile  # noqa: PLC0415  as above

    return BucketLockfile(
        run.environment.project,
        run.environment.lockfile,
        endpoint=endpoint,
        # A lease is half as long again as a request at least: what a write leaves of it outlasts one.
        write_seconds=run.environment.submit.lease_seconds / 3,
        monotonic=monotonic,
        sleep=sleep,
    )


def local_lockfile_store(run: Run) -> LockfileStore | None:
    """Returns where the lockfile of the run's environment is; None where it is in a bucket."""
    if run.environment.has_lockfile_in_bucket:
        return None
    from gembatch.lock.local import LocalLockfile  # noqa: PLC0415

    return LocalLockfile(run.root, run.environment.lockfile)


@contextmanager
def embedded_emulator(root: Path, environment: Environment, *, port: int) -> Iterator[tuple[str, str]]:
    """Yields URL and data id of an emulator on the workspace's data; it stops with the block.

    Args:
        root: The workspace.
        environment: Its buckets and its seed are there from the start.
        port: Where to listen; 0 for any free one.

    Raises:
        EmulatorError: The port is in use, the data cannot be read or written, or a name cannot be a bucket's.
    """
    from gembatch.emulator.server import Emulator  # noqa: PLC0415

    folder = _inside(root, EMULATOR_FOLDER, "the emulator's data")
    seed = _inside(root, environment.seed, "the seed") if environment.seed else None
    places = [environment.staging or "", environment.lockfile if environment.has_lockfile_in_bucket else ""]
    buckets = [place.removeprefix("gs://").partition("/")[0] for place in places if place]
    emulator = Emulator(folder, port=port, buckets=buckets, seed=seed)
    try:
        emulator.start()
    except OSError as error:
        hint = "free it, or choose another with --port" if error.errno == errno.EADDRINUSE else None
        raise EmulatorError(f"the emulator cannot start: {error.strerror or error}", hint=hint) from error
    except ValueError as error:
        raise EmulatorError(f"the emulator cannot start: {error}") from error
    try:
        yield emulator.url, emulator.data_id
    finally:
        emulator.stop()


def github_api() -> GitHub:
    """Returns GitHub's API for the repository whose job this is.

    Raises:
        UsageError: This is no step of GitHub Actions, or it was given no token.
        GitHubError: The token may not be sent there.
    """
    from gembatch.cli.github.job import variable  # noqa: PLC0415  other commands need none of these
    from gembatch.github.api import GitHub  # noqa: PLC0415
    from gembatch.github.transport import Transport  # noqa: PLC0415

    url = variable("GITHUB_API_URL")
    return GitHub(Transport(url, variable("GITHUB_TOKEN"), sleep=sleep), url, variable("GITHUB_REPOSITORY"))


def _inside(root: Path, path: Path | str, what: str) -> Path:
    """Returns a path of the workspace; a link that comes with a pull request must not lead out of it."""
    real = os.path.realpath(root / path)
    if not Path(real).is_relative_to(os.path.realpath(root)):
        raise EmulatorError(f"{what} would lie outside the workspace: {path} leads to {real}", hint="delete the link")
    return root / path


def utc_now() -> datetime:
    """Returns this machine's time."""
    return datetime.now(UTC)


def identity() -> Identity:
    """Returns who applies: for people who meet the lockfile while it is held."""
    return Identity(who=f"{_user()}@{socket.gethostname()}", run_url=run_url(), fresh=lambda: secrets.token_hex(16))


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container's user may have no name
        return "somebody"


def run_url() -> str:
    """Returns the page of the GitHub Actions run; empty outside one."""
    parts = [os.environ.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    return f"{parts[0]}/{parts[1]}/actions/runs/{parts[2]}" if all(parts) else ""
