"""Whether a run can go well: what its jobs need, and what is to be thought of what is there. Pure."""

from __future__ import annotations
