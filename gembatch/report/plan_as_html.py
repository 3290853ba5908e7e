"""A plan as one page of HTML that needs nothing else: to read without script, to filter with it.

Whatever comes from a spec, a row or a server is text in it. Three things see to that: templates escape what they put
in, characters that are not to be seen are written out, and the page's own policy lets a browser run the one script and
apply the one style that gembatch carries, known by their hashes, and fetch nothing.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup, escape

from gembatch.model.diagnostics import Diagnostic
from gembatch.model.period import Period
from gembatch.plan.changes import Plan
from gembatch.report.page import page_of
from gembatch.report.palette import printable
from gembatch.report.reasons import drift_why
from gembatch.report.words import count_of

_CODE = re.compile("`([^`]+)`")


def plan_as_html(
    plan: Plan, files: Mapping[str, str], period: Period | None = None, findings: Sequence[Diagnostic] = ()
) -> str:
    """Returns the page.

    Args:
        plan: The plan.
        files: The page's templates, style and script, by name.
        period: The dates that the plan is about; None for that of its instant alone.
        findings: What limits and policies have against it.
    """
    style, script = Markup(files["plan.css"]), Markup(files["plan.js"])  # noqa: S704, files of the package
    return (
        _environment(files)
        .get_template("plan.html")
        .render(page=page_of(plan, period, findings), style=style, script=script, security=_security(style, script))
    )


def _environment(files: Mapping[str, str]) -> Environment:
    environment = Environment(
        loader=DictLoader(files),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )

    environment.filters |= {"prose": _prose, "path": _path, "happened": drift_why, "count_of": count_of}
    return environment


def _shown(value: object) -> object:
    """Returns what a template puts in, with nothing in it that is not to be seen; markup is the templates' own."""
    return value if isinstance(value, Markup) else printable(str(value))


def _prose(text: str) -> Markup:
    """Returns a sentence in which what stands between backticks is code."""
    parts = _CODE.split(printable(text))
    return Markup().join(
        Markup("<code>{}</code>").format(part) if number % 2 else escape(part) for number, part in enumerate(parts)
    )


def _path(text: str) -> Markup:
    """Returns a field's path, which breaks after its dots rather than anywhere."""
    return Markup(".<wbr>").join(map(escape, printable(text).split(".")))


def _security(style: str, script: str) -> str:
    """Returns the policy that the page sets for itself: https://www.w3.org/TR/CSP3/."""
    return (
        f"default-src 'none'; style-src '{_hash_of(style)}'; script-src '{_hash_of(script)}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash_of(text: str) -> str:
    digest = hashlib.sha256(text.encode()).digest()
    return f"sha256-{base64.b64encode(digest).decode()}"
