"""Why a record is as it is: the pieces shown are what ``parse`` makes, and each names what decided."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from command_line import BROKEN, POST, command, said
from conftest import write_post
from explained import SINA, dropped, opened
from newsingest.errors import PostError
from newsingest.explaining.explain import explain
from newsingest.explaining.page import page
from newsingest.explaining.view import view
from newsingest.parsing.parse_options import ParseOptions
from newsingest.parsing.parser import parse
from newsingest.profiles.file import read_profile
from readings import POSTS, names, post_path

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from newsingest.explaining.explain import Explanation, Piece
    from newsingest.record import Embed, Image, Record


def of_body(body: str, **fields: str) -> list[Piece]:
    return opened(write_post(body, **fields)).blocks


def check_agreement(explanation: Explanation, record: Record) -> None:
    """The kept pieces, in order, are the record's paragraphs, headings, captions, bylines and fields, no more."""
    assert explanation.record == record
    kept = [piece for piece in explanation.blocks if piece.kept]
    kinds = {block.paragraph: block.kind for block in record.blocks}
    paragraphs = [piece for piece in kept if piece.kind in ("paragraph", "list-item", "quote", "code", "table")]
    assert [(piece.index, piece.kind, piece.text) for piece in paragraphs] == [
        (number, kinds.get(number, "paragraph"), text) for number, text in enumerate(record.paragraphs)
    ]
    headings = [(piece.text, piece.level) for piece in kept if piece.kind == "heading"]
    assert headings == [(each.heading, each.level) for each in record.sections if each.heading is not None]
    assert [piece.text for piece in kept if piece.kind == "byline"] == record.bylines
    named: dict[str, str] = {}
    for piece in kept:
        named |= piece.fields if piece.kind == "field" else {}
    assert named == {
        name: value for name in ("editor", "outlet", "original_title") if (value := getattr(record, name)) is not None
    }
    both: list[tuple[str, Sequence[Image | Embed]]] = [("picture", record.images), ("player", record.embeds)]
    for kind, media in both:
        shown = [piece for piece in kept if piece.kind == kind]
        assert [(piece.index, piece.url) for piece in shown] == [(n, each.url) for n, each in enumerate(media)]
        captions = {piece.index: piece.text for piece in kept if piece.kind == "caption" and piece.of == kind}
        assert captions == {number: each.caption for number, each in enumerate(media) if each.caption is not None}


@pytest.mark.parametrize("name", names())
def test_pieces_and_record_agree_on_every_fixture(name: str) -> None:
    path = post_path(name)
    raw = path.read_bytes()
    relative = str(path.relative_to(POSTS))
    explanation = opened(raw, relative)
    check_agreement(explanation, parse(raw, relative))
    lines = explanation.text.split("\n")
    for piece in explanation.blocks:
        assert piece.line is not None, piece
        assert 1 <= piece.line <= len(lines)
        assert piece.kept or piece.reason or piece.rule


FRAGMENTS = st.sampled_from(
    """<p> </p> <div> </div> <br> <b> </b> <table><tr><td> <td> <tr> </table> <ul><li> </ul> <h2> </h2> <figure> </figure>
    <figcaption> </figcaption> <blockquote> </blockquote> <img_src="https://example.com/a.jpg"> <noscript> </noscript>
    <img_src="/pixel.gif"> <script>x</script> <div_class="share"> <span_style="display:none"> <pre>code</pre> <rt>
    <iframe_src="https://v.qq.com/x"></iframe> <hr> text 来源：晨报 责任编辑：安小棠 编辑：季如初 相关阅读 图：海边的灯塔 *** （一）客流
    A_title A_line_long_enough_to_be_read_as_prose_by_whoever_reads_it. <!--c--> <form> </form> <a_href="/b">link</a>""".split()
)


@given(st.lists(FRAGMENTS, max_size=40))
def test_pieces_and_record_agree_on_any_markup(fragments: list[str]) -> None:
    raw = write_post("\n".join(fragment.replace("_", " ") for fragment in fragments))
    explanation = opened(raw)
    check_agreement(explanation, parse(raw, "post.md"))
    view(explanation, terminal=False, verbose=True)
    page(explanation)


