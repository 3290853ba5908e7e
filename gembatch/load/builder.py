"""libyaml's events → documents with a place for every key and value.

Events, never composed nodes: the composer crashes the process on deep nesting, keeps the last of two equal keys
and decides what `no` means. Here each of these is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import cast

from yaml import MarkedYAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # the stubs forget it
from yaml.error import Mark as YamlMark
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from gembatch.load.findings import Findings, TooMuchError
from gembatch.load.scalars import Trap, resolved
from gembatch.load.syntax import FLATTEN, MAX_DEPTH, TEMPLATE_RULE, TOO_DEEP, syntax_finding, template_finding
from gembatch.load.trail import Trail, mark_at, places_along
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Document, Json, Mark, Source, SourceMap

MAX_NODES = 100_000
"""Values in one file, counting what aliases repeat."""


class Builder:
    """Builds the documents of one file, once.

    Attributes:
        documents: Those without findings, in the order of the file.
        doubtful: Those that are whole but for scalars that readers of YAML do not agree on.
        findings: What is wrong, in the order of the file.
        values: How many scalars, lists and mappings there are, counting what aliases repeat.
    """

    __slots__ = (
        "_anchors",
        "_next",
        "_source",
        "_trail",
        "_traps",
        "documents",
        "doubtful",
        "findings",
        "values",
    )

    def __init__(self, source: Source) -> None:
        self.documents: list[Document] = []
        self.doubtful: list[Document] = []
        self.findings = Findings()
        self._source = source
        # `get_event` returns None only past the end of the stream, where nothing here asks any more.
        self._next = cast("Callable[[], Event]", CParser(source.text).get_event)
        self.values = 0
        self._begin_document()

    def build(self) -> None:
        """Reads to the end of the file, or to the place where libyaml loses its way or a limit is passed."""
        try:
            self._build_documents()
        except MarkedYAMLError as error:
            self._add_syntax_error(error)
        except TooMuchError:
            pass  # it is among the findings

    def _build_documents(self) -> None:
        self._next()  # the start of the stream
        while type(start := self._next()) is not StreamEndEvent:
            before = len(self.findings.diagnostics)
            self._begin_document()
            data = self._root(start)
            self._next()  # the end of the document
            found = len(self.findings.diagnostics) - before
            if found == self._traps:
                places = SourceMap.later(partial(places_along, self._source, data, self._trail))
                whole = Document(self._source, data, places)
                (self.doubtful if found else self.documents).append(whole)
        if not self.documents and not self.findings.diagnostics:
            where = Location(self._source.path)
            hint = "write a document into it, or delete it"
            self.findings.append(Diagnostic("yaml.empty", "the file is empty", where, hint=hint))

    def _begin_document(self) -> None:
        self._traps = 0
        self._trail: Trail = []
        # What each anchor stands for, and its part of the trail; None as long as its value is being read.
        self._anchors: dict[str, tuple[Json, slice] | None] = {}

    def _root(self, start: Event) -> Json:
        root = self._next()
        if type(root) is ScalarEvent and not (root.value or root.style or root.tag):
            self.findings.add("yaml.empty", "this document is empty", self._mark(start, start), "remove its `---`")
        return self._value(root, 0)

    def _value(self, event: Event, depth: int) -> Json:
        """Reads the value that `event` begins, and all within it."""
        self._spend(event, depth)
        # This is the innermost loop: the order is that of frequency.
        if type(event) is ScalarEvent:
            return self._scalar(event)
        if type(event) is AliasEvent:
            return self._alias(event, depth)
        return self._collection(cast("CollectionStartEvent", event), depth)

    def _scalar(self, event: ScalarEvent) -> Json:
        self._step(event)
        if event.anchor or event.tag:
            self._check_properties(event)
        value: Json | Trap = event.value if event.style or event.tag else resolved(event.value)
        if isinstance(value, Trap):
            self._traps += 1
            self.findings.add(value.rule, value.message, self._mark(event, event), value.hint)
            value = event.value
        if event.anchor:
            self._anchors[event.anchor] = (value, slice(len(self._trail) - 4, len(self._trail)))
        return value

    def _collection(self, start: CollectionStartEvent, depth: int) -> Json:
        begun = len(self._trail)
        self._step(start)
        if start.anchor or start.tag:
            self._check_properties(start)
        value, end = self._mapping(start, depth) if type(start) is MappingStartEvent else self._sequence(depth)
        if start.flow_style:  # a block has no end of its own: libyaml puts it at the next token
            mark = cast("YamlMark", end.end_mark)
            self._trail[begun + 2 : begun + 4] = (mark.line, mark.column)
        if start.anchor:
            self._anchors[start.anchor] = (value, slice(begun, len(self._trail)))
        return value

    def _sequence(self, depth: int) -> tuple[Json, Event]:
        items: list[Json] = []
        while type(event := self._next()) is not SequenceEndEvent:
            items.append(self._value(event, depth + 1))
        return items, event

    def _mapping(self, start: MappingStartEvent, depth: int) -> tuple[Json, Event]:
        items: dict[str, Json] = {}
        first: list[int] = []  # where on the trail each key is
        while type(event := self._next()) is not MappingEndEvent:
            key = self._key(event, start, depth)
            if key in items:
                self._add_repeated_key(event, key, first[list(items).index(key)])
            else:
                first.append(len(self._trail))
            self._step(event)
            items[key] = self._value(self._next(), depth + 1)
        return items, event

    def _key(self, event: Event, start: MappingStartEvent, depth: int) -> str:
        """Reads a key: its text as it stands, since JSON's keys are text whatever they look like."""
        if type(event) is not ScalarEvent:
            self._refuse_key(event, start, depth)
            return ""
        if event.anchor:
            self.findings.add("yaml.anchor", "a key cannot be marked", self._property(event, "&"), "mark the value")
        if event.tag:
            self._refuse_tag(event, event.tag)
        if not event.style:
            self._check_plain_key(event)
        return event.value

    def _check_plain_key(self, event: ScalarEvent) -> None:
        if event.value == "<<":
            hint = "put what all jobs share under `defaults:` in gembatch.yaml, or repeat it here"
            self.findings.add(
                "yaml.merge", "merge keys (`<<`) are not part of YAML 1.2", self._mark(event, event), hint
            )
        elif not event.value:
            self.findings.add("yaml.key", "a key is missing before the `:`", self._mark(event, event), "write one")

    def _refuse_key(self, event: Event, start: MappingStartEvent, depth: int) -> None:
        before, traps, begun = len(self.findings.diagnostics), self._traps, len(self._trail)
        self._value(event, depth + 1)
        # What is wrong inside of what should not be there is noise.
        del self.findings.diagnostics[before:]
        self._traps = traps
        is_alias = type(event) is AliasEvent  # whose place on the trail is that of what it refers to
        mark = self._mark(event, event) if is_alias else mark_at(self._source, self._trail, begun)
        outer = self._mark(start, start)
        if start.flow_style and type(event) is MappingStartEvent and mark[1:3] == (outer.line, outer.column + 1):
            # The inner mapping's end and the brace after it, which a line such as `{{{ x }}` may lack.
            end = min(mark.end_column + 1, len(self._source.line(mark.end_line)) + 1)
            self.findings.append(template_finding(outer._replace(end_line=mark.end_line, end_column=end)))
        else:
            message = "a key must be text, not a list, a mapping or an alias"
            self.findings.add("yaml.key", message, mark, "write the key out")

    def _alias(self, event: AliasEvent, depth: int) -> Json:
        name = cast("str", event.anchor)
        anchored = self._anchors.get(name)
        if anchored is not None:
            value, stretch = anchored
            copy = self._repeated(value, depth, event)
            self._trail += self._trail[stretch]
            return copy
        self._step(event)
        mark = self._mark(event, event)
        if name in self._anchors:
            self.findings.add(
                "yaml.alias", f"`*{name}` refers to a value that contains it", mark, "write the value out"
            )
        else:
            hint = "put the value in quotes if text is meant: a plain `*` refers to a value marked with `&`"
            self.findings.add("yaml.alias", f"no `&{name}` stands before this `*{name}`", mark, hint)
        return None

    def _repeated(self, value: Json, depth: int, alias: AliasEvent) -> Json:
        """Copies an anchored value, so that no two parts of a document are one object."""
        self._spend(alias, depth)
        match value:
            case list():
                return [self._repeated(item, depth + 1, alias) for item in value]
            case dict():
                return {key: self._repeated(item, depth + 1, alias) for key, item in value.items()}
            case _:
                return value

    def _check_properties(self, event: ScalarEvent | CollectionStartEvent) -> None:
        if event.tag:
            self._refuse_tag(event, event.tag)
        if event.anchor in self._anchors:
            message = f"`&{event.anchor}` is used twice"
            self.findings.add("yaml.anchor", message, self._property(event, "&"), "give each anchor a name of its own")
        if event.anchor:
            self._anchors[event.anchor] = None

    def _refuse_tag(self, event: Event, tag: str) -> None:
        message = f"tags such as `{tag.replace('tag:yaml.org,2002:', '!!')}` are not allowed"
        hint = "leave it out; put the value in quotes if text is meant"
        self.findings.add("yaml.tag", message, self._property(event, "!"), hint)

    def _spend(self, event: Event, depth: int) -> None:
        self.values += 1
        if depth > MAX_DEPTH:
            self._stop(TOO_DEEP, event, FLATTEN)
        if self.values > MAX_NODES:
            message = f"more than {MAX_NODES:,} values in one file, counting what aliases repeat"
            self._stop(message, event, "split the file; rows belong into a job's input")

    def _step(self, event: Event) -> None:
        first: YamlMark = event.start_mark  # type: ignore[assignment]  # in the stubs it may be None
        last: YamlMark = event.end_mark  # type: ignore[assignment]  # likewise
        self._trail += (first.line, first.column, last.line, last.column)

    def _stop(self, message: str, event: Event, hint: str) -> None:
        self.findings.stop(message, self._mark(event, event).location(), hint)

    def _mark(self, start: Event, end: Event) -> Mark:
        # The stubs allow events without marks; the parser makes none.
        first = cast("YamlMark", start.start_mark)
        last = cast("YamlMark", end.end_mark)
        return Mark(self._source, first.line + 1, first.column + 1, last.line + 1, last.column + 1)

    def _property(self, event: Event, sign: str) -> Mark:
        """Returns the place of a value's anchor or tag, which stand before it in either order."""
        mark = self._mark(event, event)
        found = re.compile(rf"(?<!\S){sign}\S*").search(self._source.line(mark.line), mark.column - 1)
        if found is None:
            return mark
        return Mark(self._source, mark.line, found.start() + 1, mark.line, found.end() + 1)

    def _add_repeated_key(self, event: Event, key: str, first: int) -> None:
        where = self._mark(event, event).location()
        related = ((mark_at(self._source, self._trail, first).location(), "first written here"),)
        message = f"`{key}` is written twice"
        self.findings.append(
            Diagnostic("yaml.repeated-key", message, where, hint="keep one of the two", related=related)
        )

    def _add_syntax_error(self, error: MarkedYAMLError) -> None:
        finding = syntax_finding(self._source, error)
        earlier = self.findings.diagnostics[-1:]
        if finding.rule == TEMPLATE_RULE and earlier and earlier[0].rule == TEMPLATE_RULE:
            return  # the first half of `{{ x }}/b` is a mapping and was said already; libyaml stumbles over the rest
        self.findings.diagnostics.append(finding)
