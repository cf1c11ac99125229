"""Runs that are killed, interrupted, held up or out of room, as real processes; then the next night."""

from __future__ import annotations

import fcntl
import json
import os
import random
import resource
import shutil
import signal
import subprocess
import termios
import time
from array import array
from typing import TYPE_CHECKING

import pytest

from command_line import COMMAND, GUARD
from nightly import (
    AT_REST,
    POST,
    command,
    kept,
    last_line,
    marks,
    post,
    processes_in,
    records,
    settle,
    start,
    wait_until,
)

# All 200 take five minutes: `NEWSINGEST_KILLS=200 pytest tests/test_nightly.py -k killed`
KILLS = int(os.environ.get("NEWSINGEST_KILLS", "12"))
SLOW = "".join(f"<p>Sentence {number} of a long report, http://example.com/{number}.</p>\n" for number in range(3000))


if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def posts(root: Path, number: int = 40) -> Path:
    for each in range(number):
        post(root / f"{each % 5}" / f"{each:02}.md")
    return root


def slow_posts(root: Path, number: int) -> Path:
    for each in range(number):
        path = root / f"{each:03}.md"
        path.parent.mkdir(exist_ok=True)
        path.write_text(POST.format(title=each) + SLOW, encoding="utf-8")
        settle(path)
    return root


def test_runs_killed_at_any_moment_end_like_one_clean_run(tmp_path: Path) -> None:
    source = posts(tmp_path / "posts")
    begun = time.monotonic()
    assert command("parse", source, "-o", "clean", cwd=tmp_path).returncode == 0
    usual = time.monotonic() - begun
    clean = records(tmp_path / "clean")
    assert len(clean) == 40
    chance = random.Random(9)  # noqa: S311 - repeatable is what it must be
    cut_short = 0
    for _ in range(KILLS):
        shutil.rmtree(tmp_path / "out", ignore_errors=True)
        process = start("parse", source, "-o", "out", cwd=tmp_path)
        time.sleep(chance.uniform(0.4, 1.1) * usual)
        process.kill()
        process.communicate(timeout=GUARD)
        for name, data in records(tmp_path / "out").items():
            assert data == clean[name]
        cut_short += len(records(tmp_path / "out")) < len(clean)
        again = command("parse", source, "-o", "out", cwd=tmp_path)
        assert again.returncode == 0, again.stderr.decode()
        assert records(tmp_path / "out") == clean
        assert kept(tmp_path / "out") == AT_REST
        assert processes_in(tmp_path) == set()
    assert cut_short


def test_one_output_survives_many_kills(tmp_path: Path) -> None:
    source = posts(tmp_path / "posts")
    chance = random.Random(4)  # noqa: S311
    for turn in range(10):
        for path in sorted(source.rglob("*.md"))[turn::3]:
            post(path, f"{path.stem} as of {turn}", age=turn + 1)
        process = start("parse", source, "-o", "out", cwd=tmp_path)
        time.sleep(chance.uniform(0.1, 0.4))
        process.kill()
        process.communicate(timeout=GUARD)
    assert command("parse", source, "-o", "out", cwd=tmp_path).returncode == 0
    assert command("parse", source, "-o", "clean", cwd=tmp_path).returncode == 0
    assert records(tmp_path / "out") == records(tmp_path / "clean")
    assert kept(tmp_path / "out") == AT_REST


@pytest.mark.parametrize(("asked", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_run_soon_and_what_was_done_is_known(tmp_path: Path, asked: int, status: int) -> None:
    source = slow_posts(tmp_path / "posts", 60)
    process = start("parse", source, "-o", "out", "--report", "run.json", "-q", cwd=tmp_path)
    wait_until(lambda: len(records(tmp_path / "out")) > 5)
    process.send_signal(asked)
    _, err = process.communicate(timeout=GUARD)
    lines = err.decode().splitlines()
    assert process.returncode == status
    assert lines[0].startswith("interrupted: ")
    assert len(lines) == 2
    made = marks(tmp_path / "out")
    assert len(made) < 60
    report = json.loads((tmp_path / "run.json").read_bytes())
    assert (report["status"], report["interrupted"]) == (status, signal.Signals(asked).name)
    assert report["written"] == len(made)
    assert kept(tmp_path / "out") == AT_REST
    again = command("parse", source, "-o", "out", cwd=tmp_path)
    assert f"{60 - len(made)} written, {len(made)} unchanged" in last_line(again)
    assert made.items() <= marks(tmp_path / "out").items()


def test_two_signals_at_one_time_are_one_wish(tmp_path: Path) -> None:
    source = slow_posts(tmp_path / "posts", 60)
    process = start("parse", source, "-o", "out", "-q", cwd=tmp_path)
    wait_until(lambda: len(records(tmp_path / "out")) > 5)
    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=GUARD)
    assert process.returncode in {130, 143}
    assert err.startswith(b"interrupted: ")


def test_a_signal_that_is_ignored_stays_so(tmp_path: Path) -> None:
    source = slow_posts(tmp_path / "posts", 20)

    def as_in_the_background() -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)

    process = start("parse", source, "-o", "out", "-q", cwd=tmp_path, before=as_in_the_background)
    wait_until(lambda: len(records(tmp_path / "out")) > 1)
    process.send_signal(signal.SIGINT)
    assert process.communicate(timeout=GUARD) == (b"", b"")
    assert process.returncode == 0
    assert len(records(tmp_path / "out")) == 20


