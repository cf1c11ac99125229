"""``newsingest inspect``: one post, piece by piece."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from newsingest.commands.config import ConfiguredCommand, config_file
from newsingest.commands.exits import ALL_WELL, SOME_FAILED
from newsingest.commands.html_page import check_streams, html_option, write_page
from newsingest.commands.options import encoding_option, load_profiles, max_bytes_option, profile_options
from newsingest.commands.output import STDOUT, write
from newsingest.commands.values import check_timezone

if TYPE_CHECKING:
    from newsingest.runs.sources import Source


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of ``inspect`` as the user gave them."""

    post: str
    as_json: bool
    html: str | None
    encoding: str | None
    assume_timezone: str | None
    max_bytes: int
    profile: str | None
    profiles: str | None
    no_config: bool
    verbose: bool


@click.command(
    "inspect",
    cls=ConfiguredCommand,
    short_help="Show why a post's record is as it is.",
    epilog="""\b
Examples:
  newsingest inspect posts/a.md
  newsingest inspect posts/a.md --html a.html
  newsingest inspect posts/a.md --json | jq '.blocks[] | select(.kept | not)'
  curl -s https://example.com/post.md | newsingest inspect -

\b
Exit status:
  0    the post was read
  1    the post failed: what parse says of it is said here too
  2    wrong usage
  3    the page, or standard output, cannot be written
  141  nobody reads standard output any more
""",
)
@click.argument("post", metavar="POST", type=click.Path(readable=False))
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for machines.")
@html_option("Write a page that shows source text and record side by side")
@encoding_option
@click.option("--assume-timezone", metavar="ZONE", callback=check_timezone, help="Zone of a date that names none.")
@max_bytes_option
@profile_options
@click.option("-v", "--verbose", is_flag=True, help="Cut less short; list empty elements too.")
def command(**options: Any) -> int:  # noqa: ANN401 - click hands over what it has read
    """Show POST as the tool sees it, in reading order.

    Each piece of the body with its line in the file: kept as what, or dropped by which rule of which profile; then
    the record's fields and the warnings. POST is a file, or - for standard input.
    """
    wishes = Wishes(**options)
    check_streams(wishes.html, as_json=wishes.as_json)
    return _inspect(wishes)


def _inspect(wishes: Wishes) -> int:
    from newsingest.errors import PostError
    from newsingest.runs.account import Failure
    from newsingest.runs.talk import say

    if wishes.verbose and (config := config_file()) is not None:
        say(f"options from {config}")
    shown, source = _source(wishes.post)
    try:
        _write(wishes, source)
    except PostError as error:
        say(f"failed: {Failure(shown, error)}")
        return SOME_FAILED
    return ALL_WELL


def _source(post: str) -> tuple[str, Source]:
    """Find the post, and the path to show for it."""
    from newsingest.paths import text
    from newsingest.runs.sources import SourceError, resolve_sources

    try:
        [source] = resolve_sources([post])
    except SourceError as error:
        raise click.UsageError(str(error)) from error
    if source.kind == "folder":
        raise click.UsageError(f"'{text(post)}' is a folder. Name one post in it.")
    shown = "stdin" if source.kind == "stdin" else text(post)
    return shown, source


def _write(wishes: Wishes, source: Source) -> None:
    from newsingest.explaining.explain import encode, explain
    from newsingest.parsing.parse_options import ParseOptions
    from newsingest.runs.read import ALONE, read_post

    brought = load_profiles(wishes.profile, wishes.profiles)
    raw = read_post(source.path, source.relative, wishes.max_bytes, ALONE)
    options = ParseOptions(wishes.encoding, wishes.assume_timezone, brought.specs, brought.forced)
    explanation = explain(raw, source.relative, options)
    if wishes.html is not None:
        from newsingest.explaining.page import page

        write_page(wishes.html, page(explanation))
    if wishes.as_json:
        write(encode(explanation))
    elif wishes.html is None:
        from newsingest.explaining.view import view

        write(view(explanation, terminal=os.isatty(STDOUT), verbose=wishes.verbose).encode())
