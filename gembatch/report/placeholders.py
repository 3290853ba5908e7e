"""What jobs of one spec have in common: their texts with the values of the job's own axes and date taken out again."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache

from gembatch.model.document import Json, value_text
from gembatch.model.jobs import JobSpec

_HOLES = 0xE000


def general(value: Json, spec: JobSpec) -> Json:
    """Returns a value as it stands for all jobs of a spec: `gs://in/de/` as `gs://in/{{ lang }}/`.

    Only whole words are taken for a value. Whoever fills in the job's own values gets exactly the job's text, so two
    jobs whose values are equal in this form differ in nothing else.
    """
    return _general(value, _own_values(spec))


def _general(value: Json, own: tuple[tuple[str, str], ...]) -> Json:
    match value:
        case str():
            return _text_with_holes(value, own)
        case list():
            return [_general(item, own) for item in value]
        case dict():
            return {key: _general(item, own) for key, item in value.items()}
        case _:
            return value


def _text_with_holes(text: str, own: tuple[tuple[str, str], ...]) -> str:
    # A private character stands for each hole until all are made: the name of one may be the value of another.
    found = [(chr(_HOLES + number), *each) for number, each in enumerate(own) if each[0] in text]
    if not found or any(hole in text for hole, _, _ in found):
        return text
    for hole, word, _ in found:
        text = _with_hole(text, word, hole)
    for hole, _, name in found:
        text = text.replace(hole, f"{{{{ {name} }}}}")
    return text


def _with_hole(text: str, word: str, hole: str) -> str:
    parts = text.split(word)
    made = parts[0]
    for part in parts[1:]:
        is_whole = not made[-1:].isalnum() and not part[:1].isalnum()
        made += (hole if is_whole else word) + part
    return made


def _own_values(spec: JobSpec) -> tuple[tuple[str, str], ...]:
    """Returns the texts that are the job's own, the longest first, with what the spec calls them."""
    own = _of_combination(spec.series.combination)
    if spec.date is None:
        return own
    return ((spec.date.isoformat(), "ds"), (f"{spec.date:%Y%m%d}", "ds_nodash"), *own)


@lru_cache(maxsize=16_384)
def _of_combination(combination: str) -> tuple[tuple[str, str], ...]:
    named = named_values(json.loads(combination))
    texts = [(value_text(value), name) for name, value in named.items()]
    return tuple(sorted(((text, name) for text, name in texts if text), key=lambda own: -len(own[0])))


def named_values(combination: Mapping[str, Json]) -> dict[str, Json]:
    """Returns the values of a combination by what an expression calls them: `lang`, `voice.tone`."""
    named: dict[str, Json] = {}
    for axis, value in combination.items():
        named |= (
            {f"{axis}.{member}": item for member, item in value.items()} if isinstance(value, dict) else {axis: value}
        )
    return named