@pytest.fixture(params=["large", "small"])
def stalled(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[subprocess.Popen[bytes]]:
    """A run whose reader does not read, so that a write in it does not end, nor a flush where lines are held back."""
    os.mkfifo(tmp_path / "pipe")
    writer = os.open(tmp_path / "pipe", os.O_RDWR)
    source = slow_posts(tmp_path / "posts", 40) if request.param == "large" else posts(tmp_path / "posts", 500)
    process = subprocess.Popen(
        [*COMMAND, "parse", str(source), "-o", "-"],
        stdin=subprocess.DEVNULL, stdout=writer, stderr=subprocess.DEVNULL, cwd=tmp_path,
    )  # fmt: skip
    waiting = array("i", [0])

    def is_full() -> bool:
        fcntl.ioctl(writer, termios.FIONREAD, waiting)
        return waiting[0] > 1 << 15

    wait_until(is_full)
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        os.close(writer)
    wait_until(lambda: not processes_in(tmp_path))


def test_a_signal_ends_a_run_whose_reader_stands_still(stalled: subprocess.Popen[bytes]) -> None:
    stalled.send_signal(signal.SIGTERM)
    assert stalled.wait(GUARD) in {-signal.SIGTERM, 143}


def test_a_second_signal_ends_at_once(stalled: subprocess.Popen[bytes]) -> None:
    stalled.send_signal(signal.SIGTERM)
    time.sleep(0.8)
    stalled.send_signal(signal.SIGTERM)
    assert stalled.wait(GUARD) in {-signal.SIGTERM, 143}


def test_a_signal_while_waiting_for_the_lock(tmp_path: Path) -> None:
    posts(tmp_path / "posts", 3)
    first = holding(tmp_path)
    second = start("parse", "posts", "-o", "out", "--wait", "60", cwd=tmp_path)
    time.sleep(1)
    second.send_signal(signal.SIGTERM)
    _, err = second.communicate(timeout=GUARD)
    assert second.returncode == 143
    assert err.startswith(b"interrupted: ")
    first.kill()
    first.communicate()


def holding(folder: Path) -> subprocess.Popen[bytes]:
    """Start a run that holds ``out`` and does not end: it waits for a post on standard input."""
    read, write = os.pipe()
    process = subprocess.Popen(
        [*COMMAND, "parse", "posts", "-", "-o", "out", "--timeout", "0"],
        cwd=folder, stdin=read, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    os.close(read)
    process.stdin = os.fdopen(write, "wb")
    wait_until((folder / "out" / ".newsingest" / "holder").exists)
    wait_until(lambda: any(name.startswith("posts/") for name in records(folder / "out")))
    return process


def test_the_second_of_two_runs_ends_at_once_and_says_who_has_the_lock(tmp_path: Path) -> None:
    posts(tmp_path / "posts", 3)
    first = holding(tmp_path)
    second = command("parse", "posts", "-o", "out", "--report", "run.json", cwd=tmp_path)
    assert second.returncode == 75
    assert f"another run is writing to out: process {first.pid} on {os.uname().nodename}, since 20" in str(
        second.stderr
    )
    assert json.loads((tmp_path / "run.json").read_bytes())["status"] == 75
    status = command("status", "out", cwd=tmp_path)
    assert f"A run is going on: process {first.pid}" in status.stdout.decode()
    waiting = start("parse", "posts", "-o", "out", "--wait", "60", cwd=tmp_path)
    time.sleep(0.5)
    assert waiting.poll() is None
    first.communicate(POST.format(title="Last").encode(), timeout=GUARD)
    assert first.returncode == 0
    waiting.communicate(timeout=GUARD)
    assert waiting.returncode == 0


def test_the_lock_of_a_killed_run_blocks_nobody_even_while_its_worker_hangs(tmp_path: Path) -> None:
    source = slow_posts(tmp_path / "posts", 1)
    path = source / "000.md"
    path.write_text(POST.format(title="x") + SLOW * 60, encoding="utf-8")  # many seconds of work
    first = start("parse", source, "-o", "out", "--timeout", "0", cwd=tmp_path)
    wait_until(lambda: len(processes_in(tmp_path)) > 1)
    time.sleep(0.5)
    first.kill()
    first.communicate(timeout=GUARD)
    post(path)
    assert command("parse", source, "-o", "out", cwd=tmp_path).returncode == 0
    assert processes_in(tmp_path) == set()


def test_a_worker_that_is_killed_costs_its_post_only(tmp_path: Path) -> None:
    source = slow_posts(tmp_path / "posts", 30)
    process = start("parse", source, "-o", "out", "--jobs", "1", cwd=tmp_path)
    wait_until(lambda: len(records(tmp_path / "out")) > 2)
    (worker,) = processes_in(tmp_path) - {process.pid}
    os.kill(worker, signal.SIGKILL)
    _, err = process.communicate(timeout=GUARD)
    assert process.returncode == 1
    assert "took its worker process down (SIGKILL); the system does this when memory runs out" in err.decode()
    assert "30 posts: 29 written, 1 failed" in err.decode()
    assert last_line(command("parse", source, "-o", "out", cwd=tmp_path)).startswith("30 posts: 1 written, 29 unch")


def test_a_post_that_takes_too_long_fails_alone(tmp_path: Path) -> None:
    source = posts(tmp_path / "posts", 10)
    slow = tmp_path / "posts" / "2" / "slow.md"
    slow.write_text(POST.format(title="x") + "<p>a</p>\n" * 700_000, encoding="utf-8")
    result = command("parse", source, "-o", "out", "--timeout", "1", cwd=tmp_path)
    assert result.returncode == 1
    assert "slow.md: took longer than 1 seconds. Raise --timeout" in result.stderr.decode()
    assert last_line(result).startswith("11 posts: 10 written, 1 failed")


def test_a_post_that_needs_too_much_memory_fails_alone(tmp_path: Path) -> None:
    source = posts(tmp_path / "posts", 10)
    large = tmp_path / "posts" / "2" / "large.md"
    large.write_text(POST.format(title="x") + "<p>字" * 2_500_000, encoding="utf-8")
    result = command("parse", source, "-o", "out", "--max-memory", "256MiB", "--timeout", "0", cwd=tmp_path)
    assert result.returncode == 1
    assert "large.md: needs more memory than --max-memory allows. Raise" in result.stderr.decode()
    assert last_line(result).startswith("11 posts: 10 written, 1 failed")


def test_a_lower_limit_of_the_system_is_no_error(tmp_path: Path) -> None:
    source = posts(tmp_path / "posts", 3)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2**31, 2**31))

    assert command("parse", source, "-o", "out", cwd=tmp_path, before=limit).returncode == 0


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="only root may mount")
@pytest.mark.parametrize("size", [64, 112, 160, 240, 400])  # KiB: the state begins, grows, records are written
def test_a_full_disk_stops_the_run_and_the_next_one_goes_on(tmp_path: Path, size: int) -> None:
    source = posts(tmp_path / "posts", 120)
    out = tmp_path / "out"
    out.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", out], capture_output=True, check=False
    )
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    try:
        first = command("parse", source, "-o", "out", "--report", "run.json", cwd=tmp_path)
        assert first.returncode == 3, first.stderr.decode()
        assert b"stopped: out" in first.stderr
        assert b"Make room" in first.stderr
        assert json.loads((tmp_path / "run.json").read_bytes())["status"] == 3
        whole = records(out)
        subprocess.run(["mount", "-o", "remount,size=16m", out], check=True)
        assert command("parse", source, "-o", "out", cwd=tmp_path).returncode == 0
        command("parse", source, "-o", "clean", cwd=tmp_path)
        assert whole.items() <= records(tmp_path / "clean").items()
        assert records(out) == records(tmp_path / "clean")
        assert kept(out) == AT_REST
    finally:
        subprocess.run(["umount", out], check=True)


