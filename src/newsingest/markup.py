"""A parsed body as one flat list of tags and texts.

Walking the tree costs an object for each element. Written out by libxml2 and split by one expression, the same body is
a list of strings; an element is fetched from the tree only where one must be looked at.
"""

from __future__ import annotations

import re
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from lxml import etree

from newsingest.text import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

# In XML as libxml2 writes it no ">" stands in a tag and no "<" in a text. An HTML tag's name may hold a "<".
_TOKENS = re.compile(r"<([^>]*)>([^<]*)")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
# A name may begin with "=" and hold quotes.
_ATTRIBUTES = re.compile(r' (=?[^\s=]*)="([^"]*)"')
# What says that the text written out is not the tree's: characters that XML has no place for, and the style of XHTML,
# in which elements are added.
_LOST = "&#xFFFD;"
_UNLIKE = (_LOST, " />")

Token = tuple[str, str]
"""A tag without its angle brackets (``p class="x"``, ``br/``, ``/p``), and the text up to the next tag, as XML."""


class Markup:
    """A body's tokens, in reading order. Places are numbers of tokens."""

    __slots__ = ("_elements", "_ends", "_scanned", "_sizes", "root", "tokens", "xml")

    def __init__(self, root: _Element) -> None:
        self.root = root
        self.xml = etree.tostring(root, encoding="unicode", with_tail=False)
        self.tokens = _tokens(self.xml, root)
        self._elements: dict[int, _Element] | None = None
        self._ends: list[int] = []
        self._scanned = 0
        self._sizes: list[int] = []

    @property
    def has_invisible(self) -> bool:
        """Whether any text may hold invisible characters."""
        return any(char in self.xml for char in INVISIBLE) or _LOST in self.xml

    def element(self, at: int) -> _Element:
        """Return the element that a token begins."""
        if self._elements is None:
            places = (place for place, (tag, _) in enumerate(self.tokens) if tag[0] != "/")
            self._elements = dict(zip(places, self.root.iter(), strict=True))
        return self._elements[at]

    def end(self, at: int) -> int:
        """Return the token that ends what the one at hand begins: itself, if it is empty."""
        if not self._ends and self._scanned > len(self.tokens):  # enough to find all ends in one go
            self._ends = _ends(self.tokens)
        if self._ends:
            return self._ends[at]
        end = at
        depth = 0
        for tag, _ in islice(self.tokens, at, None):
            depth += -1 if tag[0] == "/" else tag[-1] != "/"
            if not depth:
                break
            end += 1
        self._scanned += end - at
        return end

    def tail(self, at: int) -> str:
        """Return the text behind an element."""
        return unescaped(self.tokens[self.end(at)][1])

    def size(self, at: int) -> int:
        """Count the characters of an element's text, but for pieces that are all white space."""
        if not self._sizes:
            texts = [text for _, text in self.tokens]
            if "&" in self.xml:
                texts = [unescaped(text) for text in texts]
            self._sizes = [0, *accumulate([0 if text.isspace() else len(text) for text in texts])]
        return self._sizes[self.end(at)] - self._sizes[at]


def attributes(tag: str) -> dict[str, str]:
    """Read the attributes of a token's tag."""
    found = _ATTRIBUTES.findall(tag)
    return {name: unescaped(value) for name, value in found} if "&" in tag else dict(found)


def tag_name(tag: str) -> str:
    """Return the name of the element that a token begins."""
    return tag.partition(" ")[0].rstrip("/")


def unescaped(text: str) -> str:
    """Put characters in the place of what XML writes for them."""
    if "&" not in text:
        return text
    text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", '"')
    if "&#" in text:
        text = text.replace("&#9;", "\t").replace("&#10;", "\n").replace("&#13;", "\r")
    return text.replace("&amp;", "&")


def _tokens(xml: str, root: _Element) -> list[Token]:
    if "<![CDATA[" in xml:  # scripts and styles, before libxml2 2.14
        xml = _CDATA.sub(lambda found: escaped(found[1]), xml)
    if any(sign in xml for sign in _UNLIKE):
        return list(_walked(root))
    return _TOKENS.findall(xml)


def _walked(root: _Element) -> Iterator[Token]:
    """Yield the tokens of a tree element by element."""
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            written = "".join(f' {name!s}="{escaped(str(value))}"' for name, value in element.items())
            yield f"{element.tag}{written}", escaped(element.text or "")
        else:
            yield f"/{element.tag}", "" if element is root else escaped(element.tail or "")


def escaped(text: str) -> str:
    """Write a text or an attribute's value as XML does."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _ends(tokens: list[Token]) -> list[int]:
    ends = list(range(len(tokens)))
    opened: list[int] = []
    for place, (tag, _) in enumerate(tokens):
        if tag[0] == "/":
            ends[opened.pop()] = place
        elif tag[-1] != "/":
            opened.append(place)
    return ends
