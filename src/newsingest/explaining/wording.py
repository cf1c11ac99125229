"""What an explanation says in words, the same on a terminal and on a page."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.explaining.explain import Piece
    from newsingest.record import Record


def label(piece: Piece) -> str:
    """Name a piece: ``paragraph 3``, ``caption, picture 1``; numbers begin with 1."""
    if not piece.kept:
        return "dropped"
    number = "" if piece.index is None else f" {piece.index + 1}"
    if piece.kind == "heading":
        return f"heading, level {piece.level}"
    if piece.kind == "caption":
        return f"caption, {piece.of}{number}"
    if piece.kind in ("list-item", "quote", "code", "table"):  # they are paragraphs too, and counted with them
        return f"paragraph{number}, {'list' if piece.kind == 'list-item' else piece.kind}"
    return f"{piece.kind}{number}"


def why(piece: Piece) -> str:
    """Say what decided, or nothing where there is nothing to say; what may be long stands last."""
    said = [piece.reason] if piece.reason else []
    if piece.rule is not None:
        rule = piece.rule
        key = "" if rule.property == rule.profile else f" {rule.property}"
        said.append(f"{rule.profile}{key}: {rule.text}")
    if piece.element:
        said.append(piece.element)
    return " · ".join(said)


def became(piece: Piece) -> str:
    """Say which fields a line became, where that is not the line itself."""
    return "; ".join(f"{name}: {value}" for name, value in piece.fields.items() if value != piece.text)


def fields(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the record's fields that are short, and how many there are of the long ones."""
    for name in ("title", "original_title", "author", "bylines", "editor", "outlet", "date", "categories", "tags"):
        yield name, _value(getattr(record, name))
    yield "lead_image", _value(record.lead_image)
    for name in ("paragraphs", "sections", "images", "embeds", "links"):
        yield name, str(len(getattr(record, name)))
    yield "stocks", _value([f"{stock.name} {stock.code}" for stock in record.stocks])
    yield "front_matter", _value([f"{key}: {value}" for key, value in record.front_matter.items()])


def _value(value: str | list[str] | None) -> str:
    if isinstance(value, list):
        return "; ".join(value) or "none"
    return "none" if value is None else value


def shortened(text: str, limit: int | None) -> str:
    """Cut a text to ``limit`` characters, the last of them an ellipsis."""
    return text if limit is None or len(text) <= limit else text[: limit - 1] + "…"
