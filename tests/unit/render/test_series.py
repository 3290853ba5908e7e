"""What names a series: the template of its display name and the combination, of maps what the name takes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from gembatch.model.document import Document, Json
from gembatch.render.expand import expand
from gembatch.render.variables import Variables

Read = Callable[[str], Document]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("{{ voice.code }}", {"code": "de"}),
        ("{{ voice['code'] ~ ds }}", {"code": "de"}),
        ("{{ voice.code }}-{{ voice.tone }}", {"code": "de", "tone": "formal"}),
        ("{{ voice.tone if voice.shards > 1 else 'x' }}", {"tone": "formal", "shards": 2}),
        ("{{ voice.zone | default('none') }}", {}),
        ("{{ voice | length }}", {"code": "de", "tone": "formal", "shards": 2}),
        ("{{ voice.code }}-{{ voice[lang] | default('') }}", {"code": "de", "tone": "formal", "shards": 2}),
        ("plain", {"code": "de", "tone": "formal", "shards": 2}),
    ],
)
def test_a_map_names_a_series_by_what_the_display_name_takes_of_it(
    document: Read, variables: Variables, name: str, expected: Json
) -> None:
    read = document(f"""\
displayName: "{name}"
matrix: {{voice: [{{code: de, tone: formal, shards: 2}}], lang: [de]}}
""")

    (rendered,), diagnostics = expand(read, variables)

    assert () == diagnostics
    assert {"voice": expected, "lang": "de"} == rendered.series


def test_plain_axes_name_a_series_whether_or_not_the_name_takes_them(document: Read, variables: Variables) -> None:
    read = document('displayName: "{{ lang }}"\nmatrix: {lang: [de], shard: [1]}')

    (rendered,), _ = expand(read, variables)

    assert {"lang": "de", "shard": 1} == rendered.series == rendered.combination


def test_an_error_in_an_instance_names_its_combination(document: Read, variables: Variables) -> None:
    read = document('leaf: "{{ voice.tone }}"\nmatrix: {voice: [{code: de, tone: plain}, {code: fr}]}')

    _, (diagnostic,) = expand(read, variables)

    assert ("the map has no member `tone`", "voice=fr") == (diagnostic.message, diagnostic.combination)
