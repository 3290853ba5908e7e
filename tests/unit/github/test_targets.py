"""What one job of a workflow tells the next: names, and nothing that a shell or GitHub would read as more."""

from __future__ import annotations

import json

import pytest

from gembatch.errors import UsageError
from gembatch.github.targets import Targets, targets_of


@pytest.mark.parametrize("environments", [(), ("prod",), ("dev", "prod-eu_1")])
def test_what_is_written_is_read(environments: tuple[str, ...]):
    targets = Targets("reviews", environments)

    assert targets == targets_of(targets.as_json())
    assert "\n" not in targets.as_json()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("", "it is empty"),
        ([], "it is not an object"),
        ({"workspace": "reviews"}, "it lacks `environments`"),
        ({"workspace": "reviews", "environments": ["prod"], "more": 1}, "it has the unknown `more`"),
        ({"workspace": "reviews", "environments": ["../prod"]}, '`environments` of it cannot be ["../prod"]'),
        ({"workspace": "reviews", "environments": [1]}, "`environments` of it cannot be [1]"),
        ({"workspace": "$(reboot)", "environments": []}, '`workspace` of it cannot be "$(reboot)"'),
    ],
)
def test_what_is_none_is_refused(value: object, why: str):
    with pytest.raises(UsageError) as told:
        targets_of(json.dumps(value) if value else "" if value == "" else "[]")
    assert f"this names no environments: {why}" == str(told.value)
    assert "take what `gembatch github environments` prints" == told.value.hint
