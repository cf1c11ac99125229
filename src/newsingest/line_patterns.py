"""A profile's patterns on whole lines: what the first one that fits says of a line."""

from __future__ import annotations

import re
import string
from collections import defaultdict
from functools import cached_property
from typing import TYPE_CHECKING

import msgspec

from newsingest.needs import DIGIT, SIGN, forms, needs, rarest_part, share
from newsingest.patterns import any_pattern, line_pattern, whole_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsingest.profile import LinesSpec

# Longest line that patterns are asked about, in characters.
PATTERN_LIMIT = 200
# What a line can be depends on its length and on whether it is prose: two sentences are no field and no label.
_KINDS = ("fields", "bylines", "drop", "labels", "furniture", "not_headings")
_KINDS_OF_SHORT_LINES = frozenset(["not_headings"])
_KINDS_OF_PROSE = frozenset(["bylines", "drop"])
_LONG_LINE = 64
_SENTENCE = re.compile(r"[。！？]|[.!?] ")
# A word whose rarest character stands in more lines than this is not worth looking for, if there is another sign.
_COMMON = 0.1


class LineMatch(msgspec.Struct, frozen=True):
    """What a pattern made of a whole line: its kind and the named groups it found."""

    kind: str
    groups: dict[str, str]
    pattern: str


class _LinePattern:
    """One pattern on whole lines; compiled when a line first asks for it, as few are ever asked."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind = kind
        self.text = text
        self.whole = whole_line([text])

    @cached_property
    def expression(self) -> re.Pattern[str]:
        return re.compile(self.whole, re.IGNORECASE)


class _Index:
    """Tells which patterns are worth asking of a line, as bits of a number: the lowest stands for the first."""

    def __init__(self, patterns: Sequence[_LinePattern]) -> None:
        self._all = (1 << len(patterns)) - 1
        self._by_length = [0] * (PATTERN_LIMIT + 1)
        self._of_prose = self._of_any_first = self._wordless = 0
        self._by_first: dict[str, int] = defaultdict(int)
        self._by_word: dict[str, int] = defaultdict(int)
        for rank, pattern in enumerate(patterns):
            self._file(1 << rank, pattern)
        for char in (*self._by_first, *string.digits):
            self._by_first[char] |= self._of_any_first | (self._by_first[DIGIT] if char.isdecimal() else 0)
        for word in self._by_word:
            for shorter in self._by_word:
                if word.startswith(shorter):  # of two that begin at one place, the longer is found
                    self._by_word[word] |= self._by_word[shorter]
        self._search = _any_of(self._by_word).search

    def _file(self, bit: int, pattern: _LinePattern) -> None:
        wants = needs(pattern.whole)
        most = _LONG_LINE if pattern.kind in _KINDS_OF_SHORT_LINES else PATTERN_LIMIT
        for length in range(wants.least, min(wants.most, most) + 1):
            self._by_length[length] |= bit
        if pattern.kind in _KINDS_OF_PROSE:
            self._of_prose |= bit
        if wants.beginnings is None:
            self._of_any_first |= bit
        for char in wants.beginnings or ():
            for form in forms(char):
                self._by_first[form] |= bit
        words = {rarest_part(word) for word in wants.words or ()}
        if not words or (wants.beginnings is not None and any(share(word[0]) > _COMMON for word in words)):
            self._wordless |= bit
            return
        for word in words:
            self._by_word[word] |= bit

    def candidates(self, text: str) -> int:
        """Return the patterns to ask of a line."""
        bits = self._by_first.get(text[0])
        if bits is None:
            bits = self._of_any_first if text[0].isalpha() else self._of_odd(text[0])
        bits &= self._by_length[len(text)]
        found = self._search(text)
        if found is None:
            bits &= self._wordless
        else:
            bits &= self._of_words(text, found)
        if len(text) > _LONG_LINE and bits & ~self._of_prose and _SENTENCE.search(text, 0, len(text) - 1):
            bits &= self._of_prose
        return bits

    def _of_words(self, text: str, found: re.Match[str] | None) -> int:
        bits = self._wordless
        while found is not None:
            bits |= self._by_word.get(found[0].lower(), self._all)
            found = self._search(text, found.start() + 1)
        return bits

    def _of_odd(self, char: str) -> int:
        """Return what can begin with a character under which nothing is filed and which is no letter."""
        if char.isdecimal():
            return self._by_first[DIGIT]
        return self._of_any_first if char.isalnum() else self._by_first.get(SIGN, self._of_any_first)


def _any_of(words: Iterable[str]) -> re.Pattern[str]:
    """Make an expression that finds words in either case.

    It begins with plain characters, one for each form of the first: only so the engine passes quickly over the rest.
    """
    firsts: dict[str, list[str]] = defaultdict(list)
    for word in sorted(words, key=len, reverse=True):
        for form in forms(word[0]):
            firsts[form].append(re.escape(word[1:]))
    return re.compile("|".join(f"{re.escape(first)}(?i:{'|'.join(rests)})" for first, rests in firsts.items()) or "(?!)")


class LinePatterns:
    """A profile's line patterns, filed so that a line is asked about few of them."""

    def __init__(self, spec: LinesSpec) -> None:
        self._spec = spec
        self._captions = line_pattern(spec.captions)
        self._signatures = line_pattern(spec.signatures)
        self._adverts = any_pattern(spec.adverts)
        self._reports = any_pattern(spec.reports)
        self._notices = tuple(spec.notices)
        self._notice_beginnings = frozenset(notice[:1] for notice in spec.notices)
        self._ends = [(text, line_pattern([text])) for text in spec.end]
        self._patterns = [_LinePattern(kind, text) for kind in _KINDS for text in getattr(spec, kind)]
        self._index = _Index(self._patterns)

    def is_caption(self, text: str) -> bool:
        """Whether a line has the form of a caption."""
        return self._captions is not None and self._captions.match(text) is not None

    def is_signature(self, text: str) -> bool:
        """Whether a line at the end of the text names who wrote it."""
        return self._signatures is not None and self._signatures.match(text) is not None

    def is_notice(self, text: str) -> bool:
        """Whether a line of any length is a standing notice, by its first words."""
        return text[:1] in self._notice_beginnings and text.startswith(self._notices)

    def is_advert(self, text: str) -> bool:
        """Whether a line has the words of an advert."""
        return self._adverts is not None and self._adverts.search(text) is not None

    @property
    def has_end(self) -> bool:
        """Whether any line could end the article."""
        return bool(self._ends)

    def end(self, text: str) -> LineMatch | None:
        """Return what says that a line ends the article."""
        found = (pattern for pattern, compiled in self._ends if compiled is not None and compiled.match(text))
        return next((LineMatch("end", {}, pattern) for pattern in found), None)

    def match(self, text: str) -> LineMatch | None:
        """Return what the first pattern that fits the whole line says."""
        bits = self._index.candidates(text)
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            pattern = self._patterns[lowest.bit_length() - 1]
            match = pattern.expression.match(text)
            if match is not None:
                if pattern.kind == "drop" and self._reports is not None and self._reports.search(text):
                    return None
                groups = {key: found.strip() for key, found in match.groupdict().items() if found}
                return LineMatch(pattern.kind, groups, pattern.text)
        return None
