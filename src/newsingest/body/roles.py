"""What each line is for: heading, caption, byline, field or paragraph.

The CMS's own marks decide first, then the line's form and its neighbours; never its position in a file.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from newsingest.body.captions import CaptionPlacer, has_caption_form, is_photo_credit
from newsingest.body.ends import FARTHEST, GOES_ON, find_ends, is_foot
from newsingest.body.facts import Facts
from newsingest.body.headings import PROSE_WIDTH, Heading, HeadingFinder
from newsingest.body.lines import Line
from newsingest.body.looks import width
from newsingest.body.parts import is_below_byline, is_first_of_dates, is_word_of_text
from newsingest.body.prose import Prose
from newsingest.body.reading import ADVERT, Captioned, Left, Reading, Taken
from newsingest.body.related import count_last_links, ends_in_link, is_link_label
from newsingest.body.rows import part_rows
from newsingest.body.sieve import PATTERN_LIMIT, UNASKED
from newsingest.body.sifting import below_media, repeated_title, take
from newsingest.record import PostWarning
from newsingest.text import has_word

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LineMatch, LinePatterns
    from newsingest.body.media import Picture, Player
    from newsingest.profiles.profile import Profile

# What a line's pattern says gives way to the form of a caption directly below a picture.
_GIVE_WAY = ("bylines", "furniture")


def read_roles(items: list[Item], title: str | None, profile: Profile) -> Reading:
    """Decide the role of every item of a body."""
    patterns = profile.lines
    items, remade = part_rows(items, patterns)
    end = _find_end(items, patterns) if patterns.has_end else None
    reader = _RoleReader(items if end is None else items[: end[0]], patterns)
    if end is not None:
        reader.leave_rest(items[end[0] :], end[1])
    reader.sort_lines()
    reader.drop_ends()
    reader.drop_foot()
    reader.sign()
    reader.drop_page_head(title)
    content = reader.find_headings(reader.place_captions())
    return Reading(
        content,
        reader.fields,
        reader.bylines,
        reader.taken,
        reader.left,
        reader.warnings,
        reader.cut,
        remade + reader.remade,
    )


def _find_end(items: list[Item], patterns: LinePatterns) -> tuple[int, LineMatch] | None:
    """Find the line that ends the article, and what says so."""
    for index, item in enumerate(items):
        if isinstance(item, Line) and len(item.text) <= PATTERN_LIMIT and (match := patterns.end(item.text)):
            return index, match
    return None


class _RoleReader:
    """Takes out of ``items`` the lines that are no text; what is left is the content, and goes by its neighbours."""

    def __init__(self, items: list[Item], patterns: LinePatterns) -> None:
        self.items = items
        self.patterns = patterns
        self.content: list[Item] = []
        self.prose = Prose(items, self.content)
        self.facts = Facts(items, patterns)
        self.below = below_media(items)  # lines directly below a picture or player
        self.in_links = False  # below a label of related links
        self.is_digest = False  # of items that each name an outlet
        self.fields: dict[str, str] = {}
        self.has_marked_editor = False
        self.bylines: list[str] = []
        self.taken: list[Taken] = []
        self.left: list[Left] = []
        self.feet: list[tuple[int, Line | None]] = []  # lengths of the content when a line was left out, and the line
        self.warnings: list[PostWarning] = []
        self.cut: list[Picture | Player] = []
        self.remade: list[tuple[Line, tuple[Line, ...]]] = []
        # By id(): equal lines can stand in different places.
        self.matches: dict[int, LineMatch | None] = {}

    def leave_rest(self, items: list[Item], match: LineMatch) -> None:
        """Leave out the line that ends the article, the first of these items, and all below it."""
        for item in items:
            if not isinstance(item, Line):
                self.cut.append(item)
            elif item is items[0]:
                self._leave(item, "the end of the article", match)
            else:
                self._leave(item, "below the end of the article")

    # -- fields, bylines, boilerplate ---------------------------------------------------------------------

    def sort_lines(self) -> None:
        """Take out the lines that became fields and those that patterns drop; keep the order of the rest."""
        items = self.items
        at = 0
        for stop, places in self.patterns.stops(items):
            self._keep(at, stop)
            self._sort(items[stop], stop, places)
            at = stop + 1
        self._keep(at, len(items))

    def _keep(self, start: int, end: int) -> None:
        """Keep what is plain text or a picture, but for related links."""
        while self.in_links and start < end:
            self._sort(self.items[start], start)
            start += 1
        take(self.content, self.items, start, end)

    def _sort(self, item: Item, index: int, places: Sequence[int] | None = None) -> None:
        """Do with an item what patterns and its place say; ``places`` of those it may fit, if that is known."""
        if not isinstance(item, Line):
            self.content.append(item)
            return
        text, kind = item.text, item.kind
        if kind == "text" and item.field is None and len(text) > PATTERN_LIMIT:
            self.in_links, self.prose.begun = False, True
            if self.patterns.is_notice(text):
                self._leave(item, "a standing notice")
            else:
                self.content.append(item)
        elif not has_word(text):
            self._leave(item, "an ornament")
        elif self.in_links and item.linked:
            self._leave(item, "a related link")
        else:
            match = None if kind in UNASKED else self.patterns.match(text, places)
            self.in_links = is_link_label(item, match, self.items, index, self.prose)
            if self.in_links:
                self._leave(item, "a label of related links", match)
            elif self.patterns.is_notice(text):
                self._leave(item, "a standing notice")
            elif not self._take(item, match, index):
                self.content.append(item)

    def _leave(self, line: Line, reason: str, match: LineMatch | None = None) -> None:
        self.left.append(Left(line, reason, match))
        self.feet.append((len(self.content), line))

    def _take(self, line: Line, match: LineMatch | None, index: int) -> bool:
        """Make a field, byline or nothing of a line; False where it stays in the text."""
        if line.kind == "quote" and line.spans and self.patterns.is_advert(line.text):
            self._leave(line, ADVERT)
            return True
        is_known = match is not None or line.field is not None
        if is_known and id(line) in self.below and self._is_caption(line, match, index):
            return False
        if match is not None and match.kind == "bylines" and self._ends_caption(line):
            return False
        # Patterns of fields know about labels; what is longer than a line is a text in a box of that name.
        if line.field is not None and len(line.text) <= PATTERN_LIMIT and (match is None or match.kind != "fields"):
            if line.field == "byline" and match is not None and match.kind == "furniture":  # the date beside a name
                self._leave(line, "a line to drop", match)
            else:
                self._set(line.field, line)
            return True
        if match is not None:
            self.matches[id(line)] = match
            return not self._is_of_another(line, match, index) and self._consume(line, match, index)
        return False

    def _is_of_another(self, line: Line, match: LineMatch, index: int) -> bool:
        """Whether a credit is that of something the text is about, or a line that looks like the page's own is not."""
        if match.kind == "bylines":
            return self.facts.hold(line, self.content[-1] if self.content else None, index)
        if match.kind == "drop":
            return is_word_of_text(self.items, index, self.patterns)
        if match.kind == "furniture":
            return self.prose.is_still_to_begin() and (
                is_first_of_dates(self.items, index, match, self.patterns) or self.facts.hold_date(line, index)
            )
        return self._is_of_item(match, index)

    def _is_of_item(self, match: LineMatch, index: int) -> bool:
        """Whether an outlet is that of one item of a digest, which names others for other items."""
        if set(match.groups) != {"outlet"}:
            return False
        if not self.is_digest and "outlet" not in self.fields and self.prose.is_around(index):
            outlets = map(self._outlet, islice(self.items, index + 1, None))
            self.is_digest = any(outlet not in (None, match.groups["outlet"]) for outlet in outlets)
        return self.is_digest

    def _outlet(self, item: Item) -> str | None:
        """Return the outlet that a line names, and nothing else."""
        match = self.patterns.match_line(item) if isinstance(item, Line) else None
        return match.groups["outlet"] if match is not None and set(match.groups) == {"outlet"} else None

    def _is_caption(self, line: Line, match: LineMatch | None, index: int) -> bool:
        """Whether what a pattern says of a line below a picture gives way to a caption's form."""
        # An outlet in the middle of the text, or centred as the picture is, is the picture's, not the post's.
        is_outlet = match is not None and set(match.groups) == {"outlet"}
        sourced = is_outlet and (line.centred or self.prose.is_around(index))
        return (match is None or match.kind in _GIVE_WAY or sourced) and has_caption_form(line, self.patterns)

    def _ends_caption(self, line: Line) -> bool:
        """Whether a byline says who took the picture that the line above may be the caption of."""
        above = self.content[-1] if self.content else None
        if not isinstance(above, Line):
            return False
        if line.kind == "figure":
            return above.kind in ("caption", "figure") and has_caption_form(line, self.patterns)
        return id(above) in self.below and is_photo_credit(line, self.patterns)

    def _consume(self, line: Line, match: LineMatch, index: int) -> bool:
        """Do what the pattern says with a line; False leaves it in the text."""
        is_of_page = match.kind == "furniture" and (
            self.prose.is_still_to_begin() or is_below_byline(self.items, index, self.taken, self.content)
        )
        if match.kind == "drop" or is_of_page:
            self._leave(line, "a line to drop", match)
            return True
        if line.kind == "caption":
            return False
        if match.kind == "fields":
            return self._take_fields(line, match)
        if match.kind == "bylines":
            self._take_byline(line, match)
            return True
        return False

    def _take_fields(self, line: Line, match: LineMatch) -> bool:
        """Take the fields that a line names; False where an earlier line says otherwise."""
        contradicted = [name for name, value in match.groups.items() if self.fields.get(name, value) != value]
        if contradicted:
            return contradicted == ["editor"] and self._take_second_editor(line, match)
        for name, value in match.groups.items():
            if name == "byline":
                self.bylines.append(value)
            else:
                self.fields[name] = value
        self.feet.append((len(self.content), None))
        self.has_marked_editor |= line.field == "editor" and "editor" in match.groups
        self.taken.append(Taken(line, match.groups, match))
        return True

    def _take_byline(self, line: Line, match: LineMatch) -> None:
        """Take a byline, and the fields beside it that no earlier line names."""
        byline = match.groups.get("byline", line.text)
        self.bylines.append(byline)
        for name, value in match.groups.items():
            if name != "byline":
                self.fields.setdefault(name, value)
        self.taken.append(Taken(line, {"byline": byline} | match.groups, match))

    def _take_second_editor(self, line: Line, match: LineMatch) -> bool:
        """Make a byline of one of two editors' lines: of the second, or of the first where markup marks only that."""
        byline = line
        if line.field == "editor" and not self.has_marked_editor:
            self.has_marked_editor = True
            place = next(at for at, taken in enumerate(self.taken) if "editor" in taken.fields)
            first = self.taken[place]
            byline = first.line
            rest = {name: value for name, value in first.fields.items() if name != "editor"}
            self.taken[place] = Taken(byline, {"byline": byline.text} | rest, first.match)
            self.fields["editor"] = match.groups["editor"]
            self.taken.append(Taken(line, match.groups, match))
            above = sum("byline" in taken.fields for taken in self.taken[:place])
            self.bylines.insert(above, byline.text)
        else:
            self.taken.append(Taken(line, {"byline": byline.text}, match))
            self.bylines.append(byline.text)
        return True

    def _set(self, field: str, line: Line) -> None:
        if field == "byline":
            self.bylines.append(line.text)
        elif self.fields.setdefault(field, line.text) != line.text:
            self._leave(line, f"another {field} stands before it")
            return
        self.has_marked_editor |= field == "editor"
        self.taken.append(Taken(line, {field: line.text}))

    # -- the end of the text --------------------------------------------------------------------------

    def drop_ends(self) -> None:
        """Leave out what stands below the text and is none of it."""
        while self.content:
            last = self.content[-1]
            if isinstance(last, Line):
                if last.spans and ends_in_link(last) and self._drop_last_links():
                    continue
                # Hardly any post goes on.
                if self.patterns.match_tail(last.text) is None and (last.text[-1] in GOES_ON or not self._near_feet()):
                    return
            ends = find_ends(self.content, self.patterns, self.below, self._near_feet())
            if not ends:
                return
            for end in ends:
                del self.content[end.place]
            self.left += [Left(end.line, "a line below the text", end.match) for end in reversed(ends)]
            self._guess_feet(end.line for end in reversed(ends) if end.match is None)

    def _near_feet(self) -> list[int]:
        """Return how long the content was at feet with few items below them."""
        length = len(self.content)
        return [at for at, line in self.feet if length - FARTHEST <= at < length and (line is None or is_foot(line))]

    def _drop_last_links(self) -> bool:
        """Leave out links that end the content where nothing but a label introduces them: they lead away from it."""
        count = count_last_links(self.content, self._is_label)
        if not count:
            return False
        lines = [item for item in self.content[len(self.content) - count :] if isinstance(item, Line)]
        for line in lines:
            self._leave(line, "a related link")
        if not self._is_label(lines[0]):
            self._guess_feet(lines)
        del self.content[len(self.content) - count :]
        return True

    def _guess_feet(self, lines: Iterable[Line]) -> None:
        """Warn of lines that are left out for what stands around them alone."""
        self.warnings += [
            PostWarning("foot-guessed", f"left out, as it stands below the text: {line.text}") for line in lines
        ]

    def _is_label(self, line: Line) -> bool:
        match = self.matches.get(id(line))
        return match is not None and match.kind == "labels"

    def drop_foot(self) -> None:
        """Leave out what blogging software writes below a text; a long title makes it longer than other patterns go."""
        last = self._last_line()
        if last is not None and last.spans and self.patterns.is_foot(last.text):
            self._leave(last, "a line below the text")
            self.content.pop()

    def sign(self) -> None:
        """Take names in brackets that end the text for its byline."""
        last = self._last_line()
        if last is not None and self.patterns.is_signature(last.text):
            self.bylines.append(last.text)
            self.taken.append(Taken(last, {"byline": last.text}))
            self.content.pop()

    def _last_line(self) -> Line | None:
        """Return the line of text that ends the content, if it is not all there is."""
        last = self.content[-1] if len(self.content) > 1 else None
        return last if isinstance(last, Line) and last.kind == "text" else None

    # -- the head of a page -------------------------------------------------------------------------------

    def drop_page_head(self, title: str | None) -> None:
        """Drop the title repeated above the text, and the labels that stand above it."""
        found = repeated_title(self.content, title or "")
        if found is None or sum(isinstance(item, Line) for item in self.content) < 2:  # noqa: PLR2004 - all its text
            return
        place, line = found
        head = self.content[:place]
        labels = [
            each
            for each in head
            if isinstance(each, Line) and line.level and each.kind == "text" and width(each.text) < PROSE_WIDTH
        ]
        self.left += [Left(each, "a label above the title") for each in labels]
        self.left.append(Left(line, "the title repeated"))
        self.content = [each for each in head if each not in labels] + self.content[place + 1 :]

    # -- captions and headings ----------------------------------------------------------------------------

    def place_captions(self) -> list[Line | Heading | Captioned]:
        """Give pictures and players the lines that belong to them."""
        placer = CaptionPlacer(self.patterns, self.below)
        placer.place(self.content)
        self.left += placer.left
        self.warnings += placer.warnings
        self.remade += placer.remade
        self.matches |= {id(part): None for _, parts in placer.remade for part in parts}
        return placer.placed

    def find_headings(self, content: list[Line | Heading | Captioned]) -> list[Line | Heading | Captioned]:
        """Tell headings from paragraphs, and name those that nothing marks."""
        finder = HeadingFinder(content, self.patterns, self.matches, self.below)
        finder.find()
        self.remade += finder.remade
        self.warnings += [
            PostWarning("heading-guessed", f"an unmarked line is taken as a heading: {line.text}")
            for line in finder.guessed
        ]
        self.warnings += [
            PostWarning("caption-guessed", f"a line below a picture is taken as its caption: {line.text}")
            for line in finder.captions
        ]
        return finder.content
