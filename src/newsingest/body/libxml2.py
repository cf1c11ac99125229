"""What libxml2 makes of single tags, attributes and references: asked of libxml2 itself, whatever its version.

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
"""libxml2 does something else, or it is not known what."""

# Elements around the body and what changes how the rest is read.
_REFUSED = frozenset("html head body frameset frame noframes base basefont meta link plaintext".split())


def of_tag(name: str) -> int:
    """Say what a tag is: VOID, NORMAL or UNLIKE."""
    # What begins like a page's tag (<body-text>) may be cut out as one; where it ends, others are looked for.
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
    """Say what an end tag does to an open element inside its own: CLOSES, INSIDE (it is ignored) or UNLIKE."""
    match _read(f"<{outer}><{inner}>x</{outer}>y"):
        case [(first, None, [(second, "x", [], None)], "y")] if (first, second) == (outer, inner):
            return CLOSES
        case [(first, None, [(second, "xy", [], None)], None)] if (first, second) == (outer, inner):
            return INSIDE
    return UNLIKE


def begins(name: str) -> bool:
    """Whether a tag as the first of a body simply begins an element of the body."""
    match _read(f" <!-- --> <{name}>"):
        case [(tag, None, [], None)]:
            return tag == name
    return False


def begins_text() -> bool:
    """Whether text may stand directly in the body, at its beginning too."""
    body = _body(" <!-- --> x<b>y</b>")
    return body is not None and body.text == "x"


def is_ignored_end(name: str) -> bool:
    """Whether an end tag without its beginning is nothing."""
    match _read(f"<div>x</{name}>y</div>z"):
        case [("div", "xy", [], "z")]:
            return True
    return False


def flag(name: str) -> str | None:
    """Return the value of an attribute that is written without one."""
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
    """Return the attributes of the one element that is read."""
    body = _body(markup)
    return cast("list[tuple[str, str]]", body[0].items()) if body is not None and len(body) == 1 else []


def _read(markup: str) -> list[_Node]:
    """Read elements of a body."""
    body = _body(markup)
    return [] if body is None or body.text else [_node(element) for element in body]


def _body(markup: str) -> _Element | None:
    """Return the body, if all that was read is in it."""
    root = etree.fromstring(markup.encode(), etree.HTMLParser(encoding="utf-8"))
    return root[0] if root is not None and len(root) == 1 and root.tag == "html" and root[0].tag == "body" else None


def _node(element: _Element) -> _Node:
    return str(element.tag), element.text, [_node(child) for child in element], element.tail
