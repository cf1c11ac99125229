"""From text to front matter and body, without touching the body."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from newsingest.engine import engine
from newsingest.parsing.header_mend import mend
from newsingest.parsing.header_plain import PlainHeader, split

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from newsingest.parsing.header_plain import Broken, Parts, PlainValue
    from newsingest.parsing.header_yaml import Value
    from newsingest.record import PostWarning

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


def _read_plain_post(fields: dict[str, PlainValue], broken: Broken | None, above: int, body: str) -> FrontMatter:
    if broken is None:
        return FrontMatter(fields, body, ())
    mended = mend(PlainHeader(fields, broken), 1 + above)
    return FrontMatter(mended.fields, body, mended.warnings)


def _read_any_post(text: str, path: str) -> FrontMatter:
    from newsingest.parsing.post_handler import PostHandler  # noqa: PLC0415 - YAML is slow to import; few posts need it

    handler = PostHandler(path)
    header, body = handler.split(text)
    fields = handler.load(header)
    return FrontMatter(fields, body, tuple(handler.warnings))
