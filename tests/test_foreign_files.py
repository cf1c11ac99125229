"""Files in the output folder that no run wrote: they stay, and what would have their names is said to fail."""

from __future__ import annotations

import json
import os
import shutil
from typing import TYPE_CHECKING

import pytest

from command_line import BROKEN, POST, as_any_user, command, make, said

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ["json", "md", "txt"]
FOREIGN = b'{"mine": [1, 2]}\n---\ntitle: notes\n---\n'


def parse(folder: Path, form: str, *options: str, posts: str = "posts", status: int = 0) -> list[str]:
    result = command("parse", posts, "-o", "out", "--format", form, *options, cwd=folder)
    assert result.returncode == status, result.stderr
    return said(result)


def place(folder: Path, form: str, data: bytes = FOREIGN) -> Path:
    path = folder / f"out/b.{form}"
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("options", [(), ("--full",), ("--keep-stale",), ("--jobs", "1")])
def test_a_file_of_others_stays_and_other_posts_go_on(form: str, options: tuple[str, ...], tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "b.md", "c.md")
    path = place(tmp_path, form)
    for written in ("2 written", "0 written" if "--full" not in options else "2 written"):
        failed, summary = parse(tmp_path, form, *options, status=1)
        assert failed == (
            f"failed: posts/b.md: out/b.{form} is there, and no run is known to have written it. "
            "It stays: move it away, or choose another output folder."
        )
        assert summary.startswith(f"3 posts: {written},")
        assert " 1 failed" in summary
    assert path.read_bytes() == FOREIGN
    assert (tmp_path / f"out/c.{form}").exists()
    path.unlink()
    assert parse(tmp_path, form)[-1].startswith("3 posts: 1 written, 2 unchanged, 0 failed")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("bad", [BROKEN, b"no header\n"])
def test_a_file_of_others_is_not_put_aside_for_a_post_without_a_record(form: str, bad: bytes, tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "b.md")
    (tmp_path / "posts/b.md").write_bytes(bad)
    path = place(tmp_path, form)
    parse(tmp_path, form, status=1 if bad is BROKEN else 0)
    assert path.read_bytes() == FOREIGN
    assert not (tmp_path / "out/.newsingest/stale").exists()


@pytest.mark.parametrize("kind", ["folder", "pipe", "link", "unreadable"])
def test_whatever_else_has_the_name_stays(kind: str, tmp_path: Path) -> None:
    make(tmp_path / "posts", "b.md")
    path = place(tmp_path, "json")
    if kind == "unreadable":
        path.chmod(0)
    else:
        path.rename(tmp_path / "mine")
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "link":
        path.symlink_to(tmp_path / "mine")
    mode = path.lstat().st_mode
    before = None if kind != "unreadable" or os.geteuid() else as_any_user
    result = command("parse", "posts", "-o", "out", cwd=tmp_path, before=before)
    assert result.returncode == 1, result.stderr
    assert said(result)[0].startswith("failed: posts/b.md: out/b.json is there")
    assert path.lstat().st_mode == mode


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", ["file", "link"])
@pytest.mark.parametrize("posts", [("x/b.md", "x/c/d.md"), ("y/x/b.md", "y/x/c/d.md")])
def test_a_file_where_a_folder_must_be_stays_and_other_posts_go_on(
    form: str, kind: str, posts: tuple[str, ...], tmp_path: Path
) -> None:
    make(tmp_path / "posts", "a.md", *posts, "z.md")
    name = posts[0].removesuffix("/b.md")
    path = tmp_path / "out" / name
    path.parent.mkdir(parents=True)
    if kind == "file":
        path.write_bytes(FOREIGN)
    else:
        path.symlink_to("nowhere")
    for written in ("4 posts: 2 written, 2 failed", "4 posts: 0 written, 2 unchanged, 2 failed"):
        *failed, summary = parse(tmp_path, form, status=1)
        assert failed == [
            f"failed: posts/{post}: out/{name} is there, and is no folder. "
            "It stays: move it away, or choose another output folder."
            for post in posts
        ]
        assert summary.startswith(written)
    assert path.is_symlink() if kind == "link" else path.read_bytes() == FOREIGN
    path.unlink()
    assert parse(tmp_path, form)[-1].startswith("4 posts: 2 written, 2 unchanged, 0 failed")


