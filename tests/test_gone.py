"""Posts that are gone, are none any more or moved, and sources that are: what becomes of their records."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from command_line import BROKEN
from nightly import inside as command
from nightly import last_line, marks, post, records, run, six_posts

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def night(tmp_path: Path) -> Path:
    return six_posts(tmp_path)


def test_a_kept_stale_record_is_pruned_with_its_post(night: Path) -> None:
    path = night / "posts" / "a.md"
    path.write_bytes(BROKEN)
    run(night, "--keep-stale", status=1)
    path.unlink()
    assert "1 vanished, 1 pruned" in run(night, "--prune")
    assert "a.json" not in records(night / "out")


def test_a_kept_stale_record_stays_where_its_post_would_have_another_name_by_now(night: Path) -> None:
    (night / "posts" / "a.md").write_bytes(BROKEN)
    post(night / "posts" / "a.html", "Another")
    run(night, "--keep-stale", status=1)
    assert {"a.json", "a.html.json"} <= records(night / "out").keys()
    for name in ("a.md", "a.html"):
        (night / "posts" / name).unlink()
    assert "2 vanished, 2 pruned" in run(night, "--prune")
    assert not {"a.json", "a.html.json"} & records(night / "out").keys()


def test_a_post_that_becomes_none_loses_its_record_and_is_no_longer_failing(night: Path) -> None:
    path = night / "posts" / "a.md"
    path.write_bytes(BROKEN)
    run(night, status=1)
    path.write_bytes(b"")
    (night / "posts" / "b.md").write_bytes(b"")
    assert run(night) == "4 posts: 0 written, 4 unchanged, 0 failed, 2 skipped, 0 warnings"
    assert not {"a.json", "b.json"} & records(night / "out").keys()
    assert command("status", "out", cwd=night).returncode == 0


def test_prune_takes_only_what_is_ours_and_gone(night: Path) -> None:
    for name in "abc":
        (night / "posts" / f"{name}.md").unlink()
    (night / "out" / "b.json").write_text('{"edited": "by hand"}')
    (night / "out" / "mine.json").write_text("{}")
    post(night / "other" / "c.md", "of another source")
    assert run(night, source="other").startswith("1 post: 1 written")  # over c.json
    assert "pruned" in run(night, "--prune")
    assert set(records(night / "out")) == {"b.json", "c.json", "d.json", "e.json", "f.json", "mine.json"}
    assert "pruned" not in run(night, "--prune")


def test_a_post_whose_record_went_with_the_one_that_took_its_place_is_not_counted(night: Path) -> None:
    post(night / "other" / "a.md", "of another source")
    post(night / "other" / "z.md")
    run(night, source="other")
    for source in ("other", "posts"):
        (night / source / "a.md").unlink()
    assert "1 vanished, 1 pruned" in run(night, "--prune", source="other")
    assert "vanished" not in run(night)


def test_what_is_left_out_is_not_gone(night: Path) -> None:
    run(night, "--prune", "--exclude", "[a-e].md")
    run(night, "--prune", "--exclude", "*.md")
    assert len(records(night / "out")) == 6
    assert run(night).startswith("6 posts: 0 written, 6 unchanged")


@pytest.mark.parametrize("how", ["empty", "missing"])
def test_a_source_that_is_suddenly_empty_prunes_nothing_and_fails(night: Path, how: str) -> None:
    before = marks(night / "out")
    shutil.rmtree(night / "posts")
    if how == "empty":
        (night / "posts").mkdir()
        (night / "posts" / "NOT_MOUNTED").write_text("no post")
    for args in ((), ("--prune",)):
        result = command("parse", "posts", "-o", "out", *args, cwd=night)
        assert result.returncode == (3 if how == "empty" else 2)
        assert ("is the disk mounted" if how == "empty" else "no file or folder") in result.stderr.decode()
        assert marks(night / "out") == before
    assert "6 vanished, 6 pruned" in run(night, "--prune=force")
    assert records(night / "out") == {}
    if how == "missing":
        assert command("parse", "psots", "-o", "out", "--prune=force", cwd=night).returncode == 3


def test_a_source_whose_posts_all_failed_is_not_suddenly_empty_in_silence(tmp_path: Path) -> None:
    post(tmp_path / "posts" / "a.md").write_bytes(BROKEN)
    run(tmp_path, status=1)
    (tmp_path / "posts" / "a.md").unlink()
    result = command("parse", "posts", "-o", "out", cwd=tmp_path)
    assert result.returncode == 3
    assert "no posts are there now, but 1 were before" in result.stderr.decode()


def test_names_that_change_by_a_clash_leave_no_stray_record(night: Path) -> None:
    post(night / "posts" / "a.html", "page")
    run(night)
    assert {"a.md.json", "a.html.json"} <= records(night / "out").keys()
    assert "a.json" not in records(night / "out")
    (night / "posts" / "a.md").unlink()
    assert "1 vanished" in run(night)
    assert json.loads(records(night / "out")["a.json"])["title"] == "page"
    assert "a.html.json" not in records(night / "out")
    assert "a.md.json" in records(night / "out")  # kept, as its post has vanished
    assert "1 pruned" in run(night, "--prune")
    assert len(records(night / "out")) == 6


def test_an_outdated_record_that_was_edited_stays(night: Path) -> None:
    (night / "out" / "a.json").write_text('{"edited": "by hand"}')
    post(night / "posts" / "a.html", "page")
    run(night)
    assert records(night / "out")["a.json"] == b'{"edited": "by hand"}'


def test_several_sources_and_one_source_after_the_other(night: Path) -> None:
    post(night / "more" / "a.md", "more")
    for said in ("7 posts: 7 written", "7 posts: 0 written, 7 unchanged"):
        assert last_line(command("parse", "posts", "more", "-o", "out", cwd=night)).startswith(said)
    assert {"more/a.json", "posts/a.json"} <= records(night / "out").keys()
    assert "a.json" not in records(night / "out")
    for source, title in (("more", "more"), ("posts", "a")):
        run(night, source=source)
        assert json.loads(records(night / "out")["a.json"])["title"] == title


def test_a_post_in_two_sources_vanishes_once(tmp_path: Path) -> None:
    post(tmp_path / "all" / "a.md")
    post(tmp_path / "all" / "sub" / "b.md")
    args = ("parse", "all", "all/sub", "-o", "out")
    command(*args, cwd=tmp_path)
    (tmp_path / "all" / "sub" / "b.md").unlink()
    post(tmp_path / "all" / "sub" / "c.md")
    assert "1 vanished" in last_line(command(*args, cwd=tmp_path))


def test_the_path_in_the_record_follows_the_source(tmp_path: Path) -> None:
    post(tmp_path / "all" / "one" / "a.md")
    post(tmp_path / "all" / "two" / "b.md")
    command("parse", "all/one", "all/two", "-o", "out", cwd=tmp_path)
    command("parse", "all", "-o", "out", cwd=tmp_path)
    command("parse", "all", "-o", "clean", cwd=tmp_path)
    assert records(tmp_path / "out") == records(tmp_path / "clean")


def test_a_source_whose_posts_moved_to_another_one_is_empty_and_no_disk_that_is_gone(night: Path) -> None:
    (night / "posts").rename(night / "moved")
    (night / "posts").mkdir()
    assert run(night, source="moved").startswith("6 posts: 6 written")
    assert "0 posts" in run(night)
    assert len(records(night / "out")) == 6
    (night / "moved" / "a.md").unlink()
    assert run(night, "--prune", source="moved").endswith(
        "5 unchanged, 0 failed, 0 skipped, 1 vanished, 1 pruned, 0 warnings"
    )
