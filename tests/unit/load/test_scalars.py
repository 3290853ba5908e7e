from __future__ import annotations

import pytest

from gembatch.load.scalars import MAX_DIGITS, Trap, resolved


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", None),
        ("~", None),
        ("null", None),
        ("Null", None),
        ("NULL", None),
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("0", 0),
        ("-0", 0),
        ("12", 12),
        ("+12", 12),
        ("-12", -12),
        ("9" * MAX_DIGITS, int("9" * MAX_DIGITS)),
        ("0.2", 0.2),
        ("-1.5", -1.5),
        ("1.", 1.0),
        (".5", 0.5),
        ("+0.0", 0.0),
    ],
)
def test_words_and_numbers_of_the_core_schema_have_their_types(text: str, expected: object) -> None:
    value = resolved(text)

    assert (type(expected), expected) == (type(value), value)


@pytest.mark.parametrize(
    "text",
    [
        "reviews",
        "gs://bucket/{{ ds }}.jsonl",
        "nothing",
        "nULL",
        "tRUE",
        "None",
        "yesterday",
        "note",
        "only",
        "offer",
        "nan",
        "inf",
        "Infinity",
        "é",
        "=",
        "-",
        "-x",
        "+",
        ".",
        "..",
        "./data/x.jsonl",
        ".hidden",
        "1.2.3",
        "10 jobs",
        "12:",
        "12:60",
        "12:30pm",
        "0x",
        "0xg",
        "0o9",
        "0b2",
        "08-15",
        "2026-11",
        "2026-11-22-de",
        "1e",
        "e3",
        "1-2",
        "_1",
        "٣",  # an Arabic digit is a letter to YAML
    ],
)
def test_what_no_reader_takes_for_anything_else_is_text(text: str) -> None:
    assert text == resolved(text)


@pytest.mark.parametrize(
    ("texts", "instead"),
    [(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), "true"), (("n", "N", "no", "No", "off", "Off"), "false")],
)
def test_the_booleans_of_yaml_1_1_are_refused(texts: tuple[str, ...], instead: str) -> None:
    expected = [
        Trap(
            "yaml.boolean",
            f"`{text}` is a boolean to some readers of YAML and text to others",
            f'write {instead}, or "{text}" in quotes if text is meant',
        )
        for text in texts
    ]

    assert expected == [resolved(text) for text in texts]


_EITHER = "is a number to some readers of YAML and text to others"
_ZERO = "begins with a zero: some readers of YAML take it for base 8"
_BASE_60 = "is a number in base 60 to some readers of YAML and text to others"
_DATE = "is a date to some readers of YAML and text to others"
_FINITE = "is not a number that JSON can hold"


@pytest.mark.parametrize(
    ("text", "rule", "what", "instead"),
    [
        ("014", "yaml.number", _ZERO, "14"),
        ("-014", "yaml.number", _ZERO, "-14"),
        ("+08", "yaml.number", _ZERO, "8"),
        ("00", "yaml.number", _ZERO, "0"),
        ("01.50", "yaml.number", _ZERO, "1.50"),
        ("00.5", "yaml.number", _ZERO, "0.5"),
        ("0_7", "yaml.number", _ZERO, "7"),
        ("0o14", "yaml.number", _EITHER, "12"),
        ("0x1F", "yaml.number", _EITHER, "31"),
        ("-0x1F", "yaml.number", _EITHER, "-31"),
        ("0b1_01", "yaml.number", _EITHER, "5"),
        ("0x" + "f" * 5000, "yaml.number", _EITHER, ""),
        ("1_000", "yaml.number", _EITHER, "1000"),
        ("1_000.5", "yaml.number", _EITHER, "1000.5"),
        ("1e3", "yaml.number", _EITHER, "1000"),
        ("-1.5E+3", "yaml.number", _EITHER, "-1500"),
        ("1e-3", "yaml.number", _EITHER, ""),
        ("1e300", "yaml.number", _EITHER, ""),
        ("1e999", "yaml.number", _EITHER, ""),
        (".5e1", "yaml.number", _EITHER, "5"),
        ("1e" + "9" * 5000, "yaml.number", _EITHER, ""),
        ("12:30", "yaml.number", _BASE_60, ""),
        ("1:30:00", "yaml.number", _BASE_60, ""),
        ("-1:30.5", "yaml.number", _BASE_60, ""),
        (".inf", "yaml.number", _FINITE, ""),
        ("-.INF", "yaml.number", _FINITE, ""),
        ("+.Inf", "yaml.number", _FINITE, ""),
        (".nan", "yaml.number", _FINITE, ""),
        (".NaN", "yaml.number", _FINITE, ""),
        ("2026-11-22", "yaml.date", _DATE, ""),
        ("2026-1-2", "yaml.date", _DATE, ""),
        ("2026-11-22T10:00:00Z", "yaml.date", _DATE, ""),
        ("2026-11-22 10:00:00.5 +01:00", "yaml.date", _DATE, ""),
    ],
)
def test_what_readers_disagree_on_is_refused_with_what_to_write(text: str, rule: str, what: str, instead: str) -> None:
    trap = resolved(text)

    shown = text if len(text) <= 40 else text[:40] + "…"
    quoted = f'put it in quotes: "{text}"' if len(text) <= 40 else "put it in quotes"
    hint = f"{quoted}, or write {instead}" if instead else quoted
    assert Trap(rule, f"`{shown}` {what}", hint) == trap


@pytest.mark.parametrize("text", ["9" * (MAX_DIGITS + 1), "9" * 400 + ".0"])
def test_a_number_too_large_to_hold_is_refused(text: str) -> None:
    expected = Trap(
        "yaml.number", f"a number of {len(text)} characters is too large", "put it in quotes if text is meant"
    )

    assert expected == resolved(text)
