"""``newsingest parse``: posts in, records out. What parses or draws is imported when the command runs."""

# ruff: noqa: PTH112 - paths are strings here as in the walk

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from newsingest.commands.config import CONFIG_NAME, ConfiguredCommand, config_file
from newsingest.commands.options import load_profiles, profile_options
from newsingest.commands.status import ALL_WELL, INTERRUPTED, NOBODY_READS, SOME_FAILED, STOPPED
from newsingest.commands.values import check_encoding, check_timezone, read_size

if TYPE_CHECKING:
    from newsingest.run import Summary
    from newsingest.sink import DirectorySink, JsonLinesSink

_STDOUT = 1


def _check_output(_ctx: click.Context, _param: click.Parameter, value: str) -> str:
    if value == "":
        raise click.BadParameter("The output has no name. Use -o . for the current folder.")
    if value != "-" and os.path.lexists(value) and not os.path.isdir(value):
        raise click.BadParameter(f"'{value}' is not a folder. Name one, or - for JSON Lines on standard output.")
    return value


@dataclass(frozen=True, slots=True)
class Wishes:
    """The options of ``parse`` as the user gave them."""

    sources: tuple[str, ...]
    output: str
    encoding: str | None
    assume_timezone: str | None
    max_bytes: int
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    quiet: bool
    verbose: bool
    no_progress: bool
    strict: bool
    profile: str | None
    profiles: str | None
    no_config: bool


@click.command(
    "parse",
    cls=ConfiguredCommand,
    short_help="Make one JSON record of each post.",
    epilog="""\b
Examples:
  newsingest parse ./posts -o records/
  newsingest parse posts drafts -o records/ --exclude 'old/**'
  newsingest parse ./posts -o - | jq -r .title
  curl -s https://example.com/post.md | newsingest parse - -o -

\b
Patterns: * and ? do not cross a slash, ** does; one without a slash is
matched against the name wherever the file lies ('*.md', 'draft-*').

\b
Exit status:
  0    all well; files that are no posts are skipped and named
  1    some posts failed, or there were warnings and --strict is given
  2    wrong usage: nothing was read
  3    the run could not go on: output not writable, disk full
  130  interrupted by Ctrl-C
  141  nobody reads standard output any more
""",
)
@click.argument("sources", metavar="SOURCE...", nargs=-1, required=True, type=click.Path())
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(readable=False),
    callback=_check_output,
    help="Folder for the records, made if needed; - writes JSON Lines to standard output.",
)
@click.option(
    "--encoding",
    metavar="NAME",
    callback=check_encoding,
    help="Encoding of posts that are not UTF-8, like gb18030.",
)
@click.option(
    "--assume-timezone",
    metavar="ZONE",
    callback=check_timezone,
    help="Zone of dates that name none, like Asia/Shanghai or +08:00.",
)
@click.option(
    "--max-bytes",
    metavar="SIZE",
    callback=read_size,
    default="16MiB",
    show_default=True,
    help="Size of the largest post read.",
)
@click.option("--include", metavar="GLOB", multiple=True, help="Read only files that match; may be repeated.")
@click.option(
    "--exclude",
    metavar="GLOB",
    multiple=True,
    help="Leave out files and folders that match; may be repeated.",
)
@profile_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well; skips are not named.")
@click.option("-v", "--verbose", is_flag=True, help="Name every warning.")
@click.option("--no-progress", is_flag=True, help="Show no progress bar on a terminal.")
@click.option(
    "--strict/--no-strict",
    help="Warnings fail: each is named and the exit status is 1. Their records are written all the same.",
)
def command(**options: Any) -> int:  # noqa: ANN401 - click passes options by name; Wishes types them
    """Make one JSON record of each post in the SOURCEs: folders, files, or - for standard input.

    One folder's tree goes straight under the output folder; several sources go each under their own name.
    """
    from newsingest.sources import SourceError  # noqa: PLC0415 - see the top of this file

    try:
        return _parse(Wishes(**options))
    except SourceError as error:
        raise click.UsageError(str(error)) from error


def _parse(wishes: Wishes) -> int:
    """Run, say what there is to say, and choose the exit status."""
    from newsingest.sink import SinkError  # noqa: PLC0415 - see the top of this file
    from newsingest.talk import say, summary_lines  # noqa: PLC0415

    if wishes.quiet and wishes.verbose:
        raise click.UsageError("--quiet and --verbose exclude each other.")
    if wishes.verbose and (config := config_file()) is not None:
        say(f"options from {config}")
    try:
        summary = _run(wishes)
    except BrokenPipeError:
        _forget_stdout()
        return NOBODY_READS
    except SinkError as error:
        say(f"stopped: {error}")
        return STOPPED
    for line in summary_lines(summary, verbose=wishes.verbose, quiet=wishes.quiet):
        say(line)
    return _status(summary, strict=wishes.strict)


def _run(wishes: Wishes) -> Summary:
    from newsingest.parser import ParseOptions  # noqa: PLC0415 - see the top of this file
    from newsingest.run import Settings, find, run  # noqa: PLC0415
    from newsingest.sources import plan  # noqa: PLC0415
    from newsingest.talk import Talk, progress  # noqa: PLC0415
    from newsingest.walk import Rules  # noqa: PLC0415

    output = None if wishes.output == "-" else wishes.output
    sources = plan(wishes.sources, output)
    brought = load_profiles(wishes.profile, wishes.profiles)
    settings = Settings(
        options=ParseOptions(wishes.encoding, wishes.assume_timezone, brought.specs, brought.forced),
        rules=Rules(wishes.include, (*wishes.exclude, CONFIG_NAME), wishes.max_bytes),
        output=output,
    )
    talk = Talk(warnings=wishes.verbose or wishes.strict)
    bar_wanted = not (wishes.quiet or wishes.no_progress or (output is None and os.isatty(_STDOUT)))

    def total() -> int:
        return sum(1 for _ in find(sources, settings))

    with _sink(output) as sink, progress(talk, total, wanted=bar_wanted):
        return run(sources, sink, settings, talk)


def _sink(output: str | None) -> DirectorySink | JsonLinesSink:
    from newsingest.sink import DirectorySink, JsonLinesSink, SinkError  # noqa: PLC0415 - see the top of this file

    if output is not None:
        return DirectorySink(output)
    try:  # a stream of our own: Python's may be closed, or unbuffered and so given to short writes
        return JsonLinesSink(open(_STDOUT, "wb", closefd=False))
    except OSError as error:
        raise SinkError.of(error, "standard output") from error


def _status(summary: Summary, *, strict: bool) -> int:
    if summary.stopped is not None:
        return STOPPED
    if summary.interrupted:
        return INTERRUPTED
    if summary.failed or (strict and summary.warnings):
        return SOME_FAILED
    return ALL_WELL


def _forget_stdout() -> None:
    """Point standard output nowhere, or Python complains on exit that it cannot be flushed."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDOUT)
    os.close(nowhere)
