"""A saved plan that was edited on its way, by somebody who knows how to sign it again, or whose lockfile moved.

It buys nothing that was not asked for, and nothing twice.
"""

from __future__ import annotations

import json
import shutil
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from example_workspace import Result, Workspace
from signed import signed

pytestmark = pytest.mark.slow

Command = Callable[..., Result]
Edit = Callable[[dict], object]

WORKSPACE = """version: 1
name: reviews
specs: ["specs/*.yaml"]
variables:
  folder: {type: string, default: daily}
environments:
  local: {endpoint: embedded, project: demo-project, region: us-central1, staging: gs://demo-bucket/staging}
  other: {endpoint: embedded, project: demo-project, region: us-central1, lockfile: locks/other.lock.json}
"""

JOB = """displayName: {name}
model: gemini-3.8-flash
input: ./rows.jsonl
output: gs://demo-bucket/{{{{ folder }}}}/{name}/
"""

ROW = '{"id": "row-1", "request": {"contents": [{"role": "user", "parts": [{"text": "Salve"}]}]}}\n'

UGLY = "x\x1b[2J\x07\r\u202e::error::y"

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with one job that was submitted, and a plan to replace it and to submit another."""
    workspace = Workspace(tmp_path_factory.mktemp("planned"))
    (workspace.root / "specs").mkdir()
    (workspace.root / "gembatch.yaml").write_text(WORKSPACE, encoding="utf-8")
    (workspace.root / "specs" / "first.yaml").write_text(JOB.format(name="first"), encoding="utf-8")
    (workspace.root / "rows.jsonl").write_text(ROW, encoding="utf-8")
    workspace.run("apply", "-e", "local", "--yes")
    workspace.run("wait", "-e", "local")
    workspace.edit("rows.jsonl", "Salve", "Ave")
    (workspace.root / "specs" / "second.yaml").write_text(JOB.format(name="second"), encoding="utf-8")
    workspace.run("plan", "-e", "local", "--out", "plan.json")
    return workspace.root


@pytest.fixture
def workspace(planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A copy of it, in the current folder."""
    root = tmp_path / "workspace"
    shutil.copytree(planned, root)
    monkeypatch.chdir(root)
    return Workspace(root)


def tamper(workspace: Workspace, edit: Edit) -> None:
    """Edits the saved plan, and makes its digest and its seal right again."""
    file = workspace.root / "plan.json"
    plan = json.loads(file.read_text(encoding="utf-8"))
    edit(plan)
    file.write_text(json.dumps(signed(plan)), encoding="utf-8")


def first(plan: dict) -> dict:
    return plan["changes"][0]


REFUSED: dict[str, tuple[Edit, str]] = {
    "an older format": (lambda plan: plan.update(format=0), "it has format 0"),
    "a newer format": (lambda plan: plan.update(format=2), "it has format 2"),
    "a format that is no number": (lambda plan: plan.update(format=True), "`format` of the plan cannot be true"),
    "another workspace": (lambda plan: plan.update(workspace="x"), "the plan is for the workspace `x`"),
    "an environment that is not there": (lambda plan: plan.update(environment="x"), "there is no environment `x`"),
    "another lineage": (lambda plan: plan.update(lineage="0" * 32), "their lineages differ"),
    "a time without a zone": (lambda plan: plan.update(instant="2026-11-22T09:00:00"), "`instant` of the plan cannot"),
    "a serial below nought": (lambda plan: plan.update(serial=-1), "`serial` of the plan cannot be -1"),
    "a limit below nought": (lambda plan: plan.update(maxSubmissions=-1), "`maxSubmissions` of the plan cannot be -1"),
    "a limit that is passed": (lambda plan: plan.update(maxSubmissions=1), "at most 1 may be submitted"),
    "a variable that nobody declared": (lambda plan: plan["variables"].update(x="y"), "variable `x` is not declared"),
    "a date in another form": (
        lambda plan: plan.update(dates={"from": "20261101", "to": "2026-11-02"}),
        '`from` of `dates` of the plan cannot be "20261101"',
    ),
    "ten years": (
        lambda plan: plan.update(dates={"from": "2016-01-01", "to": "2027-01-01"}),
        "more than 3,700",
    ),
    "one job twice": (
        lambda plan: plan["changes"].append({**first(plan), "note": "harmless"}),
        "change 3 is a second one for `first`",
    ),
    "an unknown action": (lambda plan: first(plan).update(action="buy"), '`action` of change 1 cannot be "buy"'),
    "a change that is none": (lambda plan: plan["changes"].append(1), "change 3 is not an object"),
    "a body that is none": (lambda plan: first(plan).update(body=None), "`body` of change 1 cannot be null"),
}  # fmt: skip


