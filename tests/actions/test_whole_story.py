"""The whole story of one pull request: opened, pushed to again, merged, applied, and closed by the schedule.

What people read of it on the way lies under `cases/github/`: comments, summaries of jobs, the lockfile. After a change,
`pytest tests/actions/test_whole_story.py --update-goldens` writes them anew; read the difference like code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from actions.world import World, spec

pytestmark = pytest.mark.slow

CASES = Path(__file__).resolve().parents[1] / "cases" / "github"

_COUNTED = {
    "sha256": r"\b[0-9a-f]{64}\b",
    # In full and in short it is the same one.
    "commit": r"\b[0-9a-f]{40}\b|(?<=Planned for )[0-9a-f]{12}\b",
    "job": r"(?<=batchPredictionJobs/)\d+",
}
_SHIFTING = {
    "mark": r"\b[0-9a-f]{32}\b",
    "time": r"\d{4}-\d\d-\d\dT\d\d[:_]\d\d[:_]\d\d(?:\.\d+)?(?:Z|\+00:00)|(?<=prediction-model-)[0-9TZ:._-]+",
    "port": r"(?<=http://127\.0\.0\.1:)\d+",
    "age": r"(?<=<td>)\d+[smh](?=</td>)",
    "serial": r"(?<=at serial )\d+",
}


def steady(text: str) -> str:
    """A text in which what differs from run to run has a name: `<commit 1>`, the same wherever it is the same."""
    for kind, pattern in _COUNTED.items():
        found = dict.fromkeys(each[:12] for each in re.findall(pattern, text))
        numbers = {value: number for number, value in enumerate(found, start=1)}
        text = re.sub(pattern, lambda each, kind=kind, numbers=numbers: f"<{kind} {numbers[each[0][:12]]}>", text)
    for kind, pattern in _SHIFTING.items():
        text = re.sub(pattern, f"<{kind}>", text)
    return text


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Holds a text against the golden of that name."""

    def check(name: str, text: str) -> None:
        file = CASES / name
        if request.config.getoption("--update-goldens"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(steady(text), encoding="utf-8")
        assert file.read_text(encoding="utf-8") == steady(text)

    return check


def test_the_whole_story(world: World, golden: Callable[[str, str], None]):
    world.begin("moods")
    world.write("specs/moods.yaml", spec("moods"))
    number = world.open_pull()
    jobs = world.planned(number)
    golden("1-opened-comment.md", world.comment_on(number))
    golden("1-opened-summary.md", jobs["plan prod"].summary)

    world.write("specs/topics.yaml", spec("topics").replace("gemini-3.8-flash", "gemini-4-argon"))
    world.push_again(number)
    world.planned(number)
    golden("2-pushed-comment.md", world.comment_on(number))

    world.merge(number)
    jobs = world.applied()
    golden("3-applied-comment.md", world.comment_on(number))
    golden("3-applied-summary.md", jobs["apply to prod"].summary)
    golden("3-applied-lockfile.json", json.dumps(_in_order(world.lockfile()), indent=2) + "\n")

    world.wait()
    jobs = world.applied("schedule")
    golden("4-ended-comment.md", world.comment_on(number))
    golden("4-ended-summary.md", jobs["status of prod"].summary)
    golden("4-ended-lockfile.json", json.dumps(_in_order(world.lockfile()), indent=2) + "\n")

    assert {"approved plans", "environments", "status of prod"} == world.applied("schedule").keys()
    assert {"moods": 1, "topics": 1} == world.jobs()


def _in_order(lockfile: dict[str, object]) -> dict[str, object]:
    """The lockfile without what depends on how many writes were put together."""
    return {name: value for name, value in lockfile.items() if name != "serial"}
