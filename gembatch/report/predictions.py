"""Lines of a predictions file for people: their own keys, what was asked, what was answered, and by which model."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Iterator

from gembatch.model.document import Json
from gembatch.report.palette import printable

_LONGEST = 220

_NARROWEST = 20

_OFFICIAL = frozenset({"request", "response", "status", "processed_time"})


def prediction_as_text(line: str, width: int | None = None) -> str:
    """Returns one prediction, indented: question and answer; a line that is not a prediction as it is, cut.

    Args:
        line: Of a predictions file.
        width: At which to break, in cells; None for question and answer on a line each.
    """
    row = _row(line)
    if row is None:
        return _broken(_cut(line), "  ", width)
    keys = ", ".join(f"{key}={_scalar(value)}" for key, value in row.items() if key not in _OFFICIAL)
    answer = " ".join(_texts(row.get("response"))) or f"failed: {row.get('status') or 'no answer'}"
    question = " ".join(_texts(row.get("request"))) or _scalar(row.get("request"))
    head = f"{keys}: " if keys else ""
    return "\n".join([_broken(_cut(head + question), "  ", width), _broken(f"→ {_cut(answer)}", "    ", width)])


def answered_by(lines: Iterable[str]) -> str:
    """Returns ` by MODEL` with every model version that the predictions name; empty when they name none."""
    responses = [row.get("response") for line in lines if (row := _row(line))]
    versions = {response.get("modelVersion") for response in responses if isinstance(response, dict)}
    told = sorted(printable(version) for version in versions if isinstance(version, str))
    return f" by {', '.join(told)}" if told else ""


def _row(line: str) -> dict[str, Json] | None:
    try:
        row = json.loads(line)
    except ValueError:
        return None
    return row if isinstance(row, dict) else None


def _broken(text: str, indent: str, width: int | None) -> str:
    if width is None:
        return indent + text
    # Words that are longer than a line are links more often than not: they stay whole.
    return textwrap.fill(text, max(width, _NARROWEST), initial_indent=indent, subsequent_indent=indent + "  ",
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip


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
