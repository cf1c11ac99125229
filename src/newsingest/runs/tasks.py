"""What a worker is told and what it answers: values that cross a process boundary."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import msgspec

from newsingest.errors import PostError, SinkError
from newsingest.parsing.parse_options import ParseOptions
from newsingest.record import Record
from newsingest.runs.walk import DEFAULT_MAX_BYTES

if TYPE_CHECKING:
    from newsingest.runs.sink import RecordWriter, Stamp

Parse = Callable[[bytes, str, ParseOptions], Record]


class Task(msgspec.Struct, frozen=True):
    """A post to be read: its path, its path below the source, its record's name and its size in bytes.

    ``known`` is the hash of the bytes that made the record it has, where that is still good. Where it is ``fresh``, no
    run is known to have written what may stand in the place of its record. ``given`` is what was read of standard
    input, which a worker does not have.
    """

    path: str
    relative: str
    record: str
    size: int = 0
    known: str | None = None
    fresh: bool = False
    given: bytes | OSError | None = None


class Job(msgspec.Struct, frozen=True):
    """All that makes a record of a candidate. Picklable where its functions are module-level ones.

    With a ``writer`` the record is written where it is made; without, or where something else stands in its place, its
    bytes are handed back. Without a ``parse`` of its own, posts are parsed as this tool does.
    """

    encode: Callable[[Record], bytes]
    writer: RecordWriter | None = None
    parse: Parse | None = None
    options: ParseOptions = msgspec.field(default_factory=ParseOptions)
    max_bytes: int = DEFAULT_MAX_BYTES


class Done(msgspec.Struct, frozen=True):
    """A record made: its bytes or, where it is written, its file's stamp; what to know about it; its seconds.

    ``codes`` are those of its ``warnings``, a blank between them; these are JSON, as hardly anybody looks at them.
    """

    data: bytes | None
    stamp: Stamp | None
    sha256: str
    profile: str
    codes: str
    warnings: bytes
    seconds: float = 0.0


class Same(msgspec.Struct, frozen=True):
    """The post's bytes are those that made its record."""


Outcome = Done | Same | PostError | SinkError
