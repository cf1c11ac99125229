"""Text in Markdown and YAML that means itself, whichever generator builds the page.

CommonMark (Hugo, Hexo) and kramdown (Jekyll) share few escapes. A backslash is used where both know it, and a
character reference where one does not, so that braces start neither Liquid nor a shortcode.
"""

from __future__ import annotations

import re

_REFERENCES = {char: f"&#{ord(char)};" for char in "{}~^"} | {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_ANYWHERE = re.compile(r"[\\`*_\[\]|]|(?<=\$)\$|\$(?=\$)")
_AS_REFERENCE = re.compile(r"[{}~^&<>]")
# Not in themselves: a list's mark or a heading's underline at the start of a line, a dash or ellipsis that a
# generator would draw in place of signs, an address or e-mail that it would turn into a link.
_AT_START = re.compile(r"^([-+=:#])", re.MULTILINE)
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s|$)", re.MULTILINE)
_AT_END = re.compile(r"(?<!\\)#(?=#*$)")  # of a heading; behind a backslash it means itself already
_DASHES = re.compile(r"(?<=-)-")
_DOTS = re.compile(r"(?<=\.)\.")
_ADDRESS = re.compile(r"(?<=[A-Za-z]):(?=//)")
_WWW = re.compile(r"(?i)(?<=www)\.")
_MAIL = re.compile(r"(?<=\S)@(?=\S)")

# What would end a link's destination early, or stands for something else in it.
_IN_ADDRESS = re.compile(r"[\x00-\x20\x7f()<>\\\[\]{}|`\"'^]")


def markdown(text: str) -> str:
    """Escape text; its line breaks become hard ones."""
    text = _ANYWHERE.sub(r"\\\g<0>", text)
    text = _AS_REFERENCE.sub(lambda found: _REFERENCES[found[0]], text)
    text = _NUMBERED.sub(r"\1\\\2", _AT_START.sub(r"\\\1", text))
    text = _DOTS.sub(r"\\.", _DASHES.sub(r"\\-", text))
    text = _MAIL.sub("&#64;", _WWW.sub(r"\\.", _ADDRESS.sub(r"\\:", text)))
    return text.replace("\n", "  \n")


def one_line(text: str) -> str:
    """Escape text where Markdown has no room for a line break: in headings and cells."""
    return _AT_END.sub(r"\\#", markdown(" ".join(text.split("\n"))))


def address(url: str) -> str:
    """Write a link's destination; what Markdown would read as a mark of its own is percent-encoded."""
    return _IN_ADDRESS.sub(lambda found: f"%{ord(found[0]):02X}", url).replace("&", "&amp;")


def yaml(text: str) -> str:
    r"""Write a YAML string in double quotes; what YAML cannot hold or would take for a line's end is ``\u``."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(char if _plain(char) else _escape(char) for char in text) + '"'


def _plain(char: str) -> bool:
    return char.isprintable() or char == "\u3000"


def _escape(char: str) -> str:
    code = ord(char)
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004 - four digits hold so much
