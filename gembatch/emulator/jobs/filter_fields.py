"""What a listing's filter can ask of each field. Pure."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol, TypeAlias

from gembatch.emulator.jobs.filter_tokens import InvalidFilterError, Token
from gembatch.emulator.jobs.job import JobState


class Filterable(Protocol):
    """What filters look at."""

    @property
    def display_name(self) -> str:
        """The caller's name."""

    @property
    def state(self) -> JobState:
        """Where it stands."""

    @property
    def created(self) -> datetime:
        """When it was accepted."""

    @property
    def labels(self) -> Mapping[str, str]:
        """The caller's labels."""


Predicate: TypeAlias = Callable[[Filterable], bool]

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")
_EQUALITY: Mapping[str, Callable[[object, object], bool]] = {"=": operator.eq, "!=": operator.ne}
_ORDER: Mapping[str, Callable[[datetime, datetime], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def make_comparison(field: Token, sign: Token, value: Token) -> Predicate:
    """Returns the predicate for one comparison.

    Raises:
        InvalidFilterError: There is no such field, it does not take the operator, or the value cannot be its value.
    """
    name, _, key = field.text.partition(".")
    if name == "labels" and key:
        return _compare_label(key, sign, value)
    compare = _FIELDS.get(field.text)
    if compare is None:
        raise InvalidFilterError(f"cannot filter by {field}", field.position)
    return compare(sign, value)


def _compare_display_name(sign: Token, value: Token) -> Predicate:
    if sign.text == ":":
        pattern = re.compile(".*".join(map(re.escape, value.text.split("*"))), re.DOTALL)
        return lambda job: pattern.fullmatch(job.display_name) is not None
    equal = _take(sign, _EQUALITY, "display_name")
    return lambda job: equal(job.display_name, value.text)


def _compare_model_display_name(sign: Token, value: Token) -> Predicate:
    # Publisher models, all that there are here, have no display name.
    holds = _take(sign, _EQUALITY, "model_display_name")("", value.text)
    return lambda _: holds


def _compare_state(sign: Token, value: Token) -> Predicate:
    equal = _take(sign, _EQUALITY, "state")
    if value.text not in {state.wire_name for state in JobState}:
        raise InvalidFilterError(f"{value} is not a state", value.position)
    return lambda job: equal(job.state.wire_name, value.text)


def _compare_create_time(sign: Token, value: Token) -> Predicate:
    stands = _take(sign, _ORDER, "create_time")
    moment = _moment(value)
    return lambda job: stands(job.created, moment)


def _compare_label(key: str, sign: Token, value: Token) -> Predicate:
    if sign.text == ":" and value.text == "*":
        return lambda job: key in job.labels
    _take(sign, {"=": operator.eq}, "labels")
    return lambda job: job.labels.get(key) == value.text


def _take(sign: Token, operators: Mapping[str, Callable[..., bool]], field: str) -> Callable[..., bool]:
    if sign.text not in operators:
        raise InvalidFilterError(f"{field} does not take {sign}", sign.position)
    return operators[sign.text]


def _moment(value: Token) -> datetime:
    try:
        if _TIMESTAMP.fullmatch(value.text):
            return datetime.fromisoformat(value.text)
    except ValueError:
        pass
    raise InvalidFilterError(f"{value} is not a time such as `2026-11-22T10:00:00Z`", value.position)


_FIELDS: Mapping[str, Callable[[Token, Token], Predicate]] = {
    "display_name": _compare_display_name,
    "displayName": _compare_display_name,
    "model_display_name": _compare_model_display_name,
    "modelDisplayName": _compare_model_display_name,
    "state": _compare_state,
    "create_time": _compare_create_time,
    "createTime": _compare_create_time,
}
