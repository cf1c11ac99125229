"""From bytes to text: strictly, and with a warning about everything that was guessed or left out."""

from __future__ import annotations

import codecs
import re

import msgspec

from newsingest.errors import PostError
from newsingest.record import PostWarning

_HEAD = 8192

_MAGIC = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff",  # JPEG
    b"GIF87a",
    b"GIF89a",
    b"%PDF-",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\x1f\x8b",  # gzip
    b"BZh",
    b"\xfd7zXZ\x00",
    b"\x28\xb5\x2f\xfd",  # zstd
    b"7z\xbc\xaf\x27\x1c",
    b"Rar!\x1a\x07",
    b"\x7fELF",
    b"ID3",
    b"OggS",
)

# A header's first line: the NULs of such a file are a scraper's slips, and left out.
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?\s*+(?:\xef\xbb\xbf)?---\s")

# The longer mark first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Encodings whose bytes are plain ASCII to a UTF-8 decoder, so that UTF-8 must not be tried before them.
_DISGUISED = ("utf-16", "utf-32", "utf-7", "iso2022", "hz")

# Python's own ways to write text in source code and host names.
_NO_FILES_ENCODING = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined"})

_LEFT_OUT = re.compile("[\x00\ufffd]")


class Decoded(msgspec.Struct, frozen=True, gc=False):
    """A file's text without its byte order mark, the encoding it was read in, and what to know about it.

    ``text`` always encodes to UTF-8 and holds neither NUL nor U+FFFD.
    """

    text: str
    encoding: str
    warnings: tuple[PostWarning, ...] = ()


def decode(raw: bytes, path: str, encoding: str | None = None) -> Decoded:
    """Read ``raw`` as text: UTF-8, else by its mark, ``encoding``, the declared one, or a careful guess.

    Raises PostError with the offset of the first byte that is not UTF-8 where none of them fits, and
    ValueError where ``encoding`` names no text encoding.
    """
    named = None if encoding is None else codec_name(encoding)
    if named is not None and named.startswith(_DISGUISED) and not raw.startswith(codecs.BOM_UTF8):
        decoded = _decode_marked(raw, path) or attempt(raw, named)
        if decoded is not None:
            return decoded
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_other(raw, path, named, error)
    if b"\0" not in raw and "\ufffd" not in text:  # a NUL is found faster in the bytes
        return Decoded(text.removeprefix("\ufeff"), "utf-8")
    return _cleaned(text, "utf-8")


def looks_binary(raw: bytes) -> bool:
    """Tell from the first 8 KiB of a file whether it is no text in any encoding we read."""
    head = raw[:_HEAD]
    if head.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    is_webp_or_wave = head.startswith(b"RIFF") and head[8:12] in {b"WEBP", b"WAVE", b"AVI "}
    return head.startswith(_MAGIC) or is_webp_or_wave or (b"\0" in head and _HEADER.match(head) is None)


def codec_name(encoding: str) -> str:
    """Return Python's name of a text encoding. Raises ValueError with the reason."""
    try:
        name = codecs.lookup(encoding).name
        "".encode(encoding)  # refuses codecs from bytes to bytes, which lookup alone would find
    except (LookupError, UnicodeError, ValueError):
        name = ""
    if not name or name in _NO_FILES_ENCODING:
        raise ValueError(
            f"{encoding!r} is no text encoding Python knows. Common ones: gb18030, big5, shift_jis, cp1252"
        )
    return name


def _decode_other(raw: bytes, path: str, named: str | None, error: UnicodeDecodeError) -> Decoded:
    decoded = _decode_marked(raw, path)
    if decoded is None and named is not None:
        decoded = attempt(raw, named)
    if decoded is None:
        from newsingest.parsing.decode_guess import decode_unmarked  # noqa: PLC0415 - its patterns take time, and few need them

        decoded = decode_unmarked(raw, error)
    if decoded is not None:
        return decoded
    tried = f"neither UTF-8 nor {named}" if named else "not UTF-8, and no other encoding fits"
    remedy = (
        "If the file is whole, name its encoding with --encoding (such as gb18030 or big5); "
        "if it is cut off or damaged, fetch it again"
    )
    raise PostError(path, f"the text is {tried}", remedy, offset=error.start)


def _decode_marked(raw: bytes, path: str) -> Decoded | None:
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            try:
                return _cleaned(raw[len(mark) :].decode(encoding), encoding)
            except UnicodeDecodeError as error:
                offset = error.start + len(mark)
                reason = f"the text begins as {encoding.upper()} but does not go on so"
                remedy = "Fetch the file again, or save it as UTF-8; --encoding does not overrule the mark"
                raise PostError(path, reason, remedy, offset=offset) from error
    return None


def attempt(raw: bytes, encoding: str) -> Decoded | None:
    """Read ``raw`` in an encoding; None where it does not fit."""
    try:
        text = raw.decode(encoding)
        text.encode("utf-8")  # some codecs hand out lone surrogates
    except UnicodeError:
        return None
    return _cleaned(text, encoding)


def _cleaned(text: str, encoding: str) -> Decoded:
    text = text.removeprefix("\ufeff")
    if "\0" not in text and "\ufffd" not in text:
        return Decoded(text, encoding)
    warnings = []
    if lost := text.count("\ufffd"):
        message = f"{lost} U+FFFD stood in the file for characters lost before; left out"
        warnings.append(PostWarning("replacement-character", message))
    if nul := text.count("\0"):
        warnings.append(PostWarning("control-character", f"{nul} NUL stood in the file; left out"))
    return Decoded(_LEFT_OUT.sub("", text), encoding, tuple(warnings))
