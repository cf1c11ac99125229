"""What ``newsingest parse`` does with its options: opens the output, runs, says what there is to say."""

from __future__ import annotations

import os
import signal
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click

from newsingest.commands.checking import Check
from newsingest.commands.config import CONFIG_NAME, config_file
from newsingest.commands.exits import ALL_WELL, HELD, SOME_FAILED, STOPPED
from newsingest.commands.options import load_profiles
from newsingest.commands.output import STDOUT, nobody_reads
from newsingest.commands.parse import DIFF_LINES
from newsingest.commands.target import folder_sink, stream_sink, wanted_target
from newsingest.lock import HeldError, RunLock
from newsingest.parser import ParseOptions
from newsingest.report import encode_report, make_report, write_report
from newsingest.run import Interrupted, Settings, find, run
from newsingest.sink import SinkError
from newsingest.sources import plan
from newsingest.state import State, StateError
from newsingest.talk import Remark, Talk, progress, summary_remarks
from newsingest.walk import Rules
from newsingest.workers import Limits, available_cores

if TYPE_CHECKING:
    from newsingest.account import Summary
    from newsingest.commands.parse import Wishes
    from newsingest.commands.target import Target
    from newsingest.sink import Sink


def run_parse(wishes: Wishes) -> int:
    """Run, say what there is to say, and choose the exit status."""
    if wishes.quiet and wishes.verbose:
        raise click.UsageError("--quiet and --verbose exclude each other.")
    target = wanted_target(wishes)
    check = _wanted_check(wishes)
    talk = Talk(warnings=wishes.verbose or wishes.strict, as_json=wishes.log_format == "json")
    if wishes.verbose and (config := config_file()) is not None:
        talk.notice(f"options from {config}")
    try:
        summary, status = _run(wishes, target, talk, check)
    except BrokenPipeError:
        return nobody_reads()
    except HeldError as error:
        talk.say(Remark("error", "held", f"stopped: {error}"))
        return HELD
    except SinkError as error:
        talk.say(Remark("error", "stopped", f"stopped: {error}"))
        return STOPPED
    _say_account(summary, wishes, talk, check)
    return status


def _say_account(summary: Summary, wishes: Wishes, talk: Talk, check: Check | None) -> None:
    last = check.summary_line(summary) if check else None
    wrong = check is not None and check.found
    for remark in summary_remarks(summary, verbose=wishes.verbose, quiet=wishes.quiet and not wrong, last=last):
        talk.say(remark)
    if check is not None and wrong:
        talk.say(Remark("info", "remedy", check.remedy()))


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
    return Check(wishes.output, (wishes.diff_lines or DIFF_LINES) if wishes.diff else None)


def _run(wishes: Wishes, target: Target, talk: Talk, check: Check | None) -> tuple[Summary, int]:
    sources = plan(wishes.sources, target.folder, apart=target.holds_posts_suffixes)
    settings = _settings(wishes, target)
    lines_shown = (target.folder is None or check is not None) and os.isatty(STDOUT)
    bar_wanted = not (wishes.quiet or wishes.no_progress or lines_shown)

    def total() -> int:
        return sum(1 for _ in find(sources, settings))

    signal.signal(signal.SIGTERM, _end)
    with ExitStack() as stack:
        sink, state = _output(target, wishes.wait, talk, check, stack)
        with progress(talk, total, wanted=bar_wanted):
            summary = run(sources, sink, settings, talk, state)
        if check is not None:
            check.end(summary)
        status = _status(summary, strict=wishes.strict, wrong=check is not None and check.found)
        _report(summary, status, wishes.report, state)
    return summary, status


def _settings(wishes: Wishes, target: Target) -> Settings:
    brought = load_profiles(wishes.profile, wishes.profiles)
    return Settings(
        options=ParseOptions(wishes.encoding, wishes.assume_timezone, brought.specs, brought.forced),
        rules=Rules(wishes.include, (*wishes.exclude, CONFIG_NAME), wishes.max_bytes),
        output=target.folder,
        jobs=wishes.jobs or available_cores(),
        limits=Limits(wishes.timeout or None, wishes.max_memory),
        full=wishes.full,
        keep_stale=wishes.keep_stale,
        prune=wishes.prune,
        form="" if target.form == "json" else target.form,
    )


def _end(number: int, _frame: object) -> None:
    raise Interrupted(number)


def _output(
    target: Target, wait: float, talk: Talk, check: Check | None, stack: ExitStack
) -> tuple[Sink, State | None]:
    """Open what records go to, and the memory of earlier runs where there is a folder to keep it."""
    if check is not None:
        return stack.enter_context(check.sink()), None
    if target.folder is None:
        return stack.enter_context(stream_sink()), None
    sink = folder_sink(target, target.folder)
    stack.enter_context(RunLock(target.folder, wait))
    try:
        state = stack.enter_context(State(target.folder))
    except StateError as error:
        raise SinkError(target.folder, str(error), "Make room or choose another output folder") from error
    if state.set_aside:
        talk.notice(f"the state of earlier runs was damaged; it is now {state.set_aside}, and all posts are parsed.")
    return stack.enter_context(sink), state


def _report(summary: Summary, status: int, path: str | None, state: State | None) -> None:
    """Write the run's report where it is wanted, and keep it for ``newsingest status``."""
    if path is None and state is None:
        return
    report = make_report(summary, status)
    if state is not None:
        state.add_run(encode_report(report))
    if path is not None:
        write_report(report, path)


def _status(summary: Summary, *, strict: bool, wrong: bool) -> int:
    if summary.stopped is not None:
        return STOPPED
    if summary.interrupted is not None:
        return 128 + summary.interrupted
    if wrong or summary.failed or (strict and summary.warnings):
        return SOME_FAILED
    return ALL_WELL
