"""Progress where stderr is no terminal, and how wide a terminal is."""

from __future__ import annotations

import io
import os
import pty
import sys
import termios
from datetime import UTC, datetime

import pytest
from builders import RUNNING, SUCCEEDED, entry, job_spec

from gembatch.apply.outcomes import Outcome, Result
from gembatch.cli.live import progress_on, submissions_on
from gembatch.cli.output import columns_of
from gembatch.model.jobs import JobState, RowCounts
from gembatch.plan.changes import Action
from gembatch.plan.status import JobStatus

NOW = datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC)


def status(state: JobState, **fields: object) -> JobStatus:
    spec = job_spec()
    return JobStatus(spec.key, spec, entry(spec, 1, state, **fields))


def test_each_change_of_a_jobs_state_is_told_once(capsys: pytest.CaptureFixture[str]):
    with progress_on(sys.stderr, is_quiet=False) as progress:
        for now in (status(RUNNING), status(RUNNING), status(SUCCEEDED, rows=RowCounts(80, 0, 0))):
            progress.show([now], NOW)

    assert ["09:30:05  daily  running", "09:30:05  daily  succeeded  80 ok"] == capsys.readouterr().err.splitlines()


def test_a_job_that_had_ended_before_is_no_news(capsys: pytest.CaptureFixture[str]):
    with progress_on(sys.stderr, is_quiet=False) as progress:
        progress.show([status(SUCCEEDED)], NOW)

    assert not capsys.readouterr().err


def test_nothing_is_told_when_quiet(capsys: pytest.CaptureFixture[str]):
    with progress_on(sys.stderr, is_quiet=True) as progress:
        progress.show([status(RUNNING)], NOW)

    assert not capsys.readouterr().err


def test_a_terminal_that_is_closed_meanwhile_ends_nothing():
    """Of a job that was submitted the lockfile is still to be told."""
    near, far = pty.openpty()
    stream = os.fdopen(far, "w")
    with submissions_on(stream, total=1, is_quiet=False) as told:
        os.close(near)
        told(Outcome(job_spec().key, Action.CREATE, Result.SUBMITTED))

    with pytest.raises(OSError, match="Input/output error"):
        stream.close()


def test_a_pipe_and_a_text_in_memory_have_no_width():
    reader, writer = os.pipe()
    with os.fdopen(reader), os.fdopen(writer, "w") as stream:
        assert columns_of(stream) is None
    assert columns_of(io.StringIO()) is None


@pytest.mark.parametrize(("columns", "expected"), [(80, 80), (0, None)])
def test_a_terminal_has_the_width_that_it_says(columns: int, expected: int | None):
    near, far = pty.openpty()
    with os.fdopen(near, "rb"), os.fdopen(far, "w") as stream:
        termios.tcsetwinsize(stream.fileno(), (24, columns))
        assert expected == columns_of(stream)
