"""Batch prediction jobs: accepted, listed, run."""

from __future__ import annotations
