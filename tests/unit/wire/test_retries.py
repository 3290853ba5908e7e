"""A read is tried once more than there are pauses."""

from __future__ import annotations

import pytest

from gembatch.wire.retries import Patience, TransientError, with_patience


def test_what_works_is_done_once():
    pauses = []

    assert with_patience(lambda: "done", Patience(sleep=pauses.append)) == "done"
    assert pauses == []


def test_the_last_error_is_raised():
    errors = iter([TransientError("first"), TransientError("second")])

    def fail():
        raise next(errors)

    with pytest.raises(TransientError, match="second"):
        with_patience(fail, Patience(pauses=(0.1,), sleep=lambda _: None))


def test_another_error_ends_it_at_once():
    def fail():
        raise KeyError("x")

    with pytest.raises(KeyError):
        with_patience(fail, Patience(sleep=lambda _: pytest.fail("waited")))
