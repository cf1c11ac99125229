"""A prefilter: which few of many patterns a line may fit, by what they need, and which items deserve a look at all."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from newsingest.body.lines import Line
from newsingest.body.needs import DIGIT, MORE, NEAR, SIGN, SPACE, Needs, cost, forms
from newsingest.expressions import compiled
from newsingest.text import has_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsingest.body.flow import Item

# Longest line that patterns are asked about, in characters.
PATTERN_LIMIT = 200
# Of a longer line that is prose, few patterns are asked: two sentences are no field and no label.
LONG_LINE = 64
_SENTENCE = re.compile(r"[。！？]|[.!?] ")
_LATIN = re.compile(r"[A-Za-z]")
# The share of all lines in which a word may stand and still be worth looking for.
_COMMON = 0.02
# Kinds of lines that patterns are not asked about.
UNASKED = ("code", "table")
# Words are filed apart by what they are: needed near the beginning, needed anywhere, and each need beyond the first.
LAYERS = 2 + MORE
WORD = 64  # bits of the numbers that the compiled sieve works with
_KEPT = 16384


class Wanted(NamedTuple):
    """What a pattern needs of a line, how long that may be, and whether it may be several sentences."""

    needs: Needs
    longest: int
    is_of_prose: bool


class Filing(NamedTuple):
    """Patterns filed by what they need. A number is a set of patterns: its lowest bit stands for the first of them.

    Under each of ``words`` stand ``LAYERS`` such sets one behind the other, of ``size`` bits each (a multiple of
    ``WORD``): patterns that need the word (or another) within the first ``NEAR`` characters, patterns that need it
    anywhere, and one set for each need beyond the first. ``free`` has in each layer the patterns without such a need.
    ``heads`` are the patterns that can begin so, ``of_any_head`` those that can begin with anything, ``lengths`` those
    that fit lines of each length, ``of_prose`` those that may be several sentences. Letters are in lower case.
    """

    size: int
    words: dict[str, int]
    free: int
    heads: dict[str, int]
    of_any_head: int
    lengths: list[int]
    of_prose: int


def filed(patterns: Sequence[Wanted]) -> Filing:
    """File patterns by what they need."""
    size = (len(patterns) // WORD + 1) * WORD
    words: dict[str, int] = defaultdict(int)
    heads: dict[str, int] = defaultdict(int)
    begins, ends = [0] * (PATTERN_LIMIT + 2), [0] * (PATTERN_LIMIT + 2)  # of the lengths that a pattern fits
    free = of_any_head = of_prose = 0
    for rank, (needs, longest, is_of_prose) in enumerate(patterns):
        bit = 1 << rank
        is_near = needs.reach <= NEAR
        first = (needs.words, None) if is_near else (None, needs.words)
        for layer, wanted in enumerate((*first, *needs.more, *[None] * (MORE - len(needs.more)))):
            free |= _file(bit << layer * size, wanted, words)
        of_any_head |= _file(bit, needs.heads, heads)
        if needs.least <= (most := min(needs.most, longest)):
            begins[needs.least] |= bit
            ends[most + 1] |= bit
        of_prose |= bit if is_of_prose else 0
    lengths: list[int] = []
    fit = 0
    for begin, end in zip(begins, ends, strict=True):
        fit = (fit | begin) & ~end
        lengths.append(fit)
    return Filing(size, dict(words), free, dict(heads), of_any_head, lengths, of_prose)


def _file(bit: int, keys: frozenset[str] | None, by_key: dict[str, int]) -> int:
    """File a pattern under each of its keys; one that has none is returned instead."""
    if keys is None:
        return bit
    for key in keys:
        by_key[key] |= bit
    return 0


def _with_one_need(pattern: Wanted) -> Wanted:
    """Let a pattern need its rarest words alone, and none that are met too often to be looked for."""
    needs = pattern.needs
    rarest = None if needs.words is None else min((needs.words, *needs.more), key=cost)
    if needs.heads is not None and rarest is not None and cost(rarest) > _COMMON:
        rarest = None
    return pattern._replace(needs=Needs(needs.heads, rarest, needs.least, needs.most))


def without_common_pairs(pattern: Wanted) -> Wanted:
    """Let a pattern of which the beginning is told need few pairs of Latin letters: Western lines are full of them.

    Where it needs a phrase, that says more than they do.
    """
    needs = pattern.needs
    if needs.heads is None:
        return pattern
    if needs.phrases and needs.words is not None and _has_latin(needs.words):
        return pattern._replace(needs=needs._replace(words=None, more=()))
    more = tuple(words for words in needs.more if not _has_latin(words) or cost(words) <= _COMMON)
    return pattern._replace(needs=needs._replace(more=more))


def _has_latin(words: Iterable[str]) -> bool:
    return _LATIN.search(" ".join(words)) is not None


def _in_all_forms(by_key: dict[str, int]) -> dict[str, int]:
    return {form: bits for key, bits in by_key.items() for form in forms(key)}


class _ByHead(dict[str, int]):
    """Tells which patterns can begin with the first two characters of a line; remembers ``_KEPT`` answers."""

    def __init__(self, heads: dict[str, int], of_any: int) -> None:
        self._heads = heads
        self._of_any = of_any

    def __missing__(self, head: str) -> int:
        bits = self._of_any
        for first in _marks(head[:1]):
            for key in (first, *(first + second for second in _marks(head[1:]))):
                bits |= self._heads.get(key, 0)
        if len(self) < _KEPT:
            self[head] = bits
        return bits


def _marks(char: str) -> Iterator[str]:
    """Yield a character of a head, if there is one, and the marks that may stand for it."""
    yield char
    if char.isdecimal():
        yield DIGIT
    if char.isspace():
        yield SPACE
    if char and not (char.isalnum() or char == "_"):
        yield SIGN


class _ByWord(dict[str, int]):
    """Tells which patterns need what was found in a line, or a word that begins with its last character."""

    def __init__(self, words: dict[str, int]) -> None:
        self._words = words
        self._begun: dict[str, int] = defaultdict(int)
        for word, bits in words.items():
            self._begun[word[0]] |= bits

    def __missing__(self, found: str) -> int:
        word = "".join(DIGIT if char.isdecimal() else char for char in found)
        bits = self._words.get(word, 0) | self._words.get(word[0], 0) | self._begun.get(word[-1], 0)
        if len(self) < _KEPT:
            self[found] = bits
        return bits


class Sieve:
    """Tells which patterns may fit a line: by the words it holds, its first two characters and its length."""

    def __init__(self, patterns: Sequence[Wanted]) -> None:
        self._filing = filing = filed([_with_one_need(pattern) for pattern in patterns])
        words = {word: bits >> filing.size for word, bits in _in_all_forms(filing.words).items()}
        self._always = filing.free >> filing.size & (1 << filing.size) - 1
        self._by_word = _ByWord(words)
        self._by_head = _ByHead(_in_all_forms(filing.heads), filing.of_any_head)
        alone = {word for word in words if len(word) == 1}
        pairs = [word for word in words if len(word) > 1]
        second = _set_of(pair[1] for pair in pairs)
        # Sets of characters only: re passes quickly over what is in none of them, and the dict knows the words.
        found = f"{_set_of((*alone, *(pair[0] for pair in pairs)))}(?:{second}|(?<={_set_of(alone)}))"
        self._find = compiled(found).findall

    def passed(self, text: str) -> list[int]:
        """Return the places of all patterns that fit a line, and of some that do not."""
        if len(text) > PATTERN_LIMIT:
            return []
        bits = self._always
        for found in self._find(text):
            bits |= self._by_word[found]
        bits &= self._by_head[text[:2]] & self._filing.lengths[len(text)]
        of_prose = self._filing.of_prose
        if len(text) > LONG_LINE and bits & ~of_prose and _SENTENCE.search(text, 0, len(text) - 1):
            bits &= of_prose
        places: list[int] = []
        while bits:
            places.append((bits & -bits).bit_length() - 1)
            bits &= bits - 1
        return places

    def stops(self, items: list[Item], beginnings: str) -> list[tuple[int, list[int]]]:
        """Return the places of all lines that may be more than text, each with those of the patterns it may fit.

        Lines that fit no pattern are ornaments, fields, quotes with links, or begin with one of ``beginnings``.
        """
        stops: list[tuple[int, list[int]]] = []
        for place, item in enumerate(items):
            if isinstance(item, Line):
                passed = self.passed(item.text) if item.kind not in UNASKED else []
                if passed or _is_odd(item, beginnings):
                    stops.append((place, passed))
        return stops


def _is_odd(line: Line, beginnings: str) -> bool:
    """Whether a line may be more than text even if no pattern fits it."""
    text, kind = line.text, line.kind
    if line.field is not None or text[:1] in beginnings:
        return True
    if kind == "text" and len(text) > PATTERN_LIMIT:
        return False
    return not has_word(text) or (kind == "quote" and bool(line.spans))


def _set_of(chars: Iterable[str]) -> str:
    known = "".join(sorted(set(chars)))
    digits = r"\d" if DIGIT in known else ""
    return f"[{re.escape(known)}{digits}]" if known else "(?!)"
