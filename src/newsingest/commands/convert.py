"""``newsingest convert``: records made earlier, written in another form."""

from __future__ import annotations

import os
from contextlib import nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from newsingest.commands.exits import ALL_WELL, HELD, INTERRUPTED, SOME_FAILED
from newsingest.commands.options import FORMATS, shard_layout, shard_options
from newsingest.commands.output import STDOUT

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from contextlib import AbstractContextManager

    from newsingest.commands.options import ShardSize
    from newsingest.corpora.convert import Conversion
    from newsingest.formats.packing import Packing
    from newsingest.formats.shard_files import Layout
    from newsingest.formats.sinks import Format
    from newsingest.runs.sink import RecordWriter


@dataclass(frozen=True, slots=True)
class Wishes:
    """The arguments of ``convert`` as the user gave them."""

    source: str
    output: str
    form: Format | None
    shard_size: ShardSize | None
    compress: Packing | None
    quiet: bool


@click.command(
    "convert",
    short_help="Write records made earlier in another form.",
    epilog="""\b
Examples:
  newsingest convert records/ shards/ --format jsonl --compress zstd
  newsingest convert records/ corpus.parquet
  newsingest convert shards/ site/content/ --format md
  newsingest convert records/ - --format jsonl | jq -r .title

\b
Exit status:
  0    all well
  1    some records are damaged: each is named, the others are written
  2    wrong usage, or IN holds no record: nothing was written
  3    OUT, or standard output, cannot be written
  75   another run is writing to OUT
  130  interrupted by Ctrl-C
  141  nobody reads standard output any more
""",
)
@click.argument("source", metavar="IN", type=click.Path())
@click.argument("output", metavar="OUT", type=click.Path())
@click.option("--format", "form", type=click.Choice(FORMATS), help="Form to write; by OUT's suffix if it has one.")
@shard_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well.")
def command(**options: Any) -> int:  # noqa: ANN401 - click passes options by name; Wishes types them
    """Write the records in IN to OUT in another form, without parsing posts again.

    IN is a folder of records or shards, one such file, or - for JSON Lines on standard input. OUT is a
    folder, a file that ends in .jsonl, .jsonl.gz, .jsonl.zst or .parquet, or - for JSON Lines on standard
    output.
    """
    from newsingest.formats.packing import MissingPackageError
    from newsingest.formats.reader import ReadError
    from newsingest.runs.lock import HeldError
    from newsingest.runs.talk import say

    wishes = Wishes(**options)
    try:
        return _convert(wishes)
    except (ReadError, MissingPackageError) as error:
        raise click.UsageError(str(error)) from error
    except HeldError as error:
        say(f"stopped: {error}")
        return HELD
    except KeyboardInterrupt:
        left = "files of one post that are written are whole; shards are as they were before"
        say(f"interrupted: {'the lines written so far are whole' if wishes.output == '-' else left}.")
        return INTERRUPTED


def _convert(wishes: Wishes) -> int:
    from newsingest.runs.talk import count, say

    form, layout = _wanted_form(wishes)
    if _is_folder(wishes.output):
        _check_folder(wishes.output)
    elif wishes.output != "-":
        _check_file(wishes.output)
    _check_apart(wishes.source, wishes.output)
    conversion, of_shards = _write(wishes, form, layout)
    for trouble in conversion.troubles:
        say(f"failed: {trouble}")
    if conversion.damaged or not wishes.quiet:
        say(f"{count(conversion.written, 'record')} written{of_shards}, {conversion.damaged} failed")
    return SOME_FAILED if conversion.damaged else ALL_WELL


def _wanted_form(wishes: Wishes) -> tuple[Format, Layout | None]:
    """Read what form is to be written, and what shards look like if it has them; refuse what does not go together."""
    from newsingest.formats.packing import packing_of
    from newsingest.formats.sinks import form_of

    if not wishes.output:
        raise click.UsageError("OUT has no name. Write . for the current folder.")
    only_form = "jsonl" if wishes.output == "-" else form_of(wishes.output)  # of a stream or single file
    form = wishes.form or only_form
    if form is None:
        raise click.UsageError(f"--format is missing, and '{wishes.output}' does not tell it.")
    if only_form not in {None, form}:
        raise click.UsageError(f"'{wishes.output}' is no place for --format {form}. Leave that out, or name a folder.")
    layout = shard_layout(form, wishes.output, wishes.shard_size, wishes.compress)
    if wishes.shard_size and only_form is not None:
        raise click.UsageError("--shard-size is for a folder of shards, and OUT is one file.")
    if wishes.compress and wishes.output == "-":
        raise click.UsageError("Standard output is not compressed here. Pipe it into a compressor.")
    if only_form == "jsonl" and wishes.compress not in {None, packing_of(wishes.output)}:
        raise click.UsageError(
            f"'{wishes.output}' is no place for --compress {wishes.compress}: readers go by the suffix. Give it the "
            "right one, and leave --compress out."
        )
    return form, layout


