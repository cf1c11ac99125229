"""Standard output that fails: every command says so, or ends quietly where nobody reads, and never with a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from readings import POSTS, RECORDS, names, post_path
from scratch import GUARD, environment

if TYPE_CHECKING:
    from collections.abc import Callable

ONE = str(min(RECORDS.rglob("*.json")))
COMMANDS = [
    ["parse", "--help"],
    ["parse", str(POSTS), "-o", "-"],
    ["parse", str(POSTS), "-o", "records", "--check", "--diff"],
    ["inspect", str(post_path(names()[0]))],
    ["inspect", str(post_path(names()[0])), "--json"],
    ["inspect", str(post_path(names()[0])), "--html", "-"],
    ["diff", str(RECORDS), ONE],
    ["diff", str(RECORDS), ONE, "--json"],
    ["convert", str(RECORDS), "-"],
    ["validate", str(RECORDS), "--json"],
    ["stats", str(RECORDS)],
    ["stats", str(RECORDS), "--json"],
    ["stats", str(RECORDS), "--html", "-"],
    ["schema"],
    ["profiles", "list"],
    ["profiles", "list", "--json"],
    ["profiles", "show", "generic"],
]
HELP = [["--help"], ["--version"]]


def run(
    arguments: list[str], stdout: int, folder: os.PathLike[str], before: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    os.makedirs(os.path.join(folder, "records"))  # noqa: PTH103, PTH118 - which hold none
    return subprocess.run(
        [sys.executable, "-m", "newsingest", *arguments],
        cwd=folder,
        stdout=stdout,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        timeout=GUARD,
        check=False,
        env=environment(),
        preexec_fn=before,
    )


@pytest.mark.parametrize("arguments", COMMANDS + HELP, ids=" ".join)
def test_a_full_disk(arguments: list[str], tmp_path: os.PathLike[str]) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    result = run(arguments, full, tmp_path)
    os.close(full)
    assert result.returncode == 3
    assert result.stderr.startswith("stopped: standard output: cannot be written: No space left on device. ")
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", COMMANDS + HELP, ids=" ".join)
def test_a_reader_that_is_gone(arguments: list[str], tmp_path: os.PathLike[str]) -> None:
    theirs, ours = os.pipe()
    os.close(theirs)
    result = run(arguments, ours, tmp_path)
    os.close(ours)
    assert (result.returncode, result.stderr) == (141, "")


@pytest.mark.parametrize("arguments", COMMANDS + HELP, ids=" ".join)
def test_none_at_all(arguments: list[str], tmp_path: os.PathLike[str]) -> None:
    result = run(arguments, subprocess.DEVNULL, tmp_path, before=lambda: os.close(1))
    assert result.returncode in {0, 1, 3}, result.stderr  # 1: what is compared differs
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize("arguments", [*COMMANDS, ["profiles", "show", "own.yaml"]], ids=" ".join)
def test_a_locale_without_chinese(
    arguments: list[str], tmp_path: os.PathLike[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(os.path.join(tmp_path, "own.yaml"), "w", encoding="utf-8") as file:  # noqa: PTH118, PTH123
        file.write("name: own\nlines: {drop: [海港日报]}\n")
    monkeypatch.setenv("PYTHONIOENCODING", "latin-1")
    result = run(arguments, subprocess.PIPE, tmp_path)
    assert result.returncode in {0, 1}, result.stderr  # 1: what is compared differs
    assert "Traceback" not in result.stderr
