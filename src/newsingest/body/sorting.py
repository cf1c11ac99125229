"""Lines that are no text: those that become fields and bylines, and those that patterns and their place leave out."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from newsingest.body.captions import has_caption_form, is_photo_credit
from newsingest.body.lines import Line
from newsingest.body.lookalikes import FactLists, advert_words, is_below_byline, is_first_of_dates, is_word_of_text
from newsingest.body.media import Picture
from newsingest.body.prose import Prose
from newsingest.body.reading import ADVERT, Taken
from newsingest.body.related import LinkPictures, is_link_label
from newsingest.body.sieve import PATTERN_LIMIT, UNASKED
from newsingest.body.sifting import take
from newsingest.text import has_word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.body.flow import Item
    from newsingest.body.line_patterns import LineMatch
    from newsingest.body.reading import Draft

# What a line's pattern says gives way to the form of a caption directly below a picture.
_GIVE_WAY = ("bylines", "furniture")


class LineSorter:
    """Sorts the items of a body: what is no text leaves them, the rest becomes the content of a draft."""

    __slots__ = (
        "below", "content", "draft", "facts", "fields", "has_marked_editor", "in_links", "is_digest", "items",
        "patterns", "pictures", "prose",
    )  # fmt: skip

    def __init__(self, items: list[Item], draft: Draft) -> None:
        self.items = items
        self.draft = draft
        self.patterns = draft.patterns
        self.below = draft.below
        self.content = draft.content
        self.fields = draft.fields
        self.prose = Prose(items, draft.content)
        self.facts = FactLists(items, draft.patterns)
        self.in_links = False  # below a label of related links
        self.pictures = LinkPictures(draft.of_links)
        self.is_digest = False  # of items that each name an outlet
        self.has_marked_editor = False

    def sort(self) -> None:
        """Take out the lines that became fields and those that patterns drop; keep the order of the rest."""
        items = self.items
        at = 0
        for stop, places in self.patterns.stops(items):
            self._keep(at, stop)
            self._sort(items[stop], stop, places)
            at = stop + 1
        self._keep(at, len(items))

    def _keep(self, start: int, end: int) -> None:
        """Keep what is plain text or a picture, except related links."""
        while self.in_links and start < end:
            self._sort(self.items[start], start)
            start += 1
        take(self.content, self.items, start, end)

    def _sort(self, item: Item, index: int, places: Sequence[int] | None = None) -> None:
        """Take, leave out or keep an item; ``places`` are those of the patterns it may fit, where that is known."""
        if not isinstance(item, Line):
            if self.in_links and isinstance(item, Picture):
                self.pictures.add_picture(item)
            self.content.append(item)
            return
        text, kind = item.text, item.kind
        if kind == "text" and item.field is None and len(text) > PATTERN_LIMIT:
            self.in_links, self.prose.begun = False, True
            if self.patterns.is_notice(text):
                self.draft.leave(item, "a standing notice")
            else:
                self.content.append(item)
        elif not has_word(text):
            self.draft.leave(item, "an ornament")
        elif self.in_links and item.linked:
            self.draft.leave(item, "a related link")
            self.pictures.add_link()
        else:
            match = None if kind in UNASKED else self.patterns.match(text, places)
            self.in_links = is_link_label(item, match, self.items, index, self.prose)
            if self.in_links:
                self.draft.leave(item, "a label of related links", match)
                self.pictures.begin()
            elif self.patterns.is_notice(text):
                self.draft.leave(item, "a standing notice")
            elif not self._take(item, match, index):
                self.content.append(item)

    def _take(self, line: Line, match: LineMatch | None, index: int) -> bool:
        """Take a line out of the text as its markup or the pattern it fits says; False where it stays."""
        if line.kind == "quote" and line.spans and self.patterns.is_advert(advert_words(line)):
            self.draft.leave(line, ADVERT)
            return True
        is_known = match is not None or line.field is not None
        if is_known and id(line) in self.below and self._is_caption(line, match, index):
            return False
        if match is not None and match.kind == "bylines" and self._ends_caption(line):
            return False
        # Patterns of fields know about labels; what is longer than a line is a text in a box of that name.
        if line.field is not None and len(line.text) <= PATTERN_LIMIT and (match is None or match.kind != "fields"):
            if line.field == "byline" and match is not None and match.kind == "furniture":  # the date beside a name
                self.draft.leave(line, "a line to drop", match)
            else:
                self._take_marked(line.field, line)
            return True
        if match is not None:
            self.draft.matches[id(line)] = match
            return not self._is_of_another(line, match, index) and self._consume(line, match, index)
        return False

    def _is_of_another(self, line: Line, match: LineMatch, index: int) -> bool:
        """Whether a credit is that of something the text is about, or a line that looks like the page's own is not."""
        if match.kind == "bylines":
            above = self.content[-1] if self.content else None
            return self.facts.hold_credit(line, above, index) or self.facts.hold_turn(line)
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
            self.prose.is_still_to_begin() or is_below_byline(self.items, index, self.draft.taken, self.content)
        )
        if match.kind == "drop" or is_of_page:
            self.draft.leave(line, "a line to drop", match)
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
            if contradicted == ["editor"]:
                self._take_second_editor(line, match)
                return True
            return False
        for name, value in match.groups.items():
            if name == "byline":
                self.draft.bylines.append(value)
            else:
                self.fields[name] = value
        self.draft.gaps.append((len(self.content), None))
        self.has_marked_editor |= line.field == "editor" and "editor" in match.groups
        self.draft.taken.append(Taken(line, match.groups, match))
        return True

    def _take_byline(self, line: Line, match: LineMatch) -> None:
        """Take a byline, and the fields beside it that no earlier line names."""
        byline = match.groups.get("byline", line.text)
        self.draft.bylines.append(byline)
        for name, value in match.groups.items():
            if name != "byline":
                self.fields.setdefault(name, value)
        self.draft.taken.append(Taken(line, {"byline": byline} | match.groups, match))

    def _take_second_editor(self, line: Line, match: LineMatch) -> None:
        """Make a byline of one of two editors' lines: of the second, or of the first where markup marks only that."""
        if line.field == "editor" and not self.has_marked_editor:
            self._replace_editor(line, match)
        else:
            rest = {name: value for name, value in match.groups.items() if name not in ("byline", "editor")}
            self.fields |= rest
            self.draft.taken.append(Taken(line, {"byline": line.text} | rest, match))
            self.draft.bylines.append(line.text)

    def _replace_editor(self, line: Line, match: LineMatch) -> None:
        """Let a line name the editor in place of an earlier one, which becomes a byline where it stood."""
        self.has_marked_editor = True
        place, first = next((at, taken) for at, taken in enumerate(self.draft.taken) if "editor" in taken.fields)
        rest = {name: value for name, value in first.fields.items() if name != "editor"}
        self.draft.taken[place] = Taken(first.line, {"byline": first.line.text} | rest, first.match)
        above = sum("byline" in taken.fields for taken in self.draft.taken[:place])
        self.draft.bylines.insert(above, first.line.text)
        self.fields["editor"] = match.groups["editor"]
        self.draft.taken.append(Taken(line, match.groups, match))

    def _take_marked(self, field: str, line: Line) -> None:
        """Take a whole line for the field that its markup names."""
        if field == "byline":
            self.draft.bylines.append(line.text)
        elif self.fields.setdefault(field, line.text) != line.text:
            self.draft.leave(line, f"another {field} stands before it")
            return
        self.has_marked_editor |= field == "editor"
        self.draft.taken.append(Taken(line, {field: line.text}))
