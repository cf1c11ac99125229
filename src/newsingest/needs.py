"""What a pattern says beforehand of the lines it can fit, so that hardly any pattern is asked of a line.

A line is asked about some hundred patterns, and hardly one fits. What a pattern needs is therefore read from Python's
own parse of it: with which characters a line must begin, words of which one must stand in it, how long it must be.
"""

from __future__ import annotations

import re
import sys
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

try:
    from re import _constants as _ops  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # not part of Python's promises: without it every pattern is asked of every line
    _parser = None

# Two marks among the characters a line can begin with: any digit of any script, and any sign that is none of \w.
DIGIT = "0"
SIGN = " "  # no line begins with a space
# More words or characters than this say too little.
_MOST = 64
_LONGEST_PART = 4
# Compiled patterns are much alike from profile to profile.
_KEPT = 1024
# The most frequent Han characters of Chinese news, the most frequent first.
_FREQUENT = (
    "一中年国发有是大和为成新了业上人市地出产下月长不全要来能同于公分到重以开对日行工经动高时生作方展建个本等多实力后现元其报区部期面"
    "家用前示场增外更入城合万资通体企与进过品平商加之三这性也提设比情数度自计目会网据点亿代基司告化从关学已将主着风定量次小名务内机造"
    "所表政理制最持系及游金利两布子投局房而间收统就交还创今正口都研西可电项式员心海者说们指院规保整他民看件我显近道打明向十天并共达特"
)
_RANKS = {char: rank for rank, char in enumerate(_FREQUENT)}
# English letters, the most frequent first.
_LETTERS = "etaoinshrdlcumwfgypbvkjxqz"
_CASE_TWINS = {"s": "ſ", "k": "\u212a", "i": "\u0130\u0131"}


class Needs(NamedTuple):
    """What every line that a pattern fits has: a first character, one of some words (None: any), a length."""

    beginnings: frozenset[str] | None
    words: frozenset[str] | None
    least: int
    most: int


@lru_cache(_KEPT)
def needs(pattern: str) -> Needs:
    """Tell what a pattern on whole lines, in which case is no matter, needs; its words are in lower case."""
    if _parser is None:
        return Needs(None, None, 0, sys.maxsize)
    tree = _parser.parse(pattern, re.IGNORECASE)
    chars, ends = _first_of_sequence(tree)
    return Needs(None if ends else chars, _words_of_sequence(tree), *map(int, tree.getwidth()))


def rarest_part(word: str) -> str:
    """Cut a word to the part to look for: it begins with the rarest character, and is two characters long at least."""
    start = min(range(max(1, len(word) - 1)), key=lambda at: share(word[at]))
    return word[start : start + _LONGEST_PART]


def share(char: str) -> float:
    """Estimate the share of lines that hold a character."""
    if char in _RANKS:
        return 0.3 / (1 + _RANKS[char] / 25)
    if char in _LETTERS:
        return 0.12 + 0.3 / (1 + _LETTERS.index(char) / 5)
    if char.isascii():
        return 0.25
    return 0.02 if char.isalnum() else 0.4


def forms(char: str) -> Iterator[str]:
    """Yield what stands for a character where case is no matter."""
    yield char
    if char.isascii() and char.isalpha():
        yield char.upper()
        yield from _CASE_TWINS.get(char, "")


def _lowered(code: int) -> str | None:
    """Return a character in lower case; None for letters whose forms are more than ``forms`` tells."""
    char = chr(code)
    return char.lower() if char.isascii() or char.lower() == char.upper() else None


# -- words ----------------------------------------------------------------------------------------------------


