"""A profile's patterns on whole lines: what the first one that fits says of a line."""

from __future__ import annotations

import re
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import msgspec

from newsingest.body.needs import needs
from newsingest.body.patterns import any_pattern, line_pattern, whole_line
from newsingest.body.sieve import LONG_LINE, PATTERN_LIMIT, UNASKED, Wanted
from newsingest.body.sifting import Sieve
from newsingest.expressions import compiled

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from newsingest.body.flow import Item
    from newsingest.body.lines import Line
    from newsingest.profiles.profile import LinesSpec

# The lists of a profile's ``lines`` whose patterns are filed here, by their keys.
PatternKind = Literal[
    "fields", "bylines", "drop", "labels", "furniture", "captions", "tail", "not_headings", "reports", "end"
]
_KINDS: tuple[PatternKind, ...] = ("fields", "bylines", "drop", "labels", "furniture")  # the first that fits decides
_RARELY_ASKED: tuple[PatternKind, ...] = ("captions", "tail")
_KINDS_OF_SHORT_LINES = frozenset[PatternKind](["not_headings"])
_KINDS_OF_PROSE = frozenset[PatternKind](["bylines", "drop", "captions", "tail"])


class LineMatch(msgspec.Struct, frozen=True, gc=False):
    """What a pattern made of a whole line: its kind and the named groups it found."""

    kind: PatternKind
    groups: dict[str, str]
    pattern: str

    @property
    def is_credit(self) -> bool:
        """Whether the line says who made the text or where it is from, or is dropped: no text of its own."""
        return self.kind in ("fields", "bylines", "drop")


class _LinePattern:
    """One pattern on whole lines; compiled when a line first asks for it, as few are ever asked."""

    def __init__(self, kind: PatternKind, text: str) -> None:
        self.kind = kind
        self.text = text
        self.whole = whole_line([text])

    @property
    def wanted(self) -> Wanted:
        """What the pattern needs of a line."""
        longest = LONG_LINE if self.kind in _KINDS_OF_SHORT_LINES else PATTERN_LIMIT
        return Wanted(needs(self.whole), longest, self.kind in _KINDS_OF_PROSE)

    @cached_property
    def fit(self) -> Callable[[str], re.Match[str] | None]:
        """The expression's own method."""
        return compiled(self.whole, re.IGNORECASE).match


class _AnywherePattern(_LinePattern):
    """One pattern that is looked for anywhere in a line."""

    @property
    def wanted(self) -> Wanted:
        """What the pattern needs of a line, of which it may be any part."""
        return Wanted(
            needs(self.text)._replace(heads=None, most=sys.maxsize, reach=sys.maxsize), PATTERN_LIMIT, is_of_prose=True
        )

    @cached_property
    def fit(self) -> Callable[[str], re.Match[str] | None]:
        """The expression's own method."""
        return compiled(self.text, re.IGNORECASE).search


class PatternIndex:
    """Asks patterns of lines, but only those worth asking."""

    def __init__(self, patterns: Sequence[_LinePattern]) -> None:
        self._patterns = patterns
        self.sieve = sieve = Sieve([pattern.wanted for pattern in patterns])
        self._passed = sieve.passed

    def fit(self, text: str, places: Sequence[int] | None = None) -> tuple[_LinePattern, re.Match[str]] | None:
        """Return the first pattern that fits a whole line, and what it found; ``places`` are those that may."""
        for place in self._passed(text) if places is None else places:
            pattern = self._patterns[place]
            if (match := pattern.fit(text)) is not None:
                return pattern, match
        return None

    def fit_of(self, kind: PatternKind, text: str) -> _LinePattern | None:
        """Return the first pattern of a kind that fits a whole line."""
        for place in self._passed(text):
            pattern = self._patterns[place]
            if pattern.kind == kind and pattern.fit(text) is not None:
                return pattern
        return None


