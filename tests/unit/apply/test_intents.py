"""How an unfinished run is resolved: recorded, dropped, or left open until it is settled."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from builders import RUNNING, SUCCEEDED, entry, intent, job_name, job_spec, lockfile, remote, submission
from play import NOON, made

from gembatch.apply.intents import held_because, is_held, record, resolve, settled_at, submission_of
from gembatch.lock.lockfile import Holder
from gembatch.model.digests import digest_from_label, label_of
from gembatch.model.jobs import LABEL_ATTEMPT, Input
from gembatch.model.workspace import SubmitSettings

A, B = job_spec("a"), job_spec("b")
SETTINGS = SubmitSettings(settle_seconds=120)
HOLDER = Holder("1" * 32, "ada@laptop", "https://ci/run/7", NOON.isoformat())
SETTLED = NOON + timedelta(seconds=120)
OPEN = lockfile(holder=HOLDER, intents=(intent(A, "a" * 32), intent(B, "b" * 32)))


def just_before(moment: datetime) -> datetime:
    return moment - timedelta(seconds=1)


def test_an_intent_whose_job_is_found_is_recorded_however_young_it_is() -> None:
    resolution = resolve(OPEN, [made(A, "a"), made(B, "b", 2)], NOON - timedelta(hours=1), SETTINGS)

    assert ((), ()) == (resolution.open, resolution.dropped)
    assert OPEN.intents == resolution.recorded
    assert [(A.key, job_name(1)), (B.key, job_name(2))] == [
        (job.key, job.current.name) for job in resolution.lockfile.jobs
    ]
    assert () == resolution.lockfile.intents


def test_an_intent_without_a_job_is_open_until_it_is_settled() -> None:
    resolution = resolve(OPEN, [made(A, "a")], just_before(SETTLED), SETTINGS)

    assert [B.key] == [intent.key for intent in resolution.open]
    assert [B.key] == [intent.key for intent in resolution.lockfile.intents]
    assert (HOLDER, SETTLED) == (resolution.holder, resolution.until)


def test_a_settled_intent_without_a_job_is_dropped() -> None:
    resolution = resolve(OPEN, [made(A, "a")], SETTLED, SETTINGS)

    assert [B.key] == [intent.key for intent in resolution.dropped]
    assert ((), ()) == (resolution.open, resolution.lockfile.intents)


def test_a_lockfile_without_intents_is_left_as_it_is() -> None:
    plain = lockfile(entry(A))

    assert plain == resolve(plain, [remote(A)], NOON, SETTINGS).lockfile


def test_jobs_without_an_attempt_settle_nothing() -> None:
    resolution = resolve(OPEN, [remote(A, labels={})], NOON, SETTINGS)

    assert OPEN.intents == resolution.open


def test_where_nobody_may_guess_only_a_job_settles_an_intent() -> None:
    never = replace(SETTINGS, never_guess=True)
    resolution = resolve(OPEN, [made(A, "a")], SETTLED + timedelta(days=365), never)

    assert ([B.key], None) == ([intent.key for intent in resolution.open], resolution.until)


def test_an_intent_that_nobody_holds_is_never_settled_by_time() -> None:
    """It was put there by hand or by a merge: nothing says when it may have been sent."""
    assert None is settled_at(None, SETTINGS)
    assert OPEN.intents == resolve(replace(OPEN, holder=None), [], SETTLED, SETTINGS).open


@pytest.mark.parametrize(("moment", "held"), [(just_before(NOON), True), (NOON, False)])
def test_a_lockfile_is_held_while_the_lease_runs(moment: datetime, *, held: bool) -> None:
    assert held == is_held(OPEN, moment)


def test_a_lockfile_without_a_holder_is_not_held() -> None:
    assert not is_held(lockfile(), NOON)


def test_a_recorded_job_is_what_the_intent_asked_for() -> None:
    asked = intent(job_spec("a", rerun="again"), inputs=(Input("gs://in/a", "7"),))
    (recorded,) = record(lockfile(), asked, made(A)).jobs

    assert (asked.key, asked.spec, asked.series) == (recorded.key, recorded.spec, recorded.series)
    assert (asked.digest, "again", asked.inputs, asked.body) == (
        recorded.current.digest,
        recorded.current.rerun,
        recorded.current.inputs,
        recorded.current.body,
    )
    assert "gs://out/a/" == recorded.current.output


def test_a_recorded_job_shows_the_output_that_vertex_names() -> None:
    found = made(A, output="gs://out/a/prediction-model-1")

    assert "gs://out/a/prediction-model-1" == record(lockfile(), intent(A), found).jobs[0].current.output


def test_a_recorded_job_goes_before_what_was_known_of_its_key_even_if_retired() -> None:
    known = lockfile(retired=[entry(A, 1, SUCCEEDED)])
    after = record(known, intent(A), made(A, number=2))

    assert ([job_name(1), job_name(2)], ()) == ([past.name for past in after.jobs[0].submissions], after.retired)


def test_an_observed_job_by_itself_is_known_by_its_labels() -> None:
    observed = submission_of(remote(A, 1, body=A.body))

    assert (f"{1:032x}", digest_from_label(label_of(A.digest)), None) == (
        observed.attempt,
        observed.digest,
        observed.rerun,
    )
    assert replace(submission(A, 1, RUNNING), digest=observed.digest) == observed


def test_an_observed_job_of_somebody_else_has_no_attempt_and_no_digest() -> None:
    observed = submission_of(remote(A, 1, labels={"team": "search"}))

    assert (None, digest_from_label(""), "") == (observed.attempt, observed.digest, observed.output)
    assert LABEL_ATTEMPT not in str(observed.body)


# why nobody may submit now


def test_a_running_apply_is_told_with_its_end() -> None:
    running = lockfile(holder=HOLDER)
    message, hint = held_because(resolve(running, [], just_before(NOON), SETTINGS))

    assert (
        f"another apply is running: ada@laptop (https://ci/run/7) holds the lockfile until {NOON.isoformat()}"
        == message
    )
    assert "wait" in hint


def test_an_unfinished_apply_is_told_with_its_jobs_and_when_they_are_settled() -> None:
    message, hint = held_because(resolve(OPEN, [], NOON, SETTINGS))

    assert "an apply by ada@laptop (https://ci/run/7) has not finished, and may yet submit `a`, `b`" == message
    assert f"settled at {SETTLED.isoformat()}" in hint


def test_of_many_open_intents_three_are_named() -> None:
    many = replace(OPEN, intents=tuple(intent(job_spec(name), name * 32) for name in "abcde"))
    message, _ = held_because(resolve(many, [], NOON, SETTINGS))

    assert message.endswith("`a`, `b`, `c` and 2 more")


def test_what_time_does_not_settle_is_for_a_person() -> None:
    message, hint = held_because(resolve(replace(OPEN, holder=None), [], NOON, SETTINGS))

    assert message.startswith("an apply by somebody has not finished")
    assert "by hand" in hint
