"""Holds the pure core to its branch coverage; run by `make test` on the report that pytest wrote.

A floor for each room rather than one for all: an uncovered branch of the decision table must not hide behind a
well-tested printer.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

FLOOR = 95.0

ROOMS = (
    "gembatch/model/",
    "gembatch/render/",
    "gembatch/validate/",
    "gembatch/plan/",
    "gembatch/apply/machine.py",
    "gembatch/lock/lockfile.py",
    "gembatch/github/",
    "gembatch/judge/findings.py",
    "gembatch/judge/schemas.py",
)


def main(report: Path) -> int:
    files = json.loads(report.read_text())["files"]
    low = [(room, percent) for room in ROOMS if (percent := _percent(files, room)) < FLOOR]
    for room, percent in low:
        print(f"coverage: {room} {percent:.1f} % of lines and branches, below {FLOOR:g} %")
    # Silent when all is well, so that the test runner's closing line stays the last.
    return 1 if low else 0


def _percent(files: dict[str, dict[str, dict[str, int]]], room: str) -> float:
    """Returns the share of lines and branches of a room that ran; a room without files counts as not covered."""
    parts = [file["summary"] for path, file in files.items() if path.startswith(room)]
    covered = sum(part["covered_lines"] + part["covered_branches"] for part in parts)
    total = sum(part["num_statements"] + part["num_branches"] for part in parts)
    return 100 * covered / total if total else 0.0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
