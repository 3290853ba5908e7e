"""What is denied is denied wherever it is needed, as Google's own clients see it; and what they may ask beforehand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from google.api_core.client_options import ClientOptions
from google.api_core.exceptions import BadRequest, Forbidden, NotFound
from google.auth.credentials import AnonymousCredentials
from google.cloud import resourcemanager_v3, storage
from google.cloud.aiplatform_v1.services.job_service import JobServiceClient
from google.cloud.aiplatform_v1.services.model_garden_service import ModelGardenServiceClient

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings

NUMBER = "123456789012"
PARENT = "projects/demo/locations/us-central1"
JOB = f"{PARENT}/batchPredictionJobs/1"
BODY = {
    "display_name": "x",
    "model": "publishers/google/models/gemini-3.8-flash",
    "input_config": {"instances_format": "jsonl", "gcs_source": {"uris": ["gs://b-one/in.jsonl"]}},
    "output_config": {"predictions_format": "jsonl", "gcs_destination": {"output_uri_prefix": "gs://b-one/out/"}},
}

Start = Callable[..., Emulator]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[Emulator] = []

    def started(**denied: set[str]) -> Emulator:
        by_name = {name.replace("_", "-"): frozenset(permissions) for name, permissions in denied.items()}
        settings = Settings(queue_seconds=3600, project_numbers={"demo": NUMBER}, denied=by_name)
        emulator = Emulator(tmp_path / "data", buckets=["b-one", "b-two"], settings=settings)
        emulator.start()
        running.append(emulator)
        return emulator

    yield started
    for emulator in running:
        emulator.stop()


def options(emulator: Emulator) -> dict[str, object]:
    return {
        "credentials": AnonymousCredentials(),
        "transport": "rest",
        "client_options": ClientOptions(api_endpoint=emulator.url),
    }


def jobs(emulator: Emulator) -> JobServiceClient:
    return JobServiceClient(**options(emulator))


def bucket(emulator: Emulator, name: str = "b-one") -> storage.Bucket:
    client = storage.Client("demo", AnonymousCredentials(), client_options={"api_endpoint": emulator.url})
    return client.bucket(name)


CALLS: dict[str, Callable[[storage.Bucket], object]] = {
    "storage.buckets.get": lambda b: b.reload(),
    "storage.buckets.delete": lambda b: b.delete(),
    "storage.objects.list": lambda b: list(b.list_blobs()),
    "storage.objects.get": lambda b: b.blob("x").download_as_bytes(),
    "storage.objects.update": lambda b: b.blob("x").patch(),
    "storage.objects.create": lambda b: b.blob("new").upload_from_string("y"),
    "storage.objects.delete": lambda b: b.blob("x").upload_from_string("y"),
}


@pytest.mark.parametrize("permission", CALLS)
def test_what_is_denied_on_a_bucket_is_refused_there_and_nowhere_else(start, permission):
    with start() as emulator:
        bucket(emulator).blob("x").upload_from_string("x")
    emulator = start(b_one={permission})

    with pytest.raises(Forbidden, match=f"Permission '{permission}' denied on resource"):
        CALLS[permission](bucket(emulator))
    bucket(emulator, "b-two").blob("x").upload_from_string("x")
    CALLS["storage.objects.get"](bucket(emulator, "b-two"))


def test_who_may_not_delete_may_create_and_not_overwrite(start):
    emulator = start(b_one={"storage.objects.delete"})
    bucket(emulator).blob("x").upload_from_string("x")

    with pytest.raises(Forbidden, match=r"'storage\.objects\.delete'"):
        bucket(emulator).blob("x").upload_from_string("y")
    with pytest.raises(Forbidden, match=r"'storage\.objects\.delete'"):
        bucket(emulator).blob("x").upload_from_string("y" * (9 << 20))
    assert b"x" == bucket(emulator).blob("x").download_as_bytes()


def test_who_may_not_list_is_not_told_that_an_object_is_missing(start):
    emulator = start(b_one={"storage.objects.list"})

    with pytest.raises(Forbidden, match=r"does not have storage\.objects\.get access"):
        bucket(emulator).blob("nothing").download_as_bytes()


def test_a_bucket_tells_which_permissions_there_are(start):
    emulator = start(b_one={"storage.objects.create", "storage.objects.delete"})
    wanted = ["storage.objects.create", "storage.objects.get", "storage.objects.delete"]

    assert ["storage.objects.get"] == bucket(emulator).test_iam_permissions(wanted)
    assert [] == bucket(emulator).test_iam_permissions(wanted[:1])
    assert wanted == bucket(emulator, "b-two").test_iam_permissions(wanted)


@pytest.mark.parametrize(
    ("permission", "call"),
    [
        ("create", lambda client: client.create_batch_prediction_job(parent=PARENT, batch_prediction_job=BODY)),
        ("list", lambda client: client.list_batch_prediction_jobs(parent=PARENT)),
        ("get", lambda client: client.get_batch_prediction_job(name=JOB)),
        ("cancel", lambda client: client.cancel_batch_prediction_job(name=JOB)),
        ("delete", lambda client: client.delete_batch_prediction_job(name=JOB)),
    ],
)
def test_what_is_denied_in_a_project_is_refused_there(start, permission, call):
    emulator = start(demo={f"aiplatform.batchPredictionJobs.{permission}"})

    with pytest.raises(Forbidden, match=rf"batchPredictionJobs\.{permission}' denied on resource '//aiplatform.*demo"):
        call(jobs(emulator))


def test_a_job_is_refused_by_the_projects_number_as_well(start):
    emulator = start(demo={"aiplatform.batchPredictionJobs.get"})

    with pytest.raises(Forbidden):
        jobs(emulator).get_batch_prediction_job(name=JOB.replace("demo", NUMBER))


def test_a_project_has_a_number_and_tells_which_permissions_there_are(start):
    emulator = start(demo={"aiplatform.batchPredictionJobs.create"})
    client = resourcemanager_v3.ProjectsClient(**options(emulator))
    wanted = ["aiplatform.batchPredictionJobs.create", "aiplatform.batchPredictionJobs.list"]

    assert f"projects/{NUMBER}" == client.get_project(name="projects/demo").name
    assert "demo" == client.get_project(name=f"projects/{NUMBER}").project_id
    assert wanted[1:] == client.test_iam_permissions(resource="projects/demo", permissions=wanted).permissions
    assert wanted == client.test_iam_permissions(resource="projects/other", permissions=wanted).permissions
    assert [] == client.test_iam_permissions(resource="projects/demo", permissions=wanted[:1]).permissions
    with pytest.raises(BadRequest):
        client.test_iam_permissions(resource="projects/demo", permissions=[])


def test_a_project_may_be_hidden(start):
    client = resourcemanager_v3.ProjectsClient(**options(start(demo={"resourcemanager.projects.get"})))

    with pytest.raises(Forbidden):
        client.get_project(name="projects/demo")


@pytest.mark.parametrize(
    ("model", "stage"),
    [("google/models/gemini-3.8-flash", "GA"), ("google/models/gemini-3.1-pro-preview", "PUBLIC_PREVIEW"),
     ("anthropic/models/claude-x", "GA")],
)  # fmt: skip
def test_a_model_that_is_served_is_shown(start, model, stage):
    client = ModelGardenServiceClient(**options(start()))

    shown = client.get_publisher_model(name=f"publishers/{model}")

    assert (f"publishers/{model}", stage) == (shown.name, shown.launch_stage.name)


@pytest.mark.parametrize("model", ["gemini-3.8-flush", "gemini-1.5-pro-002"])
def test_a_model_that_never_was_or_is_retired_is_not_found(start, model):
    client = ModelGardenServiceClient(**options(start()))

    with pytest.raises(NotFound, match=f"{model}. is not found"):
        client.get_publisher_model(name=f"publishers/google/models/{model}")
