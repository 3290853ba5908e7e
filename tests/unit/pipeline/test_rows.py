"""Staged files beside those of the jobs before: which, read from where, and what is said where they cannot be."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from builders import RUNNING, SUCCEEDED, entry, job_spec, lockfile, plan_of

from gembatch.errors import CredentialsError, StorageError
from gembatch.model.jobs import JobSpec, JobState, StagedFile
from gembatch.pipeline import rows
from gembatch.pipeline.rows import with_rows
from gembatch.plan.changes import Change
from gembatch.stage.contents import staged_content

STAGING = "gs://b/staging"


class Bucket:
    """Objects by URI; what is not there is an error."""

    def __init__(self, objects: dict[str, bytes]):
        self.objects = objects
        self.read: list[str] = []

    def content(self, uri: str, most: int) -> bytes | None:  # noqa: ARG002
        self.read.append(uri)
        if uri not in self.objects:
            raise StorageError(f"cannot read `{uri}`: there is no such bucket or object")
        return self.objects[uri]


def staged(name: str, content: bytes) -> StagedFile:
    sha256 = hashlib.sha256(content).hexdigest()
    return StagedFile(f"data/{name}", f"{STAGING}/{sha256}/{name}", sha256, len(content))


def spec_of(*files: StagedFile, name: str = "daily", others: tuple[str, ...] = ()) -> JobSpec:
    spec = job_spec(name, staged=files)
    source = {"instancesFormat": "jsonl", "gcsSource": {"uris": [*(file.uri for file in files), *others]}}
    digest = "1:" + hashlib.sha256(str(source).encode()).hexdigest()
    content = {**spec.content, "inputConfig": source}
    return replace(spec, body={**spec.body, "inputConfig": source}, content=content, digest=digest)


def changes_of(after: JobSpec, before: JobSpec, state: JobState = SUCCEEDED) -> tuple[Change, ...]:
    return plan_of(after, recorded=lockfile(entry(before, 1, state))).changes


OLD, NEW = b'{"id": 1}\n', b'{"id": 1}\n{"id": 2}\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "data").mkdir()
    for name in ("x.jsonl", "y.jsonl", "z.jsonl"):
        (tmp_path / "data" / name).write_bytes(NEW)
    return tmp_path


def compared(changes: tuple[Change, ...], root: Path, bucket: Bucket | None = None) -> list[tuple[str, str, int, str]]:
    bucket = bucket or Bucket({staged(name, OLD).uri: OLD for name in ("x.jsonl", "y.jsonl")})
    staged_at = partial(staged_content, bucket, staging=STAGING, most=rows.MOST_OF_A_FILE)
    made = with_rows(changes, staged_at, root=root)
    return [(each.path, each.before, each.added, each.problem) for change in made for each in change.rows]


@pytest.mark.parametrize("state", [SUCCEEDED, RUNNING])
def test_an_edited_file_is_compared_whether_it_may_be_submitted_or_is_blocked(root: Path, state: JobState):
    changes = changes_of(spec_of(staged("x.jsonl", NEW)), spec_of(staged("x.jsonl", OLD)), state)

    assert [("data/x.jsonl", staged("x.jsonl", OLD).uri, 1, "")] == compared(changes, root)


def test_a_renamed_file_takes_the_place_of_the_only_other_one(root: Path):
    changes = changes_of(spec_of(staged("z.jsonl", NEW)), spec_of(staged("x.jsonl", OLD)))

    assert [("data/z.jsonl", staged("x.jsonl", OLD).uri, 1, "")] == compared(changes, root)


def test_of_several_files_those_with_the_same_name_belong_together(root: Path):
    after = spec_of(staged("y.jsonl", NEW), staged("x.jsonl", NEW))
    changes = changes_of(after, spec_of(staged("x.jsonl", OLD), staged("y.jsonl", OLD)))

    assert [(f"data/{name}", staged(name, OLD).uri, 1, "") for name in ("y.jsonl", "x.jsonl")] == compared(
        changes, root
    )


@pytest.mark.parametrize(
    ("after", "before"),
    [
        (spec_of(staged("x.jsonl", NEW)), spec_of(others=("gs://in/x.jsonl",))),
        (spec_of(others=("gs://in/x.jsonl",)), spec_of(staged("x.jsonl", OLD))),
        (spec_of(staged("x.jsonl", NEW), others=("gs://in/a",)), spec_of(staged("x.jsonl", NEW))),
        (spec_of(staged("x.jsonl", NEW), staged("z.jsonl", NEW)), spec_of(staged("y.jsonl", OLD))),
    ],
    ids=["staged now", "not staged any more", "the same file", "two for one"],
)
def test_where_no_file_takes_the_place_of_another_nothing_is_compared(root: Path, after: JobSpec, before: JobSpec):
    assert [] == compared(changes_of(after, before), root)


def test_new_and_unchanged_jobs_have_no_file_before(root: Path):
    spec = spec_of(staged("x.jsonl", NEW))

    assert [] == compared(plan_of(spec).changes, root)
    assert [] == compared(changes_of(spec, spec), root)


def test_what_cannot_be_read_is_said_and_stops_nothing(root: Path):
    changes = changes_of(spec_of(staged("x.jsonl", NEW)), spec_of(staged("x.jsonl", OLD)))
    uri = staged("x.jsonl", OLD).uri

    told = f"cannot read `{uri}`: there is no such bucket or object"
    assert [("data/x.jsonl", uri, 0, told)] == compared(changes, root, Bucket({}))


def test_without_credentials_nothing_goes_on(root: Path):
    class Closed(Bucket):
        def content(self, uri: str, most: int) -> bytes | None:  # noqa: ARG002
            raise CredentialsError("there are none")

    changes = changes_of(spec_of(staged("x.jsonl", NEW)), spec_of(staged("x.jsonl", OLD)))

    with pytest.raises(CredentialsError):
        compared(changes, root, Closed({}))


def test_what_many_jobs_read_is_read_once(root: Path):
    bucket = Bucket({staged("x.jsonl", OLD).uri: OLD})
    before = [spec_of(staged("x.jsonl", OLD), name=name) for name in "abc"]
    after = [spec_of(staged("x.jsonl", NEW), name=name) for name in "abc"]
    recorded = lockfile(*(entry(spec, number, SUCCEEDED) for number, spec in enumerate(before, 1)))

    told = compared(plan_of(*after, recorded=recorded).changes, root, bucket)

    assert (3, 1) == (len(told), len(bucket.read))


def test_all_files_of_a_plan_together_are_bounded(root: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rows, "MOST_OF_A_PLAN", len(NEW))
    after = spec_of(staged("x.jsonl", NEW), staged("y.jsonl", NEW))

    first, second = compared(changes_of(after, spec_of(staged("x.jsonl", OLD), staged("y.jsonl", OLD))), root)

    assert "" == first[3]
    assert "the files of this plan have more than 0 MiB together" == second[3]
