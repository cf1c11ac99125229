"""Readings: what a careful editor reads in each fixture post (format in fixtures/README.md)."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
POSTS = FIXTURES / "posts"
RECORDS = FIXTURES / "records"
READINGS = FIXTURES / "readings"

CODE_INDENT = "    "


def names() -> list[str]:
    """Every fixture post's path below ``posts``, without its suffix."""
    return sorted(str(path.relative_to(POSTS).with_suffix("")) for path in POSTS.rglob("*") if path.is_file())


def post_path(name: str) -> Path:
    [path] = [path for path in (POSTS / name).parent.iterdir() if path.stem == (POSTS / name).name]
    return path


def load_record(name: str) -> dict[str, Any]:
    path = RECORDS / f"{name}.json"
    assert path.is_file(), f"no record {path}; see CONTRIBUTING.md on how to make it"
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return record


def fold(text: str) -> str:
    return " ".join(text.split())


def squeeze(text: str) -> str:
    """Take out white space, soft hyphens and zero-width characters."""
    return "".join(c for c in text if not c.isspace() and c not in "\u00ad\u200b\u200c\u200d\u2060\ufeff")


@dataclass
class Reading:
    """One reading: single values, lists, and the body as (kind, text) pairs in reading order."""

    values: dict[str, str | None] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    body: list[tuple[str, str]] = field(default_factory=list)


LISTS = ("bylines", "images", "captions", "embeds", "stocks", "links", "warnings", "dropped")
VALUES = (
    "title",
    "date",
    "author",
    "categories",
    "original_title",
    "outlet",
    "editor",
    "lead_image",
)


def load_reading(name: str) -> Reading:
    reading = read_reading(READINGS / f"{name}.txt")
    assert set(reading.values) == set(VALUES), f"{name}: missing {set(VALUES) - set(reading.values)}"
    assert set(reading.lists) == set(LISTS), f"{name}: missing {set(LISTS) - set(reading.lists)}"
    return reading


def read_reading(path: Path) -> Reading:
    """Read a reading of which any part may be missing."""
    name = path.stem
    lines = path.read_text(encoding="utf-8").splitlines()
    end = lines.index("---")
    reading = Reading()
    items: list[str] = []
    for line in lines[:end]:
        if line.startswith("- "):
            items.append(line[2:])
            continue
        key, _, value = line.partition(":")
        if key in LISTS:
            assert not value.strip(), f"{name}: the items of {key} go below it, one a line"
            items = reading.lists[key] = []
        else:
            assert key in VALUES, f"{name}: unknown line {line!r}"
            reading.values[key] = value.strip() or None
    for line in lines[end + 1 :]:
        _add_line(reading.body, line)
    return reading


def _add_line(body: list[tuple[str, str]], line: str) -> None:
    kind, text = _split_line(line)
    if kind in {"code", "table"} and body and body[-1][0] == kind:
        body[-1] = (kind, f"{body[-1][1]}\n{text}")
    else:
        body.append((kind, text))


def _split_line(line: str) -> tuple[str, str]:
    if line.startswith(CODE_INDENT):
        return "code", fold(line)
    if line.startswith("| "):
        return "table", "\t".join(fold(cell) for cell in line.strip("| ").split("|"))
    marker, _, rest = line.partition(" ")
    if marker and not marker.strip("#"):
        return f"heading {len(marker)}", fold(rest)
    if marker == "-":
        return "list-item", fold(rest)
    if marker == ">":
        return "quote", fold(rest)
    return "paragraph", fold(line)


def record_body(record: dict[str, Any]) -> list[tuple[str, str]]:
    """Set a record's headings and paragraphs out as a reading's body."""
    kinds = {block["paragraph"]: block["kind"] for block in record["blocks"]}
    body: list[tuple[str, str]] = []
    for section in record["sections"]:
        if section["heading"] is not None:
            body.append((f"heading {section['level']}", fold(section["heading"])))
        for number in range(section["start"], section["end"]):
            kind = kinds.get(number, "paragraph")
            body.append((kind, _paragraph_text(kind, record["paragraphs"][number])))
    return body


def _paragraph_text(kind: str, text: str) -> str:
    if kind == "code":
        return "\n".join(fold(line) for line in text.splitlines() if line.strip())
    if kind == "table":
        return text
    return " / ".join(fold(line) for line in text.split("\n"))
