"""``newsingest status`` and the report of a run."""

from __future__ import annotations

import json
import os
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from command_line import BROKEN, as_any_user, on_terminal
from newsingest.runs.lock import _myself
from nightly import AT_REST, command, inside, kept, post

DOCS = Path(__file__).parent.parent / "docs" / "nightly.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a", "新"):
        post(tmp_path / "posts" / f"{name}.md")
    assert inside("parse", "posts", "-o", "out", cwd=tmp_path).returncode == 0
    return tmp_path


def test_all_is_well(folder: Path) -> None:
    result = command("status", "out", cwd=folder)
    assert (result.returncode, result.stderr) == (0, b"")
    heads, row = result.stdout.decode().splitlines()
    assert dict(zip(heads.split(), row.split(), strict=True)).items() >= {
        "exit": "0", "posts": "2", "written": "2", "failed": "0",
    }.items()  # fmt: skip
    assert kept(folder / "out") == AT_REST


def test_what_is_failing_is_named_until_it_is_mended(folder: Path) -> None:
    path = folder / "posts" / "新.md"
    path.write_bytes(BROKEN)
    inside("parse", "posts", "-o", "out", cwd=folder)
    inside("parse", "posts", "-o", "out", cwd=folder)
    result = command("status", "out", cwd=folder)
    lines = result.stdout.decode().splitlines()
    assert result.returncode == 1
    assert lines[-2:] == ["Failing: 1", f"  {path}: the text is not UTF-8, and no other encoding fits"]
    assert len(lines) == 6
    post(path)
    inside("parse", "posts", "-o", "out", cwd=folder)
    assert command("status", "out", cwd=folder).returncode == 0


def test_json_has_all_of_it(folder: Path) -> None:
    (folder / "posts" / "a.md").write_bytes(BROKEN)
    inside("parse", "posts", "-o", "out", cwd=folder)
    result = command("status", "out", "--json", "--runs", "1", cwd=folder)
    told = json.loads(result.stdout)
    assert (result.returncode, told["running"], len(told["runs"])) == (1, None, 1)
    assert told["runs"][0]["failed"] == 1
    assert [Path(each["path"]).name for each in told["failing"]] == ["a.md"]


def test_a_run_that_failed_is_not_well_even_if_no_post_is_failing(folder: Path) -> None:
    for path in (folder / "posts").iterdir():
        path.unlink()
    assert inside("parse", "posts", "-o", "out", cwd=folder).returncode == 3
    result = command("status", "out", cwd=folder)
    assert result.returncode == 1
    assert "The last run was stopped: " in result.stdout.decode()


def test_a_post_that_the_last_run_left_out_is_failing_all_the_same(folder: Path) -> None:
    (folder / "posts" / "a.md").write_bytes(BROKEN)
    inside("parse", "posts", "-o", "out", cwd=folder)
    assert inside("parse", "posts", "-o", "out", "--exclude", "a.md", cwd=folder).returncode == 0
    result = command("status", "out", cwd=folder)
    assert result.returncode == 1
    assert b"Failing: 1\n" in result.stdout


def test_a_run_that_was_killed_is_not_going_on(folder: Path) -> None:
    holder = folder / "out/.newsingest/holder"
    for holds in (_myself(), replace(_myself(), start="1")):
        holder.write_bytes(msgspec.json.encode(holds))
        told = json.loads(command("status", "out", "--json", cwd=folder).stdout)
        assert (told["running"] is None) is holds.is_dead()


def test_a_state_of_another_version_is_said_to_be_that(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "out/.newsingest/state.sqlite3")) as db:
        db.execute("PRAGMA user_version = 999")
    result = command("status", "out", cwd=folder)
    assert result.returncode == 2
    assert re.search(
        r"cannot be read: its version is 999, this newsingest has \d+\. The next run begins a new one\.",
        result.stderr.decode(),
    )


@pytest.mark.parametrize("what", ["nothing", "posts", "damaged"])
def test_what_is_no_output(folder: Path, what: str) -> None:
    (folder / "damaged" / ".newsingest").mkdir(parents=True)
    (folder / "damaged" / ".newsingest" / "state.sqlite3").write_bytes(b"garbage" * 1000)
    result = command("status", what, cwd=folder)
    assert result.returncode == 2
    assert result.stderr.startswith(b"Usage:")
    assert what.encode() in result.stderr


