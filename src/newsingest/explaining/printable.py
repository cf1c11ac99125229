"""Text of posts for people's eyes: what could move a terminal's cursor or turn its lines around is written out."""

from __future__ import annotations

import re

# One unit that no line end may part: a run of other characters, or a wide one with the punctuation that follows.
_UNIT = re.compile(r"[\u2e80-\uffef][，。、；：？！）》」』】”’…]*|[^\s\u2e80-\uffef]+|\s+")


def printable(text: str) -> str:
    """Write out what is no printable character (control, direction, surrogates), all but spaces."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\u3000" else char.encode("unicode_escape").decode() for char in text
    )


def units(text: str) -> list[str]:
    """Part a text where a line may end."""
    return _UNIT.findall(text)
