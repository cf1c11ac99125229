"""Which lines in bold type are whole sentences with a full stop, and so no headings."""

from __future__ import annotations

import re

PERIOD = (*"。．", "。”", "。」", "。』")
_STOPPED = (*PERIOD, *"；;，,、")
_AROUND = "\"'“”‘’«»‹›„()[]"
_FEWEST_WORDS = 3  # "Verdict." and "Key points." are labels
_NUMBERED = re.compile(r"\W*(?:\w+ )?\d{1,3}[.):]")
_LONGEST_CUT = 3  # a word with a capital, as "Ltd."
_ABBREVIATIONS = ("assn", "bros", "corp", "dept", "ecc", "etc", "ltda", "no", "usw", "vs")


def is_stopped(text: str) -> bool:
    """Whether a line ends in a full stop, or goes on behind a lesser one."""
    return text.endswith(_STOPPED) or (text.rstrip(_AROUND).endswith(".") and _is_latin_sentence(text))


def _is_latin_sentence(text: str) -> bool:
    """Whether a line that ends in a point has a sentence's words, and no number before them."""
    words = text.split()
    if len(words) < _FEWEST_WORDS or _NUMBERED.match(text):
        return False
    last = words[-1].strip(_AROUND)[:-1]
    if len(last) < 2 or "." in last or last.lower() in _ABBREVIATIONS:  # noqa: PLR2004 - an initial
        return False
    return not last[0].isupper() or len(last) > _LONGEST_CUT
