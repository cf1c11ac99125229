"""What must hold inside a record and no schema can say: offsets, sections, numbers of paragraphs, hashes."""

from __future__ import annotations

import hashlib
import unicodedata
from typing import TYPE_CHECKING

from newsingest.corpora.shape import Fault, pointer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from newsingest.record import Block, Embed, Image, Link, Record, Stock

    Read = Callable[[str], bytes]


def faults(record: Record) -> Iterator[Fault]:
    """Find all that contradicts itself in a record."""
    yield from _identity(record)
    yield from _sections(record)
    yield from _before(record, "images", record.images)
    yield from _before(record, "embeds", record.embeds)
    yield from _blocks(record)
    for number, link in enumerate(record.links):
        yield from _mention(record, pointer("links", number), link, "text", link.text)
    for number, stock in enumerate(record.stocks):
        yield from _mention(record, pointer("stocks", number), stock, "name", stock.name)


def source_faults(record: Record, read: Read) -> Iterator[Fault]:
    """Compare a record with its post, whose bytes ``read`` gives by ``source.path``, or OSError."""
    at = pointer("source", "path")
    try:
        raw = read(record.source.path)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        yield Fault(at, f"the post cannot be read: {reason}")
        return
    if len(raw) != record.source.bytes:
        yield Fault(pointer("source", "bytes"), f"the post has {len(raw)} bytes, not {record.source.bytes}")
    if (digest := hashlib.sha256(raw).hexdigest()) != record.source.sha256:
        yield Fault(pointer("source", "sha256"), f"the post has {digest}: it changed since, or the record did")


def _identity(record: Record) -> Iterator[Fault]:
    path = unicodedata.normalize("NFC", record.source.path)
    if (right := hashlib.sha256(path.encode()).hexdigest()[:16]) != record.id:
        yield Fault("/id", f"source.path gives {right}, not {record.id}")
    if "" in record.source.path.split("/") or ".." in record.source.path.split("/"):
        yield Fault("/source/path", "no path below a source folder")


def _sections(record: Record) -> Iterator[Fault]:
    reached = 0
    for number, section in enumerate(record.sections):
        at = pointer("sections", number)
        if section.start != reached:
            what = "leaves a gap" if section.start > reached else "overlaps the one before"
            yield Fault(f"{at}/start", f"the section {what}: it begins at {section.start}, not at {reached}")
        if section.end < section.start:
            yield Fault(f"{at}/end", f"the section ends at {section.end}, before it begins at {section.start}")
        if (section.heading is None) != (section.level == 0):
            yield Fault(f"{at}/level", "level 0 and a null heading go together, and neither without the other")
        if section.heading is None and number:
            yield Fault(f"{at}/heading", "only the first section can be without a heading")
        reached = section.end
    if reached != len(record.paragraphs):
        yield Fault("/sections", f"they end at paragraph {reached}, but there are {len(record.paragraphs)}")


def _before(record: Record, name: str, items: Sequence[Image | Embed]) -> Iterator[Fault]:
    last = 0
    for number, item in enumerate(items):
        at = pointer(name, number, "paragraph")
        if item.paragraph > len(record.paragraphs):
            yield Fault(at, f"there are {len(record.paragraphs)} paragraphs, so not {item.paragraph} before it")
        elif item.paragraph < last:
            yield Fault(at, "not in reading order: the one before stands further down")
        last = max(last, item.paragraph)


def _blocks(record: Record) -> Iterator[Fault]:
    last = -1
    for number, block in enumerate(record.blocks):
        at = pointer("blocks", number)
        if block.paragraph >= len(record.paragraphs):
            yield Fault(f"{at}/paragraph", _no_paragraph(record, block.paragraph))
        elif block.paragraph <= last:
            yield Fault(f"{at}/paragraph", "not in order, or the paragraph has two blocks")
        else:
            yield from _rows(block, record.paragraphs[block.paragraph], at)
        last = max(last, block.paragraph)


def _rows(block: Block, text: str, at: str) -> Iterator[Fault]:
    if (block.rows is None) == (block.kind == "table"):
        yield Fault(f"{at}/rows", "a table has rows, and nothing else has")
    elif block.rows is not None and "\n".join("\t".join(row) for row in block.rows) != text:
        yield Fault(
            f"{at}/rows", f"the cells differ from paragraph {block.paragraph}, with tabs and line breaks between"
        )


def _mention(record: Record, at: str, item: Link | Stock, key: str, text: str) -> Iterator[Fault]:
    if item.paragraph is None or item.start is None or item.end is None:
        if not item.paragraph is item.start is item.end is None:
            yield Fault(at, "paragraph, start and end are null together or not at all")
    elif not 0 <= item.paragraph < len(record.paragraphs):
        yield Fault(f"{at}/paragraph", _no_paragraph(record, item.paragraph))
    else:
        paragraph = record.paragraphs[item.paragraph]
        if not 0 <= item.start <= item.end <= len(paragraph):
            yield Fault(f"{at}/end", f"{item.start}:{item.end} lies outside its paragraph of {len(paragraph)}")
        elif (found := paragraph[item.start : item.end]) != text:
            yield Fault(f"{at}/{key}", f"the text at {item.start}:{item.end} is '{found}', not '{text}'")


def _no_paragraph(record: Record, number: int) -> str:
    return f"there is no paragraph {number}: there are {len(record.paragraphs)}, counted from 0"
