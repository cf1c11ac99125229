"""What ``newsingest parse`` writes to: the folder or standard output, and the form of the records there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click
import msgspec

from newsingest.commands.options import shard_layout
from newsingest.commands.output import STDOUT
from newsingest.errors import refusal
from newsingest.runs.sink import DirectorySink, JsonLinesSink

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from newsingest.commands.parse import Wishes
    from newsingest.formats.shard_files import Layout
    from newsingest.formats.sinks import Format
    from newsingest.runs.sink import Sink


class Target(msgspec.Struct, frozen=True):
    """The output folder, None for standard output; the form of the records; what shards look like, if it has them."""

    folder: str | None
    form: Format
    layout: Layout | None = None

    @property
    def holds_posts_suffixes(self) -> bool:
        """Whether a record may have the name of a post."""
        return self.form in {"md", "txt"}


def wanted_target(wishes: Wishes) -> Target:
    """Read the options that say what is written where; refuse what does not go together."""
    if wishes.output == "-":
        return Target(None, "jsonl")
    form = wishes.format or "json"
    if wishes.check and form != "json":
        raise click.UsageError(f"--check compares records with a file each, as --format json writes them, not {form}.")
    return Target(wishes.output, form, shard_layout(form, wishes.output, wishes.shard_size, wishes.compress))


def target_sink(target: Target) -> AbstractContextManager[Sink]:
    """Make the sink, nothing of which is written before it is entered. Raises SinkError."""
    if target.folder is None:
        return _stream_sink()
    if target.form == "json":
        return DirectorySink(target.folder)
    # The other forms need not be imported for the one that is usual.
    from newsingest.formats.growing import GrowingSink
    from newsingest.formats.packing import MissingPackageError
    from newsingest.formats.sinks import file_sink

    if target.layout is None:
        return file_sink(target.form, target.folder)
    try:
        return GrowingSink(target.folder, target.layout)
    except MissingPackageError as error:
        raise click.UsageError(str(error)) from error


def _stream_sink() -> JsonLinesSink:
    try:  # a stream of our own: Python's may be closed, or unbuffered and so given to short writes
        stream = open(STDOUT, "wb", closefd=False)  # noqa: SIM115 - the sink flushes it, and may fail to
    except OSError as error:
        raise refusal(error, "standard output") from error
    return JsonLinesSink(stream)
