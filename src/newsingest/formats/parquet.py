"""Records as rows of Parquet: nested values as lists and structs, the free keys of ``front_matter`` as JSON text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
from msgspec.inspect import (
    DictType,
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

from newsingest.formats.packing import MissingPackageError
from newsingest.record import SCHEMA, Record

try:
    import pyarrow as pa
    import pyarrow.parquet as pq
except ImportError as error:
    raise MissingPackageError("Parquet", "parquet") from error

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsingest.formats.packing import Packing

# A row group is held in memory, as Python values and as columns, until it is whole.
GROUP_ROWS = 5_000
GROUP_BYTES = 4 * 2**20

_CODECS: dict[Packing, str] = {"none": "none", "gzip": "gzip", "zstd": "zstd"}
_JSON_TEXT = ("front_matter",)


class ColumnsError(OSError):
    """A Parquet file whose columns are not a record's."""


def write(lines: Iterable[bytes], stream: BinaryIO, packing: Packing) -> None:
    """Write records, each as a line of JSON, in the order they come."""
    writer = pq.ParquetWriter(stream, ARROW, compression=_CODECS[packing], store_schema=True)
    with writer:
        for group in _groups(lines):
            writer.write_table(pa.Table.from_pylist(group, schema=ARROW), row_group_size=GROUP_ROWS)


def read_lines(path: str) -> Iterator[tuple[int, bytes]]:
    """Read records back as lines of JSON, each with the number of its row from 1. Raises OSError."""
    number = 0
    try:
        with pq.ParquetFile(path) as file:
            if missing := [name for name in ARROW.names if name not in file.schema_arrow.names]:
                raise ColumnsError(f"it has no column {', '.join(missing)}")
            for batch in file.iter_batches(batch_size=64, columns=ARROW.names):
                for row in batch.to_pylist():
                    number += 1
                    yield number, _line(row)
    except pa.ArrowException as error:
        reason = str(error).partition("\n")[0].rstrip(".")
        raise OSError(f"no whole Parquet file, after {number} rows: {reason}") from error


def _groups(lines: Iterable[bytes]) -> Iterator[list[dict[str, Any]]]:
    group = list[dict[str, Any]]()
    size = 0
    for line in lines:
        group.append(_row(line))
        size += len(line)
        if len(group) >= GROUP_ROWS or size >= GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def _row(line: bytes) -> dict[str, Any]:
    row: dict[str, Any] = msgspec.json.decode(line)
    for name in _JSON_TEXT:
        row[name] = msgspec.json.encode(row[name]).decode()
    return row


def _line(row: dict[str, Any]) -> bytes:
    """Write a row as JSON; text that is not JSON stays text, so that a check of the record finds it."""
    for name in _JSON_TEXT:
        try:
            row[name] = msgspec.json.decode(row[name])
        except (msgspec.DecodeError, TypeError):
            continue
    return msgspec.json.encode({name: row[name] for name in ARROW.names}) + b"\n"


def _arrow(kind: Type) -> pa.DataType:
    """Choose the column type for a type of the record."""
    while isinstance(kind, Metadata):
        kind = kind.type
    if isinstance(kind, UnionType):
        [only] = [one for one in kind.types if not isinstance(one, NoneType)]
        return _arrow(only)
    if isinstance(kind, StructType):
        return pa.struct([(field.encode_name, _arrow(field.type)) for field in kind.fields])
    if isinstance(kind, ListType):
        return pa.list_(_arrow(kind.item_type))
    if isinstance(kind, IntType) or (isinstance(kind, LiteralType) and isinstance(kind.values[0], int)):
        return pa.int64()
    if isinstance(kind, StrType | LiteralType | DictType):
        return pa.string()
    raise TypeError(f"no column type for {kind!r}")


def _schema() -> pa.Schema:
    return pa.schema(list(_arrow(type_info(Record))), metadata={"newsingest.record": str(SCHEMA)})


ARROW = _schema()
