"""Scratch repositories of posts and records, and processes run in them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
GUARD = 300  # seconds after which a process is taken to hang

_DROPPED = ("NO_COLOR", "FORCE_COLOR", "GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE")


def environment(**more: str) -> dict[str, str]:
    """The environment of a user who has this very newsingest on PATH."""
    kept = {name: value for name, value in os.environ.items() if name not in _DROPPED}
    path = os.pathsep.join((str(BIN), os.environ.get("PATH", os.defpath)))
    built = {"CFLAGS": "-O0"}  # what pip builds in a test runs for moments, and is built in a third of the time
    return kept | built | {"PATH": path, "PYTHONUTF8": "1", "GIT_CONFIG_GLOBAL": os.devnull} | more


def run(*arguments: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, arguments)),
        cwd=cwd,
        env=environment(**env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        timeout=GUARD,
        check=False,
    )


def newsingest(*arguments: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    result = run(sys.executable, "-m", "newsingest", *arguments, cwd=cwd, **env)
    assert "Traceback" not in result.stderr
    return result


def make_repository(folder: Path) -> Path:
    made = run("sh", ROOT / "tests" / "scratch-repository", folder, cwd=folder.parent)
    assert made.returncode == 0, made.stderr
    return folder


def edit(path: Path, old: str, new: str) -> None:
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new), encoding="utf-8")


def tree(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    """Every file and folder with its mode, the time it changed, and the bytes of the files."""
    found = {}
    for path in (folder, *sorted(folder.rglob("*"))):
        status = path.lstat()
        data = path.read_bytes() if path.is_file() else b""
        found[str(path)] = (status.st_mode, status.st_mtime_ns, data)
    return found


def pip_reaches_registry(folder: Path) -> str:
    """Why pip cannot install here; empty where it can."""
    result = run(sys.executable, "-m", "pip", "download", "-q", "--no-deps", "setuptools", "-d", folder, cwd=folder)
    return "" if result.returncode == 0 else f"pip cannot install here: {result.stderr.strip().splitlines()[-1:]}"


def copy_project(folder: Path) -> Path:
    """Copy what pip needs to build the package, and what others read from the repository, as they are now."""
    folder.mkdir()
    for name in ("pyproject.toml", "setup.py", "README.md", "LICENSE", "src", ".pre-commit-hooks.yaml", "action.yml"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    return folder


def yaml_block(page: str, first_word: str) -> str:
    """The YAML block of a page in docs that begins with this word."""
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    [block] = [
        block
        for block in re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
        if block.startswith(first_word)
    ]
    return str(block)
