"""A call ends by its deadline, with its result, its error, or a time-out."""

from __future__ import annotations

import threading

import pytest

from gembatch.wire.deadline import within


def test_the_result_is_passed_on():
    assert within(60, lambda: 7) == 7


def test_the_error_is_passed_on():
    def fail():
        raise KeyError("x")

    with pytest.raises(KeyError):
        within(60, fail)


def test_a_call_that_does_not_end_is_left_behind():
    test_is_over = threading.Event()

    with pytest.raises(TimeoutError):
        within(0.01, test_is_over.wait)

    test_is_over.set()
