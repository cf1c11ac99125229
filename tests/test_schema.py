"""The published schema: made from the types, complete, and one that an independent validator agrees with."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest
from jsonschema import Draft202012Validator

from newsingest.corpora.schema import record_schema, schema_text
from readings import FIXTURES, load_record, names

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLISHED = FIXTURES.parent / "docs" / "record.schema.json"


def test_the_copy_in_docs_is_the_one_the_command_prints() -> None:
    printed = subprocess.run([sys.executable, "-m", "newsingest", "schema"], capture_output=True, check=True)
    assert printed.stderr == b""
    assert PUBLISHED.read_bytes() == printed.stdout == schema_text().encode(), (
        "newsingest schema > docs/record.schema.json"
    )


def test_it_is_a_schema_of_its_draft() -> None:
    Draft202012Validator.check_schema(record_schema())


def _fields(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, part in (("Record", schema), *schema["$defs"].items()):
        yield from ((f"{name}.{key}", value) for key, value in part["properties"].items())
        assert part["required"] == list(part["properties"]), "every key is always there"
        assert part["additionalProperties"] is False
        assert part["description"]


def test_every_field_is_described() -> None:
    fields = dict(_fields(record_schema()))
    assert len(fields) > 50
    assert [name for name, field in fields.items() if not field.get("description")] == []


@pytest.mark.parametrize("name", names())
def test_fixture_records_are_valid(name: str) -> None:
    validator = Draft202012Validator(json.loads(PUBLISHED.read_text(encoding="utf-8")))
    assert [error.message for error in validator.iter_errors(load_record(name))] == []


@pytest.mark.parametrize(
    "change",
    [{"schema": 2}, {"id": "XYZ"}, {"more": 1}, {"title": 7}, {"date": "yesterday"}, {"images": [{"url": "x"}]}],
)
def test_what_is_no_record_is_not(change: dict[str, Any]) -> None:
    record = load_record(names()[0]) | change
    assert not Draft202012Validator(record_schema()).is_valid(record)