class AnyOf:
    """Patterns of which one is to fit a whole line, or ``anywhere`` in it; compiled when a line first asks for them."""

    def __init__(self, patterns: list[str], *, anywhere: bool = False) -> None:
        self._patterns = patterns
        self._anywhere = anywhere

    @cached_property
    def _find(self) -> Callable[[str], re.Match[str] | None] | None:
        pattern = any_pattern(self._patterns) if self._anywhere else line_pattern(self._patterns)
        if pattern is None:
            return None
        return pattern.search if self._anywhere else pattern.match

    def fit(self, text: str) -> bool:
        """Whether one of them fits."""
        return self._find is not None and self._find(text) is not None


class LinePatterns:
    """A profile's line patterns, filed so that a line is asked about few of them."""

    def __init__(self, spec: LinesSpec) -> None:
        self._signatures = AnyOf(spec.signatures)
        self._feet = AnyOf(spec.feet)
        self._makers = AnyOf(spec.makers)
        self._adverts = AnyOf(spec.adverts, anywhere=True)
        self._reports = PatternIndex([_AnywherePattern("reports", text) for text in spec.reports])
        self._notices = tuple(filter(None, spec.notices))
        self._beginnings = "".join(notice[0] for notice in self._notices)
        self._ends = [(pattern, AnyOf([pattern])) for pattern in spec.end]
        self._index = PatternIndex([_LinePattern(kind, text) for kind in _KINDS for text in getattr(spec, kind)])
        # Filed together: what is asked of a line or two of each post is soon out of the processor's caches.
        rare = [_LinePattern(kind, text) for kind in _RARELY_ASKED for text in getattr(spec, kind)]
        self._rarely_asked = PatternIndex(rare)
        self._not_headings = PatternIndex([_LinePattern("not_headings", text) for text in spec.not_headings])

    def stops(self, items: list[Item]) -> list[tuple[int, list[int]]]:
        """Return the places of the few lines that may be more than text; with each, for ``match``, what it may fit."""
        return self._index.sieve.stops(items, self._beginnings)

    def is_caption(self, text: str) -> bool:
        """Whether a line has the form of a caption."""
        return self._rarely_asked.fit_of("captions", text) is not None

    def is_no_heading(self, text: str) -> bool:
        """Whether a short line introduces nothing, and no other pattern knows it."""
        return self._not_headings.fit(text) is not None and self._index.fit(text) is None

    def is_signature(self, text: str) -> bool:
        """Whether a line at the end of the text names who wrote it."""
        return self._signatures.fit(text)

    def is_foot(self, text: str) -> bool:
        """Whether a line at the end of the text, however long, does not belong to it."""
        return self._feet.fit(text)

    def match_tail(self, text: str) -> LineMatch | None:
        """Return what says that a line is the page's own where nothing but such lines stands below it."""
        fit = self._rarely_asked.fit_of("tail", text)
        return LineMatch("tail", {}, fit.text) if fit is not None and self._reports.fit(text) is None else None

    def is_maker(self, text: str) -> bool:
        """Whether a byline may as well be a fact, as of a film: who filmed it."""
        return self._makers.fit(text)

    def is_notice(self, text: str) -> bool:
        """Whether a line of any length is a standing notice, by its first words."""
        return text[:1] in self._beginnings and text.startswith(self._notices)

    def is_advert(self, text: str) -> bool:
        """Whether a line has the words of an advert."""
        return self._adverts.fit(text)

    @property
    def has_end(self) -> bool:
        """Whether any line could end the article."""
        return bool(self._ends)

    def end(self, text: str) -> LineMatch | None:
        """Return what says that a line ends the article."""
        return next((LineMatch("end", {}, pattern) for pattern, compiled in self._ends if compiled.fit(text)), None)

    def match_line(self, line: Line) -> LineMatch | None:
        """Return what patterns say of a line, if lines of its kind are matched at all."""
        return None if line.kind in UNASKED else self.match(line.text)

    def match(self, text: str, places: Sequence[int] | None = None) -> LineMatch | None:
        """Return what the first pattern that fits the whole line says, ``places`` as ``stops`` tells."""
        fit = self._index.fit(text, places)
        if fit is None:
            return None
        pattern, found = fit
        if pattern.kind == "drop" and self._reports.fit(text) is not None:
            return None
        groups = {}
        if found.lastindex is not None:
            groups = {key: value.strip() for key, value in found.groupdict().items() if value}
        return LineMatch(pattern.kind, groups, pattern.text)