@pytest.mark.parametrize(
    ("body", "text", "decided"),
    [
        ("<div class='share-bar'>Share it</div>", "Share it", ("drop_words", "share", "generic")),
        ("<p hidden>Unseen</p>", "Unseen", ("drop", "[hidden]", "generic")),
        ("<script>let a = 1</script>", "let a = 1", ("html", "the tag itself", "html")),
        ("<nav>Home</nav>", "Home", ("html", "the tag itself", "html")),
        ("<noscript>Switch it on</noscript>", "Switch it on", ("html", "a fallback for browsers without scripts", "html")),
        ("<img src='https://example.com/a.png' width=1 height=1>", "", ("images", "an icon or tracker by its size", "generic")),
    ],
)  # fmt: skip
def test_the_rule_that_dropped_an_element(body: str, text: str, decided: tuple[str, ...]) -> None:
    [piece] = dropped(of_body(f"<p>{'The harbour reopens. ' * 9}</p>{body}"))
    assert piece.rule is not None
    assert (piece.text, (piece.rule.property, piece.rule.text, piece.rule.profile)) == (text, decided)
    assert piece.element is not None
    assert re.match(r"<\w+", piece.element)[0] == re.match(r"<\w+", body)[0]  # type: ignore[index]


def test_a_picture_dropped_by_its_address_names_the_pattern() -> None:
    [piece] = dropped(of_body("<p>Text.</p><img src='https://example.com/logo.png'>"))
    assert piece.url == "https://example.com/logo.png"
    assert piece.rule is not None
    assert piece.rule.property == "images.skip"
    assert "logo" in piece.rule.text
    assert piece.reason == "an icon, tracker or QR code by its address"


def test_a_line_dropped_or_taken_by_a_pattern_names_it() -> None:
    pieces = of_body("<p>Text of some length.</p><p>责任编辑：安小棠</p><p>Advertisement</p><p>* * *</p>")
    _, editor, advert, ornament = pieces
    assert editor.fields == {"editor": "安小棠"}
    assert editor.rule is not None
    assert (editor.rule.property, editor.rule.profile) == ("lines.fields", "generic")
    assert advert.rule is not None
    assert advert.rule.property == "lines.drop"
    assert (ornament.reason, ornament.rule) == ("an ornament", None)


def test_related_links_and_the_title_repeated() -> None:
    body = (
        "<p>A title</p><p>Text of some length.</p><p>相关阅读</p>"
        "<p><a href='https://example.com/1'>One</a></p><p><a href='https://example.com/2'>Two</a></p>"
    )
    reasons = [(piece.text, piece.reason) for piece in dropped(of_body(body))]
    assert reasons == [
        ("A title", "the title repeated"),
        ("相关阅读", "a label of related links"),
        ("One", "a related link"),
        ("Two", "a related link"),
    ]


def test_what_is_dropped_stands_where_it_stood() -> None:
    words = "Words enough that no box is most of the text. "
    body = (
        f"<p>One. {words}</p><p class=share>Share</p><p>Two. <span hidden>unseen</span>{words}</p>"
        "<table><tr><td>a</td><td>b<i hidden>in a cell</i></td></tr><tr><td>c</td><td>d</td></tr></table><p>Three.</p>"
    )
    order = [piece.text.split()[0] for piece in of_body(body)]
    assert order == ["One.", "Share", "Two.", "unseen", "in", "a", "Three."]


def test_why_the_profile() -> None:
    assert opened(write_post("<p>Text.</p>")).profile.why == "no other profile applies"
    sina = opened(post_path(SINA).read_bytes())
    assert (sina.profile.name, sina.profile.why) == ("sina-finance", "categories: 新浪财经")


OWN = """
name: harbour
extends: generic
applies: {categories: [Harbour]}
drop: [.tide]
lines: {end: ["Read on"]}
"""


def test_profiles_of_ones_own(tmp_path: Path) -> None:
    body = (
        "<p>The harbour reopens on Monday, as the pilots had hoped it would.</p><p class=tide>High at 5</p>"
        "<p>Read on</p><p>More news</p><img src='https://example.com/more.jpg' alt='More'>"
    )
    (tmp_path / "harbour.yaml").write_text(OWN)
    (tmp_path / "a.md").write_bytes(write_post(body, categories="[Harbour]"))
    for args, why in (
        (["--profiles", "."], "categories: Harbour"),
        (["--profile", "harbour.yaml"], "it was asked for"),
    ):
        shown = json.loads(command("inspect", "a.md", "--json", *args, cwd=tmp_path).stdout)
        assert shown["profile"] == {"name": "harbour", "why": why}
        tide, end, more, picture = shown["blocks"][1:]
        assert tide["rule"] == {"property": "drop", "text": ".tide", "profile": "harbour"}
        assert end["rule"] == {"property": "lines.end", "text": "Read on", "profile": "harbour"}
        assert {more["reason"], picture["reason"]} == {"below the end of the article"}
        assert (picture["kept"], picture["url"]) == (False, "https://example.com/more.jpg")
    (tmp_path / "newsingest.toml").write_text('profiles = "."')
    shown = json.loads(command("inspect", "a.md", "--json", cwd=tmp_path).stdout)
    assert shown["profile"]["name"] == "harbour"
    (tmp_path / "harbour.yaml").write_text(OWN.replace("drop", "dorp"))
    wrong = command("inspect", "a.md", cwd=tmp_path)
    assert wrong.returncode == 2
    assert any("dorp" in line for line in said(wrong))


