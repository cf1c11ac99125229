"""The body as a reader meets it: its markup walked once, in order, into lines, pictures and players."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from newsingest.lines import BREAK as BREAK_PART
from newsingest.lines import Context, Line, LineBuilder
from newsingest.markup import Markup, attributes, tag_name, unescaped
from newsingest.media import Picture, Player, read_picture, read_player
from newsingest.stylesheet import (
    BLOCK,
    BREAK,
    CLOSE,
    CODE,
    DROP,
    EMBED,
    EMPTY_BLOCK,
    FALLBACK,
    IMAGE,
    LINE_BREAK,
    NOSCRIPT,
    OPEN_BLOCK,
    OPEN_INLINE,
    RULER,
    Rule,
    Style,
    Styles,
)
from newsingest.tables import DataTable, is_data_table
from newsingest.text import fold, visible

if TYPE_CHECKING:
    from lxml.etree import _Element

    from newsingest.profile import Profile

Item = Line | Picture | Player
# Elements that are a row of a listing.
_CODE_ROWS = frozenset(("tr", "li", "div", "p"))


class Dropped(msgspec.Struct, frozen=True):
    """An element left out, the rule that says so, and its place: how many items stand before it."""

    rule: Rule
    markup: Markup
    at: int
    before: int

    @property
    def element(self) -> _Element:
        """The element itself."""
        return self.markup.element(self.at)


class Flow(msgspec.Struct, frozen=True):
    """What the body holds, in reading order, and what was left out on the way."""

    items: list[Item]
    dropped: list[Dropped]


class _Opened(NamedTuple):
    """An element that is being read and means more than a place to break lines; the context it stands in."""

    at: int
    style: Style
    context: Context


_PLAIN_BLOCK = _Opened(-1, Style(BLOCK), Context())


def read_flow(root: _Element, profile: Profile) -> Flow:
    """Walk a parsed body."""
    reader = _Reader(Markup(root), profile)
    reader.read()
    return Flow(reader.items, reader.dropped)


class _Reader:
    __slots__ = ("context", "dropped", "emoticons", "items", "line", "markup", "profile", "styles", "table")

    def __init__(self, markup: Markup, profile: Profile) -> None:
        self.markup = markup
        self.profile = profile
        self.styles = Styles(profile.sheet, markup)
        self.items: list[Item] = []
        self.dropped: list[Dropped] = []
        self.line = LineBuilder(has_invisible=markup.has_invisible)
        self.context = Context()
        self.table: DataTable | None = None
        self.emoticons: frozenset[_Element] | None = None

    def read(self) -> None:  # noqa: C901, PLR0912 - the one hot loop: a call for each tag would cost more than it says
        """Take tag by tag, with the text behind each. No recursion: scraped markup nests thousands deep."""
        moves, learn = self.styles.moves, self.styles.learn
        parts, bolds = self.line.parts, self.line.bolds
        stack: list[_Opened | None] = []
        bold = False
        resume = -1  # where an element ends that is not walked
        for at, (tag, text) in enumerate(self.markup.tokens):
            if at < resume:
                continue
            if at > resume:
                move = moves.get(tag) or learn(at)
                if move is CLOSE:
                    opened = stack.pop()
                    if opened is _PLAIN_BLOCK:
                        if parts:
                            self.flush()
                    elif opened is not None:
                        self.leave(opened)
                        bold = self.context.bold
                elif move is OPEN_BLOCK:
                    stack.append(_PLAIN_BLOCK)
                    if parts:
                        self.flush()
                elif move is OPEN_INLINE:
                    stack.append(None)
                elif move is EMPTY_BLOCK:
                    if parts:
                        self.flush()
                elif move is LINE_BREAK:
                    if parts:
                        parts.append(BREAK_PART)
                        bolds.append(False)
                elif isinstance(move, Style):
                    opened = self.begin(at, move)
                    if opened is not None:
                        stack.append(opened)
                        bold = self.context.bold
                    elif tag[-1] != "/":
                        resume = self.markup.end(at)
                        continue
            if text:
                if "&" in text:
                    text = unescaped(text)  # noqa: PLW2901 - the same text
                if parts or not text.isspace():
                    parts.append(text)
                    bolds.append(bold)
        self.flush()

    def flush(self) -> None:
        """End the current line."""
        if self.line.parts:
            self.items += self.line.flush(self.context)

    def begin(self, at: int, style: Style) -> _Opened | None:
        """Begin an element that means more than a place to break lines; None for one whose content is not walked."""
        if style.contextual:
            style = self.styles.settled(at, style)
        if style.op > BLOCK or (style.guarded and self.is_boilerplate(at)):
            self.place(at, style)
            return None
        opened = _Opened(at, style, self.context)
        self.enter(opened)
        if self.markup.tokens[at][0][-1] != "/":
            return opened
        self.leave(opened)
        return None

    def enter(self, opened: _Opened) -> None:
        """Begin an element."""
        at, style, context = opened
        if style.op:
            self.flush()
        if style.inherited:
            self.context = Context(
                style.bold or context.bold,
                style.centred or context.centred,
                style.kind or context.kind,
                style.level or context.level,
                style.field or context.field,
            )
        if style.stock is not None:
            self.line.begin(style.stock.code(attributes(self.markup.tokens[at][0])) or "", stock=True)
        elif style.link:
            self.line.begin(attributes(self.markup.tokens[at][0])["href"], stock=False)
        if style.part is not None:
            self.enter_table(at, style.part)

    def enter_table(self, at: int, part: str) -> None:
        """Begin a table that holds data, or a row or cell of it."""
        if self.table is None:
            if part == "table" and is_data_table(self.markup.element(at)):
                self.table = DataTable(at, self.items)
                self.items = self.table.rest
        elif part == "row":
            self.table.begin_row()
        elif part == "cell":
            self.items = []

    def leave(self, opened: _Opened) -> None:
        """End what ``enter`` began."""
        at, style, context = opened
        if style.stock is not None or style.link:
            self.line.end()
        if style.op and self.line.parts:
            self.flush()
        if self.table is not None and style.part == "cell":
            self.table.take_cell(self.items)
            self.items = self.table.rest
        elif self.table is not None and at == self.table.at:
            line = self.table.line()
            self.items = self.table.outer
            self.items += [line, *self.table.rest] if line else self.table.rest
            self.table = None
        self.context = context

    def place(self, at: int, style: Style) -> None:
        """Deal with an element whose content is not walked."""
        op = style.op
        if op == BREAK:
            if self.line.parts:
                self.line.parts.append(BREAK_PART)
                self.line.bolds.append(False)
        elif op == DROP or style.guarded:
            self.drop(style.rule, at)
        elif op == IMAGE:
            self.place_picture(at)
        elif op == RULER:
            self.flush()
        elif op == CODE:
            self.flush()
            self.items += self.read_code(at)
        elif op == EMBED:
            self.place_player(at)
        elif op == NOSCRIPT:
            self.place_fallback(at)

    def drop(self, rule: Rule, at: int) -> None:
        """Leave an element out. What stands in the middle of a line comes after it, in a table before the table."""
        items = self.items if self.table is None else self.table.outer
        before = len(items) + (self.table is None and bool(self.line.parts))
        self.dropped.append(Dropped(rule, self.markup, at, before))

    def place_picture(self, at: int) -> None:
        """Take a picture; one in the middle of a sentence does not break it."""
        tag = self.markup.tokens[at][0]
        carried = attributes(tag)
        written = carried.get("alt")
        if written and self.is_emoticon(at, carried):
            self.line.parts.append(written)
            self.line.bolds.append(self.context.bold)
            return
        picture = read_picture(carried, self.profile.images)
        if isinstance(picture, str):
            self.drop(Rule("images", picture, self.profile.name), at)
            return
        parts = self.line.parts
        inside = bool(parts) and parts[-1] != BREAK_PART and bool(self.markup.tail(at).strip())
        if not inside:
            self.flush()
        before = next((item for item in reversed(self.items) if not isinstance(item, Player)), None)
        if not (isinstance(before, Picture) and before.url == picture.url):  # a lazy picture's second copy
            self.items.append(picture)
        else:
            self.drop(Rule("images", "the same picture again", self.profile.name), at)

    def is_emoticon(self, at: int, carried: dict[str, str]) -> bool:
        """Whether a picture stands for a character, given by its alt text."""
        emoticons = self.profile.emoticons
        if emoticons.here(tag_name(self.markup.tokens[at][0]), carried):
            return True
        if self.emoticons is None:
            self.emoticons = emoticons.around(self.markup)
        return bool(self.emoticons) and self.markup.element(at) in self.emoticons

    def place_player(self, at: int) -> None:
        """Take a player or frame that has an address."""
        player = read_player(self.markup.element(at), self.profile.video)
        if isinstance(player, str):
            self.drop(Rule("embeds", player, self.profile.name), at)
        else:
            self.flush()
            self.items.append(player)

    def place_fallback(self, at: int) -> None:
        """Take the picture of a ``<noscript>``, unless the lazy one it stands in for is beside it."""
        parent = self.markup.element(at).getparent()
        inside = range(at + 1, self.markup.end(at))
        pictures = [each for each in inside if tag_name(self.markup.tokens[each][0]) == "img"]
        if pictures and (parent is None or parent.find("img") is None):
            for picture in pictures:
                self.place_picture(picture)
        else:
            self.drop(FALLBACK, at)

    def read_code(self, at: int) -> list[Line]:
        """Read preformatted text: its line breaks and indents are content, line numbers and buttons are not."""
        inside = self.markup.tokens[at + 1 : self.markup.end(at)]
        prose = all(tag_name(tag) != "code" for tag, _ in inside)
        return _code("".join(self.gather_code(at)), prose=prose, kind=self.context.kind)

    def gather_code(self, start: int) -> list[str]:
        """Gather the text of preformatted markup, row by row."""
        pieces: list[str] = []
        resume = -1
        for at in range(start, self.markup.end(start)):
            if at < resume:
                continue
            tag, written = self.markup.tokens[at]
            text = unescaped(written)
            begins = tag[0] != "/" and at != resume
            if begins and at > start and self.styles.of(at).op == DROP:
                resume = self.markup.end(at)
                if at < resume:
                    continue
            elif begins:
                pieces.append("" if tag[-1] == "/" else text)
                if tag[-1] != "/":
                    continue
            name = tag_name(tag.removeprefix("/"))
            if at != resume and name in _CODE_ROWS and not "".join(pieces[-3:]).endswith("\n"):
                pieces.append("\n")
            # Editors write a <br> and a line break for one line end.
            pieces.append("\n" if name == "br" and not text.startswith("\n") else "")
            pieces.append(text)
        return pieces

    def is_boilerplate(self, at: int) -> bool:
        """Whether a guarded drop holds: boilerplate is never most of a body's text."""
        return self.markup.size(at) * 2 <= self.markup.size(0)


def _code(text: str, *, prose: bool, kind: str) -> list[Line]:
    """Make a line of preformatted text; one row of plain prose is none."""
    text = visible(text).strip("\n").rstrip()
    if not text.strip():
        return []
    if prose and "\n" not in text and not text.isascii():
        return [Line(fold(text), kind)]
    return [Line("\n".join(row.rstrip() for row in text.split("\n")), "code")]
