"""Records in one form, then in another, and back again; what is damaged fails alone."""

from __future__ import annotations

import gzip
import importlib.util
import json
import os
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from command_line import COMMAND, GUARD, POST, command, make, said
from corpus import lines, make_record, write_files
from newsingest.record import encode_file
from newsingest.runs.lock import RunLock
from nightly import wait_until
from readings import RECORDS

if TYPE_CHECKING:
    from pathlib import Path

STATE = ".newsingest"
HAS = {
    "parquet": importlib.util.find_spec("pyarrow"),
    "zstd": importlib.util.find_spec("backports.zstd") if importlib.util.find_spec("backports") else None,
}
needs_parquet = pytest.mark.skipif(HAS["parquet"] is None, reason="pyarrow is not installed: pip install '.[parquet]'")
needs_zstd = pytest.mark.skipif(HAS["zstd"] is None, reason="no Zstandard here: pip install '.[zstd]'")


OF_A_RUN = tuple(f"{STATE}/{name}" for name in ("lock", ".gitignore", "texts"))


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below, but for what a run leaves for the next one."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return {name: data for name, data in files.items() if not name.endswith(OF_A_RUN)}


@pytest.mark.parametrize(
    "way",
    [
        pytest.param(["a --format jsonl", "b --format json"], id="jsonl"),
        pytest.param(["a --format jsonl --shard-size 3 --compress gzip", "b --format json"], id="gzip"),
        pytest.param(["a.jsonl.zst", "b --format json"], id="zstd", marks=needs_zstd),
        pytest.param(
            ["a --format jsonl --shard-size 20KB", "b --format parquet --shard-size 4", "c.parquet", "d --format json"],
            id="parquet",
            marks=needs_parquet,
        ),
    ],
)
def test_there_and_back_again(way: list[str], tmp_path: Path) -> None:
    source = str(RECORDS)
    for step in way:
        result = command("convert", source, *step.split(), cwd=tmp_path)
        assert result.returncode == 0, result.stderr
        assert said(result)[-1].startswith("14 records written")
        source = step.split()[0]
    assert tree(tmp_path / source) == tree(RECORDS)


def test_standard_input_and_output_carry_json_lines(tmp_path: Path) -> None:
    records = [make_record(f"{name}/post.md") for name in "ab"]
    result = command("convert", "-", "out", "--format", "json", cwd=tmp_path, stdin=lines(*records))
    assert (result.returncode, said(result)) == (0, ["2 records written, 0 failed"])
    assert tree(tmp_path / "out") == {
        f"{name}/post.json": encode_file(record) for name, record in zip("ab", records, strict=True)
    }
    result = command("convert", "out", "-", "-q", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, lines(*records), b"")


@pytest.mark.parametrize("form", ["json", "jsonl", "md", "txt", pytest.param("parquet", marks=needs_parquet)])
def test_a_damaged_record_fails_alone(form: str, tmp_path: Path) -> None:
    damaged = lines(make_record("b.md")).replace(b'"title":"Title of b.md"', b'"title":7')
    data = lines(make_record("a.md")) + damaged + b"{\n" + lines(make_record("c.md"))
    (tmp_path / "all.jsonl.gz").write_bytes(gzip.compress(data))
    result = command("convert", "all.jsonl.gz", "out", "--format", form, cwd=tmp_path)
    assert result.returncode == 1
    assert said(result)[:-1] == [
        "failed: all.jsonl.gz:2: /title: an integer where a string must be",
        "failed: all.jsonl.gz:3: /: no JSON, or cut short",
    ]
    assert said(result)[-1].startswith("2 records written")
    assert said(result)[-1].endswith("2 failed")
    files = sorted(name for name in tree(tmp_path / "out"))
    assert files == ([f"part-00000.{form}"] if form in {"jsonl", "parquet"} else [f"a.{form}", f"c.{form}"])


