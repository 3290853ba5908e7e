"""Whether data lies where its job runs."""

from __future__ import annotations

import pytest

from gembatch.verify.locations import is_beside, is_near


@pytest.mark.parametrize(
    ("location", "region", "near"),
    [
        ("US", "us-central1", True),
        ("US-CENTRAL1", "us-central1", True),
        ("US-EAST1", "us-central1", False),
        ("NAM4", "us-central1", True),
        ("EU", "us-central1", False),
        ("EUROPE-WEST4", "us-central1", False),
        ("EUR4", "europe-west4", True),
        ("EU", "europe-west4", True),
        ("ASIA", "asia-northeast1", True),
        ("ASIA1", "asia-northeast1", True),
        ("ASIA", "us", False),
        ("US-EAST1", "us", True),
        ("US", "us", True),
        ("EUROPE-WEST2", "eu", True),
        ("EU", "us", False),
        ("AUSTRALIA-SOUTHEAST1", "global", True),
        ("AUSTRALIA-SOUTHEAST1", "southamerica-east1", False),
        ("MOON", "mars", False),
    ],
)
def test_a_bucket_is_near_in_the_same_region_or_around_it(location: str, region: str, *, near: bool) -> None:
    assert near is is_near(location, region)


@pytest.mark.parametrize(
    ("location", "region", "beside"),
    [
        ("us-central1", "us-central1", True),
        ("US", "us-central1", False),
        ("us-east1", "us-central1", False),
        ("US", "us", True),
        ("EU", "us", None),
        ("us-central1", "us", None),
        ("US", "global", None),
    ],
)
def test_a_dataset_is_beside_in_the_very_same_place(location: str, region: str, *, beside: bool | None) -> None:
    assert beside is is_beside(location, region)
