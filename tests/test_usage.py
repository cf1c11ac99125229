"""Options of ``parse`` that mean nothing together, and values that mean nothing: said, or passed over in a file."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from command_line import command, make, said

if TYPE_CHECKING:
    from pathlib import Path

# What a file may say for the runs it has a meaning for.
FILE = """
full = true
prune = "yes"
keep-stale = true
wait = 3
format = "jsonl"
shard-size = 5
compress = "gzip"
diff = true
diff-lines = 4
exclude = ["z*"]
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    make(tmp_path / "posts", "a.md", "b.md")
    return tmp_path


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (f"posts -o {out} {option}", f"{option.partition(' ')[0]} and {mode} exclude each other: ")
        for out, mode in (("-", "-o -"), ("out --check", "--check"))
        for option in ("--full", "--prune", "--prune force", "--keep-stale", "--wait 3")
    ]
    + [
        ("posts -o - --check", "--check compares records in a folder"),
        ("posts -o - --shard-size 5", "--shard-size is for shards in a folder"),
        ("posts -o out --compress gzip", "--compress is for shards"),
        ("posts -o out --diff", "--diff belongs to --check."),
        ("posts -o out --check --diff-lines 5", "--diff-lines belongs to --diff."),
        ("posts/a.md - -o out --exclude b*", "--exclude is for what lies in folders, and no SOURCE is one."),
        ("posts/a.md -o out --include b*", "--include is for what lies in folders, and no SOURCE is one."),
    ],
)
def test_what_the_command_line_says_in_vain_is_refused(place: Path, args: str, words: str) -> None:
    for more in ([], ["--log-format", "json"]):
        result = command("parse", *args.split(), *more, cwd=place)
        assert (result.returncode, result.stdout) == (2, b"")
        assert words in said(result)[-1]
    assert not (place / "out").exists()


def test_patterns_mean_something_where_one_source_is_a_folder(place: Path) -> None:
    make(place / "more", "c.md")
    assert command("parse", "posts", "more/c.md", "-", "-o", "out", "--exclude", "b*", cwd=place).returncode == 1
    assert sorted(path.name for path in (place / "out").rglob("*.json")) == ["a.json", "c.json"]


@pytest.mark.parametrize(
    "args",
    [
        "posts -o -",
        "posts -o out --format json --check",
        "posts -o out --format md",
        "posts -o out",
        "posts/a.md -o out",
    ],
)
def test_what_a_file_says_in_vain_is_passed_over(place: Path, args: str) -> None:
    command("parse", "posts", "-o", "out", cwd=place)
    (place / "newsingest.toml").write_text(FILE)
    result = command("parse", *args.split(), "-q", cwd=place)
    assert (result.returncode, result.stderr) == (0, b"")
    assert len(result.stdout.splitlines()) == (2 if "-o -" in args else 0)


def test_a_check_that_a_file_asks_for_is_none_of_standard_output(place: Path) -> None:
    (place / "newsingest.toml").write_bytes(b"\xef\xbb\xbfcheck = true\r\ndiff = true\r\n")  # as Windows writes it
    result = command("parse", "posts", "-o", "-", "-q", cwd=place)
    assert (result.returncode, len(result.stdout.splitlines()), result.stderr) == (0, 2, b"")
    assert command("parse", "posts", "-o", "out", cwd=place).returncode == 1


def test_a_file_that_is_a_link_to_nowhere_is_not_passed_over(place: Path) -> None:
    (place / "newsingest.toml").symlink_to("nowhere")
    result = command("parse", "posts", "-o", "out", cwd=place)
    assert result.returncode == 2
    assert "newsingest.toml: cannot be read: No such file or directory" in said(result)[-1]


@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_a_file_that_is_none_is_refused_and_never_waited_for(place: Path, kind: str) -> None:
    path = place / "newsingest.toml"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    result = command("parse", "posts", "-o", "out", cwd=place)
    assert result.returncode == 2
    reason = "cannot be read: Is a directory." if kind == "folder" else f"a {kind}. Options stand in a plain file;"
    assert said(result)[-1] == f"Error: newsingest.toml: {reason} --no-config reads none."
    assert command("parse", "posts", "-o", "out", "--no-config", cwd=place).returncode == 0


def test_a_source_behind_prune_is_told_where_it_belongs(place: Path) -> None:
    result = command("parse", "--prune", "posts", "-o", "out", cwd=place)
    assert result.returncode == 2
    assert said(result)[-1].endswith(
        "'posts' is not one of 'no', 'yes', 'force'. If it is a SOURCE, write it before --prune."
    )
    (place / "newsingest.toml").write_text('prune = "x"')
    result = command("parse", "posts", "-o", "out", cwd=place)
    assert said(result)[-1] == "Error: newsingest.toml: prune: 'x' is not one of 'no', 'yes', 'force'."


@pytest.mark.parametrize("option", ["--include", "--exclude"])
def test_an_empty_pattern_is_refused(place: Path, option: str) -> None:
    for pattern in ("", "/"):
        result = command("parse", "posts", "-o", "out", option, pattern, cwd=place)
        assert result.returncode == 2
        assert f"'{option}': The pattern is empty." in said(result)[-1]


def test_what_is_said_to_be_as_it_is_anyway_is_no_mistake(place: Path) -> None:
    assert command("parse", "posts", "-o", "-", "--prune=no", "--wait", "0", cwd=place).returncode == 0


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (f"parse posts -o out --{option} {value}", f"'--{option}': '{value}' is {reason}")
        for option, value, reason in (
            ("jobs", "0", "not possible here. Write a whole number, 1 or more."),
            ("jobs", "two", "not possible here. Write a whole number, 1 or more."),
            ("timeout", "-1", "no time. Write seconds, 0 or more, like 0.5 or 3600."),
            ("timeout", "nan", "no time. Write seconds"),
            ("timeout", "inf", "no time. Write seconds"),
            ("timeout", "1e300", "no time. Write seconds"),
            ("wait", "long", "no time. Write seconds"),
            ("max-bytes", "x", "no size. Write it like 500000, 64KiB, 16MB or 1GiB."),
        )
    ]
    + [
        ("status out --runs 0", "'--runs': '0' is not possible here. Write a whole number, 1 or more."),
        ("diff a b --limit -1", "'--limit': '-1' is not possible here. Write a whole number, 0 or more."),
    ],
)
def test_a_number_that_means_nothing(place: Path, args: str, words: str) -> None:
    result = command(*args.split(), cwd=place)
    assert result.returncode == 2
    assert words in said(result)[-1]
    assert not (place / "out").exists()


def test_records_do_not_go_where_the_state_of_others_is(place: Path) -> None:
    state = ".newsingest/out/.newsingest"
    assert command("parse", "posts", "-o", ".newsingest/out", cwd=place).returncode == 0  # a name like any other
    before = sorted(path.name for path in (place / state).iterdir())
    for out in (state, f"{state}/stale", f"{state}/a/b"):
        result = command("parse", "posts", "-o", out, cwd=place)
        assert result.returncode == 2
        assert said(result)[-1] == f"Error: '{out}' lies where newsingest keeps the state of another output folder."
    assert sorted(path.name for path in (place / state).iterdir()) == before
