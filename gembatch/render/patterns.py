"""The patterns that variables may be declared with: regular expressions that no value can keep busy.

A pattern comes with a pull request, and a short one can keep Python's matcher busy for years. So the ways in which a
pattern can be tried on the longest value are counted, and one with too many is refused.
"""

from __future__ import annotations

import math
import re
import warnings
from functools import lru_cache

from gembatch.render.values import Fault

MAX_VALUE = 256
"""Characters that a value may have to be held against a pattern."""

_MAX_PATTERN = 500
_MAX_WAYS = 20_000_000  # three parts of any length each; a fraction of a second
_MANY = 64  # so often two ways are more than any limit
_RULE = "variable.pattern"

_TOKEN = re.compile(
    r"""(?P<atom>\\[^0-9]|\[\^?\]?(?:\\.|[^\]\\])*\]|[^\\\[\](){}|*+?])
    |(?P<open>\((?:\?:)?(?!\?))|(?P<close>\))|(?P<or>\|)
    |(?P<repeat>[*+?]|\{[0-9]*,?[0-9]*\})[?+]?""",
    re.VERBOSE | re.DOTALL,
)
_COUNT = re.compile(r"\{([0-9]+)\}")


@lru_cache(maxsize=256)
def compiled(pattern: str) -> re.Pattern[str]:
    """Returns a pattern, to be held against whole values.

    Raises:
        Fault: It is no regular expression, uses what is not allowed, or could be tried in too many ways.
    """
    if len(pattern) > _MAX_PATTERN:
        raise Fault(f"has a pattern of more than {_MAX_PATTERN} characters", rule=_RULE)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # what a later Python may read in another way
            expression = re.compile(pattern)
    except (re.error, OverflowError, RecursionError, Warning) as error:
        raise Fault(f"has a pattern that cannot be read: {error}", rule=_RULE) from error
    if _ways(pattern) > _MAX_WAYS:
        hint = "a repeated group may hold neither a choice nor a repetition; at most three parts may be of any length"
        raise Fault("has a pattern that could take for ever", hint, rule=_RULE)
    return expression


def _ways(pattern: str) -> float:
    """Returns in how many ways a pattern can be tried on the longest value, at most: infinite where nobody can tell."""
    offset, groups = 0, [_Group()]
    while offset < len(pattern):
        token = _TOKEN.match(pattern, offset)
        if token is None:  # a reference back, a look around, a flag: nothing that a value's form needs
            raise Fault(f"has a pattern with `{pattern[offset : offset + 3]}`, which is not allowed", rule=_RULE)
        offset = token.end()
        match token.lastgroup:
            case "open":
                groups.append(_Group())
            case "close":
                closed = groups.pop()
                groups[-1].add(closed.ways)
            case "or":
                groups[-1].choose()
            case "repeat":
                groups[-1].repeat(token["repeat"])
            case _:
                groups[-1].add(1)
    return groups[0].ways


class _Group:
    """What stands between two brackets, counted as it is read."""

    def __init__(self) -> None:
        self._chosen = 0.0
        self._before = 1.0
        self._last = 1.0

    @property
    def ways(self) -> float:
        return self._chosen + self._before * self._last

    def add(self, ways: float) -> None:
        self._before, self._last = self._before * self._last, ways

    def choose(self) -> None:
        self._chosen, self._before, self._last = self.ways, 1.0, 1.0

    def repeat(self, sign: str) -> None:
        if sign == "?":
            self._last += 1
        elif count := _COUNT.fullmatch(sign):
            self._last = self._last ** min(int(count[1]), _MANY)
        else:
            self._last = MAX_VALUE if self._last == 1 else math.inf
