"""Vertex AI batch prediction and Cloud Storage on loopback. Stands alone: imports nothing else of gembatch."""

from __future__ import annotations
