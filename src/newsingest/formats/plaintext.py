"""A record as plain text: the title, an empty line, the paragraphs with an empty line between each two."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsingest.record import Record


def encode_text(record: Record) -> bytes:
    """Write the text as UTF-8, ending in a newline; a post without a title begins with its first paragraph."""
    title = [] if record.title is None else [record.title]
    return ("\n\n".join((*title, *record.paragraphs)) + "\n").encode()
