"""One line of a predictions file for people: its own keys, what was asked, what was answered."""

from __future__ import annotations

import json
from collections.abc import Iterator

from gembatch.model.document import Json
from gembatch.report.palette import printable

_LONGEST = 220

_OFFICIAL = frozenset({"request", "response", "status", "processed_time"})


def prediction_as_text(line: str) -> str:
    """Returns one prediction in a line or two; a line that is not a prediction as it is, cut."""
    try:
        row = json.loads(line)
    except ValueError:
        return _cut(line)
    if not isinstance(row, dict):
        return _cut(line)
    keys = ", ".join(f"{key}={_scalar(value)}" for key, value in row.items() if key not in _OFFICIAL)
    answer = " ".join(_texts(row.get("response"))) or f"failed: {row.get('status') or 'no answer'}"
    question = " ".join(_texts(row.get("request"))) or _scalar(row.get("request"))
    head = f"{keys}: " if keys else ""
    return f"{_cut(head + question)}\n    → {_cut(answer)}"


def _texts(value: Json) -> Iterator[str]:
    """Yields every part's text below `contents` or `candidates`, in order."""
    match value:
        case {"contents": [*contents]}:
            for content in contents:
                yield from _texts(content)
        case {"candidates": [{"content": content}, *_]}:
            yield from _texts(content)
        case {"parts": [*parts]}:
            for part in parts:
                yield from _texts(part)
        case {"text": str(text)}:
            yield text
        case _:
            return


def _scalar(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _cut(text: str) -> str:
    shown = printable(" ".join(text.split()))
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
