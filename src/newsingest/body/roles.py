"""What each line is for: heading, caption, byline, field or paragraph.

The CMS's own marks decide first, then the line's form and its neighbours; never its position in a file.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from newsingest.body.captions import CaptionPlacer, has_caption_form, line_behind
from newsingest.body.facts import Facts
from newsingest.body.headings import PROSE_WIDTH, Heading, HeadingFinder, is_parted_heading
from newsingest.body.lines import Line, cut, first_rows, last_rows, on_one_row
from newsingest.body.looks import width
from newsingest.body.parts import is_first_of_dates, is_word_of_text
from newsingest.body.prose import Prose
from newsingest.body.reading import Captioned, Left, Reading, Taken
from newsingest.body.sieve import PATTERN_LIMIT, UNASKED
from newsingest.body.sifting import below_media, repeated_title, take, with_breaks
from newsingest.record import PostWarning
from newsingest.text import has_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LineMatch
    from newsingest.body.media import Picture, Player
    from newsingest.profiles.profile import Profile

_EDGE_ROWS = 30  # rows of a text made of <br> that are looked at above and below it
# What a line's pattern says gives way to the form of a caption directly below a picture.
_GIVE_WAY = ("bylines", "furniture")


def read_roles(items: list[Item], title: str | None, profile: Profile) -> Reading:
    """Decide the role of every item of a body."""
    reader = _RoleReader(profile)
    items = reader.part_rows(items)
    reader.sort_lines(reader.cut_end(items) if profile.lines.has_end else items)
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
        reader.remade,
    )


class _RoleReader:
    def __init__(self, profile: Profile) -> None:
        self.patterns = profile.lines
        self.items: list[Item] = []  # those that are sorted
        self.in_links = False  # below a label of related links
        self.is_digest = False  # of items that each name an outlet
        self.content: list[Item] = []
        self.fields: dict[str, str] = {}
        self.has_marked_editor = False
        self.bylines: list[str] = []
        self.taken: list[Taken] = []
        self.left: list[Left] = []
        self.warnings: list[PostWarning] = []
        self.cut: list[Picture | Player] = []
        self.remade: list[tuple[Line, tuple[Line, ...]]] = []
        # By id(): equal lines can stand in different places.
        self.matches: dict[int, LineMatch | None] = {}
        self.below: frozenset[int] = frozenset()  # lines directly below a picture or player

    def cut_end(self, items: list[Item]) -> list[Item]:
        """Leave out the line that ends the article and everything below it."""
        for index, item in enumerate(items):
            if not isinstance(item, Line) or len(item.text) > PATTERN_LIMIT:
                continue
            if (match := self.patterns.end(item.text)) is not None:
                self._leave(item, "the end of the article", match)
                for each in items[index + 1 :]:
                    if isinstance(each, Line):
                        self._leave(each, "below the end of the article")
                    else:
                        self.cut.append(each)
                return items[:index]
        return items

    # -- fields, bylines, boilerplate ---------------------------------------------------------------------

    def part_rows(self, items: list[Item]) -> list[Item]:
        """Part lines with ``<br>`` where rows at their top or bottom are credits or furniture, not text."""
        self.prose = Prose(items, items)  # nothing is sorted yet, so prose anywhere is prose to its labels
        parted: list[Item] = []
        at = 0
        for index in with_breaks(items):
            line = items[index]
            is_heading = isinstance(line, Line) and is_parted_heading(line)
            if isinstance(line, Line) and (is_heading or self._has_edge(line)):
                parts = (on_one_row(line),) if is_heading else self._parted(line)
                self.remade.append((line, parts))
                parted += (*items[at:index], *parts)
                at = index + 1
        return [*parted, *items[at:]] if parted else items

    def _has_edge(self, line: Line) -> bool:
        """Whether the first or last row of a line may be something else than text."""
        if line.spans:
            return line.kind not in UNASKED
        text = line.text
        match = self.patterns.match
        return line.kind not in UNASKED and (
            match(text[: text.index("\n")]) is not None or match(text[text.rindex("\n") + 1 :]) is not None
        )

    def _parted(self, line: Line) -> tuple[Line, ...]:
        bounds = first_rows(line.text, _EDGE_ROWS)
        top = [cut(line, *each) for each in bounds]
        above = self._count_above(top)
        start = bounds[above - 1][1] + 1 if above else 0
        bounds = last_rows(line.text, start, _EDGE_ROWS)
        bottom = [cut(line, *each) for each in bounds]
        below = self._count_below(bottom)
        end = bounds[-below][0] - 1 if below else len(line.text)
        middle = [cut(line, start, end)] if start <= end else []
        return (*top[:above], *middle, *bottom[len(bottom) - below :])

    def _count_above(self, rows: list[Line]) -> int:
        """Count the rows at the top that are credits, furniture or related links."""
        in_links = False
        for index, row in enumerate(rows):
            match = self._match(row)
            in_links = self._is_link_label(row, match, rows, index) or (in_links and row.linked)
            if not (in_links or (match is not None and match.is_credit)):
                return index
        return len(rows)

    def _count_below(self, rows: list[Line]) -> int:
        """Count the rows at the bottom that are so."""
        end = len(rows)
        while end:
            label = end - 1
            while label and rows[label].linked:
                label -= 1
            if self._is_link_label(rows[label], self._match(rows[label]), rows, label):
                end = label
            elif (match := self._match(rows[end - 1])) is not None and match.is_credit:
                end -= 1
            else:
                break
        return len(rows) - end

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

    def sort_lines(self, items: list[Item]) -> None:
        """Take out the lines that became fields and those that patterns drop; keep the order of the rest."""
        self.items = items
        self.prose = Prose(items, self.content)
        self.facts = Facts(items, self.patterns)
        self.below = below_media(items)
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
            self.in_links = match is not None and self._is_link_label(item, match, self.items, index)
            if self.in_links:
                self._leave(item, "a label of related links", match)
            elif self.patterns.is_notice(text):
                self._leave(item, "a standing notice")
            elif not self._take(item, match, index):
                self.content.append(item)

    def _leave(self, line: Line, reason: str, match: LineMatch | None = None) -> None:
        self.left.append(Left(line, reason, match))

    def _take(self, line: Line, match: LineMatch | None, index: int) -> bool:
        """Make a field, byline or nothing of a line; False where it stays in the text."""
        if line.kind == "quote" and line.spans and self.patterns.is_advert(line.text):
            self._leave(line, "an advert in a box")
            return True
        is_known = match is not None or line.field is not None
        if is_known and id(line) in self.below and self._is_caption(line, match, index):
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
            return not self._is_of_another(line, match, index) and self._consume(line, match)
        return False

    def _is_of_another(self, line: Line, match: LineMatch, index: int) -> bool:
        """Whether a credit is that of something the text is about, or a line that looks like the page's own is not."""
        if match.kind == "bylines":
            return self.facts.hold(line, self.content[-1] if self.content else None, index)
        if match.kind == "drop":
            return is_word_of_text(self.items, index, self.patterns)
        if match.kind == "furniture":
            return self.prose.is_still_to_begin() and is_first_of_dates(self.items, index, match, self.patterns)
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
        if not isinstance(item, Line) or len(item.text) > PATTERN_LIMIT or (match := self._match(item)) is None:
            return None
        return match.groups["outlet"] if set(match.groups) == {"outlet"} else None

    def _is_caption(self, line: Line, match: LineMatch | None, index: int) -> bool:
        """Whether what a pattern says of a line below a picture gives way to a caption's form."""
        # An outlet in the middle of the text is the picture's, not the post's.
        sourced = match is not None and set(match.groups) == {"outlet"} and self.prose.is_around(index)
        return (match is None or match.kind in _GIVE_WAY or sourced) and has_caption_form(line, self.patterns)

    def _match(self, line: Line) -> LineMatch | None:
        return None if line.kind in UNASKED else self.patterns.match(line.text)

    def _is_link_label(self, line: Line, match: LineMatch | None, items: Sequence[Item], index: int) -> bool:
        """Whether a line heads a list of related links, or is a label and its one link."""
        if match is None or match.kind != "labels":
            return False
        # In "More on the harbour" the topic is of the label, and may be the link.
        rest = match.groups.get("rest", "")
        covered = sum(span.end - span.start for span in line.spans if not span.stock)
        if covered and covered >= 0.6 * len(rest):
            # A pointer alone stands at each item of a digest, too.
            return has_word(line.text[: len(line.text) - len(rest)]) or (
                not line.level and self.prose.is_above() and not self.prose.is_below_each(line.text[:1])
            )
        if rest:
            return False
        following = line_behind(items, index)
        return following.linked if following is not None else index + 1 == len(items)

    def _consume(self, line: Line, match: LineMatch) -> bool:
        """Do what the pattern says with a line; False leaves it in the text."""
        if match.kind == "drop" or (match.kind == "furniture" and self.prose.is_still_to_begin()):
            self._leave(line, "a line to drop", match)
        elif line.kind == "caption":
            return False
        elif match.kind == "fields":
            contradicted = [name for name, value in match.groups.items() if self.fields.get(name, value) != value]
            if contradicted:
                return contradicted == ["editor"] and self._take_second_editor(line, match)
            for name, value in match.groups.items():
                if name == "byline":
                    self.bylines.append(value)
                else:
                    self.fields[name] = value
            self.has_marked_editor |= line.field == "editor" and "editor" in match.groups
            self.taken.append(Taken(line, match.groups, match))
        elif match.kind == "bylines":
            self.bylines.append(match.groups.get("byline", line.text))
            for name, value in match.groups.items():
                if name != "byline":
                    self.fields.setdefault(name, value)
            self.taken.append(Taken(line, {"byline": self.bylines[-1]} | match.groups, match))
        else:
            return False
        return True

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
        self.warnings += [
            PostWarning("heading-guessed", f"an unmarked line is taken as a heading: {line.text}")
            for line in finder.guessed
        ]
        return finder.content