def _check_apart(source: str, output: str) -> None:
    """Refuse an output that lies in the source, and a source without records before anything is written."""
    from newsingest.formats.reader import STDIN, check_there, records

    if source == STDIN:
        return
    check_there(source)
    if output != "-":
        inner, outer = os.path.realpath(output), os.path.realpath(source)
        if inner == outer or inner.startswith(os.path.join(outer, "")):
            raise click.UsageError("OUT lies in IN, so the next run would read its own output. Choose another OUT.")
    records(source)


def _check_folder(output: str) -> None:
    """Refuse a file, and a folder that ``parse`` keeps up to date: each would take away what the other wrote."""
    from newsingest.paths import text
    from newsingest.runs.state_file import is_in_state, state_file

    if is_in_state(output):
        raise click.UsageError(f"'{text(output)}' lies where newsingest keeps the state of another output folder.")
    if os.path.isfile(output):
        raise click.UsageError(f"'{text(output)}' is a file, and OUT must be a folder or end in a suffix of its form.")
    if os.path.exists(state_file(output)):
        raise click.UsageError(
            f"'{text(output)}' is kept up to date by 'newsingest parse', whose next run would replace what is written "
            "there. Choose another OUT."
        )


def _check_file(output: str) -> None:
    """Refuse to write over a file of others."""
    from newsingest.formats.reader import is_foreign

    if is_foreign(output):
        raise _stays(output)


def _stays(path: str) -> click.UsageError:
    from newsingest.paths import text

    return click.UsageError(f"'{text(path)}' is there, and convert did not write it. It stays; choose another OUT.")


def _write(wishes: Wishes, form: Format, layout: Layout | None) -> tuple[Conversion, str]:
    """Write to what was asked for; return what was done, and what there is to say of shards."""
    from newsingest.corpora.convert import convert
    from newsingest.formats.sinks import shard_sink
    from newsingest.runs.sink import JsonLinesSink
    from newsingest.runs.talk import count

    if wishes.output == "-":
        with JsonLinesSink(open(STDOUT, "wb", closefd=False)) as stream:
            return convert(wishes.source, stream, lambda *_: ""), ""
    if layout is None:
        return _write_files(wishes, form), ""
    with _lock(wishes.output), shard_sink(wishes.output, layout) as sink:
        conversion = convert(wishes.source, sink, lambda entry, _: entry.name or "")
        shards = sink.finish()
        return conversion, f" in {count(shards.count, 'shard')}, {len(shards.written)} of them new or changed"


def _write_files(wishes: Wishes, form: Format) -> Conversion:
    """Write a file for each post. Records are read twice: first for all their names."""
    from newsingest.corpora.convert import Names, convert
    from newsingest.corpora.spool import replayable
    from newsingest.formats.plaintext import claim_texts, our_texts
    from newsingest.formats.sinks import file_sink

    sink = file_sink(form, wishes.output)
    with replayable(wishes.source) as (source, shown):
        names = Names.of(source, shown)
        _check_files(names, sink.writer, our_texts(wishes.output) if form == "txt" else ())
        with _lock(wishes.output), sink:
            if form == "txt":
                claim_texts(wishes.output, sink.writer.file_names(list(names)))
            return convert(source, sink, names, shown)


def _check_files(names: Iterable[str], writer: RecordWriter, ours: Collection[bytes]) -> None:
    """Refuse to write over files of others, as Markdown and texts may be posts or notes."""
    for name in names:
        if writer.is_foreign(name) and writer.file_name(name) not in ours:
            raise _stays(writer.path(name))


def _lock(output: str) -> AbstractContextManager[object]:
    """Have a folder for this run alone; a single file is put in its place as a whole, and needs none."""
    from newsingest.runs.lock import RunLock

    return RunLock(output) if _is_folder(output) else nullcontext()


def _is_folder(output: str) -> bool:
    from newsingest.formats.sinks import form_of

    return output != "-" and form_of(output) is None
