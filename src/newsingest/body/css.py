"""CSS selectors as their authors write them, read by cssselect."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cssselect import HTMLTranslator, SelectorError
from cssselect import parse as parse_css
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash, Negation, Pseudo
from lxml import etree

from newsingest.body.selectors import Condition, Selector

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from cssselect.parser import Selector as ParsedSelector
    from cssselect.parser import Tree

# What a reader does; elements of a file have no such state.
_STATES = frozenset({"active", "focus", "hover", "target", "visited"})

_translator = HTMLTranslator()


def read_selector(text: str) -> tuple[Selector, ...]:
    """Read a selector group (``a, b``). Raises ValueError with the reason."""
    try:
        return tuple(_read(text, place, parsed) for place, parsed in enumerate(parse_css(text)))
    except (SelectorError, etree.XPathSyntaxError) as error:
        raise ValueError(f"not a CSS selector: {text!r} ({error})") from None


@cache
def path(text: str, place: int) -> etree.XPath:
    """Compile what selects in a tree, of one selector of a group. Raises as cssselect and lxml do."""
    xpath = _translator.xpath(parse_css(text)[place].parsed_tree)
    return etree.XPath(f"descendant-or-self::{xpath}", smart_strings=False)


def _read(text: str, place: int, parsed: ParsedSelector) -> Selector:
    if parsed.pseudo_element is not None:
        raise SelectorError("a pseudo-element is no element")
    tree = parsed.parsed_tree
    for part in _all_parts(tree):
        if isinstance(part, (Attrib, Element)) and part.namespace is not None:
            raise SelectorError(f"HTML has no namespace {part.namespace!r}")
        if isinstance(part, Pseudo) and part.ident.lower() in _STATES:
            raise SelectorError(f"a file is not pointed at or visited: `:{part.ident}` never fits")
    parts = list(_compound(tree))
    local = all(isinstance(part, (Attrib, Class, Element, Hash, Negation)) for part in _descendants(parts))
    path(text, place)  # while there is someone to hear of what is wrong
    conditions = tuple(_conditions(parts)) if local else None
    return Selector(text, place, _key(parts), frozenset(_names(parts)), conditions, frozenset(_needs(tree)))


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


def _conditions(parts: Iterable[Tree]) -> Iterator[Condition]:
    """Yield the conditions that a compound's parts are."""
    for part in parts:
        if isinstance(part, Negation):
            yield Condition("not", denied=tuple(_conditions(_compound(part.subselector))))
        elif isinstance(part, Class):
            yield Condition("~=", part.class_name, "class")
        elif isinstance(part, Hash):
            yield Condition("=", part.id, "id")
        elif isinstance(part, Attrib):
            yield Condition(part.operator, "" if part.value is None else str(part.value.value), part.attrib.lower())
        elif isinstance(part, Element) and part.element:
            yield Condition("tag", part.element.lower())


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
