"""The unit of work: one candidate read, parsed, encoded and, where the sink has files, written."""

from __future__ import annotations

import hashlib
import time

from newsingest.errors import PostError
from newsingest.parser import parse as parse_post
from newsingest.read import read_post
from newsingest.sink import SinkError
from newsingest.tasks import Done, Job, Outcome, Same, Task

__all__ = ["Job", "Task", "work"]


def work(task: Task, job: Job) -> Outcome:
    """Do one task. Errors come back as values, so that they cross a process boundary."""
    candidate = task.candidate
    start = time.perf_counter()
    parse = job.parse or parse_post
    try:
        raw = read_post(candidate, job.max_bytes)
        if task.known is not None and hashlib.sha256(raw).hexdigest() == task.known:
            return Same()
        record = parse(raw, candidate.relative, job.options)
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
