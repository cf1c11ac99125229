"""``newsingest parse``: posts in, records out."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from newsingest.commands.config import ConfiguredCommand
from newsingest.commands.options import (
    FORMATS,
    encoding_option,
    max_bytes_option,
    profile_options,
    selection_options,
    shard_options,
)
from newsingest.commands.values import ChoiceOrNone, Seconds, Whole, check_timezone, read_memory

if TYPE_CHECKING:
    from newsingest.commands.options import ShardSize
    from newsingest.formats.packing import Packing
    from newsingest.formats.sinks import Format
    from newsingest.runs.settings import Prune

DIFF_LINES = 200


def _check_output(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if value == "":
        raise click.BadParameter("The output has no name. Use -o . for the current folder.")
    if value != "-" and os.path.lexists(value) and not os.path.isdir(value):
        raise click.BadParameter(f"'{value}' is not a folder. Name one, or - for JSON Lines on standard output.")
    return value


def _check_report(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value == "":
        raise click.BadParameter("The report has no name.")
    if value not in {None, "-"}:
        from newsingest.runs.report import is_in_the_way

        if os.path.isdir(value):
            raise click.BadParameter(f"'{value}' is a folder. Name a file, or - for standard output.")
        if is_in_the_way(value):
            raise click.BadParameter(f"'{value}' is there and no report of newsingest. It stays; name another file.")
    return value


class Wishes(NamedTuple):
    """The options of ``parse`` as the user gave them."""

    sources: tuple[str, ...]
    output: str
    format: Format | None
    shard_size: ShardSize | None
    compress: Packing | None
    encoding: str | None
    assume_timezone: str | None
    max_bytes: int
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    quiet: bool
    verbose: bool
    no_progress: bool
    strict: bool
    jobs: int | None
    timeout: float
    max_memory: int
    full: bool
    keep_stale: bool
    prune: Prune
    wait: float
    report: str | None
    log_format: str
    profile: str | None
    profiles: str | None
    no_config: bool
    check: bool
    diff: bool
    diff_lines: int | None


@click.command(
    "parse",
    cls=ConfiguredCommand,
    short_help="Make one JSON record of each post.",
    epilog="""\b
Examples:
  newsingest parse ./posts -o records/
  newsingest parse posts drafts -o records/ --exclude 'old/**'
  newsingest parse /data/posts -o /data/records -q --report run.json
  newsingest parse ./posts -o shards/ --format jsonl --compress zstd
  newsingest parse ./posts -o - | jq -r .title
  newsingest parse ./posts -o records/ --check --diff
  curl -s https://example.com/post.md | newsingest parse - -o -

\b
Patterns: * and ? do not cross a slash, ** does; one without a slash is
matched against the name wherever the file lies ('*.md', 'draft-*').

\b
Exit status:
  0    all well; files that are no posts are skipped and named
  1    some posts failed, or there were warnings and --strict is given, or
       --check found records that are not what the posts make
  2    wrong usage: nothing was read
  3    the run could not go on: output not writable, disk full
  75   another run is writing to the output folder
  130  interrupted by Ctrl-C (143: by SIGTERM)
  141  nobody reads standard output any more
""",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path(readable=False))
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(readable=False),
    callback=_check_output,
    help="Folder for the records, made if needed; - writes JSON Lines to standard output.",
)
@click.option(
    "--format",
    type=click.Choice(FORMATS),
    help="Form of the records: a file a post (json, the default, md, txt) or shards (jsonl, parquet).",
)
@shard_options
@encoding_option
@click.option(
    "--assume-timezone",
    metavar="ZONE",
    callback=check_timezone,
    help="Zone of dates that name none, like Asia/Shanghai or +08:00.",
)
@max_bytes_option
@selection_options
@profile_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well; skips are not named.")
@click.option("-v", "--verbose", is_flag=True, help="Name every warning.")
@click.option("--no-progress", is_flag=True, help="Show no progress bar on a terminal.")
@click.option(
    "--strict/--no-strict",
    help="Warnings fail: each is named and the exit status is 1. Their records are written all the same.",
)
@click.option("--full", is_flag=True, help="Parse all posts again, changed or not.")
@click.option(
    "--prune",
    type=ChoiceOrNone(["no", "yes", "force"]),
    default="no",
    is_flag=False,
    flag_value="yes",
    help="Delete the records of posts that are gone; force: also where a source is suddenly empty.",
)
@click.option("--keep-stale", is_flag=True, help="Leave the earlier record of a post that now fails in its place.")
@click.option(
    "--wait",
    metavar="SECONDS",
    type=Seconds(),
    default=0,
    help="Wait so long for another run on the same output folder.",
)
@click.option("--jobs", metavar="N", type=Whole(1), help="Worker processes.  [default: one a core]")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=Seconds(),
    default=30,
    show_default=True,
    help="Time one post may take, standard input once it is read; 0 is no limit.",
)
@click.option(
    "--max-memory",
    metavar="SIZE",
    callback=read_memory,
    default="4GiB",
    show_default=True,
    help="Memory a worker process may take.",
)
@click.option(
    "--report",
    metavar="FILE",
    type=click.Path(readable=False),
    callback=_check_report,
    help="Write a JSON report of the run; - writes it to standard output.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How messages are written; json is one object a line.",
)
@click.option("--check", is_flag=True, help="Write nothing: list the records in OUT that are not what the posts make.")
@click.option("--diff", is_flag=True, help="With --check: show what differs, line by line.")
@click.option(
    "--diff-lines",
    metavar="N",
    type=Whole(1),
    help=f"With --diff: the most lines shown in all ({DIFF_LINES}).",
)
def command(**options: Any) -> int:  # noqa: ANN401 - click passes options by name; Wishes types them
    """Make one JSON record of each post in the SOURCEs: folders, files, or - for standard input.

    One folder's tree goes straight under the output folder; several sources go each under their own name. Only
    posts that are new or changed are parsed.
    """
    from newsingest.commands.parse_run import run_parse
    from newsingest.runs.sources import SourceError

    try:
        return run_parse(Wishes(**options))
    except SourceError as error:
        raise click.UsageError(str(error)) from error
