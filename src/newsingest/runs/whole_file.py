"""One file written whole or not at all."""

# ruff: noqa: PTH105, PTH108, PTH110, PTH113, PTH116, PTH118, PTH120, PTH123, PTH206 - paths are strings here as in the walk

from __future__ import annotations

import contextlib
import os
import stat
from typing import TYPE_CHECKING

from newsingest.errors import refusal
from newsingest.paths import text
from newsingest.runs.sink import STATE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable


def write_whole(path: str, data: bytes) -> None:
    """Write aside, in the file's own folder, and rename; what is no plain file is written to. Raises SinkError."""
    write_whole_from(path, (data,))


def write_whole_from(path: str, parts: Iterable[bytes]) -> None:
    """Write as ``write_whole`` does, part by part. Raises SinkError."""
    try:
        if os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
            with open(path, "wb") as stream:  # by the name it is given: that of a pipe, as /dev/stderr, leads nowhere
                stream.writelines(parts)
            return
        target = os.path.realpath(path)
        aside = os.path.join(os.path.dirname(target), f".newsingest-{os.urandom(8).hex()}")
        try:
            with open(aside, "xb") as stream:
                stream.writelines(parts)
            os.replace(aside, target)
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(aside)
            raise
    except OSError as error:
        raise refusal(error, text(path)) from error


def is_foreign(path: str, beginning: bytes) -> bool:
    """Whether there is a file that does not begin as ours do, and so must stay; an empty one need not.

    Nothing in ``.newsingest`` is to be written over, whatever it is.
    """
    target = os.path.realpath(path)
    if STATE_FOLDER in target.split(os.sep):
        return True
    if not os.path.isfile(target):
        return False
    try:
        with open(target, "rb") as stream:
            return stream.read(len(beginning)) not in {b"", beginning}
    except OSError:  # it cannot be seen to be ours
        return True
