"""Small posts in the markup of many kinds of publishers, each against its reading.

``markups/NAME.html`` is a body, ``markups/NAME.txt`` what a careful editor reads in it, in the format of
fixtures/README.md; keys that are left out say: none. Everything is invented but the markup.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from conftest import write_post
from newsingest.parsing.parser import parse
from newsingest.record import encode_line
from readings import read_reading, record_body

if TYPE_CHECKING:
    from newsingest.record import Record

MARKUPS = Path(__file__).parent / "markups"
NAMES = sorted(path.stem for path in MARKUPS.glob("*.html"))
FIELDS = ("original_title", "outlet", "editor")


def _record(name: str) -> Record:
    title = read_reading(MARKUPS / f"{name}.txt").values["title"]
    body = (MARKUPS / f"{name}.html").read_text(encoding="utf-8")
    return parse(write_post(body, title=json.dumps(title, ensure_ascii=False)), f"{name}.md")


def test_every_markup_has_its_reading() -> None:
    assert len(NAMES) > 50
    assert sorted(path.stem for path in MARKUPS.glob("*.txt")) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_body(name: str) -> None:
    record = json.loads(encode_line(_record(name)))
    assert record_body(record) == read_reading(MARKUPS / f"{name}.txt").body


@pytest.mark.parametrize("name", NAMES)
def test_fields(name: str) -> None:
    reading, record = read_reading(MARKUPS / f"{name}.txt"), _record(name)
    seen = {field: getattr(record, field) for field in FIELDS}
    assert (seen, record.bylines) == (
        {field: reading.values.get(field) for field in FIELDS},
        reading.lists.get("bylines", []),
    )


@pytest.mark.parametrize("name", NAMES)
def test_pictures_and_players(name: str) -> None:
    lists, record = read_reading(MARKUPS / f"{name}.txt").lists, _record(name)
    captions = [media.caption for media in record.images if media.caption]
    assert [image.url for image in record.images] == lists.get("images", [])
    assert captions == lists.get("captions", [])
    assert [embed.url for embed in record.embeds] == lists.get("embeds", [])


@pytest.mark.parametrize("name", NAMES)
def test_dropped_text_is_nowhere(name: str) -> None:
    record = json.loads(encode_line(_record(name)))
    del record["front_matter"], record["warnings"], record["title"]
    text = json.dumps(record, ensure_ascii=False)
    assert [piece for piece in read_reading(MARKUPS / f"{name}.txt").lists.get("dropped", []) if piece in text] == []
