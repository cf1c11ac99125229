from __future__ import annotations

import os
import shutil
import socket
import stat
import subprocess
from itertools import chain
from typing import TYPE_CHECKING

import pytest

from newsingest.errors import NotAPostError, PostError
from newsingest.parsing.parser import parse
from newsingest.runs.globs import Globs
from newsingest.runs.read import read_post
from newsingest.runs.walk import Candidate, LeftOut, Rules, Skip, special_kind, walk_pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from newsingest.runs.walk import Found


def make(root: Path, *names: str, data: bytes = b"---\n---\n") -> None:
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def walk(root: str, rules: Rules | None = None, **options: str) -> Iterator[Found]:
    return chain.from_iterable(walk_pages(root, rules, **options))


def found(root: Path, **rules: object) -> list[Found]:
    return list(walk(str(root), Rules(**rules)))  # type: ignore[arg-type] # each test names its own


def candidates(root: Path, **rules: object) -> list[str]:
    return [item.relative for item in found(root, **rules) if isinstance(item, Candidate)]


def skips(root: Path) -> dict[str, str]:
    return {item.relative: item.reason for item in found(root) if isinstance(item, Skip)}


def test_files_come_in_the_order_of_their_parts(tmp_path: Path) -> None:
    make(tmp_path, "b.md", "a/z.md", "a/b/c.md", "a.md", "a-b/c.md", "Z.md", "é.md", "新.md")
    expected = ["Z.md", "a/b/c.md", "a/z.md", "a-b/c.md", "a.md", "b.md", "é.md", "新.md"]
    assert candidates(tmp_path) == sorted(expected, key=lambda path: path.split("/"))


def test_a_candidate_says_where_it_is_and_what_its_record_is_called(tmp_path: Path) -> None:
    make(tmp_path, "a/b.md")
    path = str(tmp_path / "a" / "b.md")
    assert found(tmp_path) == [Candidate(path, "a/b.md", 8, "a/b.json", (tmp_path / "a" / "b.md").stat().st_mtime_ns)]
    assert list(walk(str(tmp_path), records="news")) == [
        Candidate(path, "a/b.md", 8, "news/a/b.json", (tmp_path / "a" / "b.md").stat().st_mtime_ns)
    ]


def test_a_large_folder_comes_in_pages(tmp_path: Path) -> None:
    make(tmp_path, *(f"{number:04}.md" for number in range(1200)), "0600/a.md", "zzz.md")
    pages = list(walk_pages(str(tmp_path)))
    assert max(map(len, pages)) <= 512
    assert [item for page in pages for item in page] == found(tmp_path)
    for page in pages:
        assert len({os.path.dirname(item.relative) for item in page}) == 1  # noqa: PTH120 - it is text


def test_hidden_files_and_folders_are_not_seen(tmp_path: Path) -> None:
    make(tmp_path, ".hidden.md", ".git/x.md", "a/.b/c.md", "seen")
    assert [item.relative for item in found(tmp_path)] == ["seen"]


def test_empty_and_large_files_are_skipped(tmp_path: Path) -> None:
    make(tmp_path, "empty.md", data=b"")
    make(tmp_path, "large.md", data=b"x" * 1001)
    make(tmp_path, "fits.md", data=b"x" * 1000)
    assert candidates(tmp_path, max_bytes=1000) == ["fits.md"]
    reasons = {item.relative: item.reason for item in found(tmp_path, max_bytes=1000) if isinstance(item, Skip)}
    assert reasons["empty.md"] == "an empty file"
    assert "--max-bytes" in reasons["large.md"]


def test_links_are_named_and_never_followed(tmp_path: Path) -> None:
    source = tmp_path / "source"
    make(tmp_path, "source/a.md", "source/sub/b.md", "outside/c.md")
    (source / "broken").symlink_to("nowhere")
    (source / "self").symlink_to("self")
    (source / "sub" / "up").symlink_to("..")
    (source / "inner").symlink_to("a.md")
    (source / "inner-folder").symlink_to("sub")
    (source / "out").symlink_to(tmp_path / "outside")
    (source / "out.md").symlink_to(tmp_path / "outside" / "c.md")
    (source / "null").symlink_to("/dev/null")
    assert candidates(source) == ["a.md", "sub/b.md"]
    assert skips(source) == {
        "broken": "a broken link",
        "inner": "a link to a file of the source, which has its own place there",
        "inner-folder": "a link to a folder of the source, which has its own place there",
        "null": "a link to a device outside the source",
        "out": "a link to a folder outside the source",
        "out.md": "a link to a file outside the source",
        "self": "a link that leads back to itself",
        "sub/up": "a link to a folder it lies in",
    }


