"""The record, version 1: the typed, frozen value that one post becomes.

The classes are the contract. Field order is key order in the JSON, and every key is always present.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec

SCHEMA = 1

BlockKind = Literal["list-item", "quote", "code", "table"]
EmbedKind = Literal["video", "audio", "frame"]
Exchange = Literal["SSE", "SZSE", "BSE", "HKEX", "US"]


class PostWarning(msgspec.Struct, frozen=True):
    """Something that was repaired, guessed or left out; ``code`` is kebab-case and listed in the docs."""

    code: str
    message: str


class Source(msgspec.Struct, frozen=True):
    """Where a record comes from: path below the source folder, raw bytes, encoding, profile name."""

    path: str
    sha256: str
    bytes: int
    encoding: str
    profile: str


class Image(msgspec.Struct, frozen=True):
    """A content picture; ``width`` and ``height`` in CSS pixels, ``paragraph`` counts paragraphs before it."""

    url: str
    alt: str | None
    caption: str | None
    width: int | None
    height: int | None
    paragraph: int


class Embed(msgspec.Struct, frozen=True):
    """A player or frame that belongs to the article; ``paragraph`` counts paragraphs before it."""

    kind: EmbedKind
    url: str
    caption: str | None
    paragraph: int


class Section(msgspec.Struct, frozen=True):
    """A heading and the half-open range of paragraphs below it; level 0 with a null heading."""

    heading: str | None
    level: int
    start: int
    end: int


class Block(msgspec.Struct, frozen=True):
    """A paragraph that is not plain prose; ``rows`` is null for all kinds but ``table``."""

    paragraph: int
    kind: BlockKind
    rows: list[list[str]] | None


class Link(msgspec.Struct, frozen=True):
    """A hyperlink; offsets count code points, null (like ``paragraph``) in a heading or caption."""

    url: str
    text: str
    paragraph: int | None
    start: int | None
    end: int | None


class Stock(msgspec.Struct, frozen=True):
    """A stock mention marked by the CMS; offsets count code points, null in a heading or caption."""

    code: str
    exchange: Exchange | None
    symbol: str
    name: str
    paragraph: int | None
    start: int | None
    end: int | None


class Record(msgspec.Struct, frozen=True):
    """One post, normalized (see ``docs/record.md`` for the meaning of each field)."""

    schema: int
    id: str
    source: Source
    title: str | None
    original_title: str | None
    author: str | None
    bylines: list[str]
    editor: str | None
    outlet: str | None
    date: str | None
    categories: list[str]
    tags: list[str]
    lead_image: str | None
    images: list[Image]
    embeds: list[Embed]
    paragraphs: list[str]
    sections: list[Section]
    blocks: list[Block]
    links: list[Link]
    stocks: list[Stock]
    front_matter: dict[str, Any]
    warnings: list[PostWarning]


_encoder = msgspec.json.Encoder()


def encode_line(record: Record) -> bytes:
    """Encode a record as one line of JSON Lines: compact UTF-8, ending in a newline."""
    return _encoder.encode(record) + b"\n"


def encode_file(record: Record) -> bytes:
    """Encode a record as a file of its own: UTF-8, indented by two spaces, ending in a newline."""
    return msgspec.json.format(_encoder.encode(record), indent=2) + b"\n"
