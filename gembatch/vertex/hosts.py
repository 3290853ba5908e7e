"""Which host serves a location. A host answers for its own location only: elsewhere a job is "not found"."""

from __future__ import annotations

_MULTI_REGIONS = frozenset({"us", "eu"})


def host_of(region: str) -> str:
    """Returns the host that serves `global`, a multi-region (`us`, `eu`) or a region such as `us-central1`."""
    if region == "global":
        return "aiplatform.googleapis.com"
    if region in _MULTI_REGIONS:
        return f"aiplatform.{region}.rep.googleapis.com"
    return f"{region}-aiplatform.googleapis.com"
