"""CSS selectors, compiled once to XPath and looked up by what an element carries.

A selector of one compound (``p.legend[align=center]``) depends on an element's tag and attributes only, so its
answer is kept for the next element that carries the same. A selector that looks around (``div.box > a``,
``:first-child``) is answered once a post, and only if some element of the post could be its last part.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from cssselect import HTMLTranslator, SelectorError
from cssselect import parse as parse_css
from cssselect.parser import Attrib, Class, CombinedSelector, Element, Hash, Negation
from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cssselect.parser import Selector as ParsedSelector
    from cssselect.parser import Tree
    from lxml.etree import _Element

_translator = HTMLTranslator()


@dataclass(frozen=True, slots=True)
class Selector:
    """One compiled selector.

    ``key`` is what an element must carry to be worth asking (``#id``, ``.class``, ``[attribute]``, a tag or
    ``*``); ``names`` the attributes the answer depends on; ``local`` whether tag and attributes decide alone.
    ``test`` runs on the element if ``local``, else on the root, where it returns all elements selected.
    """

    text: str
    key: str
    names: frozenset[str]
    local: bool
    test: etree.XPath


class Selection:
    """Several selectors asked as one."""

    def __init__(self, selectors: Iterable[Selector]) -> None:
        listed = list(selectors)
        local = [selector.test.path for selector in listed if selector.local]
        self._here = etree.XPath(" | ".join(local), smart_strings=False) if local else None
        self._around = [selector.test for selector in listed if not selector.local]

    def here(self, element: _Element) -> bool:
        """Whether the element is selected by what it carries itself."""
        return self._here is not None and bool(self._here(element))

    def around(self, root: _Element) -> frozenset[_Element]:
        """Return the elements that are selected by where they stand."""
        return frozenset(element for test in self._around for element in cast("list[_Element]", test(root)))


def compile_selector(text: str) -> list[Selector]:
    """Compile a selector group (``a, b``). Raises ValueError with the reason."""
    try:
        return [_compile(text, parsed) for parsed in parse_css(text)]
    except (SelectorError, etree.XPathSyntaxError) as error:
        raise ValueError(f"not a CSS selector: {text!r} ({error})") from None


def _compile(text: str, parsed: ParsedSelector) -> Selector:
    if parsed.pseudo_element is not None:
        raise SelectorError("a pseudo-element is no element")
    tree = parsed.parsed_tree
    parts = list(_compound(tree))
    local = all(isinstance(part, (Attrib, Class, Element, Hash, Negation)) for part in parts) and not any(
        isinstance(part, CombinedSelector) for part in _descendants(parts)
    )
    names = frozenset(_names(parts))
    prefix = "self::" if local else "descendant-or-self::"
    xpath = str(_translator.xpath(tree))
    return Selector(text, _key(parts), names, local, etree.XPath(prefix + xpath, smart_strings=False))


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
