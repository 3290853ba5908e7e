"""Which models there are, and the forms of their names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

RETIREMENTS: Mapping[str, date | None] = {
    "gemini-4-hydrogen": None,
    "gemini-4-carbon": None,
    "gemini-4-argon": None,
    "gemini-3.8-flash": None,
    "gemini-3.7-flash": None,
    "gemini-3.6-flash": None,
    "gemini-3.5-flash-lite": None,
    "gemini-3.5-flash": None,
    "gemini-3.1-flash-lite": None,
    "gemini-3.1-pro-preview": None,
    "gemini-3-flash-preview": None,
    "gemini-2.5-flash-image": date(2027, 3, 15),
    "gemini-2.5-pro": date(2026, 10, 20),
    "gemini-2.5-flash": date(2026, 10, 20),
    "gemini-2.5-flash-lite": date(2026, 10, 20),
    "gemini-2.0-flash-001": date(2026, 6, 1),
    "gemini-2.0-flash-lite-001": date(2026, 6, 1),
    "gemini-1.5-pro-002": date(2025, 9, 24),
    "gemini-1.5-flash-002": date(2025, 9, 24),
    "gemini-1.5-pro-001": date(2025, 5, 24),
    "gemini-1.5-flash-001": date(2025, 5, 24),
    "gemini-1.0-pro-001": date(2025, 4, 21),
    "gemini-1.0-pro-002": date(2025, 4, 21),
    "gemini-embedding-001": None,
    "gemini-embedding-2": None,
    "text-embedding-005": None,
    "text-embedding-004": None,
    "text-multilingual-embedding-002": None,
}
"""Google's models and the first day on which each is gone; None where no day is set.

Source: the page "Model versions and lifecycle" of November 2026. A retired model answers as one that never was.
"""

_PUBLISHER_MODEL = re.compile(r"(?:projects/[^/]+/locations/[^/]+/)?publishers/([^/]+)/models/([^/]+)")
_TUNED_MODEL = re.compile(r"projects/[^/]+/locations/[^/]+/models/[^/@]+(?:@[^/@]+)?")


def is_known(model: str, today: date) -> bool:
    """Returns whether a job may name this model on this day.

    Google's models are looked up. Other publishers' and tuned models are believed when their name has the form.
    """
    match = _PUBLISHER_MODEL.fullmatch(model)
    if match is None:
        return _TUNED_MODEL.fullmatch(model) is not None
    publisher, name = match.groups()
    return publisher != "google" or _is_served(name, today)


def answers_prompts(model: str) -> bool:
    """Returns whether the model takes `GenerateContentRequest` rows, as Gemini and its tuned models do."""
    match = _PUBLISHER_MODEL.fullmatch(model)
    return match is None or (match[1] == "google" and "embedding" not in match[2])


def short_name(model: str) -> str:
    """Returns the last part of a model's name: `gemini-3.8-flash`."""
    return model.rpartition("/")[2]


def _is_served(name: str, today: date) -> bool:
    if name not in RETIREMENTS:
        return False
    retirement = RETIREMENTS[name]
    return retirement is None or today < retirement