def test_the_source_itself_may_be_a_link(tmp_path: Path) -> None:
    make(tmp_path, "real/a.md")
    (tmp_path / "link").symlink_to("real")
    assert candidates(tmp_path / "link") == ["a.md"]


def test_pipes_and_sockets_are_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe")
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket")
        assert skips(tmp_path) == {"pipe": "a pipe, never opened", "socket": "a socket, never opened"}


def test_devices_have_names() -> None:
    assert special_kind(stat.S_IFCHR) == special_kind(stat.S_IFBLK) == "device"
    assert special_kind(stat.S_IFREG) is None


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every folder")
def test_an_unreadable_folder_is_named_as_lost(tmp_path: Path) -> None:
    make(tmp_path, "shut/a.md", "open.md")
    (tmp_path / "shut").chmod(0)
    try:
        assert candidates(tmp_path) == ["open.md"]
        assert [item.lost for item in found(tmp_path) if isinstance(item, Skip)] == [True]
    finally:
        (tmp_path / "shut").chmod(0o700)


def test_a_folder_that_cannot_be_read_is_named_as_lost(tmp_path: Path) -> None:
    lost = list(walk(str(tmp_path / "gone")))
    assert lost == [Skip(".", "a folder that cannot be read: No such file or directory", lost=True)]


def test_a_folder_that_is_gone_when_the_walk_comes_to_it_is_not_there(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "b/c.md", "d/e.md")
    walked = walk(str(tmp_path))
    seen = [next(walked).relative]
    (tmp_path / "b" / "c.md").unlink()
    (tmp_path / "b").rmdir()
    (tmp_path / "b").touch()
    shutil.rmtree(tmp_path / "d")
    assert seen + [item.relative for item in walked] == ["a.md"]


def test_the_output_folder_is_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "out/a.json", "out2/b.md")
    for output in (tmp_path / "out", tmp_path / "out2" / ".." / "out"):
        names = [item.relative for item in walk(str(tmp_path), leave_out=str(output))]
        assert names == ["a.md", "out2/b.md"]


def test_include_and_exclude(tmp_path: Path) -> None:
    make(tmp_path, "a.md", "a.txt", "old/b.md", "new/old/c.md", "new/d.md")
    assert candidates(tmp_path, include=("*.md",)) == ["a.md", "new/d.md", "new/old/c.md", "old/b.md"]
    assert candidates(tmp_path, include=("*.md",), exclude=("old/**",)) == [
        "a.md",
        "new/d.md",
        "new/old/c.md",
    ]
    assert candidates(tmp_path, exclude=("old",)) == ["a.md", "a.txt", "new/d.md"]
    assert LeftOut("a.txt") in found(tmp_path, include=("*.md",))


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        ("*.md", ["a.md", "x/y/a.md"], ["a.mdx", "a.md/b"]),
        ("x/*.md", ["x/a.md"], ["a.md", "x/y/a.md", "y/x/a.md"]),
        ("/*.md", ["a.md"], ["x/a.md"]),
        ("x/**", ["x/a", "x/y/a"], ["x", "a"]),
        ("**/y/*", ["y/a", "x/y/a", "x/z/y/a"], ["y", "y/z/a"]),
        ("x/**/a", ["x/a", "x/y/a", "x/y/z/a"], ["a", "xa"]),
        ("[ab]?.md", ["a1.md", "bx.md"], ["c1.md", "a.md", "a/.md"]),
        ("[!ab].md", ["c.md"], ["a.md"]),
        ("[a-c].md", ["b.md"], ["d.md", "-.md"]),
        ("[]].md", ["].md"], ["[.md"]),
        ("[!]].md", ["[.md"], ["].md"]),
        ("a[!b]c", ["axc"], ["abc", "a/c"]),
        ("[c-a].md", [], ["b.md", "c.md"]),
        ("[.md", ["[.md"], ["a.md"]),
        ("a.b", ["a.b"], ["axb"]),
        ("caf\u00e9", ["cafe\u0301"], ["cafe"]),
        ("old/", ["old", "x/old"], ["old2"]),
        ("./a.md", ["a.md"], ["x/a.md"]),
    ],
)
def test_a_glob_matches_some_paths_and_not_others(pattern: str, matches: list[str], others: list[str]) -> None:
    globs = Globs([pattern])
    assert [path for path in matches if not globs.match(path)] == []
    assert [path for path in others if globs.match(path)] == []


