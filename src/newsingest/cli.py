"""The command line. What parses posts or draws on the terminal is imported when a command runs."""

# ruff: noqa: PTH112 - paths are strings here as in the walk

from __future__ import annotations

import os
import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NoReturn

import click

from newsingest import __version__

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsingest.run import Summary
    from newsingest.sink import DirectorySink, JsonLinesSink

ALL_WELL, SOME_FAILED, WRONG_USAGE, STOPPED = 0, 1, 2, 3
INTERRUPTED = 130
NOBODY_READS = 141  # what a shell reports for a tool that ended because its reader did

_STDOUT = 1
_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_UNITS |= {unit + tail: 2**power for power, unit in ((10, "k"), (20, "m"), (30, "g")) for tail in ("", "ib")}


def _read_size(_ctx: click.Context, _param: click.Parameter, value: str) -> int:
    """Read a number of bytes: ``16777216``, ``16MiB``, ``16M`` (the same) or ``16MB`` (a little less)."""
    found = re.fullmatch(r"([0-9]{1,18})\s*([a-z]*)", value.strip().lower(), re.ASCII)
    if found is None or found[2] not in _UNITS or int(found[1]) == 0:
        raise click.BadParameter(f"'{value}' is no size. Write it like 500000, 64KiB or 16MiB.")
    return int(found[1]) * _UNITS[found[2]]


def _check_encoding(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from newsingest.decode import codec_name  # noqa: PLC0415 - see the top of this file

        _check(codec_name, value)
    return value


def _check_timezone(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is not None:
        from newsingest.dates import named_zone  # noqa: PLC0415 - see the top of this file

        _check(named_zone, value)
    return value


def _check(read: Callable[[str], object], value: str) -> None:
    """Let the reader of a value say what is wrong with it."""
    try:
        read(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from error


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


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  newsingest parse ./posts -o records/
  newsingest parse --help

\b
Completion of commands and options with the Tab key:
  bash:  eval "$(_NEWSINGEST_COMPLETE=bash_source newsingest)"
  zsh:   eval "$(_NEWSINGEST_COMPLETE=zsh_source newsingest)"
  fish:  _NEWSINGEST_COMPLETE=fish_source newsingest | source
""",
)
@click.version_option(__version__, prog_name="newsingest", message="%(prog)s %(version)s")
def cli() -> None:
    """Turn folders of scraped news posts into a clean corpus."""


@cli.command(
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
    callback=_check_encoding,
    help="Encoding of posts that are not UTF-8, like gb18030.",
)
@click.option(
    "--assume-timezone",
    metavar="ZONE",
    callback=_check_timezone,
    help="Zone of dates that name none, like Asia/Shanghai or +08:00.",
)
@click.option(
    "--max-bytes",
    metavar="SIZE",
    callback=_read_size,
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
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well; skips are not named.")
@click.option("-v", "--verbose", is_flag=True, help="Name every warning.")
@click.option("--no-progress", is_flag=True, help="Show no progress bar on a terminal.")
@click.option(
    "--strict",
    is_flag=True,
    help="Warnings fail: each is named and the exit status is 1. Their records are written all the same.",
)
def parse(**options: Any) -> int:  # noqa: ANN401 - click passes options by name; Wishes types them
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
    settings = Settings(
        options=ParseOptions(encoding=wishes.encoding, assume_timezone=wishes.assume_timezone),
        rules=Rules(wishes.include, wishes.exclude, wishes.max_bytes),
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


def main() -> NoReturn:
    """Run the command line and exit with its status."""
    try:
        status = cli.main(prog_name="newsingest", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        status = INTERRUPTED
    sys.exit(status)
