"""What a pattern needs of a line that it fits, so that hardly any pattern is asked of a line.

A line is asked about some hundred patterns, and hardly one fits. What each needs is therefore read from Python's own
parse of it: how a line must begin, words and phrases of which one must stand in it, and how long it must be.
"""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

try:
    from re import _constants as _ops  # type: ignore[attr-defined]
    from re import _parser  # type: ignore[attr-defined]
except ImportError:  # not part of Python's promises: without it every pattern is asked of every line
    _parser = None

# Marks in a head: a digit of any script, a sign that is none of \w, white space, and, inside here, anything at all.
DIGIT = "0"
SIGN = "\t"
SPACE = " "
_ANY = "\n"
# A word that stands among so few of a line's first characters is so much rarer there.
NEAR = 18
_NEARNESS = 0.3
# Needs that are told beyond the first.
MORE = 2
# The fewest characters of a phrase: shorter ones are words.
PHRASE = 3
_MOST_TIMES = 8  # that a repetition is written out
# More words or heads than this say too little.
_MOST = 128
# Patterns are much alike from profile to profile.
_KEPT = 1024

# The most frequent Han characters of Chinese news and the letters of English, the most frequent first.
_FREQUENT = (
    "一中年国发有是大和为成新了业上人市地出产下月长不全要来能同于公分到重以开对日行工经动高时生作方展建个本等多实力后现元其报区部期面"
    "家用前示场增外更入城合万资通体企与进过品平商加之三这性也提设比情数度自计目会网据点亿代基司告化从关学已将主着风定量次小名务内机造"
    "所表政理制最持系及游金利两布子投局房而间收统就交还创今正口都研西可电项式员心海者说们指院规保整他民看件我显近道打明向十天并共达特"
)
_RANKS = {char: rank for rank, char in enumerate(_FREQUENT)}
_LETTERS = "etaoinshrdlcumwfgypbvkjxqz"
_Offer = tuple[frozenset[str], int]  # words, and how many characters stand before one at most
_Cut = Callable[[frozenset[str], int], "Iterator[_Offer]"]
_NONE = frozenset[str]()
_NOTHING = frozenset([""])
_ANYTHING = frozenset([_ANY])
_CASE_TWINS = {"s": "ſ", "k": "\u212a", "i": "\u0130\u0131"}
_CASE_TWINS |= {"в": "\u1c80", "д": "\u1c81", "о": "\u1c82", "с": "\u1c83", "т": "\u1c84\u1c85", "ъ": "\u1c86"}
# Letters whose forms are told: those of English, and those of French, Spanish, German and Russian but ß.
_CASED = frozenset("abcdefghijklmnopqrstuvwxyzàáâãäçèéêëìíîïñòóôõöùúûüабвгдежзийклмнопрстуфхцчшщъыьэюяё")


class Needs(NamedTuple):
    """What every line that a pattern fits has, letters in lower case, each digit as ``DIGIT``.

    ``heads`` are the one or two characters it can begin with; of ``words``, each one or two characters long, it holds
    one, begun within its first ``reach`` characters, and one of each of ``more``. None where any will do. ``phrases``
    are longer, and it holds one of them whole, if there are any.
    """

    heads: frozenset[str] | None
    words: frozenset[str] | None
    least: int
    most: int
    reach: int = sys.maxsize
    more: tuple[frozenset[str], ...] = ()
    phrases: frozenset[str] = frozenset()


told: dict[str, Needs] = {}
"""What patterns need that were asked about before, and that the digest of the built-in profiles tells."""


def needs(pattern: str) -> Needs:
    """Tell what a pattern needs of a line, in which case is no matter, and which white space does not begin."""
    found = told.get(pattern)
    if found is None:
        found = weigh(pattern)
        if len(told) < _KEPT:
            told[pattern] = found
    return found


def weigh(pattern: str) -> Needs:
    """Find out what a pattern needs."""
    if _parser is None:
        return Needs(None, None, 0, sys.maxsize)
    tree = _parser.parse(pattern, re.IGNORECASE)
    heads = _heads_of_sequence(tree)
    is_any = _ANY in heads or "" in heads
    known = None if is_any else frozenset(head.removesuffix(_ANY) for head in heads)
    offers = sorted(_offers_of_sequence(tree, _shortened), key=_rarity_in_place)
    words, reach = offers[0] if offers else (None, sys.maxsize)
    more = tuple(dict.fromkeys(others for others, _ in offers if others != words))[:MORE]
    least, most = tree.getwidth()
    return Needs(known, words, least, most, reach, more, _phrases(tree))


def forms(text: str) -> Iterator[str]:
    """Yield what stands for one or two characters where case is no matter."""
    if text.upper() == text and not text.isupper():  # nothing in it has two cases
        yield text
        return
    for rest in forms(text[1:]):
        yield text[0] + rest
        if text[0] in _CASED:
            yield from (form + rest for form in (text[0].upper(), *_CASE_TWINS.get(text[0], "")))


