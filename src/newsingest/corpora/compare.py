"""Compares two corpora field by field: which posts, which fields, how much of each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from newsingest.corpora.align import align, alike
from newsingest.record import Record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from newsingest.corpora.readback import Corpus, Place

# Numbers that change in many items when one paragraph comes or goes.
_PLACES = frozenset({"paragraph", "start", "end"})

# What an item is known by where its other values may change: the first of these that it has.
_NAMES = ("url", "code", "heading", "kind")

_Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Changes:
    """How much of one field changed. ``shifted`` items are the same but stand at other paragraphs."""

    added: int = 0
    removed: int = 0
    moved: int = 0
    changed: int = 0
    shifted: int = 0

    @property
    def weight(self) -> int:
        """The number of changes, without those that only follow from others."""
        return self.added + self.removed + self.moved + self.changed

    def __bool__(self) -> bool:
        """Tell whether there are any."""
        return self.weight + self.shifted > 0

    def __add__(self, other: Changes) -> Changes:
        """Add up."""
        return Changes(
            self.added + other.added,
            self.removed + other.removed,
            self.moved + other.moved,
            self.changed + other.changed,
            self.shifted + other.shifted,
        )


@dataclass(frozen=True, slots=True)
class PostChange:
    """A post whose records differ: the changes by field, and both titles where they differ."""

    path: str
    fields: Mapping[str, Changes]
    titles: tuple[str | None, str | None] | None = None

    @property
    def weight(self) -> int:
        """The number of changes in all fields."""
        return sum(changes.weight for changes in self.fields.values())


@dataclass(slots=True)
class Field:
    """One field over all posts: in how many it changed, and how much."""

    posts: int = 0
    changes: Changes = field(default_factory=Changes)


@dataclass(slots=True)
class Comparison:
    """What the comparison of two corpora found. ``worst`` are the posts that changed most, at most ``limit``."""

    limit: int
    old: int = 0
    new: int = 0
    equal: int = 0
    different: int = 0
    added: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    schemas: tuple[set[str], set[str]] = field(default_factory=lambda: (set(), set()))
    fields: dict[str, Field] = field(default_factory=dict)
    worst: list[PostChange] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Tell whether nothing differs."""
        return not (self.different or self.added or self.removed)

    def note(self, change: PostChange) -> None:
        """Take in a post that differs; only the worst are remembered."""
        self.different += 1
        for name, changes in change.fields.items():
            total = self.fields.setdefault(name, Field())
            total.posts += 1
            total.changes += changes
        self.worst.append(change)
        if len(self.worst) > 2 * self.limit + 100:
            self.cut()

    def cut(self) -> None:
        """Put the worst first and forget the others."""
        self.worst.sort(key=lambda change: (-change.weight, change.path))
        del self.worst[self.limit :]


def compare(old: Corpus, new: Corpus, limit: int) -> Comparison:
    """Compare all records. Holds the old ones' names and two records at a time. Raises ReadBackError."""
    result = Comparison(limit)
    index: defaultdict[str, list[Place]] = defaultdict(list)
    for place, data in old:
        index[old.key(place, data)].append(place)
        result.old += 1
    for place, data in new:
        key = new.key(place, data)
        partner = _take_partner(index, key, place)
        result.new += 1
        if partner is None:
            result.added.append(key)
        elif (before := old.fetch(partner)) == data:
            result.equal += 1
        else:
            _compare_two(result, key, old.decode(partner, before), new.decode(place, data))
    result.added.sort()
    result.removed = sorted(key for key, places in index.items() for _ in places)
    result.fields = dict(sorted(result.fields.items(), key=lambda item: _field_order(item[0])))
    result.cut()
    return result


def compare_records(old: _Record, new: _Record) -> dict[str, Changes]:
    """Compare two records of one post, of whatever version; only fields that differ are in the answer."""
    found: dict[str, Changes] = {}
    for name in sorted(old.keys() | new.keys(), key=_field_order):
        before, after = old.get(name), new.get(name)
        if before == after:
            continue
        if name == "source" and isinstance(before, dict) and isinstance(after, dict):
            found |= {f"source.{part}": changes for part, changes in compare_records(before, after).items()}
        else:
            found[name] = _compare_values(before, after)
    return found


def _take_partner(index: dict[str, list[Place]], key: str, place: Place) -> Place | None:
    """Take the old record of the same key; of several, which several sources can make, the one of the same file."""
    places = index.get(key)
    if not places:
        return None
    same = next((number for number, other in enumerate(places) if other.file == place.file), 0)
    return places.pop(same)


def _compare_two(result: Comparison, key: str, old: _Record, new: _Record) -> None:
    fields = compare_records(old, new)
    if not fields:
        result.equal += 1
        return
    for schemas, record in zip(result.schemas, (old, new), strict=True):
        schemas.add(str(record.get("schema")))
    titles = (old.get("title"), new.get("title")) if "title" in fields else None
    result.note(PostChange(key, fields, titles))


def _field_order(name: str) -> tuple[int, str]:
    """Order fields as in the record, unknown ones last."""
    first = name.partition(".")[0]
    known = Record.__struct_fields__
    return (known.index(first) if first in known else len(known)), name


def _compare_values(old: object, new: object) -> Changes:
    if isinstance(old, list) and isinstance(new, list):
        return _compare_lists(old, new)
    if isinstance(old, dict) and isinstance(new, dict):
        return Changes(
            added=len(new.keys() - old.keys()),
            removed=len(old.keys() - new.keys()),
            changed=sum(old[key] != new[key] for key in old.keys() & new.keys()),
        )
    if old is None or new is None:
        return Changes(added=int(old is None), removed=int(new is None))
    return Changes(changed=1)


def _compare_lists(old: list[object], new: list[object]) -> Changes:
    def similar(i: int, j: int) -> bool:
        return _similar(old[i], new[j])

    found = align([_identity(item) for item in old], [_identity(item) for item in new], similar)
    return Changes(
        added=len(found.added),
        removed=len(found.removed),
        moved=len(found.moved),
        changed=len(found.changed),
        shifted=sum(old[i] != new[j] for i, j in found.kept + found.moved),
    )


def _identity(item: object) -> bytes:
    """Write an item as bytes that do not say where it stands."""
    if isinstance(item, dict):
        item = {key: value for key, value in item.items() if key not in _PLACES}
    return msgspec.json.encode(item, order="deterministic")


def _similar(old: object, new: object) -> bool:
    """Tell whether one item may have become the other: like texts, or objects of like name."""
    if isinstance(old, str) and isinstance(new, str):
        return alike(old, new)
    if not (isinstance(old, dict) and isinstance(new, dict)):
        return False
    name = next((name for name in _NAMES if name in old and name in new), None)
    if name == "heading":
        return _similar(old[name], new[name]) or old[name] == new[name]
    return name is not None and old[name] == new[name]
