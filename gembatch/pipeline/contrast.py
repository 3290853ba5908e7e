"""Two runs over the same specs → how their jobs differ."""

from __future__ import annotations

from gembatch.model.jobs import JobSpec
from gembatch.pipeline.desire import Desired
from gembatch.pipeline.wanted import Origin
from gembatch.plan.contrast import Contrast, Identity, contrasts


def contrasted(before: Desired, after: Desired) -> tuple[Contrast, ...]:
    """Returns how the jobs of two environments differ; both were made from the same files for the same dates."""
    return contrasts(_by_identity(before), _by_identity(after))


def _by_identity(desired: Desired) -> dict[Identity, JobSpec]:
    return {_identity(origin): spec for spec, origin in zip(desired.jobs, desired.origins, strict=True)}


def _identity(origin: Origin) -> Identity:
    # Not the display name: that may be what differs.
    document = origin.rendered.document
    return document.source.path, document.places.at(()).line, origin.rendered.combination_text
