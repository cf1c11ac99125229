"""Names of records, made from those of their posts.

A name depends only on the names in the post's own folder, never on their order or on what the files hold.
No two records of one folder share a name, nor do they where a file system takes upper and lower case, or
composed and decomposed Unicode, for the same.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

MAX_NAME_BYTES = 255
_SURELY_SHORT = MAX_NAME_BYTES // 4  # code points, of four bytes at most
RECORD_SUFFIX = ".json"

# A suffix is ASCII and begins with a letter: the dot in `1.5万亿` or `Windows 11.2` is part of a title.
_SUFFIX = re.compile(r"[A-Za-z][A-Za-z0-9]{0,7}")

# What lies beside posts keeps its suffix in a record's name (should it be a post after all), so that the
# picture `launch.jpg` does not turn the record of `launch.md` into `launch.md.json`.
_BESIDE_POSTS = frozenset(
    re.findall(
        r"\w+",
        "avif bmp css csv doc docx gif gz heic ico jpeg jpg js json mov mp3 mp4 ogg pdf png ppt pptx svg "
        "tif tiff toml ts wav webm webp woff xls xlsx xml yaml yml zip",
    )
)

# Stands in no name, and changes with nothing beside it when Unicode is normalized.
_BETWEEN = "\0"


def record_names(
    folder: str, files: Collection[str], folders: Collection[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """Name the records of the files, and the output folders of the folders, that one folder holds.

    ``folder`` is its path below the source, empty for the source itself; it enters the hashes only. A
    file and its record's folder may not share a name either; folders choose first.
    """
    prefix = f"{folder}/" if folder else ""
    own = {name: _fit(prefix, name, name, "") for name in folders}
    folder_names = _settle(own, lambda name, step: _tagged(prefix, name, name, "", step - 1), frozenset())
    taken = frozenset(_clash_keys(folder_names.values()))
    stems = {name: _fit(prefix, name, stem(name), RECORD_SUFFIX) for name in files}
    return _settle(stems, lambda name, step: _file_form(prefix, name, step), taken), folder_names


def clash_key(name: str) -> str:
    """Return what all the spellings of a name share that some file system takes for one name.

    That is Unicode's canonical caseless match (its definition D145).
    """
    if name.isascii():
        return name.lower()
    return unicodedata.normalize("NFD", unicodedata.normalize("NFD", name).casefold())


def _clash_keys(names: Collection[str]) -> list[str]:
    """Return the keys of many names, found in one go: a key depends on no more than the letters beside each other."""
    return clash_key(_BETWEEN.join(names)).split(_BETWEEN) if names else []


def stem(name: str) -> str:
    """Take off the suffix, where the name ends in something that looks like a post's."""
    base, _, suffix = name.rpartition(".")
    return base if base and _is_of_posts(suffix) else name


@lru_cache(maxsize=256)
def _is_of_posts(suffix: str) -> bool:
    return _SUFFIX.fullmatch(suffix) is not None and suffix.lower() not in _BESIDE_POSTS


def _settle(given: dict[str, str], form: Callable[[str, int], str], taken: frozenset[str]) -> dict[str, str]:
    """Begin with the first form of each name; all that clash take their next one, until none do.

    All go on, not all but the first, so that the order of the names does not matter.
    """
    steps = dict[str, int]()  # of the few that clash
    while True:
        folded = _clash_keys(given.values())
        if taken.isdisjoint(folded) and len(set(folded)) == len(given):
            return given
        uses = Counter(folded)
        for name, key in zip(given, folded, strict=True):
            if uses[key] > 1 or key in taken:
                steps[name] = steps.get(name, 0) + 1
        given |= {name: form(name, step) for name, step in steps.items()}


def _file_form(prefix: str, name: str, step: int) -> str:
    """Choose the record's name where the stem alone is taken: with the suffix, then with a hash, then with another."""
    return (
        _fit(prefix, name, name, RECORD_SUFFIX) if step == 1 else _tagged(prefix, name, name, RECORD_SUFFIX, step - 2)
    )


def _fit(prefix: str, name: str, base: str, suffix: str) -> str:
    whole = base + suffix
    if len(whole) <= _SURELY_SHORT or len(whole.encode("utf-8")) <= MAX_NAME_BYTES:
        return whole
    return _tagged(prefix, name, base, suffix, 0)


def _tagged(prefix: str, name: str, base: str, suffix: str, attempt: int) -> str:
    """Cut the base where needed, at a character boundary, and add eight digits of the path's hash."""
    salt = f"\0{attempt}" if attempt else ""
    digest = hashlib.sha256(f"{prefix}{name}{salt}".encode()).hexdigest()
    tail = f"~{digest[:8]}{suffix}"
    room = MAX_NAME_BYTES - len(tail)
    return base.encode("utf-8")[:room].decode("utf-8", "ignore") + tail
