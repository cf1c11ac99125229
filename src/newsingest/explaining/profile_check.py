"""How often each rule of a profile fires on posts: the parser's own steps, with rules that count."""

from __future__ import annotations

import copy
import re
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from newsingest.body.captions import has_caption_form
from newsingest.body.flow import read_flow
from newsingest.body.line_patterns import LinePatterns, PatternIndex
from newsingest.body.lines import Line
from newsingest.body.media import Picture, Player, read_picture
from newsingest.body.patterns import line_pattern
from newsingest.body.roles import read_roles
from newsingest.body.selectors import compile_selector
from newsingest.body.sieve import UNASKED
from newsingest.body.stylesheet import PICTURE_TAGS, Ruling, Style, Stylesheet, class_words
from newsingest.body.tree import Body, read_body
from newsingest.parsing.decode import decode
from newsingest.parsing.front_matter import read_front_matter
from newsingest.profiles.choice import Applies, Evidence
from newsingest.profiles.profile import compile_profile
from newsingest.profiles.rules import RuleText, effective
from newsingest.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from lxml.etree import _Element

    from newsingest.body.flow import Dropped, Item
    from newsingest.body.line_patterns import LineMatch
    from newsingest.body.stylesheet import Selects
    from newsingest.profiles.profile import Profile, ProfileSpec

    Counts = Counter[tuple[str, str]]

_KEYS = {"field": "fields.{}", "stock": "stocks.selector"}


class _CountingSheet(Stylesheet):
    """Counts the ruling that decides each property of each element the walk comes to."""

    def __init__(self, sheet: Stylesheet, spec: ProfileSpec, counts: Counts) -> None:
        self.__dict__.update(sheet.__dict__)
        self.memo = _Forgetful()
        self._profile = spec.name
        self._caption_words = spec.caption_words
        self._counts = counts

    def decide(self, tag: str, carried: Mapping[str, str], selects: Selects | None) -> Style:
        style = super().decide(tag, carried, selects)
        if style.contextual and selects is None:  # it is asked again, with the answers
            return style
        said, _ = self.ask(tag, carried, selects)
        fate = said.get("fate")
        deciding = [fate] if fate is not None and fate.rule.property == "drop" else said.values()
        self._counts.update(_key(ruling) for ruling in deciding if ruling.rule.profile == self._profile)
        if style.kind == "caption" and "caption" not in said and tag != "figcaption":
            words = class_words(carried)
            found = (word for word in self._caption_words if re.search(f"-(?:{word})-", words))
            self._counts.update(("caption_words", word) for word in found)
        return style


class _Forgetful(dict[Any, Any]):
    """Remembers no decision, so that each element is asked for."""

    def __setitem__(self, key: object, value: object) -> None:
        pass


def _key(ruling: Ruling) -> tuple[str, str]:
    rule = ruling.rule
    return _KEYS.get(rule.property, rule.property).format(rule.value), rule.text


class _CountingLines(LinePatterns):
    """Counts the pattern that fits each line, once a line however often it is asked for."""

    def __init__(self, lines: LinePatterns, spec: ProfileSpec, counts: Counts) -> None:
        self.__dict__.update(lines.__dict__)
        self._counts = counts
        self._seen: set[tuple[str, str]] = set()
        self._alone = {
            kind: [(text, compiled) for text in getattr(spec.lines, kind) if (compiled := line_pattern([text]))]
            for kind in ("captions", "feet", "makers", "not_headings", "signatures")
        }
        for kind in ("adverts", "reports"):
            self._alone[kind] = [(text, re.compile(text, re.IGNORECASE)) for text in getattr(spec.lines, kind)]
        self._alone["notices"] = [(text, re.compile(rf"\A{re.escape(text)}")) for text in spec.lines.notices]

    def match(self, text: str, places: Sequence[int] | None = None) -> LineMatch | None:
        match = super().match(text, places)
        if match is not None:
            self._count(match.kind, match.pattern, text)
        elif self._reports.fit(text) is not None:
            reports, self._reports = self._reports, PatternIndex([])
            self._counted("reports", text, fits=super().match(text, places) is not None)
            self._reports = reports
        return match

    def stops(self, items: list[Item]) -> list[tuple[int, list[int]]]:
        """Ask of every line what a parser asks of few."""
        for above, item in pairwise((None, *items)):
            if isinstance(item, Line) and item.kind not in UNASKED:
                self.is_no_heading(item.text)
                if isinstance(above, (Picture, Player)):
                    has_caption_form(item, self)
        return super().stops(items)

    def is_no_heading(self, text: str) -> bool:
        return self._counted("not_headings", text, fits=super().is_no_heading(text))

    def is_signature(self, text: str) -> bool:
        return self._counted("signatures", text, fits=super().is_signature(text))

    def is_foot(self, text: str) -> bool:
        return self._counted("feet", text, fits=super().is_foot(text))

    def match_tail(self, text: str) -> LineMatch | None:
        match = super().match_tail(text)
        if match is not None:
            self._count("tail", match.pattern, text)
        return match

    def is_maker(self, text: str) -> bool:
        return self._counted("makers", text, fits=super().is_maker(text))

    def is_notice(self, text: str) -> bool:
        return self._counted("notices", text, fits=super().is_notice(text))

    def end(self, text: str) -> LineMatch | None:
        match = super().end(text)
        if match is not None:
            self._count("end", match.pattern, text)
        return match

    def is_caption(self, text: str) -> bool:
        return self._counted("captions", text, fits=super().is_caption(text))

    def is_advert(self, text: str) -> bool:
        return self._counted("adverts", text, fits=super().is_advert(text))

    def _counted(self, kind: str, text: str, *, fits: bool) -> bool:
        if fits:
            found = (pattern for pattern, compiled in self._alone[kind] if compiled.search(text))
            if (pattern := next(found, None)) is not None:
                self._count(kind, pattern, text)
        return fits

    def _count(self, kind: str, pattern: str, text: str) -> None:
        if (kind, text) not in self._seen:
            self._seen.add((kind, text))
            self._counts[f"lines.{kind}", pattern] += 1


