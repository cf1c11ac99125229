"""Posts whose header takes more than a look at its lines: not closed, not plain, or with other line ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from frontmatter.default_handlers import BaseHandler

from newsingest.errors import NotAPostError, PostError
from newsingest.parsing.header_plain import OPENING
from newsingest.parsing.header_repair import match_key, repair
from newsingest.parsing.header_yaml import HeaderTooLargeError, YamlProblem, read_yaml
from newsingest.record import PostWarning

if TYPE_CHECKING:
    from newsingest.parsing.header_plain import Header

# The first line that can end a header; a tag means that the closing line is missing.
_CLOSING = re.compile(r"\n(?:(?P<line>---|\.\.\.)[^\S\n]*+(?:\n|\Z)|(?=<[A-Za-z!/]))")
_BLANK_LINE = re.compile(r"^[^\S\n]*\n", re.MULTILINE)
_HEADER_KEY = re.compile(r"[a-z_][\w-]*:(?:\s|$)")

_REMEDY = "Write the header as lines of `key: value` between two lines of `---`"


class PostHandler(BaseHandler):
    """A python-frontmatter handler for one post: scraped YAML, values as typed, body untouched."""

    FM_BOUNDARY = OPENING
    START_DELIMITER = END_DELIMITER = "---"

    def __init__(self, path: str) -> None:
        super().__init__()
        self.path = path
        self.first_line = 1
        self.warnings: list[PostWarning] = []

    def split(self, text: str) -> tuple[str, str]:
        """Part the header from the body, remember the header's first line, warn where it never closes."""
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        opening = OPENING.match(text)
        if opening is None:
            remedy = "A post begins with a line of `---`, its header, and another line of `---`"
            raise NotAPostError(self.path, "no front matter", remedy)
        start = opening.end()
        self.first_line = text.count("\n", 0, start) + (1 if text[start - 1] == "\n" else 2)
        # From the opening line's newline on, so that the header may be empty.
        closing = _CLOSING.search(text, start - 1)
        body_start = closing.end() if closing else len(text)
        is_closed = closing is not None and closing["line"] is not None
        header = text[start : closing.start() + 1] if closing else text[start:]
        end = _early_end(header, is_closed=is_closed)
        if is_closed and end is None:
            return header, text[body_start:]
        if end is not None:
            header, body_start = header[:end], start + end
        self._warn_unclosed(header)
        return header, text[body_start:]

    def load(self, fm: str) -> dict[str, Any]:
        """Read the header: YAML where it is valid, what the scraper meant where it is not."""
        try:
            header = self._read(fm)
        except HeaderTooLargeError as error:
            raise PostError(self.path, error.reason, _REMEDY, line=error.line) from error
        self.warnings += header.warnings
        return dict(header.fields)

    def _read(self, fm: str) -> Header:
        try:
            return read_yaml(fm, self.first_line)
        except YamlProblem as problem:
            header = repair(fm, self.first_line)
            if not header.fields:
                reason = "the front matter holds no `key: value` line"
                raise PostError(self.path, reason, _REMEDY, line=self.first_line) from problem
            return header

    def _warn_unclosed(self, header: str) -> None:
        line = self.first_line - 1
        if not any(match_key(text) for text in header.split("\n")):
            raise PostError(self.path, "a header begins here that never closes", _REMEDY, line=line)
        message = f"line {line}: the header begun here never closes; it was read up to the body"
        self.warnings.append(PostWarning("front-matter-unclosed", message))


def _early_end(header: str, *, is_closed: bool) -> int | None:
    """Find the blank line that ends a header without a closing line, or None.

    A blank line inside a title is followed by indented text and more keys. In a header that seems closed,
    prose behind the last key says that the "closing" line is a rule in the body.
    """
    if _BLANK_LINE.search(header) is None:
        return None
    lines = header.split("\n")
    last_key = max((n for n, line in enumerate(lines) if _HEADER_KEY.match(line)), default=-1) if is_closed else 0
    if last_key < 0:
        return None
    offset = sum(len(line) + 1 for line in lines[:last_key])
    blank: int | None = None
    for line in lines[last_key:]:
        if not line.strip():
            blank = offset if blank is None else blank
        elif blank is not None and not line[0].isspace():
            if not (_HEADER_KEY.match(line) or line.startswith(("- ", "#"))):
                return blank
            blank = None
        offset += len(line) + 1
    return None if is_closed else blank