def _words_of_sequence(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Choose, of all that a sequence needs, what is rarest. What stands side by side makes one word."""
    offers: list[frozenset[str] | None] = []
    run = frozenset([""])
    for op, argument in items:
        texts = _texts_of_item(op, argument)
        if texts is not None and len(run) * len(texts) <= _MOST:
            run = _side_by_side(run, texts)
            continue
        offers.append(run)
        run = frozenset([""]) if texts is None else texts
        if texts is None:
            offers.append(_words_of_item(op, argument))
    offers.append(run)
    return min((_shortest(words) for words in offers if words and "" not in words), key=_cost, default=None)


def _words_of_item(op: Any, argument: Any) -> frozenset[str] | None:  # noqa: ANN401 - Python's own parse tree
    if op is _ops.SUBPATTERN:
        return _words_of_sequence(argument[-1])
    if op is _ops.ATOMIC_GROUP:
        return _words_of_sequence(argument)
    if op in _REPEATS and argument[0] > 0:
        return _words_of_sequence(argument[2])
    if op is _ops.BRANCH:
        return _union(map(_words_of_sequence, argument[1]))
    return None


def _texts_of_sequence(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Return all texts that a sequence fits; None where they are many or cannot be told."""
    run = frozenset([""])
    for op, argument in items:
        texts = _texts_of_item(op, argument)
        if texts is None or len(run) * len(texts) > _MOST:
            return None
        run = _side_by_side(run, texts)
    return run


def _texts_of_item(op: Any, argument: Any) -> frozenset[str] | None:  # noqa: ANN401, PLR0911 - as above
    if op is _ops.LITERAL:
        char = _lowered(argument)
        return None if char is None else frozenset([char])
    if op is _ops.IN:
        return _union(map(_chars_of_member, argument))
    if op is _ops.SUBPATTERN:
        return _texts_of_sequence(argument[-1])
    if op is _ops.ATOMIC_GROUP:
        return _texts_of_sequence(argument)
    if op is _ops.BRANCH:
        return _union(map(_texts_of_sequence, argument[1]))
    if op in _REPEATS and argument[1] == 1:
        texts = _texts_of_sequence(argument[2])
        return texts if texts is None or argument[0] else texts | {""}
    if op in _NO_WIDTH:
        return frozenset([""])
    return None


def _chars_of_member(member: tuple[Any, Any]) -> frozenset[str] | None:
    """Return the characters that a member of a class stands for, if they can be told."""
    op, argument = member
    first, last = argument if op is _ops.RANGE else (argument, argument) if op is _ops.LITERAL else (0, _MOST)
    chars = {_lowered(code) for code in range(first, last + 1)} if last - first < _MOST else {None}
    return None if None in chars else frozenset(char for char in chars if char is not None)


def _union(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    known: set[str] = set()
    for each in sets:
        if each is None:
            return None
        known |= each
    return frozenset(known) if len(known) <= 2 * _MOST else None


def _side_by_side(left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    return frozenset(one + other for one in left for other in right)


def _shortest(words: frozenset[str]) -> frozenset[str]:
    """Leave out words in which another stands."""
    kept: list[str] = []
    for word in sorted(words, key=len):
        if not any(each in word for each in kept):
            kept.append(word)
    return frozenset(kept)


def _cost(words: frozenset[str]) -> float:
    """Estimate how many lines hold one of the words, as a share of all."""
    return sum(min(map(share, word)) * 0.2 ** (len(word) - 1) for word in words)


# -- beginnings -----------------------------------------------------------------------------------------------


def _first_of_sequence(items: Iterable[tuple[Any, Any]]) -> tuple[frozenset[str] | None, bool]:
    """Return with what a sequence can begin (None: anything), and whether it can be empty."""
    chars: frozenset[str] = frozenset()
    for op, argument in items:
        found, empty = _first_of_item(op, argument)
        if found is None:
            return None, False
        chars |= found
        if not empty:
            return chars, False
    return chars, True


def _first_of_item(op: Any, argument: Any) -> tuple[frozenset[str] | None, bool]:  # noqa: ANN401, PLR0911 - as above
    if op is _ops.LITERAL:
        return _first_of_class([(op, argument)]), False
    if op is _ops.IN:
        return _first_of_class(argument), False
    if op is _ops.SUBPATTERN and not argument[1] & re.ASCII:
        return _first_of_sequence(argument[-1])
    if op is _ops.BRANCH:
        firsts = [_first_of_sequence(branch) for branch in argument[1]]
        return _union(chars for chars, _ in firsts), any(empty for _, empty in firsts)
    if op in _REPEATS:
        chars, empty = _first_of_sequence(argument[2])
        return chars, empty or argument[0] == 0
    if op in _NO_WIDTH:
        return frozenset(), True
    return None, False


def _first_of_class(members: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    """Return what a class stands for at the start of a line, where no white space is."""
    if members[0][0] is _ops.NEGATE:
        return frozenset([SIGN]) if (_ops.CATEGORY, _ops.CATEGORY_WORD) in members else None
    return _union(_CATEGORIES.get(member[1]) if member[0] is _ops.CATEGORY else _keys(member) for member in members)


def _keys(member: tuple[Any, Any]) -> frozenset[str] | None:
    chars = _chars_of_member(member)
    return None if chars is None else frozenset(DIGIT if char.isdecimal() else char for char in chars)


if _parser is not None:
    _REPEATS = (_ops.MAX_REPEAT, _ops.MIN_REPEAT, _ops.POSSESSIVE_REPEAT)
    _NO_WIDTH = (_ops.ASSERT, _ops.ASSERT_NOT, _ops.AT)
    _CATEGORIES = {
        _ops.CATEGORY_SPACE: frozenset[str](),
        _ops.CATEGORY_DIGIT: frozenset([DIGIT]),
        _ops.CATEGORY_NOT_WORD: frozenset([SIGN]),
    }
