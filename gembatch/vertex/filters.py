"""Texts in the filter language of the job listing: `display_name="a" OR display_name="b"`."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from urllib.parse import quote

from gembatch.model.jobs import LABEL_ATTEMPT, LABEL_ENVIRONMENT, LABEL_WORKSPACE, Attempt

NAMES_A_CALL = 50
# A filter travels in the URL, of which servers and proxies take about 8,000 bytes.
_MAX_ENCODED = 6000


def with_labels(workspace: str, environment: str) -> str:
    """Returns the filter for the jobs of one workspace and environment."""
    return f"{_label(LABEL_WORKSPACE, workspace)} AND {_label(LABEL_ENVIRONMENT, environment)}"


def with_attempt(attempt: Attempt) -> str:
    """Returns the filter for the job that one attempt made: one, unless something went very wrong, or none."""
    return _label(LABEL_ATTEMPT, attempt)


def with_display_names(names: Collection[str]) -> str:
    """Returns the filter for the jobs under any of some display names; at least one."""
    return " OR ".join(f"display_name={_quoted(name)}" for name in names)


def in_calls(names: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Yields the names in groups whose filter fits into one call: at most 50, fewer when they are long."""
    group: tuple[str, ...] = ()
    for name in names:
        longer = (*group, name)
        if group and (len(longer) > NAMES_A_CALL or len(quote(with_display_names(longer))) > _MAX_ENCODED):
            yield group
            longer = (name,)
        group = longer
    if group:
        yield group


def _label(key: str, value: str) -> str:
    return f"labels.{key}={_quoted(value)}"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
