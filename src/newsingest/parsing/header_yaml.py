"""A header's YAML as the author typed it: text, lists and maps, and nothing that runs, expands or gets lost.

The reader goes over the parser's events, which (unlike nodes) cost no stack: a header of 100,000 brackets
ends at the depth limit instead of crashing libyaml's composer.
"""

from __future__ import annotations

import re
from typing import Any, TypeAlias

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentEndEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    StreamEndEvent,
)

from newsingest.parsing.header_plain import Header, read_plain, unbrace, unbraced
from newsingest.record import PostWarning

Value: TypeAlias = str | list[Any] | dict[str, Any] | None

TEXT_KEYS = frozenset({"title", "author", "date"})
"""Keys whose value is text to the scraper, whatever YAML makes of it."""

TEXT_LIST_KEYS = frozenset({"categories", "tags"})
"""Keys whose list items are text to the scraper."""

MAX_NODES = 10_000
"""Nodes a header may have with its aliases expanded; a thousand characters weigh as much as a node."""

_MAX_DEPTH = 64
_INDENTED_COMMENT = re.compile(r"\n[ \t]+#")
_LOADER: type[yaml.BaseLoader | yaml.CBaseLoader] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class YamlProblem(Exception):  # noqa: N818 - the header is at fault, and another reader takes over
    """The header is not YAML, or not one map whose keys are text."""


class HeaderTooLargeError(Exception):
    """The header has too many nodes, or a value that contains itself; ``line`` is the file's."""

    def __init__(self, reason: str, line: int) -> None:
        super().__init__(reason, line)
        self.reason = reason
        self.line = line


def read_yaml(header: str, first_line: int) -> Header:
    """Read a header whose first line is the file's line ``first_line``.

    Raises YamlProblem where it is not valid, and HeaderTooLargeError where it must not be read at all.
    """
    plain = read_plain(header)
    if plain is not None:
        return Header(unbraced(plain), ())
    return _Reader(header, first_line).read()


def duplicate_key(key: str, line: int) -> PostWarning:
    """Say that a key stands twice."""
    return PostWarning("duplicate-key", f"line {line}: {key!r} stands twice in one map; the last value counts")


_OPEN = object()


