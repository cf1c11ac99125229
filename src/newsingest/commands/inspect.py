"""``newsingest inspect``: one post, piece by piece. What parses or draws is imported when the command runs."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from newsingest.commands.config import ConfiguredCommand, config_file
from newsingest.commands.exits import ALL_WELL, SOME_FAILED
from newsingest.commands.options import encoding_option, load_profiles, profile_options
from newsingest.commands.output import STDOUT, write
from newsingest.commands.values import check_timezone

if TYPE_CHECKING:
    from newsingest.explaining.explain import Explanation
    from newsingest.runs.walk import Candidate

_STREAM = "-"


def _check_html(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value == "":
        raise click.BadParameter("The page has no name.")
    if value is not None and value != _STREAM and os.path.isdir(value):  # noqa: PTH112 - a string, as the user gave it
        raise click.BadParameter(f"'{value}' is a folder. Name a file, or - for standard output.")
    return value


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of ``inspect`` as the user gave them."""

    post: str
    as_json: bool
    html: str | None
    encoding: str | None
    assume_timezone: str | None
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
  3    the page cannot be written
""",
)
@click.argument("post", metavar="POST", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Write JSON, for machines.")
@click.option(
    "--html",
    metavar="FILE",
    type=click.Path(readable=False, allow_dash=True),
    callback=_check_html,
    help="Write a page that shows source text and record side by side; - writes it to standard output.",
)
@encoding_option
@click.option("--assume-timezone", metavar="ZONE", callback=check_timezone, help="Zone of a date that names none.")
@profile_options
@click.option("-v", "--verbose", is_flag=True, help="Cut less short; list empty elements too.")
def command(**options: Any) -> int:  # noqa: ANN401 - click hands over what it has read
    """Show POST as the tool sees it, in reading order.

    Each piece of the body with its line in the file: kept as what, or dropped by which rule of which profile; then
    the record's fields and the warnings. POST is a file, or - for standard input.
    """
    wishes = Wishes(**options)
    if wishes.as_json and wishes.html == _STREAM:
        raise click.UsageError("--json and --html - exclude each other: both write to standard output.")
    return _inspect(wishes)


def _inspect(wishes: Wishes) -> int:
    from newsingest.errors import PostError  # noqa: PLC0415 - see the top of this file
    from newsingest.runs.account import Failure  # noqa: PLC0415 - see the top of this file
    from newsingest.runs.talk import say  # noqa: PLC0415

    if wishes.verbose and (config := config_file()) is not None:
        say(f"options from {config}")
    shown, candidate = _candidate(wishes.post)
    try:
        _write(wishes, candidate)
    except PostError as error:
        say(f"failed: {Failure(shown, error)}")
        return SOME_FAILED
    return ALL_WELL


def _candidate(post: str) -> tuple[str, Candidate]:
    """Find the post, and the path to show for it."""
    from newsingest.paths import text  # noqa: PLC0415 - see the top of this file
    from newsingest.runs.sources import SourceError, plan  # noqa: PLC0415
    from newsingest.runs.walk import Candidate  # noqa: PLC0415

    try:
        [source] = plan([post])
    except SourceError as error:
        raise click.UsageError(str(error)) from error
    if source.kind == "folder":
        raise click.UsageError(f"'{text(post)}' is a folder. Name one post in it.")
    shown = "stdin" if source.kind == "stdin" else text(post)
    return shown, Candidate(source.path, source.relative, 0, "")


def _write(wishes: Wishes, candidate: Candidate) -> None:
    from newsingest.explaining.explain import encode, explain  # noqa: PLC0415 - see the top of this file
    from newsingest.parsing.parse_options import ParseOptions  # noqa: PLC0415
    from newsingest.runs.read import read_post  # noqa: PLC0415

    brought = load_profiles(wishes.profile, wishes.profiles)
    raw = read_post(candidate)
    options = ParseOptions(wishes.encoding, wishes.assume_timezone, brought.specs, brought.forced)
    explanation = explain(raw, candidate.relative, options)
    if wishes.html is not None:
        _write_page(wishes.html, explanation)
    if wishes.as_json:
        write(encode(explanation))
    elif wishes.html is None:
        from newsingest.explaining.view import view  # noqa: PLC0415 - see the top of this file

        write(view(explanation, terminal=os.isatty(STDOUT), verbose=wishes.verbose).encode())


def _write_page(path: str, explanation: Explanation) -> None:
    from newsingest.explaining.page import page  # noqa: PLC0415 - see the top of this file
    from newsingest.runs.whole_file import write_whole  # noqa: PLC0415

    data = page(explanation).encode()
    if path == _STREAM:
        write(data)
    else:
        write_whole(path, data)
