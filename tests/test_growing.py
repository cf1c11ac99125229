"""Shards kept up to date: whatever step a run is killed at, the next one ends as if nothing had happened."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import pytest

from corpus import make_record
from newsingest.errors import SinkError
from newsingest.formats import ledger
from newsingest.formats.growing import GrowingSink
from newsingest.formats.journal import Journal
from newsingest.formats.ledger import post_of
from newsingest.formats.shard_files import Layout
from newsingest.record import encode_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LAYOUT = Layout("jsonl", "none", 4)
FIRST = [f"{number:02}" for number in range(30)]
STEPS = ("replace", "remove")


class Killed(BaseException):
    """Ends a run where it stands."""


def line(path: str, title: str = "first") -> bytes:
    return encode_line(make_record(path, title=title))


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def begin(folder: Path) -> None:
    with GrowingSink(str(folder), LAYOUT) as sink:
        for path in FIRST:
            sink.write(f"{path}.json", line(path))
        sink.finish()


def change(folder: Path) -> None:
    """Do what a run does that met a new, a changed, a failed and a vanished post; what is done is not done again."""
    with GrowingSink(str(folder), LAYOUT) as sink:
        for path, title in (("05", "second"), ("12.5", "new"), ("21", "second"), ("40", "new")):
            wanted = post_of(f"{path}.json", line(path, title))
            if sink.stamp(wanted.name) != wanted.stamp:
                sink.write(wanted.name, line(path, title))
        sink.retire("13.json")
        sink.remove("27.json")
        sink.finish()


def kill_at(monkeypatch: pytest.MonkeyPatch, step: int) -> None:
    """Kill at the nth time that a file is moved or taken away."""
    left = step

    def or_die(action: Callable[..., Any]) -> Callable[..., Any]:
        def act(*args: Any, **more: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                raise Killed
            return action(*args, **more)

        return act

    for name in STEPS:
        monkeypatch.setattr(os, name, or_die(getattr(os, name)))


def test_killed_at_any_step_no_record_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begin(tmp_path / "whole")
    change(tmp_path / "whole")
    expected = content(tmp_path / "whole")
    stale = (tmp_path / "whole" / ".newsingest" / "stale" / "13.json").read_bytes()
    for step in range(1, 100):
        out = tmp_path / str(step)
        begin(out)
        try:
            with monkeypatch.context() as context:
                kill_at(context, step)
                change(out)
        except Killed:
            change(out)
            assert content(out) == expected, step
            assert (out / ".newsingest" / "stale" / "13.json").read_bytes() == stale, step
        else:
            assert step > 10, "there is something to be killed at"
            return
    pytest.fail("no end")


def test_what_a_killed_run_wrote_is_not_lost(tmp_path: Path) -> None:
    begin(tmp_path)
    before = content(tmp_path)
    with GrowingSink(str(tmp_path), LAYOUT) as sink:
        stamp = sink.write("99.json", line("99"))
    assert content(tmp_path) == before
    journal = tmp_path / ".newsingest" / "journal-jsonl"
    journal.write_bytes(journal.read_bytes() + b'["written",["98","98.json"')
    with GrowingSink(str(tmp_path), LAYOUT) as sink:
        assert sink.stamp("99.json") == stamp
        assert sink.stamp("98.json") is None
        sink.finish()
    assert not journal.exists()
    assert b"".join(content(tmp_path).values()).endswith(line("99"))


@pytest.mark.parametrize("tail", [b"{", b"\xff", b'["written",["a","a.json","0",4,1]]\nabc', b'["written",["a",1]]\n'])
def test_a_journal_is_read_as_far_as_it_is_whole(tail: bytes, tmp_path: Path) -> None:
    path = tmp_path / "journal"
    post = post_of("a.json", line("a"))
    journal = Journal(str(path))
    journal.add("written", post, line("a"))
    journal.close()
    whole = path.read_bytes()
    path.write_bytes(whole + tail)
    journal = Journal(str(path))
    [(entry, place)] = list(journal)
    assert (entry.post, journal.read(place, post)) == (post, line("a"))
    journal.close()
    assert path.read_bytes() == whole


def test_a_ledger_that_does_not_fit_its_shards_is_found_out(tmp_path: Path) -> None:
    """No damage to a file, which its digest would show: then the ledger is wrong, and what it says not used again."""
    begin(tmp_path)
    path = str(tmp_path / ".newsingest" / "shards-jsonl")
    known = ledger.load(path)
    wrong = [post_of(post.name, line(post.path, "another")) for post in known[0].posts]
    ledger.save(path, [ledger.Shard(known[0].sha256, wrong), *known[1:]])
    with GrowingSink(str(tmp_path), LAYOUT) as sink:
        sink.remove(wrong[-1].name)
        with pytest.raises(SinkError, match="Run the same command again"):
            sink.finish()
    with GrowingSink(str(tmp_path), LAYOUT) as sink:
        assert [path for path in FIRST if sink.stamp(f"{path}.json") is None] == [post.path for post in wrong]


@pytest.mark.parametrize("data", [b"", b"\xff\n", b"{}\n", b'{"sha256":1}\n'])
def test_a_ledger_that_is_none_knows_nothing(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "ledger").write_bytes(data)
    assert ledger.load(str(tmp_path / "ledger")) == []


def test_shards_moved_by_hand_are_put_in_order_again(tmp_path: Path) -> None:
    begin(tmp_path)
    before = content(tmp_path)
    first, last = min(before), max(before)
    (tmp_path / first).rename(tmp_path / "x")
    (tmp_path / last).rename(tmp_path / first)
    (tmp_path / "x").rename(tmp_path / last)
    (tmp_path / "part-00777.jsonl").write_bytes(before[first])
    with GrowingSink(str(tmp_path), LAYOUT) as sink:
        assert all(sink.stamp(f"{path}.json") for path in FIRST)
        sink.finish()
    assert content(tmp_path) == before


def test_a_record_whose_path_no_file_could_have_leaves_its_shard_without_one(tmp_path: Path) -> None:
    long = "/".join(["x" * 250] * 20)
    with GrowingSink(str(tmp_path), LAYOUT) as sink:
        for path in ("a", long, "z"):
            sink.write(f"{path}.json", line(path))
        sink.finish()
    with GrowingSink(str(tmp_path), LAYOUT) as sink:
        sink.retire(f"{long}.json")
        sink.finish()
    assert b"".join(content(tmp_path).values()) == line("a") + line("z")
