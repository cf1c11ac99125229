"""The check: is a folder exactly what a run would write into it? Nothing is written to find out."""

from __future__ import annotations

import difflib
import errno
import os
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, Self

import msgspec

from newsingest import __version__
from newsingest.corpora.readback import record_files
from newsingest.errors import SinkError
from newsingest.paths import text
from newsingest.record import SCHEMA, encode_file
from newsingest.runs.names import RECORD_SUFFIX
from newsingest.runs.sink import NoEarlierRecords, RecordWriter, is_our_record, too_long

if TYPE_CHECKING:
    from collections.abc import Iterator


Kind = Literal["missing", "differs", "left over"]

# A diff of more lines than this can take difflib minutes: it is no linear algorithm.
_MOST_LINES = 20_000
_MOVE = "move it away, as no run writes over it"


@dataclass(frozen=True, slots=True)
class Finding:
    """A record that is not what the run makes: the path to show, why where that is known, both texts.

    ``before`` and ``after`` are given where two texts can be compared.
    """

    kind: Kind
    path: str
    note: str = ""
    before: bytes | None = None
    after: bytes | None = None

    def __str__(self) -> str:
        """Kind, path and note on one line."""
        return f"{self.kind}: {self.path}: {self.note}" if self.note else f"{self.kind}: {self.path}"


class Hearer(Protocol):
    """Hears of what a check finds, as it finds it."""

    def hear(self, finding: Finding) -> None:
        """Hear of one record that is not what the run makes."""


class CheckSink(NoEarlierRecords):
    """Compares each record with the file of its name below ``folder``, and never writes.

    A sink like the others, so that a check is a run like any other: it asks for no earlier records, so that all are
    made. Use as a context manager, and call ``end`` when all posts are through.
    """

    encode = staticmethod(encode_file)
    writer = None

    def __init__(self, folder: str, hearer: Hearer) -> None:
        self._shown = folder
        self._folder = os.fsencode(folder)
        self._hearer = hearer
        self._run = RecordWriter(self._folder, folder, b"", RECORD_SUFFIX, is_our_record)
        self._made: set[bytes] = set()

    def __enter__(self) -> Self:
        """Look whether the folder can be read; one that is missing holds no record. Raises SinkError."""
        try:
            os.listdir(self._folder)
        except FileNotFoundError:
            pass
        except OSError as error:
            raise _unreadable(error, self._shown) from error
        return self

    def __exit__(self, *_: object) -> None:
        """There is nothing to tidy up."""

    def write(self, name: str, data: bytes) -> None:
        """Compare the record with the one that is there. Raises SinkError, or PostError, as a run would."""
        self._made.add(name.encode("utf-8"))
        target = os.path.join(self._folder, name.encode("utf-8"))
        try:
            found = _read(target)
        except (FileNotFoundError, NotADirectoryError):
            self._hear("missing", name)
        except OSError as error:
            if error.errno == errno.ENAMETOOLONG:
                raise too_long(name) from error
            raise _unreadable(error, self._path(name)) from error
        else:
            if found is None:
                stays = f"; {_MOVE}" if self._run.is_foreign(name, data) else ""
                self._hear("differs", name, f"a link or a special file{stays}")
            elif found != data:
                self._hear("differs", name, why_different(found, data), found, data)

    def end(self) -> None:
        """Find the records that no post makes. Raises SinkError."""
        try:
            there = list(record_files(self._folder))
        except OSError as error:
            raise _unreadable(error, text(os.fsdecode(error.filename or self._folder))) from error
        for name in there:
            if name not in self._made:
                self._hear("left over", text(os.fsdecode(name)))

    def _hear(
        self, kind: Kind, name: str, note: str = "", before: bytes | None = None, after: bytes | None = None
    ) -> None:
        self._hearer.hear(Finding(kind, self._path(name), note, before, after))

    def _path(self, name: str) -> str:
        return os.path.join(text(self._shown), name)


def why_different(found: bytes, made: bytes) -> str:
    """Say what a look at two records shows that a diff of them would not say as plainly."""
    if found.replace(b"\r\n", b"\n") == made:
        return r"line ends only (\r\n for \n); if git changes them, put '*.json -text' into .gitattributes"
    may_go = not found or is_our_record(found)
    try:
        record = msgspec.json.decode(found)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return "no JSON; a merge conflict, perhaps" if may_go else f"no JSON; {_MOVE}"
    schema = record.get("schema") if isinstance(record, dict) else None
    if not isinstance(schema, int):
        return f"no record: JSON, but without a schema number; {_MOVE}"
    if schema == SCHEMA:
        return ""
    return f"written with record schema {schema}; this is newsingest {__version__}, schema {SCHEMA}: regenerate"


def diff_lines(finding: Finding) -> Iterator[str]:
    """Write a unified diff from the record that is there to the one a run makes."""
    if finding.before is None or finding.after is None:
        return
    before, after = (data.decode("utf-8", "backslashreplace").split("\n") for data in (finding.before, finding.after))
    if max(len(before), len(after)) > _MOST_LINES:
        yield f"(more than {_MOST_LINES:,} lines: too long for a diff)"
        return
    yield from difflib.unified_diff(before, after, finding.path, "what a run makes", n=2, lineterm="")


def _read(path: bytes) -> bytes | None:
    """Read a file; None for what is neither file nor folder. Raises OSError."""
    mode = os.lstat(path).st_mode
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if not stat.S_ISREG(mode):
        return None
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        return file.read()


def _unreadable(error: OSError, path: str) -> SinkError:
    remedy = "Make it readable for this user, or check another folder."
    if error.errno in {errno.EISDIR, errno.ENOTDIR}:
        remedy = "Something else has this name; move it away, or check another folder."
    return SinkError(path, f"cannot be read: {error.strerror}", remedy)
