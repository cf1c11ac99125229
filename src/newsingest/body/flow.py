"""The body as a reader meets it: the element tree walked once, in order, into lines, pictures and players."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Protocol

import msgspec

from newsingest.body.lines import Line
from newsingest.body.media import Picture, Player
from newsingest.body.walk import Reader, walk
from newsingest.engine import engine

_ENGINE = engine()
if _ENGINE == "compiled":
    from newsingest.body import _walk

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from newsingest.body.stylesheet import Rule
    from newsingest.body.tree import Body
    from newsingest.engine import Engine
    from newsingest.profiles.profile import Profile

Item = Line | Picture | Player


class Dropped(msgspec.Struct, frozen=True, gc=False):
    """An element left out, the rule that says so, and its place: how many items stand before it.

    ``where`` is the element or its number in the ``body``.
    """

    rule: Rule
    where: _Element | int
    body: Body
    before: int

    @property
    def element(self) -> _Element:
        """The element itself."""
        return self.body[self.where] if isinstance(self.where, int) else self.where


class Walked(Protocol):
    """A body that was walked."""

    items: list[Item]
    left: list[tuple[Rule, _Element | int, int]]

    def hidden_pictures(self) -> Iterable[str]:
        """Return the addresses of pictures that were left out, except those that stand in for another."""


class Flow:
    """What the body holds, in reading order, and what was left out on the way."""

    __slots__ = ("_walked", "body", "items")

    def __init__(self, walked: Walked, body: Body) -> None:
        self.body = body
        self.items = walked.items
        self._walked = walked

    @property
    def dropped(self) -> list[Dropped]:
        """What was left out."""
        return [Dropped(rule, where, self.body, before) for rule, where, before in self._walked.left]

    def dropped_below(self, of: str) -> list[Dropped]:
        """Return what a property of the profile left out below all items, the last first."""
        end = len(self.items)
        below = takewhile(lambda left: left[2] >= end, reversed(self._walked.left))
        return [Dropped(rule, where, self.body, before) for rule, where, before in below if rule.property == of]

    def hidden_pictures(self) -> Iterable[str]:
        """Return the addresses of pictures that were left out, except those that stand in for another."""
        return self._walked.hidden_pictures()


def read_flow(body: Body, profile: Profile, by: Engine = _ENGINE) -> Flow:
    """Walk a body."""
    walked: Walked | None = _walked_as_xml(body, profile) if by == "compiled" else None
    if walked is None:
        walked = Reader(body, profile)
        walk(walked)
    return Flow(walked, body)


def _walked_as_xml(body: Body, profile: Profile) -> Walked | None:
    """Let the compiled walk read a body as XML; None where that is not the same body."""
    try:
        return _walk.walk(body, profile)
    except _walk.UnlikeError:
        return None
