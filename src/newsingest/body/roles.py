"""What each line is for: heading, caption, byline, field or paragraph.

The CMS's own marks decide first, then the line's form and its neighbours; never its position in a file.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsingest.body.caption_likeness import take_alike
from newsingest.body.captions import CaptionPlacer
from newsingest.body.ends import drop_boxed, drop_ends, drop_foot, take_signature
from newsingest.body.headings import PROSE_WIDTH, HeadingFinder
from newsingest.body.left_boxes import editor_below
from newsingest.body.lines import Line
from newsingest.body.looks import width
from newsingest.body.reading import Cut, Draft, Left, Reading
from newsingest.body.rows import part_link, part_rows
from newsingest.body.sieve import PATTERN_LIMIT
from newsingest.body.sifting import below_media, repeated_title
from newsingest.body.sorting import LineSorter
from newsingest.record import PostWarning

if TYPE_CHECKING:
    from newsingest.body.flow import Flow, Item
    from newsingest.body.line_patterns import LineMatch, LinePatterns
    from newsingest.body.reading import Content, Remade
    from newsingest.profiles.profile import Profile


def read_roles(flow: Flow, title: str | None, profile: Profile) -> Reading:
    """Decide the role of every item of a body; an editor named in a box that was left out becomes one of them."""
    patterns = profile.lines
    items, parted = part_rows(flow.items, patterns, title or "")
    items, apart = part_link(items, patterns)
    end = _find_end(items, patterns) if patterns.has_end else None
    article = items if end is None else items[: end[0]]
    draft = Draft(patterns, below_media(article))
    if end is not None:
        _leave_rest(draft, items[end[0] :], end[1])
    LineSorter(article, draft).sort()
    if "editor" not in draft.fields and (line := editor_below(flow, profile)) is not None:
        flow.items.append(line)
        LineSorter([line], draft).sort()
    drop_ends(draft)
    drop_boxed(draft, flow.body)
    drop_foot(draft)
    take_signature(draft)
    _drop_page_head(draft, title)
    content, joined = _place_captions(draft)
    cleared = _mark_headings(content, draft)
    remade = parted + apart + joined + cleared
    return Reading(content, draft.fields, draft.bylines, draft.taken, draft.left, draft.warnings, draft.cut, remade)


def _find_end(items: list[Item], patterns: LinePatterns) -> tuple[int, LineMatch] | None:
    """Find the line that ends the article, and what says so."""
    for index, item in enumerate(items):
        if isinstance(item, Line) and len(item.text) <= PATTERN_LIMIT and (match := patterns.end(item.text)):
            return index, match
    return None


def _leave_rest(draft: Draft, rest: list[Item], match: LineMatch) -> None:
    """Leave out the line that ends the article, the first of the rest, and all below it."""
    below = "below the end of the article"
    for item in rest:
        if not isinstance(item, Line):
            draft.cut.append(Cut(item, below))
        elif item is rest[0]:
            draft.leave(item, "the end of the article", match)
        else:
            draft.leave(item, below)


def _drop_page_head(draft: Draft, title: str | None) -> None:
    """Drop the title repeated above the text, and the labels that stand above it."""
    found = repeated_title(draft.content, title or "")
    if found is None or sum(isinstance(item, Line) for item in draft.content) < 2:  # noqa: PLR2004 - all its text
        return
    place, line = found
    head = draft.content[:place]
    labels = [
        each
        for each in head
        if isinstance(each, Line) and line.level and each.kind == "text" and width(each.text) < PROSE_WIDTH
    ]
    draft.left += [Left(each, "a label above the title") for each in labels]
    draft.left.append(Left(line, "the title repeated"))
    draft.content[: place + 1] = [each for each in head if each not in labels]


def _place_captions(draft: Draft) -> tuple[list[Content], Remade]:
    """Give pictures and players the lines that belong to them; return the content, and the lines that were joined."""
    placer = CaptionPlacer(draft.content, draft.patterns, draft.below)
    placer.place()
    draft.left += placer.left
    draft.warnings += placer.warnings
    if placer.unsure > 1:
        draft.warnings += [
            PostWarning("caption-guessed", f"a line below a picture is taken as its caption: {line.text}")
            for line in take_alike(placer.placed, draft.below)
        ]
    draft.matches |= {id(part): None for _, parts in placer.remade for part in parts}
    return placer.placed, placer.remade


def _mark_headings(content: list[Content], draft: Draft) -> Remade:
    """Tell headings from paragraphs, and warn of what nothing marks; return the headings that lost an anchor."""
    finder = HeadingFinder(content, draft.patterns, draft.matches, draft.below)
    finder.find()
    draft.warnings += [
        PostWarning("heading-guessed", f"an unmarked line is taken as a heading: {line.text}")
        for line in finder.guessed
    ]
    draft.warnings += [
        PostWarning("caption-guessed", f"a line below a picture is taken as its caption: {line.text}")
        for line in finder.captions
    ]
    return finder.remade
