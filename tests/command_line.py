"""The command as a user has it: started in a process of its own, on posts made for it, on a terminal or not."""

from __future__ import annotations

import ctypes
import json
import os
import pty
import subprocess
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COMMAND = [sys.executable, "-m", "newsingest"]
GUARD = 60  # seconds after which a process is taken to hang

POST = "---\ntitle: {title}\ndate: 2024-05-01T08:00:00Z\n---\n<p>The harbour reopens on Monday.</p>\n"
WITHOUT_ZONE = POST.replace("00Z", "00")
BROKEN = b"---\ntitle: Broken\n---\n<p>abc \xff\xff</p>\n"


def make(root: Path, *names: str, post: str = POST) -> Path:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(post.format(title=name.partition(".")[0]), encoding="utf-8")
    root.mkdir(parents=True, exist_ok=True)
    return root


def environment(**more: str) -> dict[str, str]:
    dropped = ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS")
    kept = {name: value for name, value in os.environ.items() if name not in dropped}
    return kept | {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNINGS": "error", "TERM": "xterm-256color"} | more


def command(
    *args: str | Path, cwd: Path, stdin: bytes = b"", before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [*COMMAND, *map(str, args)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        timeout=GUARD,
        check=False,
        env=environment(),
        preexec_fn=before,
    )


def as_any_user() -> None:
    """Let a file's mode hold for root too: give up what reads and writes past it. Run before the command."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def said(result: subprocess.CompletedProcess[bytes]) -> list[str]:
    assert b"Traceback" not in result.stderr
    assert b"\x1b" not in result.stderr
    return result.stderr.decode().splitlines()


def records(out: Path) -> dict[str, Any]:
    paths = sorted(path for path in out.rglob("*") if path.is_file() and ".newsingest" not in path.parts)
    return {str(path.relative_to(out)): json.loads(path.read_bytes()) for path in paths}


def on_terminal(*args: str | Path, cwd: Path, stdout: bool = True, **env: str) -> tuple[int, str]:
    """Run the command on a terminal, or with standard error alone on one; give its status and what was shown."""
    master, slave = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, *map(str, args)],
        cwd=cwd,
        stdin=subprocess.DEVNULL,
        stdout=slave if stdout else subprocess.DEVNULL,
        stderr=slave,
        env=environment(**env),
    ) as process:
        os.close(slave)
        shown = b""
        with suppress(OSError):  # Linux says so when the other end is closed
            while chunk := os.read(master, 4096):
                shown += chunk
        os.close(master)
        return process.wait(GUARD), shown.decode()


def start(*args: str, cwd: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [*COMMAND, *args],
        cwd=cwd,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
    )


def errors(process: subprocess.Popen[bytes]) -> bytes:
    assert process.stderr is not None
    result = process.stderr.read()
    for stream in (process.stdin, process.stdout, process.stderr):
        assert stream is not None
        stream.close()
    return result
