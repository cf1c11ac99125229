"""Which posts share a shard: a function of the posts, and a post more makes two shards new at most."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsingest.formats.plan import Item, plan

if TYPE_CHECKING:
    from collections.abc import Iterable

PATHS = st.text("abcdef/ 新闻", min_size=1, max_size=6)


def items(paths: Iterable[str], weight: int = 1) -> list[Item]:
    return sorted(Item(path, path, hashlib.sha256(path.encode()).hexdigest()[:16], weight) for path in set(paths))


def shards(paths: Iterable[str], limit: int) -> list[tuple[str, ...]]:
    posts = items(paths)
    return [tuple(item.path for item in posts[start:end]) for start, end in plan(posts, limit)]


@given(st.lists(PATHS, unique=True), st.integers(1, 8))
def test_shards_hold_every_post_once_in_order_and_within_the_limit(paths: list[str], limit: int) -> None:
    made = shards(paths, limit)
    assert [path for shard in made for path in shard] == sorted(paths)
    assert all(0 < len(shard) <= limit for shard in made)


@given(st.sets(PATHS, max_size=60), PATHS, st.integers(1, 8))
def test_one_post_more_makes_two_shards_new_at_most(paths: set[str], path: str, limit: int) -> None:
    before, after = shards(paths, limit), shards({*paths, path}, limit)
    assert len(set(after) - set(before)) <= 2


@given(st.lists(PATHS, unique=True, min_size=2, max_size=30), st.integers(1, 8))
def test_weights_count_too(paths: list[str], limit: int) -> None:
    posts = [Item(item.path, item.name, item.id, len(item.path)) for item in items(paths)]
    for start, end in plan(posts, limit):
        assert end - start == 1 or sum(item.weight for item in posts[start:end]) <= limit


def test_of_20_000_posts_every_kind_of_neighbour_can_be_added() -> None:
    paths = [f"新闻/{number % 7}/post {number:05}.md" for number in range(20_000)]
    before = set(shards(paths, 5_000))
    assert 4 <= len(before) <= 20
    for path in (
        "0.md",
        "新闻/3/post 09999.5.md",
        "～.md",
        *(f"新闻/{number % 7}/new {number}" for number in range(3)),
    ):
        assert len(set(shards([*paths, path], 5_000)) - before) <= 2


def test_without_a_limit_there_is_one_shard_and_of_nothing_none() -> None:
    assert list(plan(items("abc"), None)) == [(0, 3)]
    assert list(plan([], 5)) == []


def test_posts_of_two_sources_may_share_a_path() -> None:
    twins = [Item("a.md", name, "00", 1) for name in ("x/a.json", "y/a.json")]
    assert list(plan(twins, 1)) == [(0, 1), (1, 2)]


@pytest.mark.parametrize("limit", [1, 7])
def test_a_post_too_heavy_has_a_shard_of_its_own(limit: int) -> None:
    assert list(plan(items("abc", weight=9), limit)) == [(0, 1), (1, 2), (2, 3)]
