"""Profiles: what is known of a publisher's markup, as data, compiled once."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec reads the annotations
import re
from typing import TYPE_CHECKING, TypeVar

import msgspec

from newsingest.body.line_patterns import LinePatterns
from newsingest.body.media import ImageRules
from newsingest.body.patterns import any_pattern
from newsingest.body.selectors import Selection, compile_selector
from newsingest.body.stylesheet import ClassWords, Rule, Ruling, StockMark, Stylesheet
from newsingest.expressions import compiled

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


class StockSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a CMS marks stock mentions: ``pattern`` has a group ``code``; ``prefix`` stands before a bare number."""

    selector: str
    attribute: str
    pattern: str
    prefix: str = ""


class TitleSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A repair of titles: what ``pattern`` finds becomes ``replace``."""

    pattern: str
    replace: str = ""


class AppliesSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a profile is used: any one sign is enough, within the dates.

    ``categories``, ``authors``, ``hosts`` (of pictures and links) and the values of ``front_matter`` are globs,
    ``markup`` is text that stands in the body.
    """

    categories: list[str] = []
    authors: list[str] = []
    hosts: list[str] = []
    markup: list[str] = []
    front_matter: dict[str, str] = {}
    since: dt.date | None = msgspec.field(default=None, name="from")
    until: dt.date | None = None


class FieldsSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Selectors of elements whose text is a field of the record."""

    byline: list[str] = []
    editor: list[str] = []
    outlet: list[str] = []
    original_title: list[str] = []
    date: list[str] = []


class ImagesSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rules for pictures; all but ``attributes`` are patterns on addresses or alt texts."""

    attributes: list[str] = []
    proxies: list[str] = []
    blank: list[str] = []
    skip: list[str] = []
    skip_alt: list[str] = []
    emoticons: list[str] = []
    placeholders: list[str] = []
    smallest: int | None = None


class LinesSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Patterns on whole lines.

    ``fields`` have groups named as FieldsSpec's keys; ``bylines`` may have them too, with a group ``byline`` where
    only a part of the line is one; ``signatures`` are bylines at the end of the text only; ``feet`` are dropped
    there, however long, and ``tail`` where only lines of that kind stand below; ``makers`` are bylines that stay
    text in a list of facts; ``captions`` count below a picture only; ``labels`` head lists of related links (or
    hold one, in a group ``rest``); ``furniture`` is dropped above the text only; ``not_headings`` are short lines
    that introduce nothing; ``end`` ends the article.
    The others are looked for anywhere in a line: ``adverts`` tell a quoted line with a link for an advert,
    ``reports`` a line of the article from a standing notice that ``drop`` would take it for.
    ``notices`` are no patterns: a line of any length that begins with one is dropped.
    """

    fields: list[str] = []
    bylines: list[str] = []
    signatures: list[str] = []
    feet: list[str] = []
    tail: list[str] = []
    makers: list[str] = []
    captions: list[str] = []
    labels: list[str] = []
    drop: list[str] = []
    furniture: list[str] = []
    not_headings: list[str] = []
    adverts: list[str] = []
    reports: list[str] = []
    notices: list[str] = []
    end: list[str] = []


class ProfileSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A profile as its file says it; lists stand before those of the profile it extends."""

    name: str
    extends: str | None = None
    applies: AppliesSpec = AppliesSpec()
    drop: list[str] = []
    keep: list[str] = []
    unwrap: list[str] = []
    block: list[str] = []
    code: list[str] = []
    bold: list[str] = []
    centred: list[str] = []
    caption: list[str] = []
    heading: list[str] = []
    drop_words: list[str] = []
    caption_words: list[str] = []
    fields: FieldsSpec = FieldsSpec()
    titles: list[TitleSpec] = []
    stocks: list[StockSpec] = []
    images: ImagesSpec = ImagesSpec()
    lines: LinesSpec = LinesSpec()
    video: list[str] = []