@pytest.mark.parametrize("form", FORMS)
def test_what_a_run_wrote_is_replaced(form: str, tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "b.md")
    parse(tmp_path, form)
    path = tmp_path / f"out/b.{form}"
    before = path.read_bytes()
    path.write_bytes(FOREIGN)  # by hand: the run knows that this is the record's place
    assert parse(tmp_path, form)[-1].startswith("2 posts: 1 written, 1 unchanged")
    assert path.read_bytes() == before
    path.write_bytes(b"")
    make(tmp_path / "posts", "b.md", post=POST.replace("{title}", "Another"))
    parse(tmp_path, form)
    assert b"Another" in path.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_what_a_run_wrote_is_known_without_its_state_as_far_as_can_be(form: str, tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "b.md")
    parse(tmp_path, form)
    shutil.rmtree(tmp_path / "out/.newsingest")
    assert parse(tmp_path, form)[-1].startswith("2 posts: 2 written")
    shutil.rmtree(tmp_path / "out/.newsingest")
    make(tmp_path / "posts", "b.md", post=POST.replace("{title}", "Another"))
    last = parse(tmp_path, form, status=1 if form == "txt" else 0)[-1]
    assert last.startswith("2 posts: 1 written, 1 failed" if form == "txt" else "2 posts: 2 written")


@pytest.mark.parametrize("form", FORMS)
def test_posts_that_were_moved_have_their_records_replaced(form: str, tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "b.md")
    parse(tmp_path, form)
    (tmp_path / "posts").rename(tmp_path / "moved")
    make(tmp_path / "moved", "b.md", post=POST.replace("{title}", "Another"))
    assert parse(tmp_path, form, posts="moved")[-1].startswith("2 posts: 2 written")
    assert b"Another" in (tmp_path / f"out/b.{form}").read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_a_record_that_gets_another_name_leaves_the_file_that_has_it(form: str, tmp_path: Path) -> None:
    make(tmp_path / "posts", "b.md")
    parse(tmp_path, form)
    path = tmp_path / f"out/b.md.{form}"
    path.write_bytes(FOREIGN)
    make(tmp_path / "posts", "b.html", post=POST.replace("{title}", "Page"))
    failed, summary = parse(tmp_path, form, status=1)
    assert failed.startswith(f"failed: posts/b.md: out/b.md.{form} is there, and no run is known to have written it.")
    assert summary.startswith("2 posts: 1 written, 1 failed")
    assert path.read_bytes() == FOREIGN


@pytest.mark.parametrize("form", ["md", "txt"])
@pytest.mark.parametrize("broken", [False, True])
def test_records_of_another_form_are_no_leave_to_write_over_files(form: str, *, broken: bool, tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "b.md")
    parse(tmp_path, "json")
    path = place(tmp_path, form)
    if broken:
        (tmp_path / "posts/b.md").write_bytes(BROKEN)
    parse(tmp_path, form, status=1)
    assert path.read_bytes() == FOREIGN
    assert (tmp_path / "out/b.json").exists()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("broken", [False, True])
def test_what_a_run_wrote_with_other_options_is_replaced(form: str, *, broken: bool, tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "b.md")
    parse(tmp_path, form)
    post = BROKEN if broken else POST.replace("{title}", "Another").encode()
    (tmp_path / "posts/b.md").write_bytes(post)
    last = parse(tmp_path, form, "--assume-timezone", "+08:00", status=int(broken))
    path = tmp_path / f"out/b.{form}"
    if broken:
        assert f"Its earlier record is now out/.newsingest/stale/b.{form}." in last[0]
        assert not path.exists()
    else:
        assert b"Another" in path.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_standard_input_has_one_place(form: str, tmp_path: Path) -> None:
    for title in ("One", "Two"):
        post = POST.replace("{title}", title).encode()
        result = command("parse", "-", "-o", "out", "--format", form, cwd=tmp_path, stdin=post)
        assert result.returncode == 0, result.stderr
    place = tmp_path / f"out/stdin.{form}"
    assert b"Two" in place.read_bytes()
    assert command("parse", "-", "-o", "out", "--format", form, cwd=tmp_path, stdin=BROKEN).returncode == 1
    assert not place.exists()
    assert b"Two" in (tmp_path / f"out/.newsingest/stale/stdin.{form}").read_bytes()


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("post", [POST.encode(), BROKEN, b""])
def test_standard_input_leaves_files_of_others(form: str, post: bytes, tmp_path: Path) -> None:
    place = tmp_path / f"out/stdin.{form}"
    place.parent.mkdir()
    place.write_bytes(FOREIGN)
    for options in ((), ("--full",), ("--keep-stale",)):
        result = command("parse", "-", "-o", "out", "--format", form, *options, cwd=tmp_path, stdin=post)
        assert result.returncode == 1, result.stderr
        assert place.read_bytes() == FOREIGN
    if post == POST.encode():
        assert said(result)[0] == (
            f"failed: stdin: out/stdin.{form} is there, and no run is known to have written it. "
            "It stays: move it away, or choose another output folder."
        )


