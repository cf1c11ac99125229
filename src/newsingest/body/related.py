"""Labels of related links: "Related", "More on the harbour" above a list, or with their one link beside them."""

from __future__ import annotations

import re
from collections import deque
from itertools import islice
from typing import TYPE_CHECKING

from newsingest.body.lines import Line, next_line
from newsingest.text import fold, has_word, squash

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from lxml.etree import _Element

    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LineMatch
    from newsingest.body.media import Picture
    from newsingest.body.prose import Prose

_MOST_OF_REST = 0.6  # so much of what follows a label must be linked
_KINDS_OF_LINKS = ("text", "list-item")
_SENTENCE_END = tuple('。！？.!?”」"')
_LONGEST_MARK = 3  # after a link
_MOST_LINES = 20  # of such a list: longer ones are what a digest is made of
_FEWEST_LINKS = 2  # of a list that needs no label
_FEWEST_BELOW_PICTURE = 3  # lines of one: what a picture shows and who took it may be linked, too
_KINDS_OF_CAPTIONS = ("caption", "figure")
_MOST_NESTED = 5  # elements around a label, in which the box is looked for
# Compiled when a body first ends in links. Links that a text offers itself: an address, a file, what it is about.
_INTRODUCING = (
    r"(?i)以[上下]|如下|下[面列方]|上述|这[些几]|[几一]些|推荐|链接|资料|参考|目录|清单|附[上件]|[:：]\s*$|[①-⑳]"
    r"|\b(?:below|following|here|these|some|few|links?|resources?|reading|references?|list|posts?|articles?)\b"
)
_OFFERED = r"(?i)https?:|www\.|附件|.*(?:\.(?:pdf|docx?|xlsx?|pptx?|zip)$|下载|源码|代码|论文|官网|download|github)"


class LinkPictures:
    """Tells the pictures of related links, by ``id()``: what stands above the last link, or one for each link."""

    __slots__ = ("_links", "_own", "_waiting", "ids")

    def __init__(self, ids: set[int]) -> None:
        self.ids = ids
        self.begin()

    def begin(self) -> None:
        """Begin a list, at its label."""
        self._links = self._own = 0
        self._waiting: list[int] = []

    def add_link(self) -> None:
        """Take a link of the list, and the pictures above it."""
        self._links += 1
        self._own += len(self._waiting)
        self.ids |= {*self._waiting}
        self._waiting.clear()

    def add_picture(self, picture: Picture) -> None:
        """Take a picture below the label or a link."""
        self._waiting.append(id(picture))
        if 0 < self._own < self._links:  # pictures stand below their links
            self.ids.add(self._waiting.pop())
            self._own += 1


def is_link_label(line: Line, match: LineMatch | None, items: Sequence[Item], index: int, prose: Prose) -> bool:
    """Whether a line, the item of this number, heads a list of related links, or is a label and its one link."""
    if match is None or match.kind != "labels":
        return False
    # In "More on the harbour" the topic belongs to the label, and may be the link.
    rest = match.groups.get("rest", "")
    covered = sum(span.end - span.start for span in line.spans if not span.stock)
    if covered and covered >= _MOST_OF_REST * len(rest):
        # Each item of a digest may have a bare pointer, too.
        return has_word(line.text[: len(line.text) - len(rest)]) or (
            not line.level and prose.is_above() and not prose.is_below_each(line.text[:1])
        )
    if rest:
        return False
    following = next_line(items, index)
    return following.linked if following is not None else index + 1 == len(items)


def count_last_links(
    content: Sequence[Item], is_label: Callable[[Line], bool], is_caption: Callable[[Line], bool]
) -> int:
    """Count the lines that end a body, links and nothing else, below a sentence that introduces nothing or a label."""
    at, links = len(content), 0
    while at and isinstance(line := content[at - 1], Line) and line.spans and _leads_away(line):
        at -= 1
        links += len(line.spans)
        if len(content) - at > _MOST_LINES:
            return 0
    count = len(content) - at
    above = content[at - 1] if at and count else None
    if isinstance(above, Line) and is_label(above):
        return count + 1
    while at and count >= _FEWEST_BELOW_PICTURE and not _is_text(above := content[at - 1], is_caption):
        at -= 1
    if not isinstance(above, Line):
        return 0
    if links < _FEWEST_LINKS or above.kind != "text" or above.spans or not above.text.endswith(_SENTENCE_END):
        return 0
    return 0 if re.search(_INTRODUCING, above.text) else count


def _is_text(item: Item, is_caption: Callable[[Line], bool]) -> bool:
    """Whether an item is no picture or banner, and no line of one."""
    return isinstance(item, Line) and item.kind not in _KINDS_OF_CAPTIONS and not is_caption(item)


def ends_in_link(line: Line) -> bool:
    """Whether a line with spans ends in one, and has no more of them than a list of related links."""
    return line.spans[-1].end >= len(line.text) - _LONGEST_MARK and len(line.spans) <= _MOST_LINES


def are_boxed(texts: Sequence[str], root: _Element) -> bool:
    """Whether an element of a tree holds these texts, the first of which is a label, and nothing else."""
    whole = "".join(map(squash, texts))
    heads = (each for each in root.iter() if texts[0] in fold(each.text or "") or texts[0] in fold(each.tail or ""))
    last = deque(heads, maxlen=1)  # as what stands above may say the same
    return any(_says(box, whole) for head in last for box in (head, *islice(head.iterancestors(), _MOST_NESTED)))


def _says(element: _Element, whole: str) -> bool:
    """Whether an element says this and no more."""
    said = ""
    for text in element.itertext():
        said += squash(str(text))
        if not whole.startswith(said):
            return False
    return said == whole


def _leads_away(line: Line) -> bool:
    if line.kind not in _KINDS_OF_LINKS or not ends_in_link(line) or any(span.stock for span in line.spans):
        return False
    if re.match(_OFFERED, line.text):
        return False
    bounds = [0, *(bound for span in line.spans for bound in (span.start, span.end)), len(line.text)]
    return not any(has_word(line.text[start:end]) for start, end in zip(bounds[::2], bounds[1::2], strict=True))
