"""Inputs are looked at several at a time, each once, and come back in their order."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import pytest
from builders import job_spec, plan_of

from gembatch.errors import CredentialsError, StorageError
from gembatch.model.jobs import Input, JobSpec, StagedFile
from gembatch.pipeline.pins import pinned
from gembatch.plan.changes import Change

ABREAST = 4


@dataclass
class Bucket:
    """Answers for any object, and counts.

    Attributes:
        look: Called for each look at an object, while it counts as under way.
        looks: How often each object was looked at.
        most: How many looks were ever under way at once.
    """

    look: Callable[[str], None] = lambda _: None
    looks: Counter[str] = field(default_factory=Counter)
    most: int = 0

    def __post_init__(self) -> None:
        self._lock, self._under_way = threading.Lock(), 0

    def stat(self, uri: str) -> Input | None:
        with self._lock:
            self.looks[uri] += 1
            self._under_way += 1
            self.most = max(self.most, self._under_way)
        try:
            self.look(uri)
        finally:
            with self._lock:
                self._under_way -= 1
        return None if "absent" in uri else Input(uri, "7", 1, "AAAAAA==")


def spec_with(name: str, *uris: str, staged: tuple[StagedFile, ...] = ()) -> JobSpec:
    spec = job_spec(name)
    source = {"instancesFormat": "jsonl", "gcsSource": {"uris": list(uris)}}
    return replace(spec, body={**spec.body, "inputConfig": source}, staged=staged)


def changes_of(*specs: JobSpec) -> tuple[Change, ...]:
    return plan_of(*specs).changes


def test_as_many_as_are_allowed_are_looked_at_at_once_and_no_more() -> None:
    """Each look ends when three others have begun: one after the other, the first would wait for ever."""
    together = threading.Barrier(ABREAST)
    bucket = Bucket(look=lambda _: together.wait(timeout=30) and None)
    changes = changes_of(*(job_spec(f"job-{number:02}") for number in range(5 * ABREAST)))

    pinned(changes, bucket, concurrency=ABREAST)

    assert (5 * ABREAST, ABREAST) == (bucket.looks.total(), bucket.most)


def test_inputs_come_back_in_their_order_whichever_is_answered_first() -> None:
    """The first of them is answered last."""
    others, seen = threading.Event(), Counter[str]()

    def look(uri: str) -> None:
        seen[uri] += 1
        if uri.endswith("/0"):
            assert others.wait(timeout=30)
        elif len(seen) == ABREAST:
            others.set()

    uris = [f"gs://in/{number}" for number in range(ABREAST)]
    (change,) = pinned(changes_of(spec_with("daily", *uris)), Bucket(look), concurrency=ABREAST)

    assert uris == [item.uri for item in change.inputs]


def test_an_input_that_several_jobs_read_is_looked_at_once() -> None:
    bucket = Bucket()

    changes = pinned(changes_of(*(spec_with(name, "gs://in/rows") for name in "abc")), bucket, concurrency=2)

    assert {"gs://in/rows": 1} == dict(bucket.looks)
    assert [("7",)] * 3 == [tuple(item.generation for item in change.inputs) for change in changes]


def test_a_staged_file_is_not_looked_at() -> None:
    staged = StagedFile("rows.jsonl", "gs://staging/abc/rows.jsonl", "abc", 3)
    bucket = Bucket()

    (change,) = pinned(changes_of(spec_with("daily", staged.uri, staged=(staged,))), bucket, concurrency=1)

    assert ({}, ()) == (dict(bucket.looks), change.inputs)


def _refuse(_uri: str) -> None:
    raise StorageError("no")


@pytest.mark.parametrize(
    ("uri", "bucket"), [("gs://in/absent", Bucket()), ("gs://in/secret", Bucket(_refuse))], ids=["absent", "secret"]
)
def test_what_cannot_be_read_is_not_pinned_and_is_said(uri: str, bucket: Bucket) -> None:
    (change,) = pinned(changes_of(spec_with("daily", uri)), bucket, concurrency=1)

    assert (Input(uri),) == change.inputs
    assert f"{uri} cannot be read now; the job fails if it is not there when it runs" == change.note


@pytest.mark.parametrize("uri", ["bq://acme.reviews.rows", "gs://in/*.jsonl", "projects/1/locations/eu/datasets/2"])
def test_what_no_generation_can_stand_for_is_not_pinned_and_is_said(uri: str) -> None:
    (change,) = pinned(changes_of(spec_with("daily", uri)), Bucket(_refuse), concurrency=1)

    assert (Input(uri),) == change.inputs
    assert f"nothing pins what {uri} holds; the job reads what is there when it runs" == change.note


def test_what_was_to_be_known_besides_stays() -> None:
    (change,) = changes_of(spec_with("daily", "gs://in/absent"))

    (change,) = pinned((replace(change, note="formerly `weekly`"),), Bucket(), concurrency=1)

    assert change.note.startswith("formerly `weekly`; gs://in/absent cannot be read now")


def test_without_credentials_the_plan_fails() -> None:
    def refuse(_uri: str) -> None:
        raise CredentialsError("no")

    with pytest.raises(CredentialsError):
        pinned(changes_of(*(job_spec(f"job-{number:02}") for number in range(20))), Bucket(refuse), concurrency=2)
