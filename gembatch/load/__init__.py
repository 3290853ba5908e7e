"""1. Files → documents."""

from __future__ import annotations
