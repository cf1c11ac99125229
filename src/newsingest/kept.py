"""What takes long to make and depends on nothing but Python itself, kept between runs.

It stands in the user's folder for such things, ``$XDG_CACHE_HOME`` or ``~/.cache``, if that can be written. A file
that is damaged, another user's, or of another Python is no file. Delete it, and the next run of many posts makes it
again.
"""

# ruff: noqa: PTH103, PTH105, PTH108, PTH111, PTH117, PTH118, PTH120 - pathlib takes longer to import than all this

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from contextlib import suppress
from functools import cache
from typing import Any

_MADE_BY = (sys.version, sys.byteorder)
_MOST = 2_000  # values; then those of profiles that changed meanwhile are swept out, with all the others
_TRUSTED = {0, os.geteuid()}
_DIGEST_BYTES = hashlib.sha256().digest_size


class Shelf:
    """Values by keys, both of types that ``marshal`` knows, read from a file when first asked for."""

    def __init__(self, path: str | None) -> None:
        self._path = path
        self._known: dict[Any, Any] | None = None
        self._new: dict[Any, Any] = {}

    def get(self, key: object) -> Any:  # noqa: ANN401 - whatever was put there
        """Return a value; None where there is none."""
        if self._known is None:
            self._known = self._read()
        return self._known.get(key)

    def put(self, key: object, value: object) -> None:
        """Remember a value, for this process until it is saved."""
        if self._known is not None:
            self._known[key] = value
        self._new[key] = value

    def save(self) -> None:
        """Save what is new beside what other processes have saved meanwhile. What cannot be saved is made again."""
        if not self._new or self._path is None:
            return
        with suppress(MemoryError):  # a worker may have little
            kept = {**self._read(), **self._new}
            self._write(kept if len(kept) <= _MOST else self._new)
        self._new = {}

    def _read(self) -> dict[Any, Any]:
        if self._path is None:
            return {}
        with suppress(OSError), open(self._path, "rb") as file:  # noqa: PTH123
            data = file.read()
            is_whole = data[:_DIGEST_BYTES] == hashlib.sha256(data[_DIGEST_BYTES:]).digest()
            if is_whole and os.fstat(file.fileno()).st_uid in _TRUSTED:
                made_by, kept = marshal.loads(data[_DIGEST_BYTES:])  # noqa: S302 - written by this user
                return dict(kept) if made_by == _MADE_BY else {}
        return {}

    def _write(self, kept: dict[Any, Any]) -> None:
        data = marshal.dumps((_MADE_BY, kept))
        path = str(self._path)
        aside = f"{path}.{os.getpid()}"
        with suppress(OSError):
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            try:
                with open(aside, "wb") as file:  # noqa: PTH123
                    file.write(hashlib.sha256(data).digest() + data)
                os.replace(aside, path)
            except BaseException:
                os.unlink(aside)
                raise


@cache
def shelf() -> Shelf:
    """Return the shelf of this user and Python."""
    home = os.environ.get("XDG_CACHE_HOME", "")
    folder = home if os.path.isabs(home) else os.path.expanduser("~/.cache")
    is_known = os.path.isabs(folder)  # it is not where the user has no home
    return Shelf(os.path.join(folder, "newsingest", f"{sys.implementation.cache_tag}.kept") if is_known else None)
