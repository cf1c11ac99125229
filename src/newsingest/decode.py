"""From bytes to text: strictly, and with a word about everything that was guessed or left out."""

from __future__ import annotations

import codecs
import math
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

# The longer mark first: UTF-32's begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)

# Encodings whose bytes are plain ASCII to a UTF-8 decoder, so that UTF-8 must not be tried before them.
_DISGUISED = ("utf-16", "utf-32", "utf-7", "iso2022", "hz")

_DECLARED = re.compile(
    rb"""(?im)
    (?: ^[ \t]*(?:encoding|charset)[ \t]*:[ \t]*      # a key of the header
      | <meta\b[^>]{0,200}?\bcharset[ \t]*=[ \t]*
      | \bcoding[ \t]*[:=][ \t]* )
    ["']? ([a-z0-9][\w.:-]{0,39})
    """,
    re.VERBOSE,
)
_DECLARED_WITHIN = 4096

# Pages that declare the old names are written with the larger sets' characters (as in the WHATWG standard).
_SUPERSETS = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "shift_jis": "cp932"}

_UTF8_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}",
)
_ASCII_BYTES = bytes(range(0x80))

# Python's own ways to write text in source code and host names.
_NO_FILES_ENCODING = frozenset({"unicode-escape", "raw-unicode-escape", "idna", "punycode", "undefined"})

_GUESSES = ("gb18030", "big5", "big5hkscs")
_SAMPLE = 50_000
_FOREIGN = re.compile(
    # Neither ASCII, Han, nor the punctuation and symbols of Chinese newspapers. Kana stand here because
    # EUC-JP has them where GB18030 has them, with other Han characters around.
    r"[^\x00-\x7f\u00a0-\u00b7\u00d7\u2010-\u203b\u2103-\u2642\u3000-\u303f\u4e00-\u9fff\uff00-\uffee]",
)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_FREQUENT = re.compile(
    "[的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所"
    "民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日"
    "那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想"
    "已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指"
    "這個為國時來們會對發動說產種過後經進電裡現實兩機當點從業應開還與關間樣重線內數題請問體無沒號報記標車億萬價]",
)
# Running Chinese has one frequent character in two; bytes of another encoding read as Chinese, one in fifty.
_FREQUENT_SHARE = 0.15
_FOREIGN_SHARE = 0.05
_LEAST_HAN = 4
_UTF8_SHARE = 0.7

_LEFT_OUT = re.compile("[\x00\ufffd]")


class Decoded(msgspec.Struct, frozen=True):
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
        decoded = _decode_marked(raw, path) or _attempt(raw, named)
        if decoded is not None:
            return decoded
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_other(raw, path, named, error)
    if b"\0" not in raw and "\ufffd" not in text:  # a NUL is found faster in the bytes
        return Decoded(text.removeprefix("\ufeff"), "utf-8")
    return _cleaned(text, "utf-8")


def looks_binary(head: bytes) -> bool:
    """Tell from a file's first bytes (8 KiB are looked at) whether it is no text in any encoding we read."""
    head = head[:_HEAD]
    if head.startswith(tuple(mark for mark, _ in _MARKS)):
        return False
    is_webp_or_wave = head.startswith(b"RIFF") and head[8:12] in {b"WEBP", b"WAVE", b"AVI "}
    return head.startswith(_MAGIC) or is_webp_or_wave or b"\0" in head


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
        decoded = _attempt(raw, named)
    # What a page once declared says nothing about a file that was since written as UTF-8, then damaged.
    if decoded is None and not _is_damaged_utf8(raw, error):
        decoded = _decode_declared(raw) or _guess(raw)
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


def _decode_declared(raw: bytes) -> Decoded | None:
    found = _DECLARED.search(raw, 0, _DECLARED_WITHIN)
    if found is None:
        return None
    try:
        name = codec_name(found[1].decode("ascii", "backslashreplace"))
    except ValueError:
        return None  # the author's slip is no reason to fail: the bytes may still be known
    return _attempt(raw, name) or _attempt(raw, _SUPERSETS.get(name, name))


def _attempt(raw: bytes, encoding: str) -> Decoded | None:
    try:
        text = raw.decode(encoding)
        text.encode("utf-8")  # some codecs hand out lone surrogates
    except UnicodeError:
        return None
    return _cleaned(text, encoding)


def _is_damaged_utf8(raw: bytes, error: UnicodeDecodeError) -> bool:
    sequences = _UTF8_SEQUENCE.findall(raw)
    if not sequences:
        return False
    if error.reason == "unexpected end of data" and error.end == len(raw):
        return True  # cut off inside its last character, and well formed up to there
    high = len(raw.translate(None, _ASCII_BYTES))
    return sum(map(len, sequences)) >= _UTF8_SHARE * high


def _guess(raw: bytes) -> Decoded | None:
    best, best_score = None, 0.0
    for encoding in _GUESSES:
        decoded = _attempt(raw, encoding)
        score = 0.0 if decoded is None else _chinese_score(decoded.text[:_SAMPLE])
        if score > best_score:
            best, best_score = decoded, score
    if best is None:
        return None
    message = f"read as {best.encoding}, a guess: name the encoding with --encoding if the text looks wrong"
    return Decoded(best.text, best.encoding, (PostWarning("encoding-guessed", message), *best.warnings))


def _chinese_score(text: str) -> float:
    """Surely frequent characters among the Han characters; 0 where the text does not read as Chinese."""
    han = len(_HAN.findall(text))
    if han < _LEAST_HAN or len(_FOREIGN.findall(text)) > _FOREIGN_SHARE * han:
        return 0.0
    # Less one standard deviation: three hits in a dozen characters may be chance.
    frequent = len(_FREQUENT.findall(text))
    share = (frequent - math.sqrt(frequent)) / han
    return share if share >= _FREQUENT_SHARE else 0.0


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
