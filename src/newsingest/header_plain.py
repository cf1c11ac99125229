"""Headers that need no YAML parser: one key a line, bare or in single quotes, and lists of such values.

Most headers are so. What is read here means the same to YAML; anything that might mean more is left to it.
"""

from __future__ import annotations

import re

# No control characters, no line breaks of YAML's own, and no "#", which may begin a comment.
_CHAR = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff\ufffd-\uffff"
_QUOTED = rf"'({_CHAR}']*)'"
# Begins with a letter or digit of any script (never with a sign that means something), and has no ": " inside.
_BARE = rf"([^\W_](?:{_CHAR}#:]|:(?=[^\s:]))*(?<! ))"
_VALUE = rf"(?:{_QUOTED}|{_BARE}) *"
_KEY_LINE = re.compile(rf"([A-Za-z][A-Za-z0-9_-]*):(?: +{_VALUE}| *)")
_ITEM_LINE = re.compile(rf"( *)- +{_VALUE}")
_MOST_LINES = 200


def read_plain(header: str) -> dict[str, str | list[str] | None] | None:
    """Read a header of plain lines; None where it holds anything else."""
    fields: dict[str, str | list[str] | None] = {}
    items: list[str] | None = None
    indent = key = ""
    lines = header.rstrip("\n").split("\n")
    if len(lines) > _MOST_LINES:
        return None
    for line in lines:
        if match := _KEY_LINE.fullmatch(line):
            key, quoted, bare = match.groups()
            if key in fields:
                return None
            fields[key] = quoted if quoted is not None else bare
            items = [] if quoted is None and bare is None else None
        elif items is not None and (match := _ITEM_LINE.fullmatch(line)):
            space, quoted, bare = match.groups()
            if items and space != indent:
                return None
            indent = space
            items.append(quoted if quoted is not None else bare)
            fields[key] = items
        else:
            return None
    return fields
