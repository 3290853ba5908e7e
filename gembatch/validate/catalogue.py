"""Every rule that a finding may name: what it wants, how much it matters, whether a workspace may say otherwise.

The rules over jobs and workspaces describe themselves. The others are told of here, because they belong to rooms that
this one does not see, or are found while something else is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from gembatch.model.diagnostics import Severity
from gembatch.validate.rules import RULES
from gembatch.validate.workspace_rules import WORKSPACE_RULES

_WHILE_READING = {
    "extends.chain": "A chain of `extends` ends, after ten files at most",
    "extends.spec": "What is extended is no spec itself",
    "load.defaults": "The defaults of a folder are called _defaults.yaml",
    "load.missing": "What `specs` and the command line name exists",
    "load.name": "A file's name can be shown",
    "load.no-match": "A folder or glob means at least one file",
    "load.not-a-file": "A spec is a file, not a folder, a pipe or a device",
    "load.one-document": "A file that specs build on is one document",
    "load.outside": "Specs lie inside the workspace",
    "load.symlink": "Symlinks to folders are not searched",
    "load.unreadable": "Specs can be read",
    "yaml.alias": "An alias refers to a value that stands before it",
    "yaml.anchor": "Anchors mark values, each with a name of its own",
    "yaml.boolean": "Booleans are written `true` and `false`",
    "yaml.character": "A file has no control characters, and none that reorder text",
    "yaml.date": "What looks like a date is in quotes",
    "yaml.empty": "A file or document holds something",
    "yaml.encoding": "Files are UTF-8",
    "yaml.key": "Keys are text",
    "yaml.limit": "A file stays within what a reviewer can read",
    "yaml.merge": "Merge keys (`<<`) are not used",
    "yaml.number": "Numbers are written as every reader of YAML takes them",
    "yaml.repeated-key": "A key is written once",
    "yaml.syntax": "Files are YAML",
    "yaml.tag": "Tags (`!!str`, `!env`) are not used",
    "yaml.template": "A value that begins with a template is in quotes",
}
_BY_THE_SCHEMA = {
    "overlay.environment": "The environments of a job are those of the workspace",
    "schema.conflict": "Keys that exclude each other are not set together",
    "schema.length": "Text, lists and mappings are neither empty nor too long",
    "schema.missing-key": "Required keys are there",
    "schema.pattern": "Text has the form that its field asks for",
    "schema.type": "A value is of the kind that its field takes",
    "schema.unknown-key": "Every key is known",
    "schema.value": "A value is one of those that its field takes",
}
_WHILE_RENDERING = {
    "dates.day": "The first and last day of a series are days of the calendar",
    "dates.expression": "When a series is due is written out",
    "dates.order": "A series does not end before it starts",
    "matrix.empty": "A matrix has axes, and an axis has values",
    "matrix.exclude": "What a matrix excludes is there",
    "matrix.expression": "The values of an axis are written out",
    "matrix.file": "An axis's file holds a list of values",
    "matrix.include": "What a matrix includes is a whole combination",
    "matrix.name": "An axis has a name that templates can use and nothing else has",
    "matrix.repeated": "An axis lists each value once, and no combination is included twice",
    "matrix.too-large": "A matrix makes at most 10,000 jobs",
    "matrix.type": "A matrix maps each axis to a list of values",
    "template.forbidden": "Templates are expressions over known names, filters and functions",
    "template.syntax": "Expressions can be read",
    "template.too-long": "Expressions and what they give stay short",
    "template.undefined": "Every name in an expression is defined",
    "template.value": "An expression can be evaluated",
    "variable.built-in": "Built-in variables are not set",
    "variable.expression": "Variables hold values, not expressions",
    "variable.file": "A file of variables gives each name a value",
    "variable.missing": "Every variable has a value",
    "variable.name": "A variable's name is one that templates can use",
    "variable.pattern": "A variable's pattern can be matched in no time",
    "variable.type": "A variable's value is of its declared type",
    "variable.unknown": "A variable that is set is declared",
    "variable.value": "A variable's value is one that its declaration allows",
}
_WHILE_STAGING = {
    "input.cached-content": "Rows do not use explicit caching",
    "stage.kind": "An input is a regular file",
    "stage.missing": "A file that is an input exists",
    "stage.name": "A file that is an input has a name that an object can have",
    "stage.path": "A file that is an input lies inside the workspace",
    "stage.unreadable": "A file that is an input can be read",
}
_EVERYWHERE = {
    "job.size": "The jobs of a run fit into one machine together",
    "secret.value": "Nothing has the form of a secret",
    "variable.unused": "A declared variable is used",
}
_OF_GEMBATCH_YAML = {
    "policy.program": "A policy's program is one that can be run",
    "policy.schema": "A policy's schema is a JSON schema that is whole by itself",
    "workspace.document": "gembatch.yaml is one document",
    "workspace.requires": "The workspace allows this version of gembatch",
}

# What can be built and sent, and is told of all the same: what nobody sees, and what Google's pages say of its side.
_WARNINGS = frozenset(
    {
        "bigquery.location", "input.cached-content", "input.several", "input.wildcard", "job.output-inside",
        "load.symlink", "model.region", "model.retired", "model.retiring", "model.unsupported", "name.hidden",
        "name.look-alike", "variable.unused",
    }
)  # fmt: skip

# What only says what Google is known to take or do: it may know better by now, and the job can be built all the same.
# Without the others there is no job to build, none that is safe to submit, or none that can be told from another.
ADJUSTABLE = _WARNINGS | {
    "input.format", "job.same-output", "labels.count", "labels.key", "labels.value", "model.name", "output.format",
    "uri.shape",
}  # fmt: skip
"""The rules whose findings a workspace may make warnings, or ignore."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of a rule.

    Attributes:
        id: Its stable identifier.
        title: What it wants, in one line without a full stop.
        severity: How much a finding matters unless the workspace says otherwise.
        is_adjustable: Whether a workspace may lower its severity.
    """

    id: str
    title: str
    severity: Severity
    is_adjustable: bool


def _entry(rule: str, title: str) -> Entry:
    severity = Severity.WARNING if rule in _WARNINGS else Severity.ERROR
    return Entry(rule, title, severity, is_adjustable=rule in ADJUSTABLE)


def _all() -> dict[str, Entry]:
    titles = {
        **_WHILE_READING,
        **_BY_THE_SCHEMA,
        **_WHILE_RENDERING,
        **_WHILE_STAGING,
        **_EVERYWHERE,
        **_OF_GEMBATCH_YAML,
        **{rule.id: rule.description for rule in (*RULES, *WORKSPACE_RULES)},
    }
    return {rule: _entry(rule, titles[rule]) for rule in sorted(titles)}


CATALOGUE: Mapping[str, Entry] = _all()
"""Every rule by its identifier, in alphabetical order."""


def matching(pattern: str) -> tuple[Entry, ...]:
    """Returns the rules that an identifier or a glob such as `labels.*` means."""
    return tuple(entry for rule, entry in CATALOGUE.items() if fnmatchcase(rule, pattern))
