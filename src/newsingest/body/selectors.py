"""CSS selectors, compiled once and looked up by what an element carries.

A selector of one compound (``p.legend[align=center]``) depends on an element's tag and attributes only: it becomes a
test of these, and its answer is kept for the next element that carries the same. A selector that looks around
(``div.box > a``, ``:first-child``) becomes XPath, answered once a post, and only if some element of the post could be
its last part.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache, reduce
from typing import TYPE_CHECKING, cast

import msgspec
from cssselect import HTMLTranslator, SelectorError
from cssselect import parse as parse_css
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash, Negation
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from cssselect.parser import Selector as ParsedSelector
    from cssselect.parser import Tree
    from lxml.etree import _Element

    from newsingest.body.tree import Body

    Fits = Callable[[str, Mapping[str, str]], bool]

_translator = HTMLTranslator()
_WHITE = re.compile(r"[ \t\r\n]+")
_KEPT = 1024  # selectors: a profile has those of the one it extends


class Selector(msgspec.Struct, frozen=True):
    """One compiled selector.

    ``key`` is what an element must carry to be worth asking (``#id``, ``.class``, ``[attribute]``, a tag or ``*``);
    ``names`` the attributes the answer depends on. ``fits`` tells it from tag and attributes where they decide alone;
    otherwise it is None, and ``select`` looks through a whole tree. ``needs`` are names and values, as XML has them,
    without which nothing is selected.
    """

    text: str
    key: str
    names: frozenset[str]
    fits: Fits | None
    needs: frozenset[str]
    xpath: str

    def may_select(self, body: Body) -> bool:
        """Whether some element of a body may be selected, as far as its XML tells, if that is at hand."""
        xml = body.xml_at_hand
        return xml is None or all(each in xml for each in self.needs)

    def select(self, root: _Element) -> frozenset[_Element]:
        """Return the elements selected in a tree."""
        return frozenset(cast("list[_Element]", _compiled(self.xpath)(root)))


class Selection:
    """Several selectors asked as one."""

    def __init__(self, selectors: Iterable[Selector]) -> None:
        listed = list(selectors)
        self._here = [selector.fits for selector in listed if selector.fits is not None]
        self._around = [selector for selector in listed if selector.fits is None]
        # Of which one must stand in the tag of an element that ``here`` selects; None where that is not all.
        needs = [selector.needs for selector in listed if selector.fits is not None]
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


@cache
def _compiled(xpath: str) -> etree.XPath:
    return etree.XPath(f"descendant-or-self::{xpath}", smart_strings=False)


@lru_cache(_KEPT)
def compile_selector(text: str) -> tuple[Selector, ...]:
    """Compile a selector group (``a, b``). Raises ValueError with the reason."""
    try:
        return tuple(_compile(text, parsed) for parsed in parse_css(text))
    except (SelectorError, etree.XPathSyntaxError) as error:
        raise ValueError(f"not a CSS selector: {text!r} ({error})") from None


def _compile(text: str, parsed: ParsedSelector) -> Selector:
    if parsed.pseudo_element is not None:
        raise SelectorError("a pseudo-element is no element")
    tree = parsed.parsed_tree
    for part in _all_parts(tree):
        if isinstance(part, (Attrib, Element)) and part.namespace is not None:
            raise SelectorError(f"HTML has no namespace {part.namespace!r}")
    parts = list(_compound(tree))
    local = all(isinstance(part, (Attrib, Class, Element, Hash, Negation)) for part in _descendants(parts))
    xpath = str(_translator.xpath(tree))
    if not local:
        _compiled(xpath)  # while there is someone to hear of what is wrong
    fits = _fits(parts) if local else None
    return Selector(text, _key(parts), frozenset(_names(parts)), fits, frozenset(_needs(tree)), xpath)


def _all_parts(tree: Tree) -> Iterator[Tree]:
    """Yield every part of a selector, but for what is negated."""
    yield tree
    if isinstance(tree, CombinedSelector):
        yield from _all_parts(tree.subselector)
    if not isinstance(tree, Element):
        yield from _all_parts(tree.selector)


def _needs(tree: Tree) -> Iterable[str]:
    """Yield what the XML of a body must hold for any element to be selected."""
    for part in _all_parts(tree):
        if isinstance(part, (Class, Hash)):
            yield _escaped(part.class_name if isinstance(part, Class) else part.id)
        elif isinstance(part, Attrib) and part.operator != "!=":
            yield part.attrib.lower()
            if part.value is not None and part.value.value:
                yield _escaped(str(part.value.value))


def _escaped(text: str) -> str:
    """Write an attribute's value as XML does."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.replace("\t", "&#9;").replace("\n", "&#10;").replace("\r", "&#13;")


def _fits(parts: Iterable[Tree]) -> Fits:
    """Make a test of a compound's parts."""
    return reduce(_both, map(_test, parts))


def _both(one: Fits, other: Fits) -> Fits:
    return lambda tag, carried: one(tag, carried) and other(tag, carried)


def _test(part: Tree) -> Fits:
    """Make a test of one part of a compound."""
    if isinstance(part, Negation):
        inner = _fits(_compound(part.subselector))
        return lambda tag, carried: not inner(tag, carried)
    if isinstance(part, Class):
        return lambda _, carried: part.class_name in _words(carried.get("class", ""))
    if isinstance(part, Hash):
        return lambda _, carried: carried.get("id") == part.id
    if isinstance(part, Attrib):
        return _attribute_test(part)
    name = part.element.lower() if isinstance(part, Element) and part.element else None
    return lambda tag, _: name is None or tag == name


def _attribute_test(part: Attrib) -> Fits:
    name = part.attrib.lower()
    wanted = "" if part.value is None else str(part.value.value)
    holds = _OPERATORS[part.operator]
    if part.operator == "!=":
        return lambda _, carried: carried.get(name) != wanted
    return lambda _, carried: name in carried and holds(carried[name], wanted)


# What CSS says of an attribute's value; a search for nothing finds nothing.
_OPERATORS: dict[str, Callable[[str, str], bool]] = {
    "exists": lambda _value, _wanted: True,
    "=": lambda value, wanted: value == wanted,
    "!=": lambda value, wanted: value != wanted,
    "~=": lambda value, wanted: wanted in _words(value),
    "|=": lambda value, wanted: value == wanted or value.startswith(f"{wanted}-"),
    "^=": lambda value, wanted: bool(wanted) and value.startswith(wanted),
    "$=": lambda value, wanted: bool(wanted) and value.endswith(wanted),
    "*=": lambda value, wanted: bool(wanted) and wanted in value,
}


def _words(value: str) -> list[str]:
    """Part a value at the white space of XML, which is not Python's."""
    return [word for word in _WHITE.split(value) if word]


def _compound(tree: Tree) -> Iterable[Tree]:
    """Yield the parts of the last compound, from the outermost in, with a CombinedSelector if there is one."""
    node: Tree | None = tree
    while node is not None:
        yield node
        node = None if isinstance(node, (CombinedSelector, Element)) else getattr(node, "selector", None)
    last = tree
    while not isinstance(last, (CombinedSelector, Element)):
        last = last.selector
    if isinstance(last, CombinedSelector):
        yield from _compound(last.subselector)


def _descendants(parts: Iterable[Tree]) -> Iterable[Tree]:
    for part in parts:
        yield part
        if isinstance(part, Negation):
            yield from _descendants(_compound(part.subselector))


def _names(parts: Iterable[Tree]) -> Iterable[str]:
    for part in _descendants(parts):
        if isinstance(part, Class):
            yield "class"
        elif isinstance(part, Hash):
            yield "id"
        elif isinstance(part, Attrib):
            yield part.attrib.lower()


def _key(parts: list[Tree]) -> str:
    """Choose what to look a compound up by: the rarest thing it names."""
    keys: dict[type[Tree], str] = {}
    for part in parts:
        if isinstance(part, Hash):
            keys[Hash] = f"#{part.id}"
        elif isinstance(part, Class):
            keys[Class] = f".{part.class_name}"
        elif isinstance(part, Attrib):
            keys[Attrib] = f"[{part.attrib.lower()}]"
        elif isinstance(part, Element) and part.element:
            keys[Element] = part.element.lower()
    return next((keys[kind] for kind in (Hash, Class, Attrib, Element) if kind in keys), "*")
