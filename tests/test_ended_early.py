"""Runs that end early: by a signal, or for want of room."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import sys
import time
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
    records,
    said,
    start,
)
from nightly import processes_in, wait_until

if TYPE_CHECKING:
    from pathlib import Path

# Stands for a signal that comes while a module is imported.
INTERRUPTED = """
import sys
class Finder:
    def find_spec(self, name, path=None, target=None):
        if name == {!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Finder())
"""


def test_a_full_disk_stops_the_run_and_leaves_whole_records_only(tmp_path: Path) -> None:
    source = make(tmp_path / "posts", "a.md", "c.md")
    body = "".join(f"<p>Sentence number {number} of a long report.</p>\n" for number in range(6000))
    (source / "b.md").write_text(POST.format(title="Long") + body, encoding="utf-8")

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    result = command("parse", "posts", "-o", "out", cwd=tmp_path, before=limit)
    assert result.returncode == 3
    assert said(result)[0].startswith("stopped: out/b.json: cannot be written: File too large. Make room")
    assert said(result)[-1].startswith("1 post: 1 written")
    assert set(records(tmp_path / "out")) <= {"a.json", "c.json"}
    assert not (tmp_path / "out" / ".newsingest" / "tmp").exists()
    assert command("parse", "posts", "-o", "out", cwd=tmp_path).returncode == 0
    assert list(records(tmp_path / "out")) == ["a.json", "b.json", "c.json"]


@pytest.mark.parametrize(
    "args", [["parse", "posts", "-o", "out", "--report", "r"], ["convert", "-", "o", "--format", "md"]]
)
def test_no_room_for_temporary_files_is_said_to_be_so(tmp_path: Path, args: list[str]) -> None:
    make(tmp_path / "posts", "a.md")
    nowhere = (
        "import sys, tempfile; from newsingest.cli import main; tempfile._candidate_tempdir_list = lambda: ['gone']"
    )
    result = subprocess.run(
        [sys.executable, "-c", f"{nowhere}; sys.argv[1:] = {args!r}; main()"],
        cwd=tmp_path, stdin=subprocess.DEVNULL, capture_output=True, timeout=GUARD, check=False, env=environment(),
    )  # fmt: skip
    assert result.returncode == 3
    assert said(result)[0].startswith("stopped: temporary files: cannot be written: No usable temporary directory")
    assert "Set TMPDIR to a folder with room" in said(result)[0]


def halfway(tmp_path: Path) -> subprocess.Popen[bytes]:
    """Start a run that has written one folder and now waits for a post on standard input."""
    make(tmp_path / "posts", *(f"{number:02}.md" for number in range(20)))
    process = start("parse", "posts", "-", "-o", "out", cwd=tmp_path)
    deadline = time.monotonic() + GUARD
    while len(list((tmp_path / "out" / "posts").glob("*.json"))) < 20:  # two workers end in any order
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.01)
    return process


def test_ctrl_c_ends_the_run_cleanly(tmp_path: Path) -> None:
    process = halfway(tmp_path)
    process.send_signal(signal.SIGINT)
    assert process.wait(GUARD) == 130
    lines = errors(process).decode().splitlines()
    assert lines[0].startswith("interrupted: ")
    assert lines[1].startswith("20 posts: 20 written")
    assert len(lines) == 2
    assert len(records(tmp_path / "out")) == 20
    assert not (tmp_path / "out" / ".newsingest" / "tmp").exists()


ENTRY = "import sys; from newsingest.__main__ import main; sys.exit(main())"  # as pip writes it


@pytest.mark.parametrize("module", ["click", "newsingest.cli", "newsingest.commands.parse"])
@pytest.mark.parametrize("start", [COMMAND[1:], ["-c", ENTRY]], ids=["module", "script"])
def test_ctrl_c_amid_imports_leaves_no_traceback(tmp_path: Path, module: str, start: list[str]) -> None:
    (tmp_path / "sitecustomize.py").write_text(INTERRUPTED.format(module))
    path = os.pathsep.join([str(tmp_path), *sys.path])
    result = subprocess.run(
        [sys.executable, *start, "parse", "--help"],
        cwd=tmp_path, capture_output=True, timeout=GUARD, check=False, env=environment(PYTHONPATH=path),
    )  # fmt: skip
    silent = module != "newsingest.commands.parse"
    assert (result.returncode, result.stdout, result.stderr) == (130, b"", b"" if silent else b"\ninterrupted\n")


@pytest.mark.parametrize(
    ("args", "left"),
    [
        (["-o", "out", "--check"], "not all posts were checked; nothing was written."),
        (["-o", "-"], "the lines written so far are whole; the same command begins anew."),
    ],
)
def test_an_interrupted_run_says_what_it_leaves(tmp_path: Path, args: list[str], left: str) -> None:
    make(tmp_path / "posts", *(f"{number:02}.md" for number in range(20)))
    process = start("parse", "posts", "-", "--report", "run.json", *args, cwd=tmp_path)
    wait_until(lambda: len(processes_in(tmp_path)) > 1)  # it has workers, and waits for standard input
    process.send_signal(signal.SIGINT)
    assert process.wait(GUARD) == 130
    assert f"interrupted: {left}" in errors(process).decode().splitlines()


def test_a_killed_run_leaves_whole_records_and_the_next_one_tidies_up(tmp_path: Path) -> None:
    process = halfway(tmp_path)
    process.kill()
    process.wait(GUARD)
    errors(process)
    assert len(records(tmp_path / "out")) == 20
    assert (tmp_path / "out" / ".newsingest" / "tmp").exists()
    assert command("parse", "posts", "-o", "out/posts", cwd=tmp_path).returncode == 0
    assert command("parse", "posts", "-", "-o", "out", cwd=tmp_path).returncode == 1
    assert not (tmp_path / "out" / ".newsingest" / "tmp").exists()
