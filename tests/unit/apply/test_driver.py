"""The driver carries commands out: what each answer of the world becomes, and what it does about the unexpected."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from builders import RUNNING, SUCCEEDED, entry, job_spec, lockfile, plan_of, remote
from play import NOON
from shores import SETTINGS, Apply, Gateway, Objects, Store

from gembatch.apply.driver import Driver
from gembatch.apply.events import Command, Create
from gembatch.apply.outcomes import Result
from gembatch.errors import (
    CredentialsError,
    LockfileMovedError,
    RejectedError,
    StorageError,
    ThrottledError,
    UnavailableError,
    UncertainError,
)
from gembatch.lock.lockfile import Lockfile
from gembatch.model.document import Json
from gembatch.model.jobs import (
    JobSpec,
    JobState,
    Lifecycle,
    OnChangeInFlight,
    StagedFile,
)
from gembatch.plan.case import Insistence

A, B, C = (job_spec(name) for name in "abc")
FILE = StagedFile("data/a.jsonl", "gs://stage/1/a.jsonl", "1" * 64, 10)
NIGHT = timedelta(hours=9)
CANCELS = Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL)


def raising(error: Exception) -> Callable[[Mapping[str, Json]], None]:
    def fail(_: Mapping[str, Json]) -> None:
        raise error

    return fail


def in_flight() -> tuple[Apply, JobSpec, Lockfile]:
    """Job a is live, and its spec has changed."""
    apply = Apply()
    live = remote(A, 1, RUNNING)
    apply.gateway.made[live.name] = live
    return apply, job_spec("a", prompt="v2", lifecycle=CANCELS), lockfile(entry(A, 1, RUNNING))


def test_every_job_is_sent_once_and_recorded() -> None:
    apply = Apply()
    state = apply.run(plan_of(A, B, C))

    assert state.finished
    assert ["a", "b", "c"] == sorted(apply.gateway.posts)
    assert {"a": Result.SUBMITTED, "b": Result.SUBMITTED, "c": Result.SUBMITTED} == apply.results
    assert set(apply.gateway.made) == {job.current.name for job in apply.stored.jobs}
    assert ((), None) == (apply.stored.intents, apply.stored.holder)


def test_nothing_to_do_asks_nothing_of_the_world() -> None:
    apply = Apply()

    assert apply.run(plan_of()).finished
    assert ([], []) == (apply.gateway.posts, apply.store.written)


def test_files_are_uploaded_from_the_workspace_before_their_job_is_sent() -> None:
    apply = Apply()
    apply.gateway.before = lambda _: uploads.extend(apply.objects.uploads)
    uploads: list[tuple[StagedFile, Path]] = []
    apply.run(plan_of(replace(A, staged=(FILE,))))

    assert [(FILE, Path("workspace"))] == uploads


@pytest.mark.parametrize("error", [StorageError("no such bucket"), FileNotFoundError("no such bucket")])
def test_a_file_that_cannot_be_uploaded_rejects_its_job(error: Exception) -> None:
    apply = Apply(objects=Objects(error))
    apply.run(plan_of(replace(A, staged=(FILE,)), B))

    assert {"a": Result.REJECTED, "b": Result.SUBMITTED} == apply.results
    assert "no such bucket" == apply.outcomes[0].message


@pytest.mark.parametrize(
    ("error", "result"),
    [
        (RejectedError("no such model", status=400), Result.REJECTED),
        (CredentialsError("no credentials"), Result.REJECTED),
        (UncertainError("timed out"), Result.UNCERTAIN),
        (ValueError("the answer has no name"), Result.UNCERTAIN),
        (MemoryError(), Result.UNCERTAIN),
    ],
)
def test_a_create_that_fails_is_what_its_error_says(error: Exception, result: Result) -> None:
    apply = Apply(Gateway(before=raising(error)))
    apply.run(plan_of(A))

    assert {"a": result} == apply.results
    assert ["a"] == apply.gateway.posts
    assert (result is Result.UNCERTAIN) == bool(apply.stored.intents)


def test_an_unexpected_error_around_a_create_is_looked_up_and_never_sent_again() -> None:
    """It went wrong somewhere around a POST: to think that nothing was sent is the one mistake not to make."""
    apply = Apply(Gateway(after=raising(AttributeError("a defect in the client"))))
    apply.run(plan_of(A))

    assert ({"a": Result.SUBMITTED}, ["a"]) == (apply.results, apply.gateway.posts)
    assert set(apply.gateway.made) == {apply.stored.jobs[0].current.name}


def test_what_an_unexpected_error_says_is_told() -> None:
    apply = Apply(Gateway(before=raising(AttributeError("a defect in the client"))))
    apply.run(plan_of(A))

    assert "AttributeError: a defect in the client" == apply.outcomes[0].message


def test_five_missing_credentials_stop_the_rest() -> None:
    apply = Apply(
        Gateway(before=raising(CredentialsError("no credentials"))), settings=replace(SETTINGS, concurrency=1)
    )
    state = apply.run(plan_of(*(job_spec(f"job-{number}") for number in range(8))))

    assert 5 == len(apply.gateway.posts)
    assert "5 submissions in a row were refused with 401" == state.stopped


def test_a_throttled_create_is_sent_again() -> None:
    errors: list[Exception] = [ThrottledError("quota"), ThrottledError("quota", retry_after=30)]

    def sometimes(_: Mapping[str, Json]) -> None:
        if errors:
            raise errors.pop()

    apply = Apply(Gateway(before=sometimes))
    apply.run(plan_of(A))

    assert (["a"] * 3, {"a": Result.SUBMITTED}) == (apply.gateway.posts, apply.results)


def test_a_look_up_that_fails_is_made_again() -> None:
    apply = Apply(Gateway(after=raising(UncertainError("dropped")), trouble={"jobs": [UnavailableError("503")]}))
    apply.run(plan_of(A))

    assert {"a": Result.SUBMITTED} == apply.results


def test_whoever_loses_the_lockfile_sends_nothing() -> None:
    apply = Apply(store=Store(trouble=LockfileMovedError("moved")))
    state = apply.run(plan_of(A))

    assert apply.store.trouble is state.failure
    assert ([], {"a": Result.SKIPPED}) == (apply.gateway.posts, apply.results)


def test_a_job_in_the_way_is_cancelled_polled_and_succeeded() -> None:
    apply, changed, recorded = in_flight()
    apply.run(plan_of(changed, recorded=recorded, ours=[remote(A, 1, RUNNING)]), recorded)

    assert {"a": Result.SUBMITTED} == apply.results
    assert [JobState.CANCELLED, JobState.RUNNING] == [past.state for past in apply.stored.jobs[0].submissions]


def test_a_poll_that_fails_until_it_is_too_late_leaves_the_rest_to_the_next_apply() -> None:
    apply, changed, recorded = in_flight()
    apply.gateway.trouble["get"] = [UnavailableError("503")]
    apply.run(plan_of(changed, recorded=recorded, ours=[remote(A, 1, RUNNING)]), recorded)

    assert {"a": Result.CANCELLING} == apply.results
    assert [True] == [past.cancelled for past in apply.stored.jobs[0].submissions]


def test_a_cancel_that_is_refused_because_the_job_has_ended_makes_way() -> None:
    apply, changed, recorded = in_flight()
    apply.gateway.trouble["cancel"] = [RejectedError("it has ended", status=400)]
    name = recorded.jobs[0].current.name
    apply.gateway.made[name] = replace(apply.gateway.made[name], state=SUCCEEDED)
    apply.run(plan_of(changed, recorded=recorded, ours=[remote(A, 1, RUNNING)]), recorded)

    assert {"a": Result.SUBMITTED} == apply.results


def test_a_cancel_that_is_refused_while_the_job_runs_is_rejected() -> None:
    apply, changed, recorded = in_flight()
    apply.gateway.trouble["cancel"] = [RejectedError("permission denied", status=403)]
    apply.run(plan_of(changed, recorded=recorded, ours=[remote(A, 1, RUNNING)]), recorded)

    assert [(Result.REJECTED, "permission denied")] == [(end.result, end.message) for end in apply.outcomes]


def test_a_defect_in_a_worker_is_raised_and_not_waited_for() -> None:
    apply = Apply(store=Store(trouble=RuntimeError("a defect of ours")))

    with pytest.raises(RuntimeError, match="a defect of ours"):
        apply.run(plan_of(A))
    assert [] == apply.gateway.posts


def test_a_defect_in_a_look_up_is_raised_and_the_intent_stays() -> None:
    apply = Apply(Gateway(after=raising(UncertainError("dropped")), trouble={"jobs": [KeyError("a defect of ours")]}))

    with pytest.raises(KeyError, match="a defect of ours"):
        apply.run(plan_of(A))
    assert [A.key] == [intent.key for intent in apply.stored.intents]


def test_an_interrupted_apply_waits_for_what_is_in_flight_and_sends_no_more() -> None:
    apply = Apply(settings=replace(SETTINGS, concurrency=1))
    apply.gateway.before = lambda _: apply.driver.interrupt()
    state = apply.run(plan_of(A, B, C))

    assert (["a"], "interrupted") == (apply.gateway.posts, state.stopped)
    assert {"a": Result.SUBMITTED, "b": Result.SKIPPED, "c": Result.SKIPPED} == apply.results
    assert (["a"], ()) == ([job.key.display_name for job in apply.stored.jobs], apply.stored.intents)


def test_an_apply_that_is_interrupted_before_it_begins_sends_nothing() -> None:
    apply = Apply()
    apply.driver.interrupt()
    apply.run(plan_of(A))

    assert ([], {"a": Result.SKIPPED}) == (apply.gateway.posts, apply.results)


def test_as_many_are_in_flight_as_may_be_and_no_more() -> None:
    together = threading.Barrier(2)
    in_flight, most = [0], [0]
    guard = threading.Lock()

    def count(_: Mapping[str, Json]) -> None:
        with guard:
            in_flight[0] += 1
            most[0] = max(most[0], in_flight[0])
        together.wait(timeout=60)
        with guard:
            in_flight[0] -= 1

    apply = Apply(Gateway(before=count), settings=replace(SETTINGS, concurrency=2))
    apply.run(plan_of(*(job_spec(f"job-{number}") for number in range(4))))

    assert 2 == most[0]
    assert 4 == len(apply.gateway.made)


def test_outcomes_are_told_as_they_come_on_the_thread_that_runs() -> None:
    threads: list[threading.Thread] = []
    apply = Apply()
    apply.driver.on_outcome = lambda _: threads.append(threading.current_thread())
    apply.run(plan_of(A, B))

    assert [threading.current_thread()] * 2 == threads


def test_creates_do_not_queue_behind_reads() -> None:
    """A read may take minutes with its retries: a create behind it would go out when its lease is long over."""
    apply, sent = Apply(settings=replace(SETTINGS, concurrency=1)), threading.Event()
    removed = [job_spec(name) for name in "abc"]
    for number, spec in enumerate(removed, 1):
        live = remote(spec, number, RUNNING)
        apply.gateway.made[live.name] = live
    in_time: list[bool] = []
    apply.gateway.before = lambda _: sent.set()
    apply.gateway.during_cancel = lambda: in_time.append(sent.wait(timeout=10))
    recorded = lockfile(*(entry(spec, number, RUNNING) for number, spec in enumerate(removed, 1)))
    apply.run(plan_of(job_spec("z"), recorded=recorded, insistence=Insistence(prune=True)), recorded)

    assert [True] * 3 == in_time


def test_what_needs_no_request_is_told_as_well() -> None:
    apply = Apply()
    apply.run(plan_of(A, ours=[remote(A, 1, RUNNING)]))

    assert ({"a": Result.ADOPTED}, []) == (apply.results, apply.gateway.posts)


class HeldUp(Driver):
    """A driver whose process is stopped for a night just before its first create, as by Ctrl-Z and fg."""

    def _carry_out(self, command: Command, timeout: float) -> None:
        if isinstance(command, Create) and not self.gateway.posts and self.gateway.now < NOON + NIGHT:
            self.gateway.now += NIGHT
        super()._carry_out(command, timeout)


def test_a_create_that_is_held_up_until_its_lease_is_over_is_sent_under_the_next() -> None:
    apply, leases = Apply(), []
    apply.driver = HeldUp(apply.gateway, apply.store, apply.objects, Path("workspace"), apply.outcomes.append)
    apply.gateway.before = lambda _: leases.append(apply.stored.holder.until)
    apply.run(plan_of(A))

    assert ["a"] == apply.gateway.posts
    assert leases[0] > (NOON + NIGHT).isoformat()
