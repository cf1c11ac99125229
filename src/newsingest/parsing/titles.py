"""Titles damaged by the scraper, restored where the body proves the original."""

from __future__ import annotations

from difflib import SequenceMatcher

# What the scraper wrote for each character a file name cannot hold.
_DAMAGE = str.maketrans(dict.fromkeys(":/\\?*“”<>|[]", "_"))
_MARK = "_"
# A shared run this long, marks aside, is no chance: shorter ones occur in unrelated headlines.
_PROOF = 4
# Comparing is quadratic, and no headline is longer.
_LONGEST = 1000


def restore(title: str, original: str) -> str:
    """Put back what the scraper took from a title, where the original's own damage gives the same text.

    Each mark ``_`` inside the longest run that title and damaged original share becomes the original's
    character; everything else in the title stays.
    """
    if _MARK not in title or len(title) + len(original) > _LONGEST:
        return title
    damaged = original.translate(_DAMAGE)
    if damaged == original:  # nothing that the scraper would take
        return title
    if damaged == title:
        return original
    whole = title.find(damaged)
    if whole >= 0 and _proves(damaged):
        return title[:whole] + original + title[whole + len(damaged) :]
    matcher = SequenceMatcher(a=title, b=damaged, autojunk=False)
    restored = list(title)
    for start, begin, size in matcher.get_matching_blocks():
        if _proves(title[start : start + size]):
            restored[start : start + size] = original[begin : begin + size]
    return "".join(restored)


def _proves(shared: str) -> bool:
    return len(shared.replace(_MARK, "").strip()) >= _PROOF
