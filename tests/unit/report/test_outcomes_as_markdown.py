"""What became of plans, for a pull request: what was not done comes first, the rest is folded, and texts stay texts."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from builders import job_name, key_of
from github_markdown import LINKED, OUR_TAGS, UNSEEN, Structure, structure_as_shown
from hostile import HOSTILE

from gembatch.apply.applied import Applied
from gembatch.apply.outcomes import Outcome, Result
from gembatch.errors import InvalidSpecsError, PlanError, UnfinishedError
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.jobs import JobName
from gembatch.plan.changes import Action
from gembatch.report.budget import size_of
from gembatch.report.outcomes_as_json import outcomes_as_json
from gembatch.report.outcomes_as_markdown import LEAST, outcomes_as_markdown
from gembatch.report.outcomes_as_text import outcomes_as_text


def outcome(name: str, result: Result, message: str = "", number: int = 1) -> Outcome:
    made = result is Result.SUBMITTED
    return Outcome(
        key_of(name),
        Action.CREATE,
        result,
        job_name(number) if made else None,
        message,
        f"gs://out/{name}/" if made else "",
    )


def applied(*outcomes: Outcome, **fields: object) -> Applied:
    return replace(Applied("prod.json", "reviews", "prod", "locks/prod.lock.json", outcomes), **fields)


EXPECTED = """\
**Applied for `prod` of `reviews`:** 1 submitted, 1 kept, 1 rejected, 1 left, 1 refused.

<sub>Lockfile: `locks/prod.lock.json`</sub>

#### Not done

- **rejected** `b`: `quota exceeded (403)`
- **refused** `c`: `the spec moved since the plan`

<details open><summary>Submitted: 1 job</summary>

- `a` → `gs://out/a/`{two_spaces}
  `projects/4711/locations/us-central1/batchPredictionJobs/1`

</details>

<details open><summary>Besides: 1 job</summary>

- left `d`: `not in the plan`

</details>""".replace("{two_spaces}", "  ")


def test_what_was_not_done_comes_first_and_what_was_kept_is_a_number() -> None:
    shown = outcomes_as_markdown(
        [
            applied(
                outcome("a", Result.SUBMITTED),
                outcome("b", Result.REJECTED, "quota exceeded (403)"),
                outcome("c", Result.REFUSED, "the spec moved since the plan"),
                outcome("d", Result.LEFT, "not in the plan"),
                outcome("e", Result.KEPT),
            )
        ]
    )

    assert EXPECTED == shown


def test_why_a_plan_was_refused_is_said_with_its_findings() -> None:
    finding = Diagnostic("limits.maxSubmissions", "too many", Location("gembatch.yaml", 3, 5))
    error = InvalidSpecsError((finding,))

    shown = outcomes_as_markdown([Applied("prod.json", error=error)])

    assert shown.startswith("**Nothing applied for `prod.json`.**\n\n> [!CAUTION]\n> `1 error in the workspace`")
    assert "#### Findings\n\n- `gembatch.yaml:3:5: too many [limits.maxSubmissions]`" in shown


def test_several_plans_are_told_one_after_the_other() -> None:
    plans = [applied(outcome("a", Result.SUBMITTED)), Applied("b.json", error=PlanError("gone", hint="look"))]

    shown = outcomes_as_markdown(plans)

    assert 0 < shown.index("Applied for `prod`") + 1 < shown.index("**Nothing applied for `b.json`.**")
    assert "> `gone`\n>\n> `look`" in shown


def test_of_no_plan_there_is_something_to_say() -> None:
    assert "Nothing was applied." == outcomes_as_markdown([])


MANY = [
    *(outcome(f"submitted-{number:05}-{'x' * 60}", Result.SUBMITTED, number=number) for number in range(9_000)),
    *(outcome(f"refused-{number:05}", Result.REFUSED, "the spec moved since the plan") for number in range(1_000)),
]


@pytest.mark.slow
@pytest.mark.parametrize("most", [LEAST, 10_000, 60_000])
@pytest.mark.parametrize("plans", [1, 3, 60])
def test_it_is_never_longer_than_it_may_be(most: int, plans: int) -> None:
    error = UnfinishedError("x" * 5_000, hint="y" * 5_000)

    shown = outcomes_as_markdown([applied(*MANY, error=error, lockfile="z" * 5_000)] * plans, most=most)

    assert size_of(shown) <= most + 2
    assert "Left out for want of room:" in shown


def test_what_is_left_out_is_said_in_numbers_and_what_was_not_done_is_kept_longest() -> None:
    shown = outcomes_as_markdown([applied(*MANY)], most=60_000)

    assert "9000 submitted, 1000 refused." in shown
    assert shown.count("- **refused**") > 500
    assert shown.count("- `submitted-") > 100


def hostile(text: str) -> list[Applied]:
    finding = Diagnostic("x.y", text, Location(text, 1, 1), hint=text)
    outcomes = [replace(outcome(f"{text}{result}", result, text), name=JobName(text), output=text) for result in Result]
    return [
        Applied(text, "reviews", "prod", text, tuple(outcomes), UnfinishedError(text, hint=text)),
        Applied(text, error=InvalidSpecsError((finding,))),
    ]


def shown_structure(text: str) -> tuple[str, Structure]:
    shown = outcomes_as_markdown(hostile(text), most=1_000_000)
    return shown, structure_as_shown(shown)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_nothing_breaks_out_of_its_place(text: str) -> None:
    shown, structure = shown_structure(text)
    _, harmless = shown_structure("harmless")

    assert [] == structure.open
    assert set(structure.tags) <= OUR_TAGS | {"ul", "li", "blockquote", "br"}
    assert harmless.tags == structure.tags
    assert structure.attributes <= {"details open"}
    assert [] == [outside for outside in structure.outside if LINKED.search(outside)]
    assert UNSEEN.search(shown) is None
    assert "<!--" not in shown


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text)[:40])
def test_text_and_json_hold_nothing_that_is_not_to_be_seen(text: str) -> None:
    as_text, as_json = outcomes_as_text(hostile(text)), outcomes_as_json(hostile(text), "0.1.0")

    assert UNSEEN.search(as_text) is None
    assert UNSEEN.search(as_json) is None
    assert text == json.loads(as_json)["plans"][0]["outcomes"][0]["message"]
