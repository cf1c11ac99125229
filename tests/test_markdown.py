"""Markdown and text: what a reader of CommonMark and of YAML, neither of them ours, sees is what the record says."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from corpus import make_record
from newsingest.corpora.shape import decode
from newsingest.formats.escapes import markdown, one_line
from newsingest.formats.escapes import yaml as yaml_text
from newsingest.formats.markdown import encode_markdown
from newsingest.formats.plaintext import encode_text
from newsingest.record import Block, Embed, Image, Link, Record, Section
from readings import RECORDS, names

if TYPE_CHECKING:
    from markdown_it.token import Token

# Paragraphs of records: no white space at the ends of lines, no line empty, no characters that cannot be seen.
LINE = (
    st.text(
        st.one_of(
            st.sampled_from("\\`*_{}[]()<>#+-.!|~^$&=:@/1ab新闻 "),
            st.characters(codec="utf-8", categories=("L", "N", "P", "S")),
        ),
        min_size=1,
    )
    .map(lambda text: " ".join(text.split()))
    .filter(bool)
)
PARAGRAPH = st.lists(LINE, min_size=1, max_size=3).map("\n".join)
READER = MarkdownIt("gfm-like", {"linkify": False})


def text_of(token: Token) -> str:
    """What a reader sees of a paragraph, a heading or a cell."""
    pieces = {"softbreak": "\n", "hardbreak": "\n"}
    return "".join(pieces.get(child.type, child.content) for child in token.children or [])


def shown(source: str) -> list[tuple[str, str]]:
    tokens = READER.parse(source)
    return [(tokens[place - 1].type, text_of(token)) for place, token in enumerate(tokens) if token.type == "inline"]


@given(PARAGRAPH)
@example("1. one\n- two\n===\n# three ###")
@example("#")
@example("##")
@example("\\#")
@example("a \\#")
@example("a & b &amp; &copy; {{ x }} {% y %} <b> **c** _d_ ![e](f) [g]: h")
@example("https://example.com/a_b www.example.com a@b.example ~~x~~ a | b\n--- | ---")
def test_escaped_text_means_itself(text: str) -> None:
    assert shown(markdown(text)) == [("paragraph_open", text)]
    assert shown(f"- {markdown(text)}".replace("\n", "\n  ")) == [("paragraph_open", text)]
    assert shown(f"> {markdown(text)}".replace("\n", "\n> ")) == [("paragraph_open", text)]
    assert shown(f"## {one_line(text)}") == [("heading_open", text.replace("\n", " "))]


@given(st.text(st.characters(codec="utf-8")))
def test_yaml_text_means_itself(text: str) -> None:
    assert yaml.safe_load(f"key: {yaml_text(text)}") == {"key": text}


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("www.example.com", r"www\.example.com"),
        ("https://example.com", r"https\://example.com"),
        ("a@example.com", "a&#64;example.com"),
        ("a -- b --- c", r"a -\- b -\-\- c"),
        ("a ...", r"a .\.\."),
    ],
)
def test_generators_make_no_links_dashes_and_dots(text: str, escaped: str) -> None:
    assert markdown(text) == escaped


def test_a_wide_space_stays_in_yaml() -> None:
    assert yaml_text("渡\u3000轮\u200b") == '"渡\u3000轮\\u200b"'


def test_braces_start_no_template() -> None:
    assert not re.search(r"[{}]", markdown("{{ site.title }} {% raw %} {{< figure >}} {#id}"))


def front_matter(data: bytes) -> tuple[dict[str, Any], str]:
    _, head, body = data.decode().split("---\n", 2)
    values: dict[str, Any] = yaml.load(head, yaml.BaseLoader)  # noqa: S506 - all values as text
    return values, body


def spoken(record: Record) -> list[str]:
    """Headings and paragraphs of a record in order, code and tables left out."""
    other = {block.paragraph for block in record.blocks if block.kind in {"code", "table"}}
    pieces = list[str]()
    for section in record.sections:
        pieces += [" ".join(section.heading.split("\n"))] if section.heading is not None else []
        pieces += [record.paragraphs[number] for number in range(section.start, section.end) if number not in other]
    return pieces


@pytest.mark.parametrize("name", names())
def test_fixtures(name: str) -> None:
    record = decode((RECORDS / f"{name}.json").read_bytes())
    head, body = front_matter(encode_markdown(record))
    assert (head["title"], head["date"], head["categories"]) == (record.title, record.date, record.categories)
    assert head["source"]["path"] == record.source.path
    tokens = READER.parse(body)
    inline = [token for token in tokens if token.type == "inline"]
    images = [child for token in inline for child in token.children or [] if child.type == "image"]
    assert [image.attrs["src"] for image in images] == [image.url for image in record.images]
    links = [child.attrs["href"] for token in inline for child in token.children or [] if child.type == "link_open"]
    wanted = [link.url for link in record.links if link.paragraph is not None] + [embed.url for embed in record.embeds]
    assert sorted(map(str, links)) == sorted(wanted)
    texts = [text_of(token) for token in inline]
    rest = iter(texts)
    assert [text for text in spoken(record) if text not in rest] == [], "every piece, in order"
    code = [token.content.rstrip("\n") for token in tokens if token.type == "fence"]
    assert code == [record.paragraphs[block.paragraph] for block in record.blocks if block.kind == "code"]
    cells = [cell for block in record.blocks for row in block.rows or [] for cell in row]
    assert [cell for cell in cells if cell not in texts] == []


def test_every_kind_of_piece() -> None:
    record = make_record(
        paragraphs=["first 渡轮", "one", "two\nlines", "said", "again", "`` `x` {{ y }}\n  z", "a|b\tc\nd", "last"],
        sections=[Section(None, 0, 0, 1), Section("Head #", 2, 1, 8)],
        blocks=[
            Block(1, "list-item", None),
            Block(2, "list-item", None),
            Block(3, "quote", None),
            Block(4, "quote", None),
            Block(5, "code", None),
            Block(6, "table", [["a|b", "c"], ["d"]]),
        ],
        links=[
            Link("https://example.com/a b(c)?x=1&copy=2", "渡轮", 0, 6, 8),
            Link("https://example.com", "渡", 0, 6, 7),
        ],
        images=[Image("https://example.com/1.jpg", "alt]", "A *caption*", None, None, 3)],
        embeds=[Embed("video", "https://example.com/v", None, 8)],
        front_matter={"deep": {"a": [None, True, 1.5, "x"]}},
    )
    head, body = front_matter(encode_markdown(record))
    assert head["front_matter"] == {"deep": {"a": ["null", "true", "1.5", "x"]}}
    expected = r"""
