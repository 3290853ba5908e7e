"""Observing takes few reads and mistakes nothing for gone."""

from __future__ import annotations

import pytest

from gembatch.errors import RejectedError, UnavailableError
from gembatch.model.jobs import LABEL_ENVIRONMENT, LABEL_WORKSPACE, JobName, JobState, Observed, RemoteJob
from gembatch.vertex.filters import with_display_names, with_labels
from gembatch.vertex.observe import observe
from gembatch.vertex.requests import STATUS_FIELDS

OURS = {LABEL_WORKSPACE: "reviews", LABEL_ENVIRONMENT: "prod"}


def job(number, display_name, labels=OURS):
    name = JobName(f"projects/7/locations/us/batchPredictionJobs/{number}")
    return RemoteJob(name=name, display_name=display_name, state=JobState.RUNNING, labels=labels)


class Shelf:
    """A gateway over a table from filters to jobs; it notes what it was asked."""

    def __init__(self, listings=None, jobs=(), refuse=lambda _: None):
        self.listings = {with_labels("reviews", "prod"): (), **(listings or {})}
        self.by_name = {job.name: job for job in jobs}
        self.refuse = refuse
        self.asked = []

    def jobs(self, filter_text, *, fields):
        self.asked.append((filter_text, fields))
        status = self.refuse(filter_text)
        if status:
            raise RejectedError("no", status=status)
        return tuple(self.listings.get(filter_text, ()))

    def get(self, name):
        self.asked.append(name)
        return self.by_name.get(name)


def look(shelf, *, recorded=(), recorded_names=(), wanted=()):
    return observe(shelf, "reviews", "prod", recorded=recorded, recorded_names=recorded_names, wanted=wanted)


def test_our_jobs_are_listed_once_without_bodies():
    ours = job(1, "a")
    shelf = Shelf({with_labels("reviews", "prod"): [ours]})

    assert Observed(ours=(ours,)) == look(shelf, recorded=[ours.name], recorded_names=["a"], wanted=["a"])
    assert shelf.asked == [(with_labels("reviews", "prod"), STATUS_FIELDS)]


def test_strangers_are_looked_for_under_new_names_only_and_whole():
    ours, stranger = job(1, "listed"), job(2, "new", {"team": "x"})
    shelf = Shelf({with_labels("reviews", "prod"): [ours], with_display_names(["new"]): [stranger]})

    observed = look(shelf, recorded_names=["recorded"], wanted=["listed", "recorded", "new"])

    assert Observed(ours=(ours,), strangers=(stranger,)) == observed
    assert shelf.asked[1:] == [(with_display_names(["new"]), None)]


@pytest.mark.parametrize(
    "labels",
    [{}, {LABEL_WORKSPACE: "reviews"}, {**OURS, LABEL_ENVIRONMENT: "dev"}, {**OURS, LABEL_WORKSPACE: "other"}],
)
def test_a_job_of_another_workspace_or_environment_is_a_stranger(labels):
    stranger = job(2, "new", labels)

    observed = look(Shelf({with_display_names(["new"]): [stranger]}), wanted=["new"])

    assert observed.strangers == (stranger,)


def test_what_a_filter_finds_beyond_the_names_and_our_own_jobs_are_no_strangers():
    shelf = Shelf({with_display_names(["new*"]): [job(1, "new-one", {}), job(2, "new*", OURS)]})

    assert look(shelf, wanted=["new*"]).strangers == ()


def test_fifty_names_share_a_call():
    names = [f"job-{number:03}" for number in range(120)]
    shelf = Shelf()

    look(shelf, wanted=names)

    expected = [with_display_names(part) for part in (names[:50], names[50:100], names[100:])]
    assert expected == [filter_text for filter_text, _ in shelf.asked[1:]]


@pytest.mark.parametrize("status", [400, 413, 414])
def test_names_that_are_refused_together_are_asked_one_by_one(status):
    stranger = job(2, "b", {})
    shelf = Shelf({with_display_names(["b"]): [stranger]}, refuse=lambda text: status if " OR " in text else None)

    observed = look(shelf, wanted=["a", "b"])

    assert observed.strangers == (stranger,)
    assert [text for text, _ in shelf.asked[2:]] == [with_display_names(["a"]), with_display_names(["b"])]


@pytest.mark.parametrize(("status", "wanted"), [(403, ["a", "b"]), (400, ["a"])])
def test_a_refusal_that_smaller_calls_cannot_help_ends_it(status, wanted):
    shelf = Shelf(refuse=lambda text: status if "display_name" in text else None)

    with pytest.raises(RejectedError):
        look(shelf, wanted=wanted)

    assert len(shelf.asked) == 2


def test_a_recorded_job_that_the_listing_lacks_is_fetched_and_absence_alone_is_not_gone():
    hidden, lost = job(1, "hidden", {}), job(2, "lost")
    shelf = Shelf(jobs=[hidden])

    observed = look(shelf, recorded=[lost.name, hidden.name, hidden.name])

    assert Observed(ours=(hidden,), gone=frozenset({lost.name})) == observed
    assert shelf.asked[1:] == [hidden.name, lost.name]


def test_a_read_that_does_not_work_ends_it():
    class Broken(Shelf):
        def get(self, name):
            raise UnavailableError(name)

    with pytest.raises(UnavailableError):
        look(Broken(), recorded=[job(1, "a").name])