@pytest.mark.parametrize("size", [16_384, 40_000, 70_000])
def test_a_limit_of_file_sizes_stops_sqlite_and_is_no_more_than_that(tmp_path: Path, size: int) -> None:
    source = posts(tmp_path / "posts", 120)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    first = command("parse", source, "-o", "out", cwd=tmp_path, before=limit)
    assert first.returncode == 3
    assert "stopped: out/.newsingest/state.sqlite3: cannot be written: " in first.stderr.decode()
    assert command("parse", source, "-o", "out", cwd=tmp_path).returncode == 0
    assert len(records(tmp_path / "out")) == 120
    assert kept(tmp_path / "out") == AT_REST


def test_every_line_of_the_log_is_json_where_that_is_wanted(tmp_path: Path) -> None:
    source = posts(tmp_path / "posts", 3)
    (source / "新.md").write_bytes(b"---\ntitle: Broken\n---\n<p>abc \xff\xff</p>\n")
    (source / "empty.md").touch()
    for args, env in (([source], {}), (["gone"], {}), ([source], {"LC_ALL": "C", "PYTHONUTF8": "0"})):
        result = subprocess.run(
            [*COMMAND, "parse", *map(str, args), "-o", "out", "--log-format", "json", "-v"],
            cwd=tmp_path, capture_output=True, check=False, env=os.environ | env | {"PYTHONCOERCECLOCALE": "0"},
        )  # fmt: skip
        lines = [json.loads(line) for line in result.stderr.splitlines()]
        assert result.returncode in {1, 2}
        assert all({"time", "level", "event", "message"} <= line.keys() for line in lines)
        assert lines[-1]["event"] in {"summary", "usage"}
    assert lines[-1]["failed"] == 1
    assert any(line["event"] == "failed" and line["path"].endswith("新.md") for line in lines)
