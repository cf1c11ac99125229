"""Profile files: what is wrong with one is told with file, line and remedy."""

from __future__ import annotations

import pickle
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from newsingest.errors import ProfileError
from newsingest.parsing.parse_options import ParseOptions
from newsingest.profiles.choice import ProfileSet, built_in
from newsingest.profiles.file import check_rules, read_profile
from newsingest.profiles.profile import PROPERTIES, FieldsSpec, ImagesSpec, LinesSpec, compile_profile, merged
from newsingest.profiles.rules import find_problem, rules
from newsingest.profiles.store import load

if TYPE_CHECKING:
    from pathlib import Path

    from newsingest.profiles.profile import ProfileSpec


def check(text: str | bytes) -> ProfileSpec:
    profile = read_profile(text if isinstance(text, bytes) else text.encode(), "own.yaml")
    check_rules(profile)
    return profile.spec


def test_a_small_profile() -> None:
    spec = check("name: pier\nextends: generic\napplies: {categories: [2021, no], from: 2021-03-01}\ndrop:\n")
    assert (spec.name, spec.extends, spec.drop) == ("pier", "generic", [])
    assert spec.applies.categories == ["2021", "no"], "texts as typed, whatever YAML takes them for"
    assert str(spec.applies.since) == "2021-03-01"


