"""The preflight on the real command and the emulator: what it foretells is what then happens."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from example_workspace import DATE, Workspace

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings

Serve = Callable[..., Workspace]


@pytest.fixture
def serve(workspace: Workspace, tmp_path: Path) -> Iterator[Serve]:
    """The example workspace on an emulator that denies some permissions, by bucket or project."""
    with ExitStack() as running:

        def served(*buckets: str, **denied: set[str]) -> Workspace:
            by_name = {name.replace("_", "-"): frozenset(permissions) for name, permissions in denied.items()}
            seed = workspace.root / "specs" / "buckets"
            settings = Settings(queue_seconds=3600, denied=by_name)
            emulator = Emulator(tmp_path / "emulator", buckets=["demo-bucket", *buckets], seed=seed, settings=settings)
            running.enter_context(emulator)
            workspace.edit("gembatch.yaml", "    seed: specs/buckets", "")
            workspace.edit("gembatch.yaml", "endpoint: embedded", f"endpoint: {emulator.url}")
            return workspace

        yield served


def checks_of(workspace: Workspace, *, code: int = 0) -> list[dict[str, str]]:
    return json.loads(workspace.run("verify", "--format", "json", "--date", DATE, code=code).out)


def of_verdict(verdict: str, checks: list[dict[str, str]]) -> list[tuple[str, str, str]]:
    return [(each["check"], each["subject"], each["message"]) for each in checks if each["verdict"] == verdict]


TRANSCRIPT = """\
skip  credentials    demo-project: an emulator takes none
pass  permissions    demo-project: may list, get, create and cancel batch prediction jobs
pass  jobs           demo-project in us-central1: Vertex AI answers
pass  lockfile       locks/local.lock.json: is not there yet; the first apply makes it
pass  model          publishers/google/models/gemini-3.8-flash: is served
pass  staging        gs://demo-bucket/staging: may be written, and is in US
pass  output         gs://demo-bucket/: may be written, and is in US
pass  input          specs/data/dictionary.jsonl: 80 rows, 37.9 kB
pass  input          gs://demo-bucket/proverbs/maxims.jsonl: 100 rows, 73.1 kB
pass  input          gs://demo-bucket/languages/article-1.jsonl: 60 rows, 42.9 kB
pass  input          gs://demo-bucket/rights/en.jsonl: 30 rows, 19.6 kB
pass  input          gs://demo-bucket/rights/de.jsonl: 30 rows, 21.3 kB
pass  input          gs://demo-bucket/rights/fr.jsonl: 30 rows, 21.2 kB
skip  service-agent  demo-project: an emulator has none
"""


def test_all_is_well_with_the_example_and_nothing_is_changed(workspace: Workspace) -> None:
    result = workspace.run("verify", "--date", DATE)

    assert TRANSCRIPT == result.out
    assert "12 passed, 2 not told\n" == result.err
    assert not workspace.lockfile.exists()
    assert [] == workspace.ledger()


def test_only_what_is_selected_is_looked_at(workspace: Workspace) -> None:
    result = workspace.run("verify", "--select", "rights-summary-de-*", "--date", DATE)

    assert ["gs://demo-bucket/rights/de.jsonl:"] == [
        line.split()[2] for line in result.out.splitlines() if line.split()[1] == "input"
    ]


@pytest.mark.slow
def test_an_input_that_is_missing_fails(workspace: Workspace) -> None:
    (workspace.root / "specs" / "buckets" / "demo-bucket" / "proverbs" / "maxims.jsonl").unlink()

    result = workspace.run("verify", "--date", DATE, code=1)

    assert "fail  input          gs://demo-bucket/proverbs/maxims.jsonl: there is no such object" in result.out
    assert "      hint: write it before the apply, or correct the spec's `input`" in result.out
    assert "11 passed, 1 failed, 2 not told\n" == result.err


@pytest.mark.slow
def test_buckets_that_are_missing_fail(serve: Serve) -> None:
    workspace = serve()
    workspace.edit("gembatch.yaml", "staging: gs://demo-bucket/staging", "staging: gs://no-such-staging/here")
    workspace.edit("gembatch.yaml", "bucket: demo-bucket", "bucket: no-such-bucket")

    failed = of_verdict("fail", checks_of(workspace, code=1))

    assert ("staging", "gs://no-such-staging/here", "there is no such bucket") in failed
    assert ("output", "gs://no-such-bucket/", "there is no such bucket") in failed
    assert ("input", "gs://no-such-bucket/proverbs/maxims.jsonl", "there is no such object") in failed


@pytest.mark.slow
def test_a_permission_that_is_missing_fails_as_the_apply_then_does(serve: Serve) -> None:
    workspace = serve(demo_project={"aiplatform.batchPredictionJobs.create"})

    assert [("permissions", "demo-project", "lacks aiplatform.batchPredictionJobs.create")] == of_verdict(
        "fail", checks_of(workspace, code=1)
    )
    refused = workspace.run("apply", "--yes", "--date", DATE, code=1)
    assert "Permission 'aiplatform.batchPredictionJobs.create' denied" in refused.err


@pytest.mark.slow
def test_who_may_not_even_list_is_told_twice(serve: Serve) -> None:
    workspace = serve(demo_project={"aiplatform.batchPredictionJobs.list"})

    failed = of_verdict("fail", checks_of(workspace, code=1))

    assert ["permissions", "jobs"] == [check for check, _, _ in failed]
    assert "Permission 'aiplatform.batchPredictionJobs.list' denied" in failed[1][2]


@pytest.mark.slow
def test_a_bucket_that_may_only_be_read(serve: Serve) -> None:
    workspace = serve(demo_bucket={"storage.objects.create", "storage.buckets.get"})

    checks = checks_of(workspace, code=1)

    assert [("staging", "gs://demo-bucket/staging", "lacks storage.objects.create")] == of_verdict("fail", checks)
    assert [("output", "gs://demo-bucket/", "you lack storage.objects.create")] == of_verdict("warn", checks)


@pytest.mark.slow
def test_inputs_that_may_not_be_read_are_no_failure(serve: Serve) -> None:
    checks = checks_of(serve(demo_bucket={"storage.objects.get"}), code=1)

    assert {"gs://demo-bucket/proverbs/maxims.jsonl", "gs://demo-bucket/rights/de.jsonl"} <= {
        subject for check, subject, _ in of_verdict("warn", checks) if check == "input"
    }
    assert [("staging", "gs://demo-bucket/staging", "lacks storage.objects.get")] == of_verdict("fail", checks)


@pytest.mark.slow
def test_a_lockfile_in_a_bucket_that_cannot_be_written_over_fails(serve: Serve) -> None:
    workspace = serve("acme-state", acme_state={"storage.objects.delete"})
    staging = "    staging: gs://demo-bucket/staging"
    workspace.edit("gembatch.yaml", staging, f"    lockfile: gs://acme-state/x.json\n{staging}")

    assert [
        ("lockfile", "gs://acme-state/x.json", "cannot be written: lacks storage.objects.delete on the bucket")
    ] == of_verdict("fail", checks_of(workspace, code=1))


@pytest.mark.slow
def test_models_and_places_are_held_against_the_region(serve: Serve) -> None:
    workspace = serve()
    workspace.edit("gembatch.yaml", "region: us-central1", "region: europe-west4")
    workspace.edit("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", "model: gemini-3.8-flush")

    checks = checks_of(workspace, code=1)

    model = "publishers/google/models/gemini-3.8-flush"
    assert [("model", model, "there is no such model")] == of_verdict("fail", checks)
    assert ("output", "gs://demo-bucket/", "is in US, and the jobs run in europe-west4") in of_verdict("warn", checks)


@pytest.mark.slow
def test_more_rows_than_a_job_may_read_fail(workspace: Workspace) -> None:
    file = workspace.root / "specs" / "data" / "dictionary.jsonl"
    row = file.read_text(encoding="utf-8").splitlines()[0]
    file.write_text(f"{row}\n" * 200_001, encoding="utf-8")

    failed = of_verdict("fail", checks_of(workspace, code=1))

    assert [("input", "dictionary-tone", "reads 200,001 rows, and 200,000 are the most")] == failed


def test_without_credentials_there_is_one_failure_and_what_to_run(workspace: Workspace, monkeypatch) -> None:
    monkeypatch.setenv("HOME", str(workspace.root))
    monkeypatch.setenv("NO_GCE_CHECK", "true")
    monkeypatch.delenv("GOOGLE_APPLICATION_CREDENTIALS", raising=False)
    shutil.rmtree(workspace.root / ".config", ignore_errors=True)

    result = workspace.run("verify", "-e", "prod", "--date", DATE, code=1)

    assert result.out.startswith("fail  credentials    your-project-id: there are no valid Google credentials: ")
    assert "hint: run `gcloud auth application-default login`" in result.out
    assert 2 == len(result.out.splitlines())
