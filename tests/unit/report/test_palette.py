from __future__ import annotations

import json
import re

import pytest

from gembatch.report.palette import printable, without_commands


def is_obeyed(line: str) -> bool:
    """Whether GitHub's runner looks for a command in a line: the newer form where it begins, the older anywhere."""
    return line.lstrip().startswith("::") or "##[" in line


@pytest.mark.parametrize(
    "text",
    [
        "::error::x",
        "a\n::set-output name=a::b",
        "a\r::add-mask::a",
        "a\r\n \t ::stop-commands::a",
        "\u3000\u2003::error::x",
        "::\n::\n\n::",
        ":::::",
        "before ##[error]x",
        "##[##[##[",
        "###[x",
    ],
)
def test_no_line_is_obeyed(text: str):
    assert [] == [line for line in re.split("\r\n|\r|\n", without_commands(text)) if is_obeyed(line)]


@pytest.mark.parametrize("text", ["a::b", "specs/a.yaml:1:2: message", "C::", "# [x]", "#[x]", "\n\n : :"])
def test_other_text_stays_as_it_is(text: str):
    assert text == without_commands(text)


def test_json_still_means_the_same():
    value = {"::error::x": ["##[error]x", "::x", "a\n::x"]}
    text = json.dumps(value, indent=2)

    assert value == json.loads(without_commands(text))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\u000ab"),
        ("\x1b[2J", "\\u001b[2J"),
        ("\x9b2J", "\\u009b2J"),
        ("\u202eabc", "\\u202eabc"),
        ("a\u200bb", "a\\u200bb"),
        ("\ud800", "\\ud800"),
        ("soft\xadhyphen", "soft\\u00adhyphen"),
        ("filler\u3164", "filler\\u3164"),
        ("no\uffffne", "no\\uffffne"),
        ("tag\U000e0041", "tag\\udb40\\udc41"),
        ("日本語 é 🦊", "日本語 é 🦊"),
    ],
)
def test_what_is_not_to_be_seen_is_written_as_an_escape(text: str, shown: str):
    assert shown == printable(text)
