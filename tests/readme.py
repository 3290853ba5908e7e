"""The README as data: its commands, its files and its tables, so that tests can hold it to what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]

README = (REPOSITORY / "README.md").read_text(encoding="utf-8")

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_CELL = re.compile(r"(?<!\\)\|")


@dataclass(frozen=True)
class Block:
    """A block of code and the heading it stands under."""

    heading: str
    language: str
    text: str


def blocks() -> list[Block]:
    """Returns the code blocks, in order."""
    sections = re.split(r"^## ", README, flags=re.MULTILINE)
    return [
        Block(section.partition("\n")[0], language, text)
        for section in sections
        for language, text in _BLOCK.findall(section)
    ]


def commands(heading: str | None = None) -> list[str]:
    """Returns what a reader is told to type, in order; under one heading, or everywhere."""
    return [
        line.removeprefix("$ ")
        for block in blocks()
        if block.language == "console" and heading in (None, block.heading)
        for line in block.text.splitlines()
        if line.startswith("$ ")
    ]


def table(first_title: str) -> list[list[str]]:
    """Returns the rows of the table whose first column has that title, cell by cell, without the header."""
    _, _, rest = README.partition(f"| {first_title} |")
    lines = rest.partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in _CELL.split(line.strip("|"))] for line in lines]


def write_first_workspace(folder: Path) -> None:
    """Writes the files of the first job as the README has a reader write them."""
    for block in blocks():
        if block.heading == FIRST_JOB and block.language in ("yaml", "json"):
            # A YAML file's name is its first line; the rows' is in the sentence before them.
            name = block.text.splitlines()[0].removeprefix("# ") if block.language == "yaml" else "hello.jsonl"
            file = folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(block.text, encoding="utf-8")


FIRST_JOB = "A first job in five minutes"
