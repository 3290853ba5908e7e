"""A plan's JSON → findings, by the policies of a workspace: JSON schemas, and programs behind walls."""

from __future__ import annotations
