"""White space and invisible characters, as the record wants them, and as a terminal takes them."""

from __future__ import annotations

import re

from newsingest.paths import unicode

# Soft hyphen, zero-width space, non-joiner, joiner, word joiner, byte order mark. U+FFFD comes from character
# references that name no character (&#0;, &#xD800;): the file itself holds none by then.
INVISIBLE = "\u00ad\u200b\u200c\u200d\u2060\ufeff\ufffd"
_DELETE_INVISIBLE = dict.fromkeys(map(ord, INVISIBLE))
_NOT_WORD = re.compile(r"[\W_]+")


def visible(text: str) -> str:
    """Take zero-width characters and soft hyphens out."""
    # Seven look-ups in C are much cheaper than one translate() of a text that holds none of them.
    if text.isascii():
        return text
    for char in INVISIBLE:
        if char in text:
            return text.translate(_DELETE_INVISIBLE)
    return text


def fold(text: str) -> str:
    """Make every run of white space (U+3000 and U+00A0 too) one space, trim, drop invisible characters."""
    return " ".join(visible(text).split())


def squash(text: str) -> str:
    """Keep letters and digits only, lower case: for telling whether two lines say the same."""
    return _NOT_WORD.sub("", text).casefold()


def has_word(text: str) -> bool:
    """Tell whether a text holds a letter or digit (one that holds none is an ornament)."""
    return text[:1].isalnum() or any(map(str.isalnum, text))


def printable(text: str) -> str:
    """Write out what could move a terminal's cursor, turn its lines around or change its colours."""
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char == "\u3000" else char.encode("unicode_escape").decode()
        for char in unicode(text)
    )
