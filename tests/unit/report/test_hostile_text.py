"""Nothing that comes from a spec, a row, a job's name or a server's error can break out of its place, in any renderer.

Each renderer shows every hostile text in every place that a text can come from, and is judged by structure: what a
terminal, GitHub or a parser would make of it, not by what it should look like.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from functools import cache

import html5lib
import pytest
from builders import entry
from github_markdown import LINKED, OUR_TAGS, UNSEEN, Structure, structure_as_shown
from hostile import HOSTILE, hostile_findings, hostile_situation, spec_with
from markdown_it import MarkdownIt
from markdown_it.token import Token

from gembatch.load.page import page_files
from gembatch.model.jobs import JobState
from gembatch.plan.approval import Request
from gembatch.plan.planfile import dump_plan
from gembatch.plan.status import JobStatus
from gembatch.report.palette import Palette, printable_json
from gembatch.report.plan_as_github import plan_as_github
from gembatch.report.plan_as_html import plan_as_html
from gembatch.report.plan_as_markdown import plan_as_markdown
from gembatch.report.plan_as_text import plan_as_text
from gembatch.report.statuses_as_markdown import statuses_as_markdown

pytestmark = pytest.mark.slow

OUR_COLOURS = re.compile(r"\x1b\[(?:0|1|2|3[1-6])m")

FILES = page_files()

plan = cache(hostile_situation)

each_text = pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])


@pytest.mark.parametrize("width", [None, 60])
@each_text
def test_a_terminal_gets_text_and_our_colours_alone(text: str, width: int | None):
    shown = plan_as_text(plan(text), Palette(on=True), width=width)

    assert UNSEEN.search(OUR_COLOURS.sub("", shown)) is None


@each_text
def test_no_text_begins_a_line_of_its_own(text: str):
    """Every line is indented but for the first of a plan, the heading of drift and the counts, which are ours."""
    lines = plan_as_text(plan(text)).splitlines()

    outermost = [line for line in lines if line and not line.startswith("  ")]
    assert ["Drift:", "Plan:"] == [line.split()[0] for line in outermost]


@cache
def comment(text: str) -> str:
    return plan_as_markdown(plan(text), findings=hostile_findings(text), most=1_000_000)


@cache
def structure_of(text: str) -> Structure:
    """What GitHub would make of a comment, with everything on that it has on."""
    return structure_as_shown(comment(text))


@each_text
def test_a_comment_has_our_tags_alone_and_they_match(text: str):
    structure = structure_of(text)

    assert [] == structure.open
    assert 0 == structure.comments
    assert set(structure.tags) <= OUR_TAGS
    assert structure.attributes <= {"details open", "code class"}


@each_text
def test_nothing_outside_of_code_is_a_mention_a_reference_or_a_link(text: str):
    structure = structure_of(text)

    assert [] == [text for text in structure.outside if LINKED.search(text)]


@each_text
def test_a_comment_has_as_many_parts_as_one_that_is_harmless(text: str):
    def parts(text: str) -> list[str]:
        tags = structure_of(text).tags
        return [tag for tag in tags if tag in {"details", "h4", "summary"}]

    assert parts("harmless") == parts(text)


@each_text
def test_nothing_in_a_comment_can_be_taken_for_our_marker(text: str):
    assert "<!--" not in comment(text)


@each_text
def test_a_comment_holds_nothing_that_is_not_to_be_seen(text: str):
    assert UNSEEN.search(comment(text)) is None


@each_text
def test_every_fence_of_a_comment_is_closed_where_it_was_meant_to_be(text: str):
    tokens = MarkdownIt("commonmark").parse(comment(text))

    fences = [token for token in _all(tokens) if token.type in {"fence", "code_block"}]
    assert fences
    assert {"fence"} == {token.type for token in fences}
    assert {"diff", "sh", ""} >= {token.info for token in fences}


def _all(tokens: list[Token]) -> list[Token]:
    return [each for token in tokens for each in (token, *_all(token.children or []))]


@cache
def summary_of(text: str) -> str:
    """Jobs in every state, with a text in every place."""
    spec = spec_with(text or "x", "v", text)
    states = (JobState.FAILED, JobState.RUNNING, JobState.SUCCEEDED)
    recorded = [entry(spec, number, state, error=text, output=text) for number, state in enumerate(states, 1)]
    statuses = (*(JobStatus(spec.key, spec, each) for each in recorded), JobStatus(spec.key, spec))
    return statuses_as_markdown(statuses, datetime(2026, 11, 22, tzinfo=UTC))


@each_text
def test_a_summary_has_our_tags_alone_and_nothing_that_is_linked(text: str):
    structure = structure_as_shown(summary_of(text))

    assert [] == structure.open
    assert set(structure.tags) <= {"p", "strong", "h4", "table", "tr", "th", "td", "code"}
    assert set() == structure.attributes
    assert [] == [told for told in structure.outside if LINKED.search(told)]
    assert UNSEEN.search(summary_of(text)) is None
    assert "<!--" not in summary_of(text)


@each_text
def test_a_summary_has_as_many_cells_as_one_that_is_harmless(text: str):
    assert summary_of("harmless").count("<td>") == summary_of(text).count("<td>")


COMMAND = re.compile(r"::(?P<kind>notice|warning|error) (?P<properties>[^:]*)::(?P<data>.*)")


@each_text
def test_every_line_is_one_command_of_ours(text: str):
    shown = plan_as_github(plan(text), "batch/", hostile_findings(text))

    found = [COMMAND.fullmatch(line) for line in shown.split("\n")]
    assert all(found)
    assert UNSEEN.search(shown) is None
    assert len(plan_as_github(plan("harmless"), "", hostile_findings("harmless")).split("\n")) == len(found)


@each_text
def test_a_command_has_the_properties_that_we_gave_it(text: str):
    for line in plan_as_github(plan(text), "batch/", hostile_findings(text)).split("\n"):
        found = COMMAND.fullmatch(line)
        assert found
        properties = dict(each.split("=", 1) for each in found["properties"].split(","))
        assert set(properties) <= {"file", "line", "endLine", "col", "endColumn", "title"}
        assert properties.get("file", "batch/").startswith("batch/")
        assert properties.get("line", "2").isdecimal()


@cache
def our_elements() -> set[str]:
    tree = html5lib.HTMLParser(namespaceHTMLElements=False).parse(
        plan_as_html(plan("harmless"), FILES, findings=hostile_findings("harmless"))
    )
    return {element.tag for element in tree.iter()}


@each_text
def test_a_browser_is_given_a_page_of_our_elements_alone(text: str):
    page = plan_as_html(plan(text), FILES, findings=hostile_findings(text))

    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(page)
    assert {element.tag for element in tree.iter()} <= our_elements()
    assert UNSEEN.search(page) is None


@each_text
def test_json_says_what_it_holds_and_shows_nothing_else(text: str):
    document = dump_plan(plan(text), Request(), "0.1.0")

    shown = printable_json(document)

    assert json.loads(document) == json.loads(shown)
    assert UNSEEN.search(shown) is None
