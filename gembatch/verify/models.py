"""Whether there is a model, and for how long."""

from __future__ import annotations

import datetime as dt

from gembatch.validate.model_rules import SOON
from gembatch.validate.retirements import retirement_of
from gembatch.verify.checks import Check, Topic, Verdict

_GOOGLE = "publishers/google/models/"


def judge_model(model: str, *, is_known: bool, today: dt.date) -> Check:
    """Returns whether there is a model, and for how long."""
    if not is_known:
        return Check(Topic.MODEL, model, Verdict.FAIL, "there is no such model", "see Google's page on model versions")
    announced = retirement_of(model.removeprefix(_GOOGLE)) if model.startswith(_GOOGLE) else None
    if announced and announced.day <= today + SOON:
        message = f"Google has announced {announced.day} as its last day"
        return Check(Topic.MODEL, model, Verdict.WARN, message, announced.advice)
    return Check(Topic.MODEL, model, Verdict.PASS, "is served")
