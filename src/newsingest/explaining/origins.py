"""Which rule of which profile decided: found again for those who ask, as a merged profile no longer knows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from newsingest.body.media import SKIPPED, SKIPPED_BY_ALT
from newsingest.body.stylesheet import Rule

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from lxml.etree import _Element

    from newsingest.body.flow import Dropped
    from newsingest.body.line_patterns import LineMatch
    from newsingest.profiles.profile import Profile, ProfileSpec

_PICTURE_RULES = {SKIPPED: "skip", SKIPPED_BY_ALT: "skip_alt"}


class Origins:
    """Names the rules of one profile and of those it extends."""

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._chain = profile.chain

    def of_line(self, match: LineMatch) -> Rule:
        """Name the line pattern that matched."""
        kind = match.kind
        return Rule(
            f"lines.{kind}",
            match.pattern,
            self._first(lambda spec: match.pattern in getattr(spec.lines, kind)) or self._profile.name,
        )

    def of_advert(self, text: str) -> Rule | None:
        """Name the words that tell an advert."""
        return self._pattern("lines.adverts", lambda spec: spec.lines.adverts, [text])

    def of_element(self, dropped: Dropped) -> Rule:
        """Name the rule that dropped an element: the word of its class, the pattern its address fits."""
        rule = dropped.rule
        if rule.property == "drop_words" and (word := self._profile.sheet.drop_word(dropped.element)):
            return self._word(word)
        if rule.property == "images" and (key := _PICTURE_RULES.get(rule.text)):
            values = list(self._values(dropped.element, key))
            found = self._pattern(f"images.{key}", lambda spec: getattr(spec.images, key), values)
            return msgspec.structs.replace(found, value=rule.text) if found else rule
        return rule

    def _word(self, word: str) -> Rule:
        def has(spec: ProfileSpec) -> bool:
            return any(re.fullmatch(each, word) for each in spec.drop_words)

        return Rule("drop_words", word, self._first(has) or self._profile.name)

    def _values(self, element: _Element, key: str) -> Iterator[str]:
        """Yield what the patterns for pictures were asked about: the alt text, or the addresses."""
        if key == "skip_alt":
            yield element.get("alt") or ""
            return
        for name in self._profile.images.attributes:
            if value := element.get(name):
                yield self._profile.images.address(value)

    def _pattern(self, name: str, patterns: Callable[[ProfileSpec], list[str]], values: list[str]) -> Rule | None:
        for spec in self._chain:
            for pattern in patterns(spec):
                if any(re.search(pattern, value, re.IGNORECASE) for value in values):
                    return Rule(name, pattern, spec.name)
        return None

    def _first(self, holds: Callable[[ProfileSpec], bool]) -> str | None:
        return next((spec.name for spec in self._chain if holds(spec)), None)
