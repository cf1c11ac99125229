"""Where in the file a piece of the body stands: line numbers for those who ask, found after the fact.

Lines of text carry no line numbers, as keeping them would cost every post. So the tree is walked once more, and
each text is looked for in reading order.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, cast

from lxml import etree

from newsingest.body.media import Picture, read_picture, read_player
from newsingest.body.stylesheet import PICTURE_TAGS, PLAYER_TAGS
from newsingest.text import visible

if TYPE_CHECKING:
    from collections.abc import Collection

    from lxml.etree import _Element

    from newsingest.profiles.profile import Profile

# Enough of a line's beginning to tell it from others.
_ENOUGH = 24


class Places:
    """Looks up lines of a file; ask in reading order.

    ``first`` is the file's line on which the body begins, ``dropped`` the elements whose text was not read.
    """

    def __init__(self, root: _Element, profile: Profile, first: int, dropped: Collection[_Element]) -> None:
        self._above = first - 1
        self._text = ""
        self._starts: list[int] = []
        self._lines: list[int] = []
        self._addresses: dict[str, int] = {}
        self._from = 0
        self._read(root, profile, dropped)

    def of_text(self, text: str) -> int | None:
        """Return the line on which a text begins, or None where it is not found as it stands."""
        wanted = _squeezed(text)[:_ENOUGH]
        at = self._text.find(wanted, self._from) if wanted else -1
        if at < 0:
            return None
        self._from = at + len(wanted)
        return self._lines[bisect_right(self._starts, at) - 1] + self._above

    def of_address(self, url: str) -> int | None:
        """Return the line of the first picture or player with an address."""
        line = self._addresses.get(url)
        return None if line is None else line + self._above

    def of_element(self, element: _Element) -> int | None:
        """Return the line of an element's tag."""
        return _sourceline(element) + self._above

    def _read(self, root: _Element, profile: Profile, dropped: Collection[_Element]) -> None:
        """Note where each run of text begins. Elements say their line; between them, line ends are counted."""
        pieces: list[str] = []
        length = 0
        line = 1
        walked = etree.iterwalk(root, events=("start", "end"))
        for event, element in walked:
            text = element.tail
            if event == "start":
                line = max(line, _sourceline(element))
                if element in dropped:
                    line += "".join(map(str, element.itertext("*"))).count("\n")
                    walked.skip_subtree()
                    continue
                self._note_address(element, line, profile)
                text = element.text
            for row in (text or "").splitlines(keepends=True):
                if squeezed := _squeezed(row):
                    self._starts.append(length)
                    self._lines.append(line)
                    pieces.append(squeezed)
                    length += len(squeezed)
                line += row.endswith("\n")
        self._text = "".join(pieces)

    def _note_address(self, element: _Element, line: int, profile: Profile) -> None:
        if element.tag in PICTURE_TAGS:
            found = read_picture(element, profile.images)
        elif element.tag in PLAYER_TAGS:
            player = read_player(element, profile.video)
            found = player if isinstance(player, str) else Picture(player.url)
        else:
            return
        if not isinstance(found, str):
            self._addresses.setdefault(found.url, line)


def _sourceline(element: _Element) -> int:
    return cast("int | None", element.sourceline) or 1


def _squeezed(text: str) -> str:
    return "".join(visible(text).split())
