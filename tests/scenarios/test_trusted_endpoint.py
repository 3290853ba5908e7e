"""An endpoint elsewhere is used when the person at the keyboard insists, and is told no secret of this machine."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from example_workspace import DATE, Result, Workspace

from gembatch.emulator.server import Emulator
from gembatch.emulator.settings import Settings

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have one address of loopback only")

DAY = ("--date", DATE)

SECRET = "only-this-machine-knows"  # noqa: S105


@dataclass
class Elsewhere:
    """A server that passes everything on to an emulator. Its address is of this machine, but none that is taken as is.

    Attributes:
        url: Its address.
        heard: The headers of each request.
    """

    url: str
    heard: list[dict[str, str]] = field(default_factory=list)


@pytest.fixture
def elsewhere(workspace: Workspace, tmp_path: Path) -> Iterator[Elsewhere]:
    class Forward(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            server.heard.append(dict(self.headers))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            request = urllib.request.Request(  # noqa: S310  loopback
                emulator.url + self.path, data=body or None, headers=dict(self.headers), method=self.command
            )
            try:
                answer = urllib.request.urlopen(request)  # noqa: S310  loopback
            except urllib.error.HTTPError as error:
                answer = error
            with answer:
                content = answer.read()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.headers["Content-Type"])
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = handle_any  # noqa: N815  the names are the library's

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    seed = workspace.root / "specs" / "buckets"
    with (
        Emulator(
            tmp_path / "data", buckets=["demo-bucket"], seed=seed, settings=Settings(queue_seconds=3600)
        ) as emulator,
        ThreadingHTTPServer(("127.0.0.2", 0), Forward) as listening,
    ):
        server = Elsewhere(f"http://127.0.0.2:{listening.server_port}")
        thread = Thread(target=listening.serve_forever)
        thread.start()
        yield server
        listening.shutdown()
        thread.join()


@pytest.fixture
def pointed(workspace: Workspace, elsewhere: Elsewhere) -> Workspace:
    """The example workspace, whose environment has that server for an endpoint."""
    workspace.edit("gembatch.yaml", "    seed: specs/buckets", "")
    workspace.edit("gembatch.yaml", "endpoint: embedded", f"endpoint: {elsewhere.url}")
    return workspace


def run(workspace: Workspace, *arguments: str, **environment: str) -> Result:
    """Runs a command on a machine that has credentials, and wherever a client may look for them."""
    home = workspace.root.parent
    (home / ".netrc").write_text(f"machine 127.0.0.2 login me password {SECRET}\n", encoding="utf-8")
    credentials = {"type": "authorized_user", "client_id": "x", "client_secret": SECRET, "refresh_token": SECRET}
    (home / "adc.json").write_text(json.dumps(credentials), encoding="utf-8")
    done = subprocess.run(
        workspace.command(*arguments),
        cwd=workspace.root,
        env={
            **os.environ,
            "HOME": str(home),
            "GOOGLE_APPLICATION_CREDENTIALS": str(home / "adc.json"),
            **environment,
        },
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def test_it_is_used_when_insisted_on_and_told_no_secret(pointed: Workspace, elsewhere: Elsewhere):
    trust = ("--trust-endpoint", elsewhere.url)

    applied = run(pointed, "apply", "--yes", *DAY, *trust)
    again = run(pointed, "plan", *DAY, *trust)

    assert (0, 0) == (applied.code, again.code), f"{applied}\n{again}"
    assert "nothing to do" in again.out.lower()
    assert elsewhere.heard
    assert [] == [headers for headers in elsewhere.heard if "authorization" in {name.lower() for name in headers}]
    assert SECRET not in str(elsewhere.heard)


@pytest.mark.parametrize(
    "command", ["validate", "render", "plan", "apply --yes", "status", "wait", "cancel x", "import x", "verify"]
)
def test_no_command_asks_it_without(pointed: Workspace, elsewhere: Elsewhere, command: str):
    done = run(pointed, *command.split(), GEMBATCH_TRUST_ENDPOINT=elsewhere.url)

    assert (1, []) == (done.code, elsewhere.heard)
    assert "[environment.endpoint]" in done.out + done.err


def test_another_one_is_not_it(pointed: Workspace, elsewhere: Elsewhere):
    done = run(pointed, "plan", "--trust-endpoint", f"{elsewhere.url}/")

    assert (1, []) == (done.code, elsewhere.heard)


def test_a_saved_plan_insists_on_nothing(pointed: Workspace, elsewhere: Elsewhere):
    trust = ("--trust-endpoint", elsewhere.url)
    assert 0 == run(pointed, "plan", "--out", "plan.json", *DAY, *trust).code
    elsewhere.heard.clear()

    assert (1, []) == (run(pointed, "apply", "plan.json").code, elsewhere.heard)
    assert 0 == run(pointed, "apply", "plan.json", *trust).code


def test_what_no_environment_has_cannot_be_insisted_on(workspace: Workspace):
    done = run(workspace, "validate", "--trust-endpoint", "https://emulator.example.com")

    assert "no environment has the endpoint https://emulator.example.com" in done.err
    assert 2 == done.code
