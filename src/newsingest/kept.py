"""What takes long to make and depends on nothing but Python itself, kept between runs.

It stands where Python keeps its bytecode, by Python's own rules: in ``__pycache__`` or below PYTHONPYCACHEPREFIX, not
at all with PYTHONDONTWRITEBYTECODE or where the folder cannot be written. A file that is damaged, or of another
Python, is no file. Delete it, and the next run of many posts makes it again.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from contextlib import suppress
from typing import Any

_MADE_BY = (sys.version, sys.byteorder)
_MOST = 2_000  # values; then those of profiles that changed meanwhile are swept out, with all the others
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
        if not self._new or self._path is None or sys.dont_write_bytecode:
            return
        kept = {**self._read(), **self._new}
        self._write(kept if len(kept) <= _MOST else self._new)
        self._new = {}

    def _read(self) -> dict[Any, Any]:
        with suppress(OSError, TypeError), open(self._path, "rb") as file:  # type: ignore[arg-type] # noqa: PTH123
            data = file.read()
            if data[:_DIGEST_BYTES] == hashlib.sha256(data[_DIGEST_BYTES:]).digest():
                made_by, kept = marshal.loads(data[_DIGEST_BYTES:])  # noqa: S302 - as trusted as bytecode beside it
                return dict(kept) if made_by == _MADE_BY else {}
        return {}

    def _write(self, kept: dict[Any, Any]) -> None:
        data = marshal.dumps((_MADE_BY, kept))
        aside = f"{self._path}.{os.getpid()}"
        with suppress(OSError):
            try:
                with open(aside, "wb") as file:  # noqa: PTH123
                    file.write(hashlib.sha256(data).digest() + data)
                os.replace(aside, str(self._path))  # noqa: PTH105
            except BaseException:
                os.unlink(aside)  # noqa: PTH108
                raise


def _place() -> str | None:
    """Return the path beside this module's bytecode; None where it has none."""
    bytecode = None if __spec__ is None else __spec__.cached
    return None if bytecode is None else f"{bytecode.removesuffix('.pyc')}.kept"


SHELF = Shelf(_place())
