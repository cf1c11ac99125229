"""A prefilter: which patterns a line may fit, by what they need, and which items deserve a look at all. Few of many."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from newsingest.body.lines import Line
from newsingest.body.needs import DIGIT, MORE, NEAR, SIGN, SPACE, Needs, cost, forms
from newsingest.text import has_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from newsingest.body.flow import Item

# Longest line that patterns are asked about, in characters.
PATTERN_LIMIT = 200
# What a longer line can be depends on whether it is prose: two sentences are no field and no label.
LONG_LINE = 64
_SENTENCE = re.compile(r"[。！？]|[.!?] ")
# Words that stand in more lines than this, as a share of all.
_COMMON = 0.02
# Kinds of lines that patterns are not asked about.
UNASKED = ("code", "table")
LAYERS = 2 + MORE
WORD = 64  # bits of the numbers that the compiled sieve works with
_KEPT = 16384


class Wanted(NamedTuple):
    """What a pattern needs of a line, how long that may be, and whether it may be several sentences."""

    needs: Needs
    longest: int
    is_of_prose: bool


class Filing(NamedTuple):
    """What patterns need, filed. Bits of a number stand for patterns, the lowest for the first.

    ``words`` has ``LAYERS`` times ``size`` bits, a multiple of ``WORD`` each: for patterns that need one of some words
    within the first ``NEAR`` characters, for those that need it anywhere, and for each need more. ``free`` are in the
    same way those without such a need. ``heads`` are the patterns that begin so, ``of_any_head`` those that can begin
    with anything, ``lengths`` those for lines so long. Letters are in lower case.
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
    begins, ends = [0] * (PATTERN_LIMIT + 2), [0] * (PATTERN_LIMIT + 2)  # of lengths that a pattern fits
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
    """File a pattern under keys, or return it if it has none."""
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


def _in_all_forms(by_key: dict[str, int]) -> dict[str, int]:
    return {form: bits for key, bits in by_key.items() for form in forms(key)}


class _ByHead(dict[str, int]):
    """Tells which patterns can fit a line by its first two characters, and remembers it for so many of them."""

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
    """Yield a character of a head, which may be none, and the marks that may stand for it."""
    yield char
    if char.isdecimal():
        yield DIGIT
    if char.isspace():
        yield SPACE
    if char and not (char.isalnum() or char == "_"):
        yield SIGN


class _ByWord(dict[str, int]):
    """Tells which patterns want what was found in a line, or what may begin with its last character."""

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
        # Sets of characters only, as the engine passes quickly over what is not in a set; a dict knows the words.
        found = f"{_set_of((*alone, *(pair[0] for pair in pairs)))}(?:{second}|(?<={_set_of(alone)}))"
        self._find = re.compile(found).findall

    def passed(self, text: str) -> list[int]:
        """Return the places of the patterns that may fit a line, maybe of more."""
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
        """Return the places of all lines that may be more than text, each with those of patterns that it may fit.

        Without a pattern these are ornaments, fields, quotes with links, and lines that begin with some characters.
        """
        stops: list[tuple[int, list[int]]] = []
        for place, item in enumerate(items):
            if isinstance(item, Line):
                passed = self.passed(item.text) if item.kind not in UNASKED else []
                if passed or _is_odd(item, beginnings):
                    stops.append((place, passed))
        return stops


def _is_odd(line: Line, beginnings: str) -> bool:
    """Whether more than text can be told of a line without a pattern."""
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
