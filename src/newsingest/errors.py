"""What can go wrong: with one post, with a profile, with the output."""

from __future__ import annotations

import errno
import os
from functools import partial

from newsingest.paths import text

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_IN_THE_WAY = frozenset({errno.ENOTDIR, errno.EEXIST, errno.EISDIR, errno.ENOTEMPTY})


class PostError(Exception):
    """A post that cannot become a record.

    ``path`` is the post's path as given to the parser, ``reason`` what is wrong, ``remedy`` what the user
    can do about it. The place is a 1-based ``line`` of the file, or a 0-based byte ``offset`` where the
    bytes could not be read as text; both are None where the whole post is meant.
    """

    def __init__(
        self,
        path: str,
        reason: str,
        remedy: str,
        *,
        line: int | None = None,
        offset: int | None = None,
    ) -> None:
        super().__init__(path, reason, remedy, line, offset)
        self.path = path
        self.reason = reason
        self.remedy = remedy
        self.line = line
        self.offset = offset

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the keyword arguments when the error crosses a process boundary."""
        return partial(type(self), line=self.line, offset=self.offset), (self.path, self.reason, self.remedy)

    @property
    def place(self) -> str:
        """The place inside the file in words, or an empty string."""
        if self.line is not None:
            return f"line {self.line}"
        if self.offset is not None:
            return f"byte {self.offset}"
        return ""

    def __str__(self) -> str:
        """Path, place, reason and remedy on one line."""
        where = f"{self.path}: {self.place}" if self.place else self.path
        return f"{where}: {self.reason}. {self.remedy}"


class NotAPostError(PostError):
    """A file that is no post (empty, binary, without front matter): to be counted as skipped, not failed."""


class ProfileError(Exception):
    """A profile that cannot be used.

    ``file`` is the profile's file as the user named it, ``line`` counts from 1 and is None where the whole file is
    meant, ``reason`` says what is wrong and ``remedy`` what is allowed.
    """

    def __init__(self, file: str, line: int | None, reason: str, remedy: str) -> None:
        super().__init__(file, line, reason, remedy)
        self.file = file
        self.line = line
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        """File, line, reason and remedy on one line."""
        where = self.file if self.line is None else f"{self.file}: line {self.line}"
        return f"{where}: {self.reason}. {self.remedy}"


class SinkError(Exception):
    """The output cannot be written, so the run cannot go on: where, why, and what the user can do."""

    def __init__(self, path: str, reason: str, remedy: str) -> None:
        super().__init__(path, reason, remedy)
        self.path = path
        self.reason = reason
        self.remedy = remedy

    @classmethod
    def of(cls, error: OSError, path: str) -> SinkError:
        """Put an error of the operating system into words; of what lies in ``path``, if it names that."""
        named = error.filename2 or error.filename
        inside = os.fsdecode(named) if isinstance(named, (str, bytes)) else ""
        shown = text(inside) if inside.startswith(f"{path.rstrip('/')}/") else path
        return cls(shown, f"cannot be written: {error.strerror}", _remedy(error.errno))

    def __str__(self) -> str:
        """Path, reason and remedy on one line."""
        return f"{self.path}: {self.reason}. {self.remedy}"


def refusal(error: OSError, shown: str) -> SinkError:
    """Put an error of the operating system into words, where no records stand whole in files of their own."""
    remedy = "Mend that, or write to another place, then run the same command again."
    return SinkError(shown, f"cannot be written: {error.strerror}", remedy)


def no_temporary_file(error: OSError) -> SinkError:
    """Put an error with a temporary file into words; it has no name to show."""
    remedy = "Set TMPDIR to a folder with room that this user can write to, then run the same command again."
    return SinkError("temporary files", f"cannot be written: {error.strerror}", remedy)


def _remedy(number: int | None) -> str:
    if number in _FULL:
        return "Make room, then run the same command again; the records written so far are whole."
    if number in _DENIED:
        return "Choose another output folder, or make this one writable for this user."
    if number == errno.EXDEV:
        return "The output folder lies on two file systems; make it lie on one, or choose another."
    if number in _IN_THE_WAY:
        return "Something else has this name; move it away, or choose another output folder."
    return "Check the output, then run the same command again; the records written so far are whole."
