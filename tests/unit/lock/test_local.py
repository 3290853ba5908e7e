"""A lockfile on the file system: what may lie in its way, and a death in the middle of a write."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from builders import entry, job_spec, lockfile

from gembatch.errors import LockfileError, LockfileUnreadableError
from gembatch.lock import local
from gembatch.lock.codec import dump_lockfile
from gembatch.lock.local import LocalLockfile
from gembatch.lock.store import ABSENT, Version

PATH = "locks/prod.lock.json"


def test_a_directory_in_its_place_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / PATH).mkdir(parents=True)
    store = LocalLockfile(tmp_path, PATH)

    with pytest.raises(LockfileUnreadableError, match=f"cannot read the lockfile {PATH}: it is a folder"):
        store.read()
    with pytest.raises(LockfileUnreadableError):
        store.write(lockfile(), ABSENT)
    assert (tmp_path / PATH).is_dir()


def test_a_file_in_place_of_its_folder_is_refused_and_kept(tmp_path: Path) -> None:
    (tmp_path / "locks").write_text("a file")
    store = LocalLockfile(tmp_path, PATH)

    assert f"{tmp_path / 'locks'} is not a folder" == store.obstacle()
    with pytest.raises(LockfileUnreadableError, match="Not a directory"):
        store.read()
    with pytest.raises(LockfileError, match=f"cannot write the lockfile {PATH}"):
        store.write(lockfile(), ABSENT)
    assert (tmp_path / "locks").read_text() == "a file"


def test_a_link_is_followed_and_stays_one(tmp_path: Path) -> None:
    """Swapped for a file, it would part from everybody else who applies by way of the file it points to."""
    shared, linked = LocalLockfile(tmp_path, "shared/prod.json"), LocalLockfile(tmp_path, PATH)
    (tmp_path / "locks").mkdir()
    (tmp_path / PATH).symlink_to("../shared/prod.json")
    version = shared.write(lockfile(), ABSENT)

    assert (lockfile(), version) == linked.read()
    written = linked.write(lockfile(serial=9), version)
    assert (lockfile(serial=9), written) == shared.read()
    assert (tmp_path / PATH).is_symlink()


@pytest.mark.parametrize("target", ["there.json", "missing.json", "folder/new.json"])
def test_a_link_out_of_the_workspace_is_neither_read_nor_written(tmp_path: Path, target: str) -> None:
    """It comes with a pull request, and apply writes where it leads."""
    root, outside = tmp_path / "workspace", tmp_path / "outside"
    (root / "locks").mkdir(parents=True)
    (outside / "folder").mkdir(parents=True)
    (outside / "there.json").write_text(dump_lockfile(lockfile()))
    (root / PATH).symlink_to(outside / target)
    store = LocalLockfile(root, PATH)

    with pytest.raises(
        LockfileUnreadableError, match=f"cannot read the lockfile {PATH}: it leads out of the workspace"
    ):
        store.read()
    with pytest.raises(LockfileUnreadableError):
        store.write(lockfile(serial=9), ABSENT)
    assert ["folder", "there.json"] == sorted(path.name for path in outside.rglob("*"))
    assert (outside / "there.json").read_text() == dump_lockfile(lockfile())


def test_a_folder_of_lockfiles_that_lies_outside_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    (tmp_path / "outside").mkdir()
    (tmp_path / "workspace" / "locks").symlink_to(tmp_path / "outside")

    with pytest.raises(LockfileUnreadableError, match="leads out of the workspace"):
        LocalLockfile(tmp_path / "workspace", PATH).write(lockfile(), ABSENT)
    assert [] == list((tmp_path / "outside").iterdir())


def test_a_pipe_and_a_device_are_refused_and_not_opened(tmp_path: Path) -> None:
    (tmp_path / "locks").mkdir()
    os.mkfifo(tmp_path / PATH)
    store = LocalLockfile(tmp_path, PATH)

    with pytest.raises(LockfileUnreadableError, match=f"cannot read the lockfile {PATH}: it is a pipe"):
        store.read()
    with pytest.raises(LockfileUnreadableError):
        store.write(lockfile(), ABSENT)
    with pytest.raises(LockfileUnreadableError, match="it is a device"):
        LocalLockfile(Path("/dev"), "zero").read()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_refused(tmp_path: Path) -> None:
    store = LocalLockfile(tmp_path, PATH)
    version = store.write(lockfile(), ABSENT)
    (tmp_path / "locks").chmod(0o500)
    try:
        assert f"the folder {tmp_path / 'locks'} may not be written" == store.obstacle()
        with pytest.raises(LockfileError, match=f"cannot write the lockfile {PATH}: Permission denied"):
            store.write(lockfile(serial=9), version)
        assert (lockfile(), version) == store.read()
    finally:
        (tmp_path / "locks").chmod(0o700)


def test_a_disk_that_fills_up_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = LocalLockfile(tmp_path, PATH)
    version = store.write(lockfile(), ABSENT)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(local.os, "fsync", full)
    with pytest.raises(LockfileError, match=f"cannot write the lockfile {PATH}: No space left on device"):
        store.write(lockfile(serial=9), version)
    assert (lockfile(), version) == store.read()
    assert [tmp_path / PATH] == list((tmp_path / "locks").iterdir())


def test_what_a_killed_writer_left_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "locks").mkdir()
    (tmp_path / "locks" / ".prod.lock.json.new").write_text('{"half": ')
    store = LocalLockfile(tmp_path, PATH)
    store.write(lockfile(), ABSENT)

    assert lockfile() == store.read()[0]
    assert [tmp_path / PATH] == list((tmp_path / "locks").iterdir())


WRITER = """
import sys
from pathlib import Path
from builders import entry, job_spec, lockfile
from gembatch.lock.local import LocalLockfile

