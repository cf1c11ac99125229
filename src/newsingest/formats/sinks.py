"""Opens the sink for a format: the place where a command and the forms of a corpus meet."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from newsingest.formats.markdown import encode_markdown, is_our_markdown
from newsingest.formats.packing import packing_of
from newsingest.formats.plaintext import encode_text, is_our_text
from newsingest.formats.reader import LINES_SUFFIXES, PARQUET
from newsingest.formats.shards import ShardSink
from newsingest.runs.sink import DirectorySink

if TYPE_CHECKING:
    from newsingest.formats.packing import Packing
    from newsingest.formats.shard_files import Layout

ShardFormat = Literal["jsonl", "parquet"]
Format = Literal["json", "md", "txt"] | ShardFormat


class MarkdownSink(DirectorySink):
    """Writes each record to a Markdown file of its own."""

    encode = staticmethod(encode_markdown)
    suffix = ".md"
    is_ours = staticmethod(is_our_markdown)


class TextSink(DirectorySink):
    """Writes the text of each record to a file of its own."""

    encode = staticmethod(encode_text)
    suffix = ".txt"
    is_ours = staticmethod(is_our_text)


def file_sink(form: Format, folder: str) -> DirectorySink:
    """Make the sink of a format that has a file for each post."""
    kinds: dict[Format, type[DirectorySink]] = {"md": MarkdownSink, "txt": TextSink}
    return kinds.get(form, DirectorySink)(folder)


def shard_sink(output: str, layout: Layout) -> ShardSink:
    """Make the sink of a sharded format; an output that is named like a shard becomes a single file.

    Raises MissingPackageError.
    """
    if form_of(output) is None:
        return ShardSink(output, layout)
    return ShardSink(os.path.dirname(output) or ".", layout, os.path.basename(output))


def form_of(output: str) -> ShardFormat | None:
    """Tell by its name whether an output is to be one file, and of which format; a folder that is there is none."""
    if os.path.isdir(output):
        return None
    if output.endswith(PARQUET):
        return "parquet"
    return "jsonl" if output.endswith(LINES_SUFFIXES) else None


def default_packing(form: Format, output: str) -> Packing:
    """Choose the compression nobody asked for: by the suffix of a single file, Zstandard inside Parquet, else none."""
    if form == "parquet":
        return "zstd"
    return packing_of(output)
