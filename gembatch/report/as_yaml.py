"""Job bodies as YAML documents: the one place outside `load` that may use yaml, and it only writes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

import yaml

from gembatch.model.document import Json

# Text that PyYAML writes without quotes, and that other readers of YAML, ours among them, do not take for text.
_DOUBTFUL = re.compile(
    r"(?i:y|n|yes|no|on|off)|[-+]?[.0-9][-+0-9_.:eE]*|[-+]?0[xob][0-9a-fA-F_]+|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[Tt \t].*"
)

# Line separators and changes of direction: they make a text look other to a person than it is to a program.
_DECEPTIVE = re.compile("[\x85\u2028-\u202e\u2066-\u2069\ufeff]")


class _Dumper(yaml.SafeDumper):
    """Indents lists under their key, and never writes an alias for a value that occurs twice."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: FBT001, FBT002, ARG002
        return super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        return True


def _as_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="'" if _DOUBTFUL.fullmatch(text) else None)


def _as_number(dumper: yaml.SafeDumper, number: float) -> yaml.ScalarNode:
    # Without an exponent: to readers of YAML 1.1, 1e3 is text.
    digits = format(Decimal(repr(number)), "f")
    return dumper.represent_scalar("tag:yaml.org,2002:float", digits if "." in digits else f"{digits}.0")


_Dumper.add_representer(str, _as_text)
_Dumper.add_representer(float, _as_number)


def bodies_as_yaml(bodies: Iterable[Json]) -> str:
    """Returns one YAML document per body, each with a `---` before it but for the first."""
    return "---\n".join(map(_as_document, bodies)).rstrip("\n")


def _as_document(body: Json) -> str:
    text = _dumped(body, allow_unicode=True)
    return _dumped(body, allow_unicode=False) if _DECEPTIVE.search(text) else text


def _dumped(body: Json, *, allow_unicode: bool) -> str:
    dumped: str = yaml.dump(
        body, Dumper=_Dumper, sort_keys=False, allow_unicode=allow_unicode, default_flow_style=False, width=120
    )
    return dumped
