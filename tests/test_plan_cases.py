"""Golden plans: a folder under `cases/plan/` is a plan of `plans.py`, in every form that is text.

`pytest tests/test_plan_cases.py --update-goldens` writes them anew; read the difference like code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from plans import PLANS

from gembatch.plan.changes import Plan
from gembatch.report.plan_as_github import plan_as_github
from gembatch.report.plan_as_markdown import plan_as_markdown
from gembatch.report.plan_as_text import plan_as_text

CASES = Path(__file__).parent / "cases" / "plan"

RENDERERS: Mapping[str, Callable[[Plan], str]] = {
    "plan.txt": plan_as_text,
    "narrow.txt": lambda plan: plan_as_text(plan, width=60),
    "plan.md": plan_as_markdown,
    "github.txt": lambda plan: plan_as_github(plan, "batch/"),
}


@pytest.mark.parametrize("name", PLANS)
@pytest.mark.parametrize("file", RENDERERS)
def test_a_plan_is_shown_as_expected(name: str, file: str, request: pytest.FixtureRequest) -> None:
    golden, shown = CASES / name / file, f"{RENDERERS[file](PLANS[name])}\n"

    if request.config.getoption("--update-goldens"):
        golden.parent.mkdir(parents=True, exist_ok=True)
        golden.write_text(shown, encoding="utf-8")
    assert golden.read_text(encoding="utf-8") == shown


def test_there_is_no_golden_without_its_plan() -> None:
    assert sorted(PLANS) == sorted(path.name for path in CASES.iterdir())


PAGE = Path(__file__).parents[1] / "docs" / "plan.md"


def test_the_page_on_plans_shows_what_a_plan_shows() -> None:
    shown = [path.read_text(encoding="utf-8") for path in CASES.glob("*/plan.txt")]
    blocks = re.findall(r"^```\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)

    assert blocks
    assert [] == [block for block in blocks if not any(block in plan for plan in shown)]
