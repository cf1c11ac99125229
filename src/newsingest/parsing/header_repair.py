"""The tolerant reader: a header that is no valid YAML, read the way the scraper wrote it.

The header is cut at its keys. What is valid YAML by itself keeps YAML's meaning; the rest is text, line for
line: a line that fits nowhere belongs to the value above it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from newsingest.parsing.header_mend import mend, read_text, repaired, unreadable
from newsingest.parsing.header_plain import Header, fold, read_lines, unbrace
from newsingest.parsing.header_yaml import MAX_NODES, HeaderTooLargeError, YamlProblem, duplicate_key, read_yaml

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.parsing.header_yaml import Value
    from newsingest.record import PostWarning

_KEY = re.compile(
    r"""
    (?: (?P<quote>['"])(?P<quoted>[^'"]+)(?P=quote)
      | (?P<plain>(?:[^\s\-#<>|&*!%@`\[\]{}'",?:]|&(?=\#12[35];)|-(?=\S))(?:[^:]|:(?=\S)){0,99}?)
    )[ \t]*:(?=[ \t]|$)
    """,
    re.VERBOSE,
)
# `title:foo` is a key to every reader but YAML; an address (`https://…`) is none.
_TIGHT_KEY = re.compile(r"(?P<plain>[a-z][a-z_]*):(?!//)")
_ITEM = re.compile(r"[ \t]*-(?:[ \t]+(?P<text>.*))?$")
_SUB_KEY = re.compile(r"[ \t]+(?P<key>[\w.-]+)[ \t]*:(?:[ \t]+(?P<text>.*))?$")
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}$")


def repair(header: str, first_line: int) -> Header:
    """Read a header whose first line is the file's line ``first_line``.

    Keeps every key and every line; without a key there are no fields. Raises HeaderTooLargeError.
    """
    fields: dict[str, Value] = {}
    warnings: list[PostWarning] = []
    preamble, chunks = _cut(header.split("\n"))
    if len(chunks) > MAX_NODES:
        raise HeaderTooLargeError(f"the header has more than {MAX_NODES:,} keys", first_line)
    if chunks and preamble:
        kept = unbrace(" ".join(preamble))
        warnings.append(repaired(f"line {first_line}: no key stands above {kept!r}; kept in this message only"))
    for at, key, lines in chunks:
        if key in fields:
            warnings.append(duplicate_key(key, first_line + at))
        fields[key], found = _read_chunk(key, lines, first_line + at)
        warnings += found
    if chunks and not any(warning.code == "front-matter-repaired" for warning in warnings):
        warnings.append(repaired(f"line {first_line}: the header as a whole is not valid YAML; read by its keys"))
    return Header(fields, tuple(warnings))


def match_key(line: str) -> re.Match[str] | None:
    """Find the key of the header that a line begins."""
    return _KEY.match(line) or _TIGHT_KEY.match(line)


def _cut(lines: list[str]) -> tuple[list[str], list[tuple[int, str, list[str]]]]:
    """Cut the header at its keys: lines before the first, then number, key and lines of each."""
    preamble: list[str] = []
    chunks: list[tuple[int, str, list[str]]] = []
    for number, line in enumerate(lines):
        if found := match_key(line):
            groups = found.groupdict()
            key = unbrace(groups.get("quoted") or groups["plain"])
            chunks.append((number, key, [line]))
        elif chunks:
            chunks[-1][2].append(line)
        elif line.strip() and not line.startswith("#"):
            preamble.append(line.strip())
    return preamble, chunks


def _read_chunk(key: str, lines: list[str], line: int) -> tuple[Value, Sequence[PostWarning]]:
    text = "\n".join([*lines, ""])
    plain = read_lines(text)
    try:
        header = mend(plain, line) if plain is not None else read_yaml(text, line)
    except YamlProblem:
        pass
    else:
        if list(header.fields) == [key]:
            return header.fields[key], header.warnings
    found = match_key(lines[0])
    first = lines[0][found.end() :] if found else lines[0]
    return _read_value(first.strip(" \t"), lines[1:]), (unreadable(key, line),)


def _read_value(first: str, rest: list[str]) -> Value:
    if not first:
        items = _read_list(rest)
        if items is not None:
            return items
        fields = _read_map(rest)
        if fields is not None:
            return fields
    elif _BLOCK.match(first) and any(line.strip() for line in rest):
        return unbrace(_read_block(first, rest))
    return read_text([first, *rest])


def _read_list(lines: list[str]) -> list[Value] | None:
    items: list[list[str]] = []
    for line in lines:
        if found := _ITEM.match(line):
            items.append([found["text"] or ""])
        elif items:
            items[-1].append(line)
        elif line.strip():
            return None
    return [read_text(item) for item in items] if items else None


def _read_map(lines: list[str]) -> dict[str, Value] | None:
    fields: dict[str, list[str]] = {}
    last: list[str] | None = None
    for line in lines:
        found = _SUB_KEY.match(line)
        if found and unbrace(found["key"]) not in fields:
            last = fields.setdefault(unbrace(found["key"]), [found["text"] or ""])
        elif last is not None:
            last.append(line)
        elif line.strip():
            return None
    return {key: read_text(text) for key, text in fields.items()} or None


def _read_block(indicator: str, lines: list[str]) -> str:
    while lines and not lines[-1].strip():
        lines = lines[:-1]
    indent = min(len(line) - len(line.lstrip(" \t")) for line in lines if line.strip())
    text = "\n".join(line[indent:] for line in lines)
    if indicator.startswith(">"):
        text = fold(text.split("\n"))
    return text if "-" in indicator else text + "\n"
