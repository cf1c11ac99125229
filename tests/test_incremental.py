"""What changes from one night to the next, and what a run does about it: that, and nothing more."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import pytest

from command_line import BROKEN
from newsingest.parsing.parse_options import ParseOptions
from newsingest.runs import fingerprint as fingerprints
from newsingest.runs.fingerprint import fingerprint
from newsingest.runs.state_rows import Known
from nightly import LONG_AGO, kept, marks, post, records, run, settle, six_posts
from nightly import inside as command

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture
def night(tmp_path: Path) -> Path:
    return six_posts(tmp_path)


def changed(folder: Path, before: Mapping[str, object]) -> set[str]:
    now = marks(folder / "out")
    return {name for name in now.keys() | before.keys() if now.get(name) != before.get(name)}


def test_nothing_changed(night: Path) -> None:
    before = marks(night / "out")
    assert run(night) == "6 posts: 0 written, 6 unchanged, 0 failed, 0 skipped, 0 warnings"
    assert changed(night, before) == set()


def test_each_change_does_what_it_must_and_nothing_more(night: Path) -> None:
    source, before = night / "posts", marks(night / "out")
    post(source / "a.md", "another title", age=1)  # changed
    settle(source / "b.md", age=1)  # touched
    (source / "c.md").rename(source / "renamed.md")
    (source / "d.md").unlink()  # removed
    (source / "e.md").write_bytes(BROKEN)
    settle(source / "e.md", age=1)
    said = "5 posts: 2 written, 2 unchanged, 1 failed, 0 skipped, 2 vanished, 0 warnings"
    assert run(night, status=1) == said
    assert changed(night, before) == {"a.json", "renamed.json", "e.json"}
    assert {"c.json", "d.json", "f.json"} <= records(night / "out").keys()
    assert "e.json" not in records(night / "out")
    assert "stale/e.json" in kept(night / "out")
    again = marks(night / "out")
    assert run(night, status=1) == "5 posts: 0 written, 4 unchanged, 1 failed, 0 skipped, 2 vanished, 0 warnings"
    assert marks(night / "out") == again
    said = "5 posts: 0 written, 4 unchanged, 1 failed, 0 skipped, 2 vanished, 2 pruned, 0 warnings"
    assert run(night, "--prune", status=1) == said
    assert set(records(night / "out")) == {"a.json", "b.json", "f.json", "renamed.json"}
    assert run(night, status=1) == "5 posts: 0 written, 4 unchanged, 1 failed, 0 skipped, 0 warnings"


def test_a_touched_post_is_hashed_once_and_then_known(night: Path) -> None:
    before = marks(night / "out")
    settle(night / "posts" / "b.md", age=7)
    run(night)
    with closing(sqlite3.connect(night / "out" / ".newsingest" / "state.sqlite3")) as db:
        (known,) = db.execute("SELECT known FROM posts WHERE record = 'b.json'").fetchone()
    assert msgspec.msgpack.decode(known, type=Known).mtime_ns == LONG_AGO + 7
    assert marks(night / "out") == before


def test_unchanged_posts_are_not_opened(night: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("no strace here")
    (night / "posts" / "note.txt").write_text("no post")
    settle(night / "posts" / "note.txt")
    run(night)
    command("parse", "posts", "-o", "out", cwd=night)
    trace = night / "trace"
    subprocess.run(
        ["strace", "-f", "-e", "trace=open,openat", "-o", trace, sys.executable, "-m", "newsingest", "parse", "posts",
         "-o", "out"],
        cwd=night, check=True, capture_output=True,
    )  # fmt: skip
    opened = trace.read_text()
    assert f"{night}/posts" in opened  # the folder
    assert ".md" not in opened.replace("CONTRIBUTING.md", "")
    assert "note.txt" not in opened


def test_where_nothing_changed_nothing_that_parses_is_imported(night: Path) -> None:
    code = (
        "import sys; from newsingest.cli import main\n"
        "sys.argv = ['newsingest', 'parse', 'posts', '-o', 'out', '-q']\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "print(sorted({'multiprocessing', 'newsingest.parsing.parser', 'newsingest.profiles.profile', 'yaml'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], cwd=night, capture_output=True, check=True).stdout == b"[]\n"


def test_a_change_in_the_same_tick_with_the_same_size_is_seen(tmp_path: Path) -> None:
    path = tmp_path / "posts" / "a.md"
    post(path, "one")
    os.utime(path)  # now: while the run goes on, as far as a clock can tell
    stamp = path.stat()
    run(tmp_path)
    path.write_text(path.read_text().replace("one", "two"))
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    run(tmp_path)
    assert json.loads(records(tmp_path / "out")["a.json"])["title"] == "two"


def test_full_parses_all(night: Path) -> None:
    before = marks(night / "out")
    same = records(night / "out")
    assert run(night, "--full").startswith("6 posts: 6 written, 0 failed")
    assert len(changed(night, before)) == 6
    assert records(night / "out") == same


def test_records_that_are_altered_or_gone_are_made_again(night: Path) -> None:
    same = records(night / "out")
    (night / "out" / "a.json").write_text("{}")
    (night / "out" / "b.json").unlink()
    (night / "out" / "c.json").unlink()
    (night / "out" / "c.json").symlink_to("d.json")
    assert run(night).startswith("6 posts: 3 written, 3 unchanged")
    assert records(night / "out") == same


def test_other_options_and_edited_profiles_parse_again(night: Path) -> None:
    assert run(night, "--assume-timezone", "+08:00").startswith("6 posts: 6 written")
    assert run(night, "--assume-timezone", "+08:00").startswith("6 posts: 0 written, 6 unchanged")
    profiles = night / "profiles"
    profiles.mkdir()
    for rule in ("aside", "footer"):
        (profiles / "own.yaml").write_text(f"name: own\nextends: generic\napplies: {{markup: [x]}}\ndrop: [{rule}]\n")
        assert run(night, "--profiles", "profiles").startswith("6 posts: 6 written")
    assert run(night, "--profiles", "profiles").startswith("6 posts: 0 written, 6 unchanged")


def test_another_version_of_the_tool_has_another_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    options = ParseOptions()
    before = fingerprint(options)
    assert fingerprint(ParseOptions()) == before
    assert fingerprint(ParseOptions("gb18030")) != before
    monkeypatch.setattr(fingerprints, "__version__", "9")
    assert fingerprint(options) != before


@pytest.mark.parametrize(
    ("changed", "makes_records"),
    [
        ("body/roles.py", True),
        ("body/_walk.pyx", True),
        ("profiles/builtin/a.yaml", True),
        ("commands/parse.py", False),
    ],
)
def test_what_makes_records_is_in_the_fingerprint(
    changed: str,
    makes_records: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(fingerprints, "__file__", str(tmp_path / "runs" / "fingerprint.py"))
    own_files = fingerprints._own_files.__wrapped__
    file = tmp_path / changed
    file.parent.mkdir(parents=True)
    file.write_text("1")
    before = own_files()
    file.write_text("2")
    assert (own_files() != before) == makes_records


def test_warnings_and_skips_count_the_same_on_unchanged_posts(night: Path) -> None:
    path = night / "posts" / "a.md"
    path.write_text(path.read_text().replace("00Z", "00"))
    settle(path, age=1)
    (night / "posts" / "note.txt").write_text("no post")
    settle(night / "posts" / "note.txt")
    first = run(night, "--strict", status=1)
    second = run(night, "--strict", status=1)
    assert first == "6 posts: 1 written, 5 unchanged, 0 failed, 1 skipped, 1 warning"
    assert second == "6 posts: 0 written, 6 unchanged, 0 failed, 1 skipped, 1 warning"
    said = command("parse", "posts", "-o", "out", "-v", "--report", "run.json", cwd=night).stderr.decode()
    assert said.startswith("warning: posts/a.md: date-without-zone: ")
    report = json.loads((night / "run.json").read_bytes())
    assert [each["path"] for each in report["warnings"]] == ["posts/a.md"]
    settle(path, age=2)  # touched
    assert "warning: posts/a.md: " in command("parse", "posts", "-o", "out", "-v", cwd=night).stderr.decode()


def test_a_post_that_fails_is_tried_again_and_may_keep_its_record(night: Path) -> None:
    path = night / "posts" / "a.md"
    good = path.read_bytes()
    before = marks(night / "out")
    path.write_bytes(BROKEN)
    settle(path)
    for _ in range(2):
        assert run(night, "--keep-stale", status=1).startswith("6 posts: 0 written, 5 unchanged, 1 failed")
        assert marks(night / "out") == before
    assert run(night, status=1).startswith("6 posts: 0 written, 5 unchanged, 1 failed")
    assert "a.json" not in records(night / "out")
    path.write_bytes(good)
    settle(path)
    assert run(night).startswith("6 posts: 1 written, 5 unchanged, 0 failed")


def test_a_deleted_state_changes_no_byte(night: Path) -> None:
    same = records(night / "out")
    shutil.rmtree(night / "out" / ".newsingest")
    assert run(night).startswith("6 posts: 6 written")
    assert records(night / "out") == same


STATEMENTS = {"number": "UPDATE ids SET last = 1 << 40", "version": "PRAGMA user_version = 3"}


def damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    if how == "garbage":
        path.write_bytes(b"garbage" * 1000)
    elif how == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif how == "foreign":
        path.unlink()
        with closing(sqlite3.connect(path)) as db:
            db.execute("CREATE TABLE posts (other)")
    elif how in STATEMENTS:
        with closing(sqlite3.connect(path)) as db, db:
            db.execute(STATEMENTS[how])
    elif how == "text":
        with closing(sqlite3.connect(path)) as db, db:
            db.execute("UPDATE posts SET known = CAST(replace(hex(known), hex('c.md'), 'FF2E6D64') AS BLOB)")
            known = [(bytes.fromhex(each.decode()), path) for each, path in db.execute("SELECT known, path FROM posts")]
            db.executemany("UPDATE posts SET known = ? WHERE path = ?", known)
    elif how == "folder":
        path.unlink()
        path.mkdir()
    elif how == "empty":
        path.write_bytes(b"")
    else:
        for start in range(4096, len(data), 4096):  # every page but the first
            if how == "pages":
                data = data[:start] + os.urandom(64) + data[start + 64 :]
            else:
                data = data[: start + 3500] + b"\xff" * 400 + data[start + 3900 :]
        path.write_bytes(data)


@pytest.mark.parametrize(
    "how", ["garbage", "truncated", "foreign", "number", "text", "version", "folder", "empty", "pages", "rows"]
)
def test_a_damaged_state_costs_time_only(night: Path, how: str) -> None:
    same = records(night / "out")
    damage(night / "out" / ".newsingest" / "state.sqlite3", how)
    result = command("parse", "posts", "-o", "out", "--log-format", "json", cwd=night)
    assert result.returncode == 0, result.stderr.decode()
    assert records(night / "out") == same
    notices = [line for line in map(json.loads, result.stderr.splitlines()) if line["event"] == "notice"]
    # The first is a new database to SQLite, the second may hit nothing that is used, the third is mended.
    if how not in {"empty", "rows", "number"}:
        assert "cannot be used" in notices[0]["message"]
        assert (night / "out" / ".newsingest" / "state.sqlite3.damaged").exists()
    assert run(night).startswith("6 posts: 0 written, 6 unchanged")


def test_a_damaged_state_goes_where_there_is_room(night: Path) -> None:
    state = night / "out" / ".newsingest"
    (state / "state.sqlite3.damaged" / "mine").mkdir(parents=True)
    damage(state / "state.sqlite3", "garbage")
    assert run(night).startswith("6 posts: 6 written")
    [aside] = state.glob("state.sqlite3.damaged-*")
    assert aside.read_bytes().startswith(b"garbage")
