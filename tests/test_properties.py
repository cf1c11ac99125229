"""What holds for every post, whatever is in it."""

from __future__ import annotations

import gc

import msgspec
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from conftest import write_post
from newsingest.body.lines import BREAK
from newsingest.errors import PostError
from newsingest.parsing.parser import parse
from newsingest.record import Record, encode_file, encode_line
from newsingest.text import INVISIBLE
from readings import names, post_path

TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_characters=BREAK + "&<>"), max_size=30)
WORDS = st.sampled_from(
    [
        "甲公司上市了",
        "来源：甲日报",
        "文 | 张三",
        "相关阅读：",
        "一、缘起",
        "By Jane Roe",
        "　　",
        "1、",
        " ",
        "。",
        "▲ 图",
    ]
)
TAGS = [
    "p", "div", "span", "b", "font", "h2", "li", "ul", "blockquote", "table", "tr", "td", "figure", "figcaption", "pre",
    "ruby", "rt", "form", "section", "center", "noscript", "a", "br", "img", "iframe", "svg", "template", "select",
]  # fmt: skip
ATTRIBUTES = [
    "", " class='share'", " class='img_descr'", " style='display:none'", " href='//example.com/x'", " id='stock_sh600999'",
    " src='https://example.com/a.jpg'", " cms-style='font-L strong-Bold align-Center'", " hidden", " class='related",
]  # fmt: skip


def tag(name: str, attributes: str, inner: list[str], *, closed: bool) -> str:
    return f"<{name}{attributes}>{''.join(inner)}" + (f"</{name}>" if closed else "")


BODIES = st.recursive(
    TEXT | WORDS,
    lambda inner: st.builds(
        tag, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES), st.lists(inner, max_size=4), closed=st.booleans()
    ),
    max_leaves=30,
)


def check(record: Record) -> None:
    """Check what the contract says of every record."""
    texts = [*record.paragraphs, *(section.heading or "" for section in record.sections)]
    for text, paragraph, start, end in (
        *((link.text, link.paragraph, link.start, link.end) for link in record.links),
        *((stock.name, stock.paragraph, stock.start, stock.end) for stock in record.stocks),
    ):
        assert text
        if paragraph is None:
            assert start is end is None
        else:
            assert record.paragraphs[paragraph][start:end] == text
    position = 0
    for section in record.sections:
        assert section.start == position <= section.end
        position = section.end
    assert position == len(record.paragraphs)
    assert all(0 <= image.paragraph <= position for image in record.images)
    tables = {block.paragraph for block in record.blocks if block.kind in ("table", "code")}
    for index, text in enumerate(texts):
        assert not set(text) & set(INVISIBLE + BREAK)
        if index not in tables:
            assert text == "\n".join(" ".join(row.split()) for row in text.split("\n"))


@given(st.binary(max_size=300))
def test_any_bytes_give_a_record_or_a_clear_failure(raw: bytes) -> None:
    for post in (raw, b"---\ntitle: a\n---\n" + raw, b"---\n" + raw + b"\n---\n<p>x</p>"):
        try:
            record = parse(post, "a.md")
        except PostError as error:
            assert error.reason and error.remedy  # noqa: PT017, PT018 - an error is one of the two good ends
        else:
            check(record)
            assert msgspec.json.decode(encode_line(record), type=Record) == record


@given(BODIES)
def test_any_markup_gives_a_record(body: str) -> None:
    record = parse(write_post(body), "a.md")
    check(record)
    assert encode_file(record) == encode_file(parse(write_post(body), "a.md"))


@given(BODIES)
def test_every_character_comes_from_the_source(body: str) -> None:
    record = parse(write_post(body), "a.md")
    source = BeautifulSoup(body, "html.parser").get_text() + body
    for paragraph in record.paragraphs:
        assert set(paragraph) - {" ", "\n", "\t"} <= set(source)


@given(st.lists(TEXT.filter(lambda text: any(map(str.isalnum, text))), min_size=1, max_size=6))
def test_plain_paragraphs_are_kept_whole_and_in_order(texts: list[str]) -> None:
    texts = [f"第{number}段开头说，{text}，写到这里就结束了。" for number, text in enumerate(texts)]
    record = parse(write_post("".join(f"<p>{text}</p>" for text in texts)), "a.md")
    assert record.paragraphs == [" ".join(visible(text).split()) for text in texts]


@pytest.mark.parametrize("name", names())
def test_a_post_leaves_no_cycles_behind(name: str) -> None:
    """Else its lines would stay in memory until the collector comes, and memory would seem to grow with the run."""
    post = post_path(name)
    raw = post.read_bytes()
    parse(raw, post.name)  # what is compiled for the first post stays
    gc.collect()
    parse(raw, post.name)
    assert gc.collect() == 0


def visible(text: str) -> str:
    return "".join(char for char in text if char not in INVISIBLE)
