"""The walk over the element tree, in Python: what its compiled twin does on the XML."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec
from lxml import etree

from newsingest.body.lines import CODE_ROWS, Context, Line, LineBuilder, code_lines
from newsingest.body.media import (
    AGAIN,
    ICON,
    MOST_PLAYERS,
    NAMELESS,
    NO_ADDRESS,
    SMALL,
    Picture,
    Player,
    is_drawn,
    outermost,
    read_picture,
    read_player,
    small_below,
)
from newsingest.body.stylesheet import (
    BLOCK,
    BREAK,
    CODE,
    DROP,
    EMBED,
    FALLBACK,
    IMAGE,
    NOSCRIPT,
    NOT_CODE,
    RULER,
    Rule,
    Style,
    Styles,
    attributes_of,
)
from newsingest.body.tables import DataTable, is_data_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

    from newsingest.body.flow import Item
    from newsingest.body.tree import Body
    from newsingest.profiles.profile import Profile

# Where a block is: at its beginning, beside the picture that begins it or below, or behind anything else.
APART, BEGUN, WITH_PICTURE, BELOW_PICTURE = range(4)


def walk(reader: Reader) -> None:  # noqa: C901, PLR0912 - the one hot loop: a call for each element would cost more than it says
    """Walk the tree without recursion: scraped markup nests thousands deep."""
    style_of = reader.styles.of
    parts, bolds = reader.line.parts, reader.line.bolds
    stack: list[tuple[Iterator[_Element], _Element, Style, Context]] = []
    children: Iterator[_Element] = iter((reader.body.root,))
    while True:
        for element in children:
            style = style_of(element)
            if style.op <= BLOCK and not (style.guarded and reader.is_boilerplate(element)):
                context = reader.context
                if not style.plain:
                    reader.enter(element, style)
                elif style.op:
                    if parts:
                        reader.flush()
                    reader.stage = BEGUN
                if (text := element.text) and (parts or not text.isspace()):
                    parts.append(text)
                    bolds.append(reader.context.bold)
                stack.append((children, element, style, context))
                children = iter(element)
                break
            reader.place(element, style)
            if (text := element.tail) and (parts or not text.isspace()):
                parts.append(text)
                bolds.append(reader.context.bold)
        else:
            if not stack:
                reader.flush()
                return
            children, element, style, context = stack.pop()
            if not style.plain:
                reader.leave(element, style)
                reader.context = context
            elif style.op:
                if parts:
                    reader.end_block()
                reader.stage = APART
            if (text := element.tail) and (parts or not text.isspace()):
                parts.append(text)
                bolds.append(reader.context.bold)


class Reader:
    """Turns the elements that a walk comes to into items."""

    __slots__ = (
        "body",
        "caption",
        "context",
        "emoticons",
        "items",
        "left",
        "line",
        "profile",
        "shown_by",
        "sizes",
        "stage",
        "styles",
        "table",
        "with_pictures",
    )

    def __init__(self, body: Body, profile: Profile) -> None:
        self.body = body
        self.profile = profile
        self.line = LineBuilder()
        self.styles = Styles(profile.sheet, body)
        self.items: list[Item] = []
        self.left: list[tuple[Rule, _Element | int, int]] = []
        self.context = Context()
        self.caption: _Element | None = None  # a <small> below the last picture
        self.table: DataTable | None = None
        self.sizes: dict[_Element, int] | None = None
        self.with_pictures: set[_Element | None] | None = None  # elements right inside of which pictures stand
        self.emoticons: frozenset[_Element] | None = None
        self.shown_by: _Element | None = None  # the parent of a place holder that was the last picture
        self.stage = APART

    def flush(self) -> None:
        """End the current line."""
        if not self.line.is_empty:
            self.items += self.line.flush(self.context)
        self.stage = APART

    def end_block(self) -> None:
        """End the current line with its block."""
        lines = self.line.flush(self.context) if not self.line.is_empty else []
        if self.stage == BELOW_PICTURE and len(lines) == 1:
            lines = [msgspec.structs.replace(lines[0], beside=True)]
        self.items += lines
        self.stage = APART

    def enter(self, element: _Element, style: Style) -> None:
        """Begin an element that means more than a place to break lines."""
        if style.op or element is self.caption:
            self.flush()
            self.stage = BELOW_PICTURE if element is self.caption else BEGUN
        if style.inherited:
            context = self.context
            self.context = Context(
                style.bold or context.bold,
                style.centred or context.centred,
                style.kind or context.kind,
                style.level or context.level,
                style.field or context.field,
            )
        if element is self.caption:
            self.context = msgspec.structs.replace(self.context, kind="figure")
        if style.stock is not None:
            self.line.begin(style.stock.code(element) or "", stock=True)
        elif style.link:
            self.line.begin(element.get("href") or "", stock=False)
        if style.part == "table" and self.table is None and is_data_table(element):
            self.table = DataTable(element, self.items)
            self.items = self.table.rest
        elif self.table is not None and style.part == "row":
            self.table.begin_row()
        elif self.table is not None and style.part == "cell":
            self.items = []

    def leave(self, element: _Element, style: Style) -> None:
        """End what ``enter`` began."""
        if style.stock is not None or style.link:
            self.line.end()
        if style.op or element is self.caption:
            self.end_block()
        if self.table is not None and style.part == "cell":
            self.table.take_cell(self.items)
            self.items = self.table.rest
        elif self.table is not None and element is self.table.element:
            line = self.table.line()
            self.items = self.table.outer
            self.items += [line, *self.table.rest] if line else self.table.rest
            self.table = None

    def place(self, element: _Element, style: Style) -> None:
        """Deal with an element whose content is not walked."""
        op = style.op
        if op == BREAK:
            self.line.add_break()
            if self.stage == WITH_PICTURE and self.line.is_empty:
                self.stage = BELOW_PICTURE
        elif op == DROP or style.guarded:
            self.drop(style.rule, element)
        elif op == IMAGE:
            self.place_picture(element)
        elif op == RULER:
            self.flush()
        elif op == CODE:
            self.flush()
            self.items += self.read_code(element)
        elif op == EMBED:
            self.place_player(element)
        elif op == NOSCRIPT:
            self.place_fallback(element)

    def drop(self, rule: Rule, element: _Element) -> None:
        """Leave an element out. What stands in the middle of a line comes after it, in a table before the table."""
        items = self.items if self.table is None else self.table.outer
        before = len(items) + (self.table is None and not self.line.is_empty)
        self.left.append((rule, element, before))

    def place_picture(self, element: _Element) -> None:
        """Take a picture. One in the middle of a sentence does not break it."""
        if self.is_emoticon(element):
            if written := element.get("alt"):
                self.line.add(written, bold=self.context.bold)
            else:
                self.drop(Rule("images", NAMELESS, self.profile.name), element)
            return
        picture = read_picture(element, self.profile.images)
        self.shown_by = element.getparent() if picture in (SMALL, NO_ADDRESS) else None
        if isinstance(picture, str):
            self.drop(Rule("images", picture, self.profile.name), element)
            return
        outer = outermost(element)
        is_followed = bool((outer.tail or "").strip())
        line = self.line
        begins = self.stage != APART and line.is_empty
        begins_row = line.is_empty or line.ends_in_break
        if is_followed and not begins_row and outer is not element and is_drawn(picture):
            self.drop(Rule("images", ICON, self.profile.name), element)
            return
        if not is_followed or begins_row:
            self.flush()
        self.stage = WITH_PICTURE if begins else APART
        if begins_row and not self.context.level and self.context.field is None:
            self.caption = small_below(element)
        near = islice(reversed(self.items), MOST_PLAYERS)
        before = next((item for item in near if not isinstance(item, Player)), None)
        if not (isinstance(before, Picture) and before.url == picture.url):  # a lazy picture's second copy
            self.items.append(picture)
        else:
            self.drop(Rule("images", AGAIN, self.profile.name), element)

    def is_emoticon(self, element: _Element) -> bool:
        """Whether a picture stands for a character, given by its alt text."""
        if self.profile.emoticons.here(str(element.tag), attributes_of(element)):
            return True
        if self.emoticons is None:
            self.emoticons = self.profile.emoticons.around(self.body)
        return element in self.emoticons

    def place_player(self, element: _Element) -> None:
        """Take a player or frame that has an address."""
        player = read_player(element, self.profile.video)
        if isinstance(player, str):
            self.drop(Rule("embeds", player, self.profile.name), element)
        else:
            self.flush()
            self.items.append(player)

    def place_fallback(self, element: _Element) -> None:
        """Take the picture of a ``<noscript>``, unless the one it stands in for is beside it, and no place holder."""
        if self.with_pictures is None:
            self.with_pictures = {each.getparent() for each in self.body.root.iter("img")}
        parent = element.getparent()
        pictures = list(element.iter("img"))
        if pictures and (parent is None or parent not in self.with_pictures or parent is self.shown_by):
            for picture in pictures:
                self.place_picture(picture)
            self.shown_by = None
        else:
            self.drop(FALLBACK, element)

    def hidden_pictures(self) -> Iterator[str]:
        """Yield the addresses of pictures that were left out, except those that stand in for another."""
        for rule, element, _ in self.left:
            if rule is not FALLBACK and not isinstance(element, int):
                for each in element.iter("img"):
                    picture = read_picture(each, self.profile.images)
                    if not isinstance(picture, str):
                        yield picture.url

    def read_code(self, element: _Element) -> list[Line]:
        """Read preformatted text: its line breaks and indents are content, line numbers and buttons are not."""
        pieces: list[str] = []
        self.gather_code(element, pieces)
        prose = element.find(".//code") is None
        return code_lines("".join(pieces), prose=prose, kind=self.context.kind)

    def gather_code(self, root: _Element, pieces: list[str]) -> None:
        """Gather the text of preformatted markup, row by row."""
        walked = etree.iterwalk(root, events=("start", "end"))
        skipped: _Element | None = None
        for event, element in walked:
            if event == "start":
                if element is not root and self.styles.of(element).op in NOT_CODE:
                    walked.skip_subtree()
                    skipped = element
                else:
                    pieces.append(element.text or "")
                continue
            is_row = element.tag in CODE_ROWS and element is not skipped
            if is_row and not "".join(pieces[-3:]).endswith("\n"):
                pieces.append("\n")
            if element is not root:
                tail = element.tail or ""
                # Editors write a <br> and a line break for one line end.
                pieces.append("\n" if element.tag == "br" and not tail.startswith("\n") else "")
                pieces.append(tail)

    def is_boilerplate(self, element: _Element) -> bool:
        """Whether a guarded drop holds: boilerplate is never most of a body's text."""
        if self.sizes is None:
            self.sizes = _text_sizes(self.body.root)
        return self.sizes[element] * 2 <= self.sizes[self.body.root]


def _text_sizes(root: _Element) -> dict[_Element, int]:
    """Count the characters of each element's text, except pieces that are all white space."""
    sizes: dict[_Element, int] = {}
    count = 0
    before: list[int] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            before.append(count)
        else:
            sizes[element] = count - before.pop()
        text = (element.text if event == "start" else element.tail) or ""
        count += 0 if text.isspace() else len(text)
    return sizes
