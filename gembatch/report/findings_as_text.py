"""Diagnostics for people: place, message, rule; the source line with a caret; the hint."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from gembatch.model.diagnostics import Diagnostic, Location, Severity
from gembatch.report.palette import PLAIN, Palette, printable
from gembatch.report.words import count_of, cut_after, cut_before, width_of

_WIDEST = 110
"""Cells of a source line that are shown; a longer one is cut around what it is about."""

_MOST = 120
"""Errors, and warnings, of one file that are shown: more than the hundred after which a file is read no further."""

_FAR = 4 * _WIDEST
"""Characters of each part of a source line that are looked at: a line may be as long as a file."""

_TAB = "    "


def findings_as_text(diagnostics: Iterable[Diagnostic], palette: Palette = PLAIN) -> str:
    """Returns the findings, one block each, separated by empty lines; empty for none.

    Of a file with very many of them the first errors and the first warnings are shown, and how many more there are.
    """
    counts: Counter[tuple[str, Severity]] = Counter()
    blocks: list[str] = []
    for diagnostic in diagnostics:
        kind = (diagnostic.location.path if diagnostic.location else "", diagnostic.severity)
        counts[kind] += 1
        if counts[kind] <= _MOST:
            blocks.append(_block(diagnostic, palette))
    left = {kind: count - _MOST for kind, count in counts.items() if count > _MOST}
    return "\n\n".join([*blocks, *(_more(*kind, count, palette) for kind, count in left.items())])


def _more(path: str, severity: Severity, count: int, palette: Palette) -> str:
    place = f"{palette.bold(printable(path))}: " if path else ""
    told = f"{place}{count:,} more {severity}{'s' * (count > 1)}, not shown"
    return f"{told}\n  {palette.cyan('hint:')} mend the others first, or see all of them with `--format json`"


def summary_of(diagnostics: Sequence[Diagnostic], files: int) -> str:
    """Returns the closing line: how many findings, in how many files if any was read."""
    errors = sum(diagnostic.is_error for diagnostic in diagnostics)
    warnings = len(diagnostics) - errors
    found = [count_of(number, noun) for number, noun in ((errors, "error"), (warnings, "warning")) if number]
    within = f" in {count_of(files, 'file')}" if files else ""
    return f"{' and '.join(found) or 'no errors'}{within}"


def _block(diagnostic: Diagnostic, palette: Palette) -> str:
    paint = palette.red if diagnostic.is_error else palette.yellow
    word = "" if diagnostic.is_error else "warning: "
    place = f"{palette.bold(printable(str(diagnostic.location)))}: " if diagnostic.location else ""
    within = f" (with {printable(diagnostic.combination)})" if diagnostic.combination else ""
    head = (
        f"{place}{paint(word + printable(diagnostic.message))}{within} {palette.dim(f'[{printable(diagnostic.rule)}]')}"
    )
    lines = [head, *_quoted(diagnostic.location, palette, paint="^")]
    for location, why in diagnostic.related:
        lines.append(f"  {palette.cyan(printable(str(location)))}: {printable(why)}")
        lines += _quoted(location, palette, paint="-")
    if diagnostic.hint:
        lines.append(f"  {palette.cyan('hint:')} {printable(diagnostic.hint)}")
    return "\n".join(lines)


def _quoted(location: Location | None, palette: Palette, *, paint: str) -> list[str]:
    """Returns the source line and what is under it; nothing where there is no line to show."""
    if location is None or not location.line or not location.text.strip():
        return []
    before, marked, after = _cut(location)
    number = str(location.line)
    gutter = " " * len(number)
    carets = " " * width_of(before) + paint * max(1, width_of(marked))
    return [
        f"  {palette.dim(f'{number} |')} {before}{marked}{after}".rstrip(),
        f"  {palette.dim(f'{gutter} |')} {palette.green(carets)}",
    ]


def _cut(location: Location) -> tuple[str, str, str]:
    """Returns the line's parts before, in and after the marked stretch, cut to what fits."""
    text, start = location.text, location.column - 1
    end = start + location.length
    parts = (text[max(0, start - _FAR) : start], text[start : min(end, start + _FAR)], text[end : end + _FAR])
    before, marked, after = map(_shown, parts)
    room = max(_WIDEST // 2, _WIDEST - width_of(marked) - width_of(after))
    if width_of(before) > room:
        before = f"…{cut_before(before, room - 1)}"
    room = _WIDEST - width_of(before)
    if width_of(marked) > room:
        return before, cut_after(marked, room), "…"
    room -= width_of(marked)
    return before, marked, after if width_of(after) <= room else f"{cut_after(after, room)}…"


def _shown(text: str) -> str:
    return printable(text.replace("\t", _TAB))
