"""File name patterns: what ``--include`` and ``--exclude`` match."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_BETWEEN = "\0"  # names joined, as no name holds it
_SPECIAL = re.compile(r"[/*?\[]")  # a pattern without these is a mere name


class Globs:
    """A set of patterns, matched against paths below the source.

    ``*`` and ``?`` stand for what is not a slash, ``[…]`` for one of its characters (``[!…]`` for any
    other), and ``**`` between slashes for any number of folders. A pattern without a slash is matched
    against the name, wherever the file lies.
    """

    def __init__(self, patterns: Iterable[str]) -> None:
        composed = {unicodedata.normalize("NFC", pattern) for pattern in patterns}
        self._names = {pattern for pattern in composed if pattern and not _SPECIAL.search(pattern)}
        rules = [f"(?:{_translate(pattern)})" for pattern in sorted(composed - self._names)]
        self._rule = re.compile("|".join(rules), re.DOTALL) if rules else None

    def __bool__(self) -> bool:
        """Tell whether there is any pattern."""
        return bool(self._names) or self._rule is not None

    def matching(self, prefix: str, names: Sequence[str]) -> set[str]:
        """Choose the names in a folder whose paths a pattern matches; ``prefix`` is the folder's path with a slash."""
        composed = unicodedata.normalize("NFC", _BETWEEN.join(names)).split(_BETWEEN)
        if self._rule is None and len(composed) == len(names):
            if self._names.isdisjoint(composed):
                return set()
            return {name for name, each in zip(names, composed, strict=True) if each in self._names}
        return {name for name in names if self.match(prefix + name)}

    def match(self, relative: str) -> bool:
        """Tell whether any pattern matches the whole path."""
        if self._names:
            name = relative.rpartition("/")[2]
            if (name if name.isascii() else unicodedata.normalize("NFC", name)) in self._names:
                return True
        return self._rule is not None and self._rule.fullmatch(unicodedata.normalize("NFC", relative)) is not None


def _translate(pattern: str) -> str:
    """Turn a pattern into a regular expression for the whole path."""
    parts = [part for part in pattern.removeprefix("./").split("/") if part]
    if "/" not in pattern.rstrip("/"):
        parts = ["**", *parts]
    rule = ""
    for number, part in enumerate(parts):
        last = number == len(parts) - 1
        if part == "**":
            if not rule.endswith("(?:[^/]+/)*"):  # `**/**` says no more than `**`, and matches slower
                rule += "(?:[^/]+/)*"
            rule += "[^/]+" if last else ""
        else:
            rule += _translate_part(part) + ("" if last else "/")
    return rule


def _translate_part(part: str) -> str:
    rule = ""
    position = 0
    while position < len(part):
        char = part[position]
        position += 1
        if char == "*":
            rule += "" if rule.endswith("[^/]*") else "[^/]*"
        elif char == "?":
            rule += "[^/]"
        elif char == "[" and (end := part.find("]", position + 1 + (part[position : position + 1] == "!"))) > 0:
            rule += _translate_class(part[position:end])
            position = end + 1
        else:
            rule += re.escape(char)
    return rule


def _translate_class(inner: str) -> str:
    """Turn the inside of ``[…]`` into a class; a range that runs backwards matches nothing."""
    negated = inner.startswith("!")
    chars = inner.removeprefix("!")
    items = re.findall(r".-.|.", chars, re.DOTALL)
    ranges = [item for item in items if len(item) == 1 or item[0] <= item[2]]
    escaped = "".join("-".join(map(re.escape, item.split("-", 1) if len(item) > 1 else item)) for item in ranges)
    if not escaped:
        return "[^/]" if negated else r"(?!)"
    return f"(?!/)[{'^' if negated else ''}{escaped}]"
