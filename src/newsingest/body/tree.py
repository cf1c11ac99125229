"""A post's body: written out as XML, and as the tree that libxml2 makes of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from newsingest.engine import engine
from newsingest.errors import PostError

_ENGINE = engine()
if _ENGINE == "compiled":
    from newsingest.body import _markup

if TYPE_CHECKING:
    from lxml.etree import _Element

    from newsingest.engine import Engine

# libxml2 stops reading at this depth, even with huge_tree. A body of fewer tags cannot get there, as html and body
# stand around it.
_DEEPEST = 2048
_FEWEST = _DEEPEST - 3
_RESOURCE_LIMIT = 114  # libxml2's number for that error, which lxml before 6.1 has no name for
# The HTML parser ends at </html>, where a scraped page may go on.
_PAGE_TAGS = re.compile(rb"</?(?:html|body)(?![\w\x80-\xff])[^>]*>", re.IGNORECASE)


class Body:
    """A body as XML and as a tree. Each is made when it is first asked for; most trees never are.

    Without ``root`` the tree is read from ``text``, and ``chars`` are the characters of its XML. ``body[n]`` is the
    n-th element of the tree, counted from 0 in the order in which elements begin.
    """

    __slots__ = ("_chars", "_listed", "_root", "_xml", "text")

    def __init__(self, root: _Element | None, chars: bytes | None = None, text: str = "") -> None:
        self._root = root
        self._chars = chars
        self._xml: str | None = None
        self.text = text
        self._listed: list[_Element] | None = None

    def __getitem__(self, number: int) -> _Element:
        """Return an element by its number."""
        if self._listed is None:
            self._listed = list(self.root.iter())
        return self._listed[number]

    @property
    def root(self) -> _Element:
        """The root of the tree."""
        if self._root is None:
            self._root = read_tree(self.text)
        return self._root

    @property
    def xml(self) -> str:
        """The tree as libxml2 writes it."""
        if self._xml is None:
            if self._chars is None:
                self._xml = etree.tostring(self.root, encoding="unicode", with_tail=False)
            else:
                self._xml = _markup.text_of(self._chars)
        return self._xml

    @property
    def xml_at_hand(self) -> str | None:
        """The tree's XML, or None where the tree would have to be written out for it."""
        return None if self._xml is None and self._chars is None else self.xml

    @property
    def chars(self) -> bytes:
        """The XML's characters, as compiled code goes over them."""
        if self._chars is None:
            self._chars = _markup.chars_of(self.xml)
        return self._chars


def read_body(text: str, path: str, by: Engine = _ENGINE) -> Body:
    """Read a body. Raises PostError for a tree too deep for libxml2."""
    chars = _markup.xml_of(text) if by == "compiled" else None
    if chars is None:
        return Body(read_tree(text, path), text=text)
    return Body(None, chars, text)


def read_tree(body: str, path: str = "") -> _Element:
    """Parse a body. No network, no entities, no comments; a tree too deep for libxml2 is an error, and is never cut."""
    raw = body.encode()  # bytes are cheaper to search
    if b"</html" in raw or b"</body" in raw or b"</HTML" in raw or b"</BODY" in raw:
        raw = _PAGE_TAGS.sub(b"", raw)
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True)
    root = etree.fromstring(raw, parser) if raw and not raw.isspace() else None
    if root is None:
        return etree.Element("body")
    if raw.count(b"<") >= _FEWEST and any(entry.type == _RESOURCE_LIMIT for entry in parser.error_log):
        raise PostError(
            path,
            f"the markup is nested more than {_DEEPEST - 1} levels deep",
            "Close the tag that is opened again and again",
        )
    return root
