"""Which characters a line must hold for a pattern to fit it, so that most patterns are never asked.

A line is asked about some eighty patterns, and hardly one fits. Each pattern is therefore filed under a few rare
characters of which it needs at least one, and under those it can begin with; a pattern for which none can be told is
asked of every line.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

try:
    from re import _constants as _ops  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # not part of Python's promises: without it every pattern is asked of every line
    _parser = None

# More characters than this say too little.
_MOST = 64
# The most frequent Han characters of Chinese news, the most frequent first.
_FREQUENT = (
    "一中年国发有是大和为成新了业上人市地出产下月长不全要来能同于公分到重以开对日行工经动高时生作方展建个本等多实力后现元其报区部期面"
    "家用前示场增外更入城合万资通体企与进过品平商加之三这性也提设比情数度自计目会网据点亿代基司告化从关学已将主着风定量次小名务内机造"
    "所表政理制最持系及游金利两布子投局房而间收统就交还创今正口都研西可电项式员心海者说们指院规保整他民看件我显近道打明向十天并共达特"
)
_RANKS = {char: rank for rank, char in enumerate(_FREQUENT)}
_CASE_TWINS = {"s": "ſ", "k": "\u212a", "i": "\u0130\u0131", "å": "\u212b", "µ": "μ", "ß": "ẞ"}


def triggers(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Return characters of which every text that the pattern matches holds one; None where none can be told."""
    if _parser is None:
        return None
    return _cased(_of_sequence(_parser.parse(pattern.pattern, pattern.flags)), pattern)


def beginnings(pattern: re.Pattern[str]) -> frozenset[str] | None:
    """Return the characters with which a text that the pattern matches can begin; None where that may be any."""
    if _parser is None:
        return None
    chars, ends = _first_of_sequence(_parser.parse(pattern.pattern, pattern.flags))
    return None if ends else _cased(chars, pattern)


def _cased(chars: frozenset[str] | None, pattern: re.Pattern[str]) -> frozenset[str] | None:
    if chars is None or not pattern.flags & re.IGNORECASE:
        return chars
    return frozenset(form for char in chars for form in _forms(char))


def _forms(char: str) -> Iterable[str]:
    """Yield what stands for a character where case is no matter."""
    yield from (char, *char.lower(), *char.upper(), *_CASE_TWINS.get(char.lower(), ""))


def _of_sequence(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Choose, of all that a sequence needs, what is rarest."""
    needed = [found for op, argument in items if (found := _of_item(op, argument))]
    return min(needed, key=_cost, default=None)


def _of_item(op: Any, argument: Any) -> frozenset[str] | None:  # noqa: ANN401, PLR0911 - Python's own parse tree
    if op is _ops.LITERAL:
        return frozenset(chr(argument))
    if op is _ops.IN:
        return _of_class(argument)
    if op is _ops.SUBPATTERN:
        return _of_sequence(argument[-1])
    if op is _ops.BRANCH:
        return _of_branches(argument[1])
    if op in (_ops.MAX_REPEAT, _ops.MIN_REPEAT, _ops.POSSESSIVE_REPEAT) and argument[0] > 0:
        return _of_sequence(argument[2])
    if op is _ops.ATOMIC_GROUP:
        return _of_sequence(argument)
    return None


def _of_class(members: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    chars: set[str] = set()
    for op, argument in members:
        if op is _ops.LITERAL:
            chars.add(chr(argument))
        elif op is _ops.RANGE and argument[1] - argument[0] < _MOST:
            chars |= set(map(chr, range(argument[0], argument[1] + 1)))
        else:
            return None
    return frozenset(chars) if len(chars) <= _MOST else None


def _of_branches(branches: Iterable[Iterable[tuple[Any, Any]]]) -> frozenset[str] | None:
    chars: set[str] = set()
    for branch in branches:
        found = _of_sequence(branch)
        if found is None:
            return None
        chars |= found
    return frozenset(chars) if len(chars) <= _MOST else None


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
        return frozenset(chr(argument)), False
    if op is _ops.IN:
        return _first_of_class(argument), False
    if op is _ops.SUBPATTERN:
        return _first_of_sequence(argument[-1])
    if op is _ops.BRANCH:
        firsts = [_first_of_sequence(branch) for branch in argument[1]]
        known = [chars for chars, _ in firsts if chars is not None]
        all_known = len(known) == len(firsts)
        return (frozenset().union(*known) if all_known else None), any(empty for _, empty in firsts)
    if op in (_ops.MAX_REPEAT, _ops.MIN_REPEAT, _ops.POSSESSIVE_REPEAT):
        chars, empty = _first_of_sequence(argument[2])
        return chars, empty or argument[0] == 0
    if op in (_ops.ASSERT, _ops.ASSERT_NOT, _ops.AT):
        return frozenset(), True
    return None, False


def _first_of_class(members: Sequence[tuple[Any, Any]]) -> frozenset[str] | None:
    """Return what a class stands for at the start of a line, where no white space is."""
    named: dict[Any, frozenset[str] | None] = {_ops.CATEGORY_SPACE: frozenset(), _ops.CATEGORY_DIGIT: None}
    chars: frozenset[str] = frozenset()
    for op, argument in members:
        found = named.get(argument) if op is _ops.CATEGORY else _of_class([(op, argument)])
        if found is None:
            return None
        chars |= found
    return chars


def _cost(chars: frozenset[str]) -> float:
    """Estimate how many lines hold one of the characters, as a share of all."""
    return sum(map(_share, chars))


def _share(char: str) -> float:
    if char in _RANKS:
        return 0.3 / (1 + _RANKS[char] / 25)
    if char.isascii():
        return 0.25 if char.isdigit() else 0.15
    return 0.02 if char.isalnum() else 0.4
