"""Texts that try to break out of their place: what a spec, a row, a job's name or a server can hold.

A renderer shows each of them inert: nothing of it is obeyed by what reads the output, and a person sees all of it.
"""

from __future__ import annotations

import json
from dataclasses import replace

from builders import (
    FAILED,
    RUNNING,
    SUCCEEDED,
    entry,
    intent,
    job_name,
    lockfile,
    plan_of,
    remote,
    stranger,
)  # fmt: skip
from plans import NEW_URI, OLD_URI, prompted, spec_of

from gembatch.model.diagnostics import Diagnostic, Location, Severity
from gembatch.model.document import Json
from gembatch.model.jobs import LABEL_WORKSPACE, Input, JobName, JobSpec, Series, StagedFile
from gembatch.plan.changes import Change, Plan
from gembatch.plan.drift import Drift
from gembatch.plan.rows import RowsDiff, rows_diff

HOSTILE = (
    # Terminals: colours, the cursor, the screen, links, the clipboard, titles, C1, the bell, a line written over.
    "\x1b[31mred\x1b[0m", "\x1b[1A\x1b[2Kno changes", "\x1b[2J\x1b[1;1H", "\x1b]8;;https://example.com\x1b\\a\x1b]8;;\x07",
    "\x1b]52;c;aWQ=\x07", "\x1b]0;title\x07", "\x9b2J\x90q\x9c", "a\x00b\x07c\x08", "\x7f", "destroy\rno change",
    # Lines: each of them ends one somewhere.
    "a\nb", "a\n\nb", "\r\n\r\n", "a\x0bb\x0cc", "a\u2028b\u2029c", "a\x85b",
    # Characters that reorder, hide or break.
    "\u202eabc\u2066def\u2069", "a\u200bb\u200dc\ufeff", "soft\xadhyphen", "tag\U000e0041\U000e0042", "filler\u3164",
    # Workflow commands, the new form and the old one, and what ends a heredoc.
    "::error file=a::b", "a\n::add-mask::b", "a\r::set-output name=a::b", "::stop-commands::a", "##[error]x",
    "a,line=1::b%0A::error::c", "EOF", "a\nEOF\nb", "ghadelimiter_1\nPATH=/a",
    # HTML.
    "<script>alert(1)</script>", "</script><script>alert(1)</script>", "' onmouseover='alert(1)",
    "</style></title></textarea><img src=x onerror=alert(1)>", '"><img src=x onerror=alert(1)>',
    "<!-- ", "-->", "]]>", "<![CDATA[", "&lt;b&gt;", "&#x3c;b&#x3e;", "<plaintext>", "<base href=//example.com>",
    "</pre></code></summary></details></main></body></html><h1>a</h1>",
    # Links.
    "javascript:alert(1)", "data:text/html,<b>", "https://example.com/ www.example.com a@example.com",
    "<https://example.com>", "[text](https://example.com)", "[text](javascript:alert(1))", "[a]\n\n[a]: https://example.com",
    "![](https://example.com/beacon.png)",
    # Templates and shells.
    "{{ 7 * 7 }}", "{% raw %}", "${7*7}", "$(id)", "`id`", "a b; id | x > y & 'z' \"*\"",
    # Markdown.
    "`<b>`", "```\n<b>", "```", "` <img src=x> ``<h1>``` <b>", "> ```\n> # a", "~~~~\n# a",
    "`" * 40 + "\n# a\n" + "`" * 40,
    "|x|y|\n|-|-|\n|a|b|", "</details>", "# heading\n===\n", "> quote", "> [!IMPORTANT]\n> a", "\\", "*b* _i_ ~~s~~",
    "- [x] a", "a[^1]\n\n[^1]: b", ":shipit: $`a`$ $$b$$",
    # What GitHub makes links and work of, and our own marker.
    "@octocat and @org/team", "Fixes #1", "org/repository#1", "GH-1", "01e194c",
    "org/a@b8cf1be0b8cf1be0b8cf1be0b8cf1be0b8cf1be0",
    "<!-- gembatch workspace=reviews environment=prod state=planned -->",
    # What our own renderers write.
    "a\n+ b\n- c\n@@ d @@", "a\n\nNothing to do: 0 to submit, 1 unchanged.",
    # Sizes.
    "x" * 5_000, "文字" * 300, "   ",
)  # fmt: skip


