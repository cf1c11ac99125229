"""A body understood: what each line and picture turned out to be. These values are what ``roles`` returns."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from newsingest.body.headings import Heading
    from newsingest.body.line_patterns import LineMatch
    from newsingest.body.lines import Line
    from newsingest.body.media import Picture, Player
    from newsingest.record import PostWarning

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


class Reading(msgspec.Struct, frozen=True, gc=False):
    """The body understood: content in reading order, the lines that became fields, and what was left out."""

    content: list[Line | Heading | Captioned]
    fields: dict[str, str]
    bylines: list[str]
    taken: list[Taken]
    left: list[Left]
    warnings: list[PostWarning]
    cut: list[Picture | Player] = []  # what stood below the article's end
    remade: list[tuple[Line, tuple[Line, ...]]] = []  # lines that were parted or joined, and what stands for them
