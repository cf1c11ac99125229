"""From bytes to a record: decode, split, read the front matter, read the body, assemble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsingest.record import Record


@dataclass(frozen=True, slots=True)
class ParseOptions:
    """What a user may say about how posts are read.

    ``encoding`` is tried where a post is not UTF-8; ``assume_timezone`` (an IANA name or ``+08:00``) is
    the zone of dates that name none.
    """

    encoding: str | None = None
    assume_timezone: str | None = None


def parse(raw: bytes, path: str, options: ParseOptions = ParseOptions()) -> Record:
    """Read one post. Pure: the result depends on the arguments only. Raises PostError."""
    raise NotImplementedError
