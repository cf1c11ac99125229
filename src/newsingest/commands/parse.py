"""``newsingest parse``: posts in, records out. What parses or draws is imported when the command runs."""

# ruff: noqa: PTH112 - paths are strings here as in the walk

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from newsingest.commands.checking import Check
from newsingest.commands.output import STDOUT, forget_stdout
from newsingest.commands.status import ALL_WELL, INTERRUPTED, NOBODY_READS, SOME_FAILED, STOPPED
from newsingest.commands.values import check_encoding, check_timezone, read_size

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from newsingest.run import Summary
    from newsingest.sink import Sink

_DIFF_LINES = 200


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
    check: bool
    diff: bool
    diff_lines: int | None


@click.command(
    "parse",
    short_help="Make one JSON record of each post.",
    epilog="""\b
Examples:
  newsingest parse ./posts -o records/
  newsingest parse posts drafts -o records/ --exclude 'old/**'
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
@click.option("-q", "--quiet", is_flag=True, help="Say nothing when all is well; skips are not named.")
@click.option("-v", "--verbose", is_flag=True, help="Name every warning.")
@click.option("--no-progress", is_flag=True, help="Show no progress bar on a terminal.")
@click.option(
    "--strict",
    is_flag=True,
    help="Warnings fail: each is named and the exit status is 1. Their records are written all the same.",
)
@click.option("--check", is_flag=True, help="Write nothing: list the records in OUT that are not what the posts make.")
@click.option("--diff", is_flag=True, help="With --check: show what differs, line by line.")
@click.option(
    "--diff-lines",
    metavar="N",
    type=click.IntRange(min=1),
    help=f"With --diff: the most lines shown in all ({_DIFF_LINES}).",
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
    check = _wanted_check(wishes)
    try:
        summary = _run(wishes, check)
    except BrokenPipeError:
        forget_stdout()
        return NOBODY_READS
    except SinkError as error:
        say(f"stopped: {error}")
        return STOPPED
    last = check.summary_line(summary) if check else None
    wrong = check is not None and check.counts.total() > 0
    for line in summary_lines(summary, verbose=wishes.verbose, quiet=wishes.quiet and not wrong, last=last):
        say(line)
    if check is not None and wrong:
        say(check.remedy())
    return _status(summary, strict=wishes.strict, wrong=wrong)


def _wanted_check(wishes: Wishes) -> Check | None:
    """Make the check that the options ask for, if they do."""
    if not wishes.check:
        if wishes.diff or wishes.diff_lines:
            raise click.UsageError("--diff and --diff-lines belong to --check.")
        return None
    if wishes.output == "-":
        raise click.UsageError("--check compares records in a folder: name it with -o.")
    if wishes.diff_lines and not wishes.diff:
        raise click.UsageError("--diff-lines belongs to --diff.")
    return Check(wishes.output, (wishes.diff_lines or _DIFF_LINES) if wishes.diff else None)


def _run(wishes: Wishes, check: Check | None) -> Summary:
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
    lines_shown = (output is None or check is not None) and os.isatty(STDOUT)
    bar_wanted = not (wishes.quiet or wishes.no_progress or lines_shown)

    def total() -> int:
        return sum(1 for _ in find(sources, settings))

    with _sink(output, check) as sink, progress(talk, total, wanted=bar_wanted):
        summary = run(sources, sink, settings, talk)
        if check is not None:
            check.end(summary)
    return summary


def _sink(output: str | None, check: Check | None) -> AbstractContextManager[Sink]:
    from newsingest.sink import DirectorySink, JsonLinesSink, SinkError  # noqa: PLC0415 - see the top of this file

    if check is not None:
        return check.sink()
    if output is not None:
        return DirectorySink(output)
    try:  # a stream of our own: Python's may be closed, or unbuffered and so given to short writes
        return JsonLinesSink(open(STDOUT, "wb", closefd=False))
    except OSError as error:
        raise SinkError.of(error, "standard output") from error


def _status(summary: Summary, *, strict: bool, wrong: bool) -> int:
    if summary.stopped is not None:
        return STOPPED
    if summary.interrupted:
        return INTERRUPTED
    if wrong or summary.failed or (strict and summary.warnings):
        return SOME_FAILED
    return ALL_WELL
