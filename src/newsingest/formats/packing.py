"""Compressed files: gzip and Zstandard, by name, with the same bytes every time."""

from __future__ import annotations

import gzip
import sys
from typing import TYPE_CHECKING, BinaryIO, Literal, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import ModuleType

Packing = Literal["none", "gzip", "zstd"]
SUFFIXES: dict[Packing, str] = {"none": "", "gzip": ".gz", "zstd": ".zst"}


class Writer(Protocol):
    """What compressed bytes are made with."""

    def write(self, data: bytes, /) -> object:
        """Take bytes."""

    def close(self) -> object:
        """Write out what is held back."""


class Lines(Protocol):
    """What uncompressed lines are read from."""

    def __iter__(self) -> Iterator[bytes]:
        """Read line by line."""


class MissingPackageError(Exception):
    """A package that is not installed, and how to install it."""

    def __init__(self, what: str, extra: str) -> None:
        super().__init__(f"{what} needs a package that is not installed. Run: pip install 'newsingest[{extra}]'")


def packing_of(name: str) -> Packing:
    """Tell from a file's name how it is compressed."""
    return next((packing for packing, suffix in SUFFIXES.items() if suffix and name.endswith(suffix)), "none")


def pack(stream: BinaryIO, packing: Packing) -> Writer:
    """Open a writer whose compressed bytes go to the stream; the stream stays open when it is closed."""
    if packing == "gzip":  # no name and no time in the header
        return gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=stream, mtime=0)
    if packing == "zstd":
        writer: Writer = zstd().ZstdFile(stream, "wb", level=3)
        return writer
    return _Through(stream)


def unpack(stream: BinaryIO, packing: Packing) -> Lines:
    """Open a reader of what is compressed in the stream."""
    if packing == "gzip":
        return gzip.GzipFile(fileobj=stream, mode="rb")
    if packing == "zstd":
        reader: Lines = zstd().ZstdFile(stream, "rb")
        return reader
    return stream


def unpacking_errors(packing: Packing) -> tuple[type[Exception], ...]:
    """Name what the reader raises for bytes that are not what they should be."""
    if packing == "gzip":
        import zlib  # noqa: PLC0415 - gzip lets its errors through

        return (OSError, EOFError, zlib.error)
    return (OSError, EOFError, zstd().ZstdError) if packing == "zstd" else (OSError,)


def zstd() -> ModuleType:
    """Import Zstandard: Python's own from 3.14 on, before that the package that brings it."""
    try:
        if sys.version_info >= (3, 14):
            from compression import zstd as module  # noqa: PLC0415 - seldom needed
        else:
            from backports import zstd as module  # noqa: PLC0415
    except ImportError as error:
        raise MissingPackageError("Zstandard", "zstd") from error
    found: ModuleType = module
    return found


class _Through:
    """Writes to the stream as it is."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, data: bytes) -> int:
        return self._stream.write(data)

    def close(self) -> None:
        """Leave the stream open."""
