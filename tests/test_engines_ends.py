"""Compiled code and the same in Python, before and behind the body: the same headers, numbers and JSON."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsingest.body.headings import Heading
from newsingest.body.lines import Line, Span
from newsingest.body.media import Picture, Player
from newsingest.body.reading import Captioned
from newsingest.engine import engine
from newsingest.parsing.header_plain import split
from newsingest.parsing.numbering import Numbered
from newsingest.record import Block, PostWarning, Record, Source, by_msgspec
from test_header_plain import PIECES

if engine() == "compiled":
    from newsingest import _json
    from newsingest.parsing import _header, _numbering

pytestmark = pytest.mark.skipif(engine() != "compiled", reason="compiled code was not built here, or not asked for")


@given(
    st.sampled_from(["---\n", "\n\n---\n", " \n---\n", "\ufeff---\n", "--- \n"]),
    st.lists(PIECES | st.sampled_from(["title: x\n", "a:\n - 'b'\n", "\x7f", "😀"]), max_size=8).map("".join),
    st.sampled_from(["\n---\n", "---\n", "\n--- \n", "\n---", "\n\n---\n"]),
    st.sampled_from(["", "<p>甲</p>\n", "a\r\n", "---\n"]),
)
def test_any_header(opening: str, header: str, closing: str, body: str) -> None:
    text = opening + header + closing + body
    compiled, python = _header.split(text), split(text)
    if compiled is not None:
        assert compiled == python
        assert list(compiled[0]) == list(python[0])
    elif python is not None:
        assert opening.strip("\n") != "---" or "\n\n" in header + closing or closing[-2:] != "-\n"


def test_plain_headers_are_read_by_compiled_code() -> None:
    header = "title: '“甲”：乙 # 1'\ncategories: \n - 金融\n - 新浪财经\nauthor: 甲:日报 \ntags:\nthumbnail: ''\ndate: 甲 \n 乙\n\n  \n  丙 \n\n"
    fields = {
        "title": "“甲”：乙 # 1",
        "categories": ["金融", "新浪财经"],
        "author": "甲:日报",
        "tags": None,
        "thumbnail": "",
        "date": "甲 乙\n\n丙",
    }
    assert _header.split(f"\n---\n{header}---\n\n<p>丙</p>\n") == (fields, None, 2, "\n<p>丙</p>\n")


def test_broken_headers_are_read_by_compiled_code() -> None:
    header = "title: 'a'_ b: \ntags:\n - '&#123;'\n - # 1\n - @b \t\nauthor: Radio: News \nc: \"a\" \"b\"\n"
    fields = {"title": None, "tags": ["&#123;", "# 1", "@b"], "author": None, "c": None}
    broken = {"title": (0, "'a'_ b: "), "tags": (1, None), "author": (5, "Radio: News "), "c": (6, '"a" "b"')}
    assert _header.split(f"---\n{header}---\n") == (fields, broken, 1, "")
    assert _header.split("---\ntitle: '&#123;'\n---\n") == ({"title": "&#123;"}, {}, 1, "")


TARGETS = st.sampled_from(
    ["", "#", " ", "http://a.example/b?c=1&d", " https://a.example ", "//a.example/b c", "HTTP://A", "httpé", "http\x7f",
     "javascript:void(0)", "/b", "mailto:a@b.example", "sh600256", "SS600256", "600256.SH", "gb_aapl", "usBRK.B", "hk", "x１"]
)  # fmt: skip
PLACES = st.integers(0, 6)
SPANS = st.lists(st.builds(Span, PLACES, PLACES, TARGETS, st.booleans()), max_size=4).map(tuple)
LINES = st.builds(
    Line,
    st.sampled_from(["甲乙丙丁戊己", "（一）甲", "(2) b", "a\nb😀"]),
    kind=st.sampled_from(["text", "list-item", "quote", "code", "table", "caption", "figure"]),
    level=st.sampled_from([0, 0, 1, 2, 3, 6, 7]),
    spans=SPANS,
    rows=st.none() | st.just([["a", "b"]]),
)
SIZES = st.none() | st.integers(0, 9)
KINDS = st.sampled_from(["video", "audio", "frame"])
MEDIA = st.builds(Picture, TARGETS, st.none() | st.just("alt"), SIZES, SIZES) | st.tuples(TARGETS, KINDS).map(
    lambda pair: Player(*pair)  # type: ignore[arg-type]
)
CONTENT = st.lists(
    LINES | st.builds(Heading, LINES) | st.tuples(MEDIA, st.none() | LINES).map(lambda pair: Captioned(*pair)),
    max_size=12,
)


@given(CONTENT)
def test_any_content_is_numbered_the_same(content: list[Line | Heading | Captioned]) -> None:
    compiled, python = _numbering.Numbered(content), Numbered(content)
    for name in ("paragraphs", "sections", "blocks", "links", "stocks", "images", "embeds", "warnings"):
        assert getattr(compiled, name) == getattr(python, name)


TEXTS = st.text() | st.text(alphabet='"\\\x00\x1f\x7f/甲é😀\n\u2028ab', max_size=40)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64) | st.floats(allow_nan=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
)


def record(texts: list[str], front_matter: dict[str, object]) -> Record:
    nothing = dict.fromkeys(("title", "original_title", "author", "editor", "outlet", "date", "lead_image"))
    empty = {name: list[object]() for name in ("images", "embeds", "sections", "links", "stocks", "categories", "tags")}
    return Record(
        **{"schema": 1, "id": "0" * 16, **nothing, **empty},  # type: ignore[arg-type]
        source=Source("a.md", "0" * 64, 12, "utf-8", "generic"),
        bylines=texts,
        paragraphs=texts * 2,
        blocks=[Block(0, "table", [texts, []]), Block(1, "quote", None)],
        front_matter=front_matter,
        warnings=[PostWarning("title-missing", text) for text in texts],
    )


@given(st.lists(TEXTS, max_size=4), st.dictionaries(TEXTS, VALUES, max_size=4))
def test_any_record_is_the_same_json(texts: list[str], front_matter: dict[str, object]) -> None:
    made = record(texts, front_matter)
    for indented in (True, False):
        assert _json.encode(made, indented=indented) in {by_msgspec(made, indented=indented), None}


def test_what_json_cannot_be_compiled_of_is_left_to_msgspec() -> None:
    deep: list[object] = []
    for _ in range(80):
        deep = [deep]
    unlike: tuple[object, ...] = (0.5, 2**63, deep, (1, 2), {"a": {1: 2}})
    for value in unlike:
        assert _json.encode(record([], {"a": value}), indented=True) is None
    alike: tuple[object, ...] = (
        2**63 - 1,
        -(2**63),
        "甲\ud7ff\ue000😀\x7f",
        True,
        None,
        [],
        {},
        [{}, [[]]],
        {"a": [1]},
    )
    for value in alike:
        made = record([], {"a": value})
        assert _json.encode(made, indented=True) == by_msgspec(made, indented=True)
    assert _json.encode(record(["\ud800"], {}), indented=True) is None
