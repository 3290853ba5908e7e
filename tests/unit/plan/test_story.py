"""How the jobs of an approved plan went on, by the lockfile."""

from __future__ import annotations

from builders import RUNNING, SUCCEEDED, entry, job_name, job_spec, key_of, lockfile, plan_of, remote, submission

from gembatch.plan.approval import Approved, Request
from gembatch.plan.planfile import dump_plan, load_plan
from gembatch.plan.story import Chapter, story_of

DAILY, WEEKLY = job_spec("daily"), job_spec("weekly")


def approved(*args: object, **kwargs: object) -> dict[object, Approved]:
    return dict(load_plan(dump_plan(plan_of(*args, **kwargs), Request(), "0.1.0"), "plan").changes)


def test_each_job_that_was_to_be_submitted_is_found_by_what_it_does():
    done = submission(DAILY, 3, SUCCEEDED)

    assert (
        Chapter(key_of("daily"), done),
        Chapter(key_of("weekly"), None),
    ) == story_of(approved(WEEKLY, DAILY), lockfile(entry(DAILY, 3, SUCCEEDED)))


def test_a_job_that_the_key_had_since_is_another_story():
    first, second = submission(DAILY, 1, SUCCEEDED), submission(job_spec("daily", prompt="v2"), 2, RUNNING)
    recorded = lockfile(entry(DAILY, 1, SUCCEEDED).succeeded_by(second))

    assert (Chapter(key_of("daily"), first),) == story_of(approved(DAILY), recorded)


def test_a_job_that_was_to_be_adopted_is_found_by_its_name():
    theirs = remote(DAILY, 5, RUNNING)
    changes = approved(DAILY, ours=[theirs])

    (chapter,) = story_of(changes, lockfile(entry(DAILY, 5)))
    assert chapter.submission is not None
    assert job_name(5) == chapter.submission.name
    assert not chapter.is_over


def test_what_is_kept_or_retired_is_no_chapter():
    recorded = lockfile(entry(DAILY), entry(WEEKLY, 2))

    assert () == story_of(approved(DAILY, recorded=recorded), recorded)


def test_without_a_lockfile_nothing_was_submitted():
    assert (Chapter(key_of("daily"), None),) == story_of(approved(DAILY), None)
