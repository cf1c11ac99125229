"""What shards hold, kept beside them: which posts, and what the line of each must be."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import msgspec

from newsingest.runs.sink import Stamp

if TYPE_CHECKING:
    from collections.abc import Iterable

_BITS = 63  # as many as SQLite keeps of a whole number


class Post(msgspec.Struct, frozen=True, order=True, array_like=True, gc=False):
    """A post in a shard, sorted as there: its path, its record's name and id, size and digest of its line."""

    path: str
    name: str
    id: str
    size: int
    digest: int

    @property
    def stamp(self) -> Stamp:
        """What tells its line from any other; a line has no time, so its digest stands there."""
        return Stamp(self.size, self.digest)

    def is_line(self, line: bytes) -> bool:
        """Tell whether this is the post's line."""
        return len(line) == self.size and line_digest(line) == self.digest


class Shard(msgspec.Struct, frozen=True):
    """A shard: the digest of its file, and its posts in order."""

    sha256: str
    posts: list[Post]


class _Source(msgspec.Struct):
    path: str


class _Key(msgspec.Struct):
    id: str
    source: _Source


_key = msgspec.json.Decoder(_Key)
_shard = msgspec.json.Decoder(Shard)


def post_of(name: str, line: bytes) -> Post:
    """Describe the record in a line."""
    key = _key.decode(line)
    return Post(key.source.path, name, key.id, len(line), line_digest(line))


def line_digest(line: bytes) -> int:
    """Shorten a line to a number that no other line has."""
    return int.from_bytes(hashlib.blake2b(line, digest_size=8).digest()) >> (64 - _BITS)


def load(path: str) -> list[Shard]:
    """Read a ledger; one that is not there or is damaged knows of nothing. Raises OSError."""
    try:
        with open(path, "rb") as stream:
            return [_shard.decode(line) for line in stream]
    except (FileNotFoundError, msgspec.DecodeError, UnicodeDecodeError):
        return []


def save(path: str, shards: Iterable[Shard]) -> None:
    """Write a ledger in place of the one that is there. Raises OSError."""
    aside = f"{path}.new"  # one run at a time has the folder
    with open(aside, "wb") as stream:
        stream.writelines(msgspec.json.encode(shard) + b"\n" for shard in shards)
    os.replace(aside, path)
