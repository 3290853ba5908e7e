"""`apply PLAN…`: several plans one after the other, and what became of each in a file."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess

import pytest
from example_workspace import ALL, DATE, Workspace
from jsonschema import Draft7Validator

from gembatch.load.schemas import read_schema

pytestmark = pytest.mark.slow

OTHER_DATE = "2026-11-23"

FULL = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs a device that is always full")  # noqa: PTH110

ADDED = """\
displayName: added
model: gemini-3.8-flash
input: gs://demo-bucket/proverbs/maxims.jsonl
output: gs://demo-bucket/predictions/added/
"""

SLOWLY = "    submit: {perMinute: 6}\n    seed: specs/buckets"
"""One submission at once, and the next one ten seconds later: time enough for a signal."""


def planned(workspace: Workspace, name: str, *arguments: str) -> str:
    workspace.run("plan", "--out", name, *(arguments or ("--date", DATE)))
    return name


def outcomes(workspace: Workspace, name: str = "outcomes.json") -> dict[str, object]:
    document = json.loads((workspace.root / name).read_text(encoding="utf-8"))
    Draft7Validator(read_schema("outcomes")).validate(document)
    return document


def results(document: dict[str, object], number: int = 0) -> dict[str, str]:
    return {outcome["displayName"]: outcome["result"] for outcome in document["plans"][number]["outcomes"]}


def test_each_plan_is_planned_afresh_after_the_one_before(workspace: Workspace) -> None:
    """They overlap: what the first submits is done for the second."""
    first = planned(workspace, "first.json", "--select", "rights-*", "--date", DATE)
    second = planned(workspace, "second.json")

    workspace.run("apply", first, second, "--format", "json=outcomes.json")

    document = outcomes(workspace)
    rights = {name for name in ALL if name.startswith("rights")}
    assert dict.fromkeys(rights, "submitted") == results(document, 0)
    assert {name: "done" if name in rights else "submitted" for name in ALL} == results(document, 1)
    assert dict.fromkeys(ALL, 1) == dict(workspace.names())


def test_the_same_plan_twice_buys_once(workspace: Workspace) -> None:
    plan = planned(workspace, "plan.json")

    result = workspace.run("apply", plan, plan)

    assert 6 == result.err.count("done already")
    assert dict.fromkeys(ALL, 1) == dict(workspace.names())


def test_two_dates_are_two_plans(workspace: Workspace) -> None:
    first, second = planned(workspace, "1.json"), planned(workspace, "2.json", "--date", OTHER_DATE)

    workspace.run("apply", first, second, "--format", "json=outcomes.json")

    assert 3 == list(results(outcomes(workspace), 1).values()).count("submitted")
    assert {1} == set(workspace.names().values())


def test_a_plan_that_is_refused_does_not_stop_the_next(workspace: Workspace) -> None:
    good = planned(workspace, "good.json")
    (workspace.root / "bad.json").write_text("{}", encoding="utf-8")

    result = workspace.run("apply", "bad.json", "gone.json", good, "--format", "json=outcomes.json", code=1)

    document = outcomes(workspace)
    assert "error: cannot read the plan bad.json: the plan lacks `format`" in result.err
    assert [1, 1, 0] == [plan["exitCode"] for plan in document["plans"]]
    assert "cannot read the plan gone.json: no such file or directory" == document["plans"][1]["error"]["message"]
    assert dict.fromkeys(ALL, "submitted") == results(document, 2)
    assert [None, None, "local"] == [plan["environment"] for plan in document["plans"]]


def test_an_outcome_names_job_output_and_lockfile(workspace: Workspace) -> None:
    workspace.run("apply", planned(workspace, "plan.json"), "--format", "json=outcomes.json")

    (plan,) = outcomes(workspace)["plans"]
    recorded = {str(entry["displayName"]): entry for entry in workspace.recorded()}
    assert ("plan.json", "examples", "local", "locks/local.lock.json") == (
        plan["plan"],
        plan["workspace"],
        plan["environment"],
        plan["lockfile"],
    )
    assert {name: (entry["name"], entry["output"]) for name, entry in recorded.items()} == {
        outcome["displayName"]: (outcome["job"], outcome["output"]) for outcome in plan["outcomes"]
    }


def test_what_moved_and_what_was_left_stand_in_the_outcomes(workspace: Workspace) -> None:
    plan = planned(workspace, "plan.json", "--date", DATE)
    workspace.edit("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", "model: gemini-3.7-flash")
    (workspace.root / "specs" / "added.yaml").write_text(ADDED, encoding="utf-8")

    workspace.run("apply", plan, "--format", "json=outcomes.json", code=1)

    found = results(outcomes(workspace))
    assert ("left", "refused") == (found["added"], found["proverbs-themes"])
    assert 5 == list(found.values()).count("submitted")


def test_json_on_stdout_is_nothing_but_json(workspace: Workspace) -> None:
    result = workspace.run("apply", "--yes", "--format", "json", "--date", DATE)

    assert dict.fromkeys(ALL, "submitted") == results(json.loads(result.out))
    assert "Plan: 6 to submit" in result.err


def test_text_in_a_file_is_for_people_without_colours(workspace: Workspace) -> None:
    workspace.run("apply", "--yes", "--format", "text=outcomes.txt", "--date", DATE)

    text = (workspace.root / "outcomes.txt").read_text(encoding="utf-8")
    assert text.startswith("apply: environment local, lockfile locks/local.lock.json\n  submitted   dictionary-tone  ")
    assert text.endswith("\nApplied: 6 submitted.\n")


def test_markdown_in_a_file_is_for_a_pull_request_and_kept_to_a_size(workspace: Workspace) -> None:
    workspace.run("apply", "--yes", "--format", "markdown:5000=outcomes.md", "--date", DATE)

    text = (workspace.root / "outcomes.md").read_text(encoding="utf-8")
    assert text.startswith("**Applied for `local` of `examples`:** 6 submitted.\n")
    assert "- `proverbs-themes` → `gs://demo-bucket/predictions/proverbs/`" in text
    assert len(text) <= 5000


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (("--base", "specs"), "there is no gembatch.yaml in the base specs"),
        (("-e", "nowhere"), "there is no environment `nowhere`"),
    ],
)
def test_the_file_is_written_when_nothing_could_be_done(
    workspace: Workspace, arguments: tuple[str, str], error: str
) -> None:
    workspace.run("apply", "--yes", "--format", "json=outcomes.json", *arguments, code=2)

    (plan,) = outcomes(workspace)["plans"]
    assert (error, []) == (plan["error"]["message"], plan["outcomes"])


def test_a_plan_past_the_limits_has_the_findings_in_its_outcome(workspace: Workspace) -> None:
    line = "    seed: specs/buckets"
    workspace.edit("gembatch.yaml", line, f"    limits: {{maxSubmissions: 2}}\n{line}")

    workspace.run("apply", "--yes", "--format", "json=outcomes.json", "--date", DATE, code=1)

    (plan,) = outcomes(workspace)["plans"]
    assert ["limits.maxSubmissions"] == [finding["rule"] for finding in plan["error"]["findings"]]
    assert [] == workspace.ledger()


@pytest.mark.parametrize("file", ["no/such/folder", "specs"])
def test_a_file_that_cannot_be_written_is_told_before_anything_is_submitted(workspace: Workspace, file: str) -> None:
    result = workspace.run("apply", "--yes", "--format", f"json={file}", "--date", DATE, code=1)

    assert f"cannot write json to {file}: " in result.err
    assert [] == workspace.ledger()


@FULL
def test_a_file_that_cannot_be_written_after_all_stops_no_other_and_is_an_error(workspace: Workspace) -> None:
    formats = ("--format", "text=/dev/full", "--format", "json=outcomes.json")

    result = workspace.run("apply", "--yes", *formats, "--date", DATE, code=1)

    assert "cannot write text to /dev/full" in result.err
    assert dict.fromkeys(ALL, "submitted") == results(outcomes(workspace))


def test_the_outcomes_of_a_run_before_do_not_outlive_a_killed_one(workspace: Workspace) -> None:
    workspace.edit("gembatch.yaml", "    seed: specs/buckets", SLOWLY)
    (workspace.root / "outcomes.json").write_text("{}", encoding="utf-8")
    with workspace.start("apply", "--yes", "--format", "json=outcomes.json", "--date", DATE) as process:
        assert process.stderr is not None
        assert "submitted" in process.stderr.readline()
        process.kill()

    assert not (workspace.root / "outcomes.json").exists()


def test_outcomes_do_not_take_the_place_of_the_plan(workspace: Workspace) -> None:
    plan = planned(workspace, "plan.json")

    result = workspace.run("apply", plan, "--format", "json=./plan.json", code=2)

    assert "error: cannot write json to plan.json: it is read as well\n" == result.err
    assert (workspace.root / plan).exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_the_rest_and_the_files_are_written(workspace: Workspace, number: signal.Signals) -> None:
    """It comes once the first job is submitted; whatever was in flight then is recorded."""
    workspace.edit("gembatch.yaml", "    seed: specs/buckets", SLOWLY)
    plans = [planned(workspace, "1.json"), planned(workspace, "2.json", "--date", OTHER_DATE)]
    process = workspace.start("apply", *plans, "--format", "json=outcomes.json")
    assert process.stderr is not None
    first = process.stderr.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=60)

    assert "submitted" in first, f"{first}{err}{out}"
    assert f"{number.name}: no new submission; waiting for those in flight\n" in err
    document = outcomes(workspace)
    assert 4 == process.returncode == document["exitCode"]
    assert [[], "interrupted before anything was submitted"] == [
        document["plans"][1]["outcomes"],
        document["plans"][1]["error"]["message"],
    ]
    submitted = [name for name, result in results(document).items() if result == "submitted"]
    assert sorted(submitted) == sorted(str(job["displayName"]) for job in workspace.ledger())
    assert sorted(submitted) == sorted(str(entry["displayName"]) for entry in workspace.recorded())


def test_a_signal_while_it_plans_ends_it_before_anything_is_submitted(workspace: Workspace) -> None:
    """It asks a server that never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        workspace.edit("gembatch.yaml", "    seed: specs/buckets", "")
        url = f"http://127.0.0.1:{server.getsockname()[1]}"
        workspace.edit("gembatch.yaml", "endpoint: embedded", f"endpoint: {url}")
        process = workspace.start("apply", "--yes", "--format", "json=outcomes.json", "--date", DATE)
        connection, _ = server.accept()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
        connection.close()

    (plan,) = outcomes(workspace)["plans"]
    assert (4, 4, "interrupted before anything was submitted") == (
        process.returncode,
        plan["exitCode"],
        plan["error"]["message"],
    )
    assert "Traceback" not in out + err


def test_that_nobody_could_be_asked_stands_in_the_outcomes_too(workspace: Workspace) -> None:
    result = workspace.run("apply", "--format", "json=outcomes.json", "--date", DATE, code=2)

    (plan,) = outcomes(workspace)["plans"]
    assert "there is no terminal to ask on" in result.err
    assert "there is no terminal to ask on" == plan["error"]["message"]


@FULL
def test_a_full_disk_behind_stdout_is_among_the_outcomes(workspace: Workspace) -> None:
    first, second = planned(workspace, "1.json"), planned(workspace, "2.json", "--date", OTHER_DATE)
    command = workspace.command("apply", first, second, "--format", "json=outcomes.json")

    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123
        done = subprocess.run(command, cwd=workspace.root, stdout=full, stderr=subprocess.PIPE, text=True, check=False)

    document = outcomes(workspace)
    assert (1, 1) == (done.returncode, document["exitCode"])
    assert [1, 0] == [plan["exitCode"] for plan in document["plans"]]
    assert "cannot write to stdout: No space left on device" == document["plans"][0]["error"]["message"]
    assert sum(workspace.names().values()) == list(results(document, 1).values()).count("submitted")