class Profile:
    """A compiled profile. Immutable but for what is remembered, which changes no result."""

    def __init__(self, spec: ProfileSpec, rulings: Iterable[Ruling], chain: Iterable[ProfileSpec]) -> None:
        self.name = spec.name
        # What the files say, from the profile's own down to the base: for telling in which of them a rule stands.
        self.chain = tuple(chain)
        self.sheet = Stylesheet(rulings, ClassWords(_words(spec.drop_words), _words(spec.caption_words)), spec.name)
        images = spec.images
        self.images = ImageRules(
            attributes=tuple(dict.fromkeys((*images.attributes, "src"))),
            proxies=tuple(compiled(pattern) for pattern in images.proxies),
            blank=_on_addresses(images.blank),
            skip=_on_addresses(images.skip),
            skip_alt=any_pattern(images.skip_alt),
            smallest=images.smallest or 0,
        )
        self.placeholders = any_pattern(images.placeholders)
        self.video = any_pattern(spec.video)
        self.lines = LinePatterns(spec.lines)
        self._titles = [(compiled(title.pattern), title.replace) for title in spec.titles]
        self.memory: object = None  # the compiled walk's
        self.emoticons = Selection(each for text in images.emoticons for each in compile_selector(text))

    def repair_title(self, title: str) -> str:
        """Take from a title what is not the article's, such as the name of the site."""
        repaired = title
        for pattern, replacement in self._titles:
            repaired = pattern.sub(replacement, repaired)
        return " ".join(repaired.split()) or title


def _on_addresses(patterns: list[str]) -> re.Pattern[str] | None:
    """Compile patterns for addresses in lower case; those in lower case themselves are much faster without a flag."""
    is_lower = not any(char.isupper() for pattern in patterns for char in re.sub(r"\\.", "", pattern))
    whole = "|".join(f"(?:{pattern})" for pattern in patterns)
    return compiled(whole, re.NOFLAG if is_lower else re.IGNORECASE) if patterns else None


def _words(patterns: list[str]) -> re.Pattern[str] | None:
    """Compile patterns on the words of class and id names."""
    return compiled(rf"-(?:{'|'.join(patterns)})-") if patterns else None


Spec = TypeVar("Spec", bound=msgspec.Struct)
PROPERTIES = ("keep", "drop", "unwrap", "block", "code", "bold", "centred", "caption", "heading")


def _rulings(spec: ProfileSpec) -> Iterable[Ruling]:
    for kind in PROPERTIES:
        for text in getattr(spec, kind):
            yield from (Ruling(each, Rule(kind, text, spec.name), None) for each in compile_selector(text))
    for field in spec.fields.__struct_fields__:
        for text in getattr(spec.fields, field):
            rule = Rule("field", text, spec.name, field)
            yield from (Ruling(each, rule, None) for each in compile_selector(text))
    for stock in spec.stocks:
        mark = StockMark(stock.attribute, compiled(stock.pattern), stock.prefix)
        rule = Rule("stock", stock.selector, spec.name)
        yield from (Ruling(each, rule, mark) for each in compile_selector(stock.selector))


def _laid_over(spec: Spec, base: Spec) -> Spec:
    """Lay a spec over the one it extends: lists are joined, the rest is the spec's own where it says something."""
    values: dict[str, object] = {}
    for name in spec.__struct_fields__:
        own, inherited = getattr(spec, name), getattr(base, name)
        if isinstance(own, list):
            values[name] = [*own, *(each for each in inherited if each not in own)]
        elif isinstance(own, msgspec.Struct):
            values[name] = _laid_over(own, inherited)
        else:
            values[name] = inherited if own is None else own
    return type(spec)(**values)


def merged(chain: Sequence[ProfileSpec]) -> ProfileSpec:
    """Merge a profile with those it extends, itself first; when it applies is its own matter."""
    own = spec = chain[0]
    for base in chain[1:]:
        spec = _laid_over(spec, base)
    return msgspec.structs.replace(spec, name=own.name, extends=None, applies=own.applies)


def compile_profile(chain: Sequence[ProfileSpec]) -> Profile:
    """Compile a profile and those it extends, itself first."""
    return Profile(merged(chain), [ruling for spec in chain for ruling in _rulings(spec)], chain)
