"""What starting costs, as ratios of two things measured side by side in one run: a ratio travels, a time does not.

Run it with `python bench/startup.py [ROUNDS]` on a machine that does little else. It asserts nothing.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 15

WORKSPACE = """\
version: 1
name: bench
specs: ["jobs.yaml"]
environments:
  local: {project: demo-project, region: global, lockfile: bench.lock.json}
"""

JOB = """\
displayName: reviews-{{ ds_nodash }}
model: gemini-3.8-flash
input: gs://demo-bucket/reviews/{{ ds }}.jsonl
output: gs://demo-bucket/predictions/{{ ds }}/
"""

LEAN = """\
from gembatch.vertex.lean_client import lean_imports
with lean_imports():
    from google.cloud.aiplatform_v1.services.job_service import JobServiceClient
"""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two programs, each run in a fresh interpreter.

    Attributes:
        name: What the ratio tells.
        ours: Arguments of the interpreter for the one of interest.
        yardstick: Arguments for what it is measured by.
    """

    name: str
    ours: tuple[str, ...]
    yardstick: tuple[str, ...]


PAIRS = (
    Pair("import gembatch : python -c pass", ("-c", "import gembatch"), ("-c", "pass")),
    Pair("--version : python -c pass", ("-m", "gembatch", "--version"), ("-c", "pass")),
    Pair("--version : import click", ("-m", "gembatch", "--version"), ("-c", "import click")),
    Pair(
        "validate of one file : import click, yaml, jinja2",
        ("-m", "gembatch", "validate"),
        ("-c", "import click, yaml, jinja2"),
    ),
    Pair(
        "validate of one file : import google.cloud.aiplatform_v1",
        ("-m", "gembatch", "validate"),
        ("-c", "import google.cloud.aiplatform_v1"),
    ),
    Pair(
        "lean job service : import google.cloud.aiplatform_v1",
        ("-c", LEAN),
        ("-c", "import google.cloud.aiplatform_v1"),
    ),
    Pair(
        "the whole gateway : import google.cloud.aiplatform_v1",
        ("-c", "import gembatch.vertex.google"),
        ("-c", "import google.cloud.aiplatform_v1"),
    ),
)


def seconds(arguments: tuple[str, ...], folder: Path) -> float:
    """Returns how long one run of the interpreter takes.

    Raises:
        CalledProcessError: It failed, so that its time would mean nothing.
    """
    begun = time.perf_counter()
    subprocess.run([sys.executable, *arguments], cwd=folder, check=True, capture_output=True)
    return time.perf_counter() - begun


def measure(pair: Pair, folder: Path, rounds: int) -> tuple[float, float, float]:
    """Returns the median ratio of the rounds, and the median seconds of both. One warm-up round is not counted."""
    # Ours and the yardstick by turns: what else the machine does then falls on both.
    runs = [(seconds(pair.ours, folder), seconds(pair.yardstick, folder)) for _ in range(rounds + 1)][1:]
    ours, yardstick = (statistics.median(column) for column in zip(*runs, strict=True))
    return statistics.median(one / other for one, other in runs), ours, yardstick


def main() -> None:
    """Prints one line for each pair."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "gembatch.yaml").write_text(WORKSPACE)
        (folder / "jobs.yaml").write_text(JOB)
        print(f"{'ratio':>6} {'ours':>8} {'other':>8}   ours : other, medians of {rounds}")
        for pair in PAIRS:
            ratio, ours, yardstick = measure(pair, folder, rounds)
            print(f"{ratio:6.2f} {ours:6.3f} s {yardstick:6.3f} s   {pair.name}")


if __name__ == "__main__":
    main()
