"""Changes that are alike, as one."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from builders import FAILED, RUNNING, SUCCEEDED, entry, job_name, job_spec, lockfile, plan_of, with_inputs

from gembatch.model.document import Json
from gembatch.model.jobs import Input, JobSpec, Series, StagedFile
from gembatch.plan.changes import Change, Plan
from gembatch.plan.drift import Drift
from gembatch.plan.fields import FieldChange
from gembatch.plan.rows import RowsDiff
from gembatch.report.folds import Fold, drift_in_short, expensive_first, folds_of, input_bytes, names_in_short
from gembatch.report.placeholders import general
from gembatch.report.sections import sections_of


def of_matrix(lang: str, prompt: str = "v1", date: dt.date | None = None) -> JobSpec:
    series = Series("reviews-{{ lang }}", f'{{"lang": "{lang}"}}', dated=False)
    return job_spec(f"reviews-{lang}", prompt=prompt, series=series, date=date)


def replacing(*specs: JobSpec) -> Plan:
    before = lockfile(
        *(entry(of_matrix(spec.series.combination[10:12]), n, SUCCEEDED) for n, spec in enumerate(specs, 1))
    )
    return plan_of(*specs, recorded=before)


def folded(plan: Plan) -> list[tuple[str, ...]]:
    return [fold.names for fold in folds_of(plan.changes)]


def test_the_creations_of_one_matrix_are_one():
    plan = plan_of(of_matrix("de"), of_matrix("fr"), job_spec("other"))

    assert [("other",), ("reviews-de", "reviews-fr")] == folded(plan)


def test_the_same_change_over_a_matrix_is_one_and_shows_values_as_the_spec_has_them():
    (fold,) = folds_of(replacing(of_matrix("de", "v2"), of_matrix("fr", "v2")).changes)

    assert ("reviews-de", "reviews-fr") == fold.names
    assert fold.differences == (
        FieldChange(
            "inputConfig.gcsSource.uris[0]",
            "gs://in/reviews-{{ lang }}-v1.jsonl",
            "gs://in/reviews-{{ lang }}-v2.jsonl",
        ),
    )


def test_what_differs_in_more_than_its_axes_is_not_one():
    assert [("reviews-de",), ("reviews-fr",)] == folded(replacing(of_matrix("de", "v2"), of_matrix("fr", "v3")))


def test_a_single_change_shows_its_own_values():
    (fold,) = folds_of(replacing(of_matrix("de", "v2")).changes)

    assert "gs://in/reviews-de-v2.jsonl" == fold.differences[0].after


def test_the_same_change_to_many_specs_is_one():
    def model(name: str, model: str) -> JobSpec:
        spec = job_spec(name)
        body = {**spec.body, "model": model}
        return replace(spec, body=body, content={**spec.content, "model": model}, digest=f"1:{model}{name}")

    before = lockfile(*(entry(model(name, "a"), n, SUCCEEDED) for n, name in enumerate("xy", 1)))

    (fold,) = folds_of(plan_of(model("x", "b"), model("y", "b"), recorded=before).changes)

    assert (("x", "y"), (FieldChange("model", "a", "b"),)) == (fold.names, fold.differences)


def test_what_waits_for_a_person_is_one_whatever_spec_it_comes_from():
    recorded = lockfile(entry(job_spec("a"), 1), entry(job_spec("b"), 2))
    plan = plan_of(job_spec("a"), job_spec("b"), recorded=recorded, gone=[job_name(1), job_name(2)])

    assert [("a", "b")] == folded(plan)


def test_what_happened_to_several_jobs_is_told_once():
    drift = (
        Drift(job_spec("a-1").key, job_name(1), RUNNING, None),
        Drift(job_spec("a-2").key, job_name(2), RUNNING, None),
        Drift(job_spec("b").key, job_name(3), RUNNING, FAILED),
    )

    assert drift_in_short(drift, 5) == (
        ("a-{1, 2}", "recorded as running, and Vertex AI does not know it any more"),
        ("b", "recorded as running, and now failed"),
    )


def test_another_reason_is_another_fold():
    plan = plan_of(
        of_matrix("de"),
        of_matrix("fr"),
        recorded=lockfile(entry(of_matrix("de"), 1, FAILED), entry(of_matrix("fr"), 2)),
    )

    assert [("reviews-de",), ("reviews-fr",)] == folded(plan)


def with_rows(change: Change, problem: str = "") -> Change:
    after = change.desired.input_uris[0] if change.desired else ""
    return replace(change, rows=(RowsDiff("x.jsonl", "gs://old", after, changed=1, problem=problem),))


@pytest.mark.parametrize("problem", ["", "too large"])
def test_the_address_of_a_staged_file_is_not_told_beside_its_rows(problem: str):
    (change,) = replacing(of_matrix("de", "v2")).changes

    (fold,) = folds_of([with_rows(change, problem)])

    assert ((), 1) == (fold.differences, len(fold.rows))


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [((Input("gs://in/daily-v1.jsonl", "1", 7),), 7), ((), None), ((Input("gs://in/daily-v1.jsonl"),), None)],
)
def test_the_size_of_inputs_is_told_where_it_is_known(inputs: tuple[Input, ...], expected: int | None):
    (change,) = with_inputs(plan_of(job_spec()), *inputs).changes

    assert expected == input_bytes(change)


def test_staged_files_have_a_size_too():
    staged = (StagedFile("x.jsonl", "gs://in/daily-v1.jsonl", "0" * 64, 9),)
    (change,) = plan_of(job_spec(staged=staged)).changes

    assert 9 == input_bytes(change)


def test_what_may_cost_most_comes_first_and_what_nobody_knows_before_it():
    sizes = {"small": 1, "unknown": None, "large": 100}
    changes = [
        with_inputs(plan_of(job_spec(name)), Input(f"gs://in/{name}-v1.jsonl", "1", size)).changes[0]
        for name, size in sizes.items()
    ]

    assert [("unknown",), ("large",), ("small",)] == [fold.names for fold in expensive_first(folds_of(changes))]


def test_many_small_jobs_cost_what_they_cost_together():
    changes = [
        *with_inputs(plan_of(of_matrix("de")), Input("gs://in/reviews-de-v1.jsonl", "1", 6)).changes,
        *with_inputs(plan_of(of_matrix("fr")), Input("gs://in/reviews-fr-v1.jsonl", "1", 6)).changes,
    ]

    assert [12] == [fold.input_bytes for fold in folds_of(changes)]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("gs://b/de/x", "gs://b/{{ lang }}/x"),
        ("gs://b/model-de", "gs://b/model-{{ lang }}"),
        ("model", "model"),
        ("2026-11-22/20261122/de", "{{ ds }}/{{ ds_nodash }}/{{ lang }}"),
        ("lang de", "lang {{ lang }}"),
        ("\ue002 de", "\ue002 de"),
        (["de", {"a": "de"}], ["{{ lang }}", {"a": "{{ lang }}"}]),
        (7, 7),
    ],
)
def test_own_values_are_taken_out_as_whole_words(value: Json, expected: Json):
    assert expected == general(value, of_matrix("de", date=dt.date(2026, 11, 22)))


def test_the_name_of_one_axis_may_be_the_value_of_another():
    spec = replace(of_matrix("de"), series=Series("x", '{"a": "b", "b": "a", "m": {"x": "lang", "y": 3}}', dated=False))

    assert "{{ a }} {{ b }} {{ m.x }} {{ m.y }}" == general("b a lang 3", spec)


@pytest.mark.parametrize(
    ("names", "most", "expected"),
    [
        (("a",), 5, ("a",)),
        (("a", "b"), 5, ("a", "b")),
        (("a", "b", "c", "d"), 3, ("a", "b", "… 2 more")),
        (("reviews-de-20261122", "reviews-fr-20261122"), 5, ("reviews-{de, fr}-20261122",)),
        (("reviews-de", "reviews-en", "reviews-fr"), 2, ("reviews-{de, … 2 more}",)),
        (("reviews-1", "reviews-12"), 5, ("reviews-{1, 12}",)),
        (("reviews-", "reviews-x"), 5, ("reviews-", "reviews-x")),
        (("reviews-{a", "reviews-b"), 5, ("reviews-{a", "reviews-b")),
        (("alpha-1", "alpine-1"), 5, ("alpha-1", "alpine-1")),
    ],
)
def test_names_are_told_in_short(names: tuple[str, ...], most: int, expected: tuple[str, ...]):
    assert expected == names_in_short(names, most)


def test_a_plan_falls_into_sections():
    plan = plan_of(
        job_spec("new"),
        job_spec("live", prompt="v2"),
        job_spec("held"),
        job_spec("same"),
        recorded=lockfile(
            entry(job_spec("live"), 1, RUNNING),
            entry(job_spec("held"), 2, FAILED),
            entry(job_spec("same"), 3),
            entry(job_spec("removed"), 4),
        ),
    )

    def names(folds: tuple[Fold, ...]) -> list[str]:
        return [name for fold in folds for name in fold.names]

    sections = sections_of(plan)
    assert ["live"] == names(sections.blocked)
    assert ["new"] == names(sections.submissions)
    assert ["removed"] == names(sections.others)
    assert ["held"] == names(sections.notable)
    assert 2 == sections.unchanged
