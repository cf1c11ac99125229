"""``newsingest status``: the last runs of an output folder, and what is failing."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from newsingest.commands.exits import ALL_WELL, SOME_FAILED
from newsingest.commands.output import STDOUT, Output
from newsingest.commands.values import Whole

if TYPE_CHECKING:
    from newsingest.runs.history import History
    from newsingest.runs.report import RunAccount

_HEADS = ("started", "seconds", "exit", "posts", "written", "unchanged", "failed", "skipped", "vanished", "warnings")


@click.command(
    "status",
    short_help="Show the last runs of an output folder and what is failing.",
    epilog="""\b
Examples:
  newsingest status records/
  newsingest status records/ --json | jq '.runs[0].ended'

\b
Exit status:
  0    the last run was all well
  1    it was not, or posts are failing, or no run has ended yet
  2    OUT is no output folder, or its state cannot be read
  3    standard output cannot be written
  141  nobody reads standard output any more
""",
)
@click.argument("folder", metavar="OUT", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for machines.")
@click.option("--runs", "shown", metavar="N", type=Whole(1), default=10, show_default=True, help="Runs shown.")
def command(folder: str, *, as_json: bool, shown: int) -> int:
    """Show when the last runs wrote to OUT, how long they took, what came of them, and which posts are failing.

    Only reads, also while a run is going on.
    """
    from newsingest.runs.history import NoHistoryError, read_history

    try:
        history = read_history(folder)
    except NoHistoryError as error:
        raise click.UsageError(str(error)) from error
    with Output() as output:
        if as_json:
            output.raw(_as_json(history, shown))
        else:
            _show(history, shown, output)
    return ALL_WELL if history.all_well else SOME_FAILED


def _as_json(history: History, shown: int) -> bytes:
    import msgspec

    cut = msgspec.structs.replace(history, runs=history.runs[:shown])
    return msgspec.json.format(msgspec.json.encode(cut), indent=2) + b"\n"


def _show(history: History, shown: int, output: Output) -> None:
    if history.running is not None:
        output.line(f"A run is going on: {history.running}.", "cyan")
    runs = history.runs[:shown]
    if not runs:
        output.line("No run has ended yet.", "yellow")
    elif os.isatty(STDOUT):
        _show_table(runs, output)
    else:
        _show_columns(runs, output)
    for run in runs[:1]:
        if run.stopped is not None:
            output.line(f"The last run was stopped: {run.stopped}", "red")
        elif run.interrupted is not None:
            output.line(f"The last run was interrupted by {run.interrupted}.", "yellow")
    if history.failing:
        output.line(f"Failing: {len(history.failing)}", "red")
    for post in history.failing:
        output.line(f"  {post.path}: {post.reason}")


def _cells(run: RunAccount) -> tuple[str, ...]:
    counts = (run.posts, run.written, run.unchanged, run.failed, run.skipped, run.vanished)
    warnings = sum(run.warning_codes.values())
    return (run.started, f"{run.seconds:.1f}", str(run.status), *map(str, counts), str(warnings))


def _show_columns(runs: list[RunAccount], output: Output) -> None:
    rows = [_HEADS, *map(_cells, runs)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        output.line("  ".join(cell.rjust(width) for cell, width in zip(row, widths, strict=True)))


def _show_table(runs: list[RunAccount], output: Output) -> None:
    from io import StringIO

    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False)
    for head in _HEADS:
        table.add_column(head, justify="right", no_wrap=True)
    for run in runs:
        table.add_row(*_cells(run), style=None if run.status == 0 else "red")
    text = StringIO()
    Console(file=text, force_terminal=True, width=120).print(table)
    output.raw(text.getvalue().encode())
