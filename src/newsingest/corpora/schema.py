"""The JSON Schema of a record, made from the record's types."""

from __future__ import annotations

import json
from typing import Any

import msgspec

from newsingest.record import SCHEMA, Record

DRAFT = "https://json-schema.org/draft/2020-12/schema"


def record_schema() -> dict[str, Any]:
    """Make the schema, draft 2020-12: the record itself at the top, what it is made of in ``$defs``."""
    schema = msgspec.json.schema(Record)
    definitions = dict(sorted(schema["$defs"].items()))
    record = definitions.pop("Record")
    head = {
        "$schema": DRAFT,
        "$id": f"urn:newsingest:record:{SCHEMA}",
        "title": f"newsingest record, version {SCHEMA}",
    }
    return {**head, **{key: value for key, value in record.items() if key != "title"}, "$defs": definitions}


def schema_text() -> str:
    """Write the schema as the command prints it and ``docs/record.schema.json`` holds it."""
    return json.dumps(record_schema(), indent=2, ensure_ascii=False) + "\n"