@pytest.mark.parametrize("what", ["out/.newsingest/state.sqlite3", "out/.newsingest"])
def test_a_state_that_may_not_be_read_is_said_to_be_so(folder: Path, what: str) -> None:
    mode = (folder / what).stat().st_mode
    (folder / what).chmod(0)
    try:
        result = command("status", "out", cwd=folder, before=as_any_user)
    finally:
        (folder / what).chmod(mode)
    assert result.returncode == 2
    assert result.stderr.decode().splitlines()[-1] == (
        "Error: out/.newsingest/state.sqlite3: cannot be read: Permission denied. "
        "Make it readable for this user, or ask again when no run is going on."
    )


def test_a_folder_whose_name_is_no_text(folder: Path) -> None:
    out = os.fsdecode(b"out \xff%?#")
    assert inside("parse", "posts", "-o", out, cwd=folder).returncode == 0
    assert command("status", out, cwd=folder).returncode == 0


def test_a_terminal_gets_a_table_with_colours(folder: Path) -> None:
    (folder / "posts" / "a.md").write_bytes(BROKEN)
    inside("parse", "posts", "-o", "out", cwd=folder)
    status, shown = on_terminal("status", "out", cwd=folder)
    assert status == 1
    assert "\x1b[31m" in shown
    assert "Failing: 1" in shown


def test_the_report_has_the_keys_of_its_page_and_what_they_say(folder: Path) -> None:
    source = folder / "posts"
    (source / "empty.md").touch()
    (source / "broken.md").write_bytes(BROKEN)
    (source / "zone.md").write_text((source / "a.md").read_text().replace("00Z", "00"))
    for _ in range(2):
        assert inside("parse", "posts", "-o", "out", "--report", "run.json", cwd=folder).returncode == 1
        report = json.loads((folder / "run.json").read_bytes())
        page = DOCS.read_text(encoding="utf-8").partition("## The report")[2]
        rows = [line.split("|")[1] for line in page.splitlines() if line.startswith("| `")]
        assert set(report) == set(re.findall(r"`(\w+)`", " ".join(rows)))
        assert (report["status"], report["posts"], report["failed"], report["skipped"]) == (1, 4, 1, 1)
        assert [each["path"] for each in report["failures"]] == ["posts/broken.md"]
        assert report["skips"] == [{"path": "posts/empty.md", "reason": "an empty file", "place": None, "remedy": None,
                                    "stale": None}]  # fmt: skip
        assert [(each["path"], each["code"]) for each in report["warnings"]] == [("posts/zone.md", "date-without-zone")]
    assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


def test_a_report_that_cannot_be_written_is_said(folder: Path) -> None:
    result = inside("parse", "posts", "-o", "out", "--report", "gone/run.json", cwd=folder)
    assert result.returncode == 3
    assert b"no report: gone/run.json: cannot be written: No such file" in result.stderr


def test_a_report_to_a_stream_by_its_name(folder: Path) -> None:
    result = command("parse", "posts", "-o", "out", "--report", "/dev/stderr", cwd=folder)
    assert result.returncode == 0
    assert b'"version": "0.1.0"' in result.stderr


def test_a_report_never_takes_the_place_of_what_is_none(folder: Path) -> None:
    kept = ["posts/a.md", "out/a.json", "out/.newsingest/state.sqlite3", "out/.newsingest/lock"]
    assert inside("parse", "posts", "-o", "out", cwd=folder).returncode == 0
    before = [(folder / name).read_bytes() for name in kept]
    for name in kept:
        result = inside("parse", "posts", "-o", "out", "--report", name, cwd=folder)
        assert result.returncode == 2
        assert f"'{name}' is there and no report of newsingest" in result.stderr.decode()
    assert [(folder / name).read_bytes() for name in kept] == before
    late = inside("parse", "posts", "-o", "new", "--format", "md", "--report", "new/a.md", cwd=folder)
    assert late.returncode == 3
    assert b"no report: new/a.md: is there and no report of newsingest" in late.stderr
    assert (folder / "new" / "a.md").read_bytes().startswith(b"---\n")


@pytest.mark.parametrize("name", ["out/run.json", "out/sub/run.jsonl", "link/run.json"])
def test_a_report_is_never_taken_for_a_record(folder: Path, name: str) -> None:
    (folder / "out/sub").mkdir(parents=True)
    (folder / "link").symlink_to("out")
    refused = inside("parse", "posts", "-o", "out", "--report", name, cwd=folder)
    assert refused.returncode == 2
    assert f"The report '{name}' would lie among the records in 'out'".encode() in refused.stderr
    for other in ("out/run.report", "outside.json"):
        assert inside("parse", "posts", "-o", "out", "--report", other, cwd=folder).returncode == 0
        assert json.loads((folder / other).read_bytes())["posts"] == 2
    assert inside("parse", "posts", "-o", "out", "--check", cwd=folder).returncode == 0
