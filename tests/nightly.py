"""What tests of nightly runs share: a folder of posts, the real command, what it left behind."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from command_line import COMMAND, GUARD
from newsingest.cli import cli

if TYPE_CHECKING:
    from collections.abc import Callable

POST = "---\ntitle: {title}\ndate: 2024-05-01T08:00:00Z\n---\n<p>The harbour reopens on Monday, {title}.</p>\n"
LONG_AGO = 1_700_000_000_000_000_000


class Mark(NamedTuple):
    """What tells whether a file was written again."""

    inode: int
    mtime_ns: int


def post(path: Path, title: str | None = None, *, age: int = 0) -> Path:
    """Write a post that was last changed long ago, so that its time is trusted."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(POST.format(title=title or path.stem), encoding="utf-8")
    return settle(path, age)


def settle(path: Path, age: int = 0) -> Path:
    os.utime(path, ns=(LONG_AGO + age, LONG_AGO + age))
    return path


def start(*args: str | Path, cwd: Path, before: Callable[[], None] | None = None) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *map(str, args)],
        cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=before,  # noqa: PLW1509 - no threads here
        env=os.environ | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "error"},
    )  # fmt: skip


def command(
    *args: str | Path, cwd: Path, before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[bytes]:
    with start(*args, cwd=cwd, before=before) as process:
        out, err = process.communicate(timeout=GUARD)
    assert b"Traceback" not in err, err.decode()
    return subprocess.CompletedProcess(process.args, process.returncode, out, err)


def inside(*args: str | Path, cwd: Path) -> subprocess.CompletedProcess[bytes]:
    """Run the command in this process, which is quicker; its workers are processes of their own all the same."""
    err, out = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stderr(err), contextlib.redirect_stdout(out):
        try:
            status = cli.main([*map(str, args)], prog_name="newsingest", standalone_mode=False)
        except click.ClickException as error:
            error.show()
            status = error.exit_code
    return subprocess.CompletedProcess(args, status, out.getvalue().encode(), err.getvalue().encode())


def last_line(result: subprocess.CompletedProcess[bytes]) -> str:
    """Give the summary without its time."""
    return result.stderr.decode().splitlines()[-1].rpartition(",")[0]


def run(folder: Path, *args: str, status: int = 0, source: str = "posts") -> str:
    result = inside("parse", source, "-o", "out", *args, cwd=folder)
    assert result.returncode == status, result.stderr.decode()
    return last_line(result)


def six_posts(folder: Path) -> Path:
    """Make a folder with posts that were all written the night before."""
    for name in "abcdef":
        post(folder / "posts" / f"{name}.md")
    assert run(folder) == "6 posts: 6 written, 0 failed, 0 skipped, 0 warnings"
    return folder


def records(out: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(out)): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and ".newsingest" not in path.parts
    }


def marks(out: Path) -> dict[str, Mark]:
    status = {name: (out / name).stat() for name in records(out)}
    return {name: Mark(each.st_ino, each.st_mtime_ns) for name, each in status.items()}


def kept(out: Path) -> set[str]:
    """List what is in the folder of the state."""
    state = out / ".newsingest"
    return {str(path.relative_to(state)) for path in state.rglob("*") if path.is_file()}


AT_REST = {".gitignore", "lock", "state.sqlite3"}


def processes_in(folder: Path) -> set[int]:
    """List the processes that stand in a folder: a run's, and its workers'."""
    found = set()
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == folder and "newsingest" in (entry / "cmdline").read_text():
                    found.add(int(entry.name))
            except OSError:  # it ended meanwhile
                continue
    return found


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + GUARD
    while not condition():
        assert time.monotonic() < deadline, "this never happens"
        time.sleep(0.01)
