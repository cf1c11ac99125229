"""Boxes that were left out for their class, as that of a page's tags: the editor may be named in one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from newsingest.body.flow import read_flow
from newsingest.body.lines import Line
from newsingest.body.stylesheet import attributes_of
from newsingest.body.tree import read_body

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from newsingest.body.flow import Flow
    from newsingest.profiles.profile import Profile

# What the class of such a box says, in a word that drops it: comments and other posts have editors of their own.
_OF_POST = ("tag", "keyword", "shar", "toolbar", "copyright", "disclaimer")
_SIGNS = ("编辑", "編輯", "责编", "責編")  # without one of these, no tree is read for it


def editor_below(flow: Flow, profile: Profile) -> Line | None:
    """Find the line of an editor, and nothing else, in a box that stood below all of the text."""
    boxes = flow.dropped_below("drop_words")
    if not boxes or not any(sign in flow.body.text for sign in _SIGNS):
        return None
    for element in (box.element for box in boxes):
        word = profile.sheet.drop_word(attributes_of(element)) or ""
        for line in _lines(element, profile) if any(each in word for each in _OF_POST) else ():
            match = profile.lines.match_line(line)
            if match is not None and match.groups.keys() == {"editor"}:
                return line
    return None


def _lines(box: _Element, profile: Profile) -> Iterator[Line]:
    """Yield the lines of a box by itself; as all there is, it is not left out again."""
    markup = etree.tostring(box, encoding="unicode", method="html", with_tail=False)
    return (item for item in read_flow(read_body(markup, ""), profile).items if isinstance(item, Line))
