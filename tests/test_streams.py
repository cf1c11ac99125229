"""Standard input and output: what comes and goes there, is full, closed, or read by nobody any more."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from command_line import (
    COMMAND,
    GUARD,
    POST,
    command,
    environment,
    errors,
    make,
    said,
    start,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_report_on_standard_output(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md")
    result = command("parse", "posts", "-o", "out", "--report", "-", cwd=tmp_path)
    assert (result.returncode, json.loads(result.stdout)["written"]) == (0, 1)
    assert not (tmp_path / "-").exists()


def test_standard_input_and_output(tmp_path: Path) -> None:
    result = command("parse", "-", "-o", "-", cwd=tmp_path, stdin=POST.format(title="Ferry").encode())
    assert result.returncode == 0
    (line,) = result.stdout.splitlines()
    record = json.loads(line)
    assert (record["title"], record["source"]["path"]) == ("Ferry", "stdin")
    assert list(tmp_path.iterdir()) == []
    result = command("parse", "-", "-o", "-", cwd=tmp_path, stdin=b"")
    assert result.returncode == 1
    assert said(result)[0].startswith("failed: stdin: an empty file")


@pytest.mark.parametrize(
    ("option", "reason"),
    [
        ("--timeout=0.01", "took longer than 0.01 seconds. Raise --timeout if it should be read"),
        ("--max-memory=256MiB", "needs more memory than --max-memory allows. Raise --max-memory if it should be read"),
    ],
)
def test_what_one_post_may_take_holds_for_standard_input(tmp_path: Path, option: str, reason: str) -> None:
    large = (POST + "<p>a</p><td>b" * 1_000_000).encode()
    (tmp_path / "z.md").write_bytes(large)
    alone, named, folder = (
        command("parse", source, "-o", "-", option, cwd=tmp_path, stdin=large) for source in ("-", "z.md", ".")
    )
    assert alone.returncode == named.returncode == folder.returncode == 1
    assert said(alone)[0] == f"failed: stdin: {reason}."
    assert said(named)[0] == f"failed: z.md: {reason}."
    assert said(folder)[0] == f"failed: z.md: {reason}, or leave it out with --exclude."
    assert alone.stdout == named.stdout == folder.stdout == b""


def test_lines_come_in_the_order_of_the_walk(tmp_path: Path) -> None:
    make(tmp_path / "posts", "b.md", "a/z.md", "c.md", "B.md")
    result = command("parse", "posts", "-o", "-", cwd=tmp_path)
    paths = [json.loads(line)["source"]["path"] for line in result.stdout.splitlines()]
    assert paths == ["B.md", "a/z.md", "b.md", "c.md"]


def test_a_full_standard_output_stops_the_run(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md")
    with open("/dev/full", "wb") as full:  # noqa: PTH123 - a device
        result = subprocess.run(
            [*COMMAND, "parse", "posts", "-o", "-"],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, timeout=GUARD, check=False, env=environment(),
        )  # fmt: skip
    assert result.returncode == 3
    assert said(result)[0].startswith("stopped: standard output: cannot be written: No space left on device. Mend that")


def test_a_closed_standard_output_stops_the_run(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md")
    result = command("parse", "posts", "-o", "-", cwd=tmp_path, before=lambda: os.close(1))
    assert result.returncode == 3
    assert said(result)[0].startswith("stopped: standard output: cannot be written: Bad file descriptor")


def test_a_reader_that_goes_away_ends_the_run_quietly(tmp_path: Path) -> None:
    make(tmp_path / "posts", *(f"{number}.md" for number in range(300)))
    process = start("parse", "posts", "-o", "-", cwd=tmp_path)
    assert process.stdout is not None
    process.stdout.close()
    assert process.wait(GUARD) == 141
    assert errors(process) == b""


def test_what_watches_the_process_from_its_start_hears_of_its_end(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import atexit; atexit.register(print, 'ended', flush=True)\n")
    path = os.pathsep.join([str(tmp_path), *sys.path])
    result = subprocess.run(
        [*COMMAND, "--version"], capture_output=True, timeout=GUARD, check=True, env=environment(PYTHONPATH=path)
    )
    assert result.stdout.endswith(b"\nended\n")
