"""Who applies, and where its random marks come from. Chosen at the edge, so that a simulation can choose its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Identity:
    """Who applies.

    Attributes:
        who: `user@host`, for people.
        run_url: The pipeline's page; empty outside one.
        fresh: Returns 32 random hexadecimal digits, never the same twice.
    """

    who: str
    run_url: str
    fresh: Callable[[], str]
