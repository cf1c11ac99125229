"""The records against the readings: what an editor reads in a fixture post is what its record says."""

from __future__ import annotations

import json
from typing import Any

import pytest

from readings import READINGS, RECORDS, load_reading, load_record, names, record_body

NAMES = names()


def test_every_post_has_one_reading_and_one_record() -> None:
    assert NAMES
    for folder, suffix in ((READINGS, ".txt"), (RECORDS, ".json")):
        files = folder.rglob("*") if folder.is_dir() else ()
        found = sorted(str(path.relative_to(folder)) for path in files if path.is_file())
        assert found == [name + suffix for name in NAMES], f"{folder.name} and posts differ"


@pytest.mark.parametrize("name", NAMES)
def test_fields_are_those_of_the_reading(name: str) -> None:
    want, got = load_reading(name).values, load_record(name)
    seen = {key: got[key] for key in want}
    seen["categories"] = " | ".join(got["categories"])
    assert seen == want


@pytest.mark.parametrize("name", NAMES)
def test_the_body_is_that_of_the_reading(name: str) -> None:
    assert record_body(load_record(name)) == load_reading(name).body


def _lists(record: dict[str, Any]) -> dict[str, list[str]]:
    mentions = [(s["paragraph"], s["start"], s["name"]) for s in record["stocks"]]
    return {
        "bylines": record["bylines"],
        "images": [image["url"] for image in record["images"]],
        "captions": [image["caption"] for image in record["images"] if image["caption"] is not None],
        "embeds": [" | ".join(filter(None, (e["url"], e["caption"]))) for e in record["embeds"]],
        "stocks": [f"{stock['code']} {stock['name']}" for stock in record["stocks"]],
        "links": [
            f"{link['url']} {link['text']}"
            for link in record["links"]
            if (link["paragraph"], link["start"], link["text"]) not in mentions
        ],
    }


@pytest.mark.parametrize("name", NAMES)
def test_lists_are_those_of_the_reading(name: str) -> None:
    want, got = load_reading(name).lists, _lists(load_record(name))
    assert got == {key: want[key] for key in got}


@pytest.mark.parametrize("name", NAMES)
def test_warnings_are_those_of_the_reading(name: str) -> None:
    """A reading names the warnings its damage must leave; others may stand beside them."""
    codes = {warning["code"] for warning in load_record(name)["warnings"]}
    assert codes >= set(load_reading(name).lists["warnings"])


@pytest.mark.parametrize("name", NAMES)
def test_dropped_text_is_nowhere(name: str) -> None:
    record = load_record(name)
    del record["front_matter"], record["warnings"]
    text = json.dumps(record, ensure_ascii=False)
    assert [piece for piece in load_reading(name).lists["dropped"] if piece in text] == []
