"""A record as Markdown with YAML front matter, for static site generators to build again."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING

from newsingest.formats.escapes import address, markdown, one_line, yaml
from newsingest.record import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.record import Block, Embed, Link, Record

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}Z?)?")
_DEEPEST = 6  # levels of headings in Markdown; the title is the first
_FIELDS = "title date author categories tags lead_image original_title bylines editor outlet id".split()
_OUR_SOURCE = b'\nsource: {"path": '


def encode_markdown(record: Record) -> bytes:
    """Write the file: front matter, then the body."""
    body = _body(record)
    return ("\n".join(_front_matter(record)) + "\n" + (f"\n{body}\n" if body else "")).encode()


def is_our_markdown(head: bytes) -> bool:
    """Tell by its beginning whether a file has our front matter, and is no post or note."""
    return head.startswith(b"---") and _OUR_SOURCE in head


def _front_matter(record: Record) -> Iterator[str]:
    yield "---"
    for name in _FIELDS:
        value = getattr(record, name)
        if name == "date" and value is not None and _DATE.fullmatch(value):
            yield f"date: {value}"
        elif value:
            yield f"{name}: {_yaml(value)}"
    yield f"source: {_yaml({'path': record.source.path, 'sha256': record.source.sha256})}"
    if record.front_matter:
        yield f"front_matter: {_yaml(record.front_matter)}"
    yield "---"


def _yaml(value: object) -> str:
    """Write a value in YAML's flow style, on one line."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{yaml(key)}: {_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return yaml(value) if isinstance(value, str) else repr(value)


def _body(record: Record) -> str:
    text = ""
    before = ""
    for kind, piece in _pieces(record):
        if text:
            text += _gap(before, kind)
        text += piece
        before = kind
    return text


def _gap(before: str, kind: str) -> str:
    if kind == before == "list-item":
        return "\n"  # a blank line would set the item apart from its list
    if kind == before == "quote":
        return "\n>\n"
    return "\n\n"


def _pieces(record: Record) -> Iterator[tuple[str, str]]:
    """Lay out headings, paragraphs, pictures and players in order. A picture at a heading stands below it."""
    blocks = {block.paragraph: block for block in record.blocks}
    links = defaultdict[int, list["Link"]](list)
    for link in record.links:
        if link.paragraph is not None:
            links[link.paragraph].append(link)
    media = defaultdict[int, list["Image | Embed"]](list)
    for image in record.images:
        media[image.paragraph].append(image)
    for embed in record.embeds:
        media[embed.paragraph].append(embed)
    headings = defaultdict[int, list[str]](list)
    for section in record.sections:
        if section.heading is not None:
            level = min(section.level + 1, _DEEPEST)
            headings[section.start].append(f"{'#' * level} {one_line(section.heading)}")
    for number in range(len(record.paragraphs) + 1):
        yield from (("heading", heading) for heading in headings[number])
        yield from (("media", _medium(item)) for item in media[number])
        if number < len(record.paragraphs):
            yield _paragraph(record.paragraphs[number], blocks.get(number), links[number])


def _paragraph(text: str, block: Block | None, links: list[Link]) -> tuple[str, str]:
    if block is None:
        return "prose", _linked(text, links)
    if block.kind == "code":
        return "code", _code(text)
    if block.kind == "table":
        return "table", _table(block.rows or [])
    if block.kind == "quote":
        return "quote", _hang(_linked(text, links), "> ", "> ")
    return "list-item", _hang(_linked(text, links), "- ", "  ")


def _linked(text: str, links: list[Link]) -> str:
    """Escape a paragraph, and make links of its links; of two that overlap, of the first or longer."""
    pieces = ""
    reached = 0
    for link in sorted(links, key=lambda link: (link.start or 0, -(link.end or 0))):
        start, end = link.start or 0, link.end or 0
        if reached <= start < end <= len(text):
            pieces += markdown(text[reached:start]) + f"[{markdown(text[start:end])}]({address(link.url)})"
            reached = end
    return pieces + markdown(text[reached:])


def _hang(text: str, first: str, rest: str) -> str:
    return first + text.replace("\n", f"\n{rest}")


def _code(text: str) -> str:
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}\n{text}\n{fence}"


def _table(rows: list[list[str]]) -> str:
    """Write a table; Markdown's has a head, so the first row is it."""
    width = max((len(row) for row in rows), default=0)
    lines = ["| " + " | ".join(one_line(cell) for cell in (row + [""] * width)[:width]) + " |" for row in rows]
    return "\n".join([*lines[:1], "|" + " --- |" * width, *lines[1:]])


def _medium(item: Image | Embed) -> str:
    if not isinstance(item, Image):
        return f"[{one_line(item.caption or item.kind)}]({address(item.url)})"
    picture = f"![{one_line(item.alt or '')}]({address(item.url)})"
    return f"{picture}  \n*{one_line(item.caption)}*" if item.caption else picture
