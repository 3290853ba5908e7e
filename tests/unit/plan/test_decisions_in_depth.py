"""What the rows of the table rest on: identity, digests, reruns, labels, duplicates, the whole plan."""

from __future__ import annotations

import pytest
from builders import (
    FAILED,
    INSTANT,
    LINEAGE,
    RUNNING,
    SUCCEEDED,
    entry,
    job_name,
    job_spec,
    key_of,
    lockfile,
    only_change,
    plan_of,
    remote,
    stranger,
    submission,
)

from gembatch.model import digests
from gembatch.model.digests import Digest, digest_from_label, digest_of, label_of
from gembatch.model.document import Json
from gembatch.model.jobs import LABEL_DIGEST, Lifecycle, OnChangeInFlight
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Premise, Reason, Standing
from gembatch.plan.fields import FieldChange

V1, V2 = job_spec(prompt="v1"), job_spec(prompt="v2")


# rerun


def test_a_rerun_wish_acts_once() -> None:
    again = job_spec(rerun="first")
    asked = plan_of(again, recorded=lockfile(entry(V1, state=SUCCEEDED)))
    answered = plan_of(again, recorded=lockfile(entry(again, 2, SUCCEEDED, history=[submission(V1, 1, SUCCEEDED)])))

    assert (Action.REPLACE, Reason.RERUN) == (only_change(asked).action, only_change(asked).reason)
    assert (Action.KEEP, Reason.CURRENT) == (only_change(answered).action, only_change(answered).reason)


def test_taking_the_rerun_wish_away_does_nothing() -> None:
    plan = plan_of(V1, recorded=lockfile(entry(job_spec(rerun="first"), state=SUCCEEDED)))

    assert Reason.CURRENT is only_change(plan).reason


def test_another_rerun_wish_acts_again() -> None:
    plan = plan_of(job_spec(rerun="second"), recorded=lockfile(entry(job_spec(rerun="first"), state=SUCCEEDED)))

    assert Reason.RERUN is only_change(plan).reason


def test_a_rerun_wish_is_not_answered_by_a_job_that_was_made_for_another() -> None:
    plan = plan_of(job_spec(rerun="second"), ours=[remote(job_spec(rerun="first"), state=SUCCEEDED)])

    assert (Action.REPLACE, Reason.CHANGED) == (only_change(plan).action, only_change(plan).reason)


def test_a_rerun_wish_is_answered_by_an_unrecorded_job_that_was_made_for_it() -> None:
    again = job_spec(rerun="first")
    plan = plan_of(again, recorded=lockfile(entry(V1, 1, SUCCEEDED)), ours=[remote(again, 2)])

    assert Action.ADOPT is only_change(plan).action


def test_a_changed_spec_with_a_rerun_wish_is_changed() -> None:
    plan = plan_of(job_spec(prompt="v2", rerun="first"), recorded=lockfile(entry(V1, state=SUCCEEDED)))

    assert Reason.CHANGED is only_change(plan).reason


# identity


def test_a_job_recorded_in_another_region_is_not_the_desired_one() -> None:
    elsewhere = job_spec(region="europe-west4")
    plan = plan_of(V1, recorded=lockfile(entry(elsewhere, state=SUCCEEDED)))

    assert [
        (key_of(region="europe-west4"), Action.RETIRE),
        (key_of(), Action.CREATE),
    ] == [(change.key, change.action) for change in plan.changes]


def test_a_retired_job_that_is_desired_again_is_kept() -> None:
    """Taking a combination out and putting it back buys nothing."""
    plan = plan_of(V1, recorded=lockfile(retired=[entry(V1, state=SUCCEEDED)]))

    assert (Action.KEEP, Reason.CURRENT) == (only_change(plan).action, only_change(plan).reason)


# digests


def test_a_recorded_digest_is_compared_by_its_own_method(monkeypatch: pytest.MonkeyPatch) -> None:
    """A later default method must not make every recorded job look changed."""

    def other_method(content: Json) -> str:
        return digest_of(content, "1").removeprefix("1:")[::-1]

    monkeypatch.setitem(digests.METHODS, "0", other_method)
    old = digest_of(dict(V1.content), "0")

    assert Reason.CURRENT is only_change(plan_of(V1, recorded=lockfile(entry(V1, digest=old)))).reason
    assert Reason.IN_FLIGHT is only_change(plan_of(V2, recorded=lockfile(entry(V1, digest=old)))).reason


def test_a_label_by_an_older_method_is_recognised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(digests.METHODS, "0", lambda _: "0" * 64)

    assert Action.ADOPT is only_change(plan_of(V1, ours=[remote(V1, labels={LABEL_DIGEST: "0" * 32})])).action


def test_a_digest_that_is_known_from_a_label_alone_is_compared_as_one() -> None:
    recorded = lockfile(entry(V1, digest=digest_from_label(label_of(V1.digest))))

    assert Reason.CURRENT is only_change(plan_of(V1, recorded=recorded)).reason
    assert Reason.IN_FLIGHT is only_change(plan_of(V2, recorded=recorded)).reason


def test_a_digest_by_a_method_that_is_not_known_counts_as_another() -> None:
    recorded = lockfile(entry(V1, digest=Digest("9:" + "0" * 64), state=SUCCEEDED))

    assert Reason.CHANGED is only_change(plan_of(V1, recorded=recorded)).reason


# labels


def test_a_label_that_differs_is_shown_and_kept() -> None:
    relabelled = job_spec(labels={"team": "search"})
    change = only_change(plan_of(relabelled, recorded=lockfile(entry(V1))))

    assert (Action.KEEP, Reason.CURRENT) == (change.action, change.reason)
    assert (FieldChange("labels.team", None, "search"),) == change.differences


