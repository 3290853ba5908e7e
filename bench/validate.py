"""What `gembatch validate` takes, by what others take for the same files: times do not travel, ratios do.

Run it with `python bench/validate.py [ROUNDS]` on a machine that does little else. The yardsticks are
`yaml.CSafeLoader`, which only loads the files, and `check-jsonschema`, which loads and checks them. The latter is
installed into a folder of its own for the length of the run, and left out where it cannot be had. It asserts nothing.

Times are of the processors, with those by the clock in brackets: what else the machine does counts less in the former.
"""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROUNDS = 5
FILES = 10_000
VALUES = 100
"""Values of each of two axes: ten thousand combinations."""

SCHEMA = Path(__file__).parents[1] / "schemas" / "job.schema.json"

WORKSPACE = """\
version: 1
name: bench
specs: ["specs/*.yaml"]
environments:
  local: {project: demo-project, region: global, lockfile: bench.lock.json}
"""

JOB = """\
displayName: job-%05d-{{ ds_nodash }}
model: gemini-3.8-flash
input: gs://demo-bucket/rows/%05d/{{ ds }}.jsonl
output: gs://demo-bucket/predictions/%05d/{{ date | strftime("%%Y/%%m/%%d") }}/
labels: {team: search, day: "day-{{ ds }}"}
"""

MATRIX = """\
displayName: job-{{ a }}-{{ b }}-{{ ds_nodash }}
model: gemini-3.8-flash
input: gs://demo-bucket/rows/{{ a }}/{{ b }}/{{ ds }}.jsonl
output: gs://demo-bucket/predictions/{{ a }}/{{ b }}/{{ ds }}/
labels: {team: search, shard: "{{ a }}-{{ b }}"}
"""

LOAD = """\
import pathlib, yaml
for path in sorted(pathlib.Path("specs").iterdir()):
    with path.open("rb") as file:
        yaml.load(file, Loader=yaml.CSafeLoader)
"""

OURS = (sys.executable, "-m", "gembatch", "validate", "--date", "2026-11-22")


# Compiled modules are kept, as they are where a program is installed: to compile them anew each time is no one's wish.
SURROUNDINGS = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program took.

    Attributes:
        seconds: Of the processors, of the program and the system for it.
        elapsed: Seconds by the clock.
        megabytes: The most it held at once, or any program before it that held more.
    """

    seconds: float
    elapsed: float
    megabytes: float


def cost_of(command: tuple[str, ...], folder: Path) -> Cost:
    """Returns what one run of a program takes.

    Raises:
        CalledProcessError: It failed, so that its cost would mean nothing.
    """
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=SURROUNDINGS)
    elapsed, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, elapsed, after.ru_maxrss / 1024)


def medians(costs: Sequence[Cost]) -> str:
    """Returns what several runs of a program took."""
    seconds, elapsed = (
        statistics.median(column) for column in zip(*((c.seconds, c.elapsed) for c in costs), strict=True)
    )
    return f"{seconds:.2f} s ({elapsed:.2f} s)"


def ratios(ours: Sequence[Cost], others: Sequence[Cost]) -> str:
    """Returns how many times as much the first of two programs takes, by the runs side by side."""
    pairs = [*zip(ours, others, strict=True)]
    by_processor = statistics.median(one.seconds / other.seconds for one, other in pairs)
    by_clock = statistics.median(one.elapsed / other.elapsed for one, other in pairs)
    return f"{by_processor:.2f}   ({by_clock:.2f})"


def write_files(root: Path) -> None:
    """Writes ten thousand specs of one job each, with four expressions."""
    (root / "specs").mkdir(parents=True)
    (root / "gembatch.yaml").write_text(WORKSPACE)
    for number in range(FILES):
        (root / "specs" / f"job-{number:05}.yaml").write_text(JOB % (number, number, number))


def write_matrix(root: Path) -> None:
    """Writes one spec of ten thousand combinations."""
    (root / "specs").mkdir(parents=True)
    (root / "gembatch.yaml").write_text(WORKSPACE)
    values = ", ".join(map(str, range(VALUES)))
    (root / "specs" / "matrix.yaml").write_text(f"{MATRIX}matrix:\n  a: [{values}]\n  b: [{values}]\n")


def check_jsonschema(folder: Path, root: Path) -> tuple[str, ...] | None:
    """Returns the command that checks the files below `root` against our schema; None where it cannot be installed."""
    venv.create(folder, with_pip=True)
    program = folder / "bin" / "check-jsonschema"
    done = subprocess.run([folder / "bin" / "pip", "install", "-qq", "check-jsonschema"], check=False)
    if done.returncode or not program.exists():
        return None
    names = sorted(str(path.relative_to(root)) for path in (root / "specs").iterdir())
    return (str(program), "--schemafile", str(SCHEMA), *names)


def lines(root: Path, rounds: int) -> Iterator[str]:
    """Yields the results, a line each, as they come."""
    files, matrix = root / "files", root / "matrix"
    write_files(files)
    write_matrix(matrix)
    cost_of(OURS, matrix)  # not counted: it may have to compile what it imports
    yield _line([cost_of(OURS, matrix) for _ in range(rounds)], f"one spec, {VALUES * VALUES:,} combinations")
    # By turns: what else the machine does then falls on all of them.
    commands = (OURS, (sys.executable, "-c", LOAD), check_jsonschema(root / "venv", files))
    rows = [[cost_of(command, files) for command in commands if command] for _ in range(rounds)]
    ours, load, *theirs = zip(*rows, strict=True)
    yield _line(ours, f"{FILES:,} specs of one job")
    yield f"{ratios(ours, load):>16} {'':8} times what yaml.CSafeLoader takes to load them: {medians(load)}"
    for costs in theirs:
        yield f"{ratios(costs, ours):>16} {'':8} times as fast as check-jsonschema with our schema: {medians(costs)}"
    if not theirs:
        yield f"{'-':>16} {'':8} check-jsonschema cannot be installed here"


def _line(costs: Sequence[Cost], what: str) -> str:
    return f"{medians(costs):>16} {max(cost.megabytes for cost in costs):5.0f} MB {what}"


def main() -> None:
    """Prints the results."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        for line in lines(Path(name), rounds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