@pytest.mark.parametrize(("edit", "why"), REFUSED.values(), ids=REFUSED.keys())
def test_a_plan_that_cannot_be_meant_is_refused_as_a_whole(
    workspace: Workspace, gembatch: Command, edit: Edit, why: str
) -> None:
    tamper(workspace, edit)
    before = workspace.lockfile.read_bytes()

    result = gembatch("apply", "plan.json")

    assert result.code in {1, 2}
    assert why in result.err
    assert (before, 1) == (workspace.lockfile.read_bytes(), len(workspace.ledger()))


MOVED: dict[str, tuple[Edit, str]] = {
    "the project": (lambda change: change.update(project="x"), "no spec asks for it any more"),
    "the region": (lambda change: change.update(region="eu"), "no spec asks for it any more"),
    "the name": (lambda change: change.update(displayName="third"), "no spec asks for it any more"),
    "the action": (lambda change: change.update(action="create"), "then create, now replace"),
    "the digest": (lambda change: change.update(digest="1:" + "0" * 64), "the spec moved since the plan"),
    "no digest": (lambda change: change.update(digest=None), "the spec moved since the plan"),
    "the model": (lambda change: change["body"].update(model="publishers/google/models/x"), "the spec moved since"),
    "the output": (
        lambda change: change["body"]["outputConfig"]["gcsDestination"].update(outputUriPrefix="gs://x/"),
        "the spec moved since the plan",
    ),
    "a label": (lambda change: change["body"]["labels"].update(team="x"), "the spec moved since the plan"),
    "no body": (lambda change: change.update(body={}), "the spec moved since the plan"),
    "an input": (
        lambda change: change["inputs"].append({"uri": "gs://x/y", "generation": "1", "size": 1, "crc32c": None}),
        "an input moved since the plan",
    ),
    "what was recorded": (lambda change: change["premise"].update(recorded=None), "what runs moved since the plan"),
    "what was observed": (lambda change: change["premise"].update(observed="x"), "what runs moved since the plan"),
    "how it stood": (lambda change: change["premise"].update(standing="failed"), "what runs moved since the plan"),
}


@pytest.mark.parametrize(("edit", "why"), MOVED.values(), ids=MOVED.keys())
def test_a_change_that_is_not_what_is_asked_for_is_refused_and_the_others_stand(
    workspace: Workspace, gembatch: Command, edit: Edit, why: str
) -> None:
    tamper(workspace, lambda plan: edit(first(plan)))

    result = gembatch("apply", "plan.json")

    assert 1 == result.code
    assert why in result.err
    assert {"first": 1, "second": 1} == dict(workspace.names())


UNSAID: dict[str, Edit] = {
    "all changes": lambda plan: plan.update(changes=[]),
    "an approval of what is kept": lambda plan: [change.update(action="keep") for change in plan["changes"]],
    "an approval of what is blocked": lambda plan: [change.update(action="blocked") for change in plan["changes"]],
    "a selection of nothing": lambda plan: plan.update(select=["nothing"]),
}


@pytest.mark.parametrize("edit", UNSAID.values(), ids=UNSAID.keys())
def test_what_is_not_approved_is_left(workspace: Workspace, gembatch: Command, edit: Edit) -> None:
    tamper(workspace, edit)

    gembatch("apply", "plan.json")

    assert {"first": 1} == dict(workspace.names())


UNASKED: dict[str, Edit] = {
    "everything insisted on": lambda plan: plan["insisted"].update(dict.fromkeys(plan["insisted"], True)),
    "another date": lambda plan: plan.update(instant="2030-01-01T00:00:00+14:00"),
    "many dates": lambda plan: plan.update(dates={"from": "2026-01-01", "to": "2026-01-31"}),
    "no lineage": lambda plan: plan.update(lineage=None, serial=0),
    "no limit": lambda plan: plan.update(maxSubmissions=10**30),
    "what is for people alone": lambda plan: first(plan).update(spec="x", note="x", differences=[1], rows=[1]),
}


@pytest.mark.parametrize("edit", UNASKED.values(), ids=UNASKED.keys())
def test_what_the_plan_was_asked_for_adds_nothing_to_what_it_approves(
    workspace: Workspace, gembatch: Command, edit: Edit
) -> None:
    tamper(workspace, edit)

    gembatch("apply", "plan.json")

    assert {"first": 2, "second": 1} == dict(workspace.names())


def test_a_variable_that_moves_the_output_refuses_what_was_reviewed_with_another(
    workspace: Workspace, gembatch: Command
) -> None:
    tamper(workspace, lambda plan: plan["variables"].update(folder="elsewhere"))

    result = gembatch("apply", "plan.json")

    assert 2 == result.err.count("the spec moved since the plan")
    assert {"first": 1} == dict(workspace.names())


