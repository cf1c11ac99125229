"""``parse --check`` as a team uses it: a repository of posts and records, real processes, nothing written."""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from command_line import on_terminal
from newsingest.commands.parse_check import Check
from newsingest.corpora.check import CheckSink, Finding, diff_lines
from newsingest.errors import PostError
from scratch import ROOT, edit, make_repository, newsingest, run, tree

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

CHECK = ("parse", "posts", "-o", "records", "--check")
REMEDY = "The same command without --check makes these records again; read what changes."


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    return make_repository(tmp_path / "repository")


def check(repository: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the check; whatever it finds, it leaves everything as it was."""
    before = tree(repository)
    result = newsingest(*CHECK, *more, cwd=repository)
    assert tree(repository) == before
    assert "\x1b" not in result.stdout + result.stderr
    return result


def test_a_check_passes_a_post_is_edited_it_fails_the_records_are_made_again_it_passes(repository: Path) -> None:
    passed = check(repository)
    assert (passed.returncode, passed.stdout) == (0, "")
    assert passed.stderr.startswith("checked 3 posts: 3 as made, 0 missing, 0 different, 0 left over, 0 failed")

    edit(repository / "posts" / "ferry.md", "at seven", "at eight")
    failed = check(repository, "--diff")
    assert failed.returncode == 1
    lines = failed.stdout.splitlines()
    assert lines[:3] == [
        "differs: records/ferry.json",
        "--- records/ferry.json",
        "+++ what a run makes",
    ]
    assert '-    "The ferry sails at seven.",' in lines
    assert '+    "The ferry sails at eight.",' in lines
    assert failed.stderr.splitlines()[0].startswith("checked 3 posts: 2 as made, 0 missing, 1 different, 0 left over")
    assert failed.stderr.splitlines()[-1] == REMEDY

    assert newsingest("parse", "posts", "-o", "records", cwd=repository).returncode == 0
    changed = run("git", "diff", "--name-only", cwd=repository).stdout.split()
    assert changed == ["posts/ferry.md", "records/ferry.json"]
    assert check(repository).returncode == 0


def test_a_record_edited_by_hand_fails(repository: Path) -> None:
    edit(repository / "records" / "港口" / "开港.json", "正式开港", "隆重开港")
    failed = check(repository, "--diff")
    assert failed.returncode == 1
    assert failed.stdout.startswith("differs: records/港口/开港.json\n")
    assert '-    "新港将于周一上午隆重开港。",\n+    "新港将于周一上午正式开港。",\n' in failed.stdout


def test_stray_and_missing_records_fail_and_are_told_apart(repository: Path) -> None:
    (repository / "records" / "港口" / "stray.json").write_text("{}")
    (repository / "records" / "ferry.json").unlink()
    for name in (".newsingest/stale/old.json", ".hidden.json", "notes.txt"):
        path = repository / "records" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("not looked at")
    failed = check(repository)
    assert failed.returncode == 1
    assert failed.stdout == "missing: records/ferry.json\nleft over: records/港口/stray.json\n"
    assert "1 missing, 0 different, 1 left over" in failed.stderr
    assert "No post makes the files left over" in failed.stderr


def test_a_deleted_post_leaves_its_record_over(repository: Path) -> None:
    (repository / "posts" / "ferry.md").unlink()
    failed = check(repository)
    assert (failed.returncode, failed.stdout) == (1, "left over: records/ferry.json\n")
    (repository / "records" / "ferry.json").unlink()
    assert check(repository).returncode == 0


def test_an_upgrade_of_the_schema_says_so(repository: Path) -> None:
    for record in (repository / "records").rglob("*.json"):
        edit(record, '"schema": 1,', '"schema": 0,')
    failed = check(repository)
    assert failed.returncode == 1
    assert failed.stdout.splitlines()[0] == (
        "differs: records/ferry.json: written with record schema 0; this is newsingest 0.1.0, schema 1: regenerate"
    )
    assert failed.stdout.count(": regenerate\n") == 3
    assert newsingest("parse", "posts", "-o", "records", cwd=repository).returncode == 0
    assert check(repository).returncode == 0


@pytest.mark.parametrize(
    ("data", "note"),
    [
        (b"# notes\n", "no JSON; move it away, as no run writes over it"),
        (b'{"schema": 1, "title": "\xff"}', "no JSON; a merge conflict, perhaps"),
        (b"", "no JSON; a merge conflict, perhaps"),
        (b'<<<<<<< HEAD\n{"schema": 1}\n=======\n{"schema": 1}\n>>>>>>> b\n', "no JSON; a merge conflict, perhaps"),
        (b"[1]", "no record: JSON, but without a schema number; move it away, as no run writes over it"),
        (
            b'{"schema": null}',
            "no record: JSON, but without a schema number; move it away, as no run writes over it",
        ),
        (b'{"schema": 2}', "written with record schema 2; this is newsingest 0.1.0, schema 1: regenerate"),
    ],
)
def test_what_is_wrong_with_a_record_is_said(repository: Path, data: bytes, note: str) -> None:
    (repository / "records" / "ferry.json").write_bytes(data)
    failed = check(repository)
    assert (failed.returncode, failed.stdout) == (1, f"differs: records/ferry.json: {note}\n")


def test_line_ends_changed_by_git_are_named(repository: Path) -> None:
    record = repository / "records" / "ferry.json"
    record.write_bytes(record.read_bytes().replace(b"\n", b"\r\n"))
    failed = check(repository)
    assert failed.returncode == 1
    assert "line ends only" in failed.stdout
    assert ".gitattributes" in failed.stdout


def test_a_link_is_no_record_though_it_leads_to_the_same_bytes(repository: Path) -> None:
    record = repository / "records" / "ferry.json"
    record.rename(repository / "elsewhere")
    record.symlink_to("../elsewhere")
    failed = check(repository)
    assert (failed.returncode, failed.stdout) == (1, "differs: records/ferry.json: a link or a special file\n")
    assert newsingest("parse", "posts", "-o", "records", cwd=repository).returncode == 0
    assert check(repository).returncode == 0


@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_link_to_what_is_no_record_and_a_pipe_have_to_be_moved_away(repository: Path, kind: str) -> None:
    record = repository / "records" / "ferry.json"
    record.unlink()
    if kind == "link":
        record.symlink_to("../posts/ferry.md")
    else:
        os.mkfifo(record)
    shutil.rmtree(repository / "records" / ".newsingest")  # as in a clone
    note = "a link or a special file; move it away, as no run writes over it"
    for _ in range(2):
        assert check(repository).stdout == f"differs: records/ferry.json: {note}\n"
        assert newsingest("parse", "posts", "-o", "records", cwd=repository).returncode == 1


def test_a_failed_post_fails_the_check_and_its_record_is_left_over(repository: Path) -> None:
    (repository / "posts" / "ferry.md").write_bytes(b"---\ntitle: Broken\n---\n<p>abc \xff\xff</p>\n")
    failed = check(repository)
    assert failed.returncode == 1
    assert failed.stdout == "left over: records/ferry.json\n"
    assert failed.stderr.startswith("failed: posts/ferry.md: byte ")
    assert "1 left over, 1 failed" in failed.stderr


def test_records_made_again_are_made_with_those_that_are_missing(repository: Path) -> None:
    edit(repository / "records" / "ferry.json", "at seven", "at eight")
    (repository / "records" / "港口" / "潮汐.json").unlink()
    failed = check(repository)
    assert failed.stdout == "differs: records/ferry.json\nmissing: records/港口/潮汐.json\n"
    assert failed.stderr.splitlines()[-1] == REMEDY


def test_a_path_too_long_concerns_one_post_only(tmp_path: Path) -> None:
    sink = CheckSink(str(tmp_path), Check(str(tmp_path), None))
    with sink, pytest.raises(PostError, match="too long"):
        sink.write("/".join(["x" * 250] * 20), b"1")


def test_below_a_file_all_are_missing(repository: Path) -> None:
    shutil.rmtree(repository / "records" / "港口")
    (repository / "records" / "港口").touch()
    failed = check(repository)
    assert failed.returncode == 1
    assert failed.stdout == "missing: records/港口/开港.json\nmissing: records/港口/潮汐.json\n"


def test_a_diff_of_too_many_lines_is_none() -> None:
    long = Finding("differs", "a.json", before=b"\n" * 20_000, after=b"{}")
    assert list(diff_lines(long)) == ["(more than 20,000 lines: too long for a diff)"]
    assert len(list(diff_lines(replace(long, before=b"\n")))) == 6


def test_output_missing_or_read_only(repository: Path) -> None:
    missing = newsingest("parse", "posts", "-o", "gone/records", "--check", cwd=repository)
    assert missing.returncode == 1
    assert missing.stdout.splitlines()[0] == "missing: gone/records/ferry.json"
    assert not (repository / "gone").exists()
    folders = [repository / "records" / "港口", repository / "records"]
    for folder in folders:
        folder.chmod(0o555)
    try:
        assert check(repository).returncode == 0
    finally:
        for folder in reversed(folders):
            folder.chmod(0o755)


def test_a_check_that_cannot_be_made_stops(repository: Path) -> None:
    below_a_file = newsingest("parse", "posts", "-o", "posts/ferry.md/out", "--check", cwd=repository)
    assert below_a_file.returncode == 3
    assert below_a_file.stderr.startswith("stopped: posts/ferry.md/out: cannot be read: Not a directory.")
    (repository / "records" / "ferry.json").unlink()
    (repository / "records" / "ferry.json").mkdir()
    stopped = check(repository)
    assert stopped.returncode == 3
    assert stopped.stderr.startswith("stopped: records/ferry.json: cannot be read: Is a directory. Something else has")


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["-o", "-", "--check"], "--check compares records in a folder"),
        (["-o", "records", "--diff"], "belongs to --check"),
        (["-o", "records", "--diff-lines", "5"], "belongs to --check"),
        (["-o", "records", "--check", "--diff-lines", "5"], "belongs to --diff"),
        (["-o", "records", "--check", "--diff", "--diff-lines", "0"], "--diff-lines"),
    ],
)
def test_wrong_usage(repository: Path, args: list[str], word: str) -> None:
    result = newsingest("parse", "posts", *args, cwd=repository)
    assert result.returncode == 2
    assert word in result.stderr


def test_diffs_are_bounded_and_what_is_cut_is_said(repository: Path) -> None:
    for name in ("ferry.md", "港口/开港.html", "港口/潮汐.md"):
        edit(repository / "posts" / name, "date: 2024", "date: 2023")
    whole = check(repository, "--diff").stdout.splitlines()
    cut = check(repository, "--diff", "--diff-lines", "4").stdout.splitlines()
    first = whole.index("differs: records/港口/开港.json")
    assert cut == [
        *whole[:5],
        f"... {first - 5} more lines of this diff; raise --diff-lines to see them",
        "differs: records/港口/开港.json",
        "differs: records/港口/潮汐.json",
        "... diffs of 2 more records; raise --diff-lines to see them",
    ]


def test_several_sources_and_single_files_are_checked_as_they_are_made(repository: Path) -> None:
    (repository / "drafts").mkdir()
    (repository / "posts" / "ferry.md").rename(repository / "drafts" / "plan.md")
    for number, sources in enumerate((["posts", "drafts"], ["posts", "drafts/plan.md"], ["drafts/plan.md"])):
        args = ["parse", *sources, "-o", f"out{number}"]
        assert newsingest(*args, cwd=repository).returncode == 0
        assert newsingest(*args, "--check", cwd=repository).returncode == 0
    assert newsingest("parse", "posts", "-o", "out0", "--check", cwd=repository).returncode == 1


def test_options_that_change_records_count(repository: Path) -> None:
    edit(repository / "posts" / "ferry.md", "00Z", "00")
    args = ["parse", "posts", "-o", "records", "--assume-timezone", "+08:00"]
    assert newsingest(*args, cwd=repository).returncode == 0
    assert newsingest(*args, "--check", "--strict", cwd=repository).returncode == 0
    assert check(repository).returncode == 1
    assert check(repository, "--exclude", "ferry.md").stdout == "left over: records/ferry.json\n"


def test_quiet_says_nothing_when_all_is_well_and_the_list_when_not(repository: Path) -> None:
    passed = check(repository, "-q")
    assert (passed.returncode, passed.stdout, passed.stderr) == (0, "", "")
    (repository / "records" / "ferry.json").unlink()
    failed = check(repository, "-q")
    assert failed.stdout == "missing: records/ferry.json\n"
    assert "1 missing" in failed.stderr


def test_control_characters_in_a_record_do_not_reach_the_terminal(repository: Path) -> None:
    edit(repository / "records" / "ferry.json", "at seven", "at \x9b31m\u202eseven")
    shown = check(repository, "--diff").stdout
    assert r"at \x9b31m\u202eseven" in shown


def test_a_locale_that_is_not_utf8_changes_nothing(repository: Path) -> None:
    (repository / "records" / "港口" / "开港.json").unlink()
    result = newsingest(*CHECK, cwd=repository, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert (result.returncode, result.stdout) == (1, "missing: records/港口/开港.json\n")


def test_diffs_are_coloured_on_a_terminal_unless_not_wanted(repository: Path) -> None:
    edit(repository / "records" / "ferry.json", "at seven", "at eight")
    shown = on_terminal(*CHECK, "--diff", cwd=repository)[1]
    assert '\x1b[31m-    "The ferry sails at eight.",\x1b[0m' in shown
    assert '\x1b[32m+    "The ferry sails at seven.",\x1b[0m' in shown
    assert "\x1b" not in on_terminal(*CHECK, "--diff", cwd=repository, NO_COLOR="1")[1]
    assert "\x1b" not in on_terminal(*CHECK, "--diff", cwd=repository, TERM="dumb")[1]


def test_a_reader_that_goes_away_ends_the_check_quietly(repository: Path) -> None:
    for number in range(2000):
        (repository / "records" / f"stray-{number}.json").touch()
    command = f"{sys.executable} -m newsingest {' '.join(CHECK)} 2>err | true; echo ${{PIPESTATUS[0]}}"
    result = run("bash", "-c", command, cwd=repository)
    assert result.stdout == "141\n"
    assert (repository / "err").read_text() == ""


def test_our_own_records_are_what_the_posts_make() -> None:
    result = newsingest("parse", "fixtures/posts", "-o", "fixtures/records", "--check", "--diff", cwd=ROOT)
    assert result.returncode == 0, result.stdout
