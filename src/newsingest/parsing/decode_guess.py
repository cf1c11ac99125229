"""Text that is neither UTF-8 nor marked: the encoding it declares, or a careful guess."""

from __future__ import annotations

import math
import re

from newsingest.parsing.decode import Decoded, attempt, codec_name
from newsingest.record import PostWarning

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


def decode_unmarked(raw: bytes, error: UnicodeDecodeError) -> Decoded | None:
    """Read ``raw``, which is no UTF-8 because of ``error``; None where it is damaged UTF-8, or nothing fits."""
    # What a page once declared says nothing about a file that was since written as UTF-8, then damaged.
    return None if _is_damaged_utf8(raw, error) else _decode_declared(raw) or _guess(raw)


def _decode_declared(raw: bytes) -> Decoded | None:
    found = _DECLARED.search(raw, 0, _DECLARED_WITHIN)
    if found is None:
        return None
    try:
        name = codec_name(found[1].decode("ascii", "backslashreplace"))
    except ValueError:
        return None  # the author's slip is no reason to fail: the bytes may still be known
    return attempt(raw, name) or attempt(raw, _SUPERSETS.get(name, name))


def _is_damaged_utf8(raw: bytes, error: UnicodeDecodeError) -> bool:
    sequences = _UTF8_SEQUENCE.findall(raw)
    if not sequences:
        return False
    if error.reason == "unexpected end of data":
        return True  # cut off inside its last character, and well formed up to there
    high = len(raw.translate(None, _ASCII_BYTES))
    return sum(map(len, sequences)) >= _UTF8_SHARE * high


def _guess(raw: bytes) -> Decoded | None:
    best, best_score = None, 0.0
    for encoding in _GUESSES:
        decoded = attempt(raw, encoding)
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
