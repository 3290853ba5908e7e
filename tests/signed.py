"""Saved plans that were edited by somebody who knows how to make digest and seal right again."""

from __future__ import annotations

from collections.abc import Mapping

from gembatch.model.digests import digest_of
from gembatch.model.document import Json


def signed(document: Mapping[str, Json]) -> dict[str, Json]:
    """Returns a plan's document with the digest and the seal that fit what it says."""
    head = {name: value for name, value in document.items() if name not in {"changes", "seal"}}
    head["digest"] = digest_of(document["changes"])
    return {**head, "changes": document["changes"], "seal": digest_of(head)}
