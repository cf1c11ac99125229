"""A profile's patterns on whole lines: what the first one that fits says of a line."""

from __future__ import annotations

import re
from collections import defaultdict
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING

import msgspec

from newsingest.engine import engine
from newsingest.needs import DIGIT, SIGN, SPACE, cost, forms, needs
from newsingest.patterns import any_pattern, line_pattern, whole_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from newsingest.profile import LinesSpec

# Longest line that patterns are asked about, in characters.
PATTERN_LIMIT = 200
# What a line can be depends on its length and on whether it is prose: two sentences are no field and no label.
_KINDS = ("fields", "bylines", "drop", "labels", "furniture", "not_headings")
_KINDS_OF_SHORT_LINES = frozenset(["not_headings"])
_KINDS_OF_PROSE = frozenset(["bylines", "drop", "captions"])
_LONG_LINE = 64
_SENTENCE = re.compile(r"[。！？]|[.!?] ")
# Words that stand in more lines than this, as a share of all, are not looked for if a line's head tells something.
_COMMON = 0.02
_KEPT_HEADS = 16384


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
    def fit(self) -> Callable[[str], re.Match[str] | None]:
        """The expression's own method."""
        return re.compile(self.whole, re.IGNORECASE).match


class _ByHead(dict[str, int]):
    """Tells which patterns can fit a line by its first two characters, and remembers it for so many of them."""

    def __init__(self, filed: dict[str, int], of_any: int) -> None:
        self._filed = filed
        self._of_any = of_any

    def __missing__(self, head: str) -> int:
        bits = self._of_any
        for first in _marks(head[:1]):
            for key in (first, *(first + second for second in _marks(head[1:]))):
                bits |= self._filed.get(key, 0)
        if len(self) < _KEPT_HEADS:
            self[head] = bits
        return bits


def _marks(char: str) -> Iterator[str]:
    """Yield a character of a head, which may be none, and the marks that may stand for it."""
    yield char
    if char.isdecimal():
        yield DIGIT
    if char.isspace():
        yield SPACE
    if not (char.isalnum() or char == "_"):
        yield SIGN


class _ByWord(dict[str, int]):
    """Tells which patterns want what was found in a line, or what may begin with its last character."""

    def __init__(self, filed: dict[str, int]) -> None:
        self._filed = filed

    def __missing__(self, found: str) -> int:
        bits = self._filed.get(found, 0) | self._filed.get(found[0], 0)
        for word, wanted in self._filed.items():
            if word[0] == found[-1]:
                bits |= wanted
        self[found] = bits
        return bits


class Sieve:
    """Tells which patterns may fit a line, as bits: by the words it holds, its first two characters and its length.

    ``known`` are words of one or two characters and what wants them, ``always`` what wants none.
    """

    def __init__(self, known: dict[str, int], always: int, by_head: dict[str, int], by_length: list[int]) -> None:
        self._by_word = _ByWord(known)
        self._always = always
        self._by_head = by_head
        self._by_length = by_length
        alone = {word for word in known if len(word) == 1}
        pairs = [word for word in known if len(word) > 1]
        second = _set_of(pair[1] for pair in pairs)
        # Sets of characters only, as the engine passes quickly over what is not in a set; a dict knows the words.
        found = f"{_set_of((*alone, *(pair[0] for pair in pairs)))}(?:{second}|(?<={_set_of(alone)}))"
        self._find = re.compile(found).findall

    def passed(self, text: str) -> int:
        """Return the bits of all patterns that may fit a line, maybe of more."""
        if len(text) >= len(self._by_length):
            return 0
        bits = self._always
        for found in self._find(text):
            bits |= self._by_word[found]
        return bits & self._by_head[text[:2]] & self._by_length[len(text)]


_Sieve = Sieve
if engine() == "compiled":
    from newsingest._sieve import Sieve as _Sieve


