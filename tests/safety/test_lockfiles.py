"""A lockfile as an attacker hands it in: it says what was paid for, and comes with the pull request as specs do."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from typing import Any, TypeAlias

import pytest
from safety.conftest import ROW, SPEC, Hostile

from gembatch.emulator.server import Emulator

pytestmark = pytest.mark.slow

PATH = "locks/local.lock.json"

Content: TypeAlias = dict[str, Any]

TEXTS: dict[str, str | bytes] = {
    "nothing": "",
    "an object of nothing": "{}",
    "a list": "[]",
    "brackets": "[" * 200_000,
    "a future format": '{"format": 99}',
    "a number without end": '{"format": 1, "serial": ' + "9" * 5_000 + "}",
    "NUL": "\x00",
    "control": "\x1b[2J",
    "UTF-16": "{}".encode("utf-16"),
    "half of a pair": '{"format": 1, "workspace": "\\ud800"}',
    "no number": '{"format": NaN}',
    "a key twice": '{"format": 1, "format": 1}',
    "a conflict of git": "<<<<<<< ours\n{}\n=======\n{}\n>>>>>>> theirs\n",
    "90 MB of one text": '{"format": 1, "workspace": "' + "x" * 90_000_000 + '"}',
    "90 MB of brackets": "[" + "[]," * 30_000_000 + "[]]",
    "90 MB of keys": '{"format": 1' + "".join(f', "k{n}": 0' for n in range(6_000_000)) + "}",
    "300 MB": " " * 300_000_000,
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_that_is_none_is_refused_and_kept(hostile: Hostile, name: str) -> None:
    hostile.write({PATH: TEXTS[name]})
    before = (hostile.root / PATH).read_bytes()

    done = hostile.run("plan")

    assert (1, True) == (done.code, done.err.startswith("error: ")), done.err
    assert before == (hostile.root / PATH).read_bytes()


def entry(key: str, value: object) -> Callable[[Content], None]:
    return lambda content: content["jobs"][0].update({key: value})


def head(key: str, value: object) -> Callable[[Content], None]:
    return lambda content: content.update({key: value})


NAME = "projects/1/locations/us-central1/batchPredictionJobs"

CHANGED: dict[str, Callable[[Content], None]] = {
    "a name above": entry("name", f"{NAME}/../../../x"),
    "a name of something else": entry("name", "projects/1/locations/us-central1/models/1"),
    "a name with a query": entry("name", f"{NAME}/1?x=y"),
    "a name with a fragment": entry("name", f"{NAME}/1#x"),
    "a name with a line break": entry("name", f"{NAME}/1\n::error::x"),
    "a name on another server": entry("name", "//evil.example/projects/1"),
    "no digest": entry("digest", "1:x"),
    "a digest by no known method": entry("digest", f"9:{'0' * 64}"),
    "no state": entry("state", "JOB_STATE_FINE"),
    "no time": entry("submitted", "yesterday"),
    "a time at the end of time": entry("submitted", "9999-12-31T23:59:59Z"),
    "a key too many": entry("paid", "yes"),
    "a body that is none": entry("body", []),
    "rows without number": entry("rows", {"successful": "1", "failed": 0, "incomplete": 0}),
    "a serial below nought": head("serial", -1),
    "a serial that is text": head("serial", "1"),
    "the lockfile of another workspace": head("workspace", "others"),
    "the lockfile of another environment": head("environment", "prod"),
    "the lockfile of another emulator": head("dataId", "0" * 32),
    "a job twice": lambda content: content["jobs"].append(content["jobs"][0]),
}


@pytest.mark.parametrize("name", CHANGED)
def test_an_entry_that_cannot_be_is_refused(hostile: Hostile, name: str) -> None:
    content = applied(hostile)
    CHANGED[name](content)
    hostile.write({PATH: json.dumps(content)})

    for command in (("plan",), ("apply", "--yes")):
        done = hostile.run(*command)

        assert (1, True) == (done.code, done.err.startswith("error: ")), f"{done.out}\n{done.err}"
    assert content == json.loads((hostile.root / PATH).read_text(encoding="utf-8"))


def test_a_holder_for_ever_is_told_by_apply_and_stops_no_plan(hostile: Hostile) -> None:
    content = applied(hostile)
    content["holder"] = {"id": "a" * 32, "who": "\x1b[2J::error::x", "runUrl": "", "until": "9998-01-01T00:00:00Z"}
    hostile.write({PATH: json.dumps(content)})

    assert [0, 1] == [hostile.run(*command).code for command in (("plan",), ("apply", "--yes", "--retry-failed"))]


SHOWN = {
    "spec": "\x1b[2J\n::error::x",
    "error": "\u202e<!--\r##[error]x",
    "output": "gs://\u2028::x",
    "rerun": "`$(id)`\x9b",
}

COMMANDS = ("plan", "plan --format markdown", "plan --format json", "plan --format html", "status", "status daily")


@pytest.mark.parametrize("command", COMMANDS)
def test_what_it_says_is_shown_inert(hostile: Hostile, command: str) -> None:
    content = applied(hostile)
    content["jobs"][0].update(SHOWN)
    hostile.write({PATH: json.dumps(content)})

    assert 0 == hostile.run(*command.split()).code


def test_a_job_that_it_makes_up_is_not_taken_for_done(hostile: Hostile) -> None:
    """Nobody knows its name, and nobody saw it end: whether it ran is for a person to say."""
    content = applied(hostile)
    content["jobs"][0].update({"name": f"{NAME}/123", "ended": "", "state": "JOB_STATE_RUNNING"})
    hostile.write({PATH: json.dumps(content)})
    shutil.rmtree(hostile.root / ".gembatch")
    with Emulator(hostile.root / ".gembatch" / "emulator") as emulator:
        hostile.write({PATH: json.dumps({**content, "dataId": emulator.data_id})})

    planned = json.loads(hostile.run("plan", "--format", "json").out)

    assert [("blocked", "missing")] == [(change["action"], change["reason"]) for change in planned["changes"]]


JOB = SPEC.replace("gs://demo-in/rows.jsonl", "./rows.jsonl")


def applied(hostile: Hostile) -> Content:
    """The lockfile after an apply."""
    hostile.write({"specs/daily.yaml": JOB, "rows.jsonl": ROW})
    assert 0 == hostile.run("apply", "--yes").code
    content: Content = json.loads((hostile.root / PATH).read_text(encoding="utf-8"))
    return content
