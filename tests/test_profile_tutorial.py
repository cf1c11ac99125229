"""The page on profiles is what happens: its files are written, its commands run, their output compared, in its order."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from readings import FIXTURES
from test_docs import _shows as shows

PAGE = FIXTURES.parent / "docs" / "profiles.md"
# A file or the record that a block shows is the last `name` on the line above it.
BLOCK = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = re.compile(r"\d+\.\d s$", re.MULTILINE)


class Block(NamedTuple):
    name: str | None
    language: str
    text: str


def blocks() -> list[Block]:
    page = PAGE.read_text(encoding="utf-8")
    found = []
    for match in BLOCK.finditer(page):
        above = page[: match.start()].rstrip("\n").rpartition("\n")[2]
        names = [name for name in re.findall(r"`([^`\n]+)`", above) if "/" in name]
        found.append(Block(names[-1] if names else None, match["language"], match["text"]))
    return found


def run(line: str, folder: Path) -> str:
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)))
    result = subprocess.run(
        ["sh", "-c", line],
        cwd=folder,
        env={**os.environ, "PATH": path, "PYTHONUTF8": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert result.returncode == ("unknown key" in result.stdout), result.stdout
    return result.stdout


def play(block: Block, folder: Path) -> None:
    """Do what a block shows."""
    if block.language == "console":
        for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
            line, _, wanted = part.partition("\n")
            said = run(line, folder)
            if wanted:
                assert SECONDS.sub("", said) == SECONDS.sub("", wanted)
    elif block.language == "json":
        assert block.name
        record: dict[str, Any] = json.loads((folder / block.name).read_text(encoding="utf-8"))
        sample = json.loads(block.text)
        assert [key for key, value in sample.items() if not shows(value, record[key])] == []
        assert len(sample["paragraphs"]) == len(record["paragraphs"])
    else:
        assert block.name
        path = folder / block.name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")


def test_the_page_is_what_happens(tmp_path: Path) -> None:
    listed = blocks()
    assert {"html", "yaml", "toml", "json", "console"} == {block.language for block in listed}
    assert PAGE.read_text(encoding="utf-8").count("\n```") == 2 * len(listed)
    for block in listed:
        play(block, tmp_path)


def test_only_the_rule_named_by_the_page_never_fires(tmp_path: Path) -> None:
    listed = blocks()
    for block in listed:
        if block.language in ("html", "yaml"):  # the last form of each file
            play(block, tmp_path)
    report = json.loads(run("newsingest profiles check profiles/harbour-lantern.yaml posts --json", tmp_path))
    assert [rule["rule"] for rule in report["rules"] if not rule["fired"]] == [".hl-poll"]


def test_every_key_has_its_row() -> None:
    from newsingest.profiles.profile import AppliesSpec, FieldsSpec, ImagesSpec, LinesSpec, ProfileSpec  # noqa: PLC0415

    parts = {"applies": AppliesSpec, "fields": FieldsSpec, "images": ImagesSpec, "lines": LinesSpec}
    keys = {key for key in ProfileSpec.__struct_encode_fields__ if key not in parts}
    keys |= {f"{part}.{key}" for part, kind in parts.items() for key in kind.__struct_encode_fields__}
    rows = {
        name if not name.startswith(".") else f"fields{name}"
        for line in PAGE.read_text(encoding="utf-8").splitlines()
        if line.startswith("| `")
        for name in re.findall(r"`([^`]+)`", line.split("|")[1])
    }
    assert rows == keys