def test_names_that_are_not_utf8_are_walked_and_read(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"caf\xe9.md")).write_bytes(b"---\n---\n")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    (candidate,) = found(tmp_path)
    assert isinstance(candidate, Candidate)
    assert (candidate.relative, candidate.record) == ("caf\\xe9.md", "caf\\xe9.json")
    assert read_post(candidate.path, candidate.relative) == b"---\n---\n"


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[str]:
    """Lend a folder for trees that are deeper than Python, and so pytest, can remove."""
    yield str(tmp_path / "deep")
    subprocess.run(["rm", "-rf", str(tmp_path / "deep")], check=True)


def test_deep_folders_do_not_exhaust_the_stack(deep: str) -> None:
    folder = deep
    os.mkdir(folder)  # noqa: PTH102 - pathlib is what exhausts the stack
    for _ in range(1200):
        folder += "/d"
        os.mkdir(folder)  # noqa: PTH102 - pathlib is what exhausts the stack
    with open(f"{folder}/a.md", "wb") as file:  # noqa: PTH123 - as above
        file.write(b"x")
    names = [item.relative for item in walk(deep)]
    assert names == ["d/" * 1200 + "a.md"]


def test_a_file_that_turns_into_a_folder_is_gone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "a.md", "b.md")

    def look(_folder: int, names: list[bytes]) -> list[None]:
        (tmp_path / "a.md").unlink()
        (tmp_path / "a.md").mkdir()
        return [None for _ in names]

    monkeypatch.setattr("newsingest.runs.walk.glances", look)
    assert [(type(item), item.relative) for item in found(tmp_path)] == [(Candidate, "b.md")]


def test_reading_skips_what_is_no_post(tmp_path: Path) -> None:
    make(tmp_path, "empty", data=b"")
    make(tmp_path, "picture", data=b"\x89PNG\r\n\x1a\n\0\0")
    make(tmp_path, "large", data=b"x" * 20)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("large")
    for name, reason in {
        "empty": "an empty file",
        "picture": "a binary file",
        "large": "above --max-bytes (20 bytes, at most 10 are read)",
        "pipe": "no regular file by now",
        "link": "a link by now",
        "gone": "gone since the folder was listed",
        "large/gone": "gone since the folder was listed",
    }.items():
        with pytest.raises(NotAPostError) as caught:
            read_post(str(tmp_path / name), name, 10)
        assert caught.value.reason == reason


def test_a_post_with_a_nul_is_read(tmp_path: Path) -> None:
    make(tmp_path, "a.md", data=b"---\ntitle: x\n---\n<p>a\0b</p>\n")
    record = parse(read_post(str(tmp_path / "a.md"), "a.md"), "a.md")
    assert record.paragraphs == ["ab"]
    assert "control-character" in [warning.code for warning in record.warnings]


def test_a_read_error_is_a_failure_with_a_remedy() -> None:
    with pytest.raises(PostError) as caught:
        read_post("x" * 300, "x")  # an error for root too
    assert not isinstance(caught.value, NotAPostError)
    assert "cannot be read" in caught.value.reason
    assert "--exclude" in caught.value.remedy


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_an_unreadable_file_is_a_failure(tmp_path: Path) -> None:
    make(tmp_path, "shut")
    (tmp_path / "shut").chmod(0)
    with pytest.raises(PostError, match="Make it readable"):
        read_post(str(tmp_path / "shut"), "shut")


def test_names_are_left_out_or_taken_a_folder_at_a_time_as_one_by_one(tmp_path: Path) -> None:
    for name in ("a.md", "b.html", "café.md", "cafe\u0301.txt", "out/a.json", "old/a.md", "old.md"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("x", encoding="utf-8")
    rules = Rules(include=("*.md", "*.txt"), exclude=("old", "café.txt", "out"))
    found = list(walk(str(tmp_path), rules, leave_out=str(tmp_path / "out")))
    assert [item.relative for item in found if isinstance(item, Candidate)] == ["a.md", "café.md", "old.md"]
    # the output is no folder of the source, whatever the rules say of its name
    assert [item.relative for item in found if isinstance(item, LeftOut)] == ["b.html", "cafe\u0301.txt", "old"]
