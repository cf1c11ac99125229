"""``newsingest diff``: corpora made by real runs, compared by real processes, and the logic by itself."""

from __future__ import annotations

import gzip
import json
import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from newsingest.corpora.align import _pairs, align, alike
from newsingest.corpora.compare import Changes, Comparison, PostChange, compare, compare_records
from newsingest.corpora.readback import Corpus
from scratch import ROOT, edit, make_repository, newsingest, run
from test_convert import needs_parquet, needs_zstd

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "diff.md").read_text(encoding="utf-8")


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose posts have changed since ``records`` was made; ``after`` is made of them now."""
    repository = make_repository(tmp_path / "repository")
    posts = repository / "posts"
    edit(posts / "ferry.md", "at seven", "at eight")
    edit(posts / "港口" / "开港.html", "新港周一开港", "新港下周开港")
    edit(posts / "港口" / "开港.html", "<p>新港将", "<p>编者按。</p><p>新港将")
    (posts / "港口" / "潮汐.md").rename(posts / "潮汐.md")
    assert newsingest("parse", "posts", "-o", "after", cwd=repository).returncode == 0
    return repository


def differences(*arguments: str, cwd: Path) -> dict[str, Any]:
    result = newsingest("diff", *arguments, "--json", cwd=cwd)
    assert result.stderr == ""
    found: dict[str, Any] = json.loads(result.stdout)
    assert result.returncode == (0 if found["same"] else 1)
    return found


def test_what_a_maintainer_reads(repository: Path) -> None:
    result = newsingest("diff", "records", "after", cwd=repository)
    assert (result.returncode, result.stderr) == (1, "")
    [shown] = re.findall(r"^```text\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert result.stdout == shown


def test_json_has_the_documented_keys(repository: Path) -> None:
    found = differences("records", "after", cwd=repository)
    documented = [
        key
        for row in re.findall(r"^\| (`[^|]*`) \|", PAGE.partition("## As JSON")[2], re.MULTILINE)
        for key in re.findall(r"`(\w+)`", row)
    ]
    assert list(found) == documented
    assert found["posts"] == {"old": 3, "new": 3, "equal": 0, "different": 2, "added": 1, "removed": 1}
    assert found["schemas"] == {"old": ["1"], "new": ["1"]}
    nothing = {"added": 0, "removed": 0, "moved": 0, "changed": 0, "shifted": 0}
    assert found["fields"]["paragraphs"] == nothing | {"posts": 2, "added": 1, "changed": 1}
    assert found["worst"][0]["path"] == "港口/开港.html"
    assert found["worst"][0]["titles"] == {"old": "新港周一开港", "new": "新港下周开港"}
    assert found["worst"][0]["fields"]["title"] == nothing | {"changed": 1}
    assert found["worst"][1]["titles"] is None
    assert (found["added"], found["removed"]) == (["潮汐.md"], ["港口/潮汐.md"])


def test_every_option_has_its_row(tmp_path: Path) -> None:
    options = set(re.findall(r"--[a-z-]+", newsingest("diff", "--help", cwd=tmp_path).stdout)) - {"--help"}
    assert set(re.findall(r"^\| `(--[a-z-]+)`", PAGE, re.MULTILINE)) == options


def test_the_form_of_a_corpus_does_not_matter(repository: Path) -> None:
    lines = newsingest("parse", "posts", "-o", "-", cwd=repository).stdout
    (repository / "lines.jsonl").write_text("\n".join(reversed(lines.splitlines())), encoding="utf-8")
    (repository / "lines.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    (repository / "packed").mkdir()
    shutil.copy(repository / "lines.jsonl.gz", repository / "packed" / "part-0.jsonl.gz")
    for form in ("lines.jsonl", "lines.jsonl.gz", "packed"):
        assert newsingest("diff", "after", form, cwd=repository).returncode == 0
        assert differences(form, "after", cwd=repository)["posts"]["equal"] == 3
        expected = differences("records", "after", cwd=repository)
        assert differences("records", form, cwd=repository) == expected


def test_a_corpus_may_come_through_a_pipe(repository: Path) -> None:
    (repository / "lines.jsonl").write_text(newsingest("parse", "posts", "-o", "-", cwd=repository).stdout)
    command = "newsingest diff <(cat lines.jsonl) after && newsingest diff after <(gzip -c lines.jsonl)"
    result = run("bash", "-c", command, cwd=repository)
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    "options",
    [
        pytest.param(["packed", "--format", "parquet"], id="parquet", marks=needs_parquet),
        pytest.param(["packed.parquet"], id="one parquet", marks=needs_parquet),
        pytest.param(["packed", "--format", "jsonl", "--compress", "zstd"], id="zstd", marks=needs_zstd),
    ],
)
def test_the_packing_of_a_corpus_does_not_matter(options: list[str], repository: Path) -> None:
    assert newsingest("convert", "after", *options, cwd=repository).returncode == 0
    assert differences("after", options[0], cwd=repository)["posts"]["equal"] == 3
    assert differences("records", options[0], cwd=repository) == differences("records", "after", cwd=repository)
    assert differences(options[0], "records", cwd=repository) == differences("after", "records", cwd=repository)
    [packed] = (path for path in repository.rglob("*.*") if path.name.endswith((".parquet", ".zst")))
    packed.write_bytes(packed.read_bytes()[:-20])
    result = newsingest("diff", "records", options[0], cwd=repository)
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"Error: {packed.relative_to(repository)}: cannot be read: ")


def test_single_records_from_a_repository(repository: Path) -> None:
    old = run("git", "show", "HEAD:records/ferry.json", cwd=repository).stdout
    (repository / "old.json").write_text(old, encoding="utf-8")
    found = differences("old.json", "after/ferry.json", cwd=repository)
    assert list(found["fields"]) == ["source.sha256", "paragraphs"]
    assert differences("old.json", "records/ferry.json", cwd=repository)["same"]


def test_posts_of_one_path_from_several_sources_are_told_apart(repository: Path) -> None:
    shutil.copytree(repository / "posts", repository / "drafts")
    edit(repository / "drafts" / "ferry.md", "at eight", "at nine")
    for out in ("one", "two"):
        newsingest("parse", "posts", "drafts", "-o", out, cwd=repository)
    assert newsingest("diff", "one", "two", cwd=repository).returncode == 0
    shutil.copytree(repository / "two" / "posts", repository / "three" / "posts")
    found = differences("one", "three", cwd=repository)["posts"]
    assert (found["removed"], found["different"]) == (3, 0), "each belongs to the one of the same file"
    shutil.rmtree(repository / "one" / "drafts")
    found = differences("one", "two", cwd=repository)["posts"]
    assert (found["added"], found["different"]) == (3, 1), "the drafts come first, and one has other words"


def test_the_limit_bounds_what_is_named_not_what_is_counted(repository: Path) -> None:
    for limit in (0, 1):
        found = differences("records", "after", "--limit", str(limit), cwd=repository)
        assert found["posts"]["different"] == 2
        assert [len(found[key]) for key in ("worst", "added", "removed")] == [limit] * 3
    assert "Most changed, 1 of 2:" in newsingest("diff", "records", "after", "--limit", "1", cwd=repository).stdout


def test_another_schema_is_said(repository: Path) -> None:
    edit(repository / "after" / "ferry.json", '"schema": 1', '"schema": 2')
    shown = newsingest("diff", "records", "after", cwd=repository).stdout
    assert "The different records are of record schema 1 in OLD and 1, 2 in NEW." in shown


@pytest.mark.parametrize(
    ("name", "data", "message"),
    [
        ("a.jsonl", b'{"id": "1"}\n\n{"id": \n', "a.jsonl: line 3: no JSON"),
        ("a.json", b'{\n  "id": "1",\n  "title": x\n}\n', "a.json: line 3: no JSON"),
        ("a.json", b'{\n  "id": "1",\n  "id"\n', "a.json: line 3: no JSON"),
        ("a.jsonl", b'{"id": "1"}\n{"title": "x"}\n', "a.jsonl: line 2: no record: neither source.path nor id"),
        ("a.jsonl", b'{"id": "1"}\n[]\n', "a.jsonl: line 2: no record: neither source.path nor id"),
        ("a.jsonl", b'{"id": "1", "source": "x"}\n', "a.jsonl: line 1: no record: neither source.path nor id"),
        ("a.md", b"---\ntitle: A\n---\n<p>Text</p>\n", "a.md: line 1: no JSON"),
        ("a.jsonl.gz", b"\x1f\x8b\x08broken", "a.jsonl.gz: cannot be read: "),
        ("a.jsonl.gz", gzip.compress(b'{"id": "1"}\n')[:-9], "a.jsonl.gz: cannot be read: "),
    ],
)
def test_what_is_no_record_is_named_by_file_and_line(tmp_path: Path, name: str, data: bytes, message: str) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "good.jsonl").write_bytes(b'{"id": "1"}\n')
    for arguments in ((name, "good.jsonl"), ("good.jsonl", name)):
        result = newsingest("diff", *arguments, cwd=tmp_path)
        assert (result.returncode, result.stdout) == (2, "")
        assert result.stderr.startswith(f"Error: {message}")


def test_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "good.jsonl").write_bytes(b'{"id": "1"}\n')
    (tmp_path / "empty.jsonl").touch()
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "a.md").write_text("---\ntitle: A\n---\n")
    for arguments, words in [
        (["site"], "Missing argument"),
        (["good.jsonl", "gone"], "There is no file or folder 'gone'."),
        (["gone", "good.jsonl"], "There is no file or folder 'gone'."),
        (["good.jsonl", "good.jsonl", "--limit", "-1"], "--limit"),
        (["site", "good.jsonl"], "site: holds no record; records are looked for in .json, "),
        (["good.jsonl", "site"], "site: holds no record; records are looked for in .json, "),
        (["empty.jsonl", "empty.jsonl"], "empty.jsonl: holds no record\n"),
    ]:
        result = newsingest("diff", *arguments, cwd=tmp_path)
        assert (result.returncode, result.stdout) == (2, "")
        assert words in result.stderr


def test_a_reader_that_goes_away_and_a_full_disk(repository: Path) -> None:
    script = (
        "newsingest diff records after 2>err | true; echo ${PIPESTATUS[0]}; newsingest diff records after >/dev/full"
    )
    result = run("bash", "-c", script, cwd=repository)
    assert (result.stdout, result.returncode) == ("141\n", 3)
    assert result.stderr.startswith("stopped: standard output: cannot be written: No space left on device")


def record(**fields: Any) -> dict[str, Any]:
    return {"schema": 1, "id": "x", "source": {"path": "a.md", "sha256": "1"}, "title": "T", "paragraphs": []} | fields


@pytest.mark.parametrize(
    ("old", "new", "changes"),
    [
        ({"title": "A"}, {"title": "B"}, {"title": Changes(changed=1)}),
        ({"title": None}, {"title": "B"}, {"title": Changes(added=1)}),
        ({"title": "A"}, {"title": None}, {"title": Changes(removed=1)}),
        ({}, {"subtitle": "B"}, {"subtitle": Changes(added=1)}),
        ({"source": {"path": "a.md", "sha256": "1"}}, {"source": {"path": "a.md", "sha256": "2"}}, {"source.sha256": Changes(changed=1)}),
        ({"front_matter": {"a": 1, "b": 2}}, {"front_matter": {"b": 3, "c": 4}}, {"front_matter": Changes(1, 1, 0, 1)}),
        ({"tags": ["a", "b", "c"]}, {"tags": ["b", "c", "a"]}, {"tags": Changes(moved=1)}),
        (
            {"images": [{"url": "u", "alt": "x", "paragraph": 1}, {"url": "v", "alt": "y", "paragraph": 2}]},
            {"images": [{"url": "u", "alt": "z", "paragraph": 1}, {"url": "v", "alt": "y", "paragraph": 3}]},
            {"images": Changes(changed=1, shifted=1)},
        ),
        (
            {"sections": [{"heading": None, "level": 0, "start": 0, "end": 1}, {"heading": "Outlook", "level": 1, "start": 1, "end": 2}]},
            {"sections": [{"heading": None, "level": 0, "start": 0, "end": 2}, {"heading": "Outlook", "level": 2, "start": 2, "end": 3}]},
            {"sections": Changes(changed=1, shifted=1)},
        ),
        (
            {"stocks": [{"code": "sh1", "start": 0}, {"code": "sh2", "start": 5}]},
            {"stocks": [{"code": "sh2", "start": 5}]},
            {"stocks": Changes(removed=1)},
        ),
    ],
)  # fmt: skip
def test_changes_are_counted_field_by_field_in_both_directions(
    old: dict[str, Any], new: dict[str, Any], changes: dict[str, Changes]
) -> None:
    assert compare_records(record(**old), record(**new)) == changes
    back = {name: Changes(c.removed, c.added, c.moved, c.changed, c.shifted) for name, c in changes.items()}
    assert compare_records(record(**new), record(**old)) == back
    assert compare_records(record(**old), record(**old)) == {}


def figures(old: str, new: str) -> tuple[int, int, int, int]:
    """Added, removed, moved, changed, where each letter is an item and case is a small change."""
    found = align(old, new, lambda i, j: old[i].lower() == new[j].lower())
    pairs = sorted(found.kept + found.moved + found.changed)
    assert sorted([i for i, _ in pairs] + found.removed) == list(range(len(old)))
    assert sorted([j for _, j in pairs] + found.added) == list(range(len(new)))
    return len(found.added), len(found.removed), len(found.moved), len(found.changed)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("", "", (0, 0, 0, 0)),
        ("abc", "abc", (0, 0, 0, 0)),
        ("abc", "xabc", (1, 0, 0, 0)),
        ("abcd", "acd", (0, 1, 0, 0)),
        ("abcd", "aBcd", (0, 0, 0, 1)),
        ("abcde", "bcdea", (0, 0, 1, 0)),
        ("abcde", "edcba", (0, 0, 4, 0)),
        ("xax", "ax", (0, 1, 0, 0)),
        ("aaaa", "aa", (0, 2, 0, 0)),
        ("abab", "baba", (0, 0, 1, 0)),
        ("axb", "aYXb", (1, 0, 0, 1)),
        ("abc", "xyz", (3, 3, 0, 0)),
    ],
)
def test_items_that_moved_changed_came_and_went_are_told_apart(
    old: str, new: str, expected: tuple[int, int, int, int]
) -> None:
    assert figures(old, new) == expected


def test_an_item_changes_into_one_only() -> None:
    found = align("ab", "c", lambda _i, _j: True)
    assert (found.changed, found.removed, found.added) == ([(0, 0)], [1], [])


def test_lists_that_would_be_quadratic_are_counted_all_the_same() -> None:
    assert len(list(_pairs("a" * 1000, "a" * 1000))) == 1000
    asked = []

    def similar(*pair: int) -> bool:
        asked.append(pair)
        return False

    align(range(1000), range(1000, 2000), similar)
    assert len(asked) == 1000
    assert figures("ab" * 5000, "ab" * 4999 + "c") == (1, 2, 0, 0)
    old, new = ("".join(chr(base + n) for n in range(5000)) for base in (0x4E00, 0x6800))
    assert figures(old, new) == (5000, 5000, 0, 0)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("新港将于周一上午正式开港。", "新港将于周一下午正式开港。", True),
        ("The ferry sails at seven.", "The ferry sails at eight.", True),
        ("The ferry sails at seven.", "Rain is expected by noon.", False),
        ("新港将于周一上午正式开港。", "高潮在六点。", False),
        ("一", "二", False),
        ("", "", True),
    ],
)
def test_texts_that_are_alike(old: str, new: str, expected: bool) -> None:  # noqa: FBT001 - expected figures stand in the test
    assert alike(old, new) is expected


def test_memory_holds_a_few_of_the_worst() -> None:
    found = Comparison(limit=2)
    for number in range(500):
        found.note(PostChange(str(number), {"tags": Changes(added=number)}))
    assert len(found.worst) < 200


def test_only_the_worst_posts_are_remembered(tmp_path: Path) -> None:
    for side in ("old", "new"):
        lines = (record(id=str(n), source={"path": f"{n}.md"}, tags=[side] * (n % 50)) for n in range(500))
        (tmp_path / side).write_text("".join(json.dumps(line) + "\n" for line in lines))
    with Corpus(str(tmp_path / "old")) as old, Corpus(str(tmp_path / "new")) as new:
        found = compare(old, new, 3)
    assert (found.different, found.equal) == (490, 10)
    assert [(post.path, post.weight) for post in found.worst] == [("149.md", 98), ("199.md", 98), ("249.md", 98)]
