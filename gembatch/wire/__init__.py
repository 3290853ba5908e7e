"""What the shores share of the way to Google: deadlines, patience, and its storage client."""

from __future__ import annotations
