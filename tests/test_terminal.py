"""What is shown on a terminal: a bar, colours, and no tricks of names."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from command_line import (
    WITHOUT_ZONE,
    command,
    make,
    on_terminal,
    said,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_names_cannot_play_tricks_on_the_terminal(tmp_path: Path) -> None:
    source = make(tmp_path / "posts", "a.md")
    (source / "\x1b[31m\nred.md").touch()
    lines = said(command("parse", "posts", "-o", "out", cwd=tmp_path))
    assert lines[0] == "skipped: posts/\\x1b[31m\\nred.md: an empty file"


def test_a_wide_space_is_shown_as_it_is(tmp_path: Path) -> None:
    (make(tmp_path / "posts", "a.md") / "新\u3000闻\u00a0.md").touch()
    shown = said(command("parse", "posts", "-o", "out", cwd=tmp_path))[0]
    assert shown == "skipped: posts/新\u3000闻\\xa0.md: an empty file"


@pytest.mark.parametrize("args", [["parse", "{}", "-o", "out"], ["parse", "posts", "-o", "{}"], ["inspect", "{}"]])
def test_names_that_are_refused_cannot_either(tmp_path: Path, args: list[str]) -> None:
    make(tmp_path / "posts", "a.md")
    name = os.fsdecode(b"\x1b[31m\n\xff")
    if "-o" in args:
        (tmp_path / name).symlink_to("nowhere")
    result = command(*(each.format(name) for each in args), cwd=tmp_path)
    assert result.returncode == 2
    assert r"'\x1b[31m\n\xff'" in said(result)[-1]


def test_a_terminal_gets_a_progress_bar_that_goes_away(tmp_path: Path) -> None:
    make(tmp_path / "posts", *(f"{number}.md" for number in range(50)), post=WITHOUT_ZONE)
    status, shown = on_terminal("parse", "posts", "-o", "out", "-v", cwd=tmp_path, stdout=False)
    assert status == 0
    assert "Parsing" in shown
    assert "/50" in shown
    assert "files/s" in shown
    assert re.search(r"\x1b\[[0-9;]*3[0-9]", shown)
    assert "warning: posts/7.md: date-without-zone" in shown
    assert "50 posts: 50 written" in shown.splitlines()[-1]


def test_a_terminal_without_colour_gets_none(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md")
    shown = on_terminal("parse", "posts", "-o", "out", cwd=tmp_path, stdout=False, NO_COLOR="1")[1]
    assert "Parsing" in shown
    assert not re.search(r"\x1b\[([0-9;]*;)?(3|4|9|10)[0-9]", shown)


@pytest.mark.parametrize("args", [["--no-progress"], ["-q"], []])
def test_no_bar_where_none_is_wanted(tmp_path: Path, args: list[str]) -> None:
    make(tmp_path / "posts", "a.md")
    env = {} if args else {"TERM": "dumb"}
    status, shown = on_terminal("parse", "posts", "-o", "out", *args, cwd=tmp_path, stdout=False, **env)
    assert status == 0
    assert "\x1b" not in shown
    assert "Parsing" not in shown


@pytest.mark.parametrize("args", [["-o", "-"], ["-o", "out", "--check"]])
def test_no_bar_among_lines_on_the_same_terminal(tmp_path: Path, args: list[str]) -> None:
    make(tmp_path / "posts", "a.md")
    _, shown = on_terminal("parse", "posts", *args, cwd=tmp_path)
    assert ('"title":' if "-" in args else "missing: out/a.json") in shown
    assert "\x1b" not in shown
    assert "Parsing" not in shown
