"""5. Plan → outcomes, through two protocols."""

from __future__ import annotations
