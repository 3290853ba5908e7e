"""The rule over what a workspace declares and its files never name."""

from __future__ import annotations

import re
from collections.abc import Iterable

from gembatch.model.diagnostics import Diagnostic, Location, Severity
from gembatch.model.document import Source
from gembatch.model.workspace import Workspace

# As a text and not as a tree: overlays of other environments count, and so does what is commented out for a day.
_EXPRESSION = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_WORD = re.compile(r"\w+")


def unused_variables(workspace: Workspace, sources: Iterable[Source]) -> tuple[Diagnostic, ...]:
    """Returns the declared variables that no expression names, in the order of their declarations.

    Args:
        workspace: The workspace.
        sources: Every file in which an expression may stand, but for `gembatch.yaml`.
    """
    unused = dict.fromkeys(workspace.variables)
    for source in (workspace.document.source, *sources):
        if not unused:
            return ()
        for expression in _EXPRESSION.findall(source.text):
            for word in _WORD.findall(expression):
                unused.pop(word, None)
    return tuple(_finding(workspace, name) for name in unused)


def _finding(workspace: Workspace, name: str) -> Diagnostic:
    return Diagnostic(
        "variable.unused",
        f"the variable `{name}` is declared, and nothing uses it",
        workspace.document.places.at_key(("variables", name)),
        Severity.WARNING,
        hint=f"take it out, or write `{{{{ {name} }}}}` where its value belongs",
        related=tuple(_values_given(workspace, name)),
    )


def _values_given(workspace: Workspace, name: str) -> Iterable[tuple[Location, str]]:
    for environment in workspace.environments.values():
        if name in environment.variables:
            place = ("environments", environment.name, "variables", name)
            yield workspace.document.places.at_key(place), f"{environment.name} gives it a value for nothing"