def test_a_shard_cut_short_gives_what_it_holds(tmp_path: Path) -> None:
    data = gzip.compress(lines(*(make_record(str(number)) for number in range(500))), mtime=0)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.jsonl.gz").write_bytes(data[: len(data) // 2])
    (tmp_path / "in" / "b.jsonl").write_bytes(lines(make_record("z.md")))
    result = command("convert", "in", "out.jsonl", cwd=tmp_path)
    assert result.returncode == 1
    assert any(line.startswith("failed: in/a.jsonl.gz: /: cannot be read on from line ") for line in said(result)), (
        said(result)
    )
    assert json.loads((tmp_path / "out.jsonl").read_bytes().splitlines()[-1])["source"]["path"] == "z.md"


@needs_parquet
@pytest.mark.parametrize("kind", ["cut", "foreign"])
def test_a_parquet_file_that_is_none_fails_alone(kind: str, tmp_path: Path) -> None:
    import pyarrow as pa  # noqa: PLC0415 - an extra
    from pyarrow import parquet  # noqa: PLC0415

    write_files(tmp_path / "in", make_record("a.md"))
    path = tmp_path / "in" / "b.parquet"
    parquet.write_table(pa.table({"x": [1]}), path)
    if kind == "cut":
        path.write_bytes(path.read_bytes()[:50])
    result = command("convert", "in", "out", "--format", "json", cwd=tmp_path)
    assert result.returncode == 1
    assert said(result)[0].startswith("failed: in/b.parquet: /: cannot be read: ")
    assert list(tree(tmp_path / "out")) == ["a.json"]


def test_the_same_post_twice_is_one_file(tmp_path: Path) -> None:
    result = command("convert", "-", "out", "--format", "json", cwd=tmp_path, stdin=lines(make_record(), make_record()))
    assert result.returncode == 1
    assert said(result)[0].startswith("failed: stdin:2: /: another record of a/b.md was read before")
    assert list(tree(tmp_path / "out")) == ["a/b.json"]


@pytest.mark.parametrize("path", ["../a.md", "/etc/a.md", "", ".newsingest/a.md", "a\0b"])
def test_no_file_is_written_outside_the_output(path: str, tmp_path: Path) -> None:
    result = command("convert", "-", "out", "--format", "md", cwd=tmp_path, stdin=lines(make_record(path)))
    assert result.returncode == 1
    assert "its source.path names no file" in said(result)[0]
    assert tree(tmp_path) == {}


@pytest.mark.parametrize(
    ("args", "word"),
    [
        ("nowhere out --format md", "nowhere"),
        ("nowhere/.. nowhere --format md", "There is no file or folder 'nowhere/..'"),
        ("in out", "--format"),
        ("in out.parquet --format md", "no place for"),
        ("in - --format md", "'-' is no place for --format md. Leave that out, or name a folder."),
        ("in out --format md --shard-size 5", "file for each post"),
        ("in out.jsonl --shard-size 5", "one file"),
        ("in out.jsonl --compress gzip", "'out.jsonl' is no place for --compress gzip: readers go by the suffix."),
        ("in out.jsonl.gz --compress none", "'out.jsonl.gz' is no place for --compress none"),
        ("in out.jsonl.gz --compress zstd", "'out.jsonl.gz' is no place for --compress zstd"),
        ("in out --format jsonl --shard-size none", "no size"),
        ("in in --format jsonl", "lies in IN"),
        ("in in/out --format jsonl", "lies in IN"),
        ("in notes.txt --format jsonl", "is a file"),
        ("empty out --format json", "There is no record in 'empty'"),
        ("posts out --format jsonl", "There is no record in 'posts'"),
        ("empty - --format jsonl", "There is no record in 'empty'"),
        ("- out --format md", "There is no record in 'stdin'"),
        ("in posts --format md", "'posts/a/b.md' is there, and convert did not write it. It stays"),
        ("in posts --format txt", "'posts/a/b.txt' is there, and convert did not write it. It stays"),
        ("in.jsonl posts --format md", "'posts/a/b.md' is there, and convert did not write it. It stays"),
        ("in notes --format md", "'notes/a/b.md' is there, and convert did not write it. It stays"),
        ("in notes --format txt", "'notes/a/b.txt' is there, and convert did not write it. It stays"),
        ("in kept/.newsingest/tmp --format md", "lies where newsingest keeps the state of another output folder"),
        ("in mine.jsonl", "'mine.jsonl' is there, and convert did not write it. It stays; choose another OUT."),
        ("in mine.jsonl.gz", "'mine.jsonl.gz' is there, and convert did not write it."),
        ("in kept --format jsonl", "'kept' is kept up to date by 'newsingest parse'"),
    ],
)
def test_wrong_usage_writes_nothing(args: str, word: str, tmp_path: Path) -> None:
    write_files(tmp_path / "in", make_record())
    (tmp_path / "in.jsonl").write_bytes(lines(make_record()))
    (tmp_path / "notes.txt").touch()
    (tmp_path / "mine.jsonl").write_text('{"mine": 1}\n')
    (tmp_path / "mine.jsonl.gz").write_text("no gzip")
    (tmp_path / "empty").mkdir()
    make(tmp_path / "posts", "a/b.md", "a/b.txt", post=f"\n{POST}")
    make(tmp_path / "notes", "a/b.md", "a/b.txt", post="To do: the harbour.")
    assert command("parse", "posts", "-o", "kept", "--format", "jsonl", cwd=tmp_path).returncode == 0
    before = tree(tmp_path)
    result = command("convert", *args.split(), cwd=tmp_path)
    assert result.returncode == 2, result.stderr
    assert word in " ".join(said(result)), result.stderr
    assert tree(tmp_path) == before


