"""6. Outcomes → lockfile."""

from __future__ import annotations
