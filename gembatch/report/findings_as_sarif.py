"""Diagnostics as SARIF 2.1.0, which code scanning and editors read."""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from urllib.parse import quote

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Json
from gembatch.report.as_json import as_json
from gembatch.validate.catalogue import CATALOGUE, Entry

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"

# What a viewer would take for a link: `[text](target)`.
_LINK = re.compile(r"\[(?=[^\[\]]*\]\()")


def findings_as_sarif(
    diagnostics: Iterable[Diagnostic], *, version: str, page_of: Callable[[str], str], folder: str = ""
) -> str:
    """Returns one run, its rules described from the catalogue.

    Args:
        diagnostics: In reading order.
        version: Of gembatch.
        page_of: Gives a rule's page, in Markdown.
        folder: The workspace's, relative to the repository, with a slash at its end; empty where they are one.
    """
    findings = tuple(diagnostics)
    rules = sorted({finding.rule for finding in findings})
    driver: dict[str, Json] = {
        "name": "gembatch",
        "semanticVersion": version,
        "rules": [_rule(CATALOGUE[rule], page_of(rule)) for rule in rules],
    }
    run: dict[str, Json] = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "results": _results(findings, rules, folder),
    }
    return as_json({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _rule(entry: Entry, page: str) -> dict[str, Json]:
    return {
        "id": entry.id,
        "shortDescription": {"text": _text(f"{entry.title}.")},
        "help": {"text": _text(page), "markdown": page},
        "defaultConfiguration": {"level": entry.severity.value},
    }


def _results(findings: Sequence[Diagnostic], rules: Sequence[str], folder: str) -> list[Json]:
    told = zip(findings, _fingerprints(findings), strict=True)
    return [
        {"ruleIndex": rules.index(finding.rule), **_result(finding, fingerprint, folder)}
        for finding, fingerprint in told
    ]


def _result(finding: Diagnostic, fingerprint: str, folder: str) -> dict[str, Json]:
    result: dict[str, Json] = {
        "ruleId": finding.rule,
        "level": finding.severity.value,
        "message": {"text": _text(_message(finding))},
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
    if finding.location:
        result["locations"] = [{"physicalLocation": _physical(finding.location, folder)}]
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "message": {"text": _text(why)}, "physicalLocation": _physical(location, folder)}
            for number, (location, why) in enumerate(finding.related, 1)
        ]
    return result


def _message(finding: Diagnostic) -> str:
    within = f" (with {finding.combination})" if finding.combination else ""
    hint = f"\nhint: {finding.hint}" if finding.hint else ""
    return f"{finding.message}{within}{hint}"


def _physical(location: Location, folder: str) -> dict[str, Json]:
    file: dict[str, Json] = {
        "artifactLocation": {"uri": quote(f"{folder}{location.path}"), "uriBaseId": _ROOT},
    }
    if not location.line:
        return file
    region: dict[str, Json] = {
        "startLine": location.line,
        "startColumn": location.column,
        "endColumn": location.column + location.length,
        "snippet": {"text": location.text},
    }
    return {**file, "region": region}


def _fingerprints(findings: Iterable[Diagnostic]) -> list[str]:
    """Returns what makes each finding the same one after lines above it have come or gone.

    It is made of the rule, the file and what the line says, with a number that tells equal ones apart: a line that has
    moved is no new finding.
    """
    seen: Counter[str] = Counter()
    fingerprints = []
    for finding in findings:
        location = finding.location or Location("")
        told = "\0".join((finding.rule, location.path, location.text.strip() or finding.message))
        digest = hashlib.sha256(told.encode(errors="surrogatepass")).hexdigest()[:16]
        seen[digest] += 1
        fingerprints.append(f"{digest}:{seen[digest]}")
    return fingerprints


def _text(text: str) -> str:
    """Returns text as SARIF writes it: braces would be placeholders, and a link would be one."""
    return _LINK.sub(r"\\[", text).replace("{", "{{").replace("}", "}}")
