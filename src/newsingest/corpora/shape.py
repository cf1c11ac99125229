"""The shape of a record: its JSON against the types, every fault with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import msgspec
from msgspec.inspect import (
    DictType,
    Field,
    IntType,
    ListType,
    LiteralType,
    Metadata,
    NoneType,
    StrType,
    StructType,
    Type,
    UnionType,
    type_info,
)

from newsingest.record import SCHEMA, Record, encode_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_NAMES = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a truth value",
    int: "an integer",
    float: "a number",
}
_KINDS: dict[type[Type], tuple[type, str]] = {
    DictType: (dict, "an object"),
    ListType: (list, "a list"),
    StrType: (str, "a string"),
    IntType: (int, "an integer"),
}
_ORDER = "its keys are not in the order of the schema"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a record, and where: ``pointer`` is a JSON pointer, empty for the whole record."""

    pointer: str
    reason: str

    def __str__(self) -> str:
        """Pointer and reason on one line."""
        return f"{self.pointer or '/'}: {self.reason}"


class DamagedError(ValueError):
    """Bytes that are no record, with all that is wrong with their shape."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        super().__init__(*map(str, faults))
        self.faults = faults


_decoder = msgspec.json.Decoder(Record, strict=True)


def decode(data: bytes) -> Record:
    """Read a record. Raises DamagedError."""
    try:
        record = _decoder.decode(data)
        if msgspec.json.format(data, indent=-1) + b"\n" == encode_line(record):
            return record
        value = msgspec.json.decode(data)  # keys in another order, or \u in strings, which is no fault
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise DamagedError(tuple(_explain(data, error))) from error
    if faults := tuple(shape_faults(value)):
        raise DamagedError(faults)
    return record


def shape_faults(value: object) -> Iterator[Fault]:
    """Compare JSON values with the record's types: missing and unknown keys, kinds of values, order of keys.

    What is a record of another schema, or none at all, is said to be that, and not compared key by key.
    """
    schema = value.get("schema") if isinstance(value, dict) else None
    if isinstance(value, dict) and "schema" not in value and "id" not in value:
        yield Fault("", "no record: JSON, but without a schema and an id")
    elif isinstance(schema, int) and not isinstance(schema, bool) and schema != SCHEMA:
        reason = f"a record of schema {schema}, and this newsingest reads schema {SCHEMA}: make it again with `parse`"
        yield Fault(pointer("schema"), reason)
    else:
        yield from _check(value, _RECORD, "")


def pointer(*steps: str | int) -> str:
    """Write a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def _explain(data: bytes, error: Exception) -> Iterator[Fault]:
    try:
        value = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as unreadable:
        place = re.search(r"\(byte \d+\)", str(unreadable))
        what = "JSON nested too deep" if isinstance(unreadable, RecursionError) else "no JSON, or cut short"
        yield Fault("", f"{what} {place[0]}" if place else what)
        return
    faults = list(shape_faults(value))
    yield from faults or [Fault("", str(error))]


def _check(value: object, kind: Type, at: str) -> Iterator[Fault]:
    kind = _bare(kind)
    if isinstance(kind, UnionType):
        if value is None:
            return
        [kind] = [one for one in map(_bare, kind.types) if not isinstance(one, NoneType)]
    if isinstance(kind, StructType):
        yield from _check_object(value, kind, at)
    elif isinstance(kind, ListType) and isinstance(value, list):
        for number, item in enumerate(value):
            yield from _check(item, kind.item_type, at + pointer(number))
    else:
        yield from _check_scalar(value, kind, at)


def _bare(kind: Type) -> Type:
    while isinstance(kind, Metadata):
        kind = kind.type
    return kind


def _check_object(value: object, kind: StructType, at: str) -> Iterator[Fault]:
    if not isinstance(value, dict):
        yield _wrong(value, "an object", at)
        return
    fields: Mapping[str, Field] = {field.encode_name: field for field in kind.fields}
    for name, field in fields.items():
        if name in value:
            yield from _check(value[name], field.type, at + pointer(name))
        else:
            yield Fault(at + pointer(name), "this key is missing")
    unknown = [name for name in value if name not in fields]
    for name in unknown:
        yield Fault(at + pointer(name), "a record has no such key here")
    if not unknown and list(value) != [name for name in fields if name in value]:
        yield Fault(at, _ORDER)


def _check_scalar(value: object, kind: Type, at: str) -> Iterator[Fault]:
    """Check what holds nothing else that is checked."""
    if isinstance(kind, LiteralType):
        if value not in kind.values or isinstance(value, bool):
            yield Fault(at, f"{_show(value)} is none of {', '.join(map(_show, kind.values))}")
        return
    wanted, name = _KINDS[type(kind)]
    if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is int):
        yield _wrong(value, name, at)
    elif isinstance(kind, StrType) and kind.pattern is not None and not re.search(kind.pattern, str(value)):
        yield Fault(at, f"{_show(value)} does not have the form {kind.pattern}")
    elif isinstance(kind, IntType) and isinstance(value, int) and kind.ge is not None and value < kind.ge:
        yield Fault(at, f"{value} is less than {kind.ge}")


def _wrong(value: object, wanted: str, at: str) -> Fault:
    found = "null" if value is None else _NAMES.get(type(value), type(value).__name__)
    return Fault(at, f"{found} where {wanted} must be")


def _show(value: object) -> str:
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 - what fits on a line beside a path


_RECORD = type_info(Record)
