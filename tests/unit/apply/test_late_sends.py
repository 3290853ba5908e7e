"""A create that is held up between the machine and the wire is not sent once the lease would not outlast it."""

from __future__ import annotations

from datetime import timedelta

from builders import job_spec, plan_of
from play import NOON, SETTINGS, accepted, begun

from gembatch.apply.events import Create, Interrupted, Unsent, Write, Written
from gembatch.apply.outcomes import Result

A = job_spec("a")
ROOM = SETTINGS.lease_seconds - SETTINGS.timeout_seconds


def test_a_create_says_until_when_the_lease_outlasts_it() -> None:
    (create,) = begun(plan_of(A)).asked(Create)

    assert NOON + timedelta(seconds=ROOM) == create.latest


def test_what_was_not_sent_is_sent_under_the_next_lease_with_the_same_attempt() -> None:
    apply = begun(plan_of(A))
    (first,) = apply.asked(Create)

    assert [Write] == [type(command) for command in apply.hears(Unsent(A.key), after=ROOM)]
    (again,) = apply.hears(Written())
    assert isinstance(again, Create)
    assert first.body == again.body
    apply.hears(accepted(A))
    assert {"a": Result.SUBMITTED} == apply.results


def test_what_was_not_sent_when_the_apply_was_interrupted_leaves_no_intent() -> None:
    apply = begun(plan_of(A))
    apply.hears(Interrupted())
    apply.hears(Unsent(A.key))

    assert {"a": Result.SKIPPED} == apply.results
    assert () == apply.writes().intents
