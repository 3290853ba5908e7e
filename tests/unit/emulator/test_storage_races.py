"""Several at once, over threads and over processes: one winner, no torn content, no lost write."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests
from google.api_core.exceptions import PreconditionFailed
from google.cloud.storage import Bucket

from gembatch.emulator.database import Database
from gembatch.emulator.server import Emulator
from gembatch.emulator.storage.conditions import Conditions
from gembatch.emulator.storage.objects import Objects
from gembatch.emulator.storage.stored import PreconditionFailedError, StoreError

pytestmark = pytest.mark.slow

RACERS = 16
CHILD = """
import sys
from contextlib import suppress
from pathlib import Path
from gembatch.emulator.storage.conditions import Conditions
from gembatch.emulator.database import Database
from gembatch.emulator.storage.objects import Objects
from gembatch.emulator.storage.stored import BucketExistsError, PreconditionFailedError

folder, number = Path(sys.argv[1]), int(sys.argv[2])
print("ready", flush=True)
sys.stdin.readline()
database = Database(folder)
objects = Objects(database, folder)
with suppress(BucketExistsError):
    objects.create_bucket("demo-bucket")
try:
    objects.put("demo-bucket", "lock", b"%d" % number, conditions=Conditions(generation_match=0))
    print("won")
except PreconditionFailedError:
    print("lost")

def count():
    live = objects.find("demo-bucket", "count")
    value = int(objects.read(live)) if live else 0
    condition = Conditions(generation_match=live.generation if live else 0)
    objects.put("demo-bucket", "count", b"%d" % (value + 1), conditions=condition)

done = 0
while done < 10:
    with suppress(PreconditionFailedError):
        count()
        done += 1
print(database.data_id)
database.close()
"""


KILLED_CHILD = """
import itertools, sys
from pathlib import Path
from gembatch.emulator.database import Database
from gembatch.emulator.storage.objects import Objects

folder = Path(sys.argv[1])
objects = Objects(Database(folder), folder)
for number in itertools.count():
    objects.put("demo-bucket", f"object-{number % 3}", b"%d" % (number % 10) * 200_000)
    print(number, flush=True)
"""


@contextmanager
def opened(folder: Path) -> Iterator[Objects]:
    database = Database(folder)
    try:
        yield Objects(database, folder)
    finally:
        database.close()


def race(act: Callable[[int], str]) -> Counter[str]:
    """Lets the racers go at once, and counts what became of them."""
    barrier = threading.Barrier(RACERS)

    def run(number: int) -> str:
        barrier.wait()
        return act(number)

    with ThreadPoolExecutor(RACERS) as pool:
        return Counter(pool.map(run, range(RACERS)))


def test_of_sixteen_threads_that_create_one_wins(emulator: Emulator, bucket: Bucket) -> None:
    def create(number: int) -> str:
        answer = requests.post(
            f"{emulator.url}/upload/storage/v1/b/demo-bucket/o",
            params={"uploadType": "media", "name": "lock", "ifGenerationMatch": "0"},
            data=str(number),
            timeout=30,
        )
        return f"{answer.status_code} {number if answer.ok else ''}"

    outcomes = race(create)

    winner = bucket.blob("lock").download_as_text()
    assert Counter({f"200 {winner}": 1, "412 ": RACERS - 1}) == outcomes


def test_of_sixteen_clients_that_create_one_wins(bucket: Bucket) -> None:
    def create(number: int) -> str:
        try:
            bucket.blob("lock").upload_from_string(str(number), if_generation_match=0)
        except PreconditionFailed:
            return "lost"
        return "won"

    assert Counter(won=1, lost=RACERS - 1) == race(create)


def test_of_sixteen_deletions_of_one_generation_one_is_carried_out(tmp_path: Path) -> None:
    with opened(tmp_path) as objects:
        objects.create_bucket("demo-bucket")
        stored = objects.put("demo-bucket", "a", b"")

        def delete(_: int) -> str:
            try:
                objects.delete("demo-bucket", "a", conditions=Conditions(generation_match=stored.generation))
            except StoreError as error:
                return type(error).__name__
            return "deleted"

        assert Counter(deleted=1, NoSuchObjectError=RACERS - 1) == race(delete)


def test_of_sixteen_processes_one_wins_and_no_counted_write_is_lost(tmp_path: Path) -> None:
    """They also make the folder at once, and agree on its identity."""
    outcomes = run_children(tmp_path / "new")

    assert Counter(won=1, lost=RACERS - 1) == Counter(first for first, _ in outcomes)
    assert 1 == len({data_id for _, data_id in outcomes})
    with opened(tmp_path / "new") as objects:
        assert str(10 * RACERS).encode() == read(objects, "count")


def run_children(folder: Path) -> list[list[str]]:
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, str(folder), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for number in range(RACERS)
    ]
    for child in children:
        assert child.stdout is not None
        assert "ready\n" == child.stdout.readline()
    for child in children:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    return [child.communicate(timeout=60)[0].split() for child in children]


def read(objects: Objects, name: str) -> bytes:
    stored = objects.find("demo-bucket", name)
    assert stored is not None
    return objects.read(stored)


def test_a_reader_sees_one_content_whole_while_another_is_written(tmp_path: Path) -> None:
    size = 300_000
    with opened(tmp_path) as objects:
        objects.create_bucket("demo-bucket")
        objects.put("demo-bucket", "a", b"0" * size)

        def act(number: int) -> str:
            if number % 2:
                for value in range(10):
                    objects.put("demo-bucket", "a", str(value % 10).encode() * size)
                return "whole"
            seen = [read(objects, "a") for _ in range(10)]
            return "whole" if all(len(content) == size and len(set(content)) == 1 for content in seen) else "torn"

        assert Counter(whole=RACERS) == race(act)


def test_a_killed_writer_leaves_whole_objects(tmp_path: Path) -> None:
    """What it was told is written is there, and what it was writing is there whole or not at all."""
    with opened(tmp_path) as objects:
        objects.create_bucket("demo-bucket")
        for last in range(5, 15):
            with subprocess.Popen(
                [sys.executable, "-c", KILLED_CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True
            ) as child:
                assert child.stdout is not None
                while int(child.stdout.readline()) < last:
                    pass
                child.kill()

            stored = objects.list("demo-bucket").items
            assert ["object-0", "object-1", "object-2"] == [one.name for one in stored]
            for one in stored:
                content = objects.read(one)
                assert (200_000, 1) == (len(content), len(set(content)))
                assert one.md5 == base64.b64encode(hashlib.md5(content, usedforsecurity=False).digest()).decode()


def test_generations_are_unique_and_rise(tmp_path: Path) -> None:
    with opened(tmp_path) as objects:
        objects.create_bucket("demo-bucket")

        def act(number: int) -> str:
            generations = [objects.put("demo-bucket", f"{number}/{turn}", b"").generation for turn in range(5)]
            return "rise" if generations == sorted(generations) else "fall"

        assert Counter(rise=RACERS) == race(act)
        stored = objects.list("demo-bucket").items
        assert 5 * RACERS == len({one.generation for one in stored})


def test_content_that_is_refused_leaves_no_file(tmp_path: Path) -> None:
    with opened(tmp_path) as objects:
        objects.create_bucket("demo-bucket")
        objects.put("demo-bucket", "a", b"")
        for _ in range(3):
            with pytest.raises(PreconditionFailedError):
                objects.put("demo-bucket", "a", b"refused", conditions=Conditions(generation_match=0))

    assert 1 == len(list((tmp_path / "blobs").iterdir()))
