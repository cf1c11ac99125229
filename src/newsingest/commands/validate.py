"""``newsingest validate``: records against the schema, against themselves, and against their posts."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from newsingest.commands.exits import ALL_WELL, SOME_FAILED
from newsingest.commands.output import write
from newsingest.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.corpora.faults import Read
    from newsingest.corpora.shape import Fault
    from newsingest.record import Record

_UNREADABLE_BYTE = re.compile(rb"\\x([0-9a-f]{2})")


@click.command(
    "validate",
    short_help="Check records against the schema and against themselves.",
    epilog="""\b
Examples:
  newsingest validate records/
  newsingest validate shards/ --source posts/
  newsingest validate records/ --json | jq -r '.faults[].path'

\b
Exit status:
  0    all well
  1    faults were found; each is a line 'path: /json/pointer: reason'
  2    wrong usage, or a PATH holds no record
  3    standard output cannot be written
  141  nobody reads standard output any more
""",
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=click.Path())
@click.option("--source", metavar="DIR", type=click.Path(), help="Folder of the posts: compare their bytes and hashes.")
@click.option("--json", "as_json", is_flag=True, help="Print the faults as JSON.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well.")
def command(paths: tuple[str, ...], source: str | None, *, as_json: bool, quiet: bool) -> int:
    """Check the records below each PATH: a folder of records or shards, one such file, or - for JSON Lines.

    What a schema says is checked, and what it cannot say: offsets find their text, sections cover the
    paragraphs, the id fits the path.
    """
    from newsingest.formats.packing import MissingPackageError
    from newsingest.formats.reader import ReadError
    from newsingest.runs.talk import count, say

    if source is not None and not os.path.isdir(source):
        raise click.UsageError(f"There is no folder '{source}' to compare with.")
    found = _Findings([], as_json=as_json)
    try:
        for path in paths:
            found.take(path, None if source is None else _reader(source))
        if as_json:
            found.print_json()
    except (ReadError, MissingPackageError) as error:
        raise click.UsageError(str(error)) from error
    if found.faulty or not quiet:
        say(f"{count(found.records, 'record')}: {found.faulty} with faults, {count(found.faults, 'fault')}")
    return SOME_FAILED if found.faulty else ALL_WELL


@dataclass(slots=True)
class _Findings:
    """What was found; lines are printed as they come."""

    kept: list[dict[str, str]]
    as_json: bool
    records: int = 0
    faulty: int = 0
    faults: int = 0

    def take(self, path: str, posts: Read | None) -> None:
        for place, faults in _check(path, posts):
            listed = list(faults)
            for fault in listed:
                self._report(place, fault)
            self.records += 1
            self.faulty += bool(listed)
            self.faults += len(listed)

    def print_json(self) -> None:
        import msgspec

        whole = {"records": self.records, "faulty": self.faulty, "faults": self.kept}
        write(msgspec.json.format(msgspec.json.encode(whole), indent=2) + b"\n")

    def _report(self, place: str, fault: Fault) -> None:
        if self.as_json:
            self.kept.append({"path": place, "pointer": fault.pointer, "reason": fault.reason})
        else:
            write(f"{printable(f'{place}: {fault}')}\n".encode("utf-8", "backslashreplace"))


def _check(path: str, posts: Read | None) -> Iterator[tuple[str, Iterator[Fault]]]:
    from newsingest.corpora.convert import read

    for found, result in read(path):
        yield found.place, iter(result) if isinstance(result, tuple) else _inside(result, posts)


def _inside(record: Record, posts: Read | None) -> Iterator[Fault]:
    from newsingest.corpora.faults import faults, source_faults

    yield from faults(record)
    if posts is not None:
        yield from source_faults(record, posts)


def _reader(folder: str) -> Read:
    r"""Read posts by their paths in records, where bytes that are not UTF-8 stand as ``\xNN``."""

    def read(path: str) -> bytes:
        if os.path.isabs(path) or ".." in path.split("/"):
            raise ValueError("its path leaves the folder of the posts")
        name = _UNREADABLE_BYTE.sub(lambda found: bytes.fromhex(found[1].decode()), path.encode())
        with open(os.path.join(os.fsencode(folder), name), "rb") as stream:
            return stream.read()

    return read