def test_a_plan_does_not_stand_for_another_environment(workspace: Workspace, gembatch: Command) -> None:
    assert (
        "the plan is for the environment `local`, and this is `other`"
        in gembatch("apply", "plan.json", "-e", "other").err
    )


def test_a_lockfile_that_was_written_since_stands_for_itself(workspace: Workspace, gembatch: Command) -> None:
    gembatch("status", "--sync", "-e", "local")
    serial = json.loads(workspace.lockfile.read_text(encoding="utf-8"))["serial"]

    assert 0 == gembatch("apply", "plan.json").code
    assert serial < json.loads(workspace.lockfile.read_text(encoding="utf-8"))["serial"]
    assert {"first": 2, "second": 1} == dict(workspace.names())


def test_a_lockfile_that_is_gone_refuses_the_plan(workspace: Workspace, gembatch: Command) -> None:
    workspace.lockfile.unlink()

    assert "the plan was made against another lockfile" in gembatch("apply", "plan.json").err
    assert {"first": 1} == dict(workspace.names())


def test_a_lockfile_that_was_rolled_back_buys_nothing_twice(workspace: Workspace, gembatch: Command) -> None:
    before = workspace.lockfile.read_bytes()
    gembatch("apply", "plan.json")
    workspace.lockfile.write_bytes(before)

    again = gembatch("apply", "plan.json")

    assert 1 == again.code
    assert "refused: second: the action moved since the plan: then create, now adopt" in again.err
    assert {"first": 2, "second": 1} == dict(workspace.names())


def test_a_plan_from_before_the_first_apply_buys_once_though_the_lockfile_is_lost(
    workspace: Workspace, gembatch: Command
) -> None:
    shutil.rmtree(workspace.root / ".gembatch")
    workspace.lockfile.unlink()
    assert 0 == gembatch("plan", "-e", "local", "--out", "plan.json").code
    assert 0 == gembatch("apply", "plan.json").code
    workspace.lockfile.unlink()

    gembatch("apply", "plan.json")

    assert {"first": 1, "second": 1} == dict(workspace.names())


def test_an_edited_plan_still_meets_the_limits_of_the_base(workspace: Workspace, gembatch: Command) -> None:
    """More submissions can be insisted on, and the plan says so; nobody can insist on what is forbidden."""
    base = Path(shutil.copytree(workspace.root, workspace.root.parent / "base"))
    with (base / "gembatch.yaml").open("a", encoding="utf-8") as file:
        file.write("limits: {forbiddenModels: [gemini-3*]}\n")
    tamper(workspace, lambda plan: plan.update(maxSubmissions=10**6))

    assert "[limits.forbiddenModels]" in gembatch("apply", "plan.json", "--base", str(base)).err
    assert {"first": 1} == dict(workspace.names())


HOSTILE: dict[str, Edit] = {
    "the tool": lambda plan: plan.update(tool=UGLY),
    "the workspace": lambda plan: plan.update(workspace=UGLY),
    "the environment": lambda plan: plan.update(environment=UGLY),
    "the lineage": lambda plan: plan.update(lineage=UGLY),
    "the instant": lambda plan: plan.update(instant=UGLY),
    "a variable's name": lambda plan: plan["variables"].update({UGLY: "x"}),
    "a variable's value": lambda plan: plan["variables"].update(folder=UGLY),
    "the selection": lambda plan: plan.update(select=[UGLY]),
    "a date": lambda plan: plan.update(dates={"from": UGLY, "to": UGLY}),
    "a key": lambda plan: plan.update({UGLY: 1}),
    "a job's name": lambda plan: first(plan).update(displayName=UGLY),
    "a project": lambda plan: first(plan).update(project=UGLY, displayName=UGLY),
    "an action": lambda plan: first(plan).update(action=UGLY),
    "a premise": lambda plan: first(plan)["premise"].update(recorded=UGLY, observed=UGLY),
    "a note": lambda plan: first(plan).update(note=UGLY, spec=UGLY, differences=[UGLY]),
    "a key of a change": lambda plan: first(plan).update({UGLY: 1}),
    "a name twice": lambda plan: plan["changes"].extend([{**first(plan), "displayName": UGLY}] * 2),
}


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("edit", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_of_a_plan_is_more_than_text(
    workspace: Workspace, gembatch: Command, monkeypatch: pytest.MonkeyPatch, edit: Edit, form: str
) -> None:
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    tamper(workspace, edit)

    result = gembatch("apply", "plan.json", "--format", form)

    said = result.out + result.err
    assert [] == [hex(ord(each)) for each in said if each != "\n" and unicodedata.category(each) in UNSEEN]
    assert "\n::" not in said
