"""Records made earlier, in another form: read, checked for their shape, written, without parsing a post again."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from newsingest.corpora.shape import DamagedError, Fault, decode
from newsingest.errors import PostError
from newsingest.formats.reader import Entry, Unreadable, records
from newsingest.runs.names import record_names
from newsingest.runs.sink import STATE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from newsingest.record import Record


class Output(Protocol):
    """What is written to: a sink, as far as it matters here."""

    @property
    def encode(self) -> Callable[[Record], bytes]:
        """Makes bytes of a record."""

    def write(self, name: str, data: bytes) -> object:
        """Write a record under its name."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """A record that was not written: the place to show, and what is wrong where inside it."""

    place: str
    fault: Fault

    def __str__(self) -> str:
        """Place, pointer and reason on one line."""
        return f"{self.place}: {self.fault}"


@dataclass(slots=True)
class Conversion:
    """What a conversion did."""

    written: int = 0
    damaged: int = 0
    troubles: list[Trouble] = field(default_factory=list)


def read(path: str, shown: str | None = None) -> Iterator[tuple[Entry | Unreadable, Record | tuple[Fault, ...]]]:
    """Read records and decode them; in place of one that is damaged come its faults. Raises ReadError."""
    for found in records(path, shown):
        if isinstance(found, Unreadable):
            yield found, (Fault("", found.reason),)
            continue
        try:
            record = decode(found.data)
        except DamagedError as error:
            yield found, error.faults
        else:
            yield found, record


def convert(path: str, output: Output, names: Callable[[Entry, Record], str], shown: str | None = None) -> Conversion:
    """Write all records that are whole; a damaged one fails alone. Raises ReadError and SinkError."""
    account = Conversion()
    for found, result in read(path, shown):
        if isinstance(result, tuple):
            account.damaged += 1
            account.troubles += (Trouble(found.place, fault) for fault in result)
            continue
        if isinstance(found, Entry):
            try:
                output.write(names(found, result), output.encode(result))
            except PostError as error:
                account.damaged += 1
                account.troubles.append(Trouble(found.place, Fault("", f"{error.reason}. {error.remedy}")))
            else:
                account.written += 1
    return account


class Names:
    """Names the files of records: as they were read, or else by their posts' paths, as ``parse`` does.

    ``own`` are the names of records that were read from files of their own, ``paths`` the posts of all others.
    """

    def __init__(self, own: Collection[str], paths: Iterable[str]) -> None:
        self._own = own
        self._given = _by_path(paths)
        self._used = set[str]()

    @classmethod
    def of(cls, path: str, shown: str | None = None) -> Names:
        """Read all records once for their names. Raises ReadError."""
        own, paths = set[str](), set[str]()
        for found in records(path, shown):
            if isinstance(found, Entry) and found.name is not None:
                own.add(found.name)
            elif isinstance(found, Entry):
                with suppress(DamagedError):
                    paths.add(decode(found.data).source.path)
        return cls(own, paths)

    def __iter__(self) -> Iterator[str]:
        """Give all names there are."""
        yield from self._own
        yield from self._given.values()

    def __call__(self, entry: Entry, record: Record) -> str:
        """Name a record's file. Raises PostError for a second record of the same post."""
        name = entry.name or self._given.get(record.source.path, "")
        if name in self._used or not name:
            raise PostError(
                record.source.path,
                f"another record of {record.source.path} was read before" if name else "its source.path names no file",
                "Convert to jsonl or parquet, or take one of the two away.",
            )
        self._used.add(name)
        return name


def _by_path(paths: Iterable[str]) -> dict[str, str]:
    """Name a tree of posts, folder by folder."""
    tree = dict[str, tuple[set[str], set[str]]]()  # the files and folders in each folder
    for path in paths:
        parts = path.split("/")
        if "\0" in path or parts[0] == STATE_FOLDER or any(part in {"", ".", ".."} for part in parts):
            continue  # no post was ever there, and what is written must stay in its folder
        tree.setdefault("/".join(parts[:-1]), (set(), set()))[0].add(parts[-1])
        for depth in range(len(parts) - 1, 0, -1):
            tree.setdefault("/".join(parts[: depth - 1]), (set(), set()))[1].add(parts[depth - 1])
    names = dict[str, str]()
    outputs = {"": ""}
    for folder in sorted(tree):  # a folder comes after the one it lies in
        file_names, folder_names = record_names(folder, *tree[folder])
        inside, above = (f"{folder}/", f"{outputs[folder]}/") if folder else ("", "")
        outputs |= {inside + name: above + chosen for name, chosen in folder_names.items()}
        names |= {inside + name: above + chosen for name, chosen in file_names.items()}
    return names