def hostile_situation(text: str) -> Plan:
    """The plan of a situation in which a text is in every place that one can come from: one of each kind of change."""
    name = text or "x"
    before, after = spec_with(name, "before", text), spec_with(name, f"after {text}", text)
    stale = spec_with(f"stale {name}", "v", text)
    new = spec_with(f"new {name}", "v", text)
    staged, old = staged_spec(name, NEW_URI), staged_spec(name, OLD_URI)
    taken = spec_with(f"taken {name}", "v", text)
    theirs = spec_with(f"theirs {name}", "v", text)
    open_intent = intent(spec_with(f"open {name}", "v", text))
    plan = plan_of(
        after,
        new,
        spec_with(f"live {name}", f"after {text}", text),
        spec_with(f"gone {name}", "v", text),
        spec_with(f"held {name}", "v", text),
        spec_with(f"same {name}", "v", text),
        replace(stale, digest="1:other", content={**stale.content, "x": 1}),
        taken,
        theirs,
        staged,
        spec_with(f"open {name}", "v", text),
        *(of_matrix(lang, name, text) for lang in ("de", name, f"{name} 2")),
        recorded=lockfile(
            entry(before, 1, SUCCEEDED),
            entry(spec_with(f"live {name}", "before", text), 2, RUNNING),
            entry(spec_with(f"gone {name}", "v", text), 3, RUNNING),
            entry(spec_with(f"held {name}", "v", text), 4, FAILED),
            entry(spec_with(f"same {name}", "v", text), 5, SUCCEEDED),
            entry(stale, 6, RUNNING),
            entry(old, 7, SUCCEEDED),
            entry(spec_with(f"removed {name}", "v", text), 8, SUCCEEDED),
        ),
        ours=[
            remote(spec_with(f"same {name}", "v", text), 12, name=JobName(f"projects/1/{text}")),
            remote(replace(stale, digest="1:third"), 13, name=JobName(f"projects/2/{text}"), labels={}),
            remote(spec_with(f"unknown {name}", "v", text), 14),
        ],
        strangers=[
            stranger(spec_with(f"taken {name}", "w", text), 15),
            replace(stranger(theirs, 16, labels={LABEL_WORKSPACE: text}), name=JobName(f"projects/3/{text}")),
        ],
        gone=[job_name(3)],
        open_intents=(open_intent,),
    )
    return replace(
        plan,
        workspace=f"reviews {text}",
        environment=f"prod {text}",
        changes=tuple(_with_texts(change, text) for change in plan.changes),
        drift=(
            Drift(replace(before.key, display_name=f"drift {name}"), JobName(text), RUNNING, FAILED, f"error {text}"),
        ),
    )


def hostile_findings(text: str) -> tuple[Diagnostic, ...]:
    """What a policy, or a limit with a job's name in it, has against a plan."""
    place = Location(f"policies/{text}.json", 1, 1, 1, text)
    return tuple(
        Diagnostic(rule, f"the job {text}: {text}", place, severity=severity, hint=text)
        for rule, severity in ((f"policies/{text}", Severity.ERROR), ("limits.maxPerModel", Severity.WARNING))
    )


def spec_with(name: str, value: str, text: str) -> JobSpec:
    """A job under a name, with a text as value, key and item of its body."""
    content: dict[str, Json] = {
        "model": f"publishers/google/models/{text}",
        "modelParameters": {"prompt": f"{value}\nsecond line\n{text}", text: value, "list": [value, text]},
        "inputConfig": {"instancesFormat": "jsonl", "gcsSource": {"uris": [f"gs://in/{text}"]}},
        "outputConfig": {"predictionsFormat": "jsonl", "gcsDestination": {"outputUriPrefix": f"gs://out/{text}/"}},
        "labels": {text: value},
    }
    return spec_of(name, path=f"specs/{text}.yaml", **content)


def staged_spec(name: str, uri: str) -> JobSpec:
    spec = prompted(uri)
    file = StagedFile(f"data/{name}", uri, uri.split("/")[3], 12)
    return replace(spec, staged=(file,), key=replace(spec.key, display_name=f"staged {name}"))


def of_matrix(lang: str, name: str, text: str) -> JobSpec:
    spec = spec_with(f"many {name} {lang}", "v", text)
    return replace(
        spec, series=Series(f"many {text} {{{{ lang }}}}", json.dumps({"lang": lang, text: text}), dated=False)
    )


def hostile_rows(text: str) -> RowsDiff:
    """Rows whose keys, values and names are a text."""
    old = [{"id": f"a{text}", "prompt": "one", text: 1}, {"id": f"b{text}", "prompt": text}]
    new = [{"id": f"a{text}", "prompt": text, text: 2}, {"id": f"c{text}", "prompt": [text, text]}]
    before, after = ("\n".join(map(json.dumps, rows)) for rows in (old, new))
    return rows_diff(f"data/{text}", OLD_URI, NEW_URI, before, after)


def _with_texts(change: Change, text: str) -> Change:
    if change.desired is None or not change.may_submit:
        return change
    rows = (hostile_rows(text), RowsDiff("x", OLD_URI, "y", problem=f"cannot read {text}"))
    inputs = tuple(Input(uri, "1", 7) for uri in change.desired.input_uris)
    note = change.note or f"note {text}"
    return replace(change, inputs=inputs, rows=rows if change.desired.staged else (), note=note)
