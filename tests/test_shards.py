"""Shards on disk: the same bytes whatever was there before, and no file touched without need."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, Any

import pytest

from corpus import lines, make_record
from newsingest.formats.shard_files import Layout
from newsingest.formats.shards import ShardSink
from newsingest.record import encode_line

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from newsingest.formats.packing import Packing
    from newsingest.formats.shard_files import Shards

JSONL = Layout("jsonl", "none", 5_000)
EMPTY: dict[str, Any] = {
    "paragraphs": [], "sections": [], "blocks": [], "links": [], "stocks": [], "images": [], "warnings": [],
}  # fmt: skip


def write(folder: Path, paths: Iterable[str], layout: Layout = JSONL) -> Shards:
    with ShardSink(str(folder), layout) as sink:
        for path in paths:
            sink.write(f"{path}.json", encode_line(make_record(path, **EMPTY)))
        return sink.finish()


def state(folder: Path) -> dict[str, tuple[int, int]]:
    """Each file's identity: a file that is written anew has another."""
    return {path.name: (path.stat().st_ino, path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()}


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}


def test_one_post_added_to_20_000_rewrites_two_shards_at_most(tmp_path: Path) -> None:
    paths = [f"news/{number % 9}/{number:05}.md" for number in range(20_000)]
    write(tmp_path / "out", paths)
    before = state(tmp_path / "out")
    done = write(tmp_path / "out", [*paths, "news/4/a new one.md"])
    after = state(tmp_path / "out")
    assert 1 <= len(done.written) <= 2
    assert len(set(after.values()) - set(before.values())) == len(done.written)
    write(tmp_path / "fresh", reversed([*paths, "news/4/a new one.md"]))
    assert content(tmp_path / "fresh") == content(tmp_path / "out")


def test_shards_that_were_exchanged_by_hand_are_put_in_order_again(tmp_path: Path) -> None:
    layout = Layout("jsonl", "none", 4)
    paths = [f"{number:03}.md" for number in range(20)]
    write(tmp_path / "out", paths, layout)
    right = content(tmp_path / "out")
    first, second = tmp_path / "out/part-00000.jsonl", tmp_path / "out/part-00001.jsonl"
    first.rename(tmp_path / "aside")
    second.rename(first)
    (tmp_path / "aside").rename(second)
    write(tmp_path / "out", paths, layout)
    assert content(tmp_path / "out") == right


def test_a_shard_cut_in_two_moves_the_later_ones_without_rewriting_them(tmp_path: Path) -> None:
    layout = Layout("jsonl", "none", 4)
    paths = [f"{number:03}.md" for number in range(100)]
    for number, more in enumerate(("000.5.md", "050.5.md", "0505.5.md", "1.md", "0.md")):
        write(tmp_path / "out", paths, layout)
        before = set(state(tmp_path / "out").values())
        paths.append(more)
        write(tmp_path / "out", paths, layout)
        assert len(set(state(tmp_path / "out").values()) - before) <= 2, number
        write(tmp_path / str(number), paths, layout)
        assert content(tmp_path / str(number)) == content(tmp_path / "out")


def test_posts_taken_away_leave_no_shard_behind(tmp_path: Path) -> None:
    layout = Layout("jsonl", "none", 4)
    write(tmp_path / "out", map(str, range(60)), layout)
    (tmp_path / "out" / "notes.txt").write_text("mine")
    done = write(tmp_path / "out", map(str, range(20, 40)), layout)
    assert sum(name.startswith("part-") for name in content(tmp_path / "out")) == done.count
    assert b"".join(data for name, data in content(tmp_path / "out").items() if name != "notes.txt") == lines(
        *(make_record(str(number), **EMPTY) for number in range(20, 40))
    )


def test_another_compression_takes_the_place_of_the_first(tmp_path: Path) -> None:
    write(tmp_path, "abc")
    write(tmp_path, "abc", Layout("jsonl", "gzip"))
    assert list(content(tmp_path)) == ["part-00000.jsonl.gz"]
    packed = content(tmp_path)["part-00000.jsonl.gz"]
    assert packed[4:8] == bytes(4), "the header holds no time"
    assert gzip.decompress(packed) == lines(*(make_record(path, **EMPTY) for path in "abc"))
    assert (tmp_path / ".newsingest" / "stale" / "part-00000.jsonl").is_file()


@pytest.mark.parametrize("packing", ["none", "gzip"])
def test_files_of_others_in_the_places_of_shards_are_moved_aside(packing: Packing, tmp_path: Path) -> None:
    layout = Layout("jsonl", packing, 2)
    paths = [f"{number:02}" for number in range(12)]
    write(tmp_path / "fresh", paths, layout)
    write(tmp_path / "out", paths[4:], layout)  # whose shards move up
    mine = [f"part-0000{number}{layout.suffix}" for number in (0, 5, 9)]
    for name in mine:
        (tmp_path / "out" / name).write_bytes(b'{"mine": 1}\n' + name.encode())
    write(tmp_path / "out", paths, layout)
    assert content(tmp_path / "out") == content(tmp_path / "fresh")
    stale = tmp_path / "out" / ".newsingest" / "stale"
    assert {name: (stale / name).read_bytes() for name in mine} == {
        name: b'{"mine": 1}\n' + name.encode() for name in mine
    }


def test_a_run_that_does_not_finish_changes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "abc")
    before = state(tmp_path)
    with ShardSink(str(tmp_path), JSONL) as sink:
        sink.write("d.json", encode_line(make_record("d")))
    assert state(tmp_path) == before
    assert not (tmp_path / ".newsingest").exists()


@pytest.mark.parametrize("missing", [0, 2, 5])
def test_what_a_killed_run_left_is_made_good(tmp_path: Path, missing: int) -> None:
    """Any state between two sets of shards, one of them renamed in part, ends in the same files."""
    layout = Layout("jsonl", "none", 4)
    write(tmp_path / "fresh", map(str, range(40)), layout)
    write(tmp_path / "out", map(str, range(40)), layout)
    names = sorted(content(tmp_path / "out"))
    (tmp_path / "out" / names[missing]).unlink()
    (tmp_path / "out" / names[-1]).rename(tmp_path / "out" / names[missing])
    write(tmp_path / "out", map(str, range(40)), layout)
    assert content(tmp_path / "out") == content(tmp_path / "fresh")


def test_a_limit_in_bytes(tmp_path: Path) -> None:
    write(tmp_path, map(str, range(50)), Layout("jsonl", "none", 4096, "bytes"))
    sizes = [len(data) for data in content(tmp_path).values()]
    assert len(sizes) > 1
    assert max(sizes) <= 4096


def test_of_no_posts_there_are_no_shards_but_a_single_file(tmp_path: Path) -> None:
    assert write(tmp_path, []).count == 0
    with ShardSink(str(tmp_path), JSONL, "all.jsonl") as sink:
        assert sink.finish().written == ("all.jsonl",)
    assert content(tmp_path) == {"all.jsonl": b""}


def test_parquet_is_the_same_every_time_and_says_its_version(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow", reason="pyarrow is not installed: pip install '.[parquet]'")
    from pyarrow import parquet  # noqa: PLC0415 - an extra

    for folder, order in (("one", "abc"), ("two", "cab")):
        write(tmp_path / folder, order, Layout("parquet", "zstd"))
    assert content(tmp_path / "one") == content(tmp_path / "two")
    table = parquet.read_table(tmp_path / "one" / "part-00000.parquet")
    assert table.schema.metadata[b"newsingest.record"] == b"1"
    assert table["front_matter"][0].as_py() == '{"comments":"false","deep":{"list":["1","2"],"none":null}}'
