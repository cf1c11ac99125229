"""``inspect``, the command: what it prints, as text and as JSON, and what its page in the docs says of it."""

from __future__ import annotations

import json
import re
import subprocess
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest

from command_line import BROKEN, COMMAND, GUARD, POST, command, make, on_terminal, said
from conftest import write_post
from explained import SINA, hostile
from newsingest.explaining.explain import Piece
from readings import POSTS, post_path

if TYPE_CHECKING:
    from pathlib import Path


def test_text_for_a_pipe(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    result = command("inspect", "a.md", cwd=tmp_path)
    assert (result.returncode, said(result)) == (0, [])
    shown = result.stdout.decode()
    assert "\x1b" not in shown
    assert re.search(r"^ +5 \+ paragraph 1 +The harbour reopens on Monday\.$", shown, re.MULTILINE)
    assert re.search(r"^  title +a$", shown, re.MULTILINE)
    assert re.search(r"^  profile +generic: no other profile applies$", shown, re.MULTILINE)


def test_empty_elements_are_counted_and_listed_on_request(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(write_post("<p>Text.</p><script></script><p hidden></p>"))
    assert "2 empty elements dropped; -v lists them" in command("inspect", "a.md", cwd=tmp_path).stdout.decode()
    verbose = command("inspect", "-v", "a.md", cwd=tmp_path).stdout.decode()
    assert "empty elements" not in verbose
    assert "(html: the tag itself · <script>)" in verbose


def test_json(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    parsed = json.loads(command("parse", "a.md", "-o", "-", cwd=tmp_path).stdout)
    for args, stdin, path in ((["a.md"], b"", "a.md"), (["-"], (tmp_path / "a.md").read_bytes(), "stdin")):
        result = command("inspect", "--json", *args, cwd=tmp_path, stdin=stdin)
        assert result.returncode == 0
        shown: dict[str, Any] = json.loads(result.stdout)
        assert list(shown) == ["schema", "profile", "blocks", "record"]
        assert list(shown["profile"]) == ["name", "why"]
        assert list(shown["blocks"][0]) == list(Piece.__struct_fields__)
        assert shown["record"]["source"]["path"] == path
        assert shown["record"]["paragraphs"] == parsed["paragraphs"]
    assert shown["blocks"][0]["index"] == 0


def test_options_reach_the_parser(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(
        "---\ntitle: 标题\ndate: 2024-05-01T08:00:00\n---\n<p>正文在此。</p>\n".encode("gb18030")
    )
    result = command("inspect", "a.md", "--json", "--encoding", "gb18030", "--assume-timezone", "+08:00", cwd=tmp_path)
    record = json.loads(result.stdout)["record"]
    assert (record["title"], record["date"]) == ("标题", "2024-05-01T00:00:00Z")
    assert record["source"]["encoding"] == "gb18030"


@pytest.mark.parametrize("extra", [[], ["--json"], ["--html", "a.html"]])
def test_a_post_that_fails_says_what_parse_says(tmp_path: Path, extra: list[str]) -> None:
    (tmp_path / "bad.md").write_bytes(BROKEN)
    result = command("inspect", "bad.md", *extra, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (1, b"")
    assert said(result) == said(command("parse", "bad.md", "-o", "out", cwd=tmp_path))[:1]
    assert not (tmp_path / "a.html").exists()
    empty = command("inspect", "-", cwd=tmp_path)
    assert empty.returncode == 1
    assert said(empty)[0].startswith("failed: stdin: an empty file")


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ([], "POST"),
        (["gone.md"], "no file or folder 'gone.md'"),
        (["posts"], "is a folder. Name one post"),
        (["posts/a.md", "posts/a.md"], "unexpected extra argument"),
        (["posts/a.md", "--json", "--html", "-"], "exclude each other"),
        (["posts/a.md", "--html", "posts"], "is a folder"),
        (["posts/a.md", "--html", ""], "no name"),
        (["posts/a.md", "--html", "new.json"], "'new.json' ends as files of records do"),
        (["posts/a.md", "--html", "posts/a.md"], "no page of newsingest"),
        (["posts/a.md", "--encoding", "klingon"], "no text encoding"),
        (["posts/a.md", "--assume-timezone", "Mars/Base"], "no time zone"),
    ],
)
def test_wrong_usage(tmp_path: Path, args: list[str], word: str) -> None:
    make(tmp_path / "posts", "a.md")
    result = command("inspect", *args, cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, b"")
    assert any(word in line for line in said(result))


def test_a_post_nested_too_deep_is_told_no_option_that_inspect_has_not(tmp_path: Path) -> None:
    make(tmp_path, "a.md", post=POST + "<div>" * 3000)
    assert said(command("inspect", "a.md", cwd=tmp_path)) == [
        "failed: a.md: the markup is nested more than 2047 levels deep. Close the tag that is opened again and again."
    ]


def test_the_largest_post_read_is_said(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    assert command("inspect", "a.md", "--max-bytes", "1KiB", cwd=tmp_path).returncode == 0
    result = command("inspect", "a.md", "--max-bytes", "20", cwd=tmp_path)
    assert result.returncode == 1
    assert said(result)[0].startswith("failed: a.md: above --max-bytes (")


def test_a_page_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    make(tmp_path, "a.md")
    result = command("inspect", "a.md", "--html", "a.html", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    written = (tmp_path / "a.html").read_bytes()
    assert written == command("inspect", "a.md", "--html", "-", cwd=tmp_path).stdout
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.html", "a.md"]
    assert command("inspect", "a.md", "--html", "a.html", cwd=tmp_path).returncode == 0, "over its own kind"
    both = command("inspect", "a.md", "--html", "b.html", "--json", cwd=tmp_path)
    assert json.loads(both.stdout)["schema"] == 1
    assert (tmp_path / "b.html").read_bytes() == written
    nowhere = command("inspect", "a.md", "--html", "none/a.html", cwd=tmp_path)
    assert nowhere.returncode == 3
    assert said(nowhere)[0].startswith("stopped: none/a.html: cannot be written: ")


def test_help_is_quick_and_fits(tmp_path: Path) -> None:
    code = (
        "import sys; from newsingest.cli import main\nsys.argv = ['newsingest', 'inspect', '--help']\n"
        "try: main()\nexcept SystemExit: pass\n"
        "print(sorted({'lxml', 'msgspec', 'rich', 'yaml'} & set(sys.modules)))"
    )
    result = subprocess.run([COMMAND[0], "-c", code], cwd=tmp_path, capture_output=True, timeout=GUARD, check=True)
    assert result.stdout.endswith(b"\n[]\n")
    assert max(map(len, result.stdout.decode().splitlines())) <= 80


# -- its page in the docs -----------------------------------------------------------------------------------

DOCS = (POSTS.parents[1] / "docs" / "inspect.md").read_text(encoding="utf-8")


def test_the_docs_show_what_the_command_says() -> None:
    [block] = re.findall(r"^```text\n(.*?)^```$", DOCS, re.MULTILINE | re.DOTALL)
    [post] = re.findall(r"^\$ newsingest inspect '([^']+)'$", DOCS, re.MULTILINE)
    shown = command("inspect", post, cwd=POSTS.parents[1]).stdout.decode().splitlines()
    assert len(block.splitlines()) > 10
    place = 0
    for line in block.splitlines():  # some are left out, but their order is the command's
        place = shown.index(line, place) + 1
    assert not any("(byline: " in line for line in shown), "what a line became is said where it became another text"


def test_the_docs_name_every_option_and_key(tmp_path: Path) -> None:
    rows = re.findall(r"^\| (.*?) \|", DOCS, re.MULTILINE)
    options = set(re.findall(r"--[a-z]+(?:-[a-z]+)*", " ".join(row for row in rows if "--" in row)))
    text = command("inspect", "--help", cwd=tmp_path).stdout.decode().partition("Options:")[2].partition("Examples")[0]
    assert options == set(re.findall(r"^ +(?:-\w, )?(--[a-z]+(?:-[a-z]+)*)", text, re.MULTILINE)) - {"--help"}
    keys = [name for row in rows if (name := row.strip("`")) and row.startswith("`") and "-" not in row]
    assert keys == ["schema", "profile", "blocks", "record", *Piece.__struct_fields__]


# -- on a terminal ------------------------------------------------------------------------------------------


def columns_of(line: str) -> int:
    from rich.cells import cell_len  # noqa: PLC0415

    return cell_len(re.sub(r"\x1b\[[0-9;]*m", "", line))


@pytest.mark.parametrize("columns", [80, 50, 120])
def test_lines_fit_a_terminal(tmp_path: Path, columns: int) -> None:
    shown = on_terminal("inspect", post_path(SINA), cwd=tmp_path, COLUMNS=str(columns))[1]
    assert re.search(r"\x1b\[[0-9;]*3[0-9]", shown)
    lines = shown.splitlines()
    assert max(map(columns_of, lines)) <= columns
    assert all("\x1b[1;4m" in below for line, below in pairwise(lines) if not columns_of(line)), (
        "no line is for nothing"
    )
    assert re.search(r"\x1b\[2m +20 \x1b\[0m\x1b\[1;32m\+ \x1b\[0m\x1b\[32mparagraph 1 *\x1b\[0m\s+10月30日", shown)


def test_no_colour_where_none_is_wanted(tmp_path: Path) -> None:
    assert "\x1b" not in on_terminal("inspect", post_path(SINA), cwd=tmp_path, NO_COLOR="1")[1]
    assert "\x1b" not in on_terminal("inspect", post_path(SINA), cwd=tmp_path, TERM="dumb")[1]


def test_a_post_cannot_play_tricks_on_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_bytes(hostile())
    _, on_one = on_terminal("inspect", "a.md", cwd=tmp_path)
    for shown in (on_one, command("inspect", "a.md", cwd=tmp_path).stdout.decode()):
        left = re.sub(r"\x1b\[[0-9;]*m", "", shown.replace("\r\n", "\n"))  # the tool's own colours
        assert all(char.isprintable() or char == "\n" for char in left)
        assert "\\x1b[31mred\\x07" in left
        assert "\\u202e" in left
    plain = command("inspect", "a.md", cwd=tmp_path).stdout.decode()
    assert "\x1b" not in plain
