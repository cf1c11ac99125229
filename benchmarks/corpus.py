"""A corpus of any size from the fixtures: the same seed gives the same bytes, and no two posts are alike."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.templates import Mark, Phrase, Prose, Unit, read_template

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.templates import Part, Template

FIXTURES = Path(__file__).parent.parent / "fixtures" / "posts"

_SINA = 0.6  # of all posts
_MEDIAN = 7_000  # bytes
_SPREAD = 0.75  # of the sizes' logarithm: one post in a hundred has 40 kB, one in a thousand 70 kB
_LARGEST = 100_000
_FOLDER_FULL = 2_000  # files, as a scraper's folder of a channel holds after some years
_REFERENCE = re.compile(r"&#?[A-Za-z0-9]+;")
_VARIANTS = 64  # of each clause; drawn ones differ, so that a cache of whole strings finds nothing


@dataclass(frozen=True, slots=True)
class Post:
    """A generated post: its path below the corpus and its bytes."""

    path: str
    data: bytes


class Corpus:
    """Posts told anew from the fixture posts. Each post depends on seed and number only."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        templates = [read_template(path, FIXTURES) for path in sorted(FIXTURES.rglob("*")) if path.is_file()]
        self._sina = [_Teller(each, seed) for each in templates if "新浪财经" in each.folder]
        self._others = [_Teller(each, seed) for each in templates if "新浪财经" not in each.folder]

    def posts(self, count: int) -> Iterator[Post]:
        """Yield the first ``count`` posts."""
        full: dict[str, int] = {}
        for number in range(count):
            rng = random.Random(self._seed * 1_000_000_007 + number)  # noqa: S311 - texts, not secrets
            tellers = self._sina if rng.random() < _SINA else self._others
            teller = tellers[int(rng.random() * len(tellers))]
            folder = teller.template.folder
            files = full[folder] = full.get(folder, -1) + 1
            part = files // _FOLDER_FULL
            name = f"{folder} {part + 1}" if part else folder
            post = teller.tell(number, rng)
            yield Post(f"{name}/{teller.template.stem} {number:07d}{teller.template.suffix}", post)

    def write(self, folder: Path, count: int) -> int:
        """Write ``count`` posts below a folder; return their bytes."""
        total = 0
        made: set[Path] = set()
        for post in self.posts(count):
            path = folder / post.path
            if path.parent not in made:
                path.parent.mkdir(parents=True, exist_ok=True)
                made.add(path.parent)
            path.write_bytes(post.data)
            total += len(post.data)
        return total


class _Teller:
    """Tells one template anew."""

    def __init__(self, template: Template, seed: int) -> None:
        self.template = template
        self._units = template.units
        rng = random.Random(f"{seed} {template.folder}/{template.stem}")  # noqa: S311 - texts, not secrets
        self._clauses = [_swap(clause, template.letters, rng) for clause in template.clauses for _ in range(_VARIANTS)]

    def tell(self, number: int, rng: random.Random) -> bytes:
        """Write the post of this number, about as long as posts are."""
        wanted = min(_LARGEST, rng.lognormvariate(0, _SPREAD) * _MEDIAN)
        left = round(wanted) - self.template.size
        cut = self._cut(left, rng)
        letters = self.template.letters
        told = _Told(
            rng, self._clauses, letters, "".join(rng.choices(letters, k=2)), f"-{number:x}{rng.getrandbits(16):04x}"
        )
        last = len(self._units) - 1
        at = -1
        for piece in self.template.pieces:
            if not isinstance(piece, Unit):
                told.add(piece)
                continue
            at += 1
            if at not in cut:
                told.add(piece.parts)
            if at == last:
                self._go_on(told, left)
        return "".join(told.words).encode()

    def _cut(self, left: int, rng: random.Random) -> set[int]:
        """Choose the units that a post shorter than its fixture does without; one stays."""
        cut: set[int] = set()
        places = list(range(len(self._units)))
        while left < 0 and len(places) > 1:
            place = places.pop(int(rng.random() * len(places)))
            cut.add(place)
            left += self._units[place].size
        return cut

    def _go_on(self, told: _Told, left: int) -> None:
        """Tell the units again, in order, until the post is long enough."""
        at = 0
        while left > 0 and self._units:
            unit = self._units[at % len(self._units)]
            if at % len(self._units) == 0:
                told.round += 1
            told.add(unit.parts)
            left -= unit.size
            at += 1


class _Told:
    """The words of a post so far."""

    def __init__(self, rng: random.Random, clauses: list[str], letters: str, title: str, picture: str) -> None:
        self.words: list[str] = []
        self.round = 0
        self._rng = rng
        self._clauses = clauses
        self._letters = letters
        self._title = title
        self._picture = picture

    def add(self, parts: tuple[Part, ...]) -> None:
        words = self.words
        for part in parts:
            if isinstance(part, str):
                words.append(part)
            elif isinstance(part, Prose):
                words.append(part.indent)
                words += self._rng.choices(self._clauses, k=part.clauses)
            elif isinstance(part, Phrase):
                words += (part.before, self._rng.choice(self._letters), part.after)
            else:
                words.append(self._mark(part))

    def _mark(self, mark: Mark) -> str:
        if mark.kind == "title":
            return self._title
        return f"{self._picture}{self.round}" if self.round else self._picture


def _swap(text: str, letters: str, rng: random.Random) -> str:
    """Put other letters in the place of two, but for those of a reference (``&nbsp;``)."""
    kept = {place for found in _REFERENCE.finditer(text) for place in range(*found.span())}
    for _ in range(2):
        place = int(rng.random() * len(text))
        if text[place].isalpha() and place not in kept:
            text = text[:place] + rng.choice(letters) + text[place + 1 :]
    return text
