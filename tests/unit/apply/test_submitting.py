"""The way of a submission: staged, intended, stored, sent once, recorded."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from builders import entry, job_name, job_spec, lockfile, plan_of, with_inputs
from play import NOON, SETTINGS, accepted, begun, play

from gembatch.apply.events import Begin, Create, Stage, Staged, Woken, Write, Written
from gembatch.apply.outcomes import Result
from gembatch.apply.state import Step
from gembatch.lock.lockfile import Lockfile
from gembatch.model.jobs import LABEL_ATTEMPT, Input, JobState, StagedFile
from gembatch.plan.changes import Plan
from gembatch.plan.fields import own_fields

A, B, C = (job_spec(name) for name in "abc")
FILE = StagedFile("data/a.jsonl", "gs://stage/1/a.jsonl", "1" * 64, 10)


def until(lockfile_written: Lockfile) -> str:
    assert lockfile_written.holder is not None
    return lockfile_written.holder.until


def after(seconds: float) -> str:
    return (NOON + timedelta(seconds=seconds)).isoformat()


def test_one_job_from_begin_to_end() -> None:
    apply = play(plan_of(A))

    first = apply.hears(Begin())
    assert [Write] == [type(command) for command in first]
    assert ["a" * 32] == [intent.attempt for intent in apply.writes().intents]

    (create,) = apply.hears(Written())
    assert isinstance(create, Create)
    assert A.key == create.key

    last = apply.hears(accepted(A), after=3)
    assert [Write] == [type(command) for command in last]
    assert not apply.state.finished
    assert (job_name(1), ()) == (apply.writes().jobs[0].current.name, apply.writes().intents)

    assert () == apply.hears(Written())
    assert apply.state.finished
    assert {"a": Result.SUBMITTED} == apply.results


def test_what_is_sent_is_the_body_with_the_attempt_as_a_label() -> None:
    (create,) = begun(plan_of(A)).asked(Create)

    labels = A.body["labels"]
    assert isinstance(labels, dict)
    assert {**A.body, "labels": {**labels, LABEL_ATTEMPT: "a" * 32}} == create.body


def test_a_body_without_labels_gets_the_one() -> None:
    bare = replace(A, body={key: value for key, value in A.body.items() if key != "labels"})

    (create,) = begun(plan_of(bare)).asked(Create)
    assert {LABEL_ATTEMPT: "a" * 32} == create.body["labels"]


def test_an_intent_says_all_that_is_needed_to_record_its_job() -> None:
    apply = play(with_inputs(plan_of(A), Input("gs://in/a", "7")))
    apply.hears(Begin())

    (intent,) = apply.writes().intents
    assert (A.key, "specs/daily.yaml", A.series, A.digest, A.rerun) == (
        intent.key,
        intent.spec,
        intent.series,
        intent.digest,
        intent.rerun,
    )
    assert (Input("gs://in/a", "7"),) == intent.inputs
    assert own_fields(A.body) == intent.body


def test_a_recorded_job_carries_what_the_plan_knew() -> None:
    apply = begun(with_inputs(plan_of(A), Input("gs://in/a", "7")))
    apply.hears(accepted(A, state=JobState.QUEUED))

    current = apply.writes().jobs[0].current
    assert ("a" * 32, A.digest, JobState.QUEUED) == (current.attempt, current.digest, current.state)
    assert (Input("gs://in/a", "7"),) == current.inputs
    assert "gs://out/a/" == current.output


def test_a_replaced_job_goes_into_the_history() -> None:
    recorded = lockfile(entry(A, 1, JobState.SUCCEEDED))
    changed = job_spec("a", prompt="v2")
    apply = begun(plan_of(changed, recorded=recorded), recorded)
    apply.hears(accepted(changed, number=2))

    assert [job_name(1), job_name(2)] == [past.name for past in apply.writes().jobs[0].submissions]


def test_files_are_staged_before_anything_is_intended() -> None:
    """Staging costs nothing and takes no lease; a job that has no file waits with the others for one write."""
    staged = replace(A, staged=(FILE,))
    apply = play(plan_of(staged, B))

    assert (Stage(A.key, (FILE,)),) == apply.hears(Begin())
    apply.hears(Staged(A.key), after=900)

    assert {A.key, B.key} == {intent.key for intent in apply.writes().intents}
    assert after(900 + SETTINGS.lease_seconds) == until(apply.writes())


def test_all_files_are_staged_at_once_and_waited_for() -> None:
    apply = play(plan_of(replace(A, staged=(FILE,)), replace(B, staged=(FILE, FILE))))

    assert 2 == len(apply.hears(Begin()))
    assert () == apply.hears(Staged(B.key))
    assert () == apply.hears(Woken())
    assert [Write] == [type(command) for command in apply.hears(Staged(A.key))]


def test_a_job_whose_file_cannot_be_staged_is_rejected_and_the_others_go_on() -> None:
    apply = play(plan_of(replace(A, staged=(FILE,)), B))
    apply.hears(Begin())
    apply.hears(Staged(A.key, "no such bucket"))

    assert ("no such bucket", Result.REJECTED) == (apply.messages["a"], apply.results["a"])
    assert [B.key] == [intent.key for intent in apply.writes().intents]


def test_all_intents_are_in_the_first_write() -> None:
    apply = play(plan_of(A, B, C))

    assert 1 == len(apply.hears(Begin()))
    assert {A.key, B.key, C.key} == {intent.key for intent in apply.writes().intents}
    assert ("1" * 32, "ada@laptop") == (apply.writes().holder.id, apply.writes().holder.who)


def test_nothing_is_sent_before_its_intent_is_stored() -> None:
    apply = play(plan_of(A, B))
    apply.hears(Begin())

    assert () == apply.hears(Woken(), after=100)
    assert ["a", "b"] == [command.key.display_name for command in apply.hears(Written())]


def test_no_more_are_in_flight_than_may_be() -> None:
    apply = begun(plan_of(A, B, C), settings=replace(SETTINGS, concurrency=2))

    assert ["a", "b"] == apply.sent()
    apply.hears(Woken(), after=1)
    assert [] == apply.sent()
    apply.hears(accepted(B, "b"))
    assert ["c"] == apply.sent()


def test_creates_are_paced_under_the_quota() -> None:
    apply = begun(plan_of(A, B, C), settings=replace(SETTINGS, per_minute=30))

    assert (["a"], 2.0) == (apply.sent(), apply.wait)
    apply.hears(accepted(A, number=1), after=0.5)
    assert ([], 1.5) == (apply.sent(), apply.wait)
    apply.hears(Written(), after=1.5)
    assert (["b"], 2.0) == (apply.sent(), apply.wait)
    apply.hears(Woken(), after=5)
    assert ["c"] == apply.sent()


def test_a_new_outcome_is_written_once_the_write_under_way_is_stored() -> None:
    """One write at a time; what came meanwhile goes together into the next."""
    apply = begun(plan_of(A, B, C))

    assert [Write] == [type(command) for command in apply.hears(accepted(A, "a", 1))]
    assert () == apply.hears(accepted(B, "b", 2))
    assert () == apply.hears(accepted(C, "c", 3))
    apply.hears(Written())
    assert ["a", "b", "c"] == [job.key.display_name for job in apply.writes().jobs]


def test_every_write_renews_the_lease_and_counts() -> None:
    apply = begun(plan_of(A, B), settings=replace(SETTINGS, lease_seconds=300))
    assert (after(300), 4) == (until(apply.stored), apply.stored.serial)

    apply.hears(accepted(A), after=20)
    assert (after(320), 5) == (until(apply.writes()), apply.writes().serial)


def test_the_last_write_lets_go_of_the_lockfile() -> None:
    apply = begun(plan_of(A))
    apply.hears(accepted(A))

    assert None is apply.writes().holder


def test_the_last_outcome_that_came_during_a_write_is_followed_by_one_that_lets_go() -> None:
    apply = begun(plan_of(A, B))
    apply.hears(accepted(A, "a", 1))
    apply.hears(accepted(B, "b", 2))
    apply.hears(Written())

    assert None is apply.writes().holder
    assert not apply.state.finished
    apply.hears(Written())
    assert apply.state.finished


def paced_out() -> tuple[Plan, float]:
    """Ten jobs, one every 30 seconds, under a lease of 100 seconds and a time-out of 60."""
    return plan_of(*(job_spec(f"job-{number}") for number in range(10))), 30.0


def test_nothing_is_sent_under_a_lease_that_would_not_outlast_it() -> None:
    plan, pace = paced_out()
    apply = begun(plan, settings=replace(SETTINGS, per_minute=2, lease_seconds=100, timeout_seconds=60))
    assert ["job-0"] == apply.sent()
    apply.hears(Woken(), after=pace)
    assert ["job-1"] == apply.sent()

    # 60 seconds later 40 are left of the lease: it is renewed first, with nothing else to say.
    apply.hears(Woken(), after=pace)
    assert [] == apply.sent()
    assert after(160) == until(apply.writes())
    apply.hears(Written(), after=1)
    assert ["job-2"] == apply.sent()


@pytest.mark.parametrize(("left", "sent"), [(60, []), (61, ["b"])])
def test_a_lease_must_exceed_the_time_out(left: float, sent: list[str]) -> None:
    settings = replace(SETTINGS, concurrency=1, lease_seconds=300, timeout_seconds=60)
    apply = begun(plan_of(A, B), settings=settings)
    apply.hears(accepted(A), after=300 - left)

    assert sent == apply.sent()


def test_the_lease_counts_from_when_it_was_asked_for_not_from_when_it_was_stored() -> None:
    settings = replace(SETTINGS, lease_seconds=100, timeout_seconds=60)
    apply = play(plan_of(A), settings=settings)
    apply.hears(Begin())
    apply.hears(Written(), after=50)

    assert [] == apply.sent()
    assert after(150) == until(apply.writes())


def test_nothing_to_do_writes_nothing() -> None:
    recorded = lockfile(entry(A))
    apply = play(plan_of(A, recorded=recorded), recorded)

    assert () == apply.hears(Begin())
    assert apply.state.finished
    assert {"a": Result.KEPT} == apply.results


def test_resolved_intents_are_written_though_nothing_else_is_to_do() -> None:
    recorded = lockfile(entry(A))
    apply = play(plan_of(A, recorded=recorded), recorded, dirty=True)
    apply.hears(Begin())

    assert (None, 4) == (apply.writes().holder, apply.writes().serial)
    apply.hears(Written())
    assert apply.state.finished


def test_a_change_that_submits_needs_a_desired_job() -> None:
    plan = plan_of(A)
    broken = replace(plan, changes=(replace(plan.changes[0], desired=None),))

    with pytest.raises(ValueError, match="a: a change that submits needs a desired job and an attempt"):
        play(broken)


def test_a_task_goes_through_its_steps_in_order() -> None:
    apply = play(plan_of(replace(A, staged=(FILE,))))
    steps = []
    for event in (Begin(), Staged(A.key), Written()):
        apply.hears(event)
        steps.append(apply.state.tasks[A.key].step)

    assert [Step.STAGING, Step.STORING, Step.SENT] == steps
