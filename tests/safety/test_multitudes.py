"""Much, made out of little: each part keeps to its limit, and together they are to fill the machine or take all day."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from safety.conftest import SPEC, WORKSPACE, Hostile

pytestmark = pytest.mark.slow

HUNDRED = list(range(100))
FLEET = f"matrix: {{a: {HUNDRED}, b: {HUNDRED}}}\n" + SPEC.replace("daily", "daily-{{ a }}-{{ b }}")
"""One document that stands for 10,000 jobs."""

MANY_VALUES = "1, " * 90_000
LONG_TEXT = "x" * 9_000_000


def listed(form: str, count: int) -> str:
    """A form so many times, with its number for `#`."""
    return ", ".join(form.replace("#", str(number)) for number in range(count))


def specs(count: int, more: str = "") -> dict[str, str]:
    return {f"specs/{number}.yaml": SPEC.replace("daily", f"daily-{number}") + more for number in range(count)}


def declaring(count: int, pattern: str) -> str:
    """A workspace with so many variables that have a pattern."""
    one = f"{{type: string, default: {'a' * 250}, pattern: '{pattern}'}}"
    return WORKSPACE.replace("variables:\n", "variables:\n" + "".join(f"  v{n}: {one}\n" for n in range(count)))


def globbing(*globs: str) -> str:
    return WORKSPACE.replace('"specs/**/*.yaml"', ", ".join(f'"{glob}"' for glob in globs))


WORKSPACES: dict[str, tuple[str, Mapping[str, str]]] = {
    "ten thousand jobs with a long list each": (
        "job.size",
        {"specs/daily.yaml": f"{FLEET}modelParameters: {{p: [{MANY_VALUES}]}}\n"},
    ),
    "ten thousand jobs with a long text each": (
        "job.size",
        {"specs/daily.yaml": f"{FLEET}modelParameters: {{p: {LONG_TEXT}}}\n"},
    ),
    "ten thousand jobs with the longest text that an expression may give": (
        "job.size",
        {
            "gembatch.yaml": WORKSPACE.replace("default: mood", f"default: {'x' * 20_000}"),
            "specs/daily.yaml": FLEET + 'modelParameters: {p: "{{ topic ~ topic ~ topic ~ topic ~ topic }}"}\n',
        },
    ),
    "ten thousand jobs with a long list from a variable": (
        "job.size",
        {
            "gembatch.yaml": WORKSPACE.replace("[de, fr]", f"[{MANY_VALUES}]"),
            "specs/daily.yaml": f'{FLEET}modelParameters: {{p: "{{{{ langs }}}}"}}\n',
        },
    ),
    "twenty matrices of ten thousand jobs": (
        "job.size",
        {f"specs/{number}.yaml": FLEET.replace("daily", f"daily-{number}") for number in range(20)},
    ),
    "a long list that two thousand specs inherit": (
        "job.size",
        {**specs(2_000), "specs/_defaults.yaml": f"modelParameters: {{p: [{MANY_VALUES}]}}\n"},
    ),
    "a long text that two thousand specs inherit": (
        "job.size",
        {**specs(2_000), "specs/_defaults.yaml": f"modelParameters: {{p: {LONG_TEXT}}}\n"},
    ),
    "overlays for nobody that two thousand specs inherit": (
        "job.size overlay.environment",
        {**specs(2_000), "specs/_defaults.yaml": f"environments: {{x: {{modelParameters: {{p: [{MANY_VALUES}]}}}}}}\n"},
    ),
    "a long axis in two thousand specs": (
        "job.size",
        {**specs(2_000, "matrix: {a: {file: ./axis.csv}}\n"), "axis.csv": "a\n" + "\n".join(map(str, range(9_900)))},
    ),
    "forty specs with a long list each": ("job.size", specs(40, f"modelParameters: {{p: [{MANY_VALUES}]}}\n")),
    "ninety failures in each of ten thousand jobs": (
        "template.value yaml.limit",
        {"specs/daily.yaml": FLEET + "modelParameters: {p: [" + listed("'{{ 1 / 0 }}'", 90) + "]}\n"},
    ),
    "thirty wrong kinds in each of ten thousand jobs": (
        "schema.type yaml.limit",
        {"specs/daily.yaml": FLEET + "labels: {" + listed("l#: '{{ a }}'", 30) + "}\n"},
    ),
    "thirty bad labels in each of ten thousand jobs": (
        "labels.value yaml.limit",
        {"specs/daily.yaml": FLEET + "labels: {" + listed("l#: '{{ a }} !'", 30) + "}\n"},
    ),
    "ten thousand names of files that lack, in a folder of a thousand": (
        "stage.missing",
        {
            "specs/daily.yaml": FLEET.replace("gs://demo-in/rows.jsonl", "./data/{{ a }}-{{ b }}.jsonl"),
            **{f"data/x{number}-{number}.jsonl": "{}" for number in range(1_000)},
        },
    ),
    "twenty thousand globs": ("schema.length", {"gembatch.yaml": globbing(*(f"**/{n}*.yaml" for n in range(20_000)))}),
    "a thousand globs": ("load.no-match", {"gembatch.yaml": globbing(*(f"**/{n}*.yaml" for n in range(1_000)))}),
    "a glob of many folders": ("", {"gembatch.yaml": globbing("**/" * 60 + "*.yaml")}),
    "a glob of many stars": (
        "load.no-match",
        {
            "gembatch.yaml": globbing("*a" * 120 + "*.yaml", "specs/*.yaml"),
            f"specs/{'a' * 200}.yaml": SPEC.replace("daily", "other"),
        },
    ),
    "five thousand slow patterns": ("schema.length", {"gembatch.yaml": declaring(5_000, "a*a*a*b")}),
    "an exponential pattern": ("variable.pattern", {"gembatch.yaml": declaring(1, "(a*)*b")}),
    "three hundred slow patterns": ("variable.value", {"gembatch.yaml": declaring(300, "a*a*a*b")}),
    "fifteen thousand settings of rules": (
        "schema.unknown-key",
        {
            "gembatch.yaml": WORKSPACE.replace(
                "rules: [",
                "rules: [" + "{rule: schema.*, severity: error, paths: ['*a*a*a*a*a*a*a*a*a*a*a*a']}, " * 15_000,
            ),
            **specs(500, "modle: x\n"),
        },
    ),
    "eighty thousand values, none of which it is": (
        "variable.value",
        {"gembatch.yaml": WORKSPACE.replace("mood", f"other, values: [{listed('v#', 80_000)}]")},
    ),
    "forty thousand overlays for nobody": (
        "overlay.environment",
        {"specs/daily.yaml": SPEC + "environments: {" + listed("e#: {}", 40_000) + "}\n"},
    ),
    "nine thousand axes of one value": (
        "matrix.include",
        {"specs/daily.yaml": SPEC + "matrix: {" + listed("x#: [1]", 9_000) + ", include: [{x1: 2}]}\n"},
    ),
    "forty thousand labels": (
        "labels.count",
        {"specs/daily.yaml": SPEC + "labels: {" + listed("l#: a", 40_000) + "}\n"},
    ),
}


@pytest.mark.parametrize("name", WORKSPACES)
def test_it_ends_in_a_clear_finding(hostile: Hostile, name: str) -> None:
    rules, files = WORKSPACES[name]
    hostile.write(files)

    assert set(rules.split()) == hostile.rules_of()


def test_a_large_input_is_read_once(hostile: Hostile) -> None:
    """By ten thousand jobs, and by links as well: 600 GB in all, were it read for each."""
    hostile.write({"data/rows.jsonl": '{"request": {}}\n' * 4_000_000})
    for number in range(100):
        (hostile.root / "data" / f"{number}.jsonl").symlink_to("rows.jsonl")
    hostile.write({"specs/daily.yaml": FLEET.replace("gs://demo-in/rows.jsonl", "./data/{{ a }}.jsonl")})

    assert set() == hostile.rules_of()


def test_fifteen_thousand_environments_are_not_all_listed(hostile: Hostile) -> None:
    many = "".join(f"  e{n}: {{project: demo, region: us, lockfile: l/{n}.json}}\n" for n in range(15_000))
    hostile.write({"gembatch.yaml": WORKSPACE + many})

    done = hostile.run("validate")

    assert (2, True) == (done.code, "and 14,971 more" in done.err)
