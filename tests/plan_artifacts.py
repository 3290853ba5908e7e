"""Artifacts of plans, as a run of the workflow leaves them."""

from __future__ import annotations

import io
import zipfile


def archive_of(**texts: str) -> bytes:
    """A zip file; `plan_json="…"` is its file `plan.json`."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, text in texts.items():
            made.writestr(name.replace("_", "."), text)
    return file.getvalue()
