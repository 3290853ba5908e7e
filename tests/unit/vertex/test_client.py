"""What an answer says, in words that a person can use."""

from __future__ import annotations

import pytest

from gembatch.errors import ThrottledError, UncertainError

BODY = {"displayName": "a"}
DATE = "Sun, 22 Nov 2026 12:00:00 GMT"


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [("0", 0.0), ("12", 12.0), ("Sun, 22 Nov 2026 12:00:30 GMT", 30.0), (DATE, 0.0), ("soon", None), ("-1", None)],
)
def test_a_wait_is_a_number_or_a_date(gateway, wire, retry_after, seconds):
    wire.will(wire.refuses(429, "RESOURCE_EXHAUSTED", Retry_After=retry_after, Date=DATE))

    with pytest.raises(ThrottledError) as caught:
        gateway.create(BODY, timeout=5)

    assert seconds == caught.value.retry_after


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("<html><style>a {}</style>\n<b>502.</b> That\n is an error.</html>", "502. That is an error. (502)"),
        ("", "no reason given (502)"),
        ("[]", "[] (502)"),
        ('{"error": {}}', "no reason given (502)"),
        ("x" * 600, f"{'x' * 500}… (502)"),
    ],
)
def test_a_page_that_is_not_from_the_api_is_told_in_short(gateway, wire, text, words):
    wire.will(wire.says(502, text=text))

    with pytest.raises(UncertainError) as caught:
        gateway.create(BODY, timeout=5)

    assert str(caught.value) == f"create `a` has an unknown outcome: {words}"
