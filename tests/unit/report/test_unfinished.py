"""What is told of an apply that did not finish, once it is known what it did."""

from __future__ import annotations

from builders import intent, job_spec, lockfile

from gembatch.apply.intents import Resolution
from gembatch.report.jobs_as_text import resolution_as_lines


def test_each_intent_that_is_no_longer_open_is_told_and_no_other() -> None:
    found, lost, still_open = (intent(job_spec(name)) for name in ("found", "lost", "open"))

    assert [
        "found: an earlier apply made its job, and the lockfile will remember it",
        "lost: an apply that did not finish made no job, and its intent is dropped",
    ] == resolution_as_lines(Resolution(lockfile(), recorded=(found,), dropped=(lost,), open=(still_open,)))
