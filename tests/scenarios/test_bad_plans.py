"""What is given as a saved plan and is none, and what moved since it was saved: one clear refusal, nothing done."""

from __future__ import annotations

import json
import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from example_workspace import ALL, DATE, Result, Workspace
from signed import signed

from gembatch.load.plans import MAX_BYTES

pytestmark = pytest.mark.slow

Command = Callable[..., Result]


@pytest.fixture
def saved(workspace: Workspace, monkeypatch: pytest.MonkeyPatch, gembatch: Command) -> Workspace:
    """The example workspace, in the current folder, with a plan of its six jobs in plan.json."""
    monkeypatch.chdir(workspace.root)
    assert 0 == gembatch("plan", "--out", "plan.json", "--date", DATE).code
    return workspace


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(path.name)  # relative: the name of a socket may have a hundred bytes


def a_large_file(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(MAX_BYTES + 1)


def text(content: str | bytes) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(content if isinstance(content, bytes) else content.encode()) and None


NO_PLANS: dict[str, tuple[Callable[[Path], None], str]] = {
    "nothing": (lambda _: None, "no such file or directory"),
    "a folder": (Path.mkdir, "it is a folder"),
    "a pipe": (a_pipe, "it is a pipe"),
    "a socket": (a_socket, "it is a socket"),
    "a device": (lambda path: path.symlink_to("/dev/zero"), "it is a device"),
    "100 MB": (a_large_file, "it has 100,000,001 bytes, more than the 100,000,000 allowed"),
    "empty": (text(""), "it is empty"),
    "blank": (text(" \n"), "it is empty"),
    "not UTF-8": (text(b'{"format": "\xff"}'), "byte 12 is not UTF-8"),
    "UTF-16": (text("{}".encode("utf-16")), "byte 0 is not UTF-8"),
    "nested deeply": (text("[" * 1_000_000), "it nests too deeply"),
    "nested deeply inside": (text('{"format":' * 100_000), "it nests too deeply"),
    "not JSON": (text("version: 1"), "it is not JSON at line 1, column 1"),
    "cut off": (text('{"format": 1,'), "it is not JSON at line 1, column 14"),
    "a list": (text("[]"), "the plan is not an object"),
    "another document": (text("{}"), "the plan lacks `format`"),
    "a number too large": (text('{"format": 1e999}'), "the number 1e999 is too large"),
    "digits without an end": (text(f'{{"format": {"9" * 100_000}}}'), "the number 999"),
    "half a character": (text('{"format": "\\ud800"}'), "half of a surrogate pair is no character"),
}


@pytest.mark.parametrize(("make", "message"), NO_PLANS.values(), ids=NO_PLANS.keys())
def test_what_is_no_plan_is_refused_at_once(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, gembatch: Command, make: Callable[[Path], None], message: str
) -> None:
    monkeypatch.chdir(workspace.root)
    make(Path("given.json"))

    result = gembatch("apply", "given.json")

    assert (1, "") == (result.code, result.out)
    assert f"error: cannot read the plan given.json: {message}" in result.err
    assert "hint: write " in result.err
    assert len(result.err.splitlines()) == 2
    assert not (workspace.root / ".gembatch").exists()


def test_a_plan_whose_name_would_rewrite_the_screen_is_named_harmlessly(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, gembatch: Command
) -> None:
    monkeypatch.chdir(workspace.root)

    assert "cannot read the plan \\u001b[2Jplan.json" in gembatch("apply", "\x1b[2Jplan.json").err


def test_a_plan_of_another_commit_is_refused_job_by_job(saved: Workspace, gembatch: Command) -> None:
    """Every spec has changed since, one is gone and one is new."""
    saved.edit("gembatch.yaml", "labels: {team: examples}", "labels: {team: others}")
    (saved.root / "specs" / "proverbs-themes.yaml").unlink()

    result = gembatch("apply", "plan.json")

    assert 1 == result.code
    assert 5 == result.err.count("the spec moved since the plan")
    assert "refused: proverbs-themes: no spec asks for it any more" in result.err
    assert [] == saved.ledger()


def test_a_lockfile_that_another_apply_wrote_since_makes_what_it_did_done(saved: Workspace, gembatch: Command) -> None:
    assert 0 == gembatch("apply", "--yes", "--select", "rights-*", "--date", DATE).code

    result = gembatch("apply", "plan.json")

    assert (0, 3) == (result.code, result.err.count("done already"))
    assert "Applied: 3 submitted, 3 done." in result.out
    assert dict.fromkeys(ALL, 1) == dict(saved.names())


@pytest.mark.parametrize("lost", ["deleted", "emptied"])
def test_a_lockfile_that_was_lost_since_buys_nothing_twice(saved: Workspace, gembatch: Command, lost: str) -> None:
    """The jobs are found by their labels; to take them over was not approved."""
    assert 0 == gembatch("apply", "plan.json").code
    document = json.loads(saved.lockfile.read_text(encoding="utf-8"))
    if lost == "deleted":
        saved.lockfile.unlink()
    else:
        saved.lockfile.write_text(json.dumps({**document, "jobs": []}), encoding="utf-8")

    result = gembatch("apply", "plan.json")

    assert (1, 6) == (result.code, result.err.count("the action moved since the plan: then create, now adopt"))
    assert dict.fromkeys(ALL, 1) == dict(saved.names())


def test_a_plan_of_a_lockfile_that_was_deleted_since_is_refused(saved: Workspace, gembatch: Command) -> None:
    gembatch("apply", "plan.json")
    saved.edit("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", "model: gemini-3.7-flash")
    gembatch("plan", "--out", "change.json", "--date", DATE)
    saved.lockfile.unlink()

    result = gembatch("apply", "change.json")

    assert (1, "") == (result.code, result.out)
    assert "the plan was made against another lockfile: their lineages differ" in result.err
    assert 1 == saved.names()["proverbs-themes"]


def test_midnight_another_merge_and_a_status_sync_do_not_make_it_stale(saved: Workspace, gembatch: Command) -> None:
    """Another merge: a job that this plan does not know is applied on another day, and all are synced."""
    spec = (saved.root / "specs" / "proverbs-themes.yaml").read_text(encoding="utf-8")
    other = spec.replace("displayName: proverbs-themes", "displayName: other").replace("proverbs/ #", "other/ #")
    (saved.root / "specs" / "other.yaml").write_text(other, encoding="utf-8")
    assert 0 == gembatch("apply", "--yes", "--select", "other", "--date", "2027-01-01").code
    assert 0 == gembatch("wait", "--select", "other", "--date", "2027-01-01").code
    assert 0 == gembatch("status", "--sync", "--date", "2027-01-01").code

    result = gembatch("apply", "plan.json")

    assert (0, True) == (result.code, "Applied: 6 submitted, 1 kept." in result.out)
    assert dict.fromkeys((*ALL, "other"), 1) == dict(saved.names())


@pytest.mark.parametrize(
    ("edits", "message"),
    [
        ({"maxSubmissions": 1000}, "it was edited: what it says besides its changes does not have the seal"),
        ({"instant": "2026-11-25T00:00:00+00:00"}, "it was edited: what it says besides its changes"),
        ({"changes": []}, "it was edited: its changes do not have the digest that it states"),
    ],
)
def test_an_edit_by_hand_is_refused(
    saved: Workspace, gembatch: Command, edits: dict[str, object], message: str
) -> None:
    plan = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    Path("plan.json").write_text(json.dumps({**plan, **edits}), encoding="utf-8")

    result = gembatch("apply", "plan.json")

    assert (1, "") == (result.code, result.out)
    assert f"cannot read the plan plan.json: {message}" in result.err
    assert [] == saved.ledger()


def test_an_edit_that_was_signed_makes_nothing_run_that_the_specs_do_not_ask_for(
    saved: Workspace, gembatch: Command
) -> None:
    plan = json.loads(Path("plan.json").read_text(encoding="utf-8"))
    for change in plan["changes"]:
        change["body"]["model"] = "publishers/google/models/gemini-4-argon"
    Path("plan.json").write_text(json.dumps(signed(plan)), encoding="utf-8")

    result = gembatch("apply", "plan.json")

    assert (1, 6) == (result.code, result.err.count("the spec moved since the plan"))
    assert [] == saved.ledger()


def test_a_plan_of_a_copy_of_the_workspace_is_no_plan_of_another_lockfile(saved: Workspace, gembatch: Command) -> None:
    """Applied in the copy, it is done there, and refused by lineage where that lockfile is not."""
    shutil.copytree(saved.root, saved.root.parent / "copy")
    gembatch("apply", "plan.json")
    gembatch("plan", "--out", "later.json", "--date", "2026-11-23")

    result = gembatch("apply", "later.json", "-C", str(saved.root.parent / "copy"))

    assert (1, "") == (result.code, result.out)
    assert "their lineages differ" in result.err
