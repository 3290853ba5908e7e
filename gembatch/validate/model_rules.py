"""Rules over models: those that Google retires, where they are served, and what they take.

All are warnings, of what Google's pages say. Google may know better by now.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from gembatch.model.diagnostics import Severity
from gembatch.model.workspace import Environment
from gembatch.validate.body import model_name
from gembatch.validate.retirements import Retirement, retirement_of
from gembatch.validate.subject import Finding, Subject

SOON = dt.timedelta(days=180)
"""How long before a model's last day it is told of."""

_NAME = re.compile(
    r"(?:projects/[^/]+/locations/(?P<location>[^/]+)/)?"
    r"(?:models/|publishers/(?P<publisher>[^/]+)/models/(?P<short>[^/@]+))"
)
_THREE_OR_FOUR = re.compile(r"gemini-[34](?:[.-]|$)")

_MULTI_REGIONS = frozenset({"global", "us", "eu"})
_ALSO_SERVED_IN = {"gemini-3.5-flash": frozenset({"europe-west2", "europe-west3"})}

_NAMED_UNSUPPORTED = {
    "serviceAccount": "a custom service account",
    "encryptionSpec": "a customer-managed encryption key",
}
_DOCUMENTED = "Google's pages on batch inference list it as not supported"
_FOR_CUSTOM_MODELS = ("dedicatedResources", "manualBatchTuningParameters", "generateExplanation", "explanationSpec")
_UNSUPPORTED = frozenset({*_NAMED_UNSUPPORTED, *_FOR_CUSTOM_MODELS})


class _Model(NamedTuple):
    """What a model's name tells.

    Attributes:
        publisher: Who publishes it; None for a tuned or custom model.
        short: Its name with the publisher, without a version; None likewise.
        location: The location that the name holds; None where it holds none.
    """

    publisher: str | None = None
    short: str | None = None
    location: str | None = None

    @property
    def google(self) -> str | None:
        """The short name of a model of Google's; None for any other."""
        return self.short if self.publisher == "google" else None


def _model_of(subject: Subject) -> _Model:
    name = subject.data.get("model")
    return _read(name) if isinstance(name, str) else _Model()


@cache
def _read(name: str) -> _Model:
    match = _NAME.match(model_name(name))
    return _Model(**match.groupdict()) if match else _Model()


def retired(subject: Subject) -> Iterator[Finding]:
    """Yields a model that Google has retired."""
    name = _model_of(subject).google
    announced = retirement_of(name) if name else None
    if announced and announced.day <= subject.today:
        yield _finding(subject, f"{name} was retired on {announced.day}: Google no longer knows it", announced)


def retiring(subject: Subject) -> Iterator[Finding]:
    """Yields a model that Google is about to retire."""
    name = _model_of(subject).google
    announced = retirement_of(name) if name else None
    if announced and subject.today < announced.day <= subject.today + SOON:
        days = (announced.day - subject.today).days
        when = f"on {announced.day}, in {days} day{'s' * (days != 1)}"
        # Google shuts the door a month early on projects that never used a model.
        yield _finding(
            subject, f"{name} is to be retired {when}, and a month earlier for projects new to it", announced
        )


def _finding(subject: Subject, message: str, announced: Retirement) -> Finding:
    return Finding(message, subject.at("model"), hint=announced.advice, severity=Severity.WARNING)


def region(subject: Subject) -> Iterator[Finding]:
    """Yields a model that is not served where the job is to run. The emulator serves all of them everywhere."""
    environment, model = subject.environment, _model_of(subject)
    if environment.endpoint is None:
        found = _misplaced(model, environment)
        if found:
            message, hint = found
            yield Finding(message, subject.at("model"), hint=hint, severity=Severity.WARNING)


def _misplaced(model: _Model, environment: Environment) -> tuple[str, str] | None:
    """Returns why an environment's region is not one of the model's, and what to do; None where it is."""
    if model.location not in {None, environment.region}:
        hint = "a host answers for its own location only: take a model of the job's region"
        return f"the model is in {model.location}, and {_there(environment)}", hint
    if model.google and not _is_served(model.google, environment.region):
        hint = f"set `region: global` for `{environment.name}`; `us` and `eu` keep the rows there"
        return f"{model.google} is served in {_regions_text(model.google)}, and {_there(environment)}", hint
    if model.publisher and not model.google and environment.region == "global":
        hint = "set a region in which Google's page on the model has it"
        return f"batch jobs of {model.publisher}'s models do not run in global, and {_there(environment)}", hint
    return None


def _there(environment: Environment) -> str:
    return f"environment {environment.name} runs its jobs in {environment.region}"


def _is_served(model: str, place: str) -> bool:
    if not _THREE_OR_FOUR.match(model):  # of the others no page says anything that holds for all
        return True
    return place in _MULTI_REGIONS or place in _ALSO_SERVED_IN.get(model, ())


def _regions_text(model: str) -> str:
    *others, last = "global", "us", "eu", *sorted(_ALSO_SERVED_IN.get(model, ()))
    return f"{', '.join(others)} and {last}"


def unsupported(subject: Subject) -> Iterator[Finding]:
    """Yields fields that the API has, and Gemini has no use for."""
    if _UNSUPPORTED.isdisjoint(subject.data):
        return
    name = _model_of(subject).google
    if not name or not name.startswith("gemini-"):
        return
    for field in subject.data.keys() & _UNSUPPORTED:
        meaning = _NAMED_UNSUPPORTED.get(field)
        yield Finding(
            f"batch jobs of Gemini do not support {meaning}" if meaning else f"{field} is for custom models",
            subject.at_key(field),
            hint=f"take `{field}` out; " + (_DOCUMENTED if meaning else "Gemini has no use for it"),
            severity=Severity.WARNING,
        )
