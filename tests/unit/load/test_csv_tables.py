"""CSV as RFC 4180 has it, with a place for each cell."""

from __future__ import annotations

import pytest

from gembatch.load.csv_reader import read_csv
from gembatch.model.diagnostics import Location
from gembatch.model.document import Document, Source


def read(text: str) -> Document:
    result = read_csv(Source("langs.csv", text))
    assert () == result.diagnostics
    (document,) = result.documents
    return document


def underlined(place: Location) -> str:
    return place.text[place.column - 1 : place.column - 1 + place.length]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "code,name\nde,Deutsch\nfr,Français\n",
            [{"code": "de", "name": "Deutsch"}, {"code": "fr", "name": "Français"}],
        ),
        ("code,name\r\nde,Deutsch\r\n", [{"code": "de", "name": "Deutsch"}]),
        ("code\nde\nfr", [{"code": "de"}, {"code": "fr"}]),
        ("code, name \n de ,\tDeutsch", [{"code": "de", "name": "Deutsch"}]),
        ('code,name\nde,"Deutsch, Hoch"', [{"code": "de", "name": "Deutsch, Hoch"}]),
        ('code,name\nde,"say ""Servus"""', [{"code": "de", "name": 'say "Servus"'}]),
        (
            'code,name\nde," two\nlines " \r\nfr,x',
            [{"code": "de", "name": " two\nlines "}, {"code": "fr", "name": "x"}],
        ),
        ("code,name\nde,\n,fr\n", [{"code": "de", "name": ""}, {"code": "", "name": "fr"}]),
        ("\ncode\n\nde\n \n\n", [{"code": "de"}]),
        ("code,n\nde,007", [{"code": "de", "n": "007"}]),
        ("code", []),
    ],
)
def test_a_table_is_a_list_of_maps_of_text(text: str, expected: object) -> None:
    assert expected == read(text).data


def test_every_cell_has_its_place_and_every_column_its_name() -> None:
    places = read('code, name\n de ,"Müller, Hans"\r\nfr,x\n').places

    assert ("langs.csv:2:2", "de") == (str(places.at((0, "code"))), underlined(places.at((0, "code"))))
    assert ("langs.csv:2:6", '"Müller, Hans"') == (
        str(places.at((0, "name"))),
        underlined(places.at((0, "name"))),
    )
    assert ("langs.csv:3:1", "fr,x") == (str(places.at((1,))), underlined(places.at((1,))))
    assert ("langs.csv:1:7", "name") == (str(places.at_key((1, "name"))), underlined(places.at_key((1, "name"))))
    assert "langs.csv:1:1" == str(places.at(()))


@pytest.mark.parametrize(
    ("text", "message", "place", "underline"),
    [
        ("", "the file is empty", "langs.csv", ""),
        ("\n\n", "the file is empty", "langs.csv", ""),
        ("code,\nde,x", "a column has no name", "langs.csv:1:6", ""),
        ("code,x,code\nde,x,y", "two columns are called `code`", "langs.csv:1:8", "code"),
        ("code,n\nde", "this line has 1 cell, and the first one 2", "langs.csv:2:1", "de"),
        ("code,n\nde,1,2", "this line has 3 cells, and the first one 2", "langs.csv:2:1", "de,1,2"),
        (
            'code\n"de',
            "a quote is not closed, or stands within a cell that does not begin with one",
            "langs.csv:2:1",
            '"',
        ),
        (
            'code\nd"e',
            "a quote is not closed, or stands within a cell that does not begin with one",
            "langs.csv:2:1",
            "d",
        ),
        (
            'code,n\nde,"a"b',
            "a quote is not closed, or stands within a cell that does not begin with one",
            "langs.csv:2:4",
            '"',
        ),
        ("code\nd\x00e", "character U+0000 is not allowed as it stands", "langs.csv:2:2", "\x00"),
    ],
)
def test_what_is_wrong_with_a_table_is_told_in_its_place(text: str, message: str, place: str, underline: str) -> None:
    result = read_csv(Source("langs.csv", text))

    assert () == result.documents
    (diagnostic,) = result.diagnostics
    assert (message, place) == (diagnostic.message, str(diagnostic.location))
    assert diagnostic.location is not None
    assert not underline or underline == underlined(diagnostic.location)


def test_a_table_is_not_longer_than_any_other_file() -> None:
    result = read_csv(Source("langs.csv", "a,b,c\n" + "1,2,3\n" * 30_000))

    assert () == result.documents
    assert ["yaml.limit"] == [diagnostic.rule for diagnostic in result.diagnostics]


def test_many_faults_end_the_reading() -> None:
    result = read_csv(Source("langs.csv", "a,b\n" + "1\n" * 1_000))

    assert 101 == len(result.diagnostics)
