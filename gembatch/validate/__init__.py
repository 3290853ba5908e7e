"""3. Documents → job specs. Pure, given the schema."""

from __future__ import annotations
