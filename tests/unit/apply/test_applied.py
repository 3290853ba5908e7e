"""What became of a plan: one outcome a key, whatever was carried out, left, refused or done before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from builders import SUCCEEDED, entry, job_name, job_spec, key_of, lockfile, plan_of
from jsonschema import Draft7Validator

from gembatch.apply.applied import Applied, outcomes_of, worst_of
from gembatch.apply.outcomes import Outcome, Result
from gembatch.errors import GembatchError, InvalidSpecsError, PlanError, UnfinishedError, UsageError
from gembatch.lock.lockfile import Lockfile
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.plan.approval import Comparison, Request, compare
from gembatch.plan.changes import Action, Plan
from gembatch.plan.planfile import dump_plan, load_plan
from gembatch.report.outcomes_as_json import outcomes_as_json
from gembatch.report.outcomes_as_text import outcomes_as_text

V1, V2 = job_spec(prompt="v1"), job_spec(prompt="v2")
SCHEMA = json.loads((Path(__file__).parents[3] / "schemas" / "outcomes.schema.json").read_text(encoding="utf-8"))


def compared(approved: Plan, fresh: Plan) -> Comparison:
    return compare(load_plan(dump_plan(approved, Request(), "0.1.0"), "plan.json"), fresh)


def outcome(name: str, result: Result, message: str = "") -> Outcome:
    return Outcome(key_of(name), Action.CREATE, result, job_name(1), message)


def results(outcomes: tuple[Outcome, ...]) -> dict[str, tuple[Result, str]]:
    return {each.key.display_name: (each.result, each.message) for each in outcomes}


def test_outcomes_are_sorted_by_key_however_they_came() -> None:
    came = [outcome("b", Result.SUBMITTED), outcome("a", Result.KEPT)]

    assert ["a", "b"] == [each.key.display_name for each in outcomes_of(came, lockfile())]


def test_what_has_a_job_says_where_its_predictions_are() -> None:
    recorded = lockfile(entry(V1, 1, SUCCEEDED, output="gs://out/prediction-1/"))

    (made,) = outcomes_of([outcome("daily", Result.SUBMITTED)], recorded)

    assert "gs://out/prediction-1/" == made.output


@pytest.mark.parametrize("result", [Result.REJECTED, Result.UNCERTAIN, Result.BLOCKED, Result.CANCELLED])
def test_what_has_no_job_of_its_own_says_nothing_of_predictions(result: Result) -> None:
    """What is recorded under the key is the job before."""
    (made,) = outcomes_of([outcome("daily", result)], lockfile(entry(V1)))

    assert "" == made.output


def test_what_is_not_in_the_plan_is_left() -> None:
    comparison = compared(plan_of(V1), plan_of(V1, job_spec("other")))

    found = outcomes_of([outcome("daily", Result.SUBMITTED)], lockfile(), comparison)

    assert {"daily": (Result.SUBMITTED, ""), "other": (Result.LEFT, "not in the plan")} == results(found)


def test_what_was_carried_out_before_is_done_and_names_its_job() -> None:
    recorded = lockfile(entry(V1, 7, SUCCEEDED))
    comparison = compared(plan_of(V1), plan_of(V1, recorded=recorded))

    (found,) = outcomes_of([Outcome(key_of(), Action.KEEP, Result.KEPT, job_name(7))], recorded, comparison)

    assert (Action.CREATE, Result.DONE, job_name(7), V1.output_uri) == (
        found.action,
        found.result,
        found.name,
        found.output,
    )


def test_what_moved_is_refused_with_what_moved() -> None:
    comparison = compared(plan_of(V1), plan_of(V2))

    assert {"daily": (Result.REFUSED, "the spec moved since the plan")} == results(
        outcomes_of([], lockfile(), comparison)
    )


def test_what_moved_and_is_blocked_now_says_both() -> None:
    comparison = compared(plan_of(V2), plan_of(V2, recorded=lockfile(entry(V1))))
    blocked = outcome("daily", Result.BLOCKED, "the job is live")

    assert {
        "daily": (Result.REFUSED, "the action moved since the plan: then create, now blocked; the job is live")
    } == results(outcomes_of([blocked], lockfile(entry(V1)), comparison))


@pytest.mark.parametrize(
    ("applied", "code"),
    [
        (Applied(), 0),
        (Applied(outcomes=(outcome("a", Result.SUBMITTED), outcome("b", Result.LEFT), outcome("c", Result.DONE))), 0),
        *((Applied(outcomes=(outcome("a", result),)), 1)
          for result in (Result.REFUSED, Result.REJECTED, Result.BLOCKED, Result.SKIPPED)),
        (Applied(error=PlanError("no")), 1),
        (Applied(error=UsageError("no")), 2),
        (Applied(error=UnfinishedError("no"), outcomes=(outcome("a", Result.REJECTED),)), 4),
    ],
)  # fmt: skip
def test_a_plan_exits_with(applied: Applied, code: int) -> None:
    assert code == applied.exit_code


def test_the_worst_of_several_plans_counts() -> None:
    failed, unknown = Applied(error=PlanError("no")), Applied(error=UnfinishedError("no"))

    assert (0, 0, 1, 4) == (
        worst_of([]),
        worst_of([Applied()]),
        worst_of([failed, Applied()]),
        worst_of([unknown, failed]),
    )


def applied_with(recorded: Lockfile, error: GembatchError | None = None) -> Applied:
    outcomes = outcomes_of([outcome("daily", Result.SUBMITTED), outcome("odd\x1b[2J", Result.REJECTED, "no")], recorded)
    return Applied("plans/prod.json", "reviews", "prod", "locks/prod.lock.json", outcomes, error)


class TestJson:
    @pytest.mark.parametrize(
        "applied",
        [
            [],
            [Applied("a.json", error=PlanError("unreadable", hint="write one"))],
            [applied_with(lockfile(entry(V1))), Applied()],
            [Applied("b.json", error=InvalidSpecsError((Diagnostic("x.y", "wrong", Location("specs/a.yaml", 1, 1)),)))],
        ],
    )
    def test_it_is_what_the_schema_says(self, applied: list[Applied]) -> None:
        Draft7Validator(SCHEMA).validate(json.loads(outcomes_as_json(applied, "0.1.0")))

    def test_the_schema_knows_every_result_action_and_exit_code(self) -> None:
        properties = SCHEMA["definitions"]["outcome"]["properties"]

        assert [result.value for result in Result] == properties["result"]["enum"]
        assert [action.value for action in Action] == properties["action"]["enum"]
        assert [0, 1, 2, 4] == SCHEMA["properties"]["exitCode"]["enum"]

    def test_every_key_of_the_schema_is_described(self) -> None:
        parts = [SCHEMA, *SCHEMA["definitions"].values()]
        for part in parts:
            assert set(part["required"]) == set(part["properties"])
            assert all({"title", "description"} <= field.keys() for field in part["properties"].values())

    def test_an_error_carries_its_findings(self) -> None:
        error = InvalidSpecsError((Diagnostic("x.y", "wrong", Location("specs/a.yaml", 1, 1)),))
        document = json.loads(outcomes_as_json([Applied("a.json", error=error)], "0.1.0"))

        assert 1 == document["exitCode"]
        assert ["x.y"] == [finding["rule"] for finding in document["plans"][0]["error"]["findings"]]


EXPECTED = """\
plans/prod.json: environment prod, lockfile locks/prod.lock.json
  submitted   daily  projects/4711/locations/us-central1/batchPredictionJobs/1
              gs://out/daily/
  rejected    odd\\u001b[2J  projects/4711/locations/us-central1/batchPredictionJobs/1  no
Applied: 1 submitted, 1 rejected.
error: apply did not finish
hint: run it again

gone.json
error: no such file"""


def test_as_text_each_plan_has_its_lines() -> None:
    unfinished = UnfinishedError("apply did not finish", hint="run it again")
    applied = [applied_with(lockfile(entry(V1)), unfinished), Applied("gone.json", error=PlanError("no such file"))]

    assert EXPECTED == outcomes_as_text(applied)