jobs = [entry(job_spec(f"job-{number}"), 1) for number in range(200)]
store = LocalLockfile(Path(sys.argv[1]), "locks/prod.lock.json")
read, version = store.read()
serial = read.serial if read else 0
print("ready", flush=True)
while True:
    serial += 1
    version = store.write(lockfile(*jobs, serial=serial), version)
    print(serial, flush=True)
"""


def serial_and_version(store: LocalLockfile) -> tuple[int, Version]:
    read, version = store.read()
    assert read is None or len(read.jobs) == 200
    return (read.serial if read else 0), version


@pytest.mark.slow
def test_a_kill_in_the_middle_of_a_write_leaves_the_old_file_or_the_new_one(tmp_path: Path) -> None:
    chance = random.Random(11)  # noqa: S311
    store = LocalLockfile(tmp_path, PATH)
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    for _ in range(20):
        with subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)], stdout=subprocess.PIPE, text=True, env=environment
        ) as writer:
            assert writer.stdout is not None
            assert "ready\n" == writer.stdout.readline()
            for _ in range(chance.randrange(1, 4)):
                writer.stdout.readline()
            try:
                # How long it then goes on is the chance of the test: no outcome depends on it.
                writer.wait(timeout=chance.random() / 100)
            except subprocess.TimeoutExpired:
                writer.kill()
            said = [int(line) for line in writer.stdout.read().split()]
        serial, version = serial_and_version(store)

        # What was said to be written is there; the write that was under way may be as well.
        assert not said or serial in (said[-1], said[-1] + 1)
        assert version == store.write(store.read()[0] or lockfile(), version)


def test_an_entry_of_any_text_survives(tmp_path: Path) -> None:
    store = LocalLockfile(tmp_path, PATH)
    written = lockfile(entry(job_spec("Zürich → 東京 \u2028 \x7f"), error='line\nbreak\t\\"\x00'))
    store.write(written, ABSENT)

    assert written == store.read()[0]
