"""What ``parse --check`` prints: a line for each record that is not as it should be, diffs, the account."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from newsingest.commands.output import Output

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.corpora.check import CheckSink, Finding
    from newsingest.runs.account import Summary

_COLOURS = {"-": "red", "+": "green", "@": "cyan"}


class Check:
    """Lends a sink that compares, prints what it finds as it finds it, and counts.

    ``room`` is how many lines of diffs may be printed in all, None if no diffs are wanted.
    """

    def __init__(self, folder: str, room: int | None) -> None:
        self._folder = folder
        self._room = room
        self._cut = 0
        self._output = Output()
        self._sink: CheckSink | None = None
        self.counts = Counter[str]()

    @contextmanager
    def sink(self) -> Iterator[CheckSink]:
        """Lend the sink for a run; call ``end`` before it is given back. Raises SinkError."""
        from newsingest.corpora.check import CheckSink

        with self._output, CheckSink(self._folder, self) as self._sink:
            yield self._sink

    def end(self, summary: Summary) -> None:
        """Print what no post makes, if all posts are through, and what was cut. Raises SinkError."""
        from newsingest.runs.talk import count

        if self._sink is not None and summary.stopped is None and summary.interrupted is None:
            self._sink.end()
        if self._cut:
            self._output.line(f"... diffs of {count(self._cut, 'more record')}; raise --diff-lines to see them")

    @property
    def found(self) -> bool:
        """Whether anything is not as it should be."""
        return self.counts.total() > 0

    def hear(self, finding: Finding) -> None:
        """Print one finding and, if they are wanted, its diff."""
        self._output.line(str(finding))
        self.counts[finding.kind] += 1  # only now: a run counts no record whose finding cannot be written, either
        if self._room is not None and finding.before is not None:
            self._show_diff(finding, self._room)

    def summary_line(self, summary: Summary) -> str:
        """Write the one line that ends a check."""
        from newsingest.runs.talk import count

        good = summary.written - self.counts["missing"] - self.counts["differs"]
        return (
            f"checked {count(summary.posts, 'post')}: {good} as made, {self.counts['missing']} missing, "
            f"{self.counts['differs']} different, {self.counts['left over']} left over, {len(summary.failed)} failed, "
            f"{len(summary.skipped)} skipped, {count(sum(summary.warnings.values()), 'warning')}, "
            f"{summary.seconds:.1f} s"
        )

    def remedy(self) -> str:
        """Say what there is to do, if there is."""
        advice = {
            "differs": "The same command without --check makes these records again; read what changes.",
            "missing": "The same command without --check makes these records.",
            "left over": "No post makes the files left over: delete them or move them away, or bring their posts back.",
        }
        wanted = [kind for kind in advice if self.counts[kind]]
        if "differs" in wanted and "missing" in wanted:
            wanted.remove("missing")
        return " ".join(advice[kind] for kind in wanted)

    def _show_diff(self, finding: Finding, room: int) -> None:
        from newsingest.corpora.check import diff_lines
        from newsingest.runs.talk import count

        if room == 0:
            self._cut += 1
            return
        hidden = 0
        for line in diff_lines(finding):
            if room:
                self._output.line(line, _COLOURS.get(line[:1]))
                room -= 1
            else:
                hidden += 1
        self._room = room
        if hidden:
            self._output.line(f"... {count(hidden, 'more line')} of this diff; raise --diff-lines to see them")
