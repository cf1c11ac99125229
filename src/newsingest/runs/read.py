"""Reading one post's bytes, whatever its path has become since the walk saw it."""

from __future__ import annotations

import errno
import os
import stat
import sys
from typing import NamedTuple

from newsingest.errors import NotAPostError, PostError
from newsingest.parsing.decode import looks_binary
from newsingest.runs.walk import DEFAULT_MAX_BYTES, STDIN, size_reason

# O_NONBLOCK: a path that became a pipe opens at once instead of waiting for a writer. O_NOFOLLOW: one that
# became a link leads nowhere. O_NOCTTY: a terminal does not become ours.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_NOCTTY


class Words(NamedTuple):
    """The words of errors, which depend on the caller: for the limit, for what is no file, for what to do."""

    limit: str
    no_file: str
    remedy: str
    or_else: str = ""  # what there is to do in place of any other remedy


IN_FOLDER = Words(
    "--max-bytes", "no regular file by now", "Nothing to do if it is no post; --exclude leaves it out.",
    or_else=", or leave it out with --exclude",
)  # fmt: skip
ALONE = Words("--max-bytes", "no regular file by now", "Nothing to do if it is no post.")


def read_post(
    path: str,
    name: str,
    max_bytes: int = DEFAULT_MAX_BYTES,
    words: Words = IN_FOLDER,
    given: bytes | OSError | None = None,
) -> bytes:
    """Read a post, called ``name``, of which standard input may have been ``given`` already.

    Raises NotAPostError for what holds none, PostError for what cannot be read.
    """
    words = ALONE if path == STDIN else words
    try:
        if isinstance(given, OSError):
            raise given
        return read_bytes(path, name, max_bytes, words) if given is None else _checked(given, name, max_bytes, words)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise NotAPostError(name, "gone since the folder was listed", "Run again if it was to be read.") from error
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise NotAPostError(name, "a link by now", words.remedy) from error
        remedy = f"{_remedy(error.errno)}{words.or_else}."
        raise PostError(name, f"cannot be read: {error.strerror}", remedy) from error


def read_bytes(path: str, name: str, max_bytes: int, words: Words) -> bytes:
    """Read a post, called ``name``. Raises NotAPostError for what holds none, OSError for what cannot be read."""
    raw = _read_stdin(max_bytes) if path == STDIN else _read_file(path, name, max_bytes, words)
    return _checked(raw, name, max_bytes, words)


def standard_input(max_bytes: int) -> bytes | OSError:
    """Read standard input for another process, which finds out whether that is a post."""
    try:
        return _read_stdin(max_bytes)
    except OSError as error:
        return error


def _checked(raw: bytes, name: str, max_bytes: int, words: Words) -> bytes:
    if reason := size_reason(len(raw), max_bytes, words.limit):
        raise NotAPostError(name, reason, words.remedy)
    if looks_binary(raw):
        raise NotAPostError(name, "a binary file", words.remedy)
    return raw


def _read_file(path: str, name: str, max_bytes: int, words: Words) -> bytes:
    descriptor = os.open(path, _FLAGS)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise NotAPostError(name, words.no_file, words.remedy)
        if reason := size_reason(status.st_size, max_bytes, words.limit):
            raise NotAPostError(name, reason, words.remedy)
        return _read_all(descriptor, status.st_size)
    finally:
        os.close(descriptor)


def _read_all(descriptor: int, size: int) -> bytes:
    """Read up to the size the file had when it was opened: mostly one call, and no second for the end."""
    raw = os.read(descriptor, size)
    if len(raw) == size:
        return raw
    chunks = [raw]
    missing = size - len(raw)
    while missing and (chunk := os.read(descriptor, missing)):
        chunks.append(chunk)
        missing -= len(chunk)
    return b"".join(chunks)


def _read_stdin(max_bytes: int) -> bytes:
    if sys.stdin is None:  # started with standard input closed
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    return sys.stdin.buffer.read(max_bytes + 1)


def _remedy(number: int | None) -> str:
    if number in {errno.EACCES, errno.EPERM}:
        return "Make it readable for this user"
    if number == errno.EIO:
        return "Check the disk, and fetch the post again"
    if number == errno.EBADF:
        return "Write the post into it, or name a file"
    return "Run again"
