"""The jobs' states for the summary of a schedule."""

from __future__ import annotations

import datetime as dt

from builders import FAILED, RUNNING, SUCCEEDED, entry, job_spec
from plans import TODAY, review

from gembatch.model.jobs import JobState, RowCounts
from gembatch.model.period import Period
from gembatch.plan.status import JobStatus
from gembatch.report.budget import size_of
from gembatch.report.statuses_as_markdown import statuses_as_markdown

NOW = dt.datetime(2026, 11, 3, 9, tzinfo=dt.UTC)


def status(name: str, state: JobState | None = None, **fields: object) -> JobStatus:
    spec = job_spec(name)
    return JobStatus(spec.key, spec, entry(spec, 1, state, **fields) if state else None)


def test_what_ended_badly_comes_first_and_says_why():
    shown = statuses_as_markdown(
        [
            status("good", SUCCEEDED, rows=RowCounts(198, 1, 0), output="gs://out/good/x"),
            status("live", RUNNING),
            status("new"),
            status("bad", FAILED, error="no quota"),
        ],
        NOW,
    )

    assert "4 jobs: **1 ended badly**, **1 running**, **1 not submitted**, **1 succeeded**." == shown.splitlines()[0]
    titles = [line for line in shown.splitlines() if line.startswith("####")]
    assert ["#### Ended badly", "#### Running", "#### Not submitted", "#### Succeeded"] == titles
    assert "<tr><td><code>bad</code></td><td><code>failed: no quota</code></td><td>2d</td>" in shown
    assert "<td>198 ok, 1 failed</td><td>current</td><td><code>gs://out/good/x</code></td></tr>" in shown


def test_a_job_of_which_no_row_succeeded_ended_badly():
    shown = statuses_as_markdown([status("bad", SUCCEEDED, rows=RowCounts(0, 9, 0))], NOW)

    assert "1 job: **1 ended badly**." in shown
    assert "no row succeeded, of 9" in shown


def test_where_there_are_no_jobs_it_says_so():
    assert "No jobs: the specs ask for none, and the lockfile records none." == statuses_as_markdown([], NOW)


def test_it_is_never_longer_than_it_may_be_and_says_what_is_left_out():
    statuses = [
        *(status(f"good-{number}", SUCCEEDED) for number in range(500)),
        *(status(f"bad-{number}", FAILED, error="x" * 100) for number in range(500)),
    ]

    shown = statuses_as_markdown(statuses, NOW, most=20_000)

    assert size_of(shown) <= 20_000
    assert "**500 ended badly**, **500 succeeded**" in shown
    assert "<code>bad-0</code>" in shown
    assert "<code>good-0</code>" in shown
    assert 2 == shown.count("**Left out for want of room:**")


def test_over_several_dates_there_is_a_grid():
    spec = review("de")

    shown = statuses_as_markdown([JobStatus(spec.key, spec)], NOW, Period(TODAY, TODAY))

    assert "reviews-de-{{ ds_nodash }}" in shown
