"""Why, in words, and what a person can do about it."""

from __future__ import annotations

import pytest
from builders import FAILED, SUCCEEDED, entry, intent, job_name, job_spec, key_of, lockfile, plan_of, remote, stranger

from gembatch.model.jobs import LABEL_WORKSPACE, JobState, Lifecycle, OnChangeInFlight
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Change, Plan, Premise, Reason
from gembatch.plan.drift import Drift
from gembatch.report.reasons import drift_why, steps, why

SPEC, V2 = job_spec(), job_spec(prompt="v2")
CANCEL = Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL)

PLANS: dict[str, tuple[Plan, str, list[str]]] = {
    "new": (plan_of(SPEC), "not submitted yet", []),
    "changed": (
        plan_of(V2, recorded=lockfile(entry(SPEC, 1, SUCCEEDED))),
        "the spec changed since it was submitted",
        [],
    ),
    "missing": (
        plan_of(SPEC, recorded=lockfile(entry(SPEC)), gone=[job_name(1)]),
        "Vertex AI does not know the job any more",
        ["submit it again, at its price: gembatch apply --resubmit-missing -e prod --select daily"],
    ),
    "missing, insisted": (
        plan_of(
            SPEC,
            recorded=lockfile(entry(SPEC)),
            gone=[job_name(1)],
            insistence=Insistence(resubmit_missing=True),
        ),
        "Vertex AI does not know the job any more, and it was asked to be submitted again",
        [],
    ),
    "in flight": (
        plan_of(V2, recorded=lockfile(entry(SPEC))),
        "the spec changed while the job is live",
        [
            "wait until it has ended, then plan again: gembatch wait -e prod --select daily",
            "or cancel it, then plan again: gembatch cancel -e prod -- daily",
            "or let every plan do so, with `lifecycle.onChangeInFlight: cancel` in the spec: ",
        ],
    ),
    "in flight, to cancel": (
        plan_of(job_spec(prompt="v2", lifecycle=CANCEL), recorded=lockfile(entry(SPEC))),
        "the spec changed while the job is live, and its successor follows once that ends",
        [],
    ),
    "foreign, equal": (
        plan_of(SPEC, strangers=[stranger(SPEC)]),
        "somebody else's job has this name, and an equal body",
        ["take it over, at no price: gembatch apply --adopt -e prod --select daily"],
    ),
    "foreign, unequal": (
        plan_of(V2, strangers=[stranger(SPEC)]),
        "somebody else's job has this name, and another body",
        ["choose another `displayName`: "],
    ),
    "foreign, of another workspace": (
        plan_of(SPEC, strangers=[stranger(SPEC, labels={LABEL_WORKSPACE: "theirs"})]),
        "a job of another gembatch workspace has this name",
        ["choose another `displayName`: "],
    ),
    "stale": (
        plan_of(job_spec(prompt="v3"), recorded=lockfile(entry(SPEC)), ours=[remote(V2, 2)]),
        "the lockfile is older than what runs",
        ["fetch the current lockfile, then plan again: "],
    ),
    "unfinished": (
        plan_of(SPEC, recorded=lockfile(intents=(intent(SPEC),)), open_intents=(intent(SPEC),)),
        "an apply has not finished",
        ["wait until it is settled, then plan again: gembatch plan -e prod --select daily"],
    ),
    "failed": (
        plan_of(SPEC, recorded=lockfile(entry(SPEC, 1, FAILED))),
        "the job ended badly",
        ["submit it again, at its price: gembatch apply --retry-failed -e prod --select daily"],
    ),
    "cancelled": (
        plan_of(SPEC, recorded=lockfile(entry(SPEC, 1, JobState.CANCELLED, cancelled=True))),
        "gembatch cancelled the job",
        ["submit it again, at its price: gembatch apply --retry-failed -e prod --select daily"],
    ),
    "labels": (
        plan_of(job_spec(labels={"team": "b"}), recorded=lockfile(entry(SPEC))),
        "up to date; only labels differ, and a job's labels cannot be edited",
        [],
    ),
    "removed": (plan_of(recorded=lockfile(entry(SPEC))), "no spec asks for it any more", []),
}


@pytest.mark.parametrize("name", PLANS)
def test_a_decision_says_why_and_what_can_be_done(name: str):
    plan, reason, ways = PLANS[name]

    assert reason == why(plan.changes[0])
    assert ways == [f"{step.text}: {step.command}" for step in steps(plan.changes)]


def blocked(name: str) -> Change:
    return Change(key_of(name), Action.BLOCKED, Reason.MISSING, Premise())


@pytest.mark.parametrize(
    ("names", "command"),
    [
        (("a", "b"), "gembatch apply --resubmit-missing -e prod --select a --select b"),
        (tuple("abcdef"), "gembatch apply --resubmit-missing -e prod"),
        (("a b; rm -rf $HOME",), "gembatch apply --resubmit-missing -e prod --select 'a b; rm -rf $HOME'"),
        (("a*[b]?",), "gembatch apply --resubmit-missing -e prod --select 'a[*][[]b][?]'"),
    ],
)
def test_a_command_means_the_jobs_whatever_they_are_called(names: tuple[str, ...], command: str):
    assert command == steps([blocked(name) for name in names])[0].command


def test_a_command_that_cancels_many_begins_the_list():
    changes = [Change(key_of(name), Action.BLOCKED, Reason.IN_FLIGHT, Premise()) for name in "abcdef"]

    assert "gembatch cancel -e prod -- a b c d e …" == steps(changes)[1].command


def test_every_pair_of_action_and_reason_has_words():
    for action in Action:
        for reason in Reason:
            assert why(Change(key_of(), action, reason, Premise()))
            steps([Change(key_of(), action, reason, Premise())])


@pytest.mark.parametrize(
    ("observed", "error", "expected"),
    [
        (None, "", "recorded as running, and Vertex AI does not know it any more"),
        (FAILED, "", "recorded as running, and now failed"),
        (FAILED, "no quota", "recorded as running, and now failed: no quota"),
    ],
)
def test_drift_says_what_happened(observed: JobState | None, error: str, expected: str):
    assert expected == drift_why(Drift(key_of(), job_name(1), JobState.RUNNING, observed, error))
