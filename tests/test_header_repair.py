"""How a header that is no valid YAML is read the way the scraper wrote it."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from newsingest.parsing.front_matter import read_front_matter
from newsingest.parsing.header_mend import read_text
from newsingest.parsing.header_repair import repair


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ('"""""""""\'港口：新船\'"""""""""', "港口：新船"),
        ('"""\'Say "yes"\'"""', 'Say "yes"'),
        ('"""港口"""', "港口"),
        ('"a "b" c"', 'a "b" c'),
        ("'it's'", "it's"),
        ('"It\'s a "test""', 'It\'s a "test"'),
        ('""it\'s""', '"it\'s"'),
        ("'Ships first'_ Crowds at the port", "'Ships first'_ Crowds at the port"),
        ('"A" and "B"', '"A" and "B"'),
        ('"港口"\n  #1"', '港口" #1'),
        ("'A' and 'B'", "'A' and 'B'"),
        ("'Say \"yes\"' and 'B'", "'Say \"yes\"' and 'B'"),
        ("'快讯'与'公告'", "'快讯'与'公告'"),
        ('"12", 15" and 17""', '12", 15" and 17"'),
        ('"""\'"""', "'"),
        ('"""港口恢复通航"', '""港口恢复通航'),
        ('"C:\\dir"', "C:\\dir"),
        ("@port", "@port"),
        ("[快讯] 港口", "[快讯] 港口"),
        ("% 5", "% 5"),
        ("`code`", "`code`"),
        ("*a* b: c", "*a* b: c"),
        ("&x: y: z", "&x: y: z"),
        ("a: b: c", "a: b: c"),
        ("a: b # 1", "a: b # 1"),
        ("- a", "- a"),
        ('"', '"'),
        ("'", "'"),
        ("&#123;a&#125;", "{a}"),
        ("a: b\n    \n   c\n   d", "a: b\nc d"),
        ("a: b\nc", "a: b c"),
    ],
)
def test_a_value_is_what_the_scraper_meant(typed: str, meant: str) -> None:
    post = read_front_matter(f"---\ntitle: {typed}\ndate: 2021-10-10 11:06:15\n---\n", "a.md")
    assert post.fields == {"title": meant, "date": "2021-10-10 11:06:15"}
    assert [warning.code for warning in post.warnings] == ["front-matter-repaired"]
    assert "line 2" in post.warnings[0].message


@given(st.text(st.sampled_from("\"' a0快:#")), st.sampled_from("\"'"), st.sampled_from("\"'"))
def test_nothing_but_quotes_around_it_is_taken_off_a_value(text: str, first: str, last: str) -> None:
    typed = first + text + last
    read = read_text([typed])
    assert read is not None
    bare = str.maketrans("", "", "\"' ")
    assert read.translate(bare) == typed.translate(bare)
    assert all(read.count(quote) <= typed.count(quote) for quote in "\"'")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (" - a\n - @b", ["a", "@b"]),
        ("- @a\n- b", ["@a", "b"]),
        ("\t- a\n\t- b", ["a", "b"]),
        (" - @a\n   b\n -\n - ' '", ["@a b", None, " "]),
        ("  x: @a\n  y:\n  z: 'b'", {"x": "@a", "y": None, "z": "b"}),
        ("\tx: a", {"x": "a"}),
        (" @a\n b", "@a b"),
    ],
)
def test_lists_and_maps_keep_their_shape(typed: str, meant: object) -> None:
    header = repair(f"key:\n{typed}\nlast: a: b", 1)
    assert header.fields == {"key": meant, "last": "a: b"}


@pytest.mark.parametrize("indicator", ["|", "|-", ">", ">-"])
def test_blocks_are_read_where_the_header_is_broken(indicator: str) -> None:
    broken = f"text: {indicator}\n  a\n\tb"
    text = repair(broken, 1).fields["text"]
    assert isinstance(text, str)
    assert text.split() == ["a", "b"]


def test_sound_keys_of_a_broken_header_are_yaml() -> None:
    header = repair("tags: [a, b]\nseo:\n  deep:\n    - 1\ntitle: a: b\ntext: |\n  x\n  y", 7)
    assert header.fields == {
        "tags": ["a", "b"],
        "seo": {"deep": ["1"]},
        "title": "a: b",
        "text": "x\ny\n",
    }
    assert [(w.code, w.message[:7]) for w in header.warnings] == [("front-matter-repaired", "line 11")]


def test_keys_come_in_all_shapes() -> None:
    header = repair("og:title: @a\n'a b': c\noriginal title: d\n标题: e\n&#123;k&#125;: f\ntight:g", 1)
    assert list(header.fields) == ["og:title", "a b", "original title", "标题", "{k}", "tight"]


def test_lines_above_the_first_key_are_named() -> None:
    header = repair("stray @line\na: b", 2)
    assert header.fields == {"a": "b"}
    assert "stray @line" in header.warnings[0].message


def test_the_last_of_two_values_counts_here_too() -> None:
    header = repair("a: @b\na: c", 1)
    assert header.fields == {"a": "c"}
    assert "duplicate-key" in [warning.code for warning in header.warnings]


def test_nothing_reads_as_a_key() -> None:
    assert repair("prose\n- item", 1).fields == {}


KEYS = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
# One line of printable text; the scraper's own escapes and YAML's backslashes would not come back as written.
VALUES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs", "Zl", "Zp"], exclude_characters="\\\ufffd\ufeff")
).filter(lambda text: "&#12" not in text)


def quoted(text: str) -> str:
    quote = '"' if "'" in text else "'"
    return quote + text.replace("{", "&#123;").replace("}", "&#125;") + quote


@given(st.dictionaries(KEYS, VALUES, min_size=1, max_size=5))
@example({"a": "it's # 1", "b": "'\"", "c": "'a' \"b\""})
def test_quoted_values_come_back_whole(fields: dict[str, str]) -> None:
    assume(not any(text.startswith('""') and text.endswith('""') for text in fields.values()))
    text = "".join(f"{key}: {quoted(value)}\n" for key, value in fields.items())
    assert read_front_matter(f"\n---\n{text}---\n\n<div>", "a.md").fields == fields


@given(
    st.dictionaries(st.sampled_from(["title", "author", "date"]), VALUES),
    st.lists(VALUES, min_size=1, max_size=4),
)
def test_bare_values_come_back_whole(fields: dict[str, str], items: list[str]) -> None:
    fields = {key: value.strip() for key, value in fields.items()}
    items = [item.strip() for item in items]
    bare = [*fields.values(), *items]
    assume(all(text and not (text[0] == text[-1] and text[0] in "'\"") for text in bare))
    text = "".join(f"{key}: {value}\n" for key, value in fields.items())
    text += "categories: \n" + "".join(f" - {item}\n" for item in items)
    text = text.replace("{", "&#123;").replace("}", "&#125;")
    read = read_front_matter(f"\n---\n{text}---\n\n<div>", "a.md").fields
    assert read == {**fields, "categories": items}
