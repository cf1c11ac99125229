"""Profiles: what is known of a publisher's markup, as data, compiled once."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, TypeVar

import msgspec
import yaml

from newsingest.media import ImageRules
from newsingest.selectors import compile_selector
from newsingest.stylesheet import Rule, Ruling, StockMark, Stylesheet

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element


class StockSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a CMS marks stock mentions: ``pattern`` has a group ``code``."""

    selector: str
    attribute: str
    pattern: str


class AppliesSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When a profile is used: any one of these is enough."""

    categories: list[str] = []
    authors: list[str] = []
    markup: list[str] = []


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

    ``fields`` have groups named original_title, editor or outlet; ``captions`` count below a picture only;
    ``labels`` head lists of related links (or hold one, in a group ``rest``); ``furniture`` is dropped above the
    text only; ``not_headings`` are short lines that introduce nothing.
    """

    fields: list[str] = []
    bylines: list[str] = []
    captions: list[str] = []
    labels: list[str] = []
    drop: list[str] = []
    furniture: list[str] = []
    not_headings: list[str] = []


class ProfileSpec(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A profile as its file says it; lists stand before those of the profile it extends."""

    name: str
    extends: str | None = None
    applies: AppliesSpec = AppliesSpec()
    drop: list[str] = []
    keep: list[str] = []
    unwrap: list[str] = []
    block: list[str] = []
    bold: list[str] = []
    centred: list[str] = []
    caption: list[str] = []
    heading: list[str] = []
    drop_words: list[str] = []
    fields: dict[str, list[str]] = {}
    stocks: list[StockSpec] = []
    images: ImagesSpec = ImagesSpec()
    lines: LinesSpec = LinesSpec()
    video: list[str] = []


class LineMatch(msgspec.Struct, frozen=True):
    """What a pattern made of a whole line: its kind and the named groups it found."""

    kind: str
    groups: dict[str, str]
    pattern: str


class LinePatterns:
    """A profile's line patterns in one expression, so that a line is looked at once."""

    def __init__(self, spec: LinesSpec) -> None:
        self._kinds: dict[str, tuple[str, str]] = {}
        branches: list[str] = []
        self._captions = re.compile(rf"(?:{'|'.join(spec.captions)})\Z", re.IGNORECASE) if spec.captions else None
        for kind in ("fields", "labels", "bylines", "drop", "furniture", "not_headings"):
            for pattern in getattr(spec, kind):
                name = f"r{len(branches)}"
                self._kinds[name] = (kind, pattern)
                branches.append(f"(?P<{name}>{pattern.replace('(?P<', f'(?P<{name}_')})")
        self._expression = re.compile(rf"(?:{'|'.join(branches)})\Z", re.IGNORECASE) if branches else None

    def is_caption(self, text: str) -> bool:
        """Whether a line has the form of a caption."""
        return self._captions is not None and self._captions.match(text) is not None

    def match(self, text: str) -> LineMatch | None:
        """Return what the first pattern that fits the whole line says."""
        match = self._expression.match(text) if self._expression is not None else None
        if match is None or match.lastgroup is None:
            return None
        name = match.lastgroup
        kind, pattern = self._kinds[name]
        prefix = f"{name}_"
        groups = {
            key.removeprefix(prefix): value.strip()
            for key, value in match.groupdict().items()
            if value and key.startswith(prefix)
        }
        return LineMatch(kind, groups, pattern)


class Profile:
    """A compiled profile. Immutable but for what its stylesheet remembers, which changes no result."""

    def __init__(self, spec: ProfileSpec, rulings: Iterable[Ruling]) -> None:
        self.name = spec.name
        self.applies = spec.applies
        words = re.compile(rf"-(?:{'|'.join(spec.drop_words)})-") if spec.drop_words else None
        self.sheet = Stylesheet(rulings, words, Rule("drop_words", "class or id", spec.name))
        images = spec.images
        self.images = ImageRules(
            attributes=tuple(dict.fromkeys(images.attributes)),
            proxies=tuple(re.compile(pattern) for pattern in images.proxies),
            blank=_any(images.blank),
            skip=_any(images.skip),
            skip_alt=_any(images.skip_alt),
            smallest=images.smallest or 0,
        )
        self.placeholders = _any(images.placeholders)
        self.video = _any(spec.video)
        self.lines = LinePatterns(spec.lines)
        self._emoticons = [each for text in images.emoticons for each in compile_selector(text)]

    def is_emoticon(self, element: _Element) -> bool:
        """Whether a picture stands for a character, given by its alt text."""
        return any(selector.test(element) for selector in self._emoticons)


def _any(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE) if patterns else None


Spec = TypeVar("Spec", bound=msgspec.Struct)
_PROPERTIES = ("keep", "drop", "unwrap", "block", "bold", "centred", "caption", "heading")


def _rulings(spec: ProfileSpec) -> Iterable[Ruling]:
    for kind in _PROPERTIES:
        for text in getattr(spec, kind):
            yield from (Ruling(each, Rule(kind, text, spec.name), None) for each in compile_selector(text))
    for field, texts in spec.fields.items():
        for text in texts:
            rule = Rule("field", text, spec.name, field)
            yield from (Ruling(each, rule, None) for each in compile_selector(text))
    for stock in spec.stocks:
        mark = StockMark(stock.attribute, re.compile(stock.pattern))
        rule = Rule("stock", stock.selector, spec.name)
        yield from (Ruling(each, rule, mark) for each in compile_selector(stock.selector))


def _merged(spec: Spec, base: Spec) -> Spec:
    """Lay a spec over the one it extends: lists are joined, the rest is the spec's own where it says something."""
    values: dict[str, object] = {}
    for name in spec.__struct_fields__:
        own, inherited = getattr(spec, name), getattr(base, name)
        if isinstance(own, list):
            values[name] = [*own, *(each for each in inherited if each not in own)]
        elif isinstance(own, dict):
            values[name] = {key: [*own.get(key, []), *inherited.get(key, [])] for key in (*own, *inherited)}
        elif isinstance(own, msgspec.Struct):
            values[name] = _merged(own, inherited)
        else:
            values[name] = inherited if own is None else own
    return type(spec)(**values)


def _read(name: str) -> ProfileSpec:
    text = resources.files("newsingest").joinpath("profiles", f"{name}.yaml").read_text(encoding="utf-8")
    return msgspec.convert(yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)), ProfileSpec)  # noqa: S506


@cache
def load(name: str) -> Profile:
    """Load a built-in profile by name."""
    own = spec = _read(name)
    rulings = list(_rulings(spec))
    while spec.extends is not None:
        base = _read(spec.extends)
        rulings += _rulings(base)
        spec = msgspec.structs.replace(_merged(spec, base), extends=base.extends)
    return Profile(msgspec.structs.replace(spec, name=own.name, applies=own.applies), rulings)


BUILT_IN = ("sina-finance", "generic")


def choose(categories: list[str], author: str | None, body: str) -> Profile:
    """Return the profile that says it applies to a post, or the generic one."""
    for name in BUILT_IN:
        profile = load(name)
        applies = profile.applies
        if (
            any(each in categories for each in applies.categories)
            or author in applies.authors
            or any(sign in body for sign in applies.markup)
        ):
            return profile
    return load("generic")
