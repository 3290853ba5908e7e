"""Fixtures: a browser for the tests of a folder, and the sample pages as files. Without Chromium, tests are skipped."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import chromium
import pytest
from hostile import HOSTILE, hostile_situation
from sample_plan import backfill, everything

from gembatch.load.page import page_files
from gembatch.report.plan_as_html import plan_as_html

Open = Callable[..., chromium.Page]


@pytest.fixture(scope="session")
def tab() -> Iterator[chromium.Page]:
    if chromium.program() is None:
        pytest.skip("Chromium is not installed (Debian: apt-get install chromium)")
    with chromium.chromium() as page:
        yield page


@pytest.fixture(scope="session")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    plan, period = backfill()
    parts = page_files()
    (folder / "everything.html").write_text(plan_as_html(everything(), parts), encoding="utf-8")
    (folder / "range.html").write_text(plan_as_html(plan, parts, period), encoding="utf-8")
    (folder / "hostile.html").write_text(plan_as_html(hostile_situation(" ".join(HOSTILE)), parts), encoding="utf-8")
    return folder


@pytest.fixture
def show(tab: chromium.Page, files: Path) -> Open:
    """Opens a sample page: `show("range", width=360, scheme="dark", script=False)`."""

    def open_page(name: str, *, width: int = 1280, scheme: str = "light", script: bool = True) -> chromium.Page:
        tab.forget()
        tab.resize(width, 900)
        tab.prefer(scheme)
        tab.allow_script(allowed=script)
        tab.open(chromium.address_of(files / f"{name}.html"))
        return tab

    return open_page
