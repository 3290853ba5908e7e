"""The files that a plan's page is made of. They lie under `page` in the package."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import gembatch


def page_files() -> Mapping[str, str]:
    """Returns the page's templates, style and script by their file's names."""
    folder = Path(gembatch.__file__).parent / "page"
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir())}
