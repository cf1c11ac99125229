"""``parse --format``: every form holds the same records, and each is kept up to date run after run."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from command_line import BROKEN, COMMAND, GUARD, POST, command, environment, make, said
from newsingest.corpora.shape import decode
from newsingest.formats.markdown import encode_markdown
from newsingest.formats.plaintext import encode_text
from newsingest.formats.reader import Entry
from newsingest.formats.reader import records as read_back
from readings import POSTS, RECORDS
from test_convert import needs_parquet, needs_zstd

if TYPE_CHECKING:
    from pathlib import Path

FORMS = ["jsonl", pytest.param("parquet", marks=needs_parquet)]
SMALL = ("--shard-size", "5")
STATE = ".newsingest"


def parse(folder: Path, out: str, *options: str, status: int = 0, posts: str | Path = "posts") -> list[str]:
    result = command("parse", posts, "-o", out, *options, cwd=folder)
    assert result.returncode == status, result.stderr
    return said(result)


def shards(out: Path) -> dict[str, bytes]:
    """What lies in a folder, but for the tool's own."""
    files = sorted(path for path in out.rglob("*") if path.is_file() and STATE not in path.parts)
    return {str(path.relative_to(out)): path.read_bytes() for path in files}


def identities(out: Path) -> set[tuple[int, int]]:
    return {(path.stat().st_ino, path.stat().st_mtime_ns) for path in out.glob("part-*")}


def held(out: Path) -> dict[str, str]:
    """Path and title of each record in a folder, in order."""
    found = [json.loads(entry.data) for entry in read_back(str(out)) if isinstance(entry, Entry)]
    return {record["source"]["path"]: record["title"] for record in found}


def figures(lines: list[str]) -> str:
    return lines[-1].rpartition(", 0 warnings")[0]


def numbered(folder: Path, count: int) -> list[Path]:
    return [make(folder, f"{number % 3}/{number:03}.md") / f"{number % 3}/{number:03}.md" for number in range(count)]


def age(folder: Path) -> None:
    """Make posts look as if they had been there for long: what is just written is looked at again."""
    for path in folder.rglob("*.md"):
        os.utime(path, (1_700_000_000, 1_700_000_000))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_the_same_posts_hold_equal_records_in_every_form(form: str, jobs: str, tmp_path: Path) -> None:
    parse(tmp_path, "json", posts=POSTS)
    parse(tmp_path, "out", "--format", form, "--jobs", jobs, "--shard-size", "4", posts=POSTS)
    parse(tmp_path, "one", "--format", form, "--jobs", "1", "--shard-size", "4", posts=POSTS)
    assert len(shards(tmp_path / "out")) > 3
    assert shards(tmp_path / "out") == shards(tmp_path / "one")
    back = [decode(entry.data) for entry in read_back(str(tmp_path / "out")) if isinstance(entry, Entry)]
    assert [record.source.path for record in back] == sorted(record.source.path for record in back)
    files = {record.source.path: record for record in map(decode, shards(tmp_path / "json").values())}
    assert {record.source.path: record for record in back} == files


@pytest.mark.parametrize("form", FORMS)
def test_what_parse_and_convert_write_is_the_same(form: str, tmp_path: Path) -> None:
    parse(tmp_path, "parsed", "--format", form, "--shard-size", "20KB", posts=POSTS)
    command("convert", RECORDS, "converted", "--format", form, "--shard-size", "20KB", cwd=tmp_path)
    assert shards(tmp_path / "parsed") == shards(tmp_path / "converted")


@pytest.mark.parametrize(("form", "encode"), [("md", encode_markdown), ("txt", encode_text)])
def test_a_markdown_or_text_file_a_post(form: str, encode: object, tmp_path: Path) -> None:
    assert callable(encode)
    first = parse(tmp_path, "out", "--format", form, posts=POSTS)
    expected = {f"{name.removesuffix('.json')}.{form}": encode(decode(data)) for name, data in shards(RECORDS).items()}
    assert shards(tmp_path / "out") == expected
    again = parse(tmp_path, "out", "--format", form, posts=POSTS)
    assert " 14 written, " in first[-1]
    assert " 0 written, 14 unchanged, " in again[-1]


def test_a_markdown_file_of_a_post_that_fails_is_set_aside(tmp_path: Path) -> None:
    source = make(tmp_path / "posts", "a.md", "b.md")
    parse(tmp_path, "out", "--format", "md")
    (source / "a.md").write_bytes(BROKEN)
    (source / "b.md").unlink()
    lines = parse(tmp_path, "out", "--format", "md", "--prune", status=1)
    assert "Its earlier record is now out/.newsingest/stale/a.md." in lines[0]
    assert " 1 pruned, " in lines[-1]
    assert shards(tmp_path / "out") == {}
    assert (tmp_path / "out" / STATE / "stale" / "a.md").is_file()