NEARER = r"""
name: quay
extends: generic
drop: [.crate]
drop_words: [sha, ads]
lines: {drop: ['Read on', '^Advertisement$']}
images: {skip: ['/TIDE\.png', '/logo\.'], attributes: [data-boat], proxies: ['^https://proxy\.example/\?(?P<url>.+)']}
"""


@pytest.mark.parametrize(
    ("body", "decided"),
    [
        ("<div class='crate share'>Share it</div>", ("drop", ".crate", "quay")),
        ("<div class='share-bar'>Share it</div>", ("drop_words", "share", "generic")),
        ("<div class='sha'>Share it</div>", ("drop_words", "sha", "quay")),
        ("<div class='ads'>Buy it</div>", ("drop_words", "ads", "quay")),
        ("<img src='https://example.com/tide.png'>", ("images.skip", r"/TIDE\.png", "quay")),
        ("<img src='https://example.com/LOGO.png'>", ("images.skip", r"/logo\.", "quay")),
        ("<img src='https://example.com/a.png' alt='扫码'>", ("images.skip_alt", None, "generic")),
        (
            "<img data-boat='https://proxy.example/?https%3A%2F%2Fexample.com%2FTIDE.PNG' src='/a'>",
            ("images.skip", r"/TIDE\.png", "quay"),
        ),
        ("<p>Read on</p>", ("lines.drop", "Read on", "quay")),
    ],
)
def test_of_two_profiles_with_such_a_rule_the_one_that_decided_is_named(
    body: str, decided: tuple[str, str | None, str]
) -> None:
    options = ParseOptions(profiles=(read_profile(NEARER.encode(), "quay.yaml").spec,), profile="quay")
    raw = write_post(f"<p>{'The harbour reopens. ' * 9}</p>{body}<p>{'The pilots had hoped so. ' * 9}</p>")
    [piece] = dropped(explain(raw, "a.md", options).blocks)
    assert piece.rule is not None
    name, text, profile = decided
    assert (piece.rule.property, piece.rule.profile) == (name, profile)
    assert text in {piece.rule.text, None}


def test_lines_of_the_file() -> None:
    body = "<p>One.</p>\n<div>\n\n Two.</div><!-- a\ncomment -->\n<p\nclass='x'>Three.</p>\n<script>\n\n</script>\n<p>Four.</p>"
    raw = write_post(body)
    source = raw.decode().split("\n")
    for piece in dropped(of_body(body)) + [piece for piece in of_body(body) if piece.kept]:
        assert piece.line is not None
        assert (piece.text or "<script>") in source[piece.line - 1]


def test_lines_of_what_stands_in_the_file_more_than_once() -> None:
    again, picture = "<p>The ferry sails.</p>", '<p><img src="https://example.com/a.jpg"></p>'
    body = f'{again}\n<div class="ad">\nOne.\nTwo.\n</div>tail\n{again}\n{picture}\n<p>Between.</p>\n{picture}\n<b>bold\nrows</b> and\n{again}'
    first = write_post(body).decode().split("\n").index(again) + 1
    found = [(piece.line, piece.text or piece.url) for piece in of_body(body) if piece.line]
    assert [(line - first, text) for line, text in found] == [
        (0, "The ferry sails."),
        (1, "One. Two."),
        (4, "tail"),
        (5, "The ferry sails."),
        (6, "https://example.com/a.jpg"),
        (7, "Between."),
        (6, "https://example.com/a.jpg"),  # the first with this address
        (9, "bold rows and"),
        (11, "The ferry sails."),
    ]


def test_long_drops_are_cut_and_long_posts_are_not_slow() -> None:
    pieces = of_body("<p>Text.</p>" * 20_000 + f"<script>{'x' * 10_000}</script>")
    assert len(pieces) == 20_001
    assert len(pieces[-1].text) == 300


def test_errors_are_those_of_parse() -> None:
    for raw in (b"", BROKEN, b"no header"):
        with pytest.raises(PostError) as said_by_parse:
            parse(raw, "a.md")
        with pytest.raises(PostError) as said_by_inspect:
            opened(raw, "a.md")
        assert str(said_by_inspect.value) == str(said_by_parse.value)


def test_the_source_is_read_as_the_post_says_it() -> None:
    raw = POST.format(title="A").replace("\n", "\r\n").encode()
    assert [piece.line for piece in opened(raw).blocks] == [5]