class _Index:
    """Asks patterns of lines, but only those worth asking: bits of a number, the lowest stands for the first."""

    def __init__(self, patterns: Sequence[_LinePattern]) -> None:
        self._patterns = patterns
        by_length = [0] * (PATTERN_LIMIT + 1)
        self._of_prose = wordless = of_any_head = 0
        by_head: dict[str, int] = defaultdict(int)
        by_word: dict[str, int] = defaultdict(int)
        for rank, pattern in enumerate(patterns):
            bit = 1 << rank
            heads, words, least, most = needs(pattern.whole)
            if heads is not None and words is not None and cost(words) > _COMMON:
                words = None
            of_any_head |= _file(bit, heads, by_head)
            wordless |= _file(bit, words, by_word)
            longest = _LONG_LINE if pattern.kind in _KINDS_OF_SHORT_LINES else PATTERN_LIMIT
            for length in range(least, min(most, longest) + 1):
                by_length[length] |= bit
            if pattern.kind in _KINDS_OF_PROSE:
                self._of_prose |= bit
        self.passed = _Sieve(dict(by_word), wordless, _ByHead(by_head, of_any_head), by_length).passed

    def fit(self, text: str) -> tuple[_LinePattern, re.Match[str]] | None:
        """Return the first pattern that fits a whole line, and what it found."""
        bits = self.passed(text)
        if len(text) > _LONG_LINE and bits & ~self._of_prose and _SENTENCE.search(text, 0, len(text) - 1):
            bits &= self._of_prose
        while bits:
            lowest = bits & -bits
            bits ^= lowest
            pattern = self._patterns[lowest.bit_length() - 1]
            if (match := pattern.fit(text)) is not None:
                return pattern, match
        return None


def _file(bit: int, keys: Iterable[str] | None, by_key: dict[str, int]) -> int:
    """File a pattern under keys in all their forms, or return it if it has none."""
    if keys is None:
        return bit
    for form in chain.from_iterable(map(forms, keys)):
        by_key[form] |= bit
    return 0


def _set_of(chars: Iterable[str]) -> str:
    known = "".join(sorted(set(chars)))
    return f"[{re.escape(known)}]" if known else "(?!)"


class LinePatterns:
    """A profile's line patterns, filed so that a line is asked about few of them."""

    def __init__(self, spec: LinesSpec) -> None:
        self._spec = spec
        self._notices = tuple(spec.notices)
        self.notice_beginnings = frozenset(notice[:1] for notice in spec.notices)
        self._ends = [(text, line_pattern([text])) for text in spec.end]
        self._index = _Index([_LinePattern(kind, text) for kind in _KINDS for text in getattr(spec, kind)])
        self.may_match = self._index.passed
        """Whether a line is worth matching: hardly any is."""
        self._captions = _Index([_LinePattern("captions", text) for text in spec.captions])

    @cached_property
    def _signatures(self) -> re.Pattern[str] | None:
        return line_pattern(self._spec.signatures)

    @cached_property
    def _adverts(self) -> re.Pattern[str] | None:
        return any_pattern(self._spec.adverts)

    @cached_property
    def _reports(self) -> re.Pattern[str] | None:
        return any_pattern(self._spec.reports)

    def is_caption(self, text: str) -> bool:
        """Whether a line has the form of a caption."""
        return self._captions.fit(text) is not None

    def is_signature(self, text: str) -> bool:
        """Whether a line at the end of the text names who wrote it."""
        return self._signatures is not None and self._signatures.match(text) is not None

    def is_notice(self, text: str) -> bool:
        """Whether a line of any length is a standing notice, by its first words."""
        return text[:1] in self.notice_beginnings and text.startswith(self._notices)

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
        fit = self._index.fit(text)
        if fit is None:
            return None
        pattern, found = fit
        if pattern.kind == "drop" and self._reports is not None and self._reports.search(text):
            return None
        groups = {key: value.strip() for key, value in found.groupdict().items() if value}
        return LineMatch(pattern.kind, groups, pattern.text)
