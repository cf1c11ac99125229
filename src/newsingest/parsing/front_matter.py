"""From text to front matter and body, without touching the body."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

import msgspec

from newsingest.engine import engine
from newsingest.parsing.header_plain import BRACE, PlainHeader, read_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newsingest.parsing.header_plain import Broken, PlainValue
    from newsingest.parsing.header_yaml import Value
    from newsingest.record import PostWarning

OPENING = re.compile(r"\ufeff?(?:[^\S\n]*+\n)*+\ufeff?---[^\S\n]*+(?:\n|\Z)")
"""A header's first line, and blank ones above it."""

_CLOSING_LINE = "\n---\n"

Parts: TypeAlias = "tuple[dict[str, PlainValue], Broken | None, int, str]"
"""A post in parts: its fields, what of them is to be mended if anything, the lines above them, the body."""

_split: Callable[[str], Parts | None] | None = None
if engine() == "compiled":
    from newsingest.parsing import _header

    _split = _header.split


class FrontMatter(msgspec.Struct, frozen=True, gc=False):
    """A post's front matter as typed (text, None, lists and maps of them), and its body as it stands.

    The body's line ends are all newlines.
    """

    fields: Mapping[str, Value]
    body: str
    warnings: tuple[PostWarning, ...]


def read_front_matter(text: str, path: str) -> FrontMatter:
    """Split a post and read its header.

    Raises NotAPostError where the text does not begin with a header, PostError where the header says nothing.
    """
    parts = (_split(text) if _split is not None else None) or split(text)
    return _read_any_post(text, path) if parts is None else _read_plain_post(*parts)


def split(text: str) -> Parts | None:
    """Part a post as most are: with newlines only, plain lines for a header, and a bare line of ``---`` below."""
    opening = OPENING.match(text)
    if opening is None or "\r" in text:
        return None
    start = opening.end()
    end = text.find(_CLOSING_LINE, start - 1)
    header = text[start : end + 1]
    plain = read_lines(header) if end > 0 else None
    if plain is None:
        return None
    broken = plain.broken if plain.broken or BRACE in header else None
    return plain.fields, broken, text.count("\n", 0, start), text[end + len(_CLOSING_LINE) :]


def _read_plain_post(fields: dict[str, PlainValue], broken: Broken | None, above: int, body: str) -> FrontMatter:
    if broken is None:
        return FrontMatter(fields, body, ())
    from newsingest.parsing.header_repair import mend  # noqa: PLC0415 - YAML is slow to import, and most posts need none

    mended = mend(PlainHeader(fields, broken), 1 + above)
    return FrontMatter(mended.fields, body, mended.warnings)


def _read_any_post(text: str, path: str) -> FrontMatter:
    from newsingest.parsing.post_handler import PostHandler  # noqa: PLC0415 - likewise

    handler = PostHandler(path)
    header, body = handler.split(text)
    fields = handler.load(header)
    return FrontMatter(fields, body, tuple(handler.warnings))
