"""No record leaves its place in silence: what a run says where it moves, deletes or replaces one."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from command_line import BROKEN
from nightly import inside, kept, post, records

if TYPE_CHECKING:
    from pathlib import Path
    from subprocess import CompletedProcess


@pytest.fixture
def night(tmp_path: Path) -> Path:
    """A folder with posts that were all written the night before."""
    for name in "abc":
        post(tmp_path / "posts" / f"{name}.md")
    assert said(run(tmp_path, "-q")) == []
    return tmp_path


def run(folder: Path, *args: str, source: str = "posts") -> CompletedProcess[bytes]:
    return inside("parse", source, "-o", "out", *args, cwd=folder)


def said(result: CompletedProcess[bytes]) -> list[str]:
    return result.stderr.decode().splitlines()


def test_a_quiet_run_names_a_post_that_is_none_any_more(night: Path) -> None:
    (night / "posts" / "a.md").write_bytes(b"")
    result = run(night, "-q")
    assert result.returncode == 0
    assert said(result) == [
        "skipped: posts/a.md: an empty file; its earlier record is now out/.newsingest/stale/a.json"
    ]
    assert said(run(night, "-q")) == []


@pytest.mark.parametrize("now", [b"", b"\x89PNG\r\n\x1a\n\0\0"], ids=["empty", "picture"])
def test_a_source_without_any_post_left_fails_though_its_files_are_there(night: Path, now: bytes) -> None:
    for name in "abc":
        (night / "posts" / f"{name}.md").write_bytes(now)
    result = run(night, "-q", "--report", "run.json")
    assert result.returncode == 3
    assert "none of its files is a post now, but 3 were before" in said(result)[-2]
    assert "above" not in json.loads((night / "run.json").read_bytes())["stopped"]
    assert {"stale/a.json", "stale/b.json", "stale/c.json"} <= kept(night / "out")


def test_all_posts_may_be_meant_to_be_none(night: Path) -> None:
    for name in "abc":
        (night / "posts" / f"{name}.md").write_bytes(b"")
    assert run(night, "--prune=force").returncode == 0


def test_a_source_with_one_post_left_is_no_disk_that_is_gone(night: Path) -> None:
    for name, now in (("a", b""), ("b", BROKEN), ("c", b"")):
        (night / "posts" / f"{name}.md").write_bytes(now)
    assert run(night).returncode == 1


def test_what_is_pruned_is_named(night: Path) -> None:
    (night / "posts" / "a.md").unlink()
    shown = night / "posts" / "a.md"
    for args, event, pruned in (((), "vanished", False), (("--prune",), "pruned", True)):
        assert f"{event}: {shown}" in said(run(night, "-v", "--report", "report.json", *args))
        report = json.loads((night / "report.json").read_bytes())
        assert report["gone"] == [{"path": str(shown), "pruned": pruned}]


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_record_that_takes_the_place_of_another_posts_is_told(night: Path, form: str) -> None:
    args = ("-q", "--format", form)
    run(night, *args)
    post(night / "more" / "a.md", "more")
    post(night / "more" / "d.md", "more")
    (line,) = said(run(night, *args, source="more"))
    assert line.startswith(f"{night}/more/a.md: its record a.json takes the place of that of {night}/posts/a.md")
    (line,) = said(run(night, *args))
    assert line.startswith(f"{night}/posts/a.md: its record a.json takes the place of that of {night}/more/a.md")


def test_records_that_take_the_places_of_others_are_told_once_a_run(night: Path) -> None:
    for source in ("posts", "more"):
        for name in ("a.md", "x/e.md", "y/f.md"):
            post(night / source / name, source)
    run(night, "-q")
    assert len(said(run(night, "-q", source="more"))) == 1


def test_posts_that_moved_take_their_records_along_in_silence(night: Path) -> None:
    (night / "posts").rename(night / "moved")
    assert said(run(night, "-q", source="moved")) == []
    assert set(records(night / "out")) == {"a.json", "b.json", "c.json"}
