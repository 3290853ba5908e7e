"""The program that judges a plan by a JSON schema: a policy's program like any other, behind the same walls.

A schema comes with a pull request. A pattern of thirty characters, or a chain of references, can take longer than
anybody waits; a process of its own can be ended.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping

from gembatch.judge.schemas import judged
from gembatch.model.document import Json

# The program finds its modules where the caller finds them, and nowhere else: not in the folder that it runs in.
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); from gembatch.judge.schema_program import main; main()"
)


def command() -> tuple[str, ...]:
    """Returns what to run."""
    return (sys.executable, "-I", "-c", _START, json.dumps(sys.path))


def given(schema: Mapping[str, Json], document: str) -> str:
    """Returns what the program is to read: the schema beside the plan's JSON."""
    return f'{{"schema": {json.dumps(schema)}, "plan": {document}}}'


def main() -> None:
    """Reads a schema and a plan from stdin, and prints findings; ends with 1 and a sentence if it cannot judge."""
    read = json.load(sys.stdin.buffer)
    try:
        findings = judged(read["schema"], read["plan"])
    except ValueError as error:
        sys.exit(str(error))
    sys.stdout.write(json.dumps(findings))
