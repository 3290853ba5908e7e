"""2. Document → documents, expressions filled in. Pure."""

from __future__ import annotations
