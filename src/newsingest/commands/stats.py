"""``newsingest stats``: what is in a corpus, as tables, as JSON, or as a page."""

# ruff: noqa: PTH100, PTH119, PTH120 - paths are strings here as in the walk

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from newsingest.commands.exits import ALL_WELL, SOME_FAILED
from newsingest.commands.output import STDOUT, write, write_tables

if TYPE_CHECKING:
    from newsingest.corpora.stats import Stats


@click.command(
    "stats",
    short_help="Count what is in a corpus.",
    epilog="""\b
Examples:
  newsingest stats records/
  newsingest stats shards/ --json | jq .months
  newsingest stats records/ --html stats.html

\b
Exit status:
  0    all well
  1    some records are damaged: each is named, and counted as such only
  2    wrong usage
  3    the page cannot be written
  141  nobody reads standard output any more
""",
)
@click.argument("source", metavar="OUT", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@click.option(
    "--html", "html", metavar="FILE", type=click.Path(), help="Write a page with charts that needs no network."
)
def command(source: str, html: str | None, *, as_json: bool) -> int:
    """Count what is in OUT.

    Posts by profile, category and month, lengths, pictures, warnings, missing fields, texts that stand
    twice. OUT is what 'parse' or 'convert' wrote: a folder of records or shards, one such file, or - for
    JSON Lines on standard input.
    """
    from newsingest.formats.packing import MissingPackageError  # noqa: PLC0415 - imports of a command stay out of --help
    from newsingest.formats.reader import ReadError  # noqa: PLC0415

    try:
        stats = _gather(source)
        if html is not None:
            _write_page(stats, source, html)
        if as_json or html is None:
            _show(stats, as_json=as_json)
    except (ReadError, MissingPackageError) as error:
        raise click.UsageError(str(error)) from error
    return SOME_FAILED if stats.damaged else ALL_WELL


def _gather(source: str) -> Stats:
    from newsingest.corpora.convert import read  # noqa: PLC0415 - see above
    from newsingest.corpora.stats import Gatherer  # noqa: PLC0415
    from newsingest.runs.talk import say  # noqa: PLC0415

    gatherer = Gatherer()
    for found, result in read(source):
        if isinstance(result, tuple):
            gatherer.add_damaged()
            for fault in result:
                say(f"damaged: {found.place}: {fault}")
        else:
            gatherer.add(result)
    return gatherer.stats()


def _write_page(stats: Stats, source: str, html: str) -> None:
    from newsingest.corpora.stats_page import page  # noqa: PLC0415
    from newsingest.paths import text  # noqa: PLC0415 - see above
    from newsingest.runs.sink import DirectorySink  # noqa: PLC0415

    name = "standard input" if source == "-" else text(os.path.basename(os.path.abspath(source))) or "/"
    with DirectorySink(os.path.dirname(html) or ".") as sink:
        sink.write(text(os.path.basename(html)), page(stats, name).encode())


def _show(stats: Stats, *, as_json: bool) -> None:
    import msgspec  # noqa: PLC0415 - see above

    if as_json:
        write(msgspec.json.format(msgspec.json.encode(stats), indent=2) + b"\n")
    elif os.isatty(STDOUT) and os.environ.get("TERM") != "dumb":
        from newsingest.corpora.stats_table import rich_tables  # noqa: PLC0415

        write_tables(rich_tables(stats))
    else:
        from newsingest.corpora.stats_table import plain_lines  # noqa: PLC0415

        write(("\n".join(plain_lines(stats)).rstrip("\n") + "\n").encode())
