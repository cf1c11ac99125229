"""The walk: which files of a source are read, in which order, and what is left unread and why.

Nothing is opened here but folders. Links are never followed, so no post is read twice, no walk leaves the
source and none runs in a circle; each link is named as skipped, with what it points to.
"""

# ruff: noqa: PTH116, PTH118 - a Path for each file costs more than looking at the file

from __future__ import annotations

import errno
import os
import stat
from enum import Enum
from itertools import compress
from operator import itemgetter
from typing import TYPE_CHECKING

import msgspec

from newsingest.paths import encoded, texts
from newsingest.runs.glance import glances
from newsingest.runs.globs import Globs
from newsingest.runs.names import record_names

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsingest.runs.glance import Glance

DEFAULT_MAX_BYTES = 16 * 1024 * 1024

STDIN = "-"
"""The ``path`` of the candidate that is read from standard input."""

_SPECIAL = {
    stat.S_IFIFO: "pipe",
    stat.S_IFSOCK: "socket",
    stat.S_IFCHR: "device",
    stat.S_IFBLK: "device",
}


class Rules(msgspec.Struct, frozen=True):
    """What a walk takes: globs on the path below the source, and the size of the largest post."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    max_bytes: int = DEFAULT_MAX_BYTES


class Candidate(msgspec.Struct, frozen=True, gc=False):
    """A file to be read: where it is, its path below the source as text, and its record's name.

    ``size`` is in bytes, ``mtime_ns`` in nanoseconds; both are 0 where the file was not looked at.
    """

    path: str
    relative: str
    size: int
    record: str
    mtime_ns: int = 0


class Skip(msgspec.Struct, frozen=True):
    """Something that is not read. ``lost`` where it may have held posts, so that the run did not do all.

    ``path`` is where it is, if it may have been a post before.
    """

    relative: str
    reason: str
    lost: bool = False
    path: str = ""


class LeftOut(msgspec.Struct, frozen=True):
    """A file or folder that ``--include`` or ``--exclude`` leaves out."""

    relative: str


class _Folder(msgspec.Struct, frozen=True):
    path: str
    relative: str
    records: str


class _Opened(msgspec.Struct, frozen=True):
    """A folder being read: its path and descriptor, the names left out, and those of files that are read."""

    path: str
    descriptor: int
    excluded: set[str]
    wanted: set[str]


class _Mark(Enum):
    FOLDER = "folder"


_FOLDER = _Mark.FOLDER

Found = Candidate | Skip | LeftOut
_Looked = tuple[int, int] | _Mark | Skip | LeftOut

_PAGE = 512  # files: enough to look them all up at once, few enough to hold
_FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def walk_pages(
    root: str, rules: Rules | None = None, *, records: str = "", leave_out: str | None = None
) -> Iterator[list[Found]]:
    """Walk a folder in the order of the names, holding no more than the folders on the way in memory.

    What stands together in one folder comes as one page, which is never large. ``records`` is the folder its records
    go to, ``leave_out`` a folder that is not walked, both without a slash at the end. Paths are ordered by their parts
    as code points of their text.
    """
    root = os.path.realpath(root)
    walker = _Walker(root, rules or Rules(), leave_out)
    stack = [walker.read(_Folder(root, "", records))]
    while stack:
        found = next(stack[-1], None)
        if found is None:
            stack.pop()
        elif isinstance(found, _Folder):
            stack.append(walker.read(found))
        else:
            yield found


def size_reason(size: int, max_bytes: int, limit: str = "--max-bytes") -> str | None:
    """Say why a file of this size is not read, if it is not; ``limit`` is what the caller sets the limit with."""
    if size == 0:
        return "an empty file"
    if size > max_bytes:
        return f"above {limit} ({size:,} bytes, at most {max_bytes:,} are read)"
    return None


def special_kind(mode: int) -> str | None:
    """Name what is neither file nor folder, and so never opened; None for files and folders."""
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return None
    return _SPECIAL.get(stat.S_IFMT(mode), "thing that is neither file nor folder")


class _Walker:
    """Lists one folder after another under the same rules."""

    def __init__(self, root: str, rules: Rules, leave_out: str | None) -> None:
        self._root = root
        self._leave_out = None if leave_out is None else os.path.realpath(leave_out)
        self._include = Globs(rules.include)
        self._exclude = Globs(rules.exclude)
        self._max_bytes = rules.max_bytes

    def read(self, folder: _Folder) -> Iterator[list[Found] | _Folder]:
        """Read one folder: what is in it in pages, and between them the folders, all sorted by name."""
        try:
            looked = self._look_into(folder)
        except OSError as error:
            if folder.relative and isinstance(error, (FileNotFoundError, NotADirectoryError)):
                return  # gone since the one it lay in was read: as if it had never been there
            reason = f"a folder that cannot be read: {error.strerror}"
            yield [Skip(folder.relative or ".", reason, lost=True)]
            return
        page: list[Found] = []
        for found in _named(folder, looked):
            if isinstance(found, _Folder):
                if page:
                    yield page
                    page = []
                yield found
                continue
            page.append(found)
            if len(page) == _PAGE:
                yield page
                page = []
        if page:
            yield page

    def _look_into(self, folder: _Folder) -> list[tuple[str, str, _Looked]]:
        """Look at all that lies in a folder: its name as text and as it is, and what it is. Raises OSError."""
        prefix = f"{folder.relative}/" if folder.relative else ""
        descriptor = os.open(folder.path, _FOLDER_FLAGS)
        try:
            with os.scandir(descriptor) as entries:
                visible = {name: entry for entry in entries if (name := entry.name)[0] != "."}
            names = texts(list(visible))
            excluded = self._exclude.matching(prefix, names)
            wanted = (self._include.matching(prefix, names) if self._include else set(names)) - excluded
            here = _Opened(folder.path, descriptor, excluded, wanted)
            files = self._files(names, list(visible), here)
            looked = [
                (name, raw, what)
                for name, (raw, entry) in zip(names, visible.items(), strict=True)
                if (what := files.get(name) or self._look(entry, name, prefix + name, here)) is not None
            ]
        finally:
            os.close(descriptor)
        looked.sort(key=itemgetter(0))
        return looked

    def _files(self, names: Sequence[str], raw: Sequence[str], here: _Opened) -> dict[str, Glance]:
        """Find the files to be read among the names in a folder: nearly all of them, and so all at once."""
        are_wanted = [name in here.wanted for name in names]
        seen = glances(here.descriptor, encoded(list(compress(raw, are_wanted))))
        most = self._max_bytes
        return {
            name: glance
            for name, glance in zip(compress(names, are_wanted), seen, strict=True)
            if glance is not None and 0 < glance[0] <= most
        }

    def _look(self, entry: os.DirEntry[str], shown: str, relative: str, here: _Opened) -> _Looked | None:
        """Tell a file (its size and time), a folder, what is skipped, what is left out, and what is not seen.

        A file that could not be looked at a moment ago may be looked at now.
        """
        name = entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                return self._look_at_folder(os.path.join(here.path, name), relative, is_excluded=shown in here.excluded)
            if shown not in here.wanted:
                return LeftOut(relative)
            status = os.stat(name, dir_fd=here.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            return None  # gone since the folder was read: as if it had never been there
        except OSError as error:
            return Skip(relative, f"cannot be looked at: {error.strerror}", lost=True)
        size = status.st_size
        reason = None
        if stat.S_ISREG(status.st_mode):
            reason = size_reason(size, self._max_bytes)
            if reason is None:
                return size, status.st_mtime_ns
        elif stat.S_ISLNK(status.st_mode):
            reason = self._link_reason(os.path.join(here.path, name))
        elif not stat.S_ISDIR(status.st_mode):  # a folder that took the place of a file is for the next run
            reason = f"a {special_kind(status.st_mode)}, never opened"
        return None if reason is None else Skip(relative, reason, path=os.path.join(here.path, name))

    def _look_at_folder(self, path: str, relative: str, *, is_excluded: bool) -> _Mark | LeftOut | None:
        if path == self._leave_out:
            return None
        return LeftOut(relative) if is_excluded else _FOLDER

    def _link_reason(self, path: str) -> str:
        """Say what a link points to, and so why it is not followed."""
        try:
            status = os.stat(path)
            target = os.path.realpath(path, strict=True)
        except OSError as error:
            if error.errno == errno.ELOOP:
                return "a link that leads back to itself"
            if error.errno in {errno.ENOENT, errno.ENOTDIR}:
                return "a broken link"
            return f"a link that cannot be followed: {error.strerror}"
        kind = special_kind(status.st_mode) or ("folder" if stat.S_ISDIR(status.st_mode) else "file")
        if path.startswith(os.path.join(target, "")):
            kind = "folder it lies in"
        elif target.startswith(os.path.join(self._root, "")):
            kind += " of the source, which has its own place there"
        else:
            kind += " outside the source"
        return f"a link to a {kind}"


def _named(folder: _Folder, looked: list[tuple[str, str, _Looked]]) -> Iterator[Found | _Folder]:
    """Choose the names of the records of all that lies in a folder."""
    files = [name for name, _, what in looked if isinstance(what, tuple)]
    folders = [name for name, _, what in looked if what is _FOLDER]
    file_names, folder_names = record_names(folder.relative, files, folders)
    path = os.path.join(folder.path, "")
    relative = f"{folder.relative}/" if folder.relative else ""
    records = f"{folder.records}/" if folder.records else ""
    for name, raw, what in looked:
        if isinstance(what, tuple):
            yield Candidate(path + raw, relative + name, what[0], records + file_names[name], what[1])
        elif isinstance(what, _Mark):
            yield _Folder(path + raw, relative + name, records + folder_names[name])
        else:
            yield what
