"""What a user may say about how posts are read. A module of its own, as a run may find nothing to parse."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from newsingest.profiles.profile import ProfileSpec


class ParseOptions(msgspec.Struct, frozen=True):
    """What a user may say about how posts are read.

    ``encoding`` is tried where a post is not UTF-8; ``assume_timezone`` (an IANA name or ``+08:00``) is the zone of
    dates that name none. ``profiles`` are asked before the built-in ones whether a post is theirs, ``profile`` is the
    name of the one that is used for every post.
    """

    encoding: str | None = None
    assume_timezone: str | None = None
    profiles: tuple[ProfileSpec, ...] = ()
    profile: str | None = None
