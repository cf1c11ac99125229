"""The progress bar. Imported only where one is shown, for the sake of a quick start."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType


_REFRESH_SECONDS = 0.1


class _RateColumn(ProgressColumn):
    """Files a second."""

    def render(self, task: Task) -> Text:
        """Show the rate once there is one."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.0f} files/s", style="progress.data.speed")


class Bar:
    """A bar with count, rate and time left; it pulses while the files are counted, and goes when done."""

    def __init__(self, total: Callable[[], int]) -> None:
        self._count = total
        self._progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            _RateColumn(),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            transient=True,
            auto_refresh=False,  # a refreshing thread would make forking unsafe
        )
        self._refreshed = 0.0
        self._task = self._progress.add_task("Counting", total=None)

    def __enter__(self) -> Self:
        """Show the bar, then count."""
        self._progress.start()
        try:
            total = self._count()
        except BaseException:  # Ctrl-C too: the cursor must come back
            self._progress.stop()
            raise
        self._progress.reset(self._task, total=total, description="Parsing")
        self._progress.refresh()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take the bar away."""
        self._progress.stop()

    def advance(self) -> None:
        """Move on by one file."""
        self._progress.advance(self._task)
        now = time.monotonic()
        if now - self._refreshed > _REFRESH_SECONDS:
            self._refreshed = now
            self._progress.refresh()

    def say(self, line: str) -> None:
        """Write a line above the bar."""
        self._progress.console.print(line, markup=False, highlight=False, emoji=False, soft_wrap=True)
