"""docs/corpus.md says what is so: all its commands, then each of its programs, on output made of the fixtures."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from readings import FIXTURES

PAGE = (FIXTURES.parent / "docs" / "corpus.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [line.removeprefix("$ ") for name, block in BLOCKS if name == "console" for line in block.splitlines()]
SCRIPTS = [pytest.param(block, id=block.split()[1]) for name, block in BLOCKS if name == "python"]
LINES = [line for name, block in BLOCKS if name == "sh" for line in block.splitlines()]
needs_pyarrow = pytest.mark.skipif(
    importlib.util.find_spec("pyarrow") is None, reason="pyarrow is not installed: pip install '.[parquet]'"
)


def run(arguments: list[str], folder: Path) -> str:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    offline = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(folder / "hf"), "HF_DATASETS_DISABLE_PROGRESS_BARS": "1"}
    done = subprocess.run(
        arguments,
        cwd=folder,
        env={**os.environ, **offline, "PATH": path, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder where all commands of the page have run, in its order."""
    folder = tmp_path_factory.mktemp("corpus")
    shutil.copytree(FIXTURES / "posts", folder / "fixtures" / "posts")
    for command in COMMANDS:
        run(["sh", "-c", command], folder)
    return folder


def test_there_is_something_to_check() -> None:
    assert (len(COMMANDS), len(SCRIPTS), len(LINES)) == (17, 4, 3)


@needs_pyarrow
def test_commands_made_what_the_page_says(corpus: Path) -> None:
    assert (corpus / "shards" / "part-00000.jsonl").is_file()
    assert (corpus / "nightly" / "part-00000.jsonl.gz").read_bytes() == (
        corpus / "gz" / "part-00000.jsonl.gz"
    ).read_bytes()
    assert (corpus / "gz" / "part-00000.jsonl.gz").is_file()
    records = corpus / "records"
    for path in records.rglob("*.json"):
        assert (corpus / "again" / path.relative_to(records)).read_bytes() == path.read_bytes()
    for folder, suffix in (("site", ".md"), ("texts", ".txt"), ("content", ".md")):
        assert len([*(corpus / folder).rglob(f"*{suffix}")]) == 14


@needs_pyarrow
@pytest.mark.parametrize("script", SCRIPTS)
def test_programs_run(script: str, corpus: Path) -> None:
    for name in re.findall(r"^(?:import|from) (\w+)", script, re.MULTILINE):
        if importlib.util.find_spec(name) is None:
            pytest.skip(f"{name} is not installed: pip install '.[corpus-test]'")
    assert run([sys.executable, "-c", script], corpus).strip()


@needs_pyarrow
@pytest.mark.parametrize("line", LINES)
def test_filters_for_jq_find_something(line: str, corpus: Path) -> None:
    if shutil.which("jq") is None:
        pytest.skip("jq is not installed: apt-get install jq")
    assert run(["sh", "-c", line], corpus).strip()


@pytest.mark.parametrize("name", ["convert", "validate", "stats"])
def test_option_tables_are_complete(name: str, tmp_path: Path) -> None:
    shown = run([sys.executable, "-m", "newsingest", name, "--help"], tmp_path)
    options = set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", shown, re.MULTILINE)) - {"--help"}
    [part] = re.findall(rf"^## {name.title()}\n(.*?)^## ", PAGE, re.MULTILINE | re.DOTALL)
    assert {
        option for row in re.findall(r"^\| (`-.*?) \|", part, re.MULTILINE) for option in re.findall(r"--[a-z-]+", row)
    } == options