class _Reader:
    """One pass over the events of one header."""

    def __init__(self, header: str, first_line: int) -> None:
        self.header = header
        self.first_line = first_line
        self.warnings: list[PostWarning] = []
        # An alias costs what its anchor cost, so a "billion laughs" header ends at the budget.
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.spent = 0
        self.end = 0  # where the last text or alias ended
        self.may_hold_comment = "#" in header
        try:
            self.parser = _LOADER(header)
        except (yaml.YAMLError, ValueError) as error:
            raise YamlProblem from error

    def read(self) -> Header:
        try:
            self._next()  # the stream's start
            if isinstance(self._next(), StreamEndEvent):
                return Header({}, ())
            root = self._next()
            if not isinstance(root, MappingStartEvent):
                raise YamlProblem
            fields = self._mapping(root, 0)
            if not (isinstance(self._next(), DocumentEndEvent) and isinstance(self._next(), StreamEndEvent)):
                raise YamlProblem
            return Header(fields, tuple(self.warnings))
        finally:
            self.parser.dispose()

    def _next(self) -> Event:
        try:
            event = self.parser.get_event()
        except (yaml.YAMLError, ValueError, OverflowError) as error:  # "\UFFFFFFFF" in the pure parser
            raise YamlProblem from error
        if event is None:
            raise YamlProblem
        return event

    def _value(self, event: Event, depth: int, *, as_text: bool = False) -> Value:
        if isinstance(event, ScalarEvent):
            value: Value = self._scalar(event, as_text=as_text)
            if event.anchor:
                self.anchors[event.anchor] = (value, 1 + len(event.value) // 1000)
            return value
        if isinstance(event, AliasEvent):
            return self._raw(event, event) if as_text else self._alias(event)
        if not isinstance(event, CollectionStartEvent) or depth > _MAX_DEPTH:
            raise YamlProblem
        if as_text and (event.flow_style or event.anchor or event.tag):
            return self._raw(event, self._skip())
        return self._collection(event, depth)

    def _collection(self, event: CollectionStartEvent, depth: int, key: str = "") -> Value:
        before = self.spent
        if event.anchor:
            self.anchors[event.anchor] = (_OPEN, 0)
        if isinstance(event, MappingStartEvent):
            value: Value = self._mapping(event, depth)
        else:
            value = self._sequence(event, depth, as_text=key in TEXT_LIST_KEYS)
        if event.anchor:
            self.anchors[event.anchor] = (value, self.spent - before)
        return value

    def _mapping(self, start: Event, depth: int) -> dict[str, Value]:
        self._spend(1, start)
        fields: dict[str, Value] = {}
        text_end: int | None = None
        while True:
            event = self._next()
            # An indented line of `#` below a title continues the title; only YAML takes it for a comment.
            if text_end is not None and _INDENTED_COMMENT.search(self.header, text_end, _begin(event)):
                raise YamlProblem
            if isinstance(event, MappingEndEvent):
                return fields
            key = self._key(event)
            if key in fields:
                self.warnings.append(duplicate_key(key, self._line(event)))
            value = self._next()
            as_text = depth == 0 and key in TEXT_KEYS
            may_lose_text = as_text and isinstance(value, ScalarEvent) and self.may_hold_comment
            if may_lose_text and "#" in self._source(self.end, _begin(value)):
                raise YamlProblem  # `title: # 1` with more lines below
            if depth == 0 and key in TEXT_LIST_KEYS and isinstance(value, CollectionStartEvent):
                fields[key] = self._collection(value, 1, key)
            else:
                fields[key] = self._value(value, depth + 1, as_text=as_text)
            text_end = self.end if may_lose_text else None

    def _key(self, event: Event) -> str:
        """Read the key of a map; a list or map for a key is nothing that a record could hold."""
        key: Value = None
        if isinstance(event, ScalarEvent):
            key = self._scalar(event) or ""
        elif isinstance(event, AliasEvent):
            key = self._alias(event)
        if not isinstance(key, str):
            raise YamlProblem
        return key

    def _sequence(self, start: Event, depth: int, *, as_text: bool) -> list[Value]:
        self._spend(1, start)
        items: list[Value] = []
        while not isinstance(event := self._next(), SequenceEndEvent):
            value = self._value(event, depth + 1, as_text=as_text)
            # ` - a: b` is a map to YAML and a name to the scraper; a map over several lines was meant as one.
            if (
                as_text
                and isinstance(value, list | dict)
                and "\n" not in self._source(_begin(event), self.end).rstrip()
            ):
                value = self._raw(event, event)
            items.append(value)
        return items

    def _scalar(self, event: ScalarEvent, *, as_text: bool = False) -> str | None:
        text: str = event.value
        self._spend(1 + len(text) // 1000, event)
        self.end = _end(event)
        if event.style in ("|", ">"):
            # `author: |` alone is an empty block to YAML, a character to the author.
            return unbrace(text) if text.strip() else self._raw(event, None)
        if as_text and (event.anchor or event.tag):
            return self._raw(event, event)
        if self.may_hold_comment and self._comment_follows():
            return self._raw(event, event)
        if event.style == '"' and ("\ufffd" in text or not _is_encodable(text)):
            raise YamlProblem  # an escape for what no record may hold: the raw text stays
        if not text and not event.style:
            return None
        return unbrace(text)

    def _alias(self, event: AliasEvent) -> Value:
        self.end = _end(event)
        if event.anchor not in self.anchors:
            raise YamlProblem
        value, weight = self.anchors[event.anchor]
        if value is _OPEN:
            raise HeaderTooLargeError("a value in the header contains itself", self._line(event))
        self._spend(weight, event)
        result: Value = value
        return result

    def _skip(self) -> Event:
        """Pass over the rest of a list or map and return its last event."""
        open_ones = 1
        while open_ones:
            event = self._next()
            open_ones += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
            self._spend(1, event)
        return event

    def _spend(self, nodes: int, event: Event) -> None:
        self.spent += nodes
        if self.spent > MAX_NODES:
            reason = f"the header has more than {MAX_NODES:,} values with its aliases expanded"
            raise HeaderTooLargeError(reason, self._line(event))

    def _comment_follows(self) -> bool:
        rest = self._source(self.end, self.header.find("\n", self.end))
        return rest.lstrip(" \t").startswith("#")

    def _raw(self, start: Event, end: Event | None) -> str:
        """Take the source from ``start`` to the end of the line where ``end`` ends, or of its own line; and warn."""
        begin = _begin(start)
        stop = self.header.find("\n", begin if end is None else max(_end(end), begin))
        raw = self._source(begin, stop)
        line = self._line(start)
        message = f"line {line}: YAML would lose or change part of this value; taken as it stands"
        self.warnings.append(PostWarning("front-matter-repaired", message))
        return unbrace(" ".join(raw.split("\n")).strip(" \t"))

    def _source(self, begin: int, stop: int) -> str:
        return self.header[begin:] if stop < 0 else self.header[begin:stop]

    def _line(self, event: Event) -> int:
        # Not the mark's line: YAML counts U+2028 and U+0085 as line breaks, editors do not.
        return self.first_line + self.header.count("\n", 0, _begin(event))


def _begin(event: Event) -> int:
    return event.start_mark.index if event.start_mark is not None else 0


def _end(event: Event) -> int:
    return event.end_mark.index if event.end_mark is not None else 0


def _is_encodable(text: str) -> bool:
    return not any("\ud800" <= character <= "\udfff" for character in text)
