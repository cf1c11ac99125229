"""How text is taken from markup: what breaks a paragraph, what joins, what goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import LONG
from newsingest.errors import PostError

if TYPE_CHECKING:
    from conftest import Read


@pytest.mark.parametrize(
    ("body", "paragraphs"),
    [
        pytest.param("<p>一段。</p><p>又一段。</p>", ["一段。", "又一段。"], id="p"),
        pytest.param(
            "散在外面的字。<p>里面的字。</p>尾巴。",
            ["散在外面的字。", "里面的字。", "尾巴。"],
            id="bare text and tails",
        ),
        pytest.param("<p>　　缩进\u00a0 和\n换行。</p>", ["缩进 和 换行。"], id="white space is folded"),
        pytest.param("<p>零\u200b宽\u00ad字\ufeff符。</p>", ["零宽字符。"], id="zero-width characters go"),
        pytest.param("<p>a&#8203;b&shy;c &amp; d</p>", ["abc & d"], id="as character references too"),
        pytest.param("<p>bad &#0; and &#xD800; here</p>", ["bad and here"], id="references to no character"),
        pytest.param("<p>ＡＢＣ　１２３，“全角”</p>", ["ＡＢＣ １２３，“全角”"], id="full width stays"),
        pytest.param("<p>一行<br>又一行</p>", ["一行\n又一行"], id="br is a line break"),
        pytest.param("<p>一段。<br><br>又一段。</p>", ["一段。", "又一段。"], id="two br begin a paragraph"),
        pytest.param("<p>一段。<br> \n<br>又一段。</p>", ["一段。", "又一段。"], id="two br with blanks between"),
        pytest.param(
            "<p>一段。<br>　　又一段。</p>", ["一段。", "又一段。"], id="an indent after br begins a paragraph"
        ),
        pytest.param(
            "<p>一段。<br><span>&nbsp; &nbsp; &nbsp; 又一段。</span><br><span>&nbsp; 一行。</span></p>",
            ["一段。", "又一段。\n一行。"],
            id="an indent in which blanks and hard blanks take turns",
        ),
        pytest.param(
            "<p>1、先做这个<br>2、再做那个<br>续那个</p>", ["1、先做这个", "2、再做那个\n续那个"], id="typed points"
        ),
        pytest.param(
            "<div><b>《甲》</b>是<i>一</i>部<span>书</span>。</div>",
            ["《甲》是一部书。"],
            id="inline joins without blanks",
        ),
        pytest.param("<div>甲<div>乙</div>丙</div>", ["甲", "乙", "丙"], id="blocks never run together"),
        pytest.param(
            "<table><tr><td>甲<source><td>乙<img src=//a.example/b.jpg></td>丙<td>丁</td></tr><tr><td>戊<td>己</td></tr></table>",
            ["甲", "乙", "丙", "丁", "戊", "己"],
            id="a table with a cell in a cell is unwrapped",
        ),
        pytest.param("<table><tr><td>甲<br><br>乙</td></tr></table>", ["甲", "乙"], id="a layout table is unwrapped"),
        pytest.param(
            "<table><tr><td></td><td>甲</td></tr><tr><td>&nbsp;</td><td>乙</td></tr></table>",
            ["甲", "乙"],
            id="a table with one column that holds anything is unwrapped",
        ),
        pytest.param(
            "<table><tr><td></td><td>甲</td></tr><tr><td>乙</td><td>丙</td></tr></table>",
            ["\t甲\n乙\t丙"],
            id="a table with an empty corner stays whole",
        ),
        pytest.param(
            "<p><ruby>東京<rp>(</rp><rt>とうきょう</rt><rp>)</rp></ruby>へ。</p>", ["東京へ。"], id="ruby readings go"
        ),
        pytest.param(
            "<p>看得见</p><p style='display:none'>看不见</p><p hidden>也看不见</p>", ["看得见"], id="hidden text goes"
        ),
        pytest.param(
            "<p>甲</p><script>x()</script><style>p&#123;&#125;</style><template>t</template>", ["甲"], id="code goes"
        ),
        pytest.param("<p>甲<!-- 注释 -->乙</p>", ["甲乙"], id="comments go"),
        pytest.param("<p>甲</p><!--article_adlist[<p>--><p>乙</p>", ["甲", "乙"], id="a comment ends where HTML says"),
        pytest.param("<p>甲</p><p>***</p><p>◆◆◆</p><p>乙</p>", ["甲", "乙"], id="ornaments go"),
        pytest.param("<p>甲</p><h²>乙</h²><p>丙</p>", ["甲", "乙", "丙"], id="a tag of a strange name is no heading"),
        pytest.param("<p>甲</p></div></body></html><p>乙</p>", ["甲", "乙"], id="text after the end of the page stays"),
        pytest.param(
            "<p>a</p><form><input value=x>Search</form><nav>Home</nav><p>b c d e f g h</p>",
            ["a", "b c d e f g h"],
            id="forms",
        ),
        pytest.param("<form><p>" + LONG + "</p></form>", [LONG], id="a form around the whole article stays"),
    ],
)
def test_paragraphs(read: Read, body: str, paragraphs: list[str]) -> None:
    assert read(body).paragraphs == paragraphs


@pytest.mark.parametrize("depth", [2040, 2044, 2045, 2046, 2047, 2048, 2100])
def test_text_is_kept_or_said_to_be_too_deep(read: Read, depth: int) -> None:
    try:
        record = read("<div>" * depth + "深处。")
    except PostError as error:
        assert "nested" in error.reason  # noqa: PT017 - one of two good ends
    else:
        assert record.paragraphs == ["深处。"]


def test_text_deeper_than_the_parser_likes_is_kept(read: Read) -> None:
    assert read("<div>" * 1500 + "深处。" + "</div>" * 1500 + "<p>外面。</p>").paragraphs == ["深处。", "外面。"]


def test_links_keep_their_place(read: Read) -> None:
    record = read(
        "<p>　　见 <a href='//example.com/a'> 甲站 </a>和<a href='#'>锚</a>、<a href='https://example.org/'>乙<b>站</b></a>。</p>"
    )
    assert record.paragraphs == ["见 甲站 和锚、乙站。"]
    assert [(link.url, link.text, link.start, link.end) for link in record.links] == [
        ("https://example.com/a", "甲站", 2, 4),
        ("https://example.org/", "乙站", 8, 10),
    ]


@pytest.mark.parametrize(
    ("note", "text"),
    [
        ("It does, mostly. <a href='#r1'>↩</a>", "It does, mostly."),
        ("It does, mostly. <a href='#r1'>↩︎</a> <a href='#r2'>↑</a>", "It does, mostly."),
        ("<a href='#r1'>^</a> It does, mostly.", "^ It does, mostly."),
        ("It does. <a href='/more'>→</a>", "It does. →"),
        ("It does, <a href='#r1'>mostly.</a>", "It does, mostly."),
    ],
)
def test_the_way_back_from_a_note(read: Read, note: str, text: str) -> None:
    assert read(f"<p>{LONG}</p><ul><li>{note}</li></ul><p>{LONG}</p>").paragraphs[1] == text


def test_a_link_across_a_line_break_keeps_both_halves(read: Read) -> None:
    record = read("<p>前<a href='https://example.com/'>一<br>　　二</a>后</p>")
    assert record.paragraphs == ["前一", "二后"]
    assert [(link.text, link.paragraph, link.start) for link in record.links] == [("一", 0, 1), ("二", 1, 0)]


def test_lists_quotes_and_code_are_marked(read: Read) -> None:
    record = read(
        f"<p>{LONG}</p><ul><li>甲</li><li><p>乙</p></li></ul><blockquote>{LONG}</blockquote><pre><code>if x:\n    y()</code></pre>"
    )
    assert [(record.paragraphs[block.paragraph], block.kind) for block in record.blocks] == [
        ("甲", "list-item"),
        ("乙", "list-item"),
        (LONG, "quote"),
        ("if x:\n    y()", "code"),
    ]


def test_one_line_end_where_code_has_br_and_newline(read: Read) -> None:
    assert read("<pre>git init<br>\ngit add<br>\n</pre>").paragraphs == ["git init\ngit add"]


@pytest.mark.parametrize("inner", ["<iframe>b</iframe>", "<video>b</video>", "<noscript>b</noscript>", "<iframe>b"])
def test_what_is_inside_a_player_is_no_code(read: Read, inner: str) -> None:
    assert read(f"<pre>a = 1\n{inner}</pre>").paragraphs == ["a = 1"]


def test_a_data_table_keeps_its_rows(read: Read) -> None:
    record = read(
        "<table><tr><th>公司</th><th>收入</th></tr>"
        "<tr><td><a href='https://example.com/'>甲公司</a></td><td>3.5<br>亿元</td></tr></table>"
    )
    assert record.paragraphs == ["公司\t收入\n甲公司\t3.5 亿元"]
    assert record.blocks[0].rows == [["公司", "收入"], ["甲公司", "3.5 亿元"]]
    link = record.links[0]
    assert record.paragraphs[0][link.start : link.end] == "甲公司"


@pytest.mark.parametrize(
    "box",
    [
        "<div class='share-bar'>分享到微信</div>",
        "<ul class='similarLinks'><li><a href='/x'>Another story of ours</a></li></ul>",
        "<div id='relatedPosts'><a href='/x'>又一篇</a></div>",
        "<p>相关阅读：</p><ul><li><a href='/x'>又一篇文章的标题</a></li><li><a href='/y'>再一篇</a></li></ul>",
        "<p>延伸阅读：<a href='/x'>又一篇文章的标题</a></p>",
        "<p>仅供投资者参考，不构成投资建议</p>",
        "<p>长按二维码关注我们的公众号</p>",
        "<p>Sign up for our daily newsletter.</p>",
    ],
)
def test_boilerplate_goes(read: Read, box: str) -> None:
    assert read(f"<p>{LONG}</p>{box}<p>{LONG}完。</p>").paragraphs == [LONG, LONG + "完。"]


def test_boilerplate_words_never_take_the_article(read: Read) -> None:
    assert read(f"<div class='share-content'><p>{LONG}</p></div><p>短。</p>").paragraphs == [LONG, "短。"]


@pytest.mark.parametrize(
    ("mark", "code", "name"),
    [
        (
            '<span id="stock_1.688999"><a href="http://q.example/1">晶源</a></span><span id="quote_1.688999"></span>',
            "sh688999",
            "晶源",
        ),
        ('<span id="stock_0.000999"><a href="http://q.example/2">云帆</a></span>', "sz000999", "云帆"),
    ],
)
def test_stock_marks_of_several_systems(read: Read, mark: str, code: str, name: str) -> None:
    [stock] = read(f"<p>公告称，{mark}拟回购股份。</p>").stocks
    assert (stock.code, stock.name, stock.start) == (code, name, 4)
