"""What is told of Google's side: it depends on the environment and the day, and is always a warning."""

from __future__ import annotations

import datetime as dt

import pytest

from gembatch.model.diagnostics import Severity

GOOD = "displayName: a\nmodel: gemini-3.8-flash\ninput: gs://bucket/in.jsonl\noutput: gs://bucket/out/\n"


def with_model(name: str) -> str:
    return GOOD.replace("gemini-3.8-flash", name)


def with_input(text: str) -> str:
    return GOOD.replace("gs://bucket/in.jsonl", text)


IN_REGIONS = [
    ("gemini-3.8-flash", "global", None),
    ("gemini-4-argon", "us", None),
    ("publishers/google/models/gemini-3.1-pro-preview", "eu", None),
    ("gemini-3.5-flash", "europe-west2", None),
    ("text-embedding-005", "us-central1", None),
    ("gemini-30-neon", "us-central1", None),
    ("anthropic/claude-x", "us-east5", None),
    ("projects/1/locations/us-central1/models/2@3", "us-central1", None),
    (
        "gemini-4-argon",
        "us-central1",
        "gemini-4-argon is served in global, us and eu, and environment local runs its jobs in us-central1",
    ),
    (
        "gemini-3.5-flash",
        "us-east1",
        (
            "gemini-3.5-flash is served in global, us, eu, europe-west2 and europe-west3, "
            "and environment local runs its jobs in us-east1"
        ),
    ),
    (
        "projects/1/locations/us-central1/models/2",
        "global",
        "the model is in us-central1, and environment local runs its jobs in global",
    ),
    (
        "projects/p/locations/us/publishers/google/models/gemini-3.8-flash",
        "eu",
        "the model is in us, and environment local runs its jobs in eu",
    ),
    (
        "anthropic/claude-x",
        "global",
        "batch jobs of anthropic's models do not run in global, and environment local runs its jobs in global",
    ),
]


@pytest.mark.parametrize(("model", "region", "message"), IN_REGIONS)
def test_a_model_is_served_in_its_regions(check, model, region, message):
    findings = check(with_model(model), endpoint=None, region=region)

    assert [("model.region", message)] * (message is not None) == [(each.rule, each.message) for each in findings]


ON_DAYS = [
    ("gemini-2.5-flash", dt.date(2026, 10, 20), "model.retired", "was retired on 2026-10-20"),
    ("gemini-2.5-flash", dt.date(2026, 10, 19), "model.retiring", "on 2026-10-20, in 1 day,"),
    ("gemini-2.5-flash", dt.date(2026, 4, 23), "model.retiring", "on 2026-10-20, in 180 days,"),
    ("projects/p/locations/us/publishers/google/models/gemini-1.0-pro", dt.date(2026, 1, 1), "model.retired", ""),
    ("publishers/google/models/gemini-1.5-flash-002@default", dt.date(2026, 1, 1), "model.retired", ""),
]


@pytest.mark.parametrize(("model", "today", "rule", "part"), ON_DAYS)
def test_a_model_is_told_of_on_its_last_day_and_half_a_year_before(check, model, today, rule, part):
    (finding,) = check(with_model(model), today=today)

    assert rule == finding.rule
    assert part in finding.message


def test_a_model_is_not_told_of_earlier(check):
    assert () == check(with_model("gemini-2.5-flash"), today=dt.date(2026, 4, 22))


def test_a_retired_model_comes_with_the_one_to_take(check):
    (finding,) = check(with_model("gemini-2.5-flash-lite"))

    assert (
        "take `gemini-3.5-flash-lite`; the day is from Google's page on model versions, read on 2026-11-22"
        == finding.hint
    )


@pytest.mark.parametrize("model", ["gemini-9-neon", "gemini-2.5-flash-live", "gemini-4-argon", "meta/gemini-1.0-pro"])
def test_no_fault_is_found_with_a_model_that_is_not_known(check, model):
    assert () == check(with_model(model))


AT_GOOGLE = {
    "one file": (GOOD, "global", []),
    "a file called like a wildcard in a query": (with_input("bq://p.d.t_*"), "us", ["uri.shape"]),
    "a wildcard": (with_input("gs://bucket/in/*.jsonl"), "global", ["input.wildcard"]),
    "a wildcard of one character": (with_input("gs://bucket/in-?.jsonl"), "us", ["input.wildcard"]),
    "a list of one": (with_input("[gs://bucket/a.jsonl]"), "us", []),
    "a list of two": (with_input("[gs://bucket/a.jsonl, gs://bucket/b.jsonl]"), "eu", ["input.several"]),
    "a table in the multi-region": (with_input("bq://p.d.t"), "us", []),
    "a table for a global job": (with_input("bq://p.d.t"), "global", ["bigquery.location"]),
    "a global job that writes a table": (
        GOOD.replace("gs://bucket/out/", "bq://p.d"),
        "global",
        ["bigquery.location"],
    ),
}


@pytest.mark.parametrize(("text", "region", "rules"), AT_GOOGLE.values(), ids=AT_GOOGLE)
def test_what_google_may_not_take_is_told_of(check, text, region, rules):
    assert rules == [each.rule for each in check(text, endpoint=None, region=region)]


@pytest.mark.parametrize("text", [text for text, _, rules in AT_GOOGLE.values() if rules != ["uri.shape"]])
def test_nothing_is_told_where_the_emulator_runs_the_job(check, text):
    assert () == check(text, region="global")


def test_a_list_is_told_of_at_the_second_file(check, tell):
    (finding,) = tell(check(with_input("[gs://bucket/a.jsonl, gs://bucket/b.jsonl]"), endpoint=None, region="us"))

    assert ("input.several", "gs://bucket/b.jsonl") == finding[:2]


def test_all_of_it_is_a_warning(check):
    text = with_input("[gs://bucket/*.jsonl, gs://bucket/b.jsonl]") + "serviceAccount: batch@acme.com\n"
    findings = check(text, endpoint=None)

    assert ["input.several", "input.wildcard", "model.region", "model.unsupported"] == sorted(
        each.rule for each in findings
    )
    assert {Severity.WARNING} == {each.severity for each in findings}
