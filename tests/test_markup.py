"""Plain markup is written out as XML without a tree: as libxml2 writes it, or left to libxml2."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsingest.body import libxml2
from newsingest.body.tree import read_body, read_tree
from newsingest.engine import engine
from newsingest.parsing.decode import decode
from newsingest.parsing.front_matter import read_front_matter
from test_properties import BODIES

if engine() == "compiled":
    from newsingest.body import _markup

ROOT = Path(__file__).parent.parent
POSTS = sorted((ROOT / "fixtures/posts").rglob("*.md"))
MARKUPS = sorted((ROOT / "tests/markups").glob("*.html"))

pytestmark = pytest.mark.skipif(engine() != "compiled", reason="compiled code was not built here, or not asked for")


def written(body: str) -> str:
    """Let libxml2 write the body's tree."""
    return etree.tostring(read_tree(body), encoding="unicode")


def is_plain(body: str) -> bool:
    """Whether a body is plain; if so, its XML must be libxml2's."""
    chars = _markup.xml_of(body)
    assert chars is None or _markup.text_of(chars) == written(body)
    return chars is not None


@pytest.mark.parametrize(
    "body",
    [
        "<p>一句话。</p>\n<p>又一句话。</p>\n",
        "  <div><p>甲<br>乙<br/>丙</p></div>",
        "<P CLASS=lead>甲</P>",
        "text first <b>then bold</b>",
        "<p>甲<p>乙<div>丙</div>",
        "<ul><li>甲<li>乙</ul>",
        "<div><p>甲</div>乙",
        "<div><span><p>甲</span></div>乙</section>",
        "<p>甲&nbsp;乙 &amp; 丙 & 丁 &lt;b&gt; &#20013; &#x4e2d; &unheard; AT&T &copy &nbsp丙</p>",
        """<img src="//a.example/1.jpg?a=1&b=2" alt='"甲" > 乙' width=10 hidden data-x="&quot;&#10;">""",
        "<p>甲<!-- 乙 -- 丙 --></p><!-- <p> -->",
        "<!-- 甲 --> <p>乙</p>",
        "<div><script>if (a < b && c > d) { x = '</p>' }</script><style>p > a {}</style></div>",
        "<p>2 < 3 > 1</p>",
        "<pre>\n  甲\n</pre>",
        "<table><tr><td>甲<td>乙<tr><th>丙</table>",
        "<custom-element a=1>甲</custom-element>",
        "<p>甲",
    ],
)
def test_plain_markup(body: str) -> None:
    assert is_plain(body)


@pytest.mark.parametrize(
    "body",
    [
        "",
        "  \n",
        "<!-- 甲 -->",
        "<script>x</script><p>甲</p>",  # which begins a head
        "<html><body><p>甲</p></body></html>",
        "<p>甲</p></body>乙",
        "<div><body-text>甲</body-text>乙</div>",  # whose tags are cut out as the page's own are
        '<p title="<html>">甲</p></bodyx>',
        "&#10;<p>甲</p>",
        "<!-- 甲 -->&#32;乙",
        "<!DOCTYPE html><p>甲</p>",
        "<p>甲<?php x ?></p>",
        "<p a='1' A='2'>甲</p>",
        '<p a="1"b="2">甲</p>',
        '<p a="1>甲</p>',
        "<p xml:lang=zh>甲</p>",
        "<o:p>甲</o:p>",
        "<span/>甲",
        "<p>甲<!-- 乙",
        "<p>甲<!--> 乙 --></p>",
        "<p>甲\r\n乙</p>",
        "<p>甲\x01乙\x85丙\ufffe</p>",
        "<p>&#1;</p>",
        "<div><script>x = '<!-- <script>'</script></div>",
        "<textarea><b>甲</b></textarea>",
        "<p>甲</p",
        "<p>甲<",
        "<p>甲<3</p>",
        "<div>" * 300,
    ],
)
def test_markup_that_is_left_to_libxml2(body: str) -> None:
    assert not is_plain(body)


def test_tags_that_were_forgotten_while_they_were_open() -> None:
    for body in range(30):
        names = [f"x{body}-{number}" for number in range(300)]
        assert is_plain("<div><span><b>" + "".join(f"<{name}>甲</{name}>" for name in names) + "</span>乙</div>")


@pytest.mark.parametrize("piece", ["<br>", ">", "<b id=>", "<b/>&", "<p>一", "&nbsp;", "😀&"])
@pytest.mark.parametrize("many", [1, 300, 3_000, 500_000])
def test_what_is_written_may_be_longer_than_what_is_read(piece: str, many: int) -> None:
    is_plain("<p>甲" + piece * many)


