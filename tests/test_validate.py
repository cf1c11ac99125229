"""Damaged records are found, with path and JSON pointer; whole ones are not accused."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from command_line import POST, command, make
from corpus import lines, make_record, write_files
from newsingest.corpora.faults import faults
from newsingest.corpora.shape import DamagedError, decode
from newsingest.record import Embed, Image, Section, encode_line
from readings import FIXTURES, RECORDS, load_record, names

if TYPE_CHECKING:
    from pathlib import Path

WHOLE: dict[str, Any] = json.loads(encode_line(make_record()))
REMOVED = object()


def changed(pointer: str, value: object) -> bytes:
    """A whole record with one value replaced, taken away or added."""
    record = json.loads(json.dumps(WHOLE))
    *path, last = pointer.split("/")[1:]
    place = record
    for step in path:
        place = place[int(step) if isinstance(place, list) else step]
    key = int(last) if isinstance(place, list) else last
    if value is REMOVED:
        del place[key]
    else:
        place[key] = value
    return json.dumps(record, ensure_ascii=False).encode()


SHAPE = [
    ("/title", REMOVED, "this key is missing"),
    ("/source/bytes", REMOVED, "this key is missing"),
    ("/more", 1, "no such key"),
    ("/images/0/more", 1, "no such key"),
    ("/title", 3, "an integer where a string must be"),
    ("/paragraphs/1", None, "null where a string"),
    ("/images/0/width", "640", "a string where an integer"),
    ("/images/0/paragraph", -1, "-1 is less than 0"),
    ("/images", {}, "an object where a list"),
    ("/links/0", "x", "a string where an object"),
    ("/blocks/0/kind", "poem", '"poem" is none of'),
    ("/schema", 2, "a record of schema 2, and this newsingest reads schema 1"),
    ("/schema", True, "true is none of 1"),
    ("/schema", False, "false is none of 1"),
    ("/sections/0/level", False, "a truth value where an integer"),
    ("/id", "xyz", "does not have the form"),
    ("/id", "x" * 80, f'"{"x" * 56}… does not have the form'),
    ("/front_matter", [], "a list where an object"),
]
INSIDE = [
    ("/id", "0" * 16, "source.path gives"),
    ("/source/path", "a//b.md", "no path below"),
    ("/source/path", "a/../b.md", "no path below"),
    ("/sections/1/start", 3, "leaves a gap"),
    ("/sections/1/start", 1, "overlaps"),
    ("/sections/1/end", 3, "end at paragraph 3, but there are 4"),
    ("/sections/1/heading", None, "level 0 and a null heading"),
    ("/images/0/paragraph", 5, "there are 4 paragraphs"),
    ("/blocks/1/paragraph", 4, "there is no paragraph 4"),
    ("/blocks/1/paragraph", 2, "not in order"),
    ("/blocks/0/rows", [["one"]], "the cells differ"),
    ("/blocks/0/rows", None, "a table has rows"),
    ("/blocks/1/rows", [["x"]], "nothing else has"),
    ("/links/0/end", 12, "the text at 9:12 is '渡轮每', not '渡轮'"),
    ("/links/0/end", 999, "lies outside"),
    ("/links/0/start", -1, "lies outside"),
    ("/links/0/paragraph", 9, "there is no paragraph 9"),
    ("/links/0/paragraph", None, "null together"),
    ("/stocks/0/name", "渡轮", "is '港口', not '渡轮'"),
]


@pytest.mark.parametrize(("pointer", "value", "reason"), SHAPE)
def test_what_is_wrong_with_a_shape_is_told_with_its_place(pointer: str, value: object, reason: str) -> None:
    with pytest.raises(DamagedError) as caught:
        decode(changed(pointer, value))
    assert [fault.pointer for fault in caught.value.faults] == [pointer]
    assert reason in caught.value.faults[0].reason


@pytest.mark.parametrize(
    ("record", "fault"),
    [
        (
            {"schema": 0, "id": 3, "old": 1},
            "/schema: a record of schema 0, and this newsingest reads schema 1: make it again with `parse`",
        ),
        ({"name": "x", "version": "1"}, "/: no record: JSON, but without a schema and an id"),
    ],
)
def test_what_is_another_thing_is_not_compared_key_by_key(record: object, fault: str) -> None:
    with pytest.raises(DamagedError) as caught:
        decode(json.dumps(record).encode())
    assert list(map(str, caught.value.faults)) == [fault]


def test_a_pointer_escapes_slashes() -> None:
    with pytest.raises(DamagedError) as caught:
        decode(json.dumps(WHOLE | {"a/b~": 1}).encode())
    assert [fault.pointer for fault in caught.value.faults] == ["/a~1b~0"]


@pytest.mark.parametrize(("pointer", "value", "reason"), INSIDE)
def test_what_a_schema_cannot_say(pointer: str, value: object, reason: str) -> None:
    found = list(faults(decode(changed(pointer, value))))
    assert any(reason in fault.reason for fault in found), found
    assert any(
        pointer.startswith(fault.pointer) or fault.pointer.startswith(pointer.rpartition("/")[0]) for fault in found
    )


def test_only_the_first_section_may_do_without_a_heading() -> None:
    sections = [Section(None, 0, 0, 2), Section(None, 0, 2, 4)]
    assert list(map(str, faults(make_record(sections=sections)))) == [
        "/sections/1/heading: only the first section can be without a heading"
    ]


def test_a_picture_may_stand_below_all_paragraphs() -> None:
    assert list(faults(make_record(images=[Image("https://example.com/a.jpg", None, None, None, None, 4)]))) == []


def test_embeds_stand_in_order() -> None:
    embeds = [Embed("video", "https://example.com/1", None, 3), Embed("video", "https://example.com/2", None, 1)]
    [fault] = faults(make_record(embeds=embeds))
    assert fault.pointer == "/embeds/1/paragraph"


def test_all_faults_are_named() -> None:
    with pytest.raises(DamagedError) as caught:
        decode(json.dumps({**WHOLE, "title": 1, "tags": None, "id": "x"}).encode())
    assert [fault.pointer for fault in caught.value.faults] == ["/id", "/title", "/tags"]


def test_keys_have_an_order() -> None:
    with pytest.raises(DamagedError, match="not in the order"):
        decode(json.dumps(dict(sorted(WHOLE.items()))).encode())


@pytest.mark.parametrize("form", [{"indent": 4}, {"ensure_ascii": True}, {"separators": (",", ":")}])
def test_white_space_and_escapes_are_no_fault(form: dict[str, Any]) -> None:
    assert decode(json.dumps(WHOLE, **form).encode()) == make_record()


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"\xff", b"null", b"[" * 5000, b'{"id": 1e999}'])
def test_what_is_no_json_object_is_damaged(data: bytes) -> None:
    with pytest.raises(DamagedError):
        decode(data)


@pytest.mark.parametrize("name", names())
def test_fixture_records_are_sound(name: str) -> None:
    record = decode((RECORDS / f"{name}.json").read_bytes())
    assert list(faults(record)) == []
    assert msgspec.to_builtins(record) == load_record(name)


def test_command_names_path_and_pointer(tmp_path: Path) -> None:
    write_files(tmp_path / "out", make_record("good.md"))
    (tmp_path / "out" / "bad.json").write_bytes(changed("/links/0/end", 12))
    (tmp_path / "out" / "worse.json").write_bytes(b'{"schema": 1')
    (tmp_path / "all.jsonl").write_bytes(lines(make_record()) + changed("/title", 3) + b"\n")
    result = command("validate", "out", "all.jsonl", cwd=tmp_path)
    assert result.returncode == 1
    assert result.stdout.decode().splitlines() == [
        "out/bad.json: /links/0/text: the text at 9:12 is '渡轮每', not '渡轮'",
        "out/worse.json: /: no JSON, or cut short",
        "all.jsonl:2: /title: an integer where a string must be",
    ]
    assert result.stderr == b"5 records: 3 with faults, 3 faults\n"
    printed = json.loads(command("validate", "out", "--json", cwd=tmp_path).stdout)
    assert printed["faults"][0] == {
        "path": "out/bad.json",
        "pointer": "/links/0/text",
        "reason": "the text at 9:12 is '渡轮每', not '渡轮'",
    }


def test_command_compares_with_the_posts(tmp_path: Path) -> None:
    record = make_record("sub/a.md")
    write_files(tmp_path / "out", record, make_record("gone.md"))
    posts = tmp_path / "posts" / "sub"
    posts.mkdir(parents=True)
    (posts / "a.md").write_bytes(b"post sub/a.md")
    result = command("validate", "out/sub", "-q", "--source", "posts", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    (posts / "a.md").write_bytes(b"another post")
    shown = command("validate", "out", "--source", "posts", cwd=tmp_path).stdout.decode().splitlines()
    assert [line.split(": ")[:2] for line in shown] == [
        ["out/gone.json", "/source/path"],
        ["out/sub/a.json", "/source/bytes"],
        ["out/sub/a.json", "/source/sha256"],
    ]


def test_posts_are_found_whatever_their_names_and_only_in_their_folder(tmp_path: Path) -> None:
    source = make(tmp_path / "posts")
    (source / os.fsdecode(b"caf\xe9.md")).write_text(POST)
    assert command("parse", "posts", "-o", "out", cwd=tmp_path).returncode == 0
    result = command("validate", "out", "-q", "--source", "posts", cwd=tmp_path)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    write_files(tmp_path / "out", make_record("a.md"))
    for path in (str(source / "a.md"), "../posts/a.md"):
        (tmp_path / "out/a.json").write_bytes(encode_line(make_record(path)))
        shown = command("validate", "out", "--source", "posts", cwd=tmp_path).stdout.decode()
        assert "out/a.json: /source/path: the post cannot be read: its path leaves the folder of the posts\n" in shown


def test_fixtures_fit_their_posts() -> None:
    result = command("validate", RECORDS, "-q", "--source", FIXTURES / "posts", cwd=FIXTURES)
    assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")


@pytest.mark.parametrize(
    ("args", "word"),
    [
        (["nowhere"], b"nowhere"),
        (["."], b"PATH"),
        (["x.txt"], b".parquet"),
        (["-"], b"no record in 'stdin'"),
        (["empty"], b"no record in 'empty'"),
        (["out", "empty"], b"no record in 'empty'"),
        (["x.jsonl"], b"no record in 'x.jsonl'"),
    ],
)
def test_wrong_usage(tmp_path: Path, args: list[str], word: bytes) -> None:
    for name in ("x.txt", "x.jsonl"):
        (tmp_path / name).touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "post.md").touch()
    write_files(tmp_path / "out", make_record())
    result = command("validate", *(args if word != b"PATH" else []), cwd=tmp_path)
    assert result.returncode == 2
    assert word in result.stderr
