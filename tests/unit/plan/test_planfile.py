"""A saved plan: the same bytes anywhere, refused when it is not what was written."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

import pytest
from builders import (
    ENVIRONMENT,
    FAILED,
    INSTANT,
    LINEAGE,
    SUCCEEDED,
    WORKSPACE,
    entry,
    job_name,
    job_spec,
    key_of,
    lockfile,
    plan_of,
    with_inputs,
)
from signed import signed

from gembatch.errors import PlanMismatchError, PlanUnreadableError
from gembatch.model.document import Json
from gembatch.model.jobs import Input
from gembatch.model.period import Period
from gembatch.model.selection import Selection
from gembatch.plan.approval import Approval, Request, compare, refuse_other
from gembatch.plan.case import Insistence
from gembatch.plan.changes import Action, Evidence, Plan, Premise, Reason, Standing
from gembatch.plan.planfile import dump_plan, load_plan, plan_document

PIN = Input("gs://in/daily-v2.jsonl", "17", 120, "AAAAAA==")
REQUEST = Request(
    {"bucket": "acme"},
    Insistence(prune=True, retry_failed=True, replace_past=True),
    max_submissions=7,
    period=Period(date(2026, 11, 1), date(2026, 11, 5)),
    selection=Selection(("reviews-*", "news")),
)


def some_plan() -> Plan:
    changed, removed = job_spec(prompt="v2"), job_spec("removed")
    recorded = lockfile(entry(job_spec(prompt="v1"), 1, SUCCEEDED), entry(removed, 2, FAILED))
    return with_inputs(plan_of(changed, recorded=recorded), PIN)


def text_of(plan: Plan) -> str:
    return dump_plan(plan, REQUEST, "0.1.0")


def edited(change: Callable[[dict[str, object]], object]) -> str:
    document = plan_document(some_plan(), REQUEST, "0.1.0")
    change(document)
    return json.dumps(document)


def edited_and_signed(change: Callable[[dict[str, object]], object]) -> str:
    """A plan whose first change was edited by somebody who knows how to make digest and seal right again."""
    document = plan_document(some_plan(), REQUEST, "0.1.0")
    change(document["changes"][0])
    return json.dumps(signed(document))


def loaded() -> Approval:
    return load_plan(text_of(some_plan()), "plan.json")


def test_a_plan_comes_back_as_an_approval_of_its_changes() -> None:
    approval = loaded()

    assert (WORKSPACE, ENVIRONMENT, LINEAGE, INSTANT) == (
        approval.workspace,
        approval.environment,
        approval.lineage,
        approval.instant,
    )
    assert REQUEST == approval.request
    assert [key_of("daily"), key_of("removed")] == list(approval.changes)


def test_an_approved_change_keeps_what_was_reviewed() -> None:
    approved = loaded().changes[key_of("daily")]

    assert (Action.REPLACE, Reason.CHANGED) == (approved.action, approved.reason)
    assert job_spec(prompt="v2").digest == approved.digest
    assert job_spec(prompt="v2").body == approved.body
    assert {PIN.uri: "17"} == approved.pins
    assert Premise(job_name(1), None, Standing.SUCCEEDED) == approved.premise


def test_a_plan_before_the_first_apply_has_no_lineage_and_no_premise() -> None:
    approval = load_plan(dump_plan(plan_of(job_spec()), Request(), "0.1.0"), "plan.json")

    assert None is approval.lineage
    assert Premise() == approval.changes[key_of()].premise


def test_equal_plans_are_equal_bytes_whatever_the_order_they_were_made_in() -> None:
    plan = some_plan()
    body = plan.changes[0].body
    turned = replace(plan.changes[0].desired, body=dict(reversed(body.items())))
    other = replace(plan, changes=(plan.changes[1], replace(plan.changes[0], desired=turned)))

    assert text_of(plan) == text_of(other)


def test_two_keys_with_one_display_name_are_two_changes() -> None:
    """What an environment that moved to another region looks like."""
    plan = plan_of(job_spec(), recorded=lockfile(entry(job_spec(region="europe-west4"), 1, SUCCEEDED)))

    assert 2 == len(load_plan(text_of(plan), "plan.json").changes)


def test_the_digest_is_over_the_changes_only() -> None:
    plan = some_plan()

    assert plan.digest == replace(plan, serial=99, instant="2027-01-01T00:00:00+00:00").digest
    assert plan.digest != replace(plan, changes=plan.changes[:1]).digest


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "it is empty"),
        ("[]", "the plan is not an object"),
        ("[" * 100_000, "nests too deeply"),
        (edited(lambda plan: plan.update(format=2)), "it has format 2, and this gembatch knows 1 alone"),
        (edited(lambda plan: plan.update(format="1")), "`format` of the plan cannot be"),
        (edited(lambda plan: plan.pop("instant")), "lacks `instant`"),
        (edited(lambda plan: plan.update(extra=1)), "the unknown `extra`"),
        (edited(lambda plan: plan.update(instant="yesterday")), '`instant` of the plan cannot be "yesterday"'),
        (edited(lambda plan: plan.update(instant="2026-11-22T09:00:00")), "`instant` of the plan cannot be"),
        (edited(lambda plan: plan.update(instant="0001-01-01T00:00:00+14:00")), "`instant` of the plan cannot be"),
        (edited(lambda plan: plan.update(offline=0)), "`offline` of the plan cannot be 0"),
        (edited(lambda plan: plan.update(serial=-1)), "`serial` of the plan cannot be -1"),
        (edited(lambda plan: plan.update(lineage=4)), "`lineage` of the plan cannot be 4"),
        (edited(lambda plan: plan["insisted"].pop("prune")), "`insisted` of the plan lacks `prune`"),
        (edited(lambda plan: plan["insisted"].update(prune="yes")), "`prune` of `insisted` of the plan cannot be"),
        (edited(lambda plan: plan["insisted"].update(force=True)), "the unknown `force`"),
        (edited(lambda plan: plan.update(dates="today")), "`dates` of the plan cannot be"),
        (edited(lambda plan: plan["dates"].update(to="soon")), '`to` of `dates` of the plan cannot be "soon"'),
        (edited(lambda plan: plan["dates"].update(to="2026-10-31")), "2026-10-31 lies before 2026-11-01"),
        (edited(lambda plan: plan["dates"].update(to="2126-11-01")), "36,525 days, more than 3,700"),
        (edited(lambda plan: plan["dates"].pop("to")), "`dates` of the plan lacks `to`"),
        (edited(lambda plan: plan["dates"].update(to="20261105")), '`to` of `dates` of the plan cannot be "20261105"'),
        (edited(lambda plan: plan.update(maxSubmissions=-1)), "`maxSubmissions` of the plan cannot be -1"),
        (edited(lambda plan: plan.update(maxSubmissions=True)), "`maxSubmissions` of the plan cannot be true"),
        (edited(lambda plan: plan["select"].append(1)), "`select` of the plan holds something that is no glob"),
        (edited(lambda plan: plan["variables"].update(bucket=1)), "`bucket` of `variables` of the plan cannot be 1"),
        (edited(lambda plan: plan["changes"][0].update(action="create")), "it was edited"),
        (edited(lambda plan: plan["changes"].pop()), "it was edited"),
        (edited(lambda plan: plan.update(digest="1:00")), "it was edited"),
        (edited_and_signed(lambda change: change.pop("body")), "change 1 lacks `body`"),
        (edited_and_signed(lambda change: change.update(sudo=True)), "change 1 has the unknown `sudo`"),
        (edited_and_signed(lambda change: change.update(action="destroy")), '`action` of change 1 cannot be "destroy"'),
        (edited_and_signed(lambda change: change.update(body=[])), "`body` of change 1 cannot be []"),
        (edited_and_signed(lambda change: change["premise"].update(standing="ill")), "`standing` of `premise`"),
        (edited_and_signed(lambda change: change["inputs"].append({})), "input 2 lacks `uri`"),
        (text_of(some_plan()).replace('"tool"', '"format": 1, "tool"'), "the key `format` stands twice"),
        (text_of(some_plan()).replace('"serial": 3', '"serial": NaN'), "NaN is not JSON"),
    ],
)  # fmt: skip
def test_what_is_not_a_plan_as_it_was_written_is_refused(text: str, what: str) -> None:
    with pytest.raises(PlanUnreadableError) as refusal:
        load_plan(text, "plan.json")

    assert what in str(refusal.value)
    assert str(refusal.value).startswith("cannot read the plan plan.json: ")
    assert "gembatch plan --out" in str(refusal.value.hint)


def test_a_plan_that_was_made_offline_is_no_approval() -> None:
    text = text_of(replace(some_plan(), evidence=Evidence.LOCKFILE))

    with pytest.raises(PlanMismatchError, match=r"the plan plan\.json was made offline: nobody"):
        load_plan(text, "plan.json")


Edit = Callable[[Json], Json]


def edits_of(value: Json, place: str = "") -> Iterator[tuple[str, Edit]]:
    """Every place of a document, with what makes another document of it there."""
    match value:
        case dict():
            yield from edits_of_object(value, place)
        case list():
            yield from edits_of_list(value, place)
        case bool():
            yield place, lambda whole: not whole
        case int() | float():
            yield place, lambda whole: whole + 1
        case str():
            yield place, lambda whole: f"{whole}x"
        case None:
            yield place, lambda _: "x"


def edits_of_object(value: dict[str, Json], place: str) -> Iterator[tuple[str, Edit]]:
    yield f"{place} with a key more", lambda whole: {**whole, "more": None}
    for key, item in value.items():
        yield f"{place}.{key} taken out", lambda whole, key=key: {k: v for k, v in whole.items() if k != key}
        for name, edit in edits_of(item, f"{place}.{key}"):
            yield name, lambda whole, key=key, edit=edit: {**whole, key: edit(whole[key])}


def edits_of_list(value: list[Json], place: str) -> Iterator[tuple[str, Edit]]:
    yield f"{place} with an item more", lambda whole: [*whole, whole[0] if whole else "x"]
    if value:
        yield f"{place} with an item less", lambda whole: whole[1:]
    for index, item in enumerate(value):
        for name, edit in edits_of(item, f"{place}[{index}]"):
            yield name, lambda whole, n=index, edit=edit: [*whole[:n], edit(whole[n]), *whole[n + 1 :]]


DOCUMENT = json.loads(text_of(some_plan()))
EDITS = dict(edits_of(DOCUMENT))


def test_an_edit_in_any_place_is_refused() -> None:
    taken = {}
    for place, edit in EDITS.items():
        with contextlib.suppress(PlanUnreadableError):
            taken[place] = load_plan(json.dumps(edit(DOCUMENT)), "plan.json")

    assert {} == taken
    assert 100 < len(EDITS)


APPROVED = ("displayName", "project", "region", "action", "digest", "body", "inputs", "premise")
"""What of a change must stand when it is applied."""

SHOWN = (".size", ".crc32c", ".inputs with an item more", ".inputs with an item less")
"""What of an input is only shown: what decides is its generation, where it has one."""


def test_an_edit_of_what_is_approved_is_refused_by_name_even_if_it_was_signed() -> None:
    """What is not approved is only shown: nothing of it is ever carried out."""
    taken = []
    for place, edit in EDITS.items():
        number = place.removeprefix(".changes[")[:1]
        if not place.startswith(tuple(f".changes[{number}].{name}" for name in APPROVED)) or place.endswith(SHOWN):
            continue
        with contextlib.suppress(PlanUnreadableError):
            approval = load_plan(json.dumps(signed(edit(DOCUMENT))), "plan.json")
            key = (key_of("daily"), key_of("removed"))[int(number)]
            if key in {change.key for change in compare(approval, some_plan()).plan.pending}:
                taken.append(place)

    assert [] == taken


def test_a_plan_with_two_changes_of_one_key_is_refused() -> None:
    document = plan_document(some_plan(), REQUEST, "0.1.0")
    document["changes"].append(document["changes"][0])

    with pytest.raises(PlanUnreadableError, match="change 3 is a second one for `daily`"):
        load_plan(json.dumps(signed(document)), "plan.json")


def test_every_truncation_is_refused() -> None:
    text = text_of(some_plan())

    for length in range(0, len(text) - 2, 7):
        with pytest.raises(PlanUnreadableError):
            load_plan(text[:length], "plan.json")


def test_a_body_too_deep_to_compare_is_refused() -> None:
    deep = '{"a":' * 480 + "1" + "}" * 480
    text = text_of(some_plan()).replace('"body": {', f'"body": {{"deep": {deep},', 1)

    with pytest.raises(PlanUnreadableError):
        load_plan(text, "plan.json")


@pytest.mark.parametrize(
    ("here", "what"),
    [
        ({"workspace": "other"}, "the workspace `reviews`, and this is `other`"),
        ({"environment": "dev"}, "the environment `prod`, and this is `dev`"),
        ({"lineage": "f" * 32}, "another lockfile"),
        ({"lineage": None}, "another lockfile"),
    ],
)
def test_a_plan_for_something_else_is_refused(here: dict[str, str | None], what: str) -> None:
    place = {"workspace": WORKSPACE, "environment": ENVIRONMENT, "lineage": LINEAGE, **here}

    with pytest.raises(PlanMismatchError, match=what):
        refuse_other(loaded(), **place)


def test_a_plan_for_this_lockfile_passes() -> None:
    refuse_other(loaded(), workspace=WORKSPACE, environment=ENVIRONMENT, lineage=LINEAGE)


def test_a_plan_from_before_the_first_apply_passes_whatever_the_lineage_is_now() -> None:
    """What it may do is in its changes' premises."""
    approval = replace(loaded(), lineage=None)

    refuse_other(approval, workspace=WORKSPACE, environment=ENVIRONMENT, lineage=LINEAGE)
