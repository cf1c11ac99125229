"""What libxml2 makes of single tags, attributes and references: libxml2 itself is asked, whatever its version.

The compiled reader of plain markup (``_markup.pyx``) asks each question once and remembers the answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, cast

from lxml import etree

if TYPE_CHECKING:
    from lxml.etree import _Element

    _Node = tuple[str, str | None, list["_Node"], str | None]  # tag, text, children, tail

INSIDE: Final = 0
"""The tag begins an element inside the open one."""
CLOSES: Final = 1
"""The tag ends the open element first."""
VOID: Final = 2
"""The tag is a whole element."""
NORMAL: Final = 3
"""The tag begins an element that has content."""
UNLIKE: Final = 4
"""libxml2 does something else."""

# Elements that stand around the body, or change how the rest of a page is read.
_REFUSED = frozenset("html head body frameset frame noframes base basefont meta link plaintext".split())


def of_tag(name: str) -> int:
    """Say what a tag is: VOID, NORMAL or UNLIKE."""
    # <body-text> looks like the page's own tag to those who look for where the page ends.
    if name in _REFUSED or name.startswith(("html", "body")):
        return UNLIKE
    match _read(f"<div><{name}>x</{name}>y"):
        case [("div", None, [(tag, "x", [], "y")], _)] if tag == name:
            return NORMAL
        case [("div", None, [(tag, None, [], "xy")], _)] if tag == name:
            return VOID
    return UNLIKE


def inside(outer: str, inner: str) -> int:
    """Say what a tag does directly inside an open element: INSIDE, CLOSES or UNLIKE."""
    match _read(f"<{outer}><{inner}>"):
        case [(first, None, [(second, None, [], None)], None)] if (first, second) == (outer, inner):
            return INSIDE
        case [(first, None, [], None), (second, None, [], None)] if (first, second) == (outer, inner):
            return CLOSES
    return UNLIKE


def over(outer: str, inner: str) -> int:
    """Say what the end tag of an element does to another that is open inside it.

    CLOSES ends both, INSIDE means that the end tag is ignored; else UNLIKE.
    """
    match _read(f"<{outer}><{inner}>x</{outer}>y"):
        case [(first, None, [(second, "x", [], None)], "y")] if (first, second) == (outer, inner):
            return CLOSES
        case [(first, None, [(second, "xy", [], None)], None)] if (first, second) == (outer, inner):
            return INSIDE
    return UNLIKE


def begins(name: str) -> bool:
    """Whether a tag that comes first in a body simply begins an element there."""
    match _read(f" <!-- --> <{name}>"):
        case [(tag, None, [], None)]:
            return tag == name
    return False


def begins_text() -> bool:
    """Whether text may stand directly in the body, even first."""
    body = _body(" <!-- --> x<b>y</b>")
    return body is not None and body.text == "x"


def is_ignored_end(name: str) -> bool:
    """Whether an end tag without a start tag is ignored."""
    outer = "p" if name == "div" else "div"
    match _read(f"<{outer}>x</{name}>y</{outer}>z"):
        case [(tag, "xy", [], "z")]:
            return tag == outer
    return False


def flag(name: str) -> str | None:
    """Return the value that libxml2 gives to an attribute written without one."""
    carried = _carried(f"<p {name}>")
    return carried[0][1] if len(carried) == 1 and carried[0][0] == name else None


def reference(written: str) -> str | None:
    """Return the text for which a reference (``&nbsp;``) stands in text."""
    match _read(f"<p>x{written}</p>"):
        case [("p", str(text), [], None)] if text[:1] == "x":
            return text[1:]
    return None


def reference_in_attribute(written: str) -> str | None:
    """Return the text for which a reference stands in the value of an attribute."""
    match _carried(f'<p title="x{written}">'):
        case [("title", str(value))] if value[:1] == "x":
            return value[1:]
    return None


def _carried(markup: str) -> list[tuple[str, str]]:
    """Return the attributes of an element that stands alone in a body."""
    body = _body(markup)
    return cast("list[tuple[str, str]]", body[0].items()) if body is not None and len(body) == 1 else []


def _read(markup: str) -> list[_Node]:
    """Return the elements of a body that has no text before them."""
    body = _body(markup)
    return [] if body is None or body.text else [_node(element) for element in body]


def _body(markup: str) -> _Element | None:
    """Return the body, if all that was read is in it."""
    root = etree.fromstring(markup.encode(), etree.HTMLParser(encoding="utf-8"))
    return root[0] if root is not None and len(root) == 1 and root.tag == "html" and root[0].tag == "body" else None


def _node(element: _Element) -> _Node:
    return str(element.tag), element.text, [_node(child) for child in element], element.tail
