"""From a body understood and a front matter to the record."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newsingest.dates import read_date
from newsingest.headings import Heading
from newsingest.lines import Line
from newsingest.media import Picture
from newsingest.record import (
    SCHEMA,
    Block,
    Embed,
    Image,
    Link,
    PostWarning,
    Record,
    Section,
    Source,
    Stock,
)
from newsingest.text import fold
from newsingest.titles import restore
from newsingest.urls import absolute, has_scheme, is_web

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import tzinfo

    from newsingest.lines import Span
    from newsingest.profile import Profile
    from newsingest.reading import Captioned, Reading
    from newsingest.record import BlockKind, Exchange

_LEAD_IMAGE_KEYS = ("headimg", "thumbnail", "cover", "image", "banner", "top_img", "photo")
_EXCHANGES: dict[str, Exchange] = {
    "sh": "SSE",
    "sz": "SZSE",
    "bj": "BSE",
    "hk": "HKEX",
    "us": "US",
    "gb": "US",
}
_TEXTS = frozenset({str, type(None)})
_BLOCK_KINDS: dict[str, BlockKind] = {"list-item": "list-item", "quote": "quote", "code": "code", "table": "table"}
_MINOR = re.compile(r"[（(][一二三四五六七八九十\d]{1,3}[)）]")
_SUFFIXES = {"ss": "sh", "sh": "sh", "sz": "sz", "bj": "bj", "hk": "hk"}


def assemble(  # noqa: PLR0913 - what a record is made of, each by name
    *,
    fields: Mapping[str, Any],
    reading: Reading,
    source: Source,
    profile: Profile,
    dropped_pictures: Callable[[], Iterable[str]],
    assumed_zone: tzinfo | None,
    warnings: Iterable[PostWarning],
) -> Record:
    """Build the record of one post."""
    head = _Head(fields, profile)
    body = _Body(reading)
    title = head.title(reading.fields.get("original_title"))
    date = head.date(assumed_zone, reading.fields.get("date"))
    lead_image = head.lead_image(body.images, dropped_pictures)
    return Record(
        schema=SCHEMA,
        id=hashlib.sha256(unicodedata.normalize("NFC", source.path).encode()).hexdigest()[:16],
        source=source,
        title=title,
        original_title=reading.fields.get("original_title"),
        author=head.text("author"),
        bylines=reading.bylines,
        editor=reading.fields.get("editor"),
        outlet=reading.fields.get("outlet"),
        date=date,
        categories=head.texts("categories"),
        tags=head.texts("tags"),
        lead_image=lead_image,
        images=body.images,
        embeds=body.embeds,
        paragraphs=body.paragraphs,
        sections=body.sections,
        blocks=body.blocks,
        links=body.links,
        stocks=body.stocks,
        front_matter=head.rest,
        warnings=[*warnings, *head.warnings, *reading.warnings, *body.warnings],
    )


class _Head:
    """Takes the front matter apart; what no field takes stays in ``rest``."""

    def __init__(self, fields: Mapping[str, Any], profile: Profile) -> None:
        self.rest = dict(fields)
        self.profile = profile
        self.warnings: list[PostWarning] = []

    def text(self, key: str) -> str | None:
        value = self.rest.get(key)
        if isinstance(value, (list, dict)):
            return None
        self.rest.pop(key, None)
        return (fold(value) or None) if value else None

    def texts(self, key: str) -> list[str]:
        """Return a list of strings, also where the header holds just one; what is no text stays in ``rest``."""
        value = self.rest.get(key)
        texts = value if isinstance(value, list) else [value]
        if not _TEXTS.issuperset(map(type, texts)):
            return []
        self.rest.pop(key, None)
        return [text for each in texts if each and (text := fold(each))]

    def title(self, original: str | None) -> str | None:
        title = self.text("title")
        if title is not None:
            title = self.profile.repair_title(title)
        if title is None:
            self.warnings.append(PostWarning("title-missing", "the front matter has no title"))
        elif original and (restored := fold(restore(title, original))) != title:
            self.warnings.append(PostWarning("title-restored", f"from the original title in the body; it was: {title}"))
            return restored
        return title

    def date(self, assumed: tzinfo | None, in_body: str | None) -> str | None:
        """Return the header's date, or else the one a profile found in the body."""
        value = self.rest.get("date")
        in_head = value if isinstance(value, str) and value.strip() else ""
        written, moment = in_head, read_date(in_head.strip(), assumed)
        if moment is not None or value in (None, ""):
            self.rest.pop("date", None)
        if moment is None and in_body:
            written, moment = in_body, read_date(in_body, assumed)
        if moment is None:
            self.warnings.append(_no_date(in_head))
            return None
        if not moment.zoned:
            self.warnings.append(PostWarning("date-without-zone", f"no known time zone: {written}"))
        return moment.text

    def lead_image(self, images: list[Image], dropped: Callable[[], Iterable[str]]) -> str | None:
        """Return the header's first picture, if it is a real one; keys that repeat it are taken too."""
        found: str | None = None
        written: str | None = None
        for key in _LEAD_IMAGE_KEYS:
            if key not in self.rest:
                continue
            value = self.rest[key]
            if value is None or value == "":
                del self.rest[key]
            elif isinstance(value, str) and _looks_like_address(value):
                url = found if value == written else self.profile.images.address(value)
                if found is None or found == url:
                    found, written = url, value
                    del self.rest[key]
        if found is None or any(image.url == found for image in images):
            return found
        return self._checked(found, dropped)

    def _checked(self, url: str, dropped: Callable[[], Iterable[str]]) -> str | None:
        placeholders, skip = self.profile.placeholders, self.profile.images.skip
        if placeholders is not None and placeholders.search(url):
            self.warnings.append(PostWarning("lead-image-placeholder", f"a placeholder, no picture of the post: {url}"))
            return None
        if (skip is not None and skip.search(url.lower())) or url in dropped():
            self.warnings.append(PostWarning("lead-image-dropped", f"an advert, icon or QR code: {url}"))
            return None
        return url


