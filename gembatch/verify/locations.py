"""Whether data lies where its job runs."""

from __future__ import annotations

from gembatch.verify.checks import Check, Topic, Verdict

_CONTINENTS = {"us": ("us-", "nam"), "eu": ("europe-", "eur"), "asia": ("asia-", "asia1")}
"""Multi-regions, and what the names of the regions and dual-regions in each begin with."""

_EVERYWHERE = "global"
_MULTI_REGIONS = frozenset({"us", "eu"})


def is_near(location: str, region: str) -> bool:
    """Returns whether a bucket is on the continent of a region, or in the region itself.

    Args:
        location: Of the bucket, in any case: `US`, `EUROPE-WEST4`, `NAM4`.
        region: Of the jobs: `global`, `us`, `us-central1`.
    """
    location = location.lower()
    if region in {_EVERYWHERE, location}:
        return True
    # Two regions are two places; one of them as part of a multi- or dual-region is not.
    if "-" in location and region not in _MULTI_REGIONS:
        return False
    return _continent(location) is not None and _continent(location) == _continent(region)


def is_beside(location: str, region: str) -> bool | None:
    """Returns whether a dataset is where a job may read it; None where no page tells.

    A job in one region takes datasets of that region, and none of a multi-region.
    """
    if region == _EVERYWHERE or region in _MULTI_REGIONS:
        return True if region == location.lower() else None
    return region == location.lower()


def misplaced_dataset(topic: Topic, uri: str, location: str, region: str) -> Check | None:
    """Returns that a dataset is not where it should be, or that nobody knows; None where it is.

    Args:
        topic: Whether it is an input or an output.
        uri: As the job names it.
        location: Of the dataset.
        region: Of the jobs.
    """
    match is_beside(location, region):
        case True:
            return None
        case False:
            message = f"is in {location}, and the jobs run in {region}"
            return Check(topic, uri, Verdict.FAIL, message, "Google asks that both are in one region")
        case None:
            message = f"is in {location}, and whether jobs in {region} can use it is not documented"
            return Check(topic, uri, Verdict.WARN, message, "try few rows first")


def _continent(place: str) -> str | None:
    return next((name for name, starts in _CONTINENTS.items() if place == name or place.startswith(starts)), None)
