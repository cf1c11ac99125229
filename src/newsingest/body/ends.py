"""What stands below a text and is none of it: lines known by their words, or by what stands above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from newsingest.body.headings import PROSE_WIDTH
from newsingest.body.lines import Line
from newsingest.body.looks import is_wide
from newsingest.text import has_word

if TYPE_CHECKING:
    from collections.abc import Container, Sequence

    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LineMatch, LinePatterns

_KINDS = ("text", "list-item", "quote")
_MOST_PICTURES = 2  # codes to scan
_MOST_UNKNOWN = 3  # lines that no pattern knows, below one that is
FARTHEST = _MOST_PICTURES + _MOST_UNKNOWN
"""How many items may stand below a foot that was left out."""
_FOOT_WIDTH = 7  # a mark like "The End" says nothing of what stands below it, and no ornament does
# A notice is signed and dated, and names what goes with it.
GOES_ON = '。.？?…；;：:，,、」”"》）)'
"""How a line ends that is a sentence or introduces something."""
_NO_END = (*GOES_ON, *"部局办厅院组社", "团队", "委员会", "公司", "中心")
_OWN_BEGINNINGS = ("（", "(", "[", "【", "附", "参考", "注", *"0123456789")


class End(NamedTuple):
    """The place of a line that is none of the text, and the pattern that knows it, if one does."""

    place: int
    line: Line
    match: LineMatch | None


def is_foot(line: Line) -> bool:
    """Whether a line that was left out says that a short one below it is none of the text either."""
    return is_wide(line.text, _FOOT_WIDTH) and has_word(line.text)


def find_ends(content: Sequence[Item], patterns: LinePatterns, below: Container[int], feet: Sequence[int]) -> list[End]:
    """Find the lines below the text, the last first; ``feet`` are lengths the content had when a foot was left out.

    ``below`` are the lines directly below a picture, by ``id()``.
    """
    ends: list[End] = []
    unknown: list[End] = []  # until a foot is found above them
    pictures = 0
    for place in range(len(content) - 1, -1, -1):
        item = content[place]
        if not isinstance(item, Line):
            pictures += 1
            if pictures > _MOST_PICTURES:
                break
        else:
            match = patterns.match_tail(item.text) if item.kind in _KINDS else None
            if match is not None and not (id(item) in below and patterns.is_caption(item.text)):
                ends += [*unknown, End(place, item, match)]
                unknown = []
            elif match is None and feet and len(unknown) < _MOST_UNKNOWN and _may_be_end(item, patterns):
                unknown.append(End(place, item, None))
            else:
                break
        if unknown and place in feet:
            ends += unknown
            unknown = []
    if not ends or not any(isinstance(item, Line) and _is_of_text(item) for item in content[: ends[-1].place]):
        return []
    return ends


def _may_be_end(line: Line, patterns: LinePatterns) -> bool:
    if line.level or line.bold or line.kind not in _KINDS or (line.kind != "text" and not line.spans):
        return False
    text = line.text
    if text.endswith(_NO_END) or text.startswith(_OWN_BEGINNINGS):
        return False
    return not is_wide(text, 2 * PROSE_WIDTH) and not patterns.is_signature(text)


def _is_of_text(line: Line) -> bool:
    return line.text.endswith(("。", ".", "”", "」")) or is_wide(line.text, PROSE_WIDTH)