first [渡轮](https://example.com/a%20b%28c%29?x=1&amp;copy=2)

### Head \#

- one
- two␠␠
  lines

![alt\]](https://example.com/1.jpg)␠␠
*A \*caption\**

> said
>
> again

```
`` `x` {{ y }}
  z
```

| a\|b | c |
| --- | --- |
| d |  |

last

[video](https://example.com/v)
"""
    assert body == expected.replace("␠", " "), "two spaces break a line"


def test_headings_go_no_deeper_than_markdown() -> None:
    record = make_record(sections=[Section("Five", 5, 0, 1), Section("Six", 6, 1, 4)], images=[])
    _, body = front_matter(encode_markdown(record))
    assert [line for line in body.splitlines() if line.startswith("#")] == ["###### Five", "###### Six"]


def test_links_side_by_side() -> None:
    links = [Link("https://a.example", "渡", 0, 0, 1), Link("https://b.example", "轮", 0, 1, 2)]
    record = make_record(paragraphs=["渡轮"], sections=[Section(None, 0, 0, 1)], blocks=[], links=links, images=[])
    assert front_matter(encode_markdown(record))[1] == "\n[渡](https://a.example)[轮](https://b.example)\n"


def test_a_record_with_nothing_in_it() -> None:
    record = make_record(
        title=None, date=None, paragraphs=[], sections=[], blocks=[], links=[], stocks=[], images=[], front_matter={}
    )
    head, body = front_matter(encode_markdown(record))
    assert "title" not in head
    assert "front_matter" not in head
    assert body == ""
    assert encode_text(record) == b"\n"


def test_text_is_title_and_paragraphs() -> None:
    record = make_record(title="标题", paragraphs=["one\nand more", "two"])
    assert encode_text(record).decode() == "标题\n\none\nand more\n\ntwo\n"
