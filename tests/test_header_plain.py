from __future__ import annotations

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from newsingest.parsing.header_mend import mend
from newsingest.parsing.header_plain import _unbraced, read_lines, read_plain
from newsingest.parsing.header_repair import repair
from newsingest.parsing.header_yaml import HeaderTooLargeError, YamlProblem, _Reader

PIECES = st.sampled_from(
    ["title", "a", ":", " ", "  ", "\n", "- ", " - ", "'", "''", '"', "#", " #", "新闻", "：", "12:30", "[x]", "{", "}", "&#123;",
     "|", ">", "?", "!", "&", "*", "%", "@", "`", "~", "no", "\t", "---", "...", ": ", ":\n", "https://example.com/?a=1#b", ",", "\\",
     "\u3000", "\u00a0", "\u0085", "\u2028", "\ufeff", "É", "１", "_", "-", "“", "（", "+", ".", "=", "<", "$", "/", "^", "author: x\n", "\n - x", "\n  ", "\n\n", "\n  乙"]
)  # fmt: skip


def by_yaml(header: str) -> object:
    try:
        read = _Reader(header, 1).read()
    except (YamlProblem, HeaderTooLargeError) as error:
        return type(error)
    return read.fields if not read.warnings else read


@settings(max_examples=1000)
@given(
    st.lists(PIECES, max_size=16).map("".join)
    | st.lists(PIECES, max_size=8).map(lambda pieces: "title: " + "".join(pieces))
)
def test_what_is_read_plainly_means_the_same_to_yaml(header: str) -> None:
    plain = read_plain(header)
    if plain is not None:
        assert {key: _unbraced(value) for key, value in plain.items()} == by_yaml(header)
        assert list(plain) == list(by_yaml(header))  # type: ignore[call-overload]


BROKEN_TITLES = st.builds(
    "{}title: {}{}\n".format,
    st.sampled_from(["", "a:\n - x\n", "a: 'x'\nb:\n"]),
    st.sampled_from(["'x' y", "'x'y'", '""x', '"x" "y"', "a: b", "a : b", "@a", "`a"]),
    st.lists(PIECES, max_size=8).map("".join),
)
BROKEN_LISTS = st.builds(
    "title: x\ntags:{}{}{}\n".format,
    st.sampled_from(["\n - x", "\n - '甲'\n - # 1", "", "\n - '&#123;'"]),
    st.sampled_from(["\n - @a", "\n - `a", "\n - @a # 1", "\n - # 1", "\n- @a: b"]),
    st.lists(PIECES, max_size=8).map("".join),
)


@settings(max_examples=2000)
@given(BROKEN_TITLES | BROKEN_LISTS)
def test_what_is_mended_is_no_yaml_and_is_repaired_the_same(header: str) -> None:
    lines = read_lines(header)
    if lines is not None:
        assert lines.broken
        assert by_yaml(header) is YamlProblem
        assert mend(lines, 1) == repair(header, 1)
    else:
        event("not mended")


def test_items_with_a_reserved_sign_are_mended_and_comments_beside_them() -> None:
    lines = read_lines("categories: \n - 新媒体\n - @慢城笔记\n - # 1\nauthor: @慢城笔记\n")
    assert lines is not None
    assert lines.broken == {"categories": (0, None), "author": (4, "@慢城笔记")}
    assert mend(lines, 2).fields == {"categories": ["新媒体", "@慢城笔记", "# 1"], "author": "@慢城笔记"}
    assert read_lines("categories: \n - 新媒体\n - # 1\n") is None, "a comment, where nothing is broken"


def test_broken_titles_of_the_scraper_are_mended() -> None:
    lines = read_lines('title: """""""""\'“甲”\'"""""""""\ncategories:\n - 金融\nauthor: Radio: News\n')
    assert lines is not None
    assert lines.broken == {"title": (0, '"""""""""\'“甲”\'"""""""""'), "author": (3, "Radio: News")}
    assert mend(lines, 2).fields == {"title": "“甲”", "categories": ["金融"], "author": "Radio: News"}


def test_the_headers_of_the_scraper_are_plain() -> None:
    header = "title: '“甲”：乙 # 1'\ncategories: \n - 金融\n - 新浪财经\nauthor: 甲日报\ncomments: false\ndate: Wed, 03 Nov 2021 00:13:22 GMT\n"
    assert read_plain(header) == {
        "title": "“甲”：乙 # 1",
        "categories": ["金融", "新浪财经"],
        "author": "甲日报",
        "comments": "false",
        "date": "Wed, 03 Nov 2021 00:13:22 GMT",
    }


def test_a_bare_value_goes_on_in_rows_below_it() -> None:
    header = "title: 07_45  \n          \n      南礁港 \n 恢复通航\n\n\n  甲\n\nauthor: 乙\n\n"
    assert read_plain(header) == {"title": "07_45\n南礁港 恢复通航\n\n甲", "author": "乙"}
    assert read_plain(header) == by_yaml(header)


@pytest.mark.parametrize(
    "header",
    ["title12:30", "title: a # b", "title: a: b", "title: [a]", "title: 'it''s'", "- a", "a: b\na: c", " b", "\na: b",
     "title: a\n  b: c", "title: a\n  - c", "title: a\n  'b'", "title: 'a'\n  b", "title:\n  b", "a:\n - b\n   c", "a:\n - b\n\nc: d"],
)  # fmt: skip
def test_the_rest_is_left_to_yaml(header: str) -> None:
    assert read_plain(header) is None