@pytest.mark.parametrize(
    ("text", "line", "reason", "remedy"),
    [
        pytest.param("drop: [.ad]", 1, "`name` is missing", "name: …", id="no name"),
        pytest.param("name: ''", 1, "the name ''", "letters", id="empty name"),
        pytest.param("name: ../x", 1, "the name '../x'", "letters", id="a path for a name"),
        pytest.param("name: x\ndrp: [.ad]", 2, "unknown key `drp`", "Did you mean `drop`?", id="unknown key"),
        pytest.param("name: x\nlines:\n  dorp: [a]", 3, "unknown key `dorp`", "`drop`", id="unknown key below lines"),
        pytest.param("name: x\nstocks:\n  - {selectr: a}", 3, "`selectr`", "`selector`", id="unknown key in a list"),
        pytest.param("name: x\nfields: {author: [a]}", 2, "unknown key `author`", "byline", id="a field that is none"),
        pytest.param("name: x\nstocks:\n  - selector: a", 3, "`attribute` is missing", "", id="half a stock mark"),
        pytest.param("name: x\ndrop: .ad", 2, "`drop`: expected a list", "", id="a text for a list"),
        pytest.param("name: x\ndrop:\n  - .a\n  - [b]", 4, "`drop[1]`: expected a text", "", id="a list for a text"),
        pytest.param("name: x\ndrop:\n  - .a\n  -", 4, "got nothing", "", id="an empty item"),
        pytest.param("name: x\nimages:\n  smallest: big", 3, "a whole number", "", id="a text for a number"),
        pytest.param("name: x\napplies:\n  until: May", 3, "a date like 2021-11-03", "", id="no date"),
        pytest.param("name: x\napplies: {from: 2022-01-01, until: 2021-01-01}", 2, "before", "", id="dates exchanged"),
        pytest.param("name: x\napplies:\n  front_matter:\n    site: [a]", 4, "`applies.front_matter.site`", "", id="map"),
        pytest.param("name: x\nname: y", 2, "stands twice, first in line 1", "Join", id="duplicate key"),
        pytest.param("name: x\nkeep:\n  - .a\n  - div >", 4, "not a CSS selector: 'div >'", "div.promo", id="selector"),
        pytest.param("name: x\napplies:\n  from: 2021-01-01", 3, "without a sign", "Add `hosts`", id="date alone"),
        pytest.param("name: x\napplies: {hosts: ['https://h.example/*']}", 2, "holds a", "host alone", id="address"),
        pytest.param("name: x\ndrop: ['a:hover']", 2, "`:hover` never fits", "div.promo", id="state of a reader"),
        pytest.param("name: x\nlines:\n  drop: ['.*']", 3, "fits everything", "", id="line pattern for all"),
        pytest.param("name: x\nlines:\n  end: ['.+']", 3, "fits everything", "", id="line pattern for all but none"),
        pytest.param("name: x\nkeep: ['a:hover(']", 2, "not a CSS selector", "", id="selector of CSS that is none"),
        pytest.param("name: x\nkeep: ['a::before']", 2, "a pseudo-element", "", id="pseudo-element"),
        pytest.param("name: x\nkeep: ['svg|a']", 2, "'svg|a'", "", id="namespace"),
        pytest.param("name: x\nkeep: ['']", 2, "an empty text", "", id="empty selector"),
        pytest.param("name: x\napplies: {markup: ['']}", 2, "an empty text", "", id="empty sign"),
        pytest.param("name: x\nlines:\n  drop:\n    - 'a(b'", 4, "at character 2", "re.html", id="pattern"),
        pytest.param("name: x\nlines: {drop: ['(?i)ad']}", 2, "global flags", "(?i:…)", id="global flags"),
        pytest.param("name: x\nlines: {drop: ['(a)\\1']}", 2, "refers to a group", "\\1", id="back reference"),
        pytest.param("name: x\nlines: {drop: ['(\\w+)+x']}", 2, "forever", "a+", id="repeated repetition"),
        pytest.param("name: x\nvideo: ['a*']", 2, "fits everything", "", id="a pattern that fits everything"),
        pytest.param(
            "name: x\nlines: {fields: ['By (?P<edtor>.+)']}", 2, "the group 'edtor'", "editor", id="a group that is no field"
        ),
        pytest.param("name: x\nlines: {fields: ['By .+']}", 2, "no named group", "(?P<byline>…)", id="no group"),
        pytest.param("name: x\nlines: {drop: ['(?P<editor>a)']}", 2, "means nothing here", "none", id="group for nothing"),
        pytest.param("name: x\ndrop_words: ['ad(']", 2, "not a pattern", "", id="drop word"),
        pytest.param("name: x\nstocks: [{selector: a, attribute: b, pattern: c}]", 2, "named", "code", id="no code"),
        pytest.param("name: x\nvideo: [a\nb: c", 3, "not YAML", "single quotes", id="not YAML"),
        pytest.param("name: x\nvideo: *v", 2, "an alias", "Write out", id="alias"),
        pytest.param("name: x\nvideo: !!python/name:os.system x", 2, "the tag", "texts", id="tag"),
        pytest.param("name: x\n? [a]\n: b", 2, "a key that is no text", "", id="a list for a key"),
        pytest.param("- name: x", 1, "a map of", "name", id="a list"),
        pytest.param("# nothing", None, "an empty file", "name", id="empty"),
        pytest.param("name: x\nvideo: " + "[" * 9 + "]" * 9, 2, "nested too deep", "", id="deep"),
        pytest.param(b"name: x\n# \xc4\xe3", 2, "not UTF-8", "UTF-8", id="not UTF-8"),
        pytest.param("name: x\nvideo: ['\x07']", 2, "not YAML", "character", id="a bell"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(text: str | bytes, line: int | None, reason: str, remedy: str) -> None:
    with pytest.raises(ProfileError) as caught:
        check(text)
    error = caught.value
    assert (error.file, error.line) == ("own.yaml", line)
    assert reason in error.reason
    assert remedy in error.remedy
    assert "\n" not in str(error)


KEYS = st.sampled_from(
    ["name", "extends", "applies", "stocks", "titles", "fields", "selector", "attribute", "pattern", "x", *PROPERTIES,
     *FieldsSpec.__struct_fields__, *ImagesSpec.__struct_fields__, *LinesSpec.__struct_fields__]
)  # fmt: skip
TEXTS = st.text(max_size=8) | st.sampled_from(
    [".ad", "a > b", "(a", "(?P<editor>.+)", "[x", ":not(.a)", "2021-01-01", "\\"]
)
VALUES = st.recursive(
    TEXTS | st.none() | st.booleans() | st.integers() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS | st.text(max_size=3), inner, max_size=3),
    max_leaves=12,
)


@given(st.dictionaries(KEYS, VALUES, max_size=5))
def test_any_map_is_a_profile_or_told_to_be_none(value: dict[str, object]) -> None:
    text = yaml.safe_dump({"name": "x", **value}, allow_unicode=True)
    try:
        spec = check(text)
    except ProfileError as error:
        assert error.reason and error.remedy  # noqa: PT017, PT018 - an error is one of the two good ends
    else:
        compile_profile([spec])


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@example(b"[" * 100_000)
@example(b"- " * 5_000 + b"a")
@example(b"&a [*a]")
@example(b"a: &a [x]\nb: *a")
@example(b"2021-13-45: !!timestamp x")
@example(b"? !!binary x\n: 0x_")
@example(b"name: x\n--- \nname: y")
@example(b"%YAML 9.9\n---\na")
def test_any_bytes_are_a_profile_or_told_to_be_none(data: bytes) -> None:
    for text in (data, b"name: x\n" + data):
        try:
            check(text)
        except ProfileError as error:
            assert error.reason and error.remedy  # noqa: PT017, PT018


@pytest.mark.parametrize("name", sorted(built_in()))
def test_the_built_in_profiles_are_good(name: str) -> None:
    spec = built_in()[name]
    assert find_problem(spec) is None
    assert len(list(rules(spec))) > 10
    assert (spec.extends is None) is (name == "generic")


def write(folder: Path, **texts: str) -> Path:
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(f"name: {name}\n{text}\n", encoding="utf-8")
    return folder


def test_a_profile_extends_one_beside_it(tmp_path: Path) -> None:
    write(
        tmp_path, base="extends: generic\ndrop: [.b]", own="extends: base\ndrop: [.a]\nkeep: [.ad]", other="drop: [.c]"
    )
    brought = load(str(tmp_path / "own.yaml"))
    assert (brought.forced, [spec.name for spec in brought.specs]) == ("own", ["own", "base"])
    chain = ProfileSet(brought.specs).chain("own")
    spec = merged(chain)
    assert spec.drop[:2] == [".a", ".b"]
    assert len(spec.drop) == 2 + len(built_in()["generic"].drop)
    assert spec.applies == chain[0].applies


def test_a_folder_of_profiles(tmp_path: Path) -> None:
    write(tmp_path, b="extends: a", a="extends: sina-finance")
    (tmp_path / "notes.txt").write_text("no profile")
    brought = load(None, str(tmp_path))
    assert (sorted(brought.files), brought.forced) == (["a", "b"], None)
    assert load("b", str(tmp_path)).forced == "b"
    assert load("generic", str(tmp_path)).forced == "generic"


@pytest.mark.parametrize(
    ("texts", "file", "line", "reason"),
    [
        ({"a": "extends: b", "b": "extends: a"}, "b.yaml", 2, "a circle: a → b → a"),
        ({"a": "extends: a"}, "a.yaml", 2, "a circle: a → a"),
        ({"a": "extends: generik"}, "a.yaml", 2, "no profile is called 'generik'"),
        ({"generic": ""}, "generic.yaml", 1, "a built-in profile"),
        ({"a": "", "b": "#\nname: a"}, "b.yaml", 3, "stands twice"),
        ({}, "", None, "no profile in this folder"),
    ],
)
def test_what_is_wrong_between_profiles_is_told(
    tmp_path: Path, texts: dict[str, str], file: str, line: int | None, reason: str
) -> None:
    write(tmp_path, **texts)
    with pytest.raises(ProfileError) as caught:
        load(None, str(tmp_path))
    assert caught.value.file.endswith(file)
    assert reason in caught.value.reason
    assert caught.value.line == line


def test_two_files_of_one_name(tmp_path: Path) -> None:
    write(tmp_path, a="", b="")
    (tmp_path / "b.yaml").write_text("# mine\nname: a\n")
    with pytest.raises(ProfileError, match=r"b\.yaml: line 2: .*a\.yaml has the name 'a' too"):
        load(None, str(tmp_path))


def test_a_wrong_name_is_met_with_the_right_one(tmp_path: Path) -> None:
    with pytest.raises(ProfileError, match="Did you mean `sina-finance`"):
        load("sina-finanse")
    with pytest.raises(ProfileError, match="cannot be read: No such file"):
        load(str(tmp_path / "gone.yaml"))


def test_options_cross_a_process_boundary() -> None:
    options = ParseOptions(
        profiles=(check("name: x\napplies: {authors: [Pier], from: 2021-01-01}\ndrop: [.a]"),), profile="x"
    )
    assert pickle.loads(pickle.dumps(options)) == options  # noqa: S301 - our own
