"""The record, version 1: the typed, frozen value that one post becomes.

The classes are the contract. Field order is key order in the JSON, and every key is always present. What
stands in ``Meta`` goes into the published JSON Schema; it is checked when records are read, never when they
are written. Nothing in a record refers back to it, so the garbage collector need not track records (``gc=False``).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

import msgspec
from msgspec import Meta

from newsingest.engine import engine

if TYPE_CHECKING:
    from collections.abc import Callable

SCHEMA: Literal[1] = 1

BlockKind = Literal["list-item", "quote", "code", "table"]
EmbedKind = Literal["video", "audio", "frame"]
Exchange = Literal["SSE", "SZSE", "BSE", "HKEX", "US"]


# What several fields have in common.
Before = Annotated[int, Meta(ge=0, description="How many paragraphs stand before it.")]
Place = Annotated[int | None, Meta(description="Number of its paragraph, from 0; null in a heading or caption.")]
Start = Annotated[int | None, Meta(description="First code point of its text in the paragraph; null with `paragraph`.")]
End = Annotated[int | None, Meta(description="Code point after its text in the paragraph; null with `paragraph`.")]
Address = Annotated[str, Meta(description="Address, absolute where the page says of which host.")]
Caption = Annotated[str | None, Meta(description="The line below or above it that says what it shows.")]
Pixels = Annotated[int | None, Meta(description="In CSS pixels; null where the page does not say.")]


class PostWarning(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Something that was repaired, guessed or left out."""

    code: Annotated[str, Meta(pattern="^[a-z0-9]+(-[a-z0-9]+)*$", description="What kind; listed in the docs.")]
    message: Annotated[str, Meta(description="What, in words.")]


class Source(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Where a record comes from."""

    path: Annotated[str, Meta(description="The post's path below the source folder, `/` between its parts.")]
    sha256: Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="SHA-256 of the post's bytes.")]
    bytes: Annotated[int, Meta(ge=0, description="How many bytes the post has.")]
    encoding: Annotated[str, Meta(description="The encoding the post was read in.")]
    profile: Annotated[str, Meta(description="Name of the publisher profile used.")]


class Image(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A content picture."""

    url: Address
    alt: Annotated[str | None, Meta(description="The text that stands for the picture.")]
    caption: Caption
    width: Pixels
    height: Pixels
    paragraph: Before


class Embed(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A player or frame that belongs to the article."""

    kind: Annotated[EmbedKind, Meta(description="What it plays; a frame holds another page.")]
    url: Address
    caption: Caption
    paragraph: Before


class Section(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A heading and the half-open range of paragraphs below it."""

    heading: Annotated[str | None, Meta(description="Null for the text before the first heading.")]
    level: Annotated[int, Meta(ge=0, description="1 for the top level, 2 below it …; 0 with a null heading.")]
    start: Annotated[int, Meta(ge=0, description="Number of its first paragraph.")]
    end: Annotated[int, Meta(ge=0, description="Number of the paragraph after its last.")]


class Block(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A paragraph that is not plain prose."""

    paragraph: Annotated[int, Meta(ge=0, description="Number of the paragraph.")]
    kind: Annotated[BlockKind, Meta(description="What it is instead.")]
    rows: Annotated[list[list[str]] | None, Meta(description="A table's rows of cells; null for all other kinds.")]


class Link(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A hyperlink: `paragraphs[paragraph][start:end]` is its text."""

    url: Address
    text: Annotated[str, Meta(description="The words it stands on.")]
    paragraph: Place
    start: Start
    end: End


class Stock(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A stock mention marked by the publisher's system: `paragraphs[paragraph][start:end]` is its name."""

    code: Annotated[str, Meta(description="Exchange and symbol in lower case, like `sh688396`.")]
    exchange: Annotated[Exchange | None, Meta(description="Null where the code names none that is known.")]
    symbol: Annotated[str, Meta(description="The symbol at its exchange, like `688396`.")]
    name: Annotated[str, Meta(description="The words in the text.")]
    paragraph: Place
    start: Start
    end: End


_DATE = r"^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2}Z?)?$"


class Record(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """One post of a scraped news site, normalized."""

    schema: Annotated[Literal[1], Meta(description="Version of this description.")]
    id: Annotated[str, Meta(pattern="^[0-9a-f]{16}$", description="Start of the SHA-256 of `source.path` in NFC.")]
    source: Annotated[Source, Meta(description="Where the record comes from.")]
    title: Annotated[str | None, Meta(description="The title as one would print it.")]
    original_title: Annotated[str | None, Meta(description="What follows 原标题 in the body.")]
    author: Annotated[str | None, Meta(description="The header's author.")]
    bylines: Annotated[list[str], Meta(description="Lines that name writers, reporters or their house alone.")]
    editor: Annotated[str | None, Meta(description="Name and code after 责任编辑 or 编辑.")]
    outlet: Annotated[str | None, Meta(description="The medium named after 来源, 文章来源 or 转自.")]
    date: Annotated[
        Annotated[str, Meta(pattern=_DATE)] | None,
        Meta(description="In UTC with `Z` where the zone is known, without `Z` where it is not; or a mere day."),
    ]
    categories: Annotated[list[str], Meta(description="As the header lists them.")]
    tags: Annotated[list[str], Meta(description="As the header lists them.")]
    lead_image: Annotated[str | None, Meta(description="Address of the header's picture, where it is a real one.")]
    images: Annotated[list[Image], Meta(description="The body's pictures in reading order.")]
    embeds: Annotated[list[Embed], Meta(description="The body's players and frames in reading order.")]
    paragraphs: Annotated[
        list[str], Meta(description="The body's text in reading order, without headings and captions.")
    ]
    sections: Annotated[list[Section], Meta(description="In order, without gaps: they cover every paragraph.")]
    blocks: Annotated[list[Block], Meta(description="The paragraphs that are not plain prose.")]
    links: Annotated[list[Link], Meta(description="Hyperlinks in reading order.")]
    stocks: Annotated[list[Stock], Meta(description="Stock mentions in reading order, repeated ones repeated.")]
    front_matter: Annotated[dict[str, Any], Meta(description="The header's keys that have no field of their own.")]
    warnings: Annotated[list[PostWarning], Meta(description="What was repaired, guessed or left out.")]


_encoder = msgspec.json.Encoder()
_compiled: Callable[[Record, bool], bytes | None] | None = None  # which leaves odd records to msgspec
if engine() == "compiled":
    from newsingest import _json

    _compiled = _json.encode


def encode_line(record: Record) -> bytes:
    """Encode a record as one line of JSON Lines: compact UTF-8, ending in a newline."""
    return _encode(record, indented=False)


def encode_file(record: Record) -> bytes:
    """Encode a record as a file of its own: UTF-8, indented by two spaces, ending in a newline."""
    return _encode(record, indented=True)


def _encode(record: Record, *, indented: bool) -> bytes:
    data = _compiled(record, indented) if _compiled is not None else None
    return by_msgspec(record, indented=indented) if data is None else data


def by_msgspec(record: Record, *, indented: bool) -> bytes:
    """Encode any record, in a file's form or a line's."""
    line = _encoder.encode(record)
    return (msgspec.json.format(line, indent=2) if indented else line) + b"\n"
