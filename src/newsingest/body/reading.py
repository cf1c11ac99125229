"""A body understood: what each line and picture turned out to be, and the draft from which ``roles`` makes that."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import msgspec

if TYPE_CHECKING:
    from newsingest.body.flow import Item
    from newsingest.body.headings import Heading
    from newsingest.body.line_patterns import LineMatch, LinePatterns
    from newsingest.body.lines import Line
    from newsingest.body.media import Picture, Player
    from newsingest.record import PostWarning

    Content: TypeAlias = "Line | Heading | Captioned"
    Remade = list[tuple[Line, tuple[Line, ...]]]  # lines that were parted or joined, and what stands for each

ADVERT = "an advert in a box"
"""Why a line is left out whose rule is no pattern on whole lines."""


class Captioned(msgspec.Struct, frozen=True, gc=False):
    """A picture or player with the line that belongs to it, if any."""

    media: Picture | Player
    caption: Line | None = None


class Left(msgspec.Struct, frozen=True, gc=False):
    """A line left out, the reason, and the match of the pattern that decided, if one did."""

    line: Line
    reason: str
    match: LineMatch | None = None


class Taken(msgspec.Struct, frozen=True, gc=False):
    """A line that became fields or a byline, and the match of the pattern that says so, if not its markup."""

    line: Line
    fields: dict[str, str]
    match: LineMatch | None = None


class Cut(msgspec.Struct, frozen=True, gc=False):
    """A picture or player left out for the place where it stands, and the reason."""

    media: Picture | Player
    reason: str


class Reading(msgspec.Struct, frozen=True, gc=False):
    """The body understood: content in reading order, the lines that became fields, and what was left out."""

    content: list[Content]
    fields: dict[str, str]
    bylines: list[str]
    taken: list[Taken]
    left: list[Left]
    warnings: list[PostWarning]
    cut: list[Cut] = []
    remade: Remade = []


class Draft:
    """A reading in the making, which the steps of ``roles`` hand on.

    ``content`` is what stays, ``cut`` the pictures and players that do not; ``gaps`` are the lines taken out (None for
    one that became fields), each with the content's length at that time. By ``id()``, as equal lines can stand in
    different places: ``below`` are the lines directly below a picture or player, ``of_links`` the pictures of related
    links, ``matches`` what patterns said of lines (None where it no longer counts).
    """

    __slots__ = (
        "below", "bylines", "content", "cut", "fields", "gaps", "left", "matches", "of_links", "patterns", "taken",
        "warnings",
    )  # fmt: skip

    def __init__(self, patterns: LinePatterns, below: frozenset[int]) -> None:
        self.patterns = patterns
        self.below = below
        self.content: list[Item] = []
        self.cut: list[Cut] = []
        self.of_links: set[int] = set()
        self.fields: dict[str, str] = {}
        self.bylines: list[str] = []
        self.taken: list[Taken] = []
        self.left: list[Left] = []
        self.warnings: list[PostWarning] = []
        self.gaps: list[tuple[int, Line | None]] = []
        self.matches: dict[int, LineMatch | None] = {}

    def leave(self, line: Line, reason: str, match: LineMatch | None = None) -> None:
        """Leave out a line that stands below all the content there is so far."""
        self.left.append(Left(line, reason, match))
        self.gaps.append((len(self.content), line))
