"""4. Desired, recorded, observed → plan. Pure."""

from __future__ import annotations
