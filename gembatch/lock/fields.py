"""JSON that must be exactly what it should be: an object taken apart key by key. Pure.

What is missing, wrong, doubled or left over is a ValueError that says where; the caller makes its own error of it.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import MAXYEAR, MINYEAR, datetime
from enum import StrEnum
from typing import NoReturn, TypeVar

from gembatch.model.document import Json

_T = TypeVar("_T")
_Choice = TypeVar("_Choice", bound=StrEnum)

_CONFLICT = re.compile("^<{7} ", re.MULTILINE)
_MOST_DIGITS = 400  # as many as the largest float
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")


class Fields:
    """The keys of one JSON object. Each is taken once; what is left in the end is unknown."""

    def __init__(self, place: str, value: object) -> None:
        """Opens an object.

        Args:
            place: What it is, for messages: "job 3".
            value: The object.

        Raises:
            ValueError: It is none.
        """
        if not isinstance(value, dict):
            raise ValueError(f"{place} is not an object")  # noqa: TRY004, one kind of error for all that is wrong
        self._place = place
        self._left: dict[str, object] = dict(value)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys that are left, in the order of the text."""
        return tuple(self._left)

    @property
    def left(self) -> Mapping[str, object]:
        """The keys that are left, with their values."""
        return dict(self._left)

    def take(self, name: str, *kinds: type[_T]) -> _T:
        """Returns the value of a key, of one of `kinds`."""
        if name not in self._left:
            raise ValueError(f"{self._place} lacks `{name}`")
        value = self._left.pop(name)
        # The very type, and no subclass of it: bool is an int to Python, not to JSON.
        if type(value) not in kinds:
            raise self.wrong(name, value)
        return value  # type: ignore[return-value]  # it is of one of these kinds

    def text(self, name: str) -> str:
        """Returns a text."""
        return self.take(name, str)

    def form(self, name: str, form: re.Pattern[str]) -> str:
        """Returns a text that has a form as a whole."""
        text = self.text(name)
        if not form.fullmatch(text):
            raise self.wrong(name, text)
        return text

    def optional_text(self, name: str) -> str | None:
        """Returns a text or null."""
        return self.take(name, str, type(None))

    def whole_number(self, name: str, *, least: int) -> int:
        """Returns a whole number, from `least`."""
        number = self.take(name, int)
        if number < least:
            raise self.wrong(name, number)
        return number

    def time(self, name: str) -> str:
        """Returns an RFC 3339 time with its offset, as text; one with which a little can be added and taken away."""
        text = self.text(name)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            raise self.wrong(name, text) from None
        # In the first and the last year another zone, or a lease, would lead out of the calendar.
        if moment.tzinfo is None or moment.year in {MINYEAR, MAXYEAR}:
            raise self.wrong(name, text)
        return text

    def time_if_any(self, name: str) -> str:
        """Returns an RFC 3339 time with its offset, as text; empty where there is none yet."""
        if self._left.get(name) == "":
            return self.text(name)
        return self.time(name)

    def choice(self, name: str, choices: type[_Choice]) -> _Choice:
        """Returns a member of an enum by its value."""
        text = self.text(name)
        try:
            return choices(text)
        except ValueError:
            raise self.wrong(name, text) from None

    def optional_choice(self, name: str, choices: type[_Choice]) -> _Choice | None:
        """Returns a member of an enum by its value; None of null."""
        if name in self._left and self._left[name] is None:
            self._left.pop(name)
            return None
        return self.choice(name, choices)

    def each(self, name: str, place: str, make: Callable[[Fields], _T]) -> tuple[_T, ...]:
        """Returns what `make` makes of each object of a list; `place` is what one of them is called."""
        items: Iterable[object] = self.take(name, list)
        return tuple(_whole(f"{place} {number}", item, make) for number, item in enumerate(items, start=1))

    def one(self, name: str, make: Callable[[Fields], _T]) -> _T:
        """Returns what `make` makes of an object."""
        return _whole(f"`{name}` of {self._place}", self.take(name, dict), make)

    def optional(self, name: str, make: Callable[[Fields], _T]) -> _T | None:
        """Returns what `make` makes of an object; None of null."""
        value = self.take(name, dict, type(None))
        return None if value is None else _whole(f"`{name}` of {self._place}", value, make)

    def done(self) -> None:
        """Makes sure that nothing is left."""
        if self._left:
            raise ValueError(f"{self._place} has the unknown `{next(iter(self._left))}`")

    def wrong(self, name: str, value: object) -> ValueError:
        """Returns the error that says what a key cannot be."""
        return ValueError(f"`{name}` of {self._place} cannot be {json.dumps(value)[:60]}")


def _whole(place: str, value: object, make: Callable[[Fields], _T]) -> _T:
    fields = Fields(place, value)
    made = make(fields)
    fields.done()
    return made


def read_object(place: str, text: str) -> Fields:
    """Returns the object that `text` is.

    Raises:
        ValueError: It is not JSON by the letter, nests too deeply, or is no object.
    """
    return Fields(place, read_json(text))


def read_json(text: str) -> Json:
    """Returns the value that `text` is.

    Raises:
        ValueError: It is not JSON by the letter, or nests too deeply.
    """
    try:
        value: Json = json.loads(
            text,
            object_pairs_hook=_without_doubles,
            parse_constant=_refuse_constant,
            parse_float=_finite,
            parse_int=_whole_number,
        )
    except RecursionError:
        raise ValueError("it nests too deeply") from None
    except json.JSONDecodeError as error:
        raise ValueError(_not_json(text, error)) from error
    # Escapes alone can write what UTF-8 cannot, and we write none; to look for them all the time would cost more.
    if _SURROGATE.search(text) and not _is_writable(value):
        raise ValueError("half of a surrogate pair is no character")
    return value


def _is_writable(value: Json) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _not_json(text: str, error: json.JSONDecodeError) -> str:
    conflict = _CONFLICT.search(text)
    if conflict:
        return f"git left a merge conflict at line {text.count(chr(10), 0, conflict.start()) + 1}"
    if not text.strip():
        return "it is empty"
    reason = f"{error.msg[:1].lower()}{error.msg[1:]}"
    return f"it is not JSON at line {error.lineno}, column {error.colno}: {reason}"


def _without_doubles(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """Returns the object; a key that stands twice, as after a careless merge, does not quietly win."""
    made = dict(pairs)
    if len(made) < len(pairs):
        raise ValueError(f"the key `{_first_twice(key for key, _ in pairs)}` stands twice in one object")
    return made


def _first_twice(keys: Iterable[str]) -> str | None:
    seen: set[str] = set()
    for key in keys:
        if key in seen:
            return key
        seen.add(key)
    return None


def _refuse_constant(text: str) -> NoReturn:
    raise ValueError(f"{text} is not JSON")


def _whole_number(text: str) -> int:
    """Returns the number; Python would refuse the digits of a long one with advice about itself."""
    if len(text) > _MOST_DIGITS:
        raise ValueError(f"the number {text[:60]} is too large")
    return int(text)


def _finite(text: str) -> float:
    """Returns the number; Python reads what is too large as infinity, which it would then not write as JSON."""
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:60]} is too large")
    return number
