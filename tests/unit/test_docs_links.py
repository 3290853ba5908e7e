"""Documents name only what is there: relative links, their anchors, and paths in code spans."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(ROOT.glob("docs/**/*.md"))]
DOCUMENTS += [ROOT / ".github/CONTRIBUTING.md", ROOT / "specs/README.md"]

_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ +(.*)$", re.MULTILINE)
# A path of this repository in a code span: it begins with one of its folders, and has no placeholder in it.
_PATH = re.compile(r"`((?:gembatch|tests|docs|specs|schemas|bench|\.github)/[\w./-]*)`")

each_document = pytest.mark.parametrize("document", DOCUMENTS, ids=[str(path.relative_to(ROOT)) for path in DOCUMENTS])


def prose_of(document: Path) -> str:
    """The document without its code blocks, in which brackets are no links."""
    return _FENCE.sub("", document.read_text(encoding="utf-8"))


def anchors_of(document: Path) -> set[str]:
    """The anchors that GitHub gives the document's headings: lower case, dashes for spaces, no punctuation."""
    headings = (re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading) for heading in _HEADING.findall(prose_of(document)))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links_of(document: Path) -> list[str]:
    return [link for link in _LINK.findall(prose_of(document)) if not re.match(r"[a-z]+:", link)]


def is_broken(link: str, document: Path) -> bool:
    name, _, anchor = link.partition("#")
    target = (document.parent / name).resolve() if name else document
    if not target.is_relative_to(ROOT) or not target.exists():
        return True
    return bool(anchor) and target.suffix == ".md" and anchor not in anchors_of(target)


@each_document
def test_a_relative_link_leads_to_a_file_and_a_heading_that_exist(document: Path):
    assert [link for link in links_of(document) if is_broken(link, document)] == []


@each_document
def test_a_path_in_a_code_span_exists(document: Path):
    assert [path for path in _PATH.findall(prose_of(document)) if not (ROOT / path).exists()] == []


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="only a checkout knows what is committed")
@each_document
def test_what_is_linked_is_in_the_repository_not_only_on_this_machine(document: Path):
    known = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    targets = {
        (document.parent / link.partition("#")[0]).resolve().relative_to(ROOT).as_posix()
        for link in links_of(document)
        if not link.startswith("#")
    }
    unknown = [name for name in targets if not any(path == name or path.startswith(f"{name}/") for path in known)]
    assert sorted(unknown) == []


@pytest.mark.parametrize(
    ("link", "broken"),
    [
        ("architecture.md", False),
        ("architecture.md#the-decision-table", False),
        ("#the-decision-table", False),
        ("../README.md", False),
        ("architecture.md#no-such-heading", True),
        ("no-such-file.md", True),
        ("../../outside-of-the-repository.md", True),
    ],
)
def test_a_broken_link_is_recognised(link: str, broken: bool):  # noqa: FBT001 - a column of the table
    assert broken == is_broken(link, ROOT / "docs/architecture.md")
