"""What a yes costs is said before it is asked for."""

from __future__ import annotations

import pytest

from gembatch.cli.apply import cost_as_text
from gembatch.model.workspace import EMBEDDED, Environment


@pytest.mark.parametrize(
    ("submissions", "endpoint", "expected"),
    [
        (0, None, "This costs nothing."),
        (1, None, "This submits 1 job, for which Google charges."),
        (6, None, "This submits 6 jobs, for which Google charges."),
        (6, EMBEDDED, "This submits 6 jobs to an emulator."),
        (6, "http://127.0.0.1:8765", "This submits 6 jobs to http://127.0.0.1:8765."),
    ],
)
def test_the_cost_is_that_of_the_submissions_at_the_environments_endpoint(
    submissions: int, endpoint: str | None, expected: str
):
    environment = Environment(name="prod", project="p", region="global", endpoint=endpoint, lockfile="prod.lock.json")

    assert expected == cost_as_text(submissions, environment)
