"""What is known of a plan's attempt, whatever ends it."""

from __future__ import annotations

import pytest

from gembatch.apply.applied import worst_of
from gembatch.cli.attempts import Series
from gembatch.cli.signals import Signals


def test_what_a_defect_ended_is_no_good_end() -> None:
    series = Series(print, is_quiet=True)

    with pytest.raises(ZeroDivisionError), series.attempt(None, Signals()):
        raise ZeroDivisionError

    (applied,) = series.applied
    assert "apply ended by a defect: what became of the plan is not known" == str(applied.error)
    assert 4 == worst_of(series.applied)
