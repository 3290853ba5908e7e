"""Who reads a plan learns from it that limits or policies are against it, whatever form it has."""

from __future__ import annotations

import html5lib
import pytest
from plans import PLANS

from gembatch.load.page import page_files
from gembatch.model.diagnostics import Diagnostic, Location, Severity
from gembatch.report.budget import size_of
from gembatch.report.plan_as_github import plan_as_github
from gembatch.report.plan_as_html import plan_as_html
from gembatch.report.plan_as_markdown import LEAST, MOST, plan_as_markdown

LIMIT = Diagnostic(
    "limits.maxSubmissions",
    "the plan submits 9 jobs, and in prod at most 5 may be submitted",
    Location("gembatch.yaml", 7, 30),
    hint="if that is meant, say so: --max-submissions 9",
)
DOUBT = Diagnostic("policies/owner.py", "daily: nobody owns it", severity=Severity.WARNING)
PLAN = PLANS["first"]


def test_a_refused_plan_says_so_before_anything_else_in_a_comment():
    shown = plan_as_markdown(PLAN, findings=(LIMIT, DOUBT))

    assert shown.startswith("> [!CAUTION]\n> **This plan is refused**, and nothing of it will be carried out:\n>\n")
    assert f"> - `{LIMIT.message}` [`limits.maxSubmissions`] (`{LIMIT.hint}`)" in shown
    assert shown.index("[!CAUTION]") < shown.index("> [!WARNING]") < shown.index("**Plan for")
    assert "more" not in shown[: shown.index("**Plan for")]


def test_a_doubt_alone_refuses_nothing():
    shown = plan_as_markdown(PLAN, findings=(DOUBT,))

    assert "refused" not in shown
    assert shown.startswith("> [!WARNING]\n> This plan can be carried out, with a doubt:\n")


@pytest.mark.parametrize("most", [LEAST, 5_000, MOST])
def test_findings_however_many_leave_room_for_the_plan(most: int):
    many = [Diagnostic(f"policies/{number}.py", "x" * 5_000, hint="y" * 5_000) for number in range(100)]

    shown = plan_as_markdown(PLANS["everything"], findings=many, most=most)

    assert size_of(shown) - 2 <= most
    assert "findings more" in shown
    assert "**Plan for" in shown


def test_the_page_has_them_at_its_head():
    page = plan_as_html(PLAN, page_files(), findings=(LIMIT, DOUBT))

    header = next(html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page).iter("header"))
    told = "".join(header.itertext())
    assert all(text in told for text in ("Refused", LIMIT.message, "gembatch.yaml:7:30", DOUBT.message, "warning"))


def test_annotations_have_them_beside_the_limit_that_was_passed():
    shown = plan_as_github(PLAN, "batch/", (LIMIT,)).split("\n")

    assert shown[1].startswith("::error file=batch/gembatch.yaml,line=7,")
