"""The checks of a preflight for people: one line each, the hint below."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import assert_never

from gembatch.report.palette import PLAIN, Palette, printable
from gembatch.verify.checks import Check, Topic, Verdict

_WIDTH = max(map(len, Topic))
_WORDS = {Verdict.PASS: "passed", Verdict.WARN: "to look at", Verdict.FAIL: "failed", Verdict.SKIP: "not told"}


def check_as_text(check: Check, palette: Palette = PLAIN) -> str:
    """Returns one check; its hint stands on a line of its own."""
    verdict = _painted(check.verdict, palette)
    line = f"{verdict}  {check.topic:<{_WIDTH}}  {palette.bold(printable(check.subject))}: {printable(check.message)}"
    return f"{line}\n      {palette.cyan('hint:')} {printable(check.hint)}" if check.hint else line


def _painted(verdict: Verdict, palette: Palette) -> str:
    match verdict:
        case Verdict.PASS:
            return palette.green(verdict)
        case Verdict.WARN:
            return palette.yellow(verdict)
        case Verdict.FAIL:
            return palette.red(verdict)
        case Verdict.SKIP:
            return palette.dim(verdict)
        case _:
            assert_never(verdict)


def checks_summary(checks: Iterable[Check]) -> str:
    """Returns the closing line: how many checks came to what."""
    counts = Counter(check.verdict for check in checks)
    return ", ".join(f"{counts[verdict]} {word}" for verdict, word in _WORDS.items() if counts[verdict])
