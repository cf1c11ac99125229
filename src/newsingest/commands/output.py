"""Results as lines on standard output: UTF-8 under every locale, colour only on a terminal."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO, Self

import click

from newsingest.commands.exits import NOBODY_READS
from newsingest.errors import refusal
from newsingest.text import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rich.console import RenderableType

STDOUT = 1


class Output:
    """Standard output for lines. Raises SinkError where it cannot be written. Use as a context manager."""

    def __init__(self) -> None:
        self._stream: BinaryIO | None = None
        self._colour = False

    def __enter__(self) -> Self:
        """Open a stream of our own: Python's may be closed, or know no Chinese."""
        self._guard(self._open)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Write out what is held back, unless the stream has failed already."""
        if kind is None and self._stream is not None:
            self._guard(self._stream.flush)

    def line(self, line: str, colour: str | None = None) -> None:
        """Write one line, with what could move a terminal's cursor or change its colours written out."""
        shown = printable(line)
        if colour is not None and self._colour:
            shown = click.style(shown, fg=colour)
        self.raw(f"{shown}\n".encode("utf-8", "backslashreplace"))

    def raw(self, data: bytes) -> None:
        """Write bytes as they are."""
        stream = self._stream
        if stream is not None:
            self._guard(lambda: stream.write(data))

    def _open(self) -> None:
        self._stream = os.fdopen(STDOUT, "wb", closefd=False)
        wanted = not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
        self._colour = wanted and os.isatty(STDOUT)

    @staticmethod
    def _guard(action: Callable[[], object]) -> None:
        try:
            action()
        except BrokenPipeError:
            raise
        except OSError as error:
            raise refusal(error, "standard output") from error


def write(data: bytes) -> None:
    """Write all there is to write, as it is."""
    with Output() as output:
        output.raw(data)


def write_tables(tables: Iterable[RenderableType]) -> None:
    """Draw tables on a terminal."""
    from io import StringIO

    from rich.console import Console

    drawn = StringIO()
    console = Console(file=drawn, force_terminal=True, highlight=False)
    for table in tables:
        console.print(table)
    write(drawn.getvalue().encode())


def abandon_stdout() -> int:
    """Point standard output nowhere, so that nothing is flushed to it on exit; return the status to exit with."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, STDOUT)
    os.close(nowhere)
    return NOBODY_READS
