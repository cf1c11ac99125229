"""CSS selectors, compiled once and looked up by what an element carries.

A selector of one compound (``p.legend[align=center]``) depends on an element's tag and attributes only: it becomes
conditions on these, and the answer is kept for the next element that carries the same. A selector that looks around
(``div.box > a``, ``:first-child``) becomes XPath, answered once a post, and only if some element of the post could be
its last part.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from lxml.etree import _Element

    from newsingest.body.tree import Body

_WHITE = re.compile(r"[ \t\r\n]+")
_KEPT = 1024  # selectors: a profile has those of the one it extends


class Condition(msgspec.Struct, frozen=True, array_like=True):
    """What an element must be: of a ``tag``, ``not`` all of some, or an attribute's value as CSS's operator says."""

    operator: str
    value: str = ""
    name: str = ""
    denied: tuple[Condition, ...] = ()

    def holds(self, tag: str, carried: Mapping[str, str]) -> bool:
        """Whether an element is so."""
        if self.operator == "tag":
            return tag == self.value
        if self.operator == "not":
            return not all(each.holds(tag, carried) for each in self.denied)
        if self.operator == "!=":
            return carried.get(self.name) != self.value
        return self.name in carried and _OPERATORS[self.operator](carried[self.name], self.value)


class Selector(msgspec.Struct, frozen=True, array_like=True):
    """One compiled selector.

    ``key`` is what an element must carry to be worth asking (``#id``, ``.class``, ``[attribute]``, a tag or ``*``);
    ``names`` the attributes the answer depends on. ``conditions`` decide it where tag and attributes do alone;
    otherwise they are None, and ``select`` looks through a whole tree. ``needs`` are names and values, as XML has them,
    without which nothing is selected. ``text`` is the group it stands in, ``place`` its number there.
    """

    text: str
    place: int
    key: str
    names: frozenset[str]
    conditions: tuple[Condition, ...] | None
    needs: frozenset[str]

    def fits(self, tag: str, carried: Mapping[str, str]) -> bool:
        """Whether an element meets all conditions."""
        return self.conditions is not None and all(each.holds(tag, carried) for each in self.conditions)

    def may_select(self, body: Body) -> bool:
        """Whether some element of a body may be selected, as far as its XML tells, if that is at hand."""
        xml = body.xml_at_hand
        return xml is None or all(each in xml for each in self.needs)

    def select(self, root: _Element) -> frozenset[_Element]:
        """Return the elements selected in a tree."""
        from newsingest.body.css import path  # noqa: PLC0415 - few posts need it, and CSS takes its time

        return frozenset(cast("list[_Element]", path(self.text, self.place)(root)))


class Selection:
    """Several selectors asked as one."""

    def __init__(self, selectors: Iterable[Selector]) -> None:
        listed = list(selectors)
        here = [selector for selector in listed if selector.conditions is not None]
        self._here = [selector.fits for selector in here]
        self._around = [selector for selector in listed if selector.conditions is None]
        # Of which one must stand in the tag of an element that ``here`` selects; None where that is not all.
        needs = [selector.needs for selector in here]
        self.signs = [max(each, key=len) for each in needs] if all(needs) else None

    def here(self, tag: str, carried: Mapping[str, str]) -> bool:
        """Whether an element is selected by what it carries itself."""
        for fits in self._here:  # noqa: SIM110 - any() of a generator takes twice as long
            if fits(tag, carried):
                return True
        return False

    def around(self, body: Body) -> frozenset[_Element]:
        """Return the elements that are selected by where they stand."""
        asked = [selector for selector in self._around if selector.may_select(body)]
        return frozenset(element for selector in asked for element in selector.select(body.root))


told: dict[str, tuple[Selector, ...]] = {}
"""Selector groups that were compiled before, and those that the digest of the built-in profiles tells."""


def compile_selector(text: str) -> tuple[Selector, ...]:
    """Compile a selector group (``a, b``). Raises ValueError with the reason."""
    found = told.get(text)
    if found is None:
        from newsingest.body.css import read_selector  # noqa: PLC0415 - mostly the digest serves, and CSS takes its time

        found = read_selector(text)
        if len(told) < _KEPT:
            told[text] = found
    return found


# What CSS says of an attribute's value; a search for nothing finds nothing.
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "exists": lambda _value, _wanted: True,
    "=": lambda value, wanted: value == wanted,
    "~=": lambda value, wanted: wanted in _words(value),
    "|=": lambda value, wanted: value == wanted or value.startswith(f"{wanted}-"),
    "^=": lambda value, wanted: bool(wanted) and value.startswith(wanted),
    "$=": lambda value, wanted: bool(wanted) and value.endswith(wanted),
    "*=": lambda value, wanted: bool(wanted) and wanted in value,
}


def _words(value: str) -> list[str]:
    """Part a value at the white space of XML, which is not Python's."""
    return [word for word in _WHITE.split(value) if word]
