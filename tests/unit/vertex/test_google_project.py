"""What a project tells of itself: asked of the emulator, and of a server that answers otherwise."""

from __future__ import annotations

from pathlib import Path

import google.auth.exceptions
import pytest

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings
from gembatch.errors import CredentialsError, RejectedError, UnavailableError
from gembatch.vertex.google_project import GoogleProject
from gembatch.vertex.hosts import host_of
from gembatch.wire.retries import Patience

CREATE, LIST = "aiplatform.batchPredictionJobs.create", "aiplatform.batchPredictionJobs.list"


@pytest.fixture
def project(wire, pauses: list[float]) -> GoogleProject:
    patience = Patience((0.5, 1.0), pauses.append)
    return GoogleProject("demo", "us-central1", credentials=None, endpoint=wire.url, patience=patience)


def test_the_emulator_tells_number_permissions_and_models(tmp_path: Path) -> None:
    settings = Settings(project_numbers={"demo": "4711"}, denied={"demo": frozenset({CREATE})})
    with Emulator(tmp_path, settings=settings) as emulator:
        project = GoogleProject("demo", "us-central1", credentials=None, endpoint=emulator.url)

        assert "4711" == project.number()
        assert frozenset({LIST}) == project.granted((CREATE, LIST))
        assert project.has_model("publishers/google/models/gemini-3.8-flash")
        assert not project.has_model("publishers/google/models/gemini-3.8-flush")


def test_nothing_granted_is_no_list(wire, project: GoogleProject) -> None:
    wire.will(wire.says(200, {}))

    assert frozenset() == project.granted((CREATE, LIST))
    assert [("POST", "/v3/projects/demo:testIamPermissions")] == wire.requests
    assert [b'{"permissions": ["%s", "%s"]}' % (CREATE.encode(), LIST.encode())] == wire.bodies


def test_what_does_not_work_is_asked_again(wire, project: GoogleProject, pauses: list[float]) -> None:
    wire.will(wire.drops, wire.refuses(503, "UNAVAILABLE"), wire.says(200, {"name": "projects/4711"}))

    assert "4711" == project.number()
    assert [0.5, 1.0] == pauses


@pytest.mark.parametrize("text", ["<html>", "[", ""])
def test_what_never_works_says_so(wire, project: GoogleProject, text: str) -> None:
    wire.will(wire.says(200, text=text))

    with pytest.raises(UnavailableError, match="cannot read the project `demo`: the answer cannot be read"):
        project.number()
    assert 3 == len(wire.requests)


def test_a_definite_no_is_told_in_the_servers_words(wire, project: GoogleProject, pauses: list[float]) -> None:
    disabled = "Cloud Resource Manager API has not been used in project 4711 before or it is disabled."
    wire.will(wire.refuses(403, "PERMISSION_DENIED", disabled))

    with pytest.raises(RejectedError) as caught:
        project.granted((CREATE,))
    assert f"cannot test the permissions on `demo`: {disabled} (403 PERMISSION_DENIED)" == str(caught.value)
    assert [] == pauses


def test_a_refused_caller_is_told_what_to_run(wire, project: GoogleProject) -> None:
    wire.will(wire.refuses(401, "UNAUTHENTICATED"))

    with pytest.raises(CredentialsError):
        project.number()


def test_a_web_page_with_a_404_is_not_a_model_that_is_missing(wire, project: GoogleProject) -> None:
    wire.will(wire.says(404, text="<html>Not here</html>"))

    with pytest.raises(RejectedError, match="cannot look `publishers/google/models/x` up: Not here"):
        project.has_model("publishers/google/models/x")


class Stranded:
    """Credentials whose token service cannot be reached; they note where they were asked to go."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def before_request(self, _request: object, _method: str, url: str, _headers: dict[str, str]) -> None:
        self.asked.append(url)
        raise google.auth.exceptions.RefreshError("no network here")


@pytest.mark.parametrize("region", ["global", "eu", "us-central1"])
def test_google_is_asked_at_its_hosts_with_the_callers_credentials(region: str) -> None:
    stranded = Stranded()
    project = GoogleProject("demo", region, credentials=stranded, patience=Patience(()))

    for ask in (project.number, lambda: project.has_model("publishers/google/models/x")):
        with pytest.raises(CredentialsError, match="no network here"):
            ask()
    assert [
        "https://cloudresourcemanager.googleapis.com/v3/projects/demo",
        f"https://{host_of(region)}/v1/publishers/google/models/x",
    ] == stranded.asked
