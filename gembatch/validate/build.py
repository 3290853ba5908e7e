"""From a valid document to the job it asks for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from gembatch.model.digests import Digest, canonical_json, digest_of, label_of
from gembatch.model.document import Json, Pointer, Rendered
from gembatch.model.jobs import (
    LABEL_DIGEST,
    LABEL_ENVIRONMENT,
    LABEL_RERUN,
    LABEL_WORKSPACE,
    JobKey,
    JobSpec,
    Lifecycle,
    OnChangeInFlight,
    OnFailure,
    Previous,
    Series,
    StagedFile,
    rerun_label,
)
from gembatch.model.workspace import Environment, Workspace
from gembatch.validate.body import as_mapping, body_of


def build_job(
    rendered: Rendered,
    *,
    workspace: Workspace,
    environment: Environment,
    staged: Mapping[Pointer, StagedFile],
    date: dt.date | None = None,
) -> JobSpec:
    """Returns the job that a document asks for.

    Args:
        rendered: A document that `rendered_check` found nothing wrong with.
        workspace: Gives the label `gembatch-workspace`.
        environment: Gives project, region and the label `gembatch-env`.
        staged: The files behind `local_inputs`. One that is absent leaves the path in the body, for rules to find.
        date: Of the run, for a document that was not filled in for one of several.
    """
    data = rendered.document.data
    if not isinstance(data, dict):
        raise TypeError("a job document is a mapping")
    body = body_of(data, lambda pointer, text: staged[pointer].uri if pointer in staged else text)
    content = _content(_body_by_content(data, staged) if staged else body, environment)
    digest = digest_of(content)
    rerun = str(data["rerun"]) if "rerun" in data else None
    labels = {**as_mapping(data.get("labels")), **_our_labels(workspace, environment, digest, rerun)}
    name = str(data["displayName"])
    return JobSpec(
        key=JobKey(environment.project, environment.region, environment.name, name),
        body={**body, "labels": labels},
        digest=digest,
        content=content,
        rerun=rerun,
        lifecycle=_lifecycle(as_mapping(data.get("lifecycle"))),
        series=Series(
            template=rendered.name_template or name,
            combination=_combination_text(rendered.series),
            dated=bool(rendered.name_dates),
        ),
        document=rendered.document,
        staged=tuple(dict.fromkeys(staged.values())),
        date=(rendered.date or date) if rendered.name_dates else None,
        previous=_previous(rendered, data),
    )


def _combination_text(series: Mapping[str, Json]) -> str:
    return canonical_json(dict(series)) if series else "{}"  # without a matrix, as most are


def _previous(rendered: Rendered, data: Mapping[str, Json]) -> Previous | None:
    was = rendered.previous
    if was is None:
        return None
    series = Series(was.template, _combination_text(was.series), dated=was.is_dated)
    return Previous(str(data["previousDisplayName"]), series)


def _body_by_content(data: Mapping[str, Json], staged: Mapping[Pointer, StagedFile]) -> dict[str, Json]:
    """Returns the body with each staged file's content in place of where it lies."""
    return body_of(data, lambda pointer, text: f"sha256:{staged[pointer].sha256}" if pointer in staged else text)


def _content(body: Mapping[str, Json], environment: Environment) -> dict[str, Json]:
    """Returns what decides rows and result, free of what does not: names and labels."""
    content = {key: value for key, value in body.items() if key != "displayName"}
    # A publisher's model is the same under its short name and under the job's own project and region.
    here = f"projects/{environment.project}/locations/{environment.region}/"
    model = content.get("model")
    if isinstance(model, str) and model.startswith(f"{here}publishers/"):
        content["model"] = model.removeprefix(here)
    return content


def _our_labels(workspace: Workspace, environment: Environment, digest: Digest, rerun: str | None) -> dict[str, Json]:
    labels: dict[str, Json] = {
        LABEL_WORKSPACE: workspace.name,
        LABEL_ENVIRONMENT: environment.name,
        LABEL_DIGEST: label_of(digest),
    }
    return labels if rerun is None else {**labels, LABEL_RERUN: rerun_label(rerun)}


def _lifecycle(data: Mapping[str, Json]) -> Lifecycle:
    default = Lifecycle()
    if not data:  # nearly all have none
        return default
    return Lifecycle(
        on_failure=OnFailure(str(data.get("onFailure", default.on_failure))),
        # A whole number may be written as 3.0.
        max_attempts=int(float(str(data.get("maxAttempts", default.max_attempts)))),
        on_change_in_flight=OnChangeInFlight(str(data.get("onChangeInFlight", default.on_change_in_flight))),
        max_failed_rows=float(str(data.get("maxFailedRows", default.max_failed_rows))),
        allow_redated=bool(data.get("allowRedated", default.allow_redated)),
    )
