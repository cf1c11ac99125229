"""The unit of work: one candidate read, parsed, encoded and, where the sink has files, written."""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from newsingest.errors import PostError
from newsingest.parser import ParseOptions
from newsingest.parser import parse as parse_post
from newsingest.read import read_post
from newsingest.sink import SinkError
from newsingest.walk import DEFAULT_MAX_BYTES

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsingest.record import PostWarning, Record
    from newsingest.sink import RecordWriter, Stamp
    from newsingest.walk import Candidate

    Parse = Callable[[bytes, str, ParseOptions], Record]


@dataclass(frozen=True, slots=True)
class Task:
    """A candidate, and the hash of the bytes that made the record it has, where that is still good."""

    candidate: Candidate
    known: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """All that makes a record of a candidate. Picklable where its functions are module-level ones.

    With a ``writer`` the record is written where it is made; without, its bytes are handed back.
    """

    encode: Callable[[Record], bytes]
    writer: RecordWriter | None = None
    parse: Parse = parse_post
    options: ParseOptions = field(default_factory=ParseOptions)
    max_bytes: int = DEFAULT_MAX_BYTES


@dataclass(frozen=True, slots=True)
class Done:
    """A record made: its bytes or, where it is written, its file's stamp; and what to know about it."""

    data: bytes | None
    stamp: Stamp | None
    sha256: str
    profile: str
    warnings: tuple[PostWarning, ...]
    seconds: float


@dataclass(frozen=True, slots=True)
class Same:
    """The post's bytes are those that made its record."""


Outcome = Done | Same | PostError | SinkError


def work(task: Task, job: Job) -> Outcome:
    """Do one task. Errors come back as values, so that they cross a process boundary."""
    candidate = task.candidate
    start = time.perf_counter()
    try:
        raw = read_post(candidate, job.max_bytes)
        if task.known is not None and hashlib.sha256(raw).hexdigest() == task.known:
            return Same()
        record = job.parse(raw, candidate.relative, job.options)
        data = job.encode(record)
        stamp = job.writer.write(candidate.record, data) if job.writer else None
    except (PostError, SinkError) as error:
        return error
    except MemoryError:
        return PostError(
            candidate.relative, "needs more memory than --max-memory allows", "Raise it, or leave the post out."
        )
    return Done(
        None if job.writer else data,
        stamp,
        record.source.sha256,
        record.source.profile,
        tuple(record.warnings),
        time.perf_counter() - start,
    )