@given(BODIES)
def test_characters_are_those_of_the_xml(xml: str) -> None:
    assert _markup.text_of(_markup.chars_of(xml)) == xml


@pytest.mark.parametrize("odd", ["<b-{0}></b-{0}>", "&x{0};", "<b x{0}></b>"])
def test_markup_of_which_too_much_is_not_known(odd: str) -> None:
    assert is_plain("<p>甲" + "".join(odd.format(number) for number in range(200)))
    assert not is_plain("<p>甲" + "".join(odd.format(number) for number in range(200, 2000)))


@pytest.mark.parametrize("path", [*POSTS, *MARKUPS], ids=lambda path: path.stem)
def test_posts(path: Path) -> None:
    is_plain(body_of(path))


def test_most_posts_are_plain() -> None:
    assert sum(is_plain(body_of(path)) for path in POSTS) > len(POSTS) / 2


def test_most_real_posts_are_plain(shared: Path) -> None:
    posts = sorted((shared / "corpus/raw").rglob("*.md"))
    assert sum(is_plain(body_of(path)) for path in posts) > len(posts) / 2


def body_of(path: Path) -> str:
    text = decode(path.read_bytes(), path.name, None).text
    return read_front_matter(text, path.name).body if path.suffix == ".md" else text


@given(BODIES)
def test_any_markup(body: str) -> None:
    is_plain(body)


@given(st.text(alphabet="<>/ab=\"'! -&;#x1，。\n\t\u3000\u200b\x01\r", max_size=60))
def test_any_characters(body: str) -> None:
    is_plain(body)


TAGS = """a b br button center dd div dl dt em embed figure font form frameset h1 head hr html iframe img input li
    link meta noscript option p plaintext pre script select small source span strong style sup table tbody td template
    textarea th title tr tt u ul video xmp P Div""".split()
ATTRIBUTES = [
    "", " class=a", ' href="?a=1&b=2&copy=3"', " alt='\" > &nbsp;'", " hidden", " foo", ' style="a:\n\tb"', ' data-a.b="1"',
    " CLASS='b' id=x", " v:x='1'", " src=a/", ' title=""', ' a = "1"', " /",
]  # fmt: skip
TEXTS = [
    "甲", " ", "\n", "&nbsp;", "& ", "&copy", "&T", "&", "&#150;", ">", "<", "< ", "<!-- -- -->", "<!-->", "😀", "]]>", "<?a?>",
]  # fmt: skip
PIECES = st.one_of(
    st.builds(
        "<{}{}{}>".format, st.sampled_from(TAGS), st.sampled_from(ATTRIBUTES), st.sampled_from(["", "", " ", "/"])
    ),
    st.builds("</{}>".format, st.sampled_from(TAGS)),
    st.sampled_from(TEXTS),
)


@given(st.lists(PIECES, max_size=12))
def test_any_pieces(pieces: list[str]) -> None:
    is_plain("".join(pieces))


def test_the_tree_is_made_when_it_is_asked_for() -> None:
    body = read_body("<p>甲<br>乙</p>", "a.md")
    assert body.xml == "<html><body><p>甲<br/>乙</p></body></html>"
    assert body.xml == etree.tostring(body.root, encoding="unicode")


def test_a_tag_of_which_libxml2_makes_something_else_is_not_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libxml2, "of_tag", lambda _: libxml2.UNLIKE)
    assert not is_plain("<never-met-before>甲</never-met-before>")


def test_what_libxml2_makes_of_tags() -> None:
    assert libxml2.of_tag("p") == libxml2.NORMAL
    assert libxml2.of_tag("img") == libxml2.VOID
    assert libxml2.of_tag("body") == libxml2.UNLIKE
    assert libxml2.inside("div", "p") == libxml2.INSIDE
    assert libxml2.inside("p", "div") == libxml2.CLOSES
    assert libxml2.over("div", "span") == libxml2.CLOSES
    assert libxml2.over("span", "div") == libxml2.INSIDE
    assert libxml2.begins("p")
    assert not libxml2.begins("script")
    assert libxml2.is_ignored_end("section")
    assert libxml2.is_ignored_end("div")
    assert libxml2.flag("hidden") is not None
    assert libxml2.reference("&nbsp;") == libxml2.reference_in_attribute("&nbsp;") == "\xa0"