def test_another_form_in_the_same_folder_parses_again_and_leaves_the_earlier_files(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md", "b.md")
    for form, files in (("json", 2), ("md", 4), ("jsonl", 5), ("json", 5)):
        lines = parse(tmp_path, "out", "--format", form)
        assert " 2 written, " in lines[-1], form
        assert len(shards(tmp_path / "out")) == files


@pytest.mark.parametrize("form", FORMS)
def test_one_post_more_rewrites_two_shards_at_most(form: str, tmp_path: Path) -> None:
    count = 2_000 if form == "jsonl" else 500
    names = [f"{number % 7}/{number:04}.md" for number in range(count)]
    source = make(tmp_path / "posts", *names)
    age(source)
    options = ("--format", form, "--shard-size", "50")
    parse(tmp_path, "out", *options)
    before = identities(tmp_path / "out")
    assert len(before) > 10
    make(source, "3/a new one.md")
    lines = parse(tmp_path, "out", *options)
    assert figures(lines).startswith(f"{count + 1} posts: 1 written, {count} unchanged")
    assert 1 <= len(identities(tmp_path / "out") - before) <= 2
    parse(tmp_path, "fresh", *options)
    assert shards(tmp_path / "out") == shards(tmp_path / "fresh")


@pytest.mark.parametrize("form", FORMS)
def test_nothing_changed_and_no_file_is_touched(form: str, tmp_path: Path) -> None:
    numbered(tmp_path / "posts", 30)
    parse(tmp_path, "out", "--format", form, *SMALL)
    before = identities(tmp_path / "out")
    for more, count in (((), 0), (("--full",), 30)):
        lines = parse(tmp_path, "out", "--format", form, *SMALL, *more)
        assert f" {count} written" in lines[-1]
        assert identities(tmp_path / "out") == before


@pytest.mark.parametrize("form", FORMS)
def test_a_post_that_changes_fails_and_comes_back(form: str, tmp_path: Path) -> None:
    posts = numbered(tmp_path / "posts", 30)
    options = ("--format", form, *SMALL)
    parse(tmp_path, "out", *options)
    first = shards(tmp_path / "out")
    posts[7].write_text(POST.format(title="Another"))
    assert " 1 written, 29 unchanged" in parse(tmp_path, "out", *options)[-1]
    assert held(tmp_path / "out")["1/007.md"] == "Another"
    posts[7].write_bytes(BROKEN)
    lines = parse(tmp_path, "out", *options, status=1)
    assert "Its earlier record is now out/.newsingest/stale/1/007.json." in lines[0]
    stale = json.loads((tmp_path / "out" / STATE / "stale" / "1" / "007.json").read_bytes())
    assert stale["title"] == "Another"
    assert "1/007.md" not in held(tmp_path / "out")
    assert len(held(tmp_path / "out")) == 29
    posts[7].write_text(POST.format(title="1/007"))
    parse(tmp_path, "out", *options)
    assert shards(tmp_path / "out") == first


def test_a_failed_post_keeps_its_record_if_that_is_wanted(tmp_path: Path) -> None:
    posts = numbered(tmp_path / "posts", 12)
    parse(tmp_path, "out", "--format", "jsonl", *SMALL)
    before = shards(tmp_path / "out")
    posts[3].write_bytes(BROKEN)
    parse(tmp_path, "out", "--format", "jsonl", *SMALL, "--keep-stale", status=1)
    assert shards(tmp_path / "out") == before
    assert not (tmp_path / "out" / STATE / "stale").exists()


@pytest.mark.parametrize("form", FORMS)
def test_a_vanished_post_stays_until_it_is_pruned(form: str, tmp_path: Path) -> None:
    posts = numbered(tmp_path / "posts", 30)
    options = ("--format", form, *SMALL)
    parse(tmp_path, "out", *options)
    before = shards(tmp_path / "out")
    posts[4].unlink()
    posts[5].write_text(POST.format(title="Changed"))
    assert " 1 vanished, " in parse(tmp_path, "out", *options)[-1]
    assert list(held(tmp_path / "out")) == sorted(str(post)[-8:].lstrip("/") for post in posts)
    assert shards(tmp_path / "out") != before
    assert " 1 pruned, " in parse(tmp_path, "out", *options, "--prune")[-1]
    assert len(held(tmp_path / "out")) == 29
    parse(tmp_path, "fresh", *options)
    assert shards(tmp_path / "out") == shards(tmp_path / "fresh")
    assert not (tmp_path / "out" / STATE / "stale").exists()


def test_a_run_on_a_part_of_the_posts_keeps_the_others(tmp_path: Path) -> None:
    make(tmp_path / "one", "a.md")
    make(tmp_path / "two", "b.md")
    command("parse", "one", "two", "-o", "out", "--format", "jsonl", cwd=tmp_path)
    (tmp_path / "two" / "b.md").write_text(POST.format(title="Changed"))
    command("parse", "two", "one/a.md", "-o", "out", "--format", "jsonl", cwd=tmp_path)
    assert held(tmp_path / "out") == {"a.md": "a", "b.md": "Changed"}


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _alter(path: Path) -> None:
    """Change one byte and nothing that a look at the file could show."""
    status = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("damage", [_cut, _alter, os.remove])
def test_a_damaged_shard_is_made_again_of_its_posts(form: str, damage: object, tmp_path: Path) -> None:
    assert callable(damage)
    numbered(tmp_path / "posts", 60)
    options = ("--format", form, "--shard-size", "20")
    parse(tmp_path, "out", *options)
    before, files = shards(tmp_path / "out"), identities(tmp_path / "out")
    damage(tmp_path / "out" / f"part-00001.{form}")
    lines = parse(tmp_path, "out", *options)
    assert 0 < int(lines[-1].partition(" posts: ")[2].partition(" written")[0]) <= 20
    assert shards(tmp_path / "out") == before
    assert len(identities(tmp_path / "out") - files) == 1
    aside = tmp_path / "out" / STATE / "stale" / f"part-00001.{form}"
    assert aside.exists() is (damage is not os.remove)


@pytest.mark.parametrize("gone", ["state.sqlite3", "shards-jsonl", ""])
def test_without_the_state_all_is_parsed_and_the_same(gone: str, tmp_path: Path) -> None:
    numbered(tmp_path / "posts", 30)
    parse(tmp_path, "out", "--format", "jsonl", *SMALL)
    before, files = shards(tmp_path / "out"), identities(tmp_path / "out")
    for path in (tmp_path / "out" / STATE).glob(f"{gone}*"):
        path.unlink()
    assert " 30 written, " in parse(tmp_path, "out", "--format", "jsonl", *SMALL)[-1]
    assert shards(tmp_path / "out") == before
    assert identities(tmp_path / "out") == files


@needs_zstd
def test_other_sizes_and_compressions_take_records_from_the_shards_that_are_there(tmp_path: Path) -> None:
    numbered(tmp_path / "posts", 30)
    parse(tmp_path, "out", "--format", "jsonl", *SMALL)
    for options in (("--compress", "zstd"), ("--compress", "gzip", "--shard-size", "5"), ("--shard-size", "2KB")):
        assert " 0 written, 30 unchanged" in parse(tmp_path, "out", "--format", "jsonl", *options)[-1]
        parse(tmp_path, "fresh", "--format", "jsonl", *options)
        assert shards(tmp_path / "out") == shards(tmp_path / "fresh")


@pytest.mark.parametrize("form", FORMS)
def test_killed_in_the_middle_and_finished_is_the_same(form: str, tmp_path: Path) -> None:
    source = make(tmp_path / "posts", *(f"{number % 3}/{number:04}.md" for number in range(1_200)))
    options = ("--format", form, "--shard-size", "50")
    parse(tmp_path, "out", *options)
    for number in range(0, 1_200, 2):
        make(source, f"{number % 3}/{number:04}.md", post=POST.replace("{title}", "Changed {title}"))
    for wait, number in ((0.6, signal.SIGKILL), (0.8, signal.SIGTERM), (1.0, signal.SIGKILL), (1.2, signal.SIGKILL)):
        arguments = [*COMMAND, "parse", "posts", "-o", "out", *options, "--wait", "9"]
        with subprocess.Popen(arguments, cwd=tmp_path, env=environment(), stderr=subprocess.PIPE) as process:
            time.sleep(wait)
            process.send_signal(number)
            process.communicate(timeout=GUARD)
        assert all(isinstance(entry, Entry) for entry in read_back(str(tmp_path / "out"))), "shards are whole"
    parse(tmp_path, "out", *options, "--wait", "9")
    parse(tmp_path, "fresh", *options)
    assert shards(tmp_path / "out") == shards(tmp_path / "fresh")


@pytest.mark.parametrize(
    ("args", "words"),
    [
        ("posts -o - --format md", "-o - writes JSON Lines"),
        ("posts -o - --format json", "-o - writes JSON Lines"),
        ("posts -o - --compress gzip", "one plain stream"),
        ("posts -o out --shard-size 5", "--format json has a file for each post"),
        ("posts -o out --format txt --compress zstd", "--format txt has a file for each post"),
        ("posts -o out --format jsonl --check", "--check compares records with a file each"),
        ("posts -o out --format md --check", "--check compares records with a file each"),
        ("posts -o posts/out --format md", "lie in one another"),
        ("posts/a.md -o posts --format md", "lie in one another"),
    ],
)
def test_wrong_usage_writes_nothing(args: str, words: str, tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md")
    result = command("parse", *args.split(), cwd=tmp_path)
    assert result.returncode == 2, result.stderr
    assert words in " ".join(said(result))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["a.md"]


def test_standard_output_takes_json_lines_by_name_too(tmp_path: Path) -> None:
    make(tmp_path / "posts", "a.md")
    plain, named = (command("parse", "posts", "-o", "-", *more, cwd=tmp_path) for more in ((), ("--format", "jsonl")))
    assert plain.stdout == named.stdout != b""
