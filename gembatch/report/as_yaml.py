"""Job bodies as YAML documents: the one place outside `load` that may use yaml, and it only writes."""

from __future__ import annotations

from collections.abc import Iterable

import yaml

from gembatch.model.document import Json


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key, and never writes an alias for a value that occurs twice."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002
        return super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def bodies_as_yaml(bodies: Iterable[Json]) -> str:
    """Returns one YAML document per body, each with a `---` before it but for the first."""
    documents = (
        yaml.dump(body, Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=120)
        for body in bodies
    )
    return "---\n".join(documents).rstrip("\n")
