"""libyaml's events → documents with a place for every key and value.

Events, never composed nodes: the composer crashes the process on deep nesting, keeps the last of two equal keys
and decides what `no` means. Here each of these is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from yaml import CBaseLoader, MarkedYAMLError
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
from gembatch.model.diagnostics import Diagnostic, Location
from gembatch.model.document import Document, Json, Mark, Pointer, Source, SourceMap

MAX_NODES = 100_000
"""Values in one file, counting what aliases repeat."""


class Builder:
    """Builds the documents of one file, once.

    Attributes:
        documents: Those without findings, in the order of the file.
        doubtful: Those that are whole but for scalars that readers of YAML do not agree on.
        findings: What is wrong, in the order of the file.
    """

    __slots__ = (
        "_anchors",
        "_keys",
        "_next",
        "_nodes",
        "_source",
        "_traps",
        "_values",
        "documents",
        "doubtful",
        "findings",
    )

    def __init__(self, source: Source) -> None:
        self.documents: list[Document] = []
        self.doubtful: list[Document] = []
        self.findings = Findings()
        self._source = source
        # `get_event` returns None only past the end of the stream, where nothing here asks any more.
        self._next = cast("Callable[[], Event]", CBaseLoader(source.text).get_event)
        self._nodes = 0
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
                whole = Document(self._source, data, SourceMap(self._values, self._keys))
                (self.doubtful if found else self.documents).append(whole)
        if not self.documents and not self.findings.diagnostics:
            where = Location(self._source.path)
            hint = "write a document into it, or delete it"
            self.findings.append(Diagnostic("yaml.empty", "the file is empty", where, hint=hint))

    def _begin_document(self) -> None:
        self._traps = 0
        self._values: dict[Pointer, Mark] = {}
        self._keys: dict[Pointer, Mark] = {}
        # What each anchor stands for, and where that is; None as long as its value is being read.
        self._anchors: dict[str, tuple[Json, Pointer] | None] = {}

    def _root(self, start: Event) -> Json:
        root = self._next()
        if type(root) is ScalarEvent and not (root.value or root.style or root.tag):
            self.findings.add("yaml.empty", "this document is empty", self._mark(start, start), "remove its `---`")
        return self._value(root, ())

    def _value(self, event: Event, pointer: Pointer) -> Json:
        """Reads the value that `event` begins, and all within it."""
        self._spend(event, pointer)
        # This is the innermost loop: the order is that of frequency.
        if type(event) is ScalarEvent:
            self._values[pointer] = self._mark(event, event)
            if event.anchor or event.tag:
                self._check_properties(event)
            value = self._scalar(event)
        elif type(event) is AliasEvent:
            return self._alias(event, pointer)
        else:
            event = cast("CollectionStartEvent", event)
            value = self._collection(event, pointer)
        if event.anchor:
            self._anchors[event.anchor] = (value, pointer)
        return value

    def _scalar(self, event: ScalarEvent) -> Json:
        if event.style or event.tag:
            return event.value
        value = resolved(event.value)
        if type(value) is Trap:
            self._traps += 1
            self.findings.add(value.rule, value.message, self._mark(event, event), value.hint)
            return event.value
        return cast("Json", value)

    def _collection(self, start: CollectionStartEvent, pointer: Pointer) -> Json:
        self._values[pointer] = self._mark(start, start)
        if start.anchor or start.tag:
            self._check_properties(start)
        value, end = self._mapping(start, pointer) if type(start) is MappingStartEvent else self._sequence(pointer)
        if start.flow_style:  # a block has no end of its own: libyaml puts it at the next token
            self._values[pointer] = self._mark(start, end)
        return value

    def _sequence(self, pointer: Pointer) -> tuple[Json, Event]:
        items: list[Json] = []
        while type(event := self._next()) is not SequenceEndEvent:
            items.append(self._value(event, (*pointer, len(items))))
        return items, event

    def _mapping(self, start: MappingStartEvent, pointer: Pointer) -> tuple[Json, Event]:
        items: dict[str, Json] = {}
        while type(event := self._next()) is not MappingEndEvent:
            key = self._key(event, start, pointer)
            child = (*pointer, key)
            if key in items:
                self._add_repeated_key(event, child)
            self._keys[child] = self._mark(event, event)
            items[key] = self._value(self._next(), child)
        return items, event

    def _key(self, event: Event, start: MappingStartEvent, pointer: Pointer) -> str:
        """Reads a key: its text as it stands, since JSON's keys are text whatever they look like."""
        if type(event) is not ScalarEvent:
            self._refuse_key(event, start, pointer)
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

    def _refuse_key(self, event: Event, start: MappingStartEvent, pointer: Pointer) -> None:
        before = len(self.findings.diagnostics)
        self._value(event, (*pointer, ""))
        del self.findings.diagnostics[before:]  # what is wrong inside of what should not be there is noise
        mark = self._values[*pointer, ""]
        outer = self._mark(start, start)
        if start.flow_style and type(event) is MappingStartEvent and mark[1:3] == (outer.line, outer.column + 1):
            # The inner mapping's end and the brace after it, which a line such as `{{{ x }}` may lack.
            end = min(mark.end_column + 1, len(self._source.line(mark.end_line)) + 1)
            self.findings.append(template_finding(outer._replace(end_line=mark.end_line, end_column=end)))
        else:
            message = "a key must be text, not a list, a mapping or an alias"
            self.findings.add("yaml.key", message, mark, "write the key out")

    def _alias(self, event: AliasEvent, pointer: Pointer) -> Json:
        mark = self._values[pointer] = self._mark(event, event)
        name = cast("str", event.anchor)
        if name not in self._anchors:
            hint = "put the value in quotes if text is meant: a plain `*` refers to a value marked with `&`"
            self.findings.add("yaml.alias", f"no `&{name}` stands before this `*{name}`", mark, hint)
            return None
        anchored = self._anchors[name]
        if anchored is None:
            self.findings.add(
                "yaml.alias", f"`*{name}` refers to a value that contains it", mark, "write the value out"
            )
            return None
        return self._repeat(*anchored, pointer, event)

    def _repeat(self, value: Json, origin: Pointer, target: Pointer, alias: AliasEvent) -> Json:
        """Copies an anchored value with its places, so that no two parts of a document are one object."""
        self._spend(alias, target)
        self._values[target] = self._values[origin]
        match value:
            case list():
                return [
                    self._repeat(item, (*origin, index), (*target, index), alias) for index, item in enumerate(value)
                ]
            case dict():
                for key in value:
                    self._keys[*target, key] = self._keys[*origin, key]
                return {key: self._repeat(item, (*origin, key), (*target, key), alias) for key, item in value.items()}
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

    def _spend(self, event: Event, pointer: Pointer) -> None:
        self._nodes += 1
        if len(pointer) > MAX_DEPTH:
            self._stop(TOO_DEEP, event, FLATTEN)
        if self._nodes > MAX_NODES:
            message = f"more than {MAX_NODES:,} values in one file, counting what aliases repeat"
            self._stop(message, event, "split the file; rows belong into a job's input")

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

    def _add_repeated_key(self, event: Event, child: Pointer) -> None:
        where = self._mark(event, event).location()
        related = ((self._keys[child].location(), "first written here"),)
        message = f"`{child[-1]}` is written twice"
        self.findings.append(
            Diagnostic("yaml.repeated-key", message, where, hint="keep one of the two", related=related)
        )

    def _add_syntax_error(self, error: MarkedYAMLError) -> None:
        finding = syntax_finding(self._source, error)
        earlier = self.findings.diagnostics[-1:]
        if finding.rule == TEMPLATE_RULE and earlier and earlier[0].rule == TEMPLATE_RULE:
            return  # the first half of `{{ x }}/b` is a mapping and was said already; libyaml stumbles over the rest
        self.findings.diagnostics.append(finding)
