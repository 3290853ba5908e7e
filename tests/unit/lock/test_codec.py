"""The lockfile's text: the same bytes for the same content, and one kind of error for every kind of damage."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from builders import FAILED, LINEAGE, RUNNING, SUCCEEDED, entry, intent, job_spec, lockfile, submission

from gembatch.errors import LockfileTooNewError, LockfileUnreadableError
from gembatch.lock.codec import FORMAT, dump_lockfile, parse_lockfile
from gembatch.lock.lockfile import Holder, Lockfile
from gembatch.model.digests import digest_from_label
from gembatch.model.jobs import Input, JobState, RowCounts, Series

PATH = "locks/prod.lock.json"


def full_lockfile() -> Lockfile:
    """One with something in every field."""
    a, b, c = (job_spec(name, rerun="again", labels={"team": "Zürich"}) for name in "abc")
    inputs = (Input("gs://in/a.jsonl", "17", 120, "AAAAAA=="), Input("gs://in/*.jsonl"))
    first = submission(a, 1, FAILED, error="bad “row” 7", rows=RowCounts(2, 1, -1), cancelled=True, attempt=None)
    return lockfile(
        entry(a, 2, SUCCEEDED, history=[first], inputs=inputs),
        replace(entry(b, 3, RUNNING), series=None),
        retired=[entry(c, 4, SUCCEEDED, digest=digest_from_label("0" * 32))],
        intents=(intent(job_spec("d"), inputs=inputs), replace(intent(job_spec("e"), "b" * 32), series=None)),
        holder=Holder("1" * 32, "ada@laptop", "https://ci/run/7", "2026-11-22T09:05:00+00:00"),
        data_id="emulator-1",
        serial=12,
    )


def document() -> Any:
    return json.loads(dump_lockfile(full_lockfile()))


def test_what_is_written_is_read_again() -> None:
    written = full_lockfile()

    assert written == parse_lockfile(dump_lockfile(written), PATH)


def test_an_empty_lockfile_is_read_again() -> None:
    written = Lockfile("w", "e", LINEAGE)

    assert written == parse_lockfile(dump_lockfile(written), PATH)


def test_what_is_read_is_written_with_the_same_bytes() -> None:
    text = dump_lockfile(full_lockfile())

    assert text == dump_lockfile(parse_lockfile(text, PATH))


def test_neither_the_order_of_entries_nor_that_of_a_body_moves_a_byte() -> None:
    straight = full_lockfile()
    turned = replace(
        straight,
        jobs=tuple(
            replace(job, current=replace(job.current, body=dict(reversed(job.current.body.items()))))
            for job in reversed(straight.jobs)
        ),
        intents=straight.intents[::-1],
    )

    assert dump_lockfile(straight) == dump_lockfile(turned)


def test_each_entry_is_a_line_and_the_lines_are_sorted_by_display_name() -> None:
    lockfile_of_three = lockfile(*(entry(job_spec(name), number) for number, name in enumerate("cab", 1)))
    lines = dump_lockfile(lockfile_of_three).split("\n")

    assert ['{"displayName": "a"', '{"displayName": "b"', '{"displayName": "c"'] == [
        line.split(",")[0] for line in lines if line.startswith("{")
    ][1:]
    assert all(json.loads(line.rstrip(",")) for line in lines if line.startswith('{"'))


def test_text_is_written_as_it_is_and_ends_with_a_line_break() -> None:
    text = dump_lockfile(full_lockfile())

    assert "Zürich" in text
    assert text.endswith("}\n")


def test_a_key_in_two_regions_is_two_entries() -> None:
    both = lockfile(entry(job_spec(), 1), retired=[entry(job_spec(region="europe-west4"), 2)])

    assert both == parse_lockfile(dump_lockfile(both), PATH)


def test_every_state_that_vertex_has_can_be_recorded() -> None:
    for state in JobState:
        written = lockfile(entry(job_spec(), 1, state))
        assert written == parse_lockfile(dump_lockfile(written), PATH)


# damage


def refusal_of(text: str) -> str:
    with pytest.raises(LockfileUnreadableError) as refusal:
        parse_lockfile(text, PATH)
    assert "it is kept as it is" in str(refusal.value.hint)
    message = str(refusal.value)
    assert message.startswith(f"cannot read the lockfile {PATH}: ")
    return message.removeprefix(f"cannot read the lockfile {PATH}: ")


def test_every_truncation_is_refused() -> None:
    text = dump_lockfile(full_lockfile())

    for length in range(len(text) - 2):
        refusal_of(text[:length])


def test_bytes_that_flip_are_refused_or_read_but_nothing_else() -> None:
    """There is no checksum, since git must be able to merge; but no flip may surface as another error, or later."""
    text = dump_lockfile(full_lockfile())
    chance = random.Random(7)  # noqa: S311
    refused = 0
    for _ in range(2000):
        place = chance.randrange(len(text))
        flipped = text[:place] + chr(ord(text[place]) ^ (1 << chance.randrange(7))) + text[place + 1 :]
        try:
            dump_lockfile(parse_lockfile(flipped, PATH))
        except (LockfileUnreadableError, LockfileTooNewError):
            refused += 1

    assert refused > 500


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "it is empty"),
        ('{\n"format": 1\n"jobs": []}', "it is not JSON at line 3, column 1: expecting ',' delimiter"),
        ("null", "the lockfile is not an object"),
        ("[]", "the lockfile is not an object"),
        ("[" * 200_000, "it nests too deeply"),
        ('{"a":' * 200_000, "it nests too deeply"),
        ("{}", "the lockfile lacks `format`"),
        ("{\n<<<<<<< HEAD\n}", "git left a merge conflict at line 2"),
        ('{"format": 1, "format": 1}', "the key `format` stands twice in one object"),
        ('{"format": Infinity}', "Infinity is not JSON"),
        ('{"format": "\\ud800"}', "half of a surrogate pair is no character"),
        ('{"format": "\\ud83d\\ude00"}', '`format` of the lockfile cannot be "'),
        ('{"format": 1e999}', "the number 1e999 is too large"),
        ('{"format": ' + "9" * 5000 + "}", "the number 999"),
    ],
    ids=lambda value: value[:20],
)
def test_text_that_is_no_lockfile_is_refused(text: str, message: str) -> None:
    assert refusal_of(text).startswith(message)


Damage = Callable[[Any], object]


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda d: d.pop("serial"), "the lockfile lacks `serial`"),
        (lambda d: d.update(checksum="0"), "the lockfile has the unknown `checksum`"),
        (lambda d: d.update(format="1"), '`format` of the lockfile cannot be "1"'),
        (lambda d: d.update(format=True), "`format` of the lockfile cannot be true"),
        (lambda d: d.update(format=0), "`format` of the lockfile cannot be 0"),
        (lambda d: d.update(serial=-1), "`serial` of the lockfile cannot be -1"),
        (lambda d: d.update(serial=1.5), "`serial` of the lockfile cannot be 1.5"),
        (lambda d: d.update(workspace=None), "`workspace` of the lockfile cannot be null"),
        (lambda d: d.update(jobs={}), "`jobs` of the lockfile cannot be {}"),
        (lambda d: d["jobs"].append("x"), "job 3 is not an object"),
        (lambda d: d["holder"].pop("who"), "`holder` of the lockfile lacks `who`"),
        (lambda d: d["holder"].update(until="soon"), '`until` of `holder` of the lockfile cannot be "soon"'),
        (lambda d: d["holder"].update(until="2026-11-22T09:05:00"), "`until` of `holder` of the lockfile cannot be"),
        (lambda d: d["holder"].update(until="9999-12-31T23:59:00Z"), "`until` of `holder` of the lockfile cannot be"),
        (lambda d: d["intents"][1].pop("attempt"), "intent 2 lacks `attempt`"),
        (lambda d: d["intents"][0].update(body=[]), "`body` of intent 1 cannot be []"),
        (lambda d: d["intents"][0]["inputs"][0].update(size="120"), '`size` of input 1 cannot be "120"'),
        (lambda d: d["jobs"][0].update(state="JOB_STATE_DONE"), '`state` of job 1 cannot be "JOB_STATE_DONE"'),
        (lambda d: d["jobs"][0].update(cancelled=0), "`cancelled` of job 1 cannot be 0"),
        (lambda d: d["jobs"][0].update(submitted="today"), '`submitted` of job 1 cannot be "today"'),
        (lambda d: d["jobs"][1].update(ended="2026-11-22T09:05:00"), "`ended` of job 2 cannot be"),
        (lambda d: d["jobs"][0].update(note="by hand"), "job 1 has the unknown `note`"),
        (lambda d: d["jobs"][0]["series"].pop("dated"), "`series` of job 1 lacks `dated`"),
        (lambda d: d["jobs"][0]["history"][0].pop("name"), "past job 1 lacks `name`"),
        (
            lambda d: d["jobs"][0]["history"][0]["rows"].update(failed=None),
            "`failed` of `rows` of past job 1 cannot be",
        ),
        (lambda d: d["retired"][0].update(digest=7), "`digest` of retired job 1 cannot be 7"),
        (lambda d: d["jobs"].append(d["jobs"][0]), "`a` has two entries"),
        (lambda d: d["retired"].append(d["jobs"][0]), "`a` has two entries"),
    ],
)
def test_a_lockfile_that_was_damaged_is_refused_with_the_place(damage: Damage, message: str) -> None:
    damaged = document()
    damage(damaged)

    assert refusal_of(json.dumps(damaged)).startswith(message)


def test_a_value_that_is_long_is_not_shown_whole() -> None:
    damaged = document()
    damaged["lineage"] = ["x" * 1000]

    assert len(refusal_of(json.dumps(damaged))) < 120


@pytest.mark.parametrize("rest", [{}, {"jobs": "in a way nobody knows yet"}])
def test_a_newer_format_is_named_whatever_else_is_in_it(rest: dict[str, object]) -> None:
    with pytest.raises(LockfileTooNewError) as refusal:
        parse_lockfile(json.dumps({"format": FORMAT + 1, **rest}), PATH)

    assert f"the lockfile {PATH} has format 2, and this gembatch knows 1 at most" == str(refusal.value)
    assert "nothing was changed" in str(refusal.value.hint)


def test_a_lockfile_that_was_merged_by_hand_need_not_be_sorted() -> None:
    merged = document()
    merged["jobs"].reverse()

    assert ["b", "a"] == [job.key.display_name for job in parse_lockfile(json.dumps(merged), PATH).jobs]


def test_a_series_is_read_as_it_was_written() -> None:
    series = Series("a-{{ ds }}", '{"lang":"de"}', dated=True)
    written = lockfile(entry(job_spec(series=series)))

    assert series == parse_lockfile(dump_lockfile(written), PATH).jobs[0].series
