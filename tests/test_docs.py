"""README and docs say what is so: commands and Python shown run, options listed exist, the sample is a record."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from readings import FIXTURES, RECORDS

ROOT = FIXTURES.parent
# The commands of corpus.md build on one another, and its programs need packages of their own: test_corpus_docs.py
PAGES = sorted([ROOT / "README.md", *(path for path in (ROOT / "docs").glob("*.md") if path.name != "corpus.md")])
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def _blocks(page: Path, language: str) -> list[str]:
    return [text for name, text in FENCE.findall(page.read_text(encoding="utf-8")) if name == language]


# The commands of one block run one after the other in one folder: a later one may need what an earlier one made.
COMMANDS = [
    pytest.param(
        [line.removeprefix("$ ") for line in block.splitlines() if line.startswith("$ ")], id=f"{page.stem}-{number}"
    )
    for page in PAGES
    if page.name != "profiles.md"  # whose commands belong together: test_profile_tutorial runs them
    for number, block in enumerate(_blocks(page, "console"), 1)
]
SCRIPTS = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, block in enumerate(_blocks(page, "python"), 1)
]


def _run(arguments: list[str], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    return subprocess.run(
        arguments,
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder that has the fixture posts and records where a clone has them."""
    for name in ("posts", "records"):
        shutil.copytree(FIXTURES / name, tmp_path / "fixtures" / name)
    return tmp_path


def test_there_is_something_to_check() -> None:
    assert COMMANDS
    assert SCRIPTS


@pytest.mark.parametrize("commands", COMMANDS)
def test_commands_run(commands: list[str], clone: Path) -> None:
    for command in commands:
        assert command.startswith("newsingest "), "console blocks show this command only"
        run = _run(["sh", "-c", command], clone)
        fine = {0, 1} if command.startswith("newsingest diff ") else {0}
        assert run.returncode in fine, run.stderr


@pytest.mark.parametrize("script", SCRIPTS)
def test_python_runs(script: str, clone: Path) -> None:
    run = _run([sys.executable, "-c", script], clone)
    assert run.returncode == 0, run.stderr
    assert run.stdout.strip(), "an example prints what it shows"


def test_option_table_is_complete() -> None:
    run = _run([sys.executable, "-m", "newsingest", "parse", "--help"])
    assert run.returncode == 0, run.stderr
    options = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", run.stdout)) - {"--help"}
    page = (ROOT / "docs" / "command.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
    assert set(re.findall(r"--[a-z]+(?:-[a-z]+)*", " ".join(rows))) == options


def test_readme_has_its_two_commands() -> None:
    blocks = _blocks(ROOT / "README.md", "sh")
    assert [len(block.splitlines()) for block in blocks] == [1, 1]
    assert "newsingest parse fixtures/posts -o out" in blocks[0]
    assert blocks[1].rstrip().endswith("-m pytest")


def _shows(sample: Any, real: Any) -> bool:
    """Whether ``sample`` is ``real`` shortened: fewer keys, fewer items at the end, text cut at ``…``."""
    if isinstance(sample, dict):
        return all(key in real and _shows(value, real[key]) for key, value in sample.items())
    if isinstance(sample, list):
        return len(sample) <= len(real) and all(map(_shows, sample, real))
    if isinstance(sample, str) and sample.endswith("…"):
        return isinstance(real, str) and real.startswith(sample[:-1])
    return bool(sample == real)


def test_readme_sample_is_a_record() -> None:
    [block] = _blocks(ROOT / "README.md", "json")
    sample = json.loads(block)
    record = json.loads((RECORDS / sample["source"]["path"]).with_suffix(".json").read_text(encoding="utf-8"))
    assert [key for key, value in sample.items() if not _shows(value, record[key])] == []


def test_every_warning_code_has_its_row() -> None:
    calls = re.compile(r'(?:PostWarning|_guess)\(\s*"([a-z0-9-]+)"')
    sources = (ROOT / "src" / "newsingest").rglob("*.py")
    codes = {code for path in sources for code in calls.findall(path.read_text(encoding="utf-8"))}
    rows = re.findall(
        r"^\| `([a-z0-9-]+)` \|", (ROOT / "docs" / "warnings.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert sorted(codes) == rows