def test_an_output_that_another_run_has_is_left_alone(tmp_path: Path) -> None:
    write_files(tmp_path / "in", make_record())
    aside = tmp_path / "out" / STATE / "tmp" / "of another run"
    with RunLock(str(tmp_path / "out")):
        aside.parent.mkdir()
        aside.touch()
        for form in ("json", "md", "jsonl"):
            result = command("convert", "in", "out", "--format", form, cwd=tmp_path)
            assert result.returncode == 75
            assert said(result)[-1].startswith("stopped: another run is writing to out: process ")
        one = command("convert", "in", "out/one.jsonl", "-q", cwd=tmp_path)
        assert (one.returncode, one.stderr) == (0, b"")
        assert aside.exists()
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [STATE, "one.jsonl"]
    assert command("convert", "in", "out", "--format", "jsonl", cwd=tmp_path).returncode == 0
    assert not aside.exists()


@pytest.mark.parametrize("form", ["md", "txt"])
def test_files_written_before_are_written_again(form: str, tmp_path: Path) -> None:
    write_files(tmp_path / "in", make_record(title="Old"))
    (tmp_path / "out" / "a").mkdir(parents=True)
    (tmp_path / "out" / "about.md").write_text("---\ntitle: About\n---\n")
    for title in ("Old", "New"):
        write_files(tmp_path / "in", make_record(title=title))
        assert command("convert", "in", "out", "--format", form, cwd=tmp_path).returncode == 0
        assert title in (tmp_path / "out" / "a" / f"b.{form}").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["out.jsonl", "out.jsonl.gz", pytest.param("out.parquet", marks=needs_parquet)])
