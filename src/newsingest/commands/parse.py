"""``newsingest parse``: posts in, records out. What parses or draws is imported when the command runs."""

# ruff: noqa: PTH112 - paths are strings here as in the walk

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import click

from newsingest.commands.config import CONFIG_NAME, ConfiguredCommand, config_file
from newsingest.commands.exits import ALL_WELL, HELD, NOBODY_READS, SOME_FAILED, STOPPED
from newsingest.commands.options import load_profiles, profile_options
from newsingest.commands.values import check_encoding, check_timezone, read_size

if TYPE_CHECKING:
    from newsingest.account import Summary
    from newsingest.run import Prune
    from newsingest.sink import DirectorySink, JsonLinesSink
    from newsingest.state import State
    from newsingest.talk import Talk

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
    jobs: int | None
    timeout: float
    max_memory: int
    full: bool
    keep_stale: bool
    prune: Prune
    wait: float
    report: str | None
    log_format: str


@click.command(
    "parse",
    cls=ConfiguredCommand,
    short_help="Make one JSON record of each post.",
    epilog="""\b
Examples:
  newsingest parse ./posts -o records/
  newsingest parse posts drafts -o records/ --exclude 'old/**'
  newsingest parse /data/posts -o /data/records -q --report run.json
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
  75   another run is writing to the output folder
  130  interrupted by Ctrl-C (143: by SIGTERM)
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
@click.option("--full", is_flag=True, help="Parse all posts again, changed or not.")
@click.option(
    "--prune",
    type=click.Choice(["no", "yes", "force"]),
    default="no",
    is_flag=False,
    flag_value="yes",
    help="Delete the records of posts that are gone; force: also where a source is suddenly empty.",
)
@click.option("--keep-stale", is_flag=True, help="Leave the earlier record of a post that now fails in its place.")
@click.option(
    "--wait",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=0,
    help="Wait so long for another run on the same output folder.",
)
@click.option("--jobs", metavar="N", type=click.IntRange(min=1), help="Worker processes.  [default: one a core]")
@click.option(
    "--timeout",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=30,
    show_default=True,
    help="Time one post may take; 0 is no limit.",
)
@click.option(
    "--max-memory",
    metavar="SIZE",
    callback=read_size,
    default="4GiB",
    show_default=True,
    help="Memory a worker process may take.",
)
@click.option("--report", metavar="FILE", type=click.Path(), help="Write a JSON report of the run.")
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How messages are written; json is one object a line.",
)
def command(**options: Any) -> int:  # noqa: ANN401 - click passes options by name; Wishes types them
    """Make one JSON record of each post in the SOURCEs: folders, files, or - for standard input.

    One folder's tree goes straight under the output folder; several sources go each under their own name. Only
    posts that are new or changed are parsed.
    """
    from newsingest.sources import SourceError  # noqa: PLC0415 - see the top of this file

    try:
        return _parse(Wishes(**options))
    except SourceError as error:
        raise click.UsageError(str(error)) from error


def _parse(wishes: Wishes) -> int:
    """Run, say what there is to say, and choose the exit status."""
    from newsingest.lock import HeldError  # noqa: PLC0415 - see the top of this file
    from newsingest.sink import SinkError  # noqa: PLC0415
    from newsingest.talk import Remark, Talk, summary_remarks  # noqa: PLC0415

    if wishes.quiet and wishes.verbose:
        raise click.UsageError("--quiet and --verbose exclude each other.")
    talk = Talk(warnings=wishes.verbose or wishes.strict, as_json=wishes.log_format == "json")
    if wishes.verbose and (config := config_file()) is not None:
        talk.say(Remark("info", "config", f"options from {config}"))
    try:
        summary, status = _run(wishes, talk)
    except BrokenPipeError:
        _forget_stdout()
        return NOBODY_READS
    except HeldError as error:
        talk.say(Remark("error", "held", f"stopped: {error}"))
        return HELD
    except SinkError as error:
        talk.say(Remark("error", "stopped", f"stopped: {error}"))
        return STOPPED
    for remark in summary_remarks(summary, verbose=wishes.verbose, quiet=wishes.quiet):
        talk.say(remark)
    return status


def _run(wishes: Wishes, talk: Talk) -> tuple[Summary, int]:
    from newsingest.parser import ParseOptions  # noqa: PLC0415 - see the top of this file
    from newsingest.run import Settings, find, run  # noqa: PLC0415
    from newsingest.sources import plan  # noqa: PLC0415
    from newsingest.talk import progress  # noqa: PLC0415
    from newsingest.walk import Rules  # noqa: PLC0415
    from newsingest.workers import Limits, available_cores  # noqa: PLC0415

    output = None if wishes.output == "-" else wishes.output
    sources = plan(wishes.sources, output)
    brought = load_profiles(wishes.profile, wishes.profiles)
    settings = Settings(
        options=ParseOptions(wishes.encoding, wishes.assume_timezone, brought.specs, brought.forced),
        rules=Rules(wishes.include, (*wishes.exclude, CONFIG_NAME), wishes.max_bytes),
        output=output,
        jobs=wishes.jobs or available_cores(),
        limits=Limits(wishes.timeout or None, wishes.max_memory),
        full=wishes.full,
        keep_stale=wishes.keep_stale,
        prune=wishes.prune,
    )
    bar_wanted = not (wishes.quiet or wishes.no_progress or (output is None and os.isatty(_STDOUT)))

    def total() -> int:
        return sum(1 for _ in find(sources, settings))

    signal.signal(signal.SIGTERM, _end)
    with ExitStack() as stack:
        sink, state = _output(output, wishes, talk, stack)
        with progress(talk, total, wanted=bar_wanted):
            summary = run(sources, sink, settings, talk, state)
        status = _status(summary, strict=wishes.strict)
        _report(summary, status, wishes.report, state)
    return summary, status


def _end(number: int, _frame: object) -> None:
    from newsingest.run import Interrupted  # noqa: PLC0415 - see the top of this file

    raise Interrupted(number)


def _output(
    output: str | None, wishes: Wishes, talk: Talk, stack: ExitStack
) -> tuple[DirectorySink | JsonLinesSink, State | None]:
    """Open what records go to, and the memory of earlier runs where there is a folder to keep it."""
    from newsingest.lock import RunLock  # noqa: PLC0415 - see the top of this file
    from newsingest.sink import DirectorySink, JsonLinesSink, SinkError  # noqa: PLC0415
    from newsingest.state import State, StateError  # noqa: PLC0415

    if output is not None:
        stack.enter_context(RunLock(output, wishes.wait))
        try:
            state = stack.enter_context(State(output))
        except StateError as error:
            raise SinkError(output, str(error), "Make room or choose another output folder") from error
        if state.set_aside:
            talk.notice(
                f"the state of earlier runs was damaged; it is now {state.set_aside}, and all posts are parsed."
            )
        return stack.enter_context(DirectorySink(output)), state
    try:  # a stream of our own: Python's may be closed, or unbuffered and so given to short writes
        stream = open(_STDOUT, "wb", closefd=False)  # noqa: SIM115 - the sink flushes it, and may fail to
    except OSError as error:
        raise SinkError.of(error, "standard output") from error
    return stack.enter_context(JsonLinesSink(stream)), None


def _report(summary: Summary, status: int, path: str | None, state: State | None) -> None:
    """Write the run's report where it is wanted, and keep it for ``newsingest status``."""
    from newsingest.report import encode_report, make_report, write_report  # noqa: PLC0415 - see the top of this file

    if path is None and state is None:
        return
    report = make_report(summary, status)
    if state is not None:
        state.add_run(encode_report(report))
    if path is not None:
        write_report(report, path)


def _status(summary: Summary, *, strict: bool) -> int:
    if summary.stopped is not None:
        return STOPPED
    if summary.interrupted is not None:
        return 128 + summary.interrupted
    if summary.failed or (strict and summary.warnings):
        return SOME_FAILED
    return ALL_WELL


def _forget_stdout() -> None:
    """Point standard output nowhere, or Python complains on exit that it cannot be flushed."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, _STDOUT)
    os.close(nowhere)
