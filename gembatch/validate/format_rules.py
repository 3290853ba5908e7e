"""Rules over formats: they must fit where rows come from and where predictions go."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gembatch.validate.body import as_mapping
from gembatch.validate.subject import Finding, Subject
from gembatch.validate.wording import alternatives, quoted

_FILES = frozenset({"jsonl", "csv", "file-list", "tf-record", "tf-record-gzip"})
_TABLES = frozenset({"bigquery"})
_DATASETS = frozenset({"vertex-dataset"})

_BY_SOURCE: Mapping[str, frozenset[str]] = {
    "gcsSource": _FILES,
    "bigquerySource": _TABLES,
    "vertexMultimodalDatasetSource": _DATASETS,
}
_BY_DESTINATION: Mapping[str, frozenset[str]] = {
    "gcsDestination": frozenset({"jsonl", "csv"}),
    "bigqueryDestination": _TABLES,
    "vertexMultimodalDatasetDestination": _DATASETS,
}


def instances(subject: Subject) -> Iterator[Finding]:
    """Yields an `instancesFormat` that the source cannot have."""
    return _unfit(subject, "inputConfig", "instancesFormat", _BY_SOURCE)


def predictions(subject: Subject) -> Iterator[Finding]:
    """Yields a `predictionsFormat` that the destination cannot have."""
    return _unfit(subject, "outputConfig", "predictionsFormat", _BY_DESTINATION)


def _unfit(
    subject: Subject, config_key: str, format_key: str, formats: Mapping[str, frozenset[str]]
) -> Iterator[Finding]:
    config = as_mapping(subject.data.get(config_key))
    for kind, allowed in formats.items():
        if kind in config and config[format_key] not in allowed:
            yield Finding(
                f"{config_key}.{format_key} must be {alternatives(allowed)} with {kind}, "
                f"got {quoted(config[format_key])}",
                subject.at(config_key, format_key),
                related=((subject.at_key(config_key, kind), f"{kind} is set here"),),
            )
