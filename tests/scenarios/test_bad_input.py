"""What people and machines get wrong: one clear message with a place, exit 1 or 2, and nothing done."""

from __future__ import annotations

import hashlib
import json
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import cast

import pytest
from example_workspace import Result, Workspace
from signed import signed

from gembatch.model.document import Json

Command = Callable[..., Result]

WORKSPACE = """version: 1
name: reviews
specs: ["specs/*.yaml"]
environments:
  local:
    endpoint: embedded
    project: demo-project
    region: us-central1
    staging: gs://demo-bucket/staging
    submit: {timeoutSeconds: 2, settleSeconds: 3, leaseSeconds: 4}
"""

JOB = """displayName: daily
model: gemini-3.8-flash
input: ./rows.jsonl
output: gs://demo-bucket/daily/
"""

ROW = '{"id": "row-1", "request": {"contents": [{"role": "user", "parts": [{"text": "Salve"}]}]}}\n'

COMMANDS = (
    ("plan",),
    ("apply", "--yes"),
    ("status", "--sync"),
    ("wait", "--timeout", "5"),
    ("cancel", "daily", "--yes"),
)


def _written(root: Path) -> Workspace:
    (root / "specs").mkdir(parents=True)
    (root / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    (root / "specs" / "daily.yaml").write_text(JOB, encoding="utf-8")
    (root / "rows.jsonl").write_text(ROW, encoding="utf-8")
    return Workspace(root)


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with one job, in the current folder."""
    workspace = _written(tmp_path / "small")
    monkeypatch.chdir(workspace.root)
    return workspace


@pytest.fixture(scope="module")
def once_applied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    workspace = _written(tmp_path_factory.mktemp("applied") / "small")
    workspace.run("apply", "--yes")
    workspace.run("wait")
    return workspace.root


@pytest.fixture
def ended(once_applied: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """The same workspace after its job was applied and has succeeded."""
    root = tmp_path / "ended"
    shutil.copytree(once_applied, root)
    monkeypatch.chdir(root)
    return Workspace(root)


def _assert_nothing_done(workspace: Workspace) -> None:
    assert not (workspace.root / "locks").exists()
    assert [] == workspace.ledger()


SPECS = {
    "an unknown key": (JOB + "modle: x\n", "specs/daily.yaml:5:1: ", "schema.unknown-key"),
    "a missing key": ("displayName: daily\n", "specs/daily.yaml:1:1: model is missing", "schema.missing-key"),
    "a wrong type": (JOB + "labels: [a]\n", "specs/daily.yaml:5:9: ", "schema.type"),
    "an undefined variable": (JOB + 'rerun: "{{ nope }}"\n', "specs/daily.yaml:5:12: `nope`", "template.undefined"),
    "an expression that fails": (JOB + 'rerun: "{{ 1 / 0 }}"\n', "specs/daily.yaml:5:12: ", "template.value"),
    "an expression not allowed": (
        JOB + "rerun: \"{{ ''.__class__ }}\"\n",
        "specs/daily.yaml:5:15: `__class__`",
        "template.forbidden",
    ),
    "two jobs with one key": (
        f"{JOB}---\n{JOB.replace('/daily/', '/other/')}",
        'specs/daily.yaml:6:14: two jobs are called "daily"',
        "job.same-name",
    ),
    "two jobs with one output": (
        f"{JOB}---\n{JOB.replace('displayName: daily', 'displayName: other')}",
        "specs/daily.yaml:9:9: two jobs write to gs://demo-bucket/daily/",
        "job.same-output",
    ),
    "a label of gembatch's own": (JOB + "labels: {gembatch-env: x}\n", "specs/daily.yaml:5:10: ", "labels.reserved"),
    "a key that cannot be a label": (JOB + "labels: {Team: x}\n", "specs/daily.yaml:5:10: ", "labels.key"),
    "a value that cannot be a label": (JOB + "labels: {team: A B}\n", "specs/daily.yaml:5:16: ", "labels.value"),
    "an input that is not there": (JOB.replace("rows", "row"), "specs/daily.yaml:3:8: ", "stage.missing"),
    "brackets without an end": ("[" * 200_000, ": nested more than 50 levels", "yaml.limit"),
    "braces without an end": ("{a: " * 50_000, "specs/daily.yaml:1:205: nested more than 50 levels", "yaml.limit"),
    "an empty file": ("", "specs/daily.yaml: the file is empty", "yaml.empty"),
    "bytes that are no text": ("displayName: t\udce4glich\n", "specs/daily.yaml:1:15: byte 0xe4", "yaml.encoding"),
}


@pytest.mark.parametrize(("text", "place", "rule"), SPECS.values(), ids=SPECS.keys())
def test_a_spec_with_an_error_stops_the_apply(
    small: Workspace, gembatch: Command, text: str, place: str, rule: str
) -> None:
    (small.root / "specs" / "daily.yaml").write_text(text, encoding="utf-8", errors="surrogateescape")

    result = gembatch("apply", "--yes")

    assert (1, "") == (result.code, result.out)
    assert place in result.err
    assert f"[{rule}]" in result.err
    assert not (small.root / ".gembatch").exists()
    _assert_nothing_done(small)


def test_one_bad_spec_stops_the_good_ones_too(small: Workspace, gembatch: Command) -> None:
    """What is reviewed is the whole: a job must not be left out for a typo."""
    (small.root / "specs" / "hourly.yaml").write_text("displayName: hourly\n", encoding="utf-8")

    result = gembatch("apply", "--yes")

    assert 1 == result.code
    assert result.err.endswith("3 errors in 1 file\n")
    _assert_nothing_done(small)


def test_a_folder_in_place_of_a_spec_is_said(small: Workspace, gembatch: Command) -> None:
    (small.root / "specs" / "folder.yaml").mkdir()

    result = gembatch("apply", "--yes")

    assert 1 == result.code
    assert "specs/folder.yaml: this is a folder, not a file [load.not-a-file]" in result.err
    _assert_nothing_done(small)


CONFIGURATIONS = {
    "no specs": (
        WORKSPACE.replace('["specs/*.yaml"]', "[]"),
        "gembatch.yaml:3:8: specs must not be empty [schema.length]",
    ),
    "a glob that matches nothing": (
        WORKSPACE.replace("specs/*.yaml", "specs/**/x-*.yaml"),
        "gembatch.yaml:3:9: no .yaml or .yml file matches `specs/**/x-*.yaml` [load.no-match]",
    ),
    "two environments with one lockfile": (
        WORKSPACE + "    lockfile: locks/a.json\n  prod: {project: p, region: global, lockfile: ./locks/a.json}\n",
        "gembatch.yaml:12:48: environments local and prod share the lockfile locks/a.json [lockfile.shared]",
    ),
    "a workspace's name that cannot be a label": (
        WORKSPACE.replace("name: reviews", "name: Book reviews"),
        "gembatch.yaml:2:7: name must be 1 to 63 lower-case letters",
    ),
    "an environment's name that cannot be a label": (
        WORKSPACE.replace("  local:", "  My Laptop:"),
        "gembatch.yaml:5:3: a name in environments must be 1 to 63 lower-case letters",
    ),
    "a newer gembatch": (
        WORKSPACE + 'requires: ">=99"\n',
        "gembatch.yaml:11:11: this workspace requires gembatch >=99, and this is ",
    ),
}


@pytest.mark.parametrize(("text", "message"), CONFIGURATIONS.values(), ids=CONFIGURATIONS.keys())
def test_a_workspace_with_an_error_stops_every_command(
    small: Workspace, gembatch: Command, text: str, message: str
) -> None:
    (small.root / "gembatch.yaml").write_text(text, encoding="utf-8")

    for command in COMMANDS:
        result = gembatch(*command, "-e", "local")

        assert (1, "") == (result.code, result.out)
        assert message in result.err

    _assert_nothing_done(small)


USAGES = {
    "an unknown command": (["aply"], "Did you mean 'apply'?"),
    "an unknown option": (["plan", "--prun"], "--prune"),
    "an argument too many": (["plan", "daily"], "unexpected extra argument (daily)"),
    "a date that is none": (
        ["plan", "--date", "tomorrow"],
        "'tomorrow' is not a day written as YYYY-MM-DD, such as 2026-11-22",
    ),
    "a date that no calendar has": (["plan", "--date", "2026-02-30"], "'2026-02-30' is not a day"),
    "a date in another form": (["plan", "--date", "20261122"], "'20261122' must be written as 2026-11-22"),
    "a date without a yesterday": (["plan", "--date", "0001-01-01"], "between 0001-01-02 and 9999-12-30"),
    "a variable without a value": (["plan", "--var", "bucket"], "'bucket' is not NAME=VALUE"),
    "an unknown environment": (["plan", "-e", "lokal"], "did you mean `local`?"),
    "an unknown format": (["validate", "--format", "xml"], "'xml' is not one of"),
    "a folder without a workspace": (["plan", "-C", "specs"], "there is no gembatch.yaml in specs"),
    "an unknown job": (["status", "dayly"], "did you mean `daily`?"),
    "an unknown job to cancel": (["cancel", "dayly", "--yes"], "no job is called `dayly`"),
    "a limit below nought": (["apply", "--max-submissions", "-1"], "-1 is not in the range"),
    "nobody to ask": (["apply"], "there is no terminal to ask on"),
}


@pytest.mark.parametrize(("arguments", "message"), USAGES.values(), ids=USAGES.keys())
def test_a_command_line_that_cannot_be_meant_ends_with_2(
    small: Workspace, gembatch: Command, arguments: list[str], message: str
) -> None:
    result = gembatch(*arguments)

    assert 2 == result.code
    assert message in result.err
    _assert_nothing_done(small)


def test_an_unknown_variable_is_named_with_its_neighbour(small: Workspace, gembatch: Command) -> None:
    small.edit("gembatch.yaml", "environments:", "variables:\n  bucket: {type: string, default: b}\nenvironments:")

    result = gembatch("apply", "--yes", "--var", "buckt=x")

    assert 1 == result.code
    assert "--var: variable `buckt` is not declared [variable.unknown]\n  hint: did you mean `bucket`?" in result.err
    _assert_nothing_done(small)


def test_without_a_workspace_there_is_a_hint(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gembatch: Command
) -> None:
    monkeypatch.chdir(tmp_path)

    result = gembatch("plan")

    assert 2 == result.code
    assert "there is no gembatch.yaml in this folder and its parents" in result.err


LOCKFILES = {
    "cut off": (lambda text: text[: len(text) // 2], "it is not JSON at line "),
    "empty": (lambda _: "", "it is empty"),
    "merged badly": (lambda text: f"<<<<<<< ours\n{text}", "git left a merge conflict at line 1"),
    "brackets without an end": (lambda _: "[" * 200_000, "it nests too deeply"),
    "with a key unknown": (lambda text: text.replace("{", '{"mine": 1, ', 1), "unknown `mine`"),
    "not UTF-8": (lambda text: f"\udcff{text}", "byte 0 is not UTF-8"),
    "of a newer format": (lambda text: text.replace('"format": 1', '"format": 2'), "has format 2"),
}


@pytest.mark.parametrize(("change", "message"), LOCKFILES.values(), ids=LOCKFILES.keys())
def test_a_lockfile_that_cannot_be_read_is_never_overwritten(
    ended: Workspace, gembatch: Command, change: Callable[[str], str], message: str
) -> None:
    text = change(ended.lockfile.read_text(encoding="utf-8"))
    ended.lockfile.write_text(text, encoding="utf-8", errors="surrogateescape")
    before = hashlib.sha256(ended.lockfile.read_bytes()).hexdigest()

    for command in COMMANDS:
        result = gembatch(*command)

        assert (1, "") == (result.code, result.out)
        assert f"the lockfile locks/local.lock.json{'' if 'format' in message else ': '}" in result.err
        assert message in result.err
        assert "hint: " in result.err

    assert before == hashlib.sha256(ended.lockfile.read_bytes()).hexdigest()
    assert 1 == len(ended.ledger())


def test_a_broken_lockfile_says_how_it_is_rebuilt(ended: Workspace, gembatch: Command) -> None:
    """The hint is followed here: moved away, the next apply finds the job again and buys nothing."""
    ended.lockfile.write_text("{", encoding="utf-8")

    told = gembatch("plan")
    ended.lockfile.rename(ended.root / "broken.json")
    again = gembatch("apply", "--yes")

    assert "move it away: the next plan finds the jobs by their labels" in told.err
    assert (0, 1) == (again.code, len(ended.ledger()))
    assert ["daily"] == [job["displayName"] for job in ended.recorded()]


def test_a_folder_in_place_of_the_lockfile_is_said(small: Workspace, gembatch: Command) -> None:
    small.lockfile.mkdir(parents=True)

    result = gembatch("apply", "--yes")

    assert 1 == result.code
    assert "cannot read the lockfile locks/local.lock.json: it is a folder" in result.err
    assert [] == small.ledger()


def test_a_file_in_place_of_the_lockfiles_folder_is_said(small: Workspace, gembatch: Command) -> None:
    (small.root / "locks").write_text("", encoding="utf-8")

    result = gembatch("apply", "--yes")

    assert 1 == result.code
    assert "cannot read the lockfile locks/local.lock.json: Not a directory" in result.err
    assert [] == small.ledger()


def test_a_lockfile_without_its_emulators_data_says_which_to_delete(ended: Workspace, gembatch: Command) -> None:
    shutil.rmtree(ended.root / ".gembatch")
    before = ended.lockfile.read_bytes()

    result = gembatch("apply", "--yes")

    assert 1 == result.code
    assert "locks/local.lock.json speaks of jobs that this emulator never had" in result.err
    assert "hint: delete locks/local.lock.json if the emulator's data was deleted on purpose" in result.err
    assert before == ended.lockfile.read_bytes()
    assert [] == ended.ledger()


@pytest.fixture
def saved(ended: Workspace, gembatch: Command) -> Workspace:
    """The workspace with a saved plan to replace its job, in plan.json."""
    ended.edit("rows.jsonl", "Salve", "Ave")
    assert 0 == gembatch("plan", "--out", "plan.json").code
    return ended


def _change_plan(saved: Workspace, changes: dict[str, Json]) -> None:
    """As somebody would who knows how to make digest and seal right again."""
    file = saved.root / "plan.json"
    plan = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(signed({**plan, **changes})), encoding="utf-8")


PLANS: dict[str, tuple[dict[str, Json], str]] = {
    "for another environment": ({"environment": "prod"}, "the plan is for the environment `prod`, and this is `local`"),
    "for another workspace": ({"workspace": "others"}, "the plan is for the workspace `others`, and this is `reviews`"),
    "of another lineage": ({"lineage": "0" * 32}, "the plan was made against another lockfile: their lineages differ"),
    "of a newer format": ({"format": 2}, "cannot read the plan plan.json: it has format 2"),
    "of an older format": ({"format": 0}, "cannot read the plan plan.json: it has format 0"),
    "made offline": ({"offline": True}, "the plan plan.json was made offline"),
    "with a key unknown": (
        {"approvedBy": "me"},
        "cannot read the plan plan.json: the plan has the unknown `approvedBy`",
    ),
}


@pytest.mark.parametrize(("changes", "message"), PLANS.values(), ids=PLANS.keys())
def test_a_plan_that_is_not_for_this_is_refused(
    saved: Workspace, gembatch: Command, changes: dict[str, Json], message: str
) -> None:
    _change_plan(saved, changes)
    before = saved.lockfile.read_bytes()

    result = gembatch("apply", "plan.json", "-e", "local")

    assert 1 == result.code
    assert message in result.err
    assert "hint: write a new one with `gembatch plan --out FILE`" in result.err
    assert (before, 1) == (saved.lockfile.read_bytes(), len(saved.ledger()))


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("no.json", "no such file or directory"),
        ("specs", "it is a folder"),
        ("rows.jsonl", "the plan lacks `format`"),
        ("specs/daily.yaml", "it is not JSON at line 1, column 1"),
    ],
)
def test_what_is_no_plan_is_refused(small: Workspace, gembatch: Command, path: str, message: str) -> None:
    result = gembatch("apply", path)

    assert 1 == result.code
    assert f"cannot read the plan {path}: {message}" in result.err
    _assert_nothing_done(small)


def test_a_port_in_use_is_said(small: Workspace) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        result = small.run("emulator", "--port", str(port), code=1)

    assert f"port {port} of 127.0.0.1 is in use" in result.err
    assert "--port" in result.err
    assert "Errno" not in result.err


def test_a_row_that_is_not_json_fails_the_job_with_its_line(small: Workspace, gembatch: Command) -> None:
    (small.root / "rows.jsonl").write_text(f"{ROW}not json\n", encoding="utf-8")
    gembatch("apply", "--yes")

    waited, shown = gembatch("wait"), gembatch("status", "daily")

    assert 1 == waited.code
    assert "1 job of 1 did not succeed" in waited.err
    assert "rows.jsonl, line 2" in waited.out
    assert "failed" in shown.out
    assert "rows.jsonl, line 2" in shown.out
    (job,) = small.ledger()
    assert ("JOB_STATE_FAILED", 3) == (job["state"], cast("dict[str, object]", job["error"])["code"])


def test_a_failed_job_is_not_shown_with_the_predictions_of_the_one_before(ended: Workspace, gembatch: Command) -> None:
    (ended.root / "rows.jsonl").write_text("not json\n", encoding="utf-8")
    gembatch("apply", "--yes")
    gembatch("wait")

    result = gembatch("status", "daily")

    assert "failed" in result.out
    assert "Salve" not in result.out


def _at(workspace: Workspace, url: str) -> None:
    workspace.edit("gembatch.yaml", "endpoint: embedded", f"endpoint: {url}")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_endpoint_where_nobody_listens_is_said_soon(small: Workspace, gembatch: Command, command: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    _at(small, f"http://127.0.0.1:{port}")

    result = gembatch(*command)

    assert (1, "") == (result.code, result.out)
    assert "list `projects/demo-project/locations/us-central1` did not work: " in result.err
    assert f"tried 5 times at `127.0.0.1:{port}`; is the emulator" in result.err
    assert not (small.root / "locks").exists()


class _Loop(BaseHTTPRequestHandler):
    """A server whose next page is always the same one."""

    def do_GET(self) -> None:
        body = json.dumps({"batchPredictionJobs": [], "nextPageToken": "again"}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002, the base class's name
        """Stays silent."""


@pytest.fixture
def loop() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Loop) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_page_token_that_loops_ends_the_listing(
    small: Workspace, gembatch: Command, loop: str, command: list[str]
) -> None:
    _at(small, loop)

    result = gembatch(*command)

    assert (1, "") == (result.code, result.out)
    assert "goes round in circles: a page token came twice" in result.err
    assert not (small.root / "locks").exists()


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_spec_with_an_error_is_told_before_anybody_is_asked(
    small: Workspace, gembatch: Command, command: list[str]
) -> None:
    _at(small, "http://127.0.0.1:1")
    (small.root / "specs" / "daily.yaml").write_text(JOB + "modle: x\n", encoding="utf-8")

    result = gembatch(*command)

    assert 1 == result.code
    assert "specs/daily.yaml:5:1: " in result.err
    assert "127.0.0.1" not in result.err


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_credentials_one_sentence_says_what_to_run(small: Workspace, command: list[str]) -> None:
    small.edit("gembatch.yaml", "    endpoint: embedded\n", "    lockfile: locks/local.lock.json\n")
    small.edit("gembatch.yaml", "region: us-central1", "region: global")

    done = subprocess.run(
        [sys.executable, "-m", "gembatch", *command],
        cwd=small.root,
        env={"HOME": str(small.root), "NO_GCE_CHECK": "true"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (1, "") == (done.returncode, done.stdout)
    assert done.stderr.startswith("error: there are no valid Google credentials: ")
    assert "hint: run `gcloud auth application-default login`" in done.stderr
    assert 2 == len(done.stderr.splitlines())
    assert not (small.root / "locks").exists()


def test_findings_in_the_workspaces_file_are_json_like_all_others(small: Workspace, gembatch: Command) -> None:
    small.edit("gembatch.yaml", "name: reviews", "name: Book reviews")

    result = gembatch("validate", "--format", "json")

    (finding,) = json.loads(result.out)
    assert (1, "schema.pattern") == (result.code, finding["rule"])
    assert {"path": "gembatch.yaml", "line": 2, "column": 7, "length": 12} == finding["location"]


def test_an_emulator_without_its_database_says_so(ended: Workspace, gembatch: Command) -> None:
    (ended.root / ".gembatch" / "emulator" / "emulator.sqlite").write_bytes(b"not a database" * 1000)
    before = ended.lockfile.read_bytes()

    result = gembatch("apply", "--yes")

    assert 1 == result.code
    assert "error: the emulator cannot start: cannot use " in result.err
    assert "file is not a database" in result.err
    assert before == ended.lockfile.read_bytes()
