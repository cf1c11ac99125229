from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsingest.paths import text
from newsingest.runs.names import MAX_NAME_BYTES, clash_key, record_names, stem

if TYPE_CHECKING:
    from random import Random

TAGGED = re.compile(r"~[0-9a-f]{8}\.json\Z")

# Names made of a few pieces clash often; free text finds what nobody thought of.
_pieces = st.lists(
    st.sampled_from(["a", "A", "é", "e\u0301", "ß", "ss", ".md", ".html", ".json", ".x", "~", "1.5万亿", "K", "k"]),
    min_size=1,
    max_size=4,
).map("".join)
_free = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=300)
_name = st.one_of(_pieces, _free).filter(lambda name: not name.startswith("."))


def names_of(*files: str, folders: tuple[str, ...] = (), folder: str = "") -> dict[str, str]:
    return record_names(folder, files, folders)[0]


def test_a_record_is_named_after_its_post_without_the_suffix() -> None:
    assert names_of("a.md", "b.html", "c.TXT", "d") == {
        "a.md": "a.json",
        "b.html": "b.json",
        "c.TXT": "c.json",
        "d": "d.json",
    }


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("市值1.5万亿", "市值1.5万亿"),
        ("Windows 11.2", "Windows 11.2"),
        ("no. 1.md", "no. 1"),
        ("end.", "end."),
        (".md", ".md"),
        ("a.verylongsuffix", "a.verylongsuffix"),
        ("a.md\n", "a.md\n"),
        ("picture.jpg", "picture.jpg"),
        ("data.json", "data.json"),
    ],
)
def test_only_what_looks_like_a_suffix_of_a_post_is_taken_off(name: str, expected: str) -> None:
    assert stem(name) == expected


def test_two_posts_of_one_name_keep_their_suffixes() -> None:
    assert names_of("a.md", "a.html") == {"a.md": "a.md.json", "a.html": "a.html.json"}


def test_a_picture_beside_a_post_does_not_change_its_name() -> None:
    assert names_of("a.md", "a.jpg")["a.md"] == "a.json"


@pytest.mark.parametrize(("one", "other"), [("A.md", "a.md"), ("é.md", "e\u0301.md"), ("ß.md", "ss.md")])
def test_names_that_differ_in_case_or_unicode_form_only_get_a_hash(one: str, other: str) -> None:
    names = names_of(one, other)
    assert all(TAGGED.search(name) for name in names.values())
    assert len({clash_key(name) for name in names.values()}) == 2


def test_different_suffixes_settle_a_clash_of_case() -> None:
    assert names_of("A.md", "a.html") == {"A.md": "A.md.json", "a.html": "a.html.json"}


def test_a_post_does_not_take_the_name_of_a_folder() -> None:
    assert names_of("a.md", folders=("a.json",)) == {"a.md": "a.md.json"}
    assert TAGGED.search(names_of("a.md", folders=("a.json", "A.MD.json"))["a.md"])


def test_the_first_hash_is_of_the_path_and_nothing_else() -> None:
    long = "x" * 255
    files, folders = record_names("f", ("A.md", "a.md", "b.md", long), ("N", "n", "b.json", "B.MD.json"))
    assert (files, folders) == (
        {
            "A.md": f"A.md{_tag('f/A.md')}.json",
            "a.md": f"a.md{_tag('f/a.md')}.json",
            "b.md": f"b.md{_tag('f/b.md')}.json",
            long: f"{'x' * 241}{_tag(f'f/{long}')}.json",
        },
        {"N": f"N{_tag('f/N')}", "n": f"n{_tag('f/n')}", "b.json": "b.json", "B.MD.json": "B.MD.json"},
    )


def _tag(path: str) -> str:
    return "~" + hashlib.sha256(path.encode()).hexdigest()[:8]


def test_folders_that_differ_in_case_only_get_a_hash() -> None:
    folders = record_names("", (), ("News", "news", "other"))[1]
    assert folders["other"] == "other"
    assert all(re.search(r"~[0-9a-f]{8}\Z", folders[name]) for name in ("News", "news"))


def test_a_long_name_is_cut_at_a_character_boundary() -> None:
    name = names_of("新" * 84 + ".md")["新" * 84 + ".md"]
    assert re.fullmatch(r"新+~[0-9a-f]{8}\.json", name)
    assert MAX_NAME_BYTES - 3 < len(name.encode()) <= MAX_NAME_BYTES
    assert names_of("新" * 83 + ".md") == {"新" * 83 + ".md": "新" * 83 + ".json"}


def test_the_hash_is_of_the_path_below_the_source() -> None:
    long = "x" * 255
    assert names_of(long, folder="a") != names_of(long, folder="b")


@given(st.sets(_name, max_size=12), st.sets(_name, max_size=5), st.randoms(use_true_random=False))
def test_no_two_names_are_one(files: set[str], folders: set[str], random: Random) -> None:
    folders -= files
    given_files, given_folders = record_names("f", files, folders)
    results = [*given_files.values(), *given_folders.values()]
    assert given_files.keys() == files
    assert given_folders.keys() == folders
    for same in (
        clash_key,
        lambda name: unicodedata.normalize("NFC", name.casefold()),
        lambda name: unicodedata.normalize("NFC", name).casefold(),
        lambda name: unicodedata.normalize("NFD", name).lower(),
    ):
        assert len({same(name) for name in results}) == len(results)
    assert all(len(name.encode()) <= MAX_NAME_BYTES for name in results)
    assert all(name.endswith(".json") for name in given_files.values())
    shuffled = sorted(files)
    random.shuffle(shuffled)
    assert record_names("f", shuffled, sorted(folders, reverse=True)) == (given_files, given_folders)


@given(st.lists(st.binary(min_size=1, max_size=8) | st.sampled_from([b"\xff", b"\\xff", b"\\x5cxff"]), min_size=2))
def test_no_two_names_are_the_same_text(raw: list[bytes]) -> None:
    distinct = set(raw)
    texts = {text(os.fsdecode(name)) for name in distinct}
    assert len(texts) == len(distinct)
    assert all(name.encode("utf-8") for name in texts)


def test_bytes_that_are_not_utf8_are_written_out() -> None:
    assert text(os.fsdecode(b"caf\xe9.md")) == "caf\\xe9.md"
    assert text("新闻.md") == "新闻.md"
    assert text("a\\b") == "a\\b"
