"""Jobs that have not ended: changed specs, waiting, cancelling, pruning."""

from __future__ import annotations

import pytest
from example_workspace import DATE, Workspace

pytestmark = pytest.mark.slow

EDIT = ("specs/proverbs-themes.yaml", "model: gemini-3.8-flash", "model: gemini-3.7-flash")


def test_a_changed_spec_is_refused_while_its_job_is_live(patient: Workspace) -> None:
    patient.run("apply", "--yes", "--date", DATE)
    patient.edit(*EDIT)

    result = patient.run("plan", "--detailed-exitcode", "--date", DATE, code=1)

    assert "blocked  proverbs-themes  in-flight" in result.out
    assert "lifecycle.onChangeInFlight" in result.out
    assert "± model: gemini-3.8-flash → gemini-3.7-flash" in result.out


def test_by_its_lifecycle_a_live_job_is_cancelled_and_replaced_in_one_apply(patient: Workspace) -> None:
    patient.run("apply", "--yes", "--date", DATE)
    patient.edit(*EDIT)
    spec = patient.root / "specs" / "proverbs-themes.yaml"
    spec.write_text(f"{spec.read_text(encoding='utf-8')}\nlifecycle: {{onChangeInFlight: cancel}}\n", encoding="utf-8")

    result = patient.run("apply", "--yes", "--date", DATE)

    assert "cancel   proverbs-themes  in-flight" in result.out
    states = {job["model"]: job["state"] for job in patient.ledger() if job["displayName"] == "proverbs-themes"}
    assert {
        "publishers/google/models/gemini-3.8-flash": "JOB_STATE_CANCELLED",
        "publishers/google/models/gemini-3.7-flash": "JOB_STATE_PENDING",
    } == states


def test_a_wait_ends_at_its_time_out_and_says_so(patient: Workspace) -> None:
    patient.run("apply", "--yes", "--date", DATE)

    result = patient.run("wait", "--timeout", "0.5", "--date", DATE, code=1)

    assert "6 jobs had not ended after 0.5 s" in result.err
    assert "proverbs-themes  pending" in result.err


def test_a_wait_for_what_was_never_submitted_says_what_to_do(patient: Workspace) -> None:
    result = patient.run("wait", "--date", DATE, code=1)

    assert "gembatch apply" in result.err


def test_a_cancelled_job_is_not_submitted_again(patient: Workspace) -> None:
    patient.run("apply", "--yes", "--date", DATE)
    patient.run("cancel", "proverbs-themes", "--yes", "--date", DATE)

    result = patient.run("apply", "--yes", "--date", DATE)

    assert "keep     proverbs-themes  cancelled" in result.out
    assert 1 == patient.names()["proverbs-themes"]


def test_a_cancel_of_an_unknown_job_names_the_nearest(patient: Workspace) -> None:
    patient.run("apply", "--yes", "--date", DATE)

    result = patient.run("cancel", "proverb-themes", "--yes", "--date", DATE, code=2)

    assert "did you mean `proverbs-themes`?" in result.err


def test_without_a_terminal_cancel_wants_to_be_told_yes(patient: Workspace) -> None:
    patient.run("apply", "--yes", "--date", DATE)

    result = patient.run("cancel", "proverbs-themes", "--date", DATE, code=2)

    assert "--yes" in result.err


def test_prune_cancels_what_no_spec_asks_for(patient: Workspace) -> None:
    patient.run("apply", "--yes", "--date", DATE)
    (patient.root / "specs" / "proverbs-themes.yaml").unlink()

    result = patient.run("apply", "--prune", "--yes", "--date", DATE)

    assert "cancel   proverbs-themes  removed" in result.out
    states = [job["state"] for job in patient.ledger() if job["displayName"] == "proverbs-themes"]
    assert ["JOB_STATE_CANCELLED"] == states


def test_a_strangers_job_of_the_same_name_and_body_is_adopted_only_on_request(patient: Workspace) -> None:
    body = patient.body_of("proverbs-themes")
    patient.post({**body, "labels": {"team": "others"}})

    blocked = patient.run("plan", "--detailed-exitcode", "--date", DATE, code=3)
    adopted = patient.run("apply", "--adopt", "--yes", "--date", DATE)

    assert "blocked  proverbs-themes  foreign" in blocked.out
    assert "--adopt" in blocked.out
    assert "adopt    proverbs-themes  foreign" in adopted.out
    assert 1 == patient.names()["proverbs-themes"]


def test_a_job_of_another_gembatch_workspace_is_never_adopted(patient: Workspace) -> None:
    body = patient.body_of("proverbs-themes")
    patient.post({**body, "labels": {"gembatch-workspace": "others", "gembatch-env": "local"}})

    result = patient.run("apply", "--adopt", "--yes", "--date", DATE, code=1)

    assert "blocked  proverbs-themes  foreign" in result.out
    assert "others/local" in result.out
    assert 1 == patient.names()["proverbs-themes"]
