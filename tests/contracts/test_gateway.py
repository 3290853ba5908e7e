"""What every `JobGateway` promises. Each implementation is one parameter of the fixture `gateway`."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import pytest

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings
from gembatch.errors import RejectedError
from gembatch.model.jobs import LABEL_ENVIRONMENT, LABEL_WORKSPACE, Attempt, JobName, JobState, Observed
from gembatch.vertex import JobGateway, observe
from gembatch.vertex.filters import with_attempt, with_display_names, with_labels
from gembatch.vertex.google import GoogleGateway
from gembatch.vertex.requests import STATUS_FIELDS

# Jobs wait longer than any test lasts, so that none changes by itself.
STILL = Settings(queue_seconds=3600, project_numbers={"demo": "12345"})
OURS = {LABEL_WORKSPACE: "reviews", LABEL_ENVIRONMENT: "prod"}


@pytest.fixture
def emulator(tmp_path: Path) -> Iterator[Emulator]:
    with Emulator(tmp_path / "emulator", buckets=["demo-bucket"], settings=STILL) as running:
        yield running


@pytest.fixture(params=["google"])
def gateway(emulator: Emulator) -> JobGateway:
    return GoogleGateway("demo", "us-central1", endpoint=emulator.url, clock=lambda: datetime(2000, 1, 1, tzinfo=UTC))


def body(display_name="reviews-de", **labels):
    return {
        "displayName": display_name,
        "model": "publishers/google/models/gemini-3.8-flash",
        "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": ["gs://demo-bucket/in.jsonl"]}},
        "outputConfig": {
            "predictionsFormat": "jsonl",
            "gcsDestination": {"outputUriPrefix": "gs://demo-bucket/out/"},
        },
        "labels": OURS | {key.replace("_", "-"): value for key, value in labels.items()},
    }


def create(gateway, display_name="reviews-de", **labels):
    return gateway.create(body(display_name, **labels), timeout=30)


def test_a_created_job_is_live_and_named_by_the_service(gateway):
    job = create(gateway)

    assert job.name.startswith("projects/12345/locations/us-central1/batchPredictionJobs/")
    assert job.state in {JobState.PENDING, JobState.QUEUED}
    assert datetime.fromisoformat(job.create_time).tzinfo is not None
    assert job.error == job.output == job.start_time == job.end_time == ""
    assert job.rows is None


def test_a_job_keeps_its_body_and_its_labels(gateway):
    created = create(gateway, gembatch_attempt="a1")

    job = gateway.get(created.name)

    assert body(gembatch_attempt="a1") == job.body
    assert Attempt("a1") == job.attempt
    assert job == created


def test_two_creates_of_one_body_are_two_jobs(gateway):
    assert create(gateway).name != create(gateway).name


def test_a_body_that_the_service_does_not_want_makes_nothing(gateway):
    unknown_model = body() | {"model": "publishers/google/models/gemini-0-none"}

    with pytest.raises(RejectedError) as caught:
        gateway.create(unknown_model, timeout=30)

    assert caught.value.status == 404
    assert "create `reviews-de` was refused: " in str(caught.value)
    assert gateway.jobs("", fields=None) == ()


def test_a_job_that_is_not_there_is_none(gateway):
    assert gateway.get(JobName("projects/demo/locations/us-central1/batchPredictionJobs/404")) is None


def test_a_job_is_found_by_project_id_as_well(gateway):
    name = create(gateway).name

    assert gateway.get(JobName(name.replace("projects/12345/", "projects/demo/"))).name == name


def test_a_listing_shows_every_page(gateway):
    """There are more jobs than one page holds, created by eight threads at once."""
    names = {f"job-{number:03}" for number in range(120)}
    with ThreadPoolExecutor(8) as pool:
        created = list(pool.map(lambda name: create(gateway, name), sorted(names)))

    listed = gateway.jobs(with_labels("reviews", "prod"), fields=STATUS_FIELDS)

    assert names == {job.display_name for job in listed}
    assert sorted(job.name for job in created) == sorted(job.name for job in listed)


def test_a_listing_by_labels_shows_one_workspace_and_environment(gateway):
    ours = create(gateway)
    create(gateway, gembatch_env="dev")
    create(gateway, gembatch_workspace="other")

    assert [ours.name] == [job.name for job in gateway.jobs(with_labels("reviews", "prod"), fields=STATUS_FIELDS)]


def test_a_listing_of_some_fields_has_no_bodies_and_one_of_all_has(gateway):
    created = create(gateway)

    (some,) = gateway.jobs("", fields=("name", "state"))
    (status,) = gateway.jobs("", fields=STATUS_FIELDS)
    (whole,) = gateway.jobs("", fields=None)

    assert (some.name, some.display_name, some.body) == (created.name, "", {})
    assert (status.display_name, status.labels, status.state) == ("reviews-de", OURS, created.state)
    assert "model" not in status.body
    assert whole == created


def test_an_attempt_is_found_by_its_label(gateway):
    create(gateway, gembatch_attempt="a1")
    wanted = create(gateway, gembatch_attempt="a2")

    assert [wanted.name] == [job.name for job in gateway.jobs(with_attempt(Attempt("a2")), fields=STATUS_FIELDS)]
    assert gateway.jobs(with_attempt(Attempt("a3")), fields=None) == ()


@pytest.mark.parametrize(
    "name", ["plain", 'quoted "name"', "back\\slash", "a OR b", 'x" OR display_name="plain', "日本語", "star*", "(1)"]
)
def test_a_display_name_is_found_whatever_it_holds(gateway, name):
    create(gateway, "another")
    wanted = create(gateway, name)

    assert [wanted.name] == [job.name for job in gateway.jobs(with_display_names([name]), fields=None)]


def test_several_display_names_are_found_in_one_call(gateway):
    for name in ("a", "b", "c"):
        create(gateway, name)

    assert {"a", "c"} == {job.display_name for job in gateway.jobs(with_display_names(["a", "c", "d"]), fields=None)}


def test_a_filter_that_is_none_is_rejected_as_such(gateway):
    with pytest.raises(RejectedError) as caught:
        gateway.jobs('display_name="', fields=None)

    assert caught.value.status == 400


def test_a_cancelled_job_stops_and_may_be_cancelled_again(gateway):
    job = create(gateway)

    gateway.cancel(job.name)
    gateway.cancel(job.name)

    assert gateway.get(job.name).state in {JobState.CANCELLING, JobState.CANCELLED}


def test_a_job_that_is_not_there_cannot_be_cancelled(gateway):
    with pytest.raises(RejectedError) as caught:
        gateway.cancel(JobName("projects/demo/locations/us-central1/batchPredictionJobs/404"))

    assert caught.value.status == 404


def test_the_servers_time_is_known_after_the_first_answer(gateway):
    assert datetime(2000, 1, 1, tzinfo=UTC) == gateway.server_time()

    gateway.jobs("", fields=None)

    assert gateway.server_time().year > 2000


def test_observing_tells_ours_strangers_and_gone(gateway):
    ours = create(gateway, "ours")
    unlabelled = gateway.create({**body("taken"), "labels": {}}, timeout=30)
    create(gateway, "elsewhere", gembatch_env="dev")
    lost = JobName("projects/12345/locations/us-central1/batchPredictionJobs/404")

    observed = observe(
        gateway,
        "reviews",
        "prod",
        recorded=[ours.name, unlabelled.name, lost],
        recorded_names=["ours"],
        wanted=["ours", "taken", "new"],
    )

    assert [ours.name, unlabelled.name] == [job.name for job in observed.ours]
    assert (unlabelled,) == observed.strangers
    assert frozenset({lost}) == observed.gone
    assert isinstance(observed, Observed)