def test_one_file_written_before_is_written_again_and_so_is_one_that_is_empty(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    for title in ("Old", "New"):
        write_files(tmp_path / "in", make_record(title=title))
        assert command("convert", "in", name, cwd=tmp_path).returncode == 0
        assert title in command("convert", name, "-", cwd=tmp_path).stdout.decode()


def test_names_that_are_not_utf8_are_as_parse_writes_them(tmp_path: Path) -> None:
    posts = make(tmp_path / "posts", "bad.md", "a\\x41.md")
    os.rename(posts / "bad.md", os.fsencode(posts) + b"/bad\xff.md")  # noqa: PTH104 - a Path may be text only
    assert command("parse", "posts", "-o", "parsed", cwd=tmp_path).returncode == 0
    assert command("parse", "posts", "-o", "shards", "--format", "jsonl", cwd=tmp_path).returncode == 0
    for source in ("parsed", "shards"):
        assert command("convert", source, f"of {source}", "--format", "json", cwd=tmp_path).returncode == 0
    parsed = {path.name: path.read_bytes() for path in (tmp_path / "parsed").glob("*.json")}
    assert sorted(parsed) == ["a\\x5cx41.json", "bad\\xff.json"]
    assert tree(tmp_path / "of parsed") == tree(tmp_path / "of shards") == parsed
    os.rename(tmp_path / "parsed" / "bad\\xff.json", os.fsencode(tmp_path) + b"/parsed/raw\xfe.json")  # noqa: PTH104 - as above
    assert command("convert", "parsed", "raw", "--format", "json", cwd=tmp_path).returncode == 0
    assert sorted(tree(tmp_path / "raw")) == ["a\\x5cx41.json", "raw\\xfe.json"]


@pytest.mark.parametrize(
    "args", ["validate -", "stats -", "convert - -", "convert - out --format md", "convert - a.jsonl"]
)
def test_a_closed_standard_input_is_said(args: str, tmp_path: Path) -> None:
    result = command(*args.split(), cwd=tmp_path, before=lambda: os.close(0))
    assert (result.returncode, result.stdout) == (2, b"")
    assert said(result)[-1].startswith("Error: Standard input is closed. ")


@pytest.mark.parametrize("args", ["convert in.jsonl - -q", "validate in.jsonl", "stats in.jsonl"])
def test_nobody_reads(args: str, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(lines(*(make_record(str(number), id="0" * 16) for number in range(2000))))
    with subprocess.Popen(
        [*COMMAND, *args.split()], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(GUARD) == 141


def test_texts_of_a_killed_run_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(lines(*(make_record(f"{number}.md") for number in range(2000))))
    with subprocess.Popen([*COMMAND, "convert", "in.jsonl", "out", "--format", "txt"], cwd=tmp_path) as process:
        wait_until(lambda: any((tmp_path / "out").glob("*.txt")))
        process.kill()
    (tmp_path / "in.jsonl").write_bytes(lines(*(make_record(f"{number}.md", title="New") for number in range(2000))))
    assert command("convert", "in.jsonl", "out", "--format", "txt", cwd=tmp_path).returncode == 0
    assert {path.read_text(encoding="utf-8")[:3] for path in (tmp_path / "out").glob("*.txt")} == {"New"}


def test_a_killed_run_leaves_nothing_beside_one_file_once_it_is_done_again(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(lines(make_record()))
    waiting = [*COMMAND, "convert", "-", "out.jsonl"]
    with subprocess.Popen(waiting, cwd=tmp_path, stdin=subprocess.PIPE) as process:
        wait_until(lambda: any(tmp_path.glob(".newsingest-*/*")))
        again = command("convert", "in.jsonl", "out.jsonl", cwd=tmp_path)
        process.kill()
    assert again.returncode == 75
    assert said(again) == ["stopped: another run is writing out.jsonl"]
    assert len(list(tmp_path.glob(".newsingest-*"))) == 1
    assert command("convert", "in.jsonl", "out.jsonl", cwd=tmp_path).returncode == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]


@pytest.mark.parametrize("form", ["jsonl", "json", pytest.param("parquet", marks=needs_parquet)])
def test_killed_in_the_middle_and_finished_is_the_same(form: str, tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_bytes(lines(*(make_record(f"{number}.md") for number in range(1500))))
    options = [] if form == "json" else ["--shard-size", "100"]
    for wait in (0.2, 0.4, 0.6):
        with subprocess.Popen(
            [*COMMAND, "convert", "in.jsonl", "out", "--format", form, *options], cwd=tmp_path
        ) as process:
            time.sleep(wait)
            process.kill()
    for folder in ("out", "fresh"):
        assert command("convert", "in.jsonl", folder, "--format", form, *options, cwd=tmp_path).returncode == 0
    assert tree(tmp_path / "out") == tree(tmp_path / "fresh")
