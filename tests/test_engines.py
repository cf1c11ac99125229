"""Compiled code and the same in Python: the same lines, pictures and what was left out, whatever the markup."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from newsingest.body import looks, sieve
from newsingest.body.flow import Flow, _walked_as_xml, read_flow
from newsingest.body.lines import Line, Span
from newsingest.body.media import Picture, Player
from newsingest.body.needs import DIGIT, MORE, PHRASE, Needs, needs
from newsingest.body.sieve import LONG_LINE, PATTERN_LIMIT, Wanted
from newsingest.body.tree import Body, read_body, read_tree
from newsingest.engine import VARIABLE, engine
from newsingest.parsing.decode import decode
from newsingest.parsing.front_matter import read_front_matter
from newsingest.profiles.choice import ProfileSet, profile_set
from newsingest.profiles.file import read_profile
from test_properties import BODIES

if engine() == "compiled":
    from newsingest.body import _markup, _sieve

if TYPE_CHECKING:
    from newsingest.body.flow import Item
    from newsingest.profiles.profile import Profile

XHTML = '"-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"'
ROOT = Path(__file__).parent.parent
POSTS = sorted((ROOT / "fixtures/posts").rglob("*.md"))
MARKUPS = sorted((ROOT / "tests/markups").glob("*.html"))
KNOWN = profile_set(())
PROFILES = [KNOWN.named(name) for name in KNOWN.names]

pytestmark = pytest.mark.skipif(engine() != "compiled", reason="compiled code was not built here, or not asked for")


def flows(body: str, profile: Profile) -> tuple[Flow, Flow]:
    read = read_body(body, "a.md")
    return read_flow(read, profile, by="python"), read_flow(read, profile, by="compiled")


def same(compiled: Flow, python: Flow) -> None:
    assert compiled.items == python.items
    assert [(each.rule, each.element, each.before) for each in compiled.dropped] == [
        (each.rule, each.element, each.before) for each in python.dropped
    ]
    assert list(compiled.hidden_pictures()) == list(python.hidden_pictures())


def check(body: str) -> None:
    for profile in PROFILES:
        python, compiled = flows(body, profile)
        same(compiled, python)


@pytest.mark.parametrize("post", POSTS, ids=lambda post: post.stem[:20])
def test_both_walks_make_the_same_of_fixtures(post: Path) -> None:
    check(read_front_matter(decode(post.read_bytes(), post.name).text, post.name).body)


@pytest.mark.parametrize("markup", MARKUPS, ids=lambda markup: markup.stem)
def test_both_walks_make_the_same_of_markups(markup: Path) -> None:
    check(markup.read_text(encoding="utf-8"))


def test_both_walks_make_the_same_of_real_posts(shared: Path) -> None:
    for post in sorted((shared / "corpus/raw").iterdir()):
        check(read_front_matter(decode(post.read_bytes(), post.name).text, post.name).body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("", id="nothing"),
        pytest.param("<p>a<br><br>b<br>　　c<br>1、d<br>2. e<b>f</b></p>", id="breaks and points"),
        pytest.param("<p><b>甲<br>乙</b>丙<br>(1) d<br>(2) e</p>", id="bold over a break"),
        pytest.param("<p>甲 <a href=x> 乙<br>丙 </a> 丁<a href=''>戊</a></p>", id="a link over a break"),
        pytest.param("<a href=x>甲<p>乙</p>丙</a>", id="a link over blocks"),
        pytest.param("<p>a &amp;lt; &lt;b&gt; &quot;c&quot; &#13; d&nbsp;</p>", id="references"),
        pytest.param("<p>零\u200b宽<b>\u200b</b>\u00ad <i>\ufeff</i>字</p><p>\u200b</p>", id="invisible characters"),
        pytest.param("<p =x='1' \"y='2' a<b hidden>甲</p><a<b>乙</a<b>", id="names that are none"),
        pytest.param("<p>\x01甲\x02</p>", id="characters that XML has no place for"),
        pytest.param(
            '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd">'
            "<html><head><title>t</title></head><body><p>a<br>b</p></body></html>",
            id="XHTML",
        ),
        pytest.param("<script>if (a < b && c > d) x('<p>')</script><style>p > a {}</style><p>甲</p>", id="scripts"),
        pytest.param("<pre>a <span class=lineno>1</span>\n<b>b</b><br>c</pre>", id="a listing"),
        pytest.param(
            "<div><a href=x><img src=//a/b.jpg></a>\n<br><small>甲</small></div><p><img src=//a/c.jpg><small>乙</small>丙</p>"
            "<p>丁<br><img src=//a/d.jpg> <small>戊<img src=//a/e.jpg></small></p><h2><img src=//a/f.jpg><small>己</small></h2>"
            "<p>庚<img src=//a/g.jpg><small>辛</small></p><img src=//a/h.jpg><br/><small/><small>壬<i>癸</i></small><br>子"
            "<blockquote><img src=//a/i.jpg><small>丑<br>寅</small></blockquote><img src=//a/j.jpg><p><small>卯</small></p>"
            "<img src=//a/k.jpg><small class=caption>辰</small><small>巳</small>",
            id="small print below pictures",
        ),
        pytest.param(
            "<p>甲<a href=x><img src=//a/b.gif></a>乙<a href=x> <img src=//a/c.jpg> </a>丙<a href=x>丁<img src=//a/d.GIF?e></a> "
            "戊</p><p><a href=x><img src=//a/f.gif></a>己<br><a href=x><img src=//a/g.gif></a>庚<a href=x><img src=//a/h.gif></a></p>",
            id="pictures in links in a line",
        ),
        pytest.param("<p>甲<img alt=笑 class=emoji src=//a/b.png>乙<img src=//a/c.jpg>丙</p>", id="emoticons"),
        pytest.param(
            "<p>甲</p><div class=share><p>乙</p></div><div class=related>" + "丙丁" * 9 + "</div>", id="guarded"
        ),
        pytest.param("<div class=share><div class=share>" + "一句话。" * 9 + "</div>二</div>", id="guarded in guarded"),
        pytest.param("<table><tr><td>a<td>b<br>c<tr><td><b>d</b><td><a href=x>e</a></table>", id="a table"),
        pytest.param(
            "<table><tr><td>a<td>b<img src=//a/b.jpg><tr><th>c<th>" + "长" * 400 + "</table>"
            "<table><tr><td>a<td>b<tr><td>c<td>" + "长" * 401 + "</table><table><tr><td>a</table>",
            id="tables that hold data or not",
        ),
        pytest.param(
            "<table><tr><td>a<source><td>b<img src=//a/b.jpg></td></source>c<td>d<tr><td>e<td>f</table>",
            id="a cell in a cell",
        ),
        pytest.param(
            "<table><tr><td>&nbsp;<td>a<tr><td><br><td>b</table><table><tr><td><td>c<tr><td>d<td><p></p> </table>"
            "<table><tr><td> <td>e<tr><td><p><img src=//a/b.jpg></p><td>f</table>",
            id="tables with cells that hold nothing",
        ),
        pytest.param("<table><tr><td><table><tr><td>a<td>b<tr><td>c<td>d</table></table>", id="a table in a table"),
        pytest.param(
            "<video data-src=//a/1 width=0><source><source src=//a/2.mp4>甲</video><iframe src=//a/3></iframe>"
            "<p>乙<iframe src=/4></iframe>丙<iframe src=https://youku.com/5 width=1></iframe><audio src=//a/6></audio></p>",
            id="players",
        ),
        pytest.param(
            "<pre>\n\n a<br>\n<span class=lineno>1</span>\n<div>b</div>c<p></p><code/>&lt;d&gt;</pre><pre>一行</pre><pre/>",
            id="code",
        ),
        pytest.param(
            "<div><noscript>甲<img src=//a/1.jpg>乙<img src=//a/1.jpg alt=丙></noscript></div>"
            "<div><noscript><img src=//a/2.jpg></noscript><p><img src=//a/3.jpg></p><img src=//a/4.jpg></div>",
            id="fallbacks beside pictures",
        ),
        pytest.param("<noscript><img src=//a/b.jpg></noscript><p><img data-src=//a/c.jpg></p>", id="fallbacks"),
        pytest.param("<div>" * 1900 + "深<b>处</b>" + "</div>" * 1900, id="deep"),
        pytest.param("<p>😀𠮷<b>𠀀</b> é</p>", id="characters of all widths"),
        pytest.param("<p>" + "甲<b>乙</b>" * 500 + "</p>", id="many parts"),
    ],
)
def test_markup_of_all_kinds(body: str) -> None:
    check(body)


def test_rules_that_look_around() -> None:
    rules = "drop: ['.box > img', 'li:first-child']\nkeep: ['.keep .ad']\nbold: ['p + p']\ncaption: ['figure ~ em']\n"
    file = read_profile(f"name: pier\nextends: generic\n{rules}".encode(), "pier.yaml")
    profile = ProfileSet((file.spec,)).named("pier")
    body = (
        "<div class=box><img src=//a/1.jpg><p><img src=//a/2.jpg></p></div><ul><li>甲<li>乙</ul><p>丙</p><p>丁</p>"
        "<div class=keep><p class=ad>戊</p></div><p class=ad>己</p><figure><img src=//a/3.jpg></figure><em>庚</em>"
    )
    python, compiled = flows(body, profile)
    same(compiled, python)
    assert [item.url for item in python.items if isinstance(item, Picture)] == ["https://a/2.jpg", "https://a/3.jpg"]


ADDRESSES = st.sampled_from([
    "//a/b.jpg", "https://a/QR_code.png", "HTTPS://a/b c\n.png", "data:x", " # ", "/a.png", "https://甲/乙.png", "",
    "https://cors.a/?https://b/c.jpg", "//a/blank.gif", "https://a/emoji/1.png", "https://a/\u212aogo.png", "//a/?b&c",
])  # fmt: skip
SIZES = st.sampled_from(["", "1", "63", "600", " 600px", "12.5", "100%", "100000", "٣٠"])
STYLES = st.sampled_from(
    ["max-width:640px", "width:1px", "a:b; height : 30.5px;width:20px", "width:50%", "&;width:1px"]
)
CARRIED = st.dictionaries(
    st.sampled_from(["src", "data-src", "file", "data-original"]), ADDRESSES
) | st.fixed_dictionaries(
    {"src": ADDRESSES},
    optional={
        "alt": st.sampled_from(["笑", " a \u200b b ", "二维码", "logo", "", "&quot;"]),
        "class": st.sampled_from(["emoji", "wp-smiley", "x"]),
        "width": SIZES,
        "height": SIZES,
        "style": STYLES,
        "srcset": st.sampled_from(["https://a/1.jpg 1x, //a/2.jpg 2x", ""]),
    },
)


@given(st.lists(CARRIED, max_size=3), st.sampled_from(["p", "table", "noscript", "form", "script", "video"]))
def test_both_walks_make_the_same_of_any_pictures(carried: list[dict[str, str]], around: str) -> None:
    pictures = "字".join(
        "<img " + " ".join(f'{name}="{value}"' for name, value in each.items()) + ">" for each in carried
    )
    check(f"<{around}>{pictures}</{around}>")


def test_no_element_is_asked_for_where_no_rule_looks_around(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: Body) -> NoReturn:
        raise AssertionError

    texts = [read_front_matter(decode(post.read_bytes(), post.name).text, post.name).body for post in POSTS]
    bodies = [Body(None, _markup.chars_of(etree.tostring(read_tree(text), encoding="unicode"))) for text in texts]
    monkeypatch.setattr(Body, "root", property(refuse))
    for body in bodies:
        for profile in PROFILES:
            flow = read_flow(body, profile, by="compiled")
            assert flow.items
            assert list(flow.hidden_pictures()) is not None


def test_scripts_as_older_versions_of_libxml2_write_them_are_left_to_the_walk_in_python() -> None:
    root = read_tree("<nav>a</nav><p>一句话。</p><script>x</script>", "a.md")
    script = root.find(".//script")
    assert script is not None
    script.text = etree.CDATA("</p></p></p>" * 1000)
    body = Body(root)
    assert _walked_as_xml(body, PROFILES[0]) is None
    same(read_flow(body, PROFILES[0]), read_flow(body, PROFILES[0], by="python"))


def test_what_was_met_before_changes_nothing() -> None:
    body = "<p class='author\x01box'>一句话，写在这里。</p><p>又一句话。</p>"
    for _ in range(2):
        check(body)


def test_a_name_with_an_attribute_in_it_is_no_element_with_that_attribute() -> None:
    for tag in ("<p class='share'>", '<pclass="share" id=x>', "<p class='share' id=x>"):
        check(f"{tag}分享到</p><p>{'一句话。' * 9}</p>")
    for tag in ('<divclass="ad" id=x>', "<div class='ad'>"):
        check(f"{tag}广告</div><p>{'一句话。' * 9}</p>")


@given(BODIES)
def test_both_walks_make_the_same_of_any_markup(body: str) -> None:
    check(body)


@given(st.text(alphabet="<>/ab=\"' &;#x1，。\n\t\u3000\u200b\x01\r", max_size=120))
def test_both_walks_make_the_same_of_any_characters(body: str) -> None:
    check(body)


WORDS = st.frozensets(st.text(alphabet="甲乙ab：0😀", min_size=1, max_size=2), min_size=1, max_size=3)
PHRASES = st.frozensets(st.text(alphabet="甲乙ab：0😀", min_size=PHRASE, max_size=5), max_size=2)
TEXTS = st.text(alphabet="甲乙丙丁戊aAbB：0٣𝟘😀 。.\u3000", min_size=1, max_size=90)
NEEDS = st.builds(
    Needs,
    heads=st.none() | WORDS,
    words=st.none() | WORDS,
    least=st.integers(0, 3),
    most=st.integers(3, 99),
    reach=st.integers(1, 30),
    more=st.lists(WORDS, max_size=MORE).map(tuple),
    phrases=PHRASES,
)


def may_fit(wanted: Wanted, text: str) -> bool:
    needs = wanted.needs
    plain = "".join(DIGIT if char.isdecimal() else char.lower() for char in text)
    is_prose = len(text) > LONG_LINE and ("。" in text[:-1] or ". " in text[:-1])
    return (
        needs.least <= len(text) <= min(needs.most, wanted.longest)
        and (wanted.is_of_prose or not is_prose)
        and (needs.heads is None or plain.startswith(tuple(needs.heads)))
        and (needs.words is None or any(word in plain[: needs.reach - 1 + len(word)] for word in needs.words))
        and all(any(word in plain for word in words) for words in needs.more)
        and (not needs.phrases or any(phrase in plain for phrase in needs.phrases))
    )


@given(st.lists(st.builds(Wanted, NEEDS, st.just(64) | st.just(200), st.booleans()), max_size=70), TEXTS)
def test_patterns_that_may_fit_a_text(patterns: list[Wanted], text: str) -> None:
    wanted = {place for place, each in enumerate(patterns) if may_fit(each, text)}
    compiled, python = _sieve.Sieve(patterns).passed(text), sieve.Sieve(patterns).passed(text)
    assert wanted <= set(compiled)
    assert wanted <= set(python)
    assert (sorted(compiled), sorted(python)) == (compiled, python)


def test_hardly_any_pattern_passes() -> None:
    patterns = [
        Wanted(needs(pattern), PATTERN_LIMIT, is_of_prose=False)
        for pattern in ("来源：.+", "[^：]{1,9}：.*\\d", ".+摄")
    ]
    passed = _sieve.Sieve(patterns).passed
    assert [
        passed(text)
        for text in ("来源：甲", "来源甲：1", "一：二", "一二三四五六七八九十一二三四五六七八九：1", "甲摄")
    ] == [
        [0],
        [1],
        [],
        [],
        [2],
    ]


def test_a_phrase_must_stand_whole() -> None:
    patterns = ["All rights reserved.*", "(?:Keep reading|阅读全文|続きを読む).*", "[^：]*欢迎关注我们[^：]*"]
    passed = _sieve.Sieve([Wanted(needs(each), PATTERN_LIMIT, is_of_prose=False) for each in patterns]).passed
    assert [passed(text) for text in ("ALL RIGHTS RESERVED", "keep reading: a", "阅读全文", "请欢迎关注我们")] == [
        [0], [1], [1], [2],
    ]  # fmt: skip
    for text in ("All right, reserved rights", "keep a reading", "阅读剩余全文", "欢迎你们关注我们"):
        assert passed(text) == []


ITEMS = st.lists(
    st.builds(
        Line,
        TEXTS | st.sampled_from(["甲乙 丙丁！", "“甲乙丙丁”", "甲\n乙", "——", "— 甲", "Ab：", "straße", "STRASSE"]),
        st.sampled_from(["text", "text", "quote", "table", "list-item", "caption"]),
        level=st.sampled_from([0, 0, 2]),
        bold=st.booleans(),
        field=st.sampled_from([None, None, "editor"]),
        spans=st.sampled_from([(), (Span(0, 1, "a"),)]),
    )
    | st.just(Picture("https://a.example/b.jpg"))
    | st.just(Player("https://a.example/b", "frame")),
    max_size=16,
)


@given(ITEMS)
def test_items_at_a_glance(items: list[Item]) -> None:
    assert _sieve.below_media(items) == looks.below_media(items)
    assert _sieve.may_be_headings(items) == looks.may_be_headings(items)
    assert _sieve.not_text(items) == looks.not_text(items)
    assert _sieve.with_breaks(items) == looks.with_breaks(items)
    for title in ("甲乙丙丁", "《甲乙》丙丁", "Straße", "", "！"):
        assert _sieve.repeated_title(items, title) == looks.repeated_title(items, title)


@given(ITEMS, st.sampled_from(["", "甲", "。A"]))
def test_lines_that_may_be_more_than_text(items: list[Item], beginnings: str) -> None:
    patterns = [Wanted(needs(pattern), PATTERN_LIMIT, is_of_prose=False) for pattern in ("甲.*", ".*乙", r"\W*\d+")]
    passed = [sieve.Sieve(patterns).stops(items, beginnings), _sieve.Sieve(patterns).stops(items, beginnings)]
    python, compiled = map(dict, passed)
    assert set(compiled) <= set(python)
    for place, patterns_passed in compiled.items():
        assert set(patterns_passed) <= set(python[place])


@pytest.mark.parametrize(
    ("body", "is_same"),
    [
        ("<p>a<br>b &amp;#xFFFD; c</p><script>x = '<br />'</script>", True),
        ("<p>\x01</p>", False),
        ("<p><img alt='\x01' src=//a/b.jpg></p>", False),
        ("<p>a</p><button><img src='//a/\x01.jpg'></button>", False),
        ("<p>a</p><button>\x01</button>", True),
        ("<!DOCTYPE html PUBLIC '-//W3C//DTD HTML 4.01//EN' 'x'><p>a<br>b</p>", True),
        (f"<!DOCTYPE html PUBLIC {XHTML}><p>a<br>b</p>", False),
        (f"<!DOCTYPE html PUBLIC {XHTML}><head></head><p>a</p>", False),
        (f"<!DOCTYPE html PUBLIC {XHTML}><p>一句话。</p><div name='related'><p>某某</p></div>", False),
    ],
)
def test_xml_that_is_not_the_same_body_is_left_to_the_walk_in_python(body: str, is_same: bool) -> None:  # noqa: FBT001
    walked = _walked_as_xml(Body(read_tree(body)), PROFILES[0])
    assert (walked is not None) == is_same
    check(body)


def test_the_walk_in_python_can_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert engine() == "compiled"
    monkeypatch.setenv(VARIABLE, "python")
    assert engine() == "python"