def test_labels_of_gembatch_are_never_shown_as_differences() -> None:
    change = only_change(plan_of(V2, recorded=lockfile(entry(V1, state=SUCCEEDED))))

    assert all(not field.path.startswith("labels") for field in change.differences)


def test_a_stranger_whose_labels_alone_differ_has_an_equal_body() -> None:
    change = only_change(plan_of(job_spec(labels={"team": "a"}), strangers=[stranger(V1, labels={"team": "b"})]))

    assert () == change.differences


def test_what_differs_is_told_from_the_observed_body_where_nothing_is_recorded() -> None:
    change = only_change(plan_of(V2, ours=[remote(V1, state=SUCCEEDED, body=V1.body)]))

    assert [FieldChange("inputConfig.gcsSource.uris[0]", "gs://in/daily-v1.jsonl", "gs://in/daily-v2.jsonl")] == list(
        change.differences
    )


def test_what_differs_is_not_guessed_where_no_body_is_known() -> None:
    assert () == only_change(plan_of(V2, ours=[remote(V1, state=SUCCEEDED)])).differences


# duplicates


def test_a_second_live_job_that_does_what_a_kept_one_does_is_a_duplicate() -> None:
    twin = remote(V1, 2)
    plan = plan_of(V1, recorded=lockfile(entry(V1)), ours=[remote(V1, 1), twin])

    assert (twin,) == plan.duplicates


def test_of_two_unrecorded_live_jobs_one_is_adopted_and_the_other_is_a_duplicate() -> None:
    plan = plan_of(V1, ours=[remote(V1, 1), remote(V1, 2)])

    assert job_name(2) == only_change(plan).premise.observed
    assert [job_name(1)] == [job.name for job in plan.duplicates]


def test_a_job_of_the_history_is_no_duplicate() -> None:
    recorded = lockfile(entry(V1, 2, history=[submission(V1, 1)]))

    assert () == plan_of(V1, recorded=recorded, ours=[remote(V1, 1), remote(V1, 2)]).duplicates


def test_an_ended_job_is_no_duplicate() -> None:
    plan = plan_of(V1, recorded=lockfile(entry(V1)), ours=[remote(V1, 1), remote(V1, 2, FAILED)])

    assert () == plan.duplicates


def test_a_live_job_of_a_key_that_is_not_desired_is_no_duplicate() -> None:
    assert () == plan_of(recorded=lockfile(entry(V1)), ours=[remote(V1, 1), remote(V1, 2)]).duplicates


# premise


def test_the_premise_names_what_was_recorded_and_observed() -> None:
    plan = plan_of(V2, recorded=lockfile(entry(V1, 1)), ours=[remote(V1, 1, SUCCEEDED)])

    assert Premise(job_name(1), job_name(1), Standing.SUCCEEDED) == only_change(plan).premise


def test_the_premise_of_a_job_that_is_not_observed_is_how_it_was_recorded() -> None:
    plan = plan_of(V2, recorded=lockfile(entry(V1, 1, FAILED)))

    assert Premise(job_name(1), None, Standing.FAILED) == only_change(plan).premise


def test_the_premise_of_a_new_job_is_empty() -> None:
    assert Premise() == only_change(plan_of(V1)).premise


# the whole plan


def test_an_empty_situation_is_an_empty_plan() -> None:
    plan = plan_of()

    assert ((), (), ()) == (plan.changes, plan.duplicates, plan.unrecorded)
    assert (None, 0, INSTANT) == (plan.lineage, plan.serial, plan.instant)


def test_a_plan_names_its_lockfile() -> None:
    plan = plan_of(recorded=lockfile(serial=7))

    assert (LINEAGE, 7) == (plan.lineage, plan.serial)


def test_changes_are_in_the_order_of_their_keys_whatever_the_order_of_the_specs() -> None:
    specs = [job_spec(name) for name in ("b", "a", "c")]

    assert ["a", "b", "c"] == [change.key.display_name for change in plan_of(*specs).changes]
    assert plan_of(*specs) == plan_of(*reversed(specs))


def test_a_plan_counts_what_it_holds() -> None:
    plan = plan_of(
        V1,
        job_spec("held"),
        recorded=lockfile(entry(job_spec("held"), 1, FAILED), entry(job_spec("gone"), 2, SUCCEEDED)),
        strangers=[stranger(job_spec("held"))],
    )

    assert {Action.CREATE: 1, Action.RETIRE: 1, Action.KEEP: 1} == plan.counts
    assert ["daily", "gone"] == [change.key.display_name for change in plan.pending]
    assert ["daily"] == [change.key.display_name for change in plan.submissions]
    assert () == plan.blocked


def test_a_cancel_that_clears_the_way_counts_as_a_submission_and_a_pruning_one_does_not() -> None:
    spec = job_spec(prompt="v2", lifecycle=Lifecycle(on_change_in_flight=OnChangeInFlight.CANCEL))
    removed = job_spec("removed")
    plan = plan_of(
        spec, recorded=lockfile(entry(V1, 1, RUNNING), entry(removed, 2, RUNNING)), insistence=Insistence(prune=True)
    )

    assert {Action.CANCEL: 2} == plan.counts
    assert [spec.key] == [change.key for change in plan.submissions]


def test_a_change_tells_what_it_is_about() -> None:
    desired = only_change(plan_of(V1))
    removed = only_change(plan_of(recorded=lockfile(entry(V1))))

    assert (V1.digest, V1.body, "specs/daily.yaml") == (desired.digest, desired.body, desired.spec_path)
    assert (V1.digest, {}, "specs/daily.yaml") == (removed.digest, removed.body, removed.spec_path)
