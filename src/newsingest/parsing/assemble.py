"""From a body understood and a front matter to the record."""

from __future__ import annotations

import hashlib
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from newsingest.dates import read_date
from newsingest.engine import engine
from newsingest.parsing.numbering import Numbered
from newsingest.parsing.titles import restore
from newsingest.record import SCHEMA, PostWarning, Record
from newsingest.text import fold
from newsingest.urls import has_scheme

if engine() == "compiled":
    from newsingest.parsing._numbering import Numbered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import tzinfo

    from newsingest.body.reading import Reading
    from newsingest.profiles.profile import Profile
    from newsingest.record import Image, Source

_LEAD_IMAGE_KEYS = ("headimg", "thumbnail", "cover", "image", "banner", "top_img", "photo")
_TEXTS = frozenset({str, type(None)})
_LONGEST_NAME = 100
_fold_name = lru_cache(maxsize=1024)(fold)  # a feed's posts have few authors and categories


def assemble(  # noqa: PLR0913 - what a record is made of, each by name
    *,
    fields: Mapping[str, Any],
    title: str | None,
    reading: Reading,
    source: Source,
    profile: Profile,
    dropped_pictures: Callable[[], Iterable[str]],
    assumed_zone: tzinfo | None,
    warnings: Iterable[PostWarning],
) -> Record:
    """Build the record of one post; ``title`` is the header's, repaired."""
    head = _Head(fields, profile)
    body = Numbered(reading.content)
    original_title = reading.fields.get("original_title")
    title = head.title(title, original_title)
    date = head.date(assumed_zone, reading.fields.get("date"))
    lead_image = head.lead_image(body.images, dropped_pictures)
    return Record(
        schema=SCHEMA,
        id=hashlib.sha256(unicodedata.normalize("NFC", source.path).encode()).hexdigest()[:16],
        source=source,
        title=title,
        original_title=original_title,
        author=head.author(),
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
        warnings=[*warnings, *head.warnings, *reading.warnings, *body.warnings, *_no_text(body)],
    )


class _Head:
    """Takes the front matter apart; what no field takes stays in ``rest``."""

    def __init__(self, fields: Mapping[str, Any], profile: Profile) -> None:
        self.rest = dict(fields)
        self.profile = profile
        self.warnings: list[PostWarning] = []

    def title(self, title: str | None, original: str | None) -> str | None:
        if not isinstance(self.rest.get("title"), (list, dict)):
            self.rest.pop("title", None)
        if title is None:
            self.warnings.append(PostWarning("title-missing", "the front matter has no title"))
        elif original and (restored := fold(restore(title, original))) != title:
            self.warnings.append(PostWarning("title-restored", f"from the original title in the body; it was: {title}"))
            return restored
        return title

    def author(self) -> str | None:
        value = self.rest.get("author")
        if isinstance(value, (list, dict)):
            return None
        self.rest.pop("author", None)
        return (_fold(value) or None) if value else None

    def texts(self, key: str) -> list[str]:
        """Return a list of strings, also where the header holds just one; what is no text stays in ``rest``."""
        value = self.rest.get(key)
        if value is None:
            self.rest.pop(key, None)
            return []
        texts = value if isinstance(value, list) else [value]
        if not _TEXTS.issuperset(map(type, texts)):
            return []
        self.rest.pop(key, None)
        return [text for each in texts if each and (text := _fold(each))]

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
        if found is None or found in [image.url for image in images]:
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


def _no_text(body: Numbered) -> list[PostWarning]:
    """Warn of a body without a word of the article; a caption is some."""
    if body.paragraphs:
        return []
    headings = [section.heading for section in body.sections]
    captions = [image.caption for image in body.images] + [embed.caption for embed in body.embeds]
    if any(headings + captions):
        return []
    return [PostWarning("text-missing", "the body has no text, or all of it was dropped")]


def _looks_like_address(value: str) -> bool:
    return value.startswith(("http:", "https:", "/")) or "." in value or has_scheme(value)


def _fold(text: str) -> str:
    return _fold_name(text) if len(text) <= _LONGEST_NAME else fold(text)
