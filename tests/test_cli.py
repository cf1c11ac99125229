"""The command as users run it: real processes, their output and their exit status."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from command_line import (
    BROKEN,
    COMMAND,
    GUARD,
    WITHOUT_ZONE,
    as_any_user,
    command,
    environment,
    make,
    records,
    said,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_a_folder_of_posts_becomes_a_folder_of_records(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "sub/b.html", "sub/市值1.5万亿.markdown")
    result = command("parse", "posts", "-o", "out", cwd=tmp_path)
    assert result.returncode == 0
    assert re.fullmatch(r"3 posts: 3 written, 0 failed, 0 skipped, 0 warnings, \d+\.\d s", said(result)[-1])
    made = records(tmp_path / "out")
    assert list(made) == ["a.json", "sub/b.json", "sub/市值1.5万亿.json"]
    assert made["sub/b.json"]["source"]["path"] == "sub/b.html"
    assert (tmp_path / "out" / ".newsingest" / ".gitignore").read_text() == "*\n"
    assert result.stdout == b""


def test_quiet_is_silent_when_all_is_well(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md")
    (tmp_path / "posts" / "empty.md").touch()
    result = command("parse", "-q", "posts", "-o", "out", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


def test_failures_and_skips_are_named_and_the_rest_is_written(tmp_path: Path) -> None:
    source = make(tmp_path / "posts", "a.md", "z.md")
    (source / "broken.md").write_bytes(BROKEN)
    (source / "empty.md").touch()
    for flags in ((), ("-q",)):
        result = command("parse", "posts", "-o", "out", *flags, cwd=tmp_path)
        lines = said(result)
        assert result.returncode == 1
        assert any(line.startswith("failed: posts/broken.md: byte ") for line in lines)
        assert ("skipped: posts/empty.md: an empty file" in lines) is (not flags)
        assert lines[-1].startswith("3 posts: ")
        assert ", 1 failed, 1 skipped, 0 warnings" in lines[-1]
        assert list(records(tmp_path / "out")) == ["a.json", "z.json"]


def test_an_old_record_of_a_post_that_fails_does_not_stay(tmp_path: Path) -> None:
    source = make(tmp_path / "posts", "a.md")
    command("parse", "posts", "-o", "out", cwd=tmp_path)
    (source / "a.md").write_bytes(BROKEN)
    result = command("parse", "posts", "-o", "out", cwd=tmp_path)
    assert result.returncode == 1
    assert "Its earlier record is now out/.newsingest/stale/a.json." in said(result)[0]
    assert records(tmp_path / "out") == {}


def test_warnings_are_counted_named_on_request_and_fail_on_request(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", post=WITHOUT_ZONE)
    plain, verbose, strict = (
        command("parse", "posts", "-o", "out", *flags, cwd=tmp_path) for flags in ([], ["-v"], ["--strict"])
    )
    assert (plain.returncode, verbose.returncode, strict.returncode) == (0, 0, 1)
    assert "1 warning," in said(plain)[-1]
    assert len(said(plain)) == 1
    for result in (verbose, strict):
        assert said(result)[0].startswith("warning: posts/a.md: date-without-zone: ")
    assert list(records(tmp_path / "out")) == ["a.json"]
    zoned = command("parse", "posts", "-o", "out", "--strict", "--assume-timezone", "+08:00", cwd=tmp_path)
    assert zoned.returncode == 0


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["gone", "-o", "out"], "no file or folder 'gone'"),
        (["posts"], "--output"),
        (["-o", "out"], "SOURCE"),
        (["posts", "-o", "posts/a.md"], "not a folder"),
        (["posts", "-o", ""], "no name"),
        (["posts", "-o", "posts"], "holds the source"),
        (["posts", ".NewsIngest", "-o", "out"], "the name of the folder where newsingest keeps its state"),
        (["posts", "posts/../posts", "-o", "out"], "same name 'posts'"),
        (["posts", "posts/../posts", "-o", "out"], "are one source and would write under the same name"),
        (["-", "-", "-o", "out"], "'-' and '-' are one source"),
        (["posts", "more/posts", "-o", "out"], "Run them one after the other, into two output folders."),
        (["posts", "-o", "out", "--profile", ""], "'--profile': The name is empty. Leave the option out, or"),
        (["posts", "-o", "out", "--profiles", ""], "'--profiles': The name is empty. Leave the option out, or"),
        (["pipe", "-o", "out"], "is a pipe"),
        (["posts", "-o", "out", "--encoding", "klingon"], "no text encoding"),
        (["posts", "-o", "out", "--encoding", "hex"], "no text encoding"),
        (["posts", "-o", "out", "--assume-timezone", "Mars/Base"], "no time zone"),
        (["posts", "-o", "out", "--assume-timezone", "asia/shangai"], "did you mean Asia/Shanghai?"),
        (["posts", "-o", "out", "--assume-timezone", "../etc"], "no time zone"),
        (["posts", "-o", "out", "--assume-timezone", "+25:00"], "no time zone"),
        (["posts", "-o", "out", "--max-bytes", "16 miles"], "no size"),
        (["posts", "-o", "out", "--max-bytes", "0"], "no size"),
        (["posts", "-o", "out", "-q", "-v"], "exclude each other"),
        (["posts", "-o", "out", "--report", ""], "no name"),
        (["posts", "-o", "out", "--report", "posts/"], "'posts/' is a folder"),
        (["posts", "-o", "-", "--report", "-"], "both write to standard output"),
        (["posts", "-o", "out", "--check", "--report", "-"], "both write to standard output"),
        (["posts", "-o", "out", "--outptu", "x"], "--outptu"),
    ],
)
def test_wrong_usage(tmp_path: Path, args: list[str], word: str) -> None:
    make(tmp_path / "posts", "a.md")
    make(tmp_path / ".NewsIngest", "a.md")
    make(tmp_path / "more/posts", "a.md")
    os.mkfifo(tmp_path / "pipe")
    result = command("parse", *args, cwd=tmp_path)
    assert result.returncode == 2
    assert any(word in line for line in said(result))
    assert not (tmp_path / "out").exists()


def test_a_command_that_there_is_not(tmp_path: Path) -> None:
    for args, meant in (("prase", "parse"), ("profile", "profiles"), ("zebra", ""), ("profiles lits", "list")):
        result = command(*args.split(), cwd=tmp_path)
        assert result.returncode == 2
        assert ("Did you mean" in said(result)[-1]) is bool(meant)
        assert said(result)[-1].endswith(f"'{meant}'?" if meant else "'zebra'.")


@pytest.mark.parametrize("output", ["posts/a.md/out", "/proc/newsingest"])
def test_an_output_that_cannot_be_made(tmp_path: Path, output: str) -> None:
    make(tmp_path / "posts", "a.md")
    result = command("parse", "posts", "-o", output, cwd=tmp_path)
    assert result.returncode == 3
    assert said(result)[0].startswith(f"stopped: {output}: cannot be written: ")


def test_an_empty_folder_and_a_folder_of_pictures_are_no_error_but_said(tmp_path: Path) -> None:
    pictures = make(tmp_path / "pictures")
    (pictures / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    (pictures / "b.jpg").write_bytes(b"\xff\xd8\xff\xe0" + bytes(100))
    make(tmp_path / "empty")
    for source, skipped in (("pictures", 2), ("empty", 0)):
        result = command("parse", source, "-o", "out", cwd=tmp_path)
        assert result.returncode == 0
        assert said(result)[-2] == "No posts were found."
        assert said(result)[-1].startswith(f"0 posts: 0 written, 0 failed, {skipped} skipped")


def test_pipes_loops_and_hidden_files_do_not_disturb(tmp_path: Path) -> None:
    source = make(tmp_path / "posts", "a.md", ".hidden.md", ".git/b.md")
    os.mkfifo(source / "pipe.md")
    (source / "loop").symlink_to(".")
    (source / "self").symlink_to("self")
    result = command("parse", "posts", "-o", "out", cwd=tmp_path)
    assert result.returncode == 0
    assert said(result)[:-1] == [
        "skipped: posts/loop: a link to a folder it lies in",
        "skipped: posts/pipe.md: a pipe, never opened",
        "skipped: posts/self: a link that leads back to itself",
    ]
    assert list(records(tmp_path / "out")) == ["a.json"]


def test_an_output_inside_the_source_is_not_read_the_second_time(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md")
    for _ in range(2):
        result = command("parse", ".", "-o", "records", cwd=tmp_path / "posts")
        assert result.returncode == 0
        assert re.match(r"1 post: (1 written|0 written, 1 unchanged), 0 failed, 0 skipped", said(result)[-1])


def test_include_exclude_and_size(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "b.html", "old/c.md", "big.md")
    with (tmp_path / "posts" / "big.md").open("a") as file:
        file.write("x" * 5000)
    options = ["--include", "*.md", "--exclude", "old/**", "--max-bytes", "4KiB", "-v"]
    result = command("parse", "posts", "-o", "out", *options, cwd=tmp_path)
    assert list(records(tmp_path / "out")) == ["a.json"]
    assert said(result)[0].startswith("skipped: posts/big.md: above --max-bytes")
    assert "left out by include, by exclude or as newsingest.toml: 2" in said(result)


@pytest.mark.parametrize(
    ("args", "remedy"),
    [
        (["parse", "-o", "out"], "Make it readable for this user, or leave it out with --exclude."),
        (["inspect"], "Make it readable for this user."),
    ],
)
def test_a_post_that_cannot_be_read_fails_alone_as_in_a_folder(tmp_path: Path, args: list[str], remedy: str) -> None:
    make(tmp_path, "a.md")
    (tmp_path / "a.md").chmod(0)
    result = command(*args, "a.md", cwd=tmp_path, before=as_any_user)
    assert result.returncode == 1
    assert said(result)[0] == f"failed: a.md: cannot be read: Permission denied. {remedy}"


def test_a_locale_that_is_not_utf8_changes_nothing(tmp_path: Path) -> None:
    make(tmp_path / "posts", "新闻/é.md")
    for number, env in enumerate(({"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"})):
        result = subprocess.run(
            [*COMMAND, "parse", "posts", "-o", str(number)],
            cwd=tmp_path, capture_output=True, timeout=GUARD, check=False, env=environment(**env),
        )  # fmt: skip
        assert result.returncode == 0, result.stderr
        made = records(tmp_path / str(number))
        assert list(made) == ["新闻/é.json"]
        assert made["新闻/é.json"]["source"]["path"] == "新闻/é.md"


def test_version_and_help(tmp_path: Path) -> None:
    assert command("--version", cwd=tmp_path).stdout == b"newsingest 0.1.0\n"
    bare = command(cwd=tmp_path)
    assert b"\n  parse     Make one JSON record of each post.\n" in bare.stdout + bare.stderr  # click chose another
    for args in ([], ["parse"]):
        text = command(*args, "--help", cwd=tmp_path).stdout.decode()
        assert "newsingest parse ./posts -o records/" in text
        assert max(map(len, text.splitlines())) <= 80
    for status in ("0 ", "1 ", "2 ", "3 ", "75", "130", "141"):
        assert f"\n    {status}" in text


@pytest.mark.parametrize("args", ["convert", "diff", "inspect", "stats", "status", "validate"])
def test_help_lists_what_a_command_may_end_with(tmp_path: Path, args: str) -> None:
    text = command(args, "--help", cwd=tmp_path).stdout.decode()
    assert set(re.findall(r"^    (\d+) ", text.partition("Exit status")[2], re.MULTILINE)) >= {
        "0",
        "1",
        "2",
        "3",
        "141",
    }


@pytest.mark.parametrize(
    "args", ["--help", "--version", "parse --help", "diff --help", "profiles --help", "profiles check --help"]
)
def test_help_is_quick(tmp_path: Path, args: str) -> None:
    code = (
        "import sys; from newsingest.cli import main\n"
        f"sys.argv = ['newsingest', *{args.split()!r}]\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'bs4', 'frontmatter', 'lxml', 'msgspec', 'rich', 'yaml'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, timeout=GUARD, check=True)
    assert result.stdout.endswith(b"\n[]\n")


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shell_completion_is_there(tmp_path: Path, shell: str) -> None:
    result = subprocess.run(
        COMMAND,
        cwd=tmp_path,
        capture_output=True,
        timeout=GUARD,
        check=False,
        env=environment(_NEWSINGEST_COMPLETE=f"{shell}_source"),
    )
    assert b"_NEWSINGEST_COMPLETE" in result.stdout


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("parse --profile g", "plain,generic"),
        ("profiles show h", "file,h"),
        ("parse --profiles own --profile h", "plain,harbour"),
        ("inspect --profiles gone --profile sina", "plain,sina-finance"),
    ],
)
def test_names_of_profiles_are_completed(tmp_path: Path, words: str, offered: str) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own/harbour.yaml").write_text("name: harbour\nextends: generic\n")
    asked = {"COMP_WORDS": f"newsingest {words}", "COMP_CWORD": str(len(words.split()))}
    env = environment(_NEWSINGEST_COMPLETE="bash_complete", **asked)
    result = subprocess.run(COMMAND, cwd=tmp_path, capture_output=True, timeout=GUARD, check=False, env=env)
    assert (result.stdout.decode().strip(), result.stderr) == (offered, b"")