def _lowered(code: int) -> str | None:
    """Return a character in lower case; None for letters that have more forms than ``forms`` tells."""
    char = chr(code)
    lower = char.lower()
    return lower if char.isascii() or lower in _CASED or lower == char.upper() else None


# -- words ------------------------------------------------------------------------------------------------------------


def _phrases(tree: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Return the rarest phrases of which one is needed; none where a word would do."""
    offers = [words for words, _ in _offers_of_sequence(tree, _whole) if min(map(len, words)) >= PHRASE]
    return min(offers, key=cost, default=_NONE)


def _offers_of_sequence(items: Iterable[tuple[Any, Any]], cut: _Cut) -> list[_Offer]:
    """Return all that a sequence needs. What stands side by side makes one word, which is then cut."""
    offers: list[_Offer] = []
    run = _NOTHING
    begun = reach = 0  # the most characters before the run, and before the item
    for op, argument in items:
        before, reach = reach, reach + _longest(op, argument)
        texts = _texts_of_item(op, argument)
        if texts is not None and len(run) * len(texts) <= _MOST:
            run = _side_by_side(run, texts)
        elif texts is not None:
            offers += cut(run, begun)
            run, begun = texts, before
        else:
            offers += cut(run, begun)
            offers += [(words, before + within) for words, within in _offers_of_item(op, argument, cut)]
            run, begun = _NOTHING, reach
    return [*offers, *cut(run, begun)]


def _offers_of_item(op: Any, argument: Any, cut: _Cut) -> list[_Offer]:  # noqa: ANN401 - Python's own parse tree
    if op is _ops.SUBPATTERN:
        return _offers_of_sequence(argument[-1], cut)
    if op is _ops.ATOMIC_GROUP:
        return _offers_of_sequence(argument, cut)
    if op is _ops.BRANCH:
        branches = [sorted(_offers_of_sequence(branch, cut), key=_rarity) for branch in argument[1]]
        offers = map(_one_of, zip(*branches, strict=False))
        return [(words, reach) for words, reach in offers if len(words) <= _MOST]
    if op in _REPEATS and argument[0] > 0:
        return _offers_of_sequence(argument[2], cut)
    return []


def _longest(op: Any, argument: Any) -> int:  # noqa: ANN401 - as above
    """Return how many characters an item can fit."""
    if op is _ops.LITERAL or op is _ops.IN:
        return 1
    if op is _ops.GROUPREF:
        return sys.maxsize
    return int(_parser.SubPattern(_parser.State(), [(op, argument)]).getwidth()[1])


def _whole(words: frozenset[str], reach: int) -> Iterator[_Offer]:
    """Leave words as they are."""
    if words and "" not in words:
        yield words, reach + max(map(len, words))


def _shortened(words: frozenset[str], reach: int) -> Iterator[_Offer]:
    """Cut words to their rarest two characters, and to the next: as good a sign as all of it, and quickly found."""
    if not words or "" in words:
        return
    parts = [_parts(word) for word in words]
    reach += max(map(len, words))
    yield frozenset(each[0] for each in parts), reach
    if any(len(each) > 1 for each in parts):
        yield frozenset(each[:2][-1] for each in parts), reach


def _parts(word: str) -> list[str]:
    """Return the pairs of characters in a word, the rarest first."""
    pairs = [word[at : at + 2] for at in range(max(1, len(word) - 1))]
    return sorted(dict.fromkeys(pairs), key=_share)


def _one_of(offers: Sequence[_Offer]) -> _Offer:
    """Return what is needed where one of some offers is."""
    return frozenset().union(*(words for words, _ in offers)), max(reach for _, reach in offers)


def _rarity(offer: _Offer) -> float:
    return cost(offer[0])


def _rarity_in_place(offer: _Offer) -> float:
    return _rarity(offer) * (_NEARNESS if offer[1] <= NEAR else 1)


def _texts_of_sequence(items: Iterable[tuple[Any, Any]]) -> frozenset[str] | None:
    """Return all texts that a sequence fits; None where they are many or cannot be told."""
    run = _NOTHING
    for op, argument in items:
        texts = _texts_of_item(op, argument)
        if texts is None or len(run) * len(texts) > _MOST:
            return None
        run = _side_by_side(run, texts)
    return run


def _texts_of_item(op: Any, argument: Any) -> frozenset[str] | None:  # noqa: ANN401, PLR0911 - as above
    if op is _ops.LITERAL:
        return _chars_from(argument, argument)
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
        return texts if texts is None or argument[0] else texts | _NOTHING
    if op in _REPEATS and argument[0] == argument[1] <= _MOST_TIMES:
        return _texts_of_sequence(list(argument[2]) * argument[0])
    return _NOTHING if op in _NO_WIDTH else None


def _chars_of_member(member: tuple[Any, Any]) -> frozenset[str] | None:
    """Return the characters that a member of a class stands for, if they can be told."""
    op, argument = member
    if op is _ops.LITERAL:
        return _chars_from(argument, argument)
    if op is _ops.CATEGORY and argument is _ops.CATEGORY_DIGIT:
        return frozenset([DIGIT])
    return _chars_from(*argument) if op is _ops.RANGE else None


def _chars_from(first: int, last: int) -> frozenset[str] | None:
    if last - first >= _MOST:
        return None
    chars = [_lowered(code) for code in range(first, last + 1)]
    known = frozenset(DIGIT if char.isdecimal() else char for char in chars if char is not None)
    return known if None not in chars else None


def _union(sets: Iterable[frozenset[str] | None]) -> frozenset[str] | None:
    known: set[str] = set()
    for each in sets:
        if each is None:
            return None
        known |= each
    return frozenset(known) if len(known) <= _MOST else None


def _side_by_side(left: frozenset[str], right: frozenset[str]) -> frozenset[str]:
    return frozenset(one + other for one in left for other in right)


def cost(words: Iterable[str]) -> float:
    """Estimate how many lines hold one of some words, as a share of all."""
    return math.fsum(map(_share, words))  # whatever their order


def _share(word: str) -> float:
    return math.prod(map(_share_of_char, word))


@cache
def _share_of_char(char: str) -> float:
    if char in _RANKS:
        return 0.3 / (1 + _RANKS[char] / 25)
    if char in _LETTERS:
        return 0.3 / (1 + _LETTERS.index(char) / 25)
    if char.isascii():
        return 0.25
    return 0.02 if char.isalnum() else 0.4


# -- heads ------------------------------------------------------------------------------------------------------------


def _heads_of_sequence(items: Iterable[tuple[Any, Any]]) -> frozenset[str]:
    """Return how a sequence can begin: two characters, fewer where it is so short, or a mark where many can stand."""
    heads = _NOTHING
    for op, argument in items:
        if not _open(heads):
            break
        heads = _headed(heads, _heads_of_item(op, argument))
    return heads


def _headed(heads: frozenset[str], more: frozenset[str]) -> frozenset[str]:
    """Put heads and what follows them together."""
    short = _open(heads)
    together = (heads - short) | frozenset(text[:2] for text in _side_by_side(short, more))
    return together if len(together) <= _MOST else frozenset(map(_opened, together))


def _open(heads: frozenset[str]) -> frozenset[str]:
    """Return the heads that what follows makes longer."""
    return frozenset(head for head in heads if len(head) < 2 and head != _ANY)  # noqa: PLR2004


def _opened(head: str) -> str:
    """Let anything follow the first character."""
    return head if head in ("", _ANY) else head[0] + _ANY


def _heads_of_item(op: Any, argument: Any) -> frozenset[str]:  # noqa: ANN401 - as above
    if op is _ops.LITERAL:
        return _heads_of_class([(op, argument)])
    if op is _ops.IN:
        return _heads_of_class(argument)
    if op is _ops.SUBPATTERN and not argument[1] & re.ASCII:  # where \W is more than a sign
        return _heads_of_sequence(argument[-1])
    if op is _ops.BRANCH:
        return _union(map(_heads_of_sequence, argument[1])) or _ANYTHING
    if op in _REPEATS:
        least, most, inner = argument
        once = _heads_of_sequence(inner)
        often = _headed(once, once) if most > 1 else once
        return often | (once if least <= 1 else _NONE) | (_NOTHING if least == 0 else _NONE)
    return _NOTHING if op in _NO_WIDTH else _ANYTHING


def _heads_of_class(members: list[tuple[Any, Any]]) -> frozenset[str]:
    if members[0][0] is _ops.NEGATE:
        return frozenset([SIGN]) if (_ops.CATEGORY, _ops.CATEGORY_WORD) in members else _ANYTHING
    return _union(_heads_of_member(*member) for member in members) or _ANYTHING


def _heads_of_member(op: Any, argument: Any) -> frozenset[str] | None:  # noqa: ANN401 - as above
    if op is _ops.CATEGORY:
        return _CATEGORIES.get(argument)
    return _chars_of_member((op, argument))


if _parser is not None:
    _REPEATS = (_ops.MAX_REPEAT, _ops.MIN_REPEAT, _ops.POSSESSIVE_REPEAT)
    _NO_WIDTH = (_ops.ASSERT, _ops.ASSERT_NOT, _ops.AT)
    _CATEGORIES = {
        _ops.CATEGORY_SPACE: frozenset([SPACE]),
        _ops.CATEGORY_DIGIT: frozenset([DIGIT]),
        _ops.CATEGORY_NOT_WORD: frozenset([SIGN]),
    }
