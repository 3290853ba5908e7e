"""The far shore: Vertex AI behind one protocol."""

from __future__ import annotations
