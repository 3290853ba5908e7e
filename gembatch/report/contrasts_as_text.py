"""How the jobs of two environments differ, for people."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from gembatch.model.document import Json
from gembatch.model.workspace import Environment
from gembatch.plan.contrast import Contrast
from gembatch.report.palette import PLAIN, Palette, printable
from gembatch.report.words import count_of

_NOTHING = "(none)"


def contrasts_as_text(
    contrasts: Sequence[Contrast], before: Environment, after: Environment, palette: Palette = PLAIN
) -> str:
    """Returns what differs, a block per job and before them one for the environments; last how much is equal."""
    blocks = [
        _head(before, after, palette),
        *_blocks(contrasts, before, after, palette),
        _summary(contrasts, before, after),
    ]
    return "\n\n".join(blocks)


def _head(before: Environment, after: Environment, palette: Palette) -> str:
    fields = (("project", before.project, after.project), ("region", before.region, after.region))
    lines = [_line(name, old, new, palette) for name, old, new in fields if old != new]
    return "\n".join([palette.bold(f"{before.name} → {after.name}"), *lines])


def _blocks(contrasts: Sequence[Contrast], before: Environment, after: Environment, palette: Palette) -> Iterator[str]:
    for contrast in contrasts:
        if contrast.before is None or contrast.after is None:
            only = after if contrast.before is None else before
            yield f"{_title(contrast, palette)}\n  only in {only.name}"
        elif contrast.differences:
            lines = (_line(field.path, field.before, field.after, palette) for field in contrast.differences)
            yield "\n".join([_title(contrast, palette), *lines])


def _title(contrast: Contrast, palette: Palette) -> str:
    path, _, combination = contrast.identity
    spec = contrast.before or contrast.after
    name = spec.key.display_name if spec else ""
    within = f", {combination}" if combination else ""
    return f"{palette.bold(printable(name))}  {printable(path + within)}"


def _line(path: str, before: Json, after: Json, palette: Palette) -> str:
    return f"  {path}: {palette.red(_text(before))} → {palette.green(_text(after))}"


def _text(value: Json) -> str:
    if value is None:
        return _NOTHING
    return printable(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _summary(contrasts: Sequence[Contrast], before: Environment, after: Environment) -> str:
    only_before = sum(each.after is None for each in contrasts)
    only_after = sum(each.before is None for each in contrasts)
    differ = sum(bool(each.differences) for each in contrasts)
    equal = len(contrasts) - only_before - only_after - differ
    alone = [
        f"{count} only in {name}" for count, name in ((only_before, before.name), (only_after, after.name)) if count
    ]
    return f"{count_of(len(contrasts), 'job')}: {', '.join([f'{differ} differ', f'{equal} equal', *alone])}"
