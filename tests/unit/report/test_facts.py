"""What a reviewer wants to know of jobs that will be bought."""

from __future__ import annotations

from dataclasses import replace

from builders import entry, job_spec, lockfile, plan_of, with_inputs
from plans import LANGUAGES, NEW_URI, prompted, review, with_sizes

from gembatch.model.jobs import Input
from gembatch.report.facts import facts_of
from gembatch.report.folds import Fold, folds_of


def only_fold(plan: object) -> Fold:
    (fold,) = folds_of(plan.changes)
    return fold


def test_of_one_job_they_are_its_own():
    plan = with_inputs(plan_of(job_spec()), Input("gs://in/daily-v1.jsonl", "1", 2048))

    assert facts_of(only_fold(plan)) == (
        ("spec", "specs/daily.yaml"),
        ("model", "gemini-3.8-flash"),
        ("input", "gs://in/daily-v1.jsonl"),
        ("output", "gs://out/daily/"),
        ("reads", "2.0 KiB"),
    )


def test_a_staged_file_is_told_by_its_path():
    assert ("input", "data/prompts.jsonl") in facts_of(only_fold(plan_of(prompted(NEW_URI))))


def test_of_a_matrix_values_stand_as_in_the_spec_and_sizes_add_up():
    specs = [review(lang) for lang in LANGUAGES]
    plan = with_sizes(plan_of(*specs), {spec.key.display_name: 1 << 20 for spec in specs})

    facts = facts_of(only_fold(plan))

    assert ("input", "gs://acme-prod/reviews/{{ lang }}/{{ ds }}.jsonl") in facts
    assert ("reads", "12 MiB in all") in facts


def test_many_inputs_are_counted():
    spec = job_spec()
    uris = [f"gs://in/{number}.jsonl" for number in range(20)]
    body = {**spec.body, "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": uris}}}

    told = [value for title, value in facts_of(only_fold(plan_of(replace(spec, body=body)))) if title == "input"]

    assert ["gs://in/0.jsonl", "gs://in/1.jsonl", "gs://in/2.jsonl", "… 17 more"] == told


def test_of_what_is_not_asked_for_there_are_none():
    assert () == facts_of(only_fold(plan_of(recorded=lockfile(entry(job_spec())))))
