"""Values that are not YAML, read as the scraper wrote them: as text, without the quotes around it that are a pair."""

from __future__ import annotations

from typing import TYPE_CHECKING

from newsingest.parsing.header_plain import Header, fold, unbrace, unbraced
from newsingest.record import PostWarning

if TYPE_CHECKING:
    from newsingest.parsing.header_plain import PlainHeader
    from newsingest.parsing.header_yaml import Value

_LAYERS = 3
_OPENING = " \t　([（［【《「『“‘"


def mend(header: PlainHeader, first_line: int) -> Header:
    """Read the broken values of a header that is plain otherwise, as ``header_repair`` does those of others."""
    fields: dict[str, Value] = {**unbraced(header.fields)}
    warnings: list[PostWarning] = []
    for key, (number, text) in header.broken.items():
        if text is not None:
            fields[key] = read_text([text])
        warnings.append(unreadable(key, first_line + number))
    return Header(fields, tuple(warnings))


def repaired(message: str) -> PostWarning:
    """Warn that a header was not read as YAML."""
    return PostWarning("front-matter-repaired", message)


def unreadable(key: str, line: int) -> PostWarning:
    """Warn that the value of a key was not read as YAML."""
    return repaired(f"line {line}: the value of {key!r} is not valid YAML; read as the scraper wrote it")


def read_text(lines: list[str]) -> str | None:
    """Read a value as text, from one line or from several."""
    text = fold(lines)
    return unbrace(_unquote(text)) if text else None


def _unquote(text: str) -> str:
    """Take off the scraper's quotes: layers of double quotes, else one pair, if it is a pair."""
    layers = min(len(text) - len(text.lstrip('"')), len(text) - len(text.rstrip('"')))
    if layers >= _LAYERS and len(text) > 2 * layers:
        inner = text[layers:-layers]
        return inner[1:-1] if len(inner) > 1 and inner[0] == inner[-1] == "'" else inner
    for quote, other in (('"', "'"), ("'", '"')):
        if len(text) > 1 and text[0] == text[-1] == quote:
            return _unquote_pair(text, quote, other)
    return text


def _unquote_pair(text: str, quote: str, other: str) -> str:
    inner = text[1:-1]
    as_yaml = _yaml_scalar(text)
    if as_yaml is not None:
        return as_yaml
    # `"a "b" c"` and `'it's'` are wrapped whole; `"A" and "B"` is a bare value whose quotes are its own. The
    # scraper puts double quotes around a value for the sake of a single one in it.
    at = inner.find(quote)
    before, after = inner[at - 1 : at], inner[at + 1 : at + 2]
    wrapped = (
        (quote == '"' and other in inner)
        or inner.count(quote) % 2 == 1
        or at <= 0
        or before in _OPENING
        or (quote == "'" and _is_letter(before) and _is_letter(after))
    )
    return inner if wrapped else text


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalpha()


def _yaml_scalar(text: str) -> str | None:
    """Read a quoted text as YAML, or return None where it is not valid."""
    from newsingest.parsing.header_yaml import YamlProblem, read_yaml  # noqa: PLC0415 - slow, and few values ask for it

    try:
        value = read_yaml("value: " + text.replace("\n", " "), 1).fields.get("value")
    except YamlProblem:
        return None
    return value if isinstance(value, str) and len(value) <= len(text) - 2 else None