class Check:
    """One profile tried on posts; ``counts`` says how often each of its own rules fired on those it matches.

    Signs count on all posts, as dates may keep out one that bears them. ``encoding`` is that of posts that are not
    UTF-8, if they do not say.
    """

    def __init__(self, chain: Sequence[ProfileSpec], encoding: str | None = None) -> None:
        self.spec = chain[0]
        self.counts: Counts = Counter()
        self._encoding = encoding
        self._applies = Applies(self.spec.applies)
        self._profile = compile_profile(chain)

    def take(self, raw: bytes, path: str) -> bool:
        """Try the profile on a post, and tell whether it is one of its own. Raises PostError."""
        head = read_front_matter(decode(raw, path, self._encoding).text, path)
        evidence = Evidence(head.fields, head.body)
        self.counts.update((f"applies.{key}", text) for key, text in self._applies.signs(evidence))
        if not self._applies.fits(evidence):
            return False
        body = read_body(head.body, path, by="python")
        profile = copy.copy(self._profile)
        profile.sheet = _CountingSheet(profile.sheet, self.spec, self.counts)
        profile.lines = _CountingLines(profile.lines, self.spec, self.counts)
        flow = read_flow(body, profile, by="python")  # which asks for the style of each element
        title = head.fields.get("title")
        read_roles(flow, profile.repair_title(fold(title)) if isinstance(title, str) else None, profile)
        if isinstance(title, str):
            self._count_titles(fold(title))
        leads = [value for value in head.fields.values() if isinstance(value, str) and "//" in value]
        self.counts.update(_found("images.placeholders", self.spec.images.placeholders, *leads))
        self.counts.update(_drop_words(self.spec, flow.dropped))
        self._count_media(body, flow.dropped)
        return True

    def fired(self) -> list[tuple[RuleText, int]]:
        """List the profile's own rules, each with how often it fired."""
        return [(rule, self.counts[rule.key, rule.text]) for rule in effective(self.spec)]

    def _count_media(self, body: Body, dropped: list[Dropped]) -> None:
        """Count the rules on pictures and players that do not stand in a dropped element."""
        left_out = {each.element for each in dropped if each.rule.property != "images"}
        pictures = [each for each in body.root.iter(*PICTURE_TAGS) if not _inside(each, left_out)]
        self.counts.update(key for each in pictures for key in _picture_rules(each, self.spec, self._profile))
        self.counts.update(_emoticon_rules(pictures, self.spec, body))
        players = [each for each in body.root.iter("iframe", "video", "embed") if not _inside(each, left_out)]
        self.counts.update(key for each in players for key in _player_rules(each, self.spec))

    def _count_titles(self, title: str) -> None:
        for repair in self.spec.titles:
            repaired = re.sub(repair.pattern, repair.replace, title)
            self.counts["titles.pattern", repair.pattern] += repaired != title
            title = repaired


def _inside(element: _Element, dropped: set[_Element]) -> bool:
    return element in dropped or any(each in dropped for each in element.iterancestors())


def _drop_words(spec: ProfileSpec, dropped: list[Dropped]) -> Iterator[tuple[str, str]]:
    for each in dropped:
        if each.rule.property == "drop_words":
            words = class_words(each.element)
            yield from (("drop_words", word) for word in spec.drop_words if re.search(f"-(?:{word})-", words))


def _picture_rules(element: _Element, spec: ProfileSpec, profile: Profile) -> Iterator[tuple[str, str]]:
    """Yield the rules that a picture meets: the attribute its address is in, the proxy, what makes it none."""
    rules = spec.images
    named = next((name for name in rules.attributes if element.get(name)), None)
    if named is not None:
        yield "images.attributes", named
    written = element.get(named or "src") or ""
    yield from _found("images.proxies", rules.proxies, written)
    url = profile.images.address(written)
    yield from _found("images.blank", rules.blank, url)
    if isinstance(read_picture(element, profile.images), str):
        yield from _found("images.skip", rules.skip, url.lower())
        yield from _found("images.skip_alt", rules.skip_alt, fold(element.get("alt") or ""))


def _player_rules(element: _Element, spec: ProfileSpec) -> Iterator[tuple[str, str]]:
    yield from _found("video", spec.video, *(str(value) for value in element.values()))


def _found(key: str, patterns: list[str], *texts: str) -> list[tuple[str, str]]:
    compiled = [(pattern, re.compile(pattern, re.IGNORECASE)) for pattern in patterns]
    return [(key, pattern) for pattern, each in compiled if any(each.search(text) for text in texts)]


def _emoticon_rules(pictures: list[_Element], spec: ProfileSpec, body: Body) -> Iterator[tuple[str, str]]:
    """Yield the selector of emoticons for each picture that it selects."""
    for text in spec.images.emoticons:
        selected = {element for selector in compile_selector(text) for element in selector.select(body.root)}
        yield from (("images.emoticons", text) for each in pictures if each in selected)