def _no_date(written: str) -> PostWarning:
    if not written:
        return PostWarning("date-missing", "the front matter has no date")
    return PostWarning("date-unreadable", f"not read as a date, kept in front_matter: {written}")


def _looks_like_address(value: str) -> bool:
    return has_scheme(value) or value.startswith("/") or "." in value


class _Body:
    """Numbers the paragraphs and hangs everything else on them."""

    def __init__(self, reading: Reading) -> None:
        self.paragraphs = paragraphs = list[str]()
        self.blocks: list[Block] = []
        self.links: list[Link] = []
        self.stocks: list[Stock] = []
        self.images: list[Image] = []
        self.embeds: list[Embed] = []
        self.warnings: list[PostWarning] = []
        headings: list[tuple[Line, int]] = []
        for item in reading.content:
            if isinstance(item, Line):
                if item.spans:
                    self._mentions(item, len(paragraphs))
                if item.kind in _BLOCK_KINDS:
                    self.blocks.append(Block(len(paragraphs), _BLOCK_KINDS[item.kind], item.rows))
                paragraphs.append(item.text)
            elif isinstance(item, Heading):
                headings.append((item.line, len(paragraphs)))
                self._mentions(item.line, None)
            else:
                self._media(item)
        self.sections = list(_sections(headings, len(paragraphs)))

    def _mentions(self, line: Line, paragraph: int | None) -> None:
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
            elif span.end > covered and (span.start, span.end) not in names and (url := _link_target(span)):
                self.links.append(Link(url, text, *place))

    def _media(self, item: Captioned) -> None:
        media = item.media
        caption = item.caption.text if item.caption is not None else None
        before = len(self.paragraphs)
        if isinstance(media, Picture):
            self.images.append(Image(media.url, media.alt, caption, media.width, media.height, before))
            if not is_web(media.url):
                self.warnings.append(PostWarning("relative-address", f"a picture's address names no host: {media.url}"))
        else:
            self.embeds.append(Embed(media.kind, media.url, caption, before))
        if item.caption is not None:
            self._mentions(item.caption, None)


def _link_target(span: Span) -> str | None:
    url = absolute(span.target.strip())
    return None if url in ("", "#") or url[:11].lower() == "javascript:" else url


def _stock(span: Span, name: str, place: tuple[int | None, int | None, int | None]) -> Stock:
    code, exchange, symbol = stock_code(span.target)
    return Stock(code, exchange, symbol, name, *place)


def stock_code(written: str) -> tuple[str, Exchange | None, str]:
    """Return code, exchange and symbol of a stock: ``SS600256`` and ``600256.SH`` are ``sh600256``."""
    code = written.lower()
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
    minor = [not line.level and _MINOR.match(line.text) is not None for line in headings]
    step = 1 if any(not line.level and not small for line, small in zip(headings, minor, strict=True)) else 0
    above = 0
    for line, small in zip(headings, minor, strict=True):
        if line.level:
            above = tags.index(line.level) + 1
            yield above
        else:
            yield above + 1 + (step if small else 0)