@pytest.mark.parametrize("form", FORMS)
def test_after_a_failure_the_place_of_standard_input_is_free(form: str, tmp_path: Path) -> None:
    place = tmp_path / f"out/stdin.{form}"
    for post, status in ((POST.encode(), 0), (BROKEN, 1), (POST.encode(), 1)):
        result = command("parse", "-", "-o", "out", "--format", form, cwd=tmp_path, stdin=post)
        assert result.returncode == status, result.stderr
        if post == BROKEN:
            place.write_bytes(FOREIGN)
    assert place.read_bytes() == FOREIGN


@pytest.mark.parametrize("form", FORMS)
def test_standard_input_is_read_anew_each_time_and_its_record_known(form: str, tmp_path: Path) -> None:
    post = POST.encode()
    for options in ((), (), ("--assume-timezone", "+08:00"), ("--keep-stale",)):
        result = command("parse", "-", "-o", "out", "--format", form, *options, cwd=tmp_path, stdin=post)
        assert said(result)[-1].startswith("1 post: 1 written, 0 failed")
    kept = command("parse", "-", "-o", "out", "--format", form, "--keep-stale", cwd=tmp_path, stdin=BROKEN)
    assert kept.returncode == 1
    assert (tmp_path / f"out/stdin.{form}").exists()
    assert command("parse", "-", "-o", "out", "--format", form, cwd=tmp_path, stdin=post).returncode == 0
    assert command("status", "out", cwd=tmp_path).returncode == 0


def test_a_post_that_takes_the_place_of_what_standard_input_gave_is_named(tmp_path: Path) -> None:
    assert command("parse", "-", "-o", "out", cwd=tmp_path, stdin=POST.encode()).returncode == 0
    make(tmp_path / "posts", "stdin.md")
    first, *_ = parse(tmp_path, "json")
    assert "posts/stdin.md: its record stdin.json takes the place of that of standard input" in first


def test_records_in_other_words_are_ours(tmp_path: Path) -> None:
    make(tmp_path / "posts", "b.md")
    parse(tmp_path, "json")
    path = tmp_path / "out/b.json"
    whole = path.read_bytes()
    shutil.rmtree(tmp_path / "out/.newsingest")
    for data in (json.dumps(json.loads(whole)).encode(), whole.replace(b"\n", b"\r\n"), b'{"schema": 0}', whole[:40]):
        path.write_bytes(data)
        shutil.rmtree(tmp_path / "out/.newsingest", ignore_errors=True)
        parse(tmp_path, "json")
        assert path.read_bytes() == whole


def test_a_conversion_to_json_leaves_files_of_others(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "b.md")
    assert command("parse", "posts", "-o", "in", cwd=tmp_path).returncode == 0
    path = place(tmp_path, "json")
    result = command("convert", "in", "out", "--format", "json", cwd=tmp_path)
    assert result.returncode == 2
    assert (
        said(result)[-1] == "Error: 'out/b.json' is there, and convert did not write it. It stays; choose another OUT."
    )
    assert path.read_bytes() == FOREIGN
    path.unlink()
    for _ in range(2):
        assert command("convert", "in", "out", "--format", "json", cwd=tmp_path).returncode == 0
