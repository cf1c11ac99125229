"""What is kept between runs comes back as it was put away, or not at all; expressions are what ``re`` compiles."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import COMMAND, GUARD, environment, make
from newsingest import expressions, kept
from newsingest.body import automaton
from newsingest.expressions import compiled
from newsingest.kept import Shelf
from newsingest.profiles.choice import built_in

if TYPE_CHECKING:
    from pathlib import Path

OF_PROFILES = sorted({
    text
    for spec in built_in().values()
    for lists in (spec.lines, spec.images)
    for name in lists.__struct_fields__
    if name != "notices" and isinstance(getattr(lists, name), list)
    for text in getattr(lists, name)
})  # fmt: skip
OTHERS = [
    "(?P<a>x)(?P<b>y)?(?(a)z|w)",
    r"(?i:é)\b(?<=é)(?!ü)[^\u4e00-\u9fff圖图図]",
    r"(a)(b)\2",
    r"\Z",
    "(?s:.)*?",
    "",
]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "of.kept"


def filled(file: Path, **values: object) -> Shelf:
    shelf = Shelf(str(file))
    for key, value in values.items():
        shelf.put(key, value)
    shelf.save()
    return shelf


def test_what_is_saved_is_there_for_the_next(file: Path) -> None:
    filled(file, a=(1, b"x", {"name": None}))
    assert Shelf(str(file)).get("a") == (1, b"x", {"name": None})
    assert Shelf(str(file)).get("b") is None


def test_what_is_put_is_there_before_it_is_saved(file: Path) -> None:
    shelf = Shelf(str(file))
    assert shelf.get("a") is None
    shelf.put("a", 1)
    assert shelf.get("a") == 1
    assert not file.exists()


def test_what_several_processes_save_stands_side_by_side(file: Path) -> None:
    one, other = Shelf(str(file)), Shelf(str(file))
    assert one.get("a") is other.get("a") is None
    one.put("a", 1)
    other.put("b", 2)
    one.save()
    other.save()
    assert [Shelf(str(file)).get(key) for key in "ab"] == [1, 2]
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_where_nothing_is_new_nothing_is_written(file: Path) -> None:
    shelf = filled(file, a=1)
    file.unlink()
    shelf.save()
    assert not file.exists()


def test_too_much_is_swept_out(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST", 2)
    filled(file, a=1, b=2)
    filled(file, c=3)
    assert [Shelf(str(file)).get(key) for key in "abc"] == [None, None, 3]


@given(st.data())
def test_a_file_with_any_byte_changed_or_lost_is_no_file(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    file = tmp_path_factory.mktemp("shelf") / "of.kept"
    filled(file, a="text")
    whole = file.read_bytes()
    place = data.draw(st.integers(0, len(whole) - 1))
    file.write_bytes(whole[:place] + data.draw(st.sampled_from([b"", bytes([whole[place] ^ 1]) + whole[place + 1 :]])))
    assert Shelf(str(file)).get("a") is None
    assert filled(file, b=1).get("b") == 1


def test_what_another_python_kept_is_left_alone(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(file, a=1)
    monkeypatch.setattr(kept, "_MADE_BY", ("4.0", "little"))
    assert Shelf(str(file)).get("a") is None


def test_where_nothing_can_be_written_nothing_is_said(tmp_path: Path) -> None:
    (tmp_path / "no folder").write_text("")
    filled(tmp_path / "no folder" / "of.kept", a=1)
    filled(tmp_path, a=1)  # a folder stands in its place
    assert [path.name for path in tmp_path.iterdir()] == ["no folder"]
    Shelf(None).save()
    assert Shelf(None).get("a") is None


def test_where_memory_runs_out_nothing_is_kept(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(_: object) -> bytes:
        raise MemoryError

    monkeypatch.setattr("newsingest.kept.marshal.dumps", fails)
    assert filled(file, a=1).get("b") is None
    assert not file.exists()


def test_what_another_user_kept_is_not_trusted(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(file, a=1)
    monkeypatch.setattr(kept, "_TRUSTED", {file.stat().st_uid + 1})
    assert Shelf(str(file)).get("a") is None


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"XDG_CACHE_HOME": "/of/all", "HOME": "/home/mia"}, "/of/all/newsingest"),
        ({"XDG_CACHE_HOME": "not/whole", "HOME": "/home/mia"}, "/home/mia/.cache/newsingest"),
        ({"HOME": "/home/mia"}, "/home/mia/.cache/newsingest"),
    ],
)
def test_it_stands_in_the_users_own_folder(
    variables: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_CACHE_HOME")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    kept.shelf.cache_clear()
    opened: list[str | None] = []
    monkeypatch.setattr(kept, "Shelf", opened.append)
    kept.shelf()
    kept.shelf.cache_clear()
    assert opened == [f"{expected}/{sys.implementation.cache_tag}.kept"]


@pytest.mark.parametrize("flags", [re.NOFLAG, re.IGNORECASE, re.IGNORECASE | re.DOTALL])
def test_an_expression_is_what_re_compiles_when_it_is_made_and_when_it_was_kept(
    flags: re.RegexFlag, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = [re.compile(text, flags) for text in (*OF_PROFILES, *OTHERS)]
    for _ in ("made", "kept"):
        shelf = Shelf(str(file))
        monkeypatch.setattr(expressions, "shelf", lambda shelf=shelf: shelf)
        found = [compiled(text, flags) for text in (*OF_PROFILES, *OTHERS)]
        assert found == expected  # Python compares what their engine does
        assert [(each.groups, each.groupindex, each.flags) for each in found] == [
            (each.groups, each.groupindex, each.flags) for each in expected
        ]
        shelf.save()


def test_what_is_kept_is_not_made_again(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf = Shelf(str(file))
    monkeypatch.setattr(expressions, "shelf", lambda: shelf)
    compiled("a+b")
    shelf.save()
    monkeypatch.setattr(expressions, "shelf", lambda: Shelf(str(file)))
    monkeypatch.delattr(expressions, "_translate")
    assert compiled("a+b").fullmatch("aab")
    with pytest.raises(NameError):
        compiled("a+c")


def test_a_python_without_the_parts_compiles_as_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expressions, "_engine", None)
    assert compiled("[ab]+", re.IGNORECASE) == re.compile("[ab]+", re.IGNORECASE)


def test_a_wrong_expression_is_the_same_error() -> None:
    with pytest.raises(re.error, match="unterminated subpattern"):
        compiled("(a")


def test_a_plan_that_was_kept_is_the_plan_that_was_made(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made_of = [("a(?:b|c)*d$", "^x+"), ("[^/]+/qr",), ("(?=a)",)]
    plans = []
    for _ in ("made", "kept"):
        automaton.plan_of.cache_clear()
        shelf = Shelf(str(file))
        monkeypatch.setattr(automaton, "shelf", lambda shelf=shelf: shelf)
        plans.append([automaton.plan_of(sources) for sources in made_of])
        shelf.save()
    assert plans[0] == plans[1]
    assert [each is None for each in plans[0]] == [False, False, True]


def test_a_run_of_many_posts_leaves_what_it_compiled_to_later_runs(tmp_path: Path) -> None:
    make(tmp_path / "posts", *(f"{number}.md" for number in range(500)))
    variables = environment(XDG_CACHE_HOME=str(tmp_path / "cache"))
    made = []
    for out in ("first", "second", "third"):
        arguments = [*COMMAND, "parse", "posts", "-o", out, "--jobs", "1"]
        subprocess.run(arguments, cwd=tmp_path, env=variables, check=True, timeout=GUARD, capture_output=True)
        made.append({path.name: path.read_bytes() for path in (tmp_path / out).glob("*.json")})
        (left,) = (tmp_path / "cache" / "newsingest").iterdir()
        if out == "first":
            before = left.read_bytes()
        elif out == "second":
            assert left.read_bytes() == before  # all was there
            left.write_bytes(before[:-1])  # and what follows finds it damaged
    assert made[0] == made[1] == made[2]
    assert len(made[0]) == 500
    assert left.stat().st_size >= len(before)
