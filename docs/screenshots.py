"""Takes the pictures of a plan's page that the documentation shows: `make screenshots`.

It needs Chromium, and Noto fonts for the pictures to stay alike.
"""  # noqa: INP001, a program

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from gembatch.load.page import page_files
from gembatch.report.plan_as_html import plan_as_html

REPOSITORY = Path(__file__).parents[1]
IMAGES = REPOSITORY / "docs" / "images"

# The sample plans and the browser are those of the tests.
sys.path.insert(0, str(REPOSITORY / "tests"))

from chromium import address_of, chromium  # noqa: E402
from sample_plan import backfill, everything  # noqa: E402

SHOTS = (
    ("plan-light-wide", "everything", "light", 1280, 900, ""),
    ("plan-dark-wide", "range", "dark", 1280, 720, ""),
    ("plan-light-narrow", "everything", "light", 390, 780, "#change-5"),
    ("plan-dark-narrow", "everything", "dark", 390, 780, ""),
)
"""The name of each picture, the page, the scheme, the window's width and height, and where in the page it is taken."""


def main() -> None:
    """Writes the pictures."""
    plan, period = backfill()
    pages = {"everything": plan_as_html(everything(), page_files()), "range": plan_as_html(plan, page_files(), period)}
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium() as tab:
        for name, page, scheme, width, height, place in SHOTS:
            file = Path(folder) / f"{name}.html"
            file.write_text(pages[page], encoding="utf-8")
            tab.prefer(scheme)
            tab.resize(width, height)
            tab.open(address_of(file) + place)
            (IMAGES / f"{name}.webp").write_bytes(tab.screenshot())


if __name__ == "__main__":
    main()
