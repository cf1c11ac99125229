"""Patterns as automata, made from Python's own parse of them.

Addresses are searched for a few patterns of many branches, which ``re`` tries anew at each character. An automaton
looks at each character once: it is Glushkov's automaton, made deterministic as it runs. It covers what addresses and
tags are made of, which is ASCII; where a pattern or a text holds more, or a pattern looks around, ``re`` is asked.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from newsingest.kept import shelf

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

try:
    from re import _constants as _ops  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # not part of Python's promises
    _parser = None

# What an automaton reads: the characters of ASCII, any other character, and both ends of the text.
OTHER, BEGIN, END = 128, 129, 130
SYMBOLS = 131
_MOST_PLACES = 2_000
_KEPT = 64  # plans; most of a profile's are those of the one it extends


class _NoAutomatonError(Exception):
    """A pattern for which there is no automaton."""


class Plan(NamedTuple):
    """How an automaton goes through a text: from place to place in some patterns, where a place stands for one symbol.

    Sets of places are numbers with a bit for each. A match can begin at one of ``firsts`` and end at one of ``lasts``.
    ``follows`` says for each place which can come next, ``accepts`` for each symbol at which places it can stand. Of
    the ``unsure`` places it is not known whether a character beyond ASCII can stand there.
    """

    accepts: Sequence[int]
    follows: Sequence[int]
    unsure: int
    firsts: int
    lasts: int


class _Planner:
    """Finds the places of patterns, one after another."""

    def __init__(self) -> None:
        self.accepts = [0] * SYMBOLS
        self.follows: list[int] = []
        self.unsure = 0

    def plan(self, sources: Sequence[str]) -> Plan:
        """Plan an automaton for patterns as they are written. Raises _NoAutomatonError."""
        is_empty, firsts, lasts = self._branch(map(_parser.parse, sources))
        ends = self.accepts[BEGIN], self.accepts[END]
        # A text begins and ends once, which two anchors of a kind in a row would need twice.
        twice = any(places >> at & 1 and follow & places for places in ends for at, follow in enumerate(self.follows))
        if is_empty or twice:
            raise _NoAutomatonError
        return Plan(self.accepts, self.follows, self.unsure, firsts, lasts)

    def _place(self, symbols: Iterable[int], *, unsure: bool = False) -> tuple[bool, int, int]:
        bit = 1 << len(self.follows)
        if len(self.follows) == _MOST_PLACES:
            raise _NoAutomatonError
        self.follows.append(0)
        for symbol in symbols:
            self.accepts[symbol] |= bit
        self.unsure |= bit if unsure else 0
        return False, bit, bit

    def _link(self, lasts: int, firsts: int) -> None:
        while lasts:
            bit = lasts & -lasts
            self.follows[bit.bit_length() - 1] |= firsts
            lasts -= bit

    def _sequence(self, items: Iterable[tuple[Any, Any]]) -> tuple[bool, int, int]:
        return self._chain(self._item(op, argument) for op, argument in items)

    def _chain(self, parts: Iterable[tuple[bool, int, int]]) -> tuple[bool, int, int]:
        """Return whether parts in a row can be empty, and with which places they can begin and end."""
        is_empty, firsts, lasts = True, 0, 0
        for may_miss, begins, ends in parts:
            self._link(lasts, begins)
            firsts |= begins if is_empty else 0
            lasts = ends | (lasts if may_miss else 0)
            is_empty = is_empty and may_miss
        return is_empty, firsts, lasts

    def _item(self, op: Any, argument: Any) -> tuple[bool, int, int]:  # noqa: ANN401, PLR0911 - Python's own parse tree
        if op is _ops.SUBPATTERN and not argument[1] and not argument[2]:
            return self._sequence(argument[3])
        if op is _ops.BRANCH:
            return self._branch(argument[1])
        if op in (_ops.MAX_REPEAT, _ops.MIN_REPEAT):
            return self._repeat(*argument)
        if op is _ops.AT and argument in (_ops.AT_BEGINNING, _ops.AT_BEGINNING_STRING):
            return self._place([BEGIN])
        if op is _ops.AT and argument in (_ops.AT_END, _ops.AT_END_STRING):
            return self._place([END])
        if op is _ops.IN:
            return self._class(argument)
        if op is _ops.LITERAL:
            return self._place([argument] if argument < OTHER else [], unsure=argument >= OTHER)
        if op is _ops.NOT_LITERAL:
            return self._class([(_ops.NEGATE, None), (_ops.LITERAL, argument)])
        if op is _ops.ANY:
            return self._class([(_ops.NEGATE, None), (_ops.LITERAL, ord("\n"))])
        raise _NoAutomatonError

    def _branch(self, branches: Iterable[Iterable[tuple[Any, Any]]]) -> tuple[bool, int, int]:
        is_empty, firsts, lasts = False, 0, 0
        for may_miss, begins, ends in map(self._sequence, branches):
            is_empty = is_empty or may_miss
            firsts |= begins
            lasts |= ends
        return is_empty, firsts, lasts

    def _repeat(self, least: int, most: int, items: Iterable[tuple[Any, Any]]) -> tuple[bool, int, int]:
        """Write a repetition out: as often as it must occur, then as often as it may, or once more and in a loop."""
        once = list(items)
        parts = [self._sequence(once) for _ in range(least)]
        if most is _ops.MAXREPEAT:
            _, firsts, lasts = self._sequence(once)
            self._link(lasts, firsts)
            parts.append((True, firsts, lasts))
        else:
            parts += [(True, *self._sequence(once)[1:]) for _ in range(most - least)]
        return self._chain(parts)

    def _class(self, members: list[tuple[Any, Any]]) -> tuple[bool, int, int]:
        is_negated = members[0][0] is _ops.NEGATE
        fits = frozenset[int]()
        unsure = False
        for op, argument in members[is_negated:]:
            codes, goes_beyond = _codes(op, argument)
            fits |= codes
            unsure = unsure or goes_beyond
        if is_negated:
            fits = (_ASCII - fits) | (frozenset() if unsure else {OTHER})
        return self._place(fits, unsure=unsure)


def _codes(op: Any, argument: Any) -> tuple[frozenset[int], bool]:  # noqa: ANN401 - as above
    """Return the ASCII characters that a member of a class stands for, and whether it stands for others, too."""
    if op is _ops.LITERAL:
        return frozenset((argument,)) & _ASCII, argument >= OTHER
    if op is _ops.RANGE:
        return frozenset(range(argument[0], min(argument[1], OTHER - 1) + 1)), argument[1] >= OTHER
    if op is _ops.CATEGORY and argument in _CATEGORIES:
        return _CATEGORIES[argument], True
    raise _NoAutomatonError


def plan(patterns: Sequence[re.Pattern[str]]) -> Plan | None:
    """Plan an automaton that finds what any of some patterns does; None where there is none."""
    if any(pattern.flags != re.UNICODE for pattern in patterns):
        return None
    return plan_of(tuple(pattern.pattern for pattern in patterns))


@lru_cache(_KEPT)
def plan_of(sources: tuple[str, ...]) -> Plan | None:
    """Plan an automaton for patterns as they are written; plans are kept, as they take long."""
    if _parser is None:
        return None
    key = ("automaton", *sources)
    known = shelf().get(key)
    if known is None:
        try:
            known = _packed(_Planner().plan(sources))
        except _NoAutomatonError:
            known = ()
        shelf().put(key, known)
    return _unpacked(known) if known else None


# Large numbers are slow to be read from a file; bytes are not, and few of the plans that are kept are asked for.
def _packed(plan: Plan) -> tuple[bytes, ...]:
    sets = (plan.unsure, plan.firsts, plan.lasts, *plan.accepts, *plan.follows)
    return tuple(places.to_bytes((places.bit_length() + 7) // 8) for places in sets)


def _unpacked(packed: tuple[bytes, ...]) -> Plan:
    unsure, firsts, lasts, *sets = map(int.from_bytes, packed)
    return Plan(sets[:SYMBOLS], sets[SYMBOLS:], unsure, firsts, lasts)


_ASCII = frozenset(range(OTHER))
if _parser is not None:
    _DIGITS = frozenset(code for code in _ASCII if chr(code).isdecimal())
    _SPACES = frozenset(code for code in _ASCII if chr(code).isspace())
    _WORDS = frozenset(code for code in _ASCII if chr(code).isalnum() or chr(code) == "_")
    _CATEGORIES = {
        _ops.CATEGORY_DIGIT: _DIGITS,
        _ops.CATEGORY_NOT_DIGIT: _ASCII - _DIGITS,
        _ops.CATEGORY_SPACE: _SPACES,
        _ops.CATEGORY_NOT_SPACE: _ASCII - _SPACES,
        _ops.CATEGORY_WORD: _WORDS,
        _ops.CATEGORY_NOT_WORD: _ASCII - _WORDS,
    }
