"""What stands below a text and is none of it: lines known by their words, or by what stands above them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from newsingest.body.captions import has_caption_form
from newsingest.body.headings import PROSE_WIDTH
from newsingest.body.lines import Line
from newsingest.body.looks import is_wide
from newsingest.body.reading import Cut, Left, Taken
from newsingest.body.related import are_boxed, count_last_links, ends_in_link
from newsingest.record import PostWarning
from newsingest.text import has_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsingest.body.line_patterns import LineMatch, LinePatterns
    from newsingest.body.reading import Draft
    from newsingest.body.tree import Body

_KINDS = ("text", "list-item", "quote")
_MOST_PICTURES = 2  # codes to scan
_MOST_BOXED = 6  # lines that stand in a box with related links
_MOST_UNKNOWN = 3  # lines that no pattern knows, below one that is
_FARTHEST = _MOST_PICTURES + _MOST_UNKNOWN  # below the gap that a line left
_GAP_WIDTH = 7  # a mark like "The End" says nothing of what stands below it, and no ornament does
# How a line ends that is a sentence or introduces something.
_GOES_ON = '。.？?…；;：:，,、」”"》）)'
# A notice is signed and dated, and names what goes with it.
_NO_END = (*_GOES_ON, *"部局办厅院组社", "团队", "委员会", "公司", "中心")
_OWN_BEGINNINGS = ("（", "(", "[", "【", "附", "参考", "注", *"0123456789")


class _End(NamedTuple):
    """The place of a line that is none of the text, and the pattern that knows it, if one does."""

    place: int
    line: Line
    match: LineMatch | None


def drop_ends(draft: Draft) -> None:
    """Leave out what stands below the text and is none of it."""
    while _cut_pictures_of_links(draft):
        last = draft.content[-1]
        if isinstance(last, Line):
            if last.spans and ends_in_link(last) and _drop_last_links(draft):
                continue
            if _is_plainly_of_text(last, draft):  # as in nearly every post
                return
        if not _drop_last_lines(draft):
            return


def _cut_pictures_of_links(draft: Draft) -> bool:
    """Leave out pictures that end the content and belong to related links; return whether there is more."""
    content = draft.content
    while content and not isinstance(last := content[-1], Line) and id(last) in draft.of_links:
        draft.cut.append(Cut(last, "a picture of related links"))
        content.pop()
    return bool(content)


def drop_foot(draft: Draft) -> None:
    """Leave out what blogging software writes below a text; a long title makes it longer than other patterns go."""
    last = _last_line(draft)
    if last is not None and last.spans and draft.patterns.is_foot(last.text):
        draft.leave(last, "a line below the text")
        draft.content.pop()


def drop_boxed(draft: Draft, body: Body) -> None:
    """Leave out last lines in a box with a label of related links and its first links, such as their summaries."""
    labels = (left.line for left in reversed(draft.left) if left.match is not None and left.match.kind == "labels")
    label = next(labels, None)
    if label is None:
        return
    first = next(number for number, (_, line) in enumerate(draft.gaps) if line is label)
    place = draft.gaps[first][0]
    lines = [item for item in draft.content[place:] if isinstance(item, Line)]
    if not place or not 0 < len(lines) == len(draft.content) - place <= _MOST_BOXED:
        return
    head = [line for at, line in draft.gaps[first:] if at == place and line is not None]
    if sum(line.linked or -1 for line in (*head[1:], *lines)) < 0:  # a summary for each link is the most
        return
    if are_boxed([line.text for line in (*head, *lines)], body.root):
        draft.left += [Left(line, "in a box of related links") for line in lines]
        _warn(draft, lines)
        del draft.content[place:]


def take_signature(draft: Draft) -> None:
    """Take names in brackets that end the text for its byline."""
    last = _last_line(draft)
    if last is not None and draft.patterns.is_signature(last.text):
        draft.bylines.append(last.text)
        draft.taken.append(Taken(last, {"byline": last.text}))
        draft.content.pop()


def _last_line(draft: Draft) -> Line | None:
    """Return the line of text that ends the content, if it is not all there is."""
    last = draft.content[-1] if len(draft.content) > 1 else None
    return last if isinstance(last, Line) and last.kind == "text" else None


def _drop_last_links(draft: Draft) -> bool:
    """Leave out links that end the content where nothing but a label introduces them: they lead away from it."""
    content, matches = draft.content, draft.matches

    def is_label(line: Line) -> bool:
        match = matches.get(id(line))
        return match is not None and match.kind == "labels"

    def is_caption(line: Line) -> bool:
        return id(line) in draft.below and has_caption_form(line, draft.patterns)

    count = count_last_links(content, is_label, is_caption)
    if not count:
        return False
    lines = [item for item in content[len(content) - count :] if isinstance(item, Line)]
    for line in lines:
        draft.leave(line, "a related link")
    if not is_label(lines[0]):
        _warn(draft, lines)
    del content[len(content) - count :]
    return True


def _drop_last_lines(draft: Draft) -> bool:
    """Leave out the last lines, where they are none of the text."""
    ends = _find_ends(draft, _near_gaps(draft))
    for end in ends:
        del draft.content[end.place]
    draft.left += [Left(end.line, "a line below the text", end.match) for end in reversed(ends)]
    _warn(draft, (end.line for end in reversed(ends) if end.match is None))
    return bool(ends)


def _is_plainly_of_text(last: Line, draft: Draft) -> bool:
    """Whether no pattern knows the last line, and it ends a sentence or nothing was left out near it."""
    if draft.patterns.match_tail(last.text) is not None:
        return False
    return last.text[-1] in _GOES_ON or not _near_gaps(draft)


def _near_gaps(draft: Draft) -> list[int]:
    """Return the places near the end where a line was taken out that says that the text is over."""
    length = len(draft.content)
    nearest = length - _FARTHEST
    return [at for at, line in draft.gaps if nearest <= at < length and (line is None or _ends_text(line))]


def _ends_text(line: Line) -> bool:
    """Whether a line that was left out says that a short one below it is none of the text either."""
    return is_wide(line.text, _GAP_WIDTH) and has_word(line.text)


def _find_ends(draft: Draft, gaps: Sequence[int]) -> list[_End]:
    """Find the lines below the text, the last first: what patterns know, and a few others below one of ``gaps``."""
    content, patterns, below = draft.content, draft.patterns, draft.below
    ends: list[_End] = []
    unknown: list[_End] = []  # until a known line or a gap is found above them
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
                ends += [*unknown, _End(place, item, match)]
                unknown = []
            elif match is None and gaps and len(unknown) < _MOST_UNKNOWN and _may_be_end(item, patterns):
                unknown.append(_End(place, item, None))
            else:
                break
        if unknown and place in gaps:
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


def _warn(draft: Draft, lines: Iterable[Line]) -> None:
    """Warn of lines that are left out for nothing but what stands around them."""
    draft.warnings += [
        PostWarning("foot-guessed", f"left out, as it stands below the text: {line.text}") for line in lines
    ]
