"""Values → text. Returns strings, never prints."""

from __future__ import annotations
