"""Jobs and what they were made of → where each value of their bodies comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gembatch.model.document import Json, Pointer
from gembatch.model.explanation import ExplainedLeaf, ExplainedName, Explanation
from gembatch.model.jobs import LABEL_PREFIX, JobSpec
from gembatch.model.layers import LayerKind
from gembatch.model.variables import SHELL_PREFIX, Channel
from gembatch.pipeline.desire import Desired
from gembatch.pipeline.run import Run
from gembatch.pipeline.wanted import Origin
from gembatch.render.dates import GRAINS
from gembatch.render.leaves import read_leaf
from gembatch.render.values import to_json
from gembatch.render.variables import Variables
from gembatch.validate.body import as_mapping, written_at
from gembatch.validate.wording import path_text

_IMPLIED = frozenset({"instancesFormat", "predictionsFormat"})
"""What a short form says without a word."""


def explanations(run: Run, desired: Desired) -> tuple[Explanation, ...]:
    """Returns one explanation per job, in the order of the jobs. The specs have no errors."""
    if desired.variables is None:
        return ()
    return tuple(
        _explained(_Case(run, spec, origin, _variables_of(origin, desired.variables)))
        for spec, origin in zip(desired.jobs, desired.origins, strict=True)
    )


def _variables_of(origin: Origin, variables: Variables) -> Variables:
    rendered = origin.rendered
    dated = variables.on(rendered.date) if rendered.date else variables
    return dated.with_axes(rendered.combination)


@dataclass(frozen=True, slots=True)
class _Case:
    """One job, with what names mean in it."""

    run: Run
    spec: JobSpec
    origin: Origin
    variables: Variables

    @property
    def data(self) -> Json:
        """The document, expressions not filled in."""
        return self.origin.composed.document.data


def _explained(case: _Case) -> Explanation:
    return Explanation(
        display_name=case.spec.key.display_name,
        spec_path=case.origin.composed.document.source.path,
        combination=case.origin.rendered.combination_text,
        leaves=tuple(_leaf(case, pointer, value) for pointer, value in _leaves((), dict(case.spec.body))),
    )


def _leaves(pointer: Pointer, value: Json) -> Iterator[tuple[Pointer, Json]]:
    match value:
        case dict() if value:
            for key, item in value.items():
                yield from _leaves((*pointer, key), item)
        case list() if value:
            for index, item in enumerate(value):
                yield from _leaves((*pointer, index), item)
        case _:
            yield pointer, value


def _leaf(case: _Case, pointer: Pointer, value: Json) -> ExplainedLeaf:
    path = path_text(pointer)
    if pointer[0] == "labels" and str(pointer[-1]).startswith(LABEL_PREFIX):
        return ExplainedLeaf(path, value, None, "gembatch")
    written = written_at(pointer, as_mapping(case.origin.rendered.document.data))
    location = case.origin.composed.document.places.at(written)
    if pointer[-1] in _IMPLIED and written != pointer:
        return ExplainedLeaf(path, value, location, f"follows from {written[0]}")
    return ExplainedLeaf(
        path=path,
        value=value,
        location=location,
        source=_layer(case, written),
        names=tuple(_name(case, name) for name in _names_at(case.data, written)),
    )


def _layer(case: _Case, pointer: Pointer) -> str:
    kind = case.origin.composed.kind_at(pointer)
    match kind:
        case LayerKind.SPEC:
            return ""
        case LayerKind.ENVIRONMENT:
            return f"environment {case.run.environment.name}"
        case _:
            return kind.value


def _names_at(data: Json, pointer: Pointer) -> tuple[str, ...]:
    """Returns the names in the text at a pointer, or in the text on the way to it: one expression may give a map."""
    for step in pointer:
        match data:
            case dict():
                data = data.get(str(step))
            case list() if isinstance(step, int):
                data = data[step]
            case _:
                break
    if not isinstance(data, str) or "{{" not in data:
        return ()
    used = (name.name for expression in read_leaf(data).expressions for name in expression.names)
    return tuple(dict.fromkeys(used))


def _name(case: _Case, name: str) -> ExplainedName:
    value = to_json(case.variables.values.get(name))
    if name in case.origin.rendered.combination:
        return ExplainedName(
            name, value, case.origin.composed.document.places.at(_axis(case.data, name, value)), "matrix"
        )
    source = case.variables.sources.get(name)
    if source is None:
        return ExplainedName(name, value, None, "date of the run" if name in GRAINS else "built in")
    return ExplainedName(name, value, source.location, _channel(case, name, source.channel))


def _axis(data: Json, name: str, value: Json) -> Pointer:
    """Returns where an axis lists a value; where the axis stands if its values come from elsewhere."""
    values = as_mapping(as_mapping(data).get("matrix")).get(name)
    place: Pointer = ("matrix", name)
    return (*place, values.index(value)) if isinstance(values, list) and value in values else place


def _channel(case: _Case, name: str, channel: Channel) -> str:
    match channel:
        case Channel.ENVIRONMENT:
            return f"environment {case.run.environment.name}"
        case Channel.SHELL:
            return f"{SHELL_PREFIX}{name}"
        case Channel.COMMAND_LINE:
            return "--var"
        case _:
            return channel.value
