"""The paragraphs numbered, and everything else hung on their numbers: sections, links, stock mentions, pictures."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from newsingest.body.headings import Heading
from newsingest.body.lines import Line
from newsingest.body.media import Picture
from newsingest.record import Block, Embed, Image, Link, PostWarning, Section, Stock
from newsingest.urls import absolute, is_web

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsingest.body.lines import Span
    from newsingest.body.reading import Captioned, Content
    from newsingest.record import BlockKind, Exchange

_EXCHANGES: dict[str, Exchange] = {
    "sh": "SSE",
    "sz": "SZSE",
    "bj": "BSE",
    "hk": "HKEX",
    "us": "US",
    "gb": "US",
}
_SUFFIXES = {"ss": "sh", "sh": "sh", "sz": "sz", "bj": "bj", "hk": "hk"}
BLOCK_KINDS: dict[str, BlockKind] = {"list-item": "list-item", "quote": "quote", "code": "code", "table": "table"}
MINOR = re.compile(r"[（(][一二三四五六七八九十\d]{1,3}[)）]")


class Numbered:
    """A body's part of a record, made of its content in reading order."""

    def __init__(self, content: Sequence[Content]) -> None:
        self.paragraphs = paragraphs = list[str]()
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.stocks: list[Stock] = []
        self.images: list[Image] = []
        self.embeds: list[Embed] = []
        self.warnings: list[PostWarning] = []
        headings: list[tuple[Line, int]] = []
        for item in content:
            if isinstance(item, Line):
                self._add_mentions(item, len(paragraphs))
                if item.kind in BLOCK_KINDS:
                    self.blocks.append(Block(len(paragraphs), BLOCK_KINDS[item.kind], item.rows))
                paragraphs.append(item.text)
            elif isinstance(item, Heading):
                headings.append((item.line, len(paragraphs)))
                self._add_mentions(item.line, None)
            else:
                self._add_media(item)
        self.sections = list(_sections(headings, len(paragraphs)))

    def _add_mentions(self, line: Line, paragraph: int | None) -> None:
        if not line.spans:
            return
        names = {(span.start, span.end) for span in line.spans if span.stock}
        covered = 0  # up to where the stock mentions begun so far reach
        for span in line.spans:
            place = (paragraph, span.start, span.end) if paragraph is not None else (None, None, None)
            text = line.text[span.start : span.end]
            if span.stock:
                covered = max(covered, span.end)
                self.stocks.append(_stock(span, text, place))
            # The link that the CMS puts around a stock's name is no link of the article's.
            elif span.end > covered and (span.start, span.end) not in names and (url := link_target(span.target)):
                self.links.append(Link(url, text, *place))

    def _add_media(self, item: Captioned) -> None:
        media = item.media
        caption = item.caption.text if item.caption is not None else None
        before = len(self.paragraphs)
        if isinstance(media, Picture):
            self.images.append(Image(media.url, media.alt, caption, media.width, media.height, before))
            if not is_web(media.url):
                self.warnings.append(relative_address(media.url))
        else:
            self.embeds.append(Embed(media.kind, media.url, caption, before))
        if item.caption is not None:
            self._add_mentions(item.caption, None)


def relative_address(url: str) -> PostWarning:
    """Warn of an address that could not be made absolute."""
    return PostWarning("relative-address", f"a picture's address names no host: {url}")


def link_target(written: str) -> str | None:
    """Return a link's address; None where it leads nowhere."""
    url = absolute(written.strip())
    if url.startswith("http"):  # as most do
        return url
    return None if url in ("", "#") or url[:11].lower() == "javascript:" else url


def _stock(span: Span, name: str, place: tuple[int | None, int | None, int | None]) -> Stock:
    code, exchange, symbol = stock_code(span.target)
    return Stock(code, exchange, symbol, name, *place)


def stock_code(written: str) -> tuple[str, Exchange | None, str]:
    """Return code, exchange and symbol of a stock: ``SS600256`` and ``600256.SH`` are ``sh600256``."""
    code = written.lower()
    if code[:2] in _EXCHANGES and code[2:].isdigit():  # as most are written
        return code, _EXCHANGES[code[:2]], code[2:]
    symbol, dot, suffix = code.rpartition(".")
    if dot and suffix in _SUFFIXES:
        code = _SUFFIXES[suffix] + symbol
    prefix, symbol = code[:2], code[2:].lstrip("_")
    if prefix == "ss" and symbol.isdigit():
        prefix = "sh"
    if prefix not in _EXCHANGES or not symbol:
        return code, None, written
    return prefix + symbol, _EXCHANGES[prefix], symbol if symbol.isdigit() else symbol.upper()


def _sections(headings: Sequence[tuple[Line, int]], paragraphs: int) -> Iterator[Section]:
    """Cut the paragraphs at headings, each given with how many stand before it."""
    bounds = [*(before for _, before in headings), paragraphs]
    if bounds[0] > 0:
        yield Section(None, 0, 0, bounds[0])
    lines = [line for line, _ in headings]
    for line, level, (start, end) in zip(lines, _levels(lines), pairwise(bounds), strict=True):
        yield Section(line.text, level, start, end)


def _levels(headings: Sequence[Line]) -> Iterator[int]:
    """Rank headings: tags by their rank among the tags used, others one below the tag heading above them.

    A number in brackets, ``（一）``, ranks below headings without one.
    """
    tags = sorted({line.level for line in headings if line.level})
    minor = [not line.level and MINOR.match(line.text) is not None for line in headings]
    step = 1 if any(not line.level and not small for line, small in zip(headings, minor, strict=True)) else 0
    above = 0
    for line, small in zip(headings, minor, strict=True):
        if line.level:
            above = tags.index(line.level) + 1
            yield above
        else:
            yield above + 1 + (step if small else 0)
