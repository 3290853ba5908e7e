"""Patterns of variables: which are taken, and that none can keep the matcher busy."""

from __future__ import annotations

import pytest

from gembatch.render.patterns import MAX_VALUE, compiled
from gembatch.render.values import Fault


@pytest.mark.parametrize(
    ("pattern", "fits", "does_not"),
    [
        ("[a-z][a-z0-9-]*", "acme-1", "1-acme"),
        ("^[a-z]+$", "acme", "acme1"),
        (r"v\d+\.\d+\.\d+", "v1.20.3", "v1.20"),
        ("(?:de|fr|es)", "fr", "it"),
        ("(de|fr)-(news|blog)", "de-blog", "de-"),
        ("gs://[a-z0-9._-]+/.*", "gs://b/o", "gs://b"),
        ("[]a]{2,3}", "]a", "b"),
        ("a{2}b?", "aab", "ab"),
        (r"\(x\)", "(x)", "x"),
        ("(ab){3}", "ababab", "abab"),
        (".*.*.*x", "abcx", "abc"),
        ("a|b|", "", "c"),
    ],
)
def test_a_pattern_is_held_against_the_whole_value(pattern: str, fits: str, does_not: str) -> None:
    assert compiled(pattern).fullmatch(fits)
    assert not compiled(pattern).fullmatch(does_not)


@pytest.mark.parametrize(
    "pattern",
    [
        "(a+)+b",
        "(a*)*",
        "(a|a)*b",
        "(a|aa)+$",
        "(a?){30}b",
        "a?" * 40 + "a" * 40,
        "(a|b){30}",
        ".*.*.*.*x",
        "(.*)(.*)(.*)(.*)x",
        "((a|b)|(c|d))*",
        "(a{1,200}){1,200}",
        "(x(y|z)){99}",
    ],
)
def test_a_pattern_that_could_take_for_ever_is_refused(pattern: str) -> None:
    with pytest.raises(Fault) as refusal:
        compiled(pattern)

    assert ("variable.pattern", "has a pattern that could take for ever") == (refusal.value.rule, refusal.value.message)


@pytest.mark.parametrize(
    ("pattern", "word"),
    [
        (r"(a)\1", "`\\\\1`"),
        ("(?=a)a", "`(?=`"),
        ("(?i)a", "`(?i`"),
        ("(?P<name>a)", "`(?P`"),
        ("a{", "`{`"),
        ("(", "missing ), unterminated subpattern"),
        ("a**", "multiple repeat"),
        ("[[:alpha:]]", "nested set"),
        ("a{99999999999999999999}", "too large"),
        ("a" * 501, "more than 500 characters"),
    ],
)
def test_what_is_no_plain_pattern_is_refused(pattern: str, word: str) -> None:
    with pytest.raises(Fault) as refusal:
        compiled(pattern)

    assert word.replace("\\\\", "\\") in refusal.value.message


@pytest.mark.parametrize("pattern", [".*.*.*x", "a*a*a*b", "[ab]*[ab]*[ab]*c", "(?:ab)*(?:ab)*(?:ab)*c"])
def test_the_slowest_pattern_that_is_taken_ends(pattern: str) -> None:
    assert not compiled(pattern).fullmatch("ab" * (MAX_VALUE // 2))
