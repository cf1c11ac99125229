"""The unit of work: one candidate read, parsed, encoded and, where the sink has files, written."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

import msgspec

from newsingest.errors import PostError, SinkError
from newsingest.kept import shelf
from newsingest.parsing.parser import read_stepwise
from newsingest.profiles.choice import BASE, profile_set
from newsingest.runs.read import read_post
from newsingest.runs.tasks import Done, Job, Outcome, Same, Task

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.parsing.parse_options import ParseOptions
    from newsingest.parsing.stepwise import Stepwise
    from newsingest.runs.planning import Finding, Unchanged
    from newsingest.runs.sink import RecordWriter, Stamp

# Posts that are worked on together: enough to gain by it, few enough that their trees fit into the caches.
_MOST_TOGETHER = 24
_BYTES_TOGETHER = 256 * 1024
_LARGE = 1_000_000  # bytes of a post whose objects are many
_ROW_BYTES = 1024  # of an unchanged post, with all that is known of it


def prepare(options: ParseOptions) -> None:
    """Compile what nearly every post needs, before processes are forked: they then have it at once."""
    if not options.profiles:
        profile_set(()).named(BASE)


def make_room(size: int) -> None:
    """Prepare this process, which is the program's own, for a post of so many bytes."""
    if size >= _LARGE:
        with suppress(ImportError):  # where it was not built
            from newsingest.runs import _arenas  # noqa: PLC0415 - few runs have such posts

            _arenas.use_large_pages()


def timed(outcome: Outcome, seconds: float) -> Outcome:
    """Note how long a record took."""
    return msgspec.structs.replace(outcome, seconds=seconds) if isinstance(outcome, Done) else outcome


def learned() -> None:
    """Save what profiles were compiled to, for workers of later runs."""
    shelf().save()


def work_stepwise(task: Task, job: Job) -> Stepwise[Outcome]:
    """Do one task, step by step. Errors come back as values, as they cross a process boundary; but MemoryError."""
    try:
        raw = read_post(task.path, task.relative, job.max_bytes, given=task.given)
        if task.known is not None and hashlib.sha256(raw).hexdigest() == task.known:
            return Same()
        make_room(len(raw))
        yield
        if job.parse is None:
            record = (yield from read_stepwise(raw, task.relative, job.options)).record
        else:
            record = job.parse(raw, task.relative, job.options)
        data = job.encode(record)
        yield
        stamp = _write(task, data, job.writer) if job.writer else None
    except (PostError, SinkError) as error:
        return error
    made = data if stamp is None else None
    warnings = record.warnings
    codes = " ".join([warning.code for warning in warnings])
    return Done(made, stamp, record.source.sha256, record.source.profile, codes, msgspec.json.encode(warnings))


def _write(task: Task, data: bytes, writer: RecordWriter) -> Stamp | None:
    """Write a record, unless a file of others may stand in its place: whose it is, the books know."""
    return None if task.fresh and writer.is_foreign(task.record, data) else writer.write(task.record, data)


def weight(finding: Finding | Unchanged, task: Task | None) -> int:
    """Tell how much memory a finding takes while it waits to be settled, its record included: roughly."""
    return task.size if task is not None else _ROW_BYTES * finding.number


def together(tasks: Sequence[Task]) -> int:
    """Count how many of the next tasks are done together, step by step: at least one."""
    size = 0
    for count, task in enumerate(tasks[:_MOST_TOGETHER]):
        size += task.size
        if size > _BYTES_TOGETHER:
            return max(count, 1)
    return min(len(tasks), _MOST_TOGETHER)
