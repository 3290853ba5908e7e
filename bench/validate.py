"""What `gembatch validate` takes, by what others take for the same files: times do not travel, ratios do.

Run it with `python bench/validate.py [ROUNDS]` on a machine that does little else. The yardsticks are
`yaml.CSafeLoader`, which only loads the files, and `check-jsonschema`, which loads and checks them. The latter is
installed into a folder of its own for the length of the run, and left out where it cannot be had. It asserts nothing.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator
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


@dataclass(frozen=True, slots=True)
class Cost:
    """What a program took.

    Attributes:
        seconds: Of the processors, of the program and the system for it: what else the machine does counts less so.
        megabytes: The most it held at once, or any program before it that held more.
    """

    seconds: float
    megabytes: float


def cost_of(command: tuple[str, ...], folder: Path) -> Cost:
    """Returns what one run of a program takes.

    Raises:
        CalledProcessError: It failed, so that its cost would mean nothing.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, cwd=folder, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(seconds, after.ru_maxrss / 1024)


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


def check_jsonschema(folder: Path) -> tuple[str, ...] | None:
    """Returns the command that checks the files against our schema; None where it cannot be installed."""
    venv.create(folder, with_pip=True)
    program = folder / "bin" / "check-jsonschema"
    done = subprocess.run([folder / "bin" / "pip", "install", "-qq", "check-jsonschema"], check=False)
    return (str(program), "--schemafile", str(SCHEMA)) if done.returncode == 0 and program.exists() else None


def lines(root: Path, rounds: int) -> Iterator[str]:
    """Yields the results, a line each, as they come."""
    files, matrix = root / "files", root / "matrix"
    write_files(files)
    write_matrix(matrix)
    one = cost_of(OURS, matrix)
    yield f"{one.seconds:6.2f} s {one.megabytes:5.0f} MB   one spec, {VALUES * VALUES:,} combinations"
    runs = [(cost_of(OURS, files), cost_of((sys.executable, "-c", LOAD), files)) for _ in range(rounds)]
    ours, load = (statistics.median(each.seconds for each in column) for column in zip(*runs, strict=True))
    most = max(cost.megabytes for cost, _ in runs)
    yield f"{ours:6.2f} s {most:5.0f} MB   {FILES:,} specs of one job"
    ratio = statistics.median(one.seconds / other.seconds for one, other in runs)
    yield f"{ratio:6.2f}              times what yaml.CSafeLoader takes to load them ({load:.2f} s)"
    yield _beside_check_jsonschema(root, ours)


def _beside_check_jsonschema(root: Path, ours: float) -> str:
    command = check_jsonschema(root / "venv")
    if command is None:
        return "     -              check-jsonschema cannot be installed here"
    names = sorted(str(path.relative_to(root / "files")) for path in (root / "files" / "specs").iterdir())
    theirs = cost_of((*command, *names), root / "files").seconds
    return f"{theirs / ours:6.2f}              times as fast as check-jsonschema with our schema ({theirs:.2f} s)"


def main() -> None:
    """Prints the results."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    with tempfile.TemporaryDirectory() as name:
        for line in lines(Path(name), rounds):
            print(line, flush=True)


if __name__ == "__main__":
    main()
