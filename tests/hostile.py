"""Texts that try to break out of their place: what a spec, a row, a job's name or a server can hold.

A renderer shows each of them inert: nothing of it is obeyed by what reads the output, and a person sees all of it.
"""

from __future__ import annotations

from dataclasses import replace

from builders import DOCUMENT, RUNNING, entry, job_spec, lockfile, plan_of, remote

from gembatch.model.document import Source
from gembatch.model.jobs import Input, JobName, JobState
from gembatch.plan.changes import Plan
from gembatch.plan.drift import Drift
from gembatch.plan.fields import FieldChange
from gembatch.plan.rows import RowChange, RowKind, RowsDiff

HOSTILE = (
    # HTML
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style></title></textarea><img src=x onerror=alert(1)>",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "<!-- ", "-->", "]]>", "<![CDATA[", "&lt;b&gt;", "&#x3c;b&#x3e;", "<plaintext>", "<base href=//example.com>",
    "</pre></code></details></main></body></html>",
    # Links
    "javascript:alert(1)", "data:text/html,<b>", "https://example.com/", "[text](https://example.com)",
    "![x](https://example.com/x.png)",
    # Templates
    "{{ 7 * 7 }}", "{% raw %}", "${7*7}", "$(id)", "`id`",
    # Markdown
    "`<b>`", "```\n<b>", "~~~~\n", "````````", "|x|y|", "</details>", "# heading", "> quote", "\\", "*b* _i_ ~~s~~",
    # What GitHub makes links and work of
    "@org/team", "Fixes #1", "org/repository#1", "GH-1", "01e194c", "<!-- gembatch:prod -->",
    # Workflow commands, and what ends a heredoc
    "::error file=a::b", "a\r::add-mask::b", "##[error]x", "EOF", "a\nEOF\nb", "ghadelimiter_1",
    # Terminals
    "\x1b[31mred", "\x1b[2J\x1b[1;1H", "\x1b]8;;https://example.com\x07", "\x1b]52;c;aWQ=\x07", "\x9b2J", "a\x00b\x07c",
    "\x7f", "no change\rdestroy",
    # Characters that reorder, hide or break
    "\u202eabc\u2066def", "a\u200bb\ufeff", "a\u2028b\u2029c", "soft\xadhyphen", "tag\U000e0041", "filler\u3164",
    "\r\n\r\n",
)  # fmt: skip


def hostile_plan(text: str) -> Plan:
    """A plan in which every text that comes from outside is `text`."""
    first = job_spec(f"a{text}")
    spec = replace(
        first,
        body={**first.body, "displayName": text, "model": text,
              "inputConfig": {"gcsSource": {"uris": [f"gs://in/{text}"]}},
              "outputConfig": {"gcsDestination": {"outputUriPrefix": text}}},
        document=replace(DOCUMENT, source=Source(text, "")),
        series=replace(first.series, template=text),
    )  # fmt: skip
    (create,) = plan_of(spec).changes
    field = FieldChange(text, f"one two three {text}", f"one two three four {text} five")
    rows = RowsDiff(
        path=text, before="a", after="b", changed=1, added=1,
        samples=(RowChange(RowKind.CHANGED, text, (field,)), RowChange(RowKind.ADDED, text, (field,), left_out=2)),
    )  # fmt: skip
    broken = RowsDiff(path=text, before="c", after="d", problem=text)
    created = replace(
        create, inputs=(Input(f"gs://in/{text}", text, 7),), note=text, differences=(field,), rows=(rows, broken)
    )
    busy, newer = job_spec(f"b{text}"), job_spec(f"b{text}", prompt="v2")
    (blocked,) = plan_of(newer, recorded=lockfile(entry(busy, state=RUNNING)), ours=[remote(busy)]).changes
    name = JobName(text)
    return Plan(
        workspace=text, environment=text, lineage=None, serial=1, instant=text,
        changes=(created, replace(blocked, note=text)),
        duplicates=(remote(busy, display_name=text, name=name),),
        drift=(Drift(busy.key, name, RUNNING, JobState.FAILED, text),),
    )  # fmt: skip
