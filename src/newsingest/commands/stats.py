"""``newsingest stats``: what is in a corpus, as tables, as JSON, or as a page."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from newsingest.commands.exits import ALL_WELL, SOME_FAILED
from newsingest.commands.html_page import check_streams, html_option, write_page
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
  2    wrong usage, or OUT holds no record
  3    the page, or standard output, cannot be written
  141  nobody reads standard output any more
""",
)
@click.argument("source", metavar="OUT", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print the figures as JSON.")
@html_option("Write a page with charts that needs no network")
def command(source: str, html: str | None, *, as_json: bool) -> int:
    """Count what is in OUT.

    Posts by profile, category and month, lengths, pictures, warnings, missing fields, texts that stand
    twice. OUT is what 'parse' or 'convert' wrote: a folder of records or shards, one such file, or - for
    JSON Lines on standard input.
    """
    check_streams(html, as_json=as_json)
    from newsingest.formats.packing import MissingPackageError
    from newsingest.formats.reader import ReadError

    try:
        stats = _gather(source)
        if html is not None:
            _draw(stats, source, html)
        if as_json or html is None:
            _show(stats, as_json=as_json)
    except (ReadError, MissingPackageError) as error:
        raise click.UsageError(str(error)) from error
    return SOME_FAILED if stats.damaged else ALL_WELL


def _gather(source: str) -> Stats:
    from newsingest.corpora.convert import read
    from newsingest.corpora.stats import Gatherer
    from newsingest.runs.talk import say

    gatherer = Gatherer()
    for found, result in read(source):
        if isinstance(result, tuple):
            gatherer.add_damaged()
            for fault in result:
                say(f"damaged: {found.place}: {fault}")
        else:
            gatherer.add(result)
    return gatherer.stats()


def _draw(stats: Stats, source: str, html: str) -> None:
    from newsingest.corpora.stats_page import page
    from newsingest.paths import text

    name = "standard input" if source == "-" else text(os.path.basename(os.path.abspath(source))) or "/"
    write_page(html, page(stats, name))


def _show(stats: Stats, *, as_json: bool) -> None:
    import msgspec

    if as_json:
        write(msgspec.json.format(msgspec.json.encode(stats), indent=2) + b"\n")
    elif os.isatty(STDOUT) and os.environ.get("TERM") != "dumb":
        from newsingest.corpora.stats_table import rich_tables

        write_tables(rich_tables(stats))
    else:
        from newsingest.corpora.stats_table import plain_lines

        write(("\n".join(plain_lines(stats)).rstrip("\n") + "\n").encode())
