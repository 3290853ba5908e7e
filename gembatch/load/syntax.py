"""What libyaml cannot parse, in our words."""

from __future__ import annotations

import re
from typing import cast

from yaml import MarkedYAMLError
from yaml.error import Mark as YamlMark

from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Mark, Source

MAX_DEPTH = 50
TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"
FLATTEN = "flatten it"

TEMPLATE_RULE = "yaml.template"
TEMPLATE_HINT = 'put the whole value in quotes, such as "{{ ds }}": without them YAML takes the braces for a mapping'

_TAB = ("a tab cannot indent", "use spaces")
_ESCAPE_HINT = r"double a backslash that is meant as one (\\), or use single quotes, which know no escapes"
# By libyaml's own words, misspelt where it misspells them. What is not here is shown as libyaml says it.
_WORDS: dict[str, tuple[str, str]] = {
    "mapping values are not allowed in this context": (
        "a `:` is not allowed here",
        "check the indentation and the space after each `:`; put the value in quotes if it contains `: `",
    ),
    "block sequence entries are not allowed in this context": (
        "a list cannot begin on the line of its key",
        "put each `- ` on a line of its own, or the value in quotes if text is meant",
    ),
    "did not find expected key": (
        "a key was expected here",
        "check the indentation; quotes must go around the whole value",
    ),
    "did not find expected '-' indicator": ("a `- ` was expected here", "the items of a list begin in one column"),
    "did not find expected ',' or ']'": ("the list is not closed with `]`", "check commas, brackets and quotes"),
    "did not find expected ',' or '}'": ("the mapping is not closed with `}`", "check commas, braces and quotes"),
    "mapping keys are not allowed in this context": ("a `?` is not allowed here", "put the value in quotes"),
    "did not find expected comment or line break": (
        "a plain value cannot begin with `|` or `>`",
        "put it in quotes; after the `|` or `>` of a block the text begins on the next line",
    ),
    "could not find expected ':'": ("a `:` is missing after the key", "write `key: value`"),
    "did not find expected node content": ("a value was expected here", "check commas and brackets"),
    "found unexpected ':'": ("a space is missing after the `:`", "write `key: value`, or put the text in quotes"),
    "found unexpected end of stream": ("the quote is never closed", "close it"),
    "found unexpected document indicator": ("the quote is not closed before the next document", "close it"),
    "found a tab character that violates indentation": _TAB,
    "found a tab character where an indentation space is expected": _TAB,
    "found unknown escape character": ("there is no such escape", _ESCAPE_HINT),
    "did not find expected hexdecimal number": ("the escape lacks hexadecimal digits", _ESCAPE_HINT),
    "found invalid Unicode character escape code": (
        "the escape is half of a character",
        r"write the character itself, or its whole code as in \U0001F600",
    ),
    "did not find expected alphabetic or numeric character": (
        "a plain value cannot begin with `*` or `&`",
        "put it in quotes",
    ),
    "did not find expected <document start>": (
        "the document has ended before this text",
        "check the indentation and the space after each `:`, or begin a new document with `---`",
    ),
    "found undefined tag handle": ("tags are not allowed", "put the value in quotes if text is meant"),
}
_COLLECTIONS = {
    "while parsing a block mapping": "mapping",
    "while parsing a flow mapping": "mapping",
    "while parsing a block collection": "list",
    "while parsing a flow sequence": "list",
}
# Problems that libyaml sees at a later character than the one to blame.
_OF_THE_START = frozenset(
    {
        "did not find expected alphabetic or numeric character",
        "did not find expected comment or line break",
        "could not find expected ':'",
    }
)
# It reads ahead for the `:` of a key, and from 0.2.6 on comes to its own limit before its events come to ours.
_OWN_LIMIT = "exceeded maximum nesting depth"
_SECOND_COLON = "mapping values are not allowed in this context"
_TEMPLATE_VALUE = re.compile(r"""[^"']*?(?:^\s*|[:-]\s+|[,\[{]\s*)(\{[{%])""")


def syntax_finding(source: Source, error: MarkedYAMLError) -> Diagnostic:
    """Returns why and where `source` cannot be parsed.

    A template without quotes is often not even a mapping; it is told by the text of the line.
    """
    where = _place(source, error)
    if error.problem == _OWN_LIMIT:
        return Diagnostic("yaml.limit", TOO_DEEP, where, hint=FLATTEN)
    template = _TEMPLATE_VALUE.match(where.text)
    if template and template.start(1) < where.column:
        return template_finding(Mark(source, where.line, template.start(1) + 1, where.line, len(where.text) + 1))
    if error.problem == _SECOND_COLON and (unfinished := _key_without_colon(source, where)):
        return unfinished
    message, hint = _in_our_words(error.problem or "", where)
    return Diagnostic("yaml.syntax", message, where, hint=hint, related=_beginning(source, error, where))


def _key_without_colon(source: Source, colon: Location) -> Diagnostic | None:
    """Returns the finding that the line before lacks its colon: to YAML this line's key is then a part of that text."""
    above = source.line(colon.line - 1)
    written = above.strip()
    if (
        not written
        or ": " in f"{written} "
        or written.startswith(("- ", "#"))
        or colon.text.find(":") + 1 < colon.column
    ):
        return None
    column = above.index(written) + 1
    where = Mark(source, colon.line - 1, column, colon.line - 1, column + len(written)).location()
    message, hint = _WORDS["found unexpected ':'" if ":" in written else "could not find expected ':'"]
    return Diagnostic("yaml.syntax", message, where, hint=hint)


def template_finding(mark: Mark) -> Diagnostic:
    """Returns the finding that a template lacks its quotes."""
    message = "a value that begins with a template must be in quotes"
    return Diagnostic(TEMPLATE_RULE, message, mark.location(), hint=TEMPLATE_HINT)


def _place(source: Source, error: MarkedYAMLError) -> Location:
    """Returns where the problem is; where it begins, if the problem is how it goes on or that the file ends."""
    problem = cast("YamlMark", error.problem_mark)  # libyaml always gives it
    at_end = not source.text[problem.index :].strip(" \r\n")
    from_start = at_end or error.problem in _OF_THE_START
    found = _location(source, error.context_mark if from_start and error.context_mark else problem)
    return found if found.text else _last_character(source)


def _last_character(source: Source) -> Location:
    """Returns the place of the last character that shows: past it there is nothing to underline."""
    shown = source.text.rstrip()
    line, column = shown.count("\n") + 1, len(shown) - (shown.rfind("\n") + 1)
    return Mark(source, line, column, line, column + 1).location()


def _beginning(source: Source, error: MarkedYAMLError, where: Location) -> tuple[tuple[Location, str], ...]:
    kind = _COLLECTIONS.get(error.context or "")
    if not kind or not error.context_mark:
        return ()
    beginning = _location(source, error.context_mark)
    return ((beginning, f"the {kind} begins here"),) if beginning != where else ()


def _in_our_words(problem: str, where: Location) -> tuple[str, str | None]:
    if problem == "found character that cannot start any token":
        character = where.text[where.column - 1 : where.column]
        return _TAB if character == "\t" else (f"a plain value cannot begin with `{character}`", "put it in quotes")
    return _WORDS.get(problem, (f"this is not YAML: {problem}", None))


def _location(source: Source, mark: YamlMark) -> Location:
    return Mark(source, mark.line + 1, mark.column + 1, mark.line + 1, mark.column + 2).location()
