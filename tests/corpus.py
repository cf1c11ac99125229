"""Corpora of records made up for tests: small, consistent, and as many as a test needs."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from newsingest.record import (
    SCHEMA,
    Block,
    Image,
    Link,
    PostWarning,
    Record,
    Section,
    Source,
    Stock,
    encode_file,
    encode_line,
)

if TYPE_CHECKING:
    from pathlib import Path

TEXT = "港口周一重新开放，渡轮每小时一班；The harbour reopens on Monday.\n第二行"


def identity(path: str) -> str:
    return hashlib.sha256(path.encode()).hexdigest()[:16]


def make_record(path: str = "a/b.md", **fields: Any) -> Record:
    """Make a record in which everything fits; fields replace its own."""
    raw = f"post {path}".encode()
    paragraphs = [TEXT, f"Of {path}", "one\ttwo\nthree\tfour", "an item"]
    values: dict[str, Any] = {
        "schema": SCHEMA,
        "id": identity(path),
        "source": Source(path, hashlib.sha256(raw).hexdigest(), len(raw), "utf-8", "generic"),
        "title": f"Title of {path}",
        "original_title": None,
        "author": "港口日报",
        "bylines": [],
        "editor": None,
        "outlet": None,
        "date": "2024-05-01T08:00:00Z",
        "categories": ["新闻", "港口"],
        "tags": [],
        "lead_image": None,
        "images": [Image("https://example.com/a.jpg", "渡轮", None, 640, None, 1)],
        "embeds": [],
        "paragraphs": paragraphs,
        "sections": [Section(None, 0, 0, 2), Section("时刻表", 1, 2, 4)],
        "blocks": [Block(2, "table", [["one", "two"], ["three", "four"]]), Block(3, "list-item", None)],
        "links": [
            Link("https://example.com/", "渡轮", 0, 9, 11),
            Link("https://example.com/", "a caption's", None, None, None),
        ],
        "stocks": [Stock("sh688999", "SSE", "688999", "港口", 0, 0, 2)],
        "front_matter": {"comments": "false", "deep": {"list": ["1", "2"], "none": None}},
        "warnings": [PostWarning("heading-guessed", "时刻表")],
    }
    return Record(**(values | fields))


def write_files(folder: Path, *records: Record) -> Path:
    """Write records as ``parse`` does, a file each."""
    for record in records:
        path = (folder / record.source.path).with_suffix(".json")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode_file(record))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def lines(*records: Record) -> bytes:
    return b"".join(map(encode_line, records))
