"""The shape of a record: its JSON against the types, every fault with its place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.inspect import (
    AnyType,
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

from newsingest.record import Record, encode_line

_NAMES = {
    dict: "an object",
    list: "a list",
    str: "a string",
    bool: "a truth value",
    int: "an integer",
    float: "a number",
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
    """Compare JSON values with the record's types: missing and unknown keys, kinds of values, order of keys."""
    return _check(value, _RECORD, "")


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
    while isinstance(kind, Metadata):
        kind = kind.type
    if isinstance(kind, UnionType):
        if value is not None:
            [only] = [one for one in map(_bare, kind.types) if not isinstance(one, NoneType)]
            yield from _check(value, only, at)
    elif isinstance(kind, StructType):
        yield from _check_object(value, kind, at)
    elif isinstance(kind, ListType):
        if isinstance(value, list):
            for number, item in enumerate(value):
                yield from _check(item, kind.item_type, at + pointer(number))
        else:
            yield _wrong(value, "a list", at)
    elif isinstance(kind, DictType):
        if not isinstance(value, dict):
            yield _wrong(value, "an object", at)
    elif isinstance(kind, LiteralType):
        if value not in kind.values or isinstance(value, bool):
            yield Fault(at, f"{_show(value)} is none of {', '.join(map(_show, kind.values))}")
    else:
        yield from _check_scalar(value, kind, at)


def _bare(kind: Type) -> Type:
    return kind.type if isinstance(kind, Metadata) else kind


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
    if isinstance(kind, StrType):
        if not isinstance(value, str):
            yield _wrong(value, "a string", at)
        elif kind.pattern is not None and not re.search(kind.pattern, value):
            yield Fault(at, f"{_show(value)} does not have the form {kind.pattern}")
    elif isinstance(kind, IntType):
        if not isinstance(value, int) or isinstance(value, bool):
            yield _wrong(value, "an integer", at)
        elif kind.ge is not None and value < kind.ge:
            yield Fault(at, f"{value} is less than {kind.ge}")
    elif not isinstance(kind, AnyType):
        raise TypeError(f"no rule for {kind!r} in a record")


def _wrong(value: object, wanted: str, at: str) -> Fault:
    found = "null" if value is None else _NAMES.get(type(value), type(value).__name__)
    return Fault(at, f"{found} where {wanted} must be")


def _show(value: Any) -> str:  # noqa: ANN401 - any JSON value
    text = msgspec.json.encode(value).decode()
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 - what fits on a line beside a path


_RECORD = type_info(Record)
