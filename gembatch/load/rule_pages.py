"""The pages that explain the rules, one for each."""

from __future__ import annotations

from pathlib import Path

import gembatch


def read_page(rule: str) -> str:
    """Returns the page of a rule, in Markdown."""
    return (page_folder(Path(gembatch.__file__).parent) / f"{rule}.md").read_text(encoding="utf-8")


def page_folder(package: Path) -> Path:
    """Returns where the pages are: inside the package if it was installed from a wheel, else in `docs` beside it."""
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "docs" / "rules"
