from __future__ import annotations

import pytest

from gembatch.validate.likeness import character_text, difference, skeleton


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("daily", "Daily"),
        ("daily", "daily "),
        ("a b", "a  b"),
        ("a b", "a\u00a0b"),
        ("daily", "d\u0430ily"),
        ("TOP", "\u03a4\u041eP"),
        ("daily", "dai\u200bly"),
        ("daily", "da\u00adily"),
        ("daily", "\uff44\uff41\uff49\uff4c\uff59"),
        ("a-b", "a\u2013b"),
        ("r\u00e9sum\u00e9", "re\u0301sume\u0301"),
        ("stra\u00dfe", "STRASSE"),
        ("ab", "a\u3164b"),
    ],
)
def test_texts_that_look_alike_have_one_skeleton(text: str, other: str):
    assert skeleton(text) == skeleton(other)


@pytest.mark.parametrize(
    ("text", "other"),
    [
        ("daily", "dailys"),
        ("run-10", "run-1O"),
        ("resume", "r\u00e9sum\u00e9"),
        ("a b", "ab"),
        ("\u4ef7\u683c", "\u4ef7\u94b1"),
    ],
)
def test_texts_that_can_be_told_apart_have_two(text: str, other: str):
    assert skeleton(text) != skeleton(other)


@pytest.mark.parametrize(
    ("text", "other", "said"),
    [
        (
            "daily",
            "d\u0430ily",
            "they differ in character 2: U+0061 (latin small letter a) and U+0430 (cyrillic small letter a)",
        ),
        ("a", "a\u200b", "they differ in character 2: none and U+200B (zero width space)"),
        ("a ", "a", "they differ in character 2: U+0020 (space) and none"),
    ],
)
def test_a_difference_is_told_by_its_first_character(text: str, other: str, said: str):
    assert said == difference(text, other)


def test_a_character_without_a_name_has_its_number():
    assert "U+E000 (unnamed)" == character_text("\ue000")
