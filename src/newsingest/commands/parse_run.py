"""What ``newsingest parse`` does with its options: opens the output, runs, says what there is to say."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import TYPE_CHECKING

import click
import msgspec
from msgspec.structs import replace

from newsingest.commands.config import CONFIG_NAME, config_file
from newsingest.commands.exits import ALL_WELL, HELD, NOBODY_READS, SOME_FAILED, STOPPED, WRONG_USAGE
from newsingest.commands.options import load_profiles
from newsingest.commands.output import STDOUT, Output, abandon_stdout
from newsingest.commands.parse import DIFF_LINES
from newsingest.commands.parse_check import Check
from newsingest.commands.parse_target import target_sink, wanted_target
from newsingest.commands.parse_usage import without_vain
from newsingest.errors import SinkError
from newsingest.parsing.parse_options import ParseOptions
from newsingest.paths import text
from newsingest.runs.account import Account
from newsingest.runs.doorbell import Doorbell, Interrupted
from newsingest.runs.limits import Limits, available_cores
from newsingest.runs.lock import HeldError, RunLock
from newsingest.runs.report import Report, make_account
from newsingest.runs.run import find, run
from newsingest.runs.settings import Settings
from newsingest.runs.sources import SourceError, resolve_sources
from newsingest.runs.state import State
from newsingest.runs.talk import REST_TO_DO, Remark, Talk, progress, summary_remarks
from newsingest.runs.walk import Rules

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsingest.commands.parse import Wishes
    from newsingest.commands.parse_target import Target
    from newsingest.record import PostWarning
    from newsingest.runs.account import Summary


def run_parse(wishes: Wishes) -> int:
    """Run, say what there is to say, and choose the exit status."""
    talk = Talk(warnings=wishes.verbose or wishes.strict, as_json=wishes.log_format == "json")
    try:
        return _parse(wishes, talk)
    except (click.UsageError, SourceError) as error:
        if wishes.log_format != "json":
            raise
        words = error.format_message() if isinstance(error, click.UsageError) else str(error)
        talk.say(Remark("error", "usage", words))
        return WRONG_USAGE


def _parse(wishes: Wishes, talk: Talk) -> int:
    wishes = without_vain(wishes)
    if wishes.quiet and wishes.verbose:
        raise click.UsageError("--quiet and --verbose exclude each other.")
    if wishes.report == "-" and (wishes.output == "-" or wishes.check):
        other = "--check" if wishes.check else "-o -"
        raise click.UsageError(f"--report - and {other} exclude each other: both write to standard output.")
    target = wanted_target(wishes)
    if wishes.report is not None and target.folder is not None:
        _check_report_apart(wishes.report, target.folder)
    check = _wanted_check(wishes)
    if wishes.verbose and (config := config_file()) is not None:
        talk.say(Remark("info", "config", f"options from {config}"))
    with ExitStack() as stack:
        bell = stack.enter_context(Doorbell())
        report = stack.enter_context(Report(wishes.report)) if wishes.report is not None else None
        try:
            summary, status = _run(wishes, target, Ears(talk, report), check, bell)
        except (BrokenPipeError, HeldError, SinkError) as error:
            summary, status = _nothing(error, None)
        except Interrupted as asked:
            summary, status = _nothing(None, asked.number)
        if status == NOBODY_READS:
            abandon_stdout()
        else:
            _say_account(summary, wishes, talk, check)
        return _write_report(report, summary, status, talk)


def _check_report_apart(report: str, folder: str) -> None:
    """Refuse a report that whoever reads the records, and a check, would take for one of them."""
    from newsingest.formats.reader import holds_records

    inside = os.path.realpath(report).startswith(os.path.join(os.path.realpath(folder), ""))
    if inside and holds_records(report):
        raise click.UsageError(
            f"The report '{text(report)}' would lie among the records in '{text(folder)}' and be taken for one. Write "
            "it elsewhere, or under a name that does not end as theirs."
        )


def _nothing(stopped: Exception | None, interrupted: int | None) -> tuple[Summary, int]:
    """Account for a run that ended before it began."""
    summary = Account(None).close(stopped, interrupted)
    return summary, _status(summary, strict=False, wrong=False)


def _say_account(summary: Summary, wishes: Wishes, talk: Talk, check: Check | None) -> None:
    last = check.summary_line(summary) if check else None
    wrong = check is not None and check.found
    quiet = wishes.quiet and not wrong
    left = _left_by_a_signal(wishes)
    for remark in summary_remarks(summary, verbose=wishes.verbose, quiet=quiet, last=last, interrupted=left):
        talk.say(remark)
    if check is not None and wrong:
        talk.say(Remark("info", "remedy", check.remedy()))


def _left_by_a_signal(wishes: Wishes) -> str:
    if wishes.check:
        return "not all posts were checked; nothing was written."
    if wishes.output == "-":
        return "the lines written so far are whole; the same command begins anew."
    return REST_TO_DO


def _write_report(report: Report | None, summary: Summary, status: int, talk: Talk) -> int:
    """Write the report where one is wanted; that it cannot be written is worse than all but what stopped the run."""
    if report is None:
        return status
    try:
        if report.path == "-":
            _print_report(report, summary, status)
        else:
            report.write(summary, make_account(summary, status))
    except BrokenPipeError:
        return abandon_stdout()
    except SinkError as error:
        talk.say(Remark("error", "report", f"no report: {error}"))
        return max(STOPPED, status)
    return status


def _print_report(report: Report, summary: Summary, status: int) -> None:
    with Output() as output:
        for part in report.parts(summary, make_account(summary, status)):
            output.raw(part)


def _wanted_check(wishes: Wishes) -> Check | None:
    """Make the check that the options ask for, if they do."""
    if not wishes.check:
        return None
    return Check(wishes.output, (wishes.diff_lines or DIFF_LINES) if wishes.diff else None)


class Ears:
    """Hears of a run, for those who talk and those who write reports."""

    def __init__(self, talk: Talk, report: Report | None) -> None:
        self.talk = talk
        self.notice = talk.notice
        self._hearers = [each.warn for each in (talk if talk.names_warnings else None, report) if each is not None]

    @property
    def advance(self) -> Callable[[], None] | None:
        """Moves the bar, where there is one."""
        return self.talk.advance

    @property
    def warn(self) -> Callable[[str, PostWarning], None] | None:
        """Passes a warning on to those who want it."""
        return self._pass_on if self._hearers else None

    def _pass_on(self, path: str, warning: PostWarning) -> None:
        for hear in self._hearers:
            hear(path, warning)


def _run(wishes: Wishes, target: Target, ears: Ears, check: Check | None, bell: Doorbell) -> tuple[Summary, int]:
    output = target.folder
    sources = resolve_sources(
        wishes.sources, output, may_be_gone=wishes.prune == "force", apart=target.holds_posts_suffixes
    )
    settings = _settings(wishes, target)
    opens = target_sink(target) if check is None else check.sink()
    lines_shown = (output is None or check is not None) and os.isatty(STDOUT)
    bar_wanted = not (wishes.quiet or wishes.no_progress or lines_shown)

    def total() -> int:
        return sum(1 for _ in find(sources, settings))

    with ExitStack() as stack:
        state = None
        if output is not None and check is None:
            stack.enter_context(RunLock(output, wishes.wait))
            state = stack.enter_context(State(output, ears.notice))
        summary: Summary | None = None
        try:
            with opens as sink:
                with progress(ears.talk, total, wanted=bar_wanted):
                    summary = run(sources, sink, settings, ears, state, bell)
                if check is not None:
                    check.end(summary)
        except (BrokenPipeError, SinkError) as error:  # what was held back cannot be written
            if summary is None:
                raise
            summary = replace(summary, stopped=summary.stopped or error)
        return _note(summary, state, strict=wishes.strict, wrong=check is not None and check.found)


def _note(summary: Summary, state: State | None, *, strict: bool, wrong: bool) -> tuple[Summary, int]:
    """Keep the account for ``newsingest status``."""
    status = _status(summary, strict=strict, wrong=wrong)
    if state is not None:
        try:
            state.add_run(msgspec.json.encode(make_account(summary, status)))
        except SinkError as error:
            if summary.stopped is None:
                return replace(summary, stopped=error), STOPPED
    return summary, status


def _parse_options(wishes: Wishes) -> ParseOptions:
    if wishes.profile is None and wishes.profiles is None:
        return ParseOptions(wishes.encoding, wishes.assume_timezone)
    brought = load_profiles(wishes.profile, wishes.profiles)
    return ParseOptions(wishes.encoding, wishes.assume_timezone, brought.specs, brought.forced)


def _settings(wishes: Wishes, target: Target) -> Settings:
    return Settings(
        options=_parse_options(wishes),
        rules=Rules(wishes.include, (*wishes.exclude, CONFIG_NAME), wishes.max_bytes),
        output=target.folder,
        jobs=wishes.jobs or available_cores(),
        limits=Limits(wishes.timeout or None, wishes.max_memory),
        full=wishes.full,
        keep_stale=wishes.keep_stale,
        prune=wishes.prune,
        form="" if target.form == "json" else target.form,
    )


def _status(summary: Summary, *, strict: bool, wrong: bool) -> int:
    if isinstance(summary.stopped, BrokenPipeError):
        return NOBODY_READS
    if isinstance(summary.stopped, HeldError):
        return HELD
    if summary.stopped is not None:
        return STOPPED
    if summary.interrupted is not None:
        return 128 + summary.interrupted
    if wrong or summary.failed or (strict and summary.warnings):
        return SOME_FAILED
    return ALL_WELL
