"""The lock of an output folder; what becomes of runs that meet is shown in ``test_nightly.py``."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import TYPE_CHECKING, NoReturn

import pytest
from msgspec.structs import replace

from newsingest.errors import SinkError
from newsingest.runs.lock import HeldError, Holder, RunLock, _myself

if TYPE_CHECKING:
    from pathlib import Path


def test_asking_for_a_lock_that_is_held_does_not_free_it(tmp_path: Path) -> None:
    with RunLock(str(tmp_path)):
        for _ in range(3):
            with pytest.raises(HeldError, match=f"process {os.getpid()} on"), RunLock(str(tmp_path)):
                pass
    with RunLock(str(tmp_path)):
        pass


def test_a_file_system_without_locks_is_not_taken_for_another_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> NoReturn:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    with RunLock(str(tmp_path)):  # in its place: SQLite says the same of such a file system
        monkeypatch.setattr(fcntl, "lockf", refuse)
        with pytest.raises(SinkError, match="cannot be locked: No locks available"), RunLock(str(tmp_path)):
            pass


def test_another_file_in_the_place_of_the_lock(tmp_path: Path) -> None:
    with RunLock(str(tmp_path)):
        pass
    (tmp_path / ".newsingest/lock").write_bytes(b"something else")
    with pytest.raises(SinkError, match=r"lock: cannot be locked: file is not a database. Delete it\."):
        RunLock(str(tmp_path)).__enter__()


def test_a_lock_that_can_only_be_read_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with RunLock(str(tmp_path)):
        pass
    lock = tmp_path / ".newsingest/lock"
    lock.chmod(0o444)
    if os.access(lock, os.W_OK):  # as root has it
        monkeypatch.setattr(os, "access", lambda path, mode: (path, mode) != (str(lock), os.W_OK))
    with pytest.raises(SinkError, match="cannot be written: Permission denied"):
        RunLock(str(tmp_path)).__enter__()


def test_who_has_the_lock_cannot_be_read(tmp_path: Path) -> None:
    with RunLock(str(tmp_path)):
        (tmp_path / ".newsingest/holder").write_bytes(b'{"pid": 1, "host": "\xff", "since": ""}')
        with pytest.raises(HeldError, match="it has not yet said who it is"):
            RunLock(str(tmp_path)).__enter__()


@pytest.mark.parametrize(
    ("holder", "dead"),
    [
        (_myself(), False),
        (replace(_myself(), start="1"), True),  # another process has the number by now
        (replace(_myself(), pid=2**22 + 1), True),
        (replace(_myself(), pid=2**22 + 1, host="elsewhere"), False),
        (replace(_myself(), pid=2**70), True),
    ],
)
def test_who_is_known_to_be_gone(holder: Holder, *, dead: bool) -> None:
    assert holder.is_dead() is dead
