"""What a profile can do to a record, and which posts it is used for."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

from conftest import write_post
from newsingest.explaining.profile_check import Check
from newsingest.parsing.parse_options import ParseOptions
from newsingest.parsing.parser import parse
from newsingest.profiles.choice import ProfileSet, built_in
from newsingest.profiles.file import check_rules, read_profile

if TYPE_CHECKING:
    from newsingest.profiles.profile import ProfileSpec
    from newsingest.record import Record

LONG = "The harbour office said on Monday that the first boat leaves at six in the morning and returns at night."
TEXT = f"<p>{LONG}</p>"
HOST = "<img src='https://cdn.pier.example/a.jpg'>"


def profile(rules: str, name: str = "pier", extends: str = "generic") -> ProfileSpec:
    file = read_profile(f"name: {name}\nextends: {extends}\n{rules}".encode(), f"{name}.yaml")
    check_rules(file)
    return file.spec


def read(rules: str, body: str, **fields: str) -> Record:
    return parse(write_post(body, **fields), "post.md", ParseOptions(profiles=(profile(rules),), profile="pier"))


@pytest.mark.parametrize(
    ("applies", "body", "fields", "fits"),
    [
        ("categories: [Pier*]", TEXT, {"categories": "[News, Pier Times]"}, True),
        ("categories: [Pier]", TEXT, {"categories": "[News, Pier Times]"}, False),
        ("authors: ['* of the Pier']", TEXT, {"author": "Voice of the Pier"}, True),
        ("front_matter: {site: 'pier.*'}", TEXT, {"site": "pier.example"}, True),
        ("front_matter: {site: 'pier.*'}", TEXT, {"page": "pier.example"}, False),
        ("markup: ['class=\"pier-']", '<p class="pier-x">a</p>', {}, True),
        ("markup: ['class=\"pier-']", TEXT, {}, False),
        ("hosts: ['*.pier.example']", HOST, {}, True),
        ("hosts: ['cdn.pier.example']", HOST, {}, True),
        ("hosts: ['pier.example']", HOST, {}, False),
        ("hosts: ['cdn.pier']", HOST, {}, False),
        ("hosts: ['cdn.pier.example']", "<img src='https://me:key@cdn.pier.example/a.jpg'>", {}, True),
        ("hosts: ['*.pier.example']", "<p>see https://cdn.pier.example/a</p>", {}, False),
        ("hosts: ['*.pier.example']", "<img src='https://evil.example/cdn.pier.example'>", {}, False),
        ("hosts: ['*.Pier.example']", "<img src='HTTPS://CDN.pier.EXAMPLE/a.jpg'>", {}, True),
        ("hosts: ['*.pier.example']", "<a href=//cdn.pier.example>x</a>", {}, True),
        ("hosts: ['*.pier.example']", "<img data-src='https://cors.example/?http://cdn.pier.example/a'>", {}, True),
        ("{hosts: [x.example], authors: [Pier]}", TEXT, {"author": "Pier"}, True),
        ("{authors: [Pier], from: 2021-11-03}", TEXT, {"author": "Pier"}, True),
        ("{authors: [Pier], from: 2021-11-04}", TEXT, {"author": "Pier"}, False),
        ("{authors: [Pier], until: 2021-11-02}", TEXT, {"author": "Pier"}, False),
        ("{authors: [Pier], until: 2021-11-03}", TEXT, {"author": "Pier"}, True),
        ("{authors: [Pier], until: 2021-11-02}", TEXT, {"author": "Pier", "date": "soon"}, True),
        ("{}", TEXT, {}, False),
    ],
)
def test_when_a_profile_applies(applies: str, body: str, fields: dict[str, str], *, fits: bool) -> None:
    lines = applies if applies.startswith("{") else f"{{{applies}}}"
    record = parse(write_post(body, **fields), "a.md", ParseOptions(profiles=(profile(f"applies: {lines}"),)))
    assert record.source.profile == ("pier" if fits else "generic")


def test_the_most_special_profile_is_asked_first() -> None:
    specs = (
        profile("applies: {authors: [P]}", "b"),
        profile("applies: {authors: [P]}", "a"),
        profile("applies: {authors: [P]}", "z", extends="a"),
        profile("applies: {authors: [Q]}", "tide"),
    )
    assert ProfileSet(specs).names == ["z", "a", "b", "tide", "sina-finance", "generic"]
    assert ProfileSet(specs[::-1]).names == ProfileSet(specs).names
    post = write_post(TEXT, author="P", categories="[新浪财经]")
    assert parse(post, "a.md", ParseOptions(profiles=specs)).source.profile == "z"
    assert parse(post, "a.md", ParseOptions(profiles=specs, profile="b")).source.profile == "b"
    assert parse(post, "a.md").source.profile == "sina-finance"
    with pytest.raises(ValueError, match="no profile is called 'c'"):
        parse(post, "a.md", ParseOptions(profile="c"))


def test_a_profile_that_extends_itself_is_none() -> None:
    with pytest.raises(ValueError, match="'a', or it extends itself"):
        ProfileSet((profile("", "a", extends="a"),))


def test_a_profile_undoes_a_drop_of_the_one_it_extends() -> None:
    body = f"{TEXT}<div class='related'><p>Kept on this page.</p></div>{TEXT}"
    assert "Kept on this page." not in read("drop: [.x]", body).paragraphs
    assert "Kept on this page." in read("keep: [.related]", body).paragraphs


def test_the_end_of_the_article() -> None:
    body = f"{TEXT}<p>From our desk:</p><p>A teaser.</p><img src='https://example.com/t.jpg'>"
    record = read("lines: {end: ['From our desk:?']}", body, headimg="https://example.com/t.jpg")
    assert (record.paragraphs, record.images) == ([LONG], [])
    assert [warning.code for warning in record.warnings] == ["lead-image-dropped"]
    assert record.lead_image is None


def test_titles_are_repaired_also_for_telling_the_title_in_the_text() -> None:
    rules = "titles: [{pattern: '_Pier Times$'}, {pattern: '^Boat\\b', replace: Ferry}]"
    record = read(rules, f"<h1>Ferry returns</h1>{TEXT}", title="Boat returns_Pier Times")
    assert (record.title, record.paragraphs, record.sections[0].heading) == ("Ferry returns", [LONG], None)
    assert read("titles: [{pattern: '.+'}]", TEXT, title="All of it").title == "All of it"


@pytest.mark.parametrize("way", ["fields: {date: [.when]}", "lines: {fields: ['Put online (?P<date>.+)']}"])
def test_a_date_in_the_body_counts_where_the_header_has_none(way: str) -> None:
    text = "2024-02-01 08:30" if "when" in way else "Put online 2024-02-01 08:30"
    body = f"<p class='when'>{text}</p>{TEXT}"
    record = read(way, body, date="''")
    assert (record.date, record.paragraphs) == ("2024-02-01T08:30:00", [LONG])
    assert [warning.code for warning in record.warnings] == ["date-without-zone"]
    assert read(way, body).date == "2021-11-03T00:13:22Z"
    assert read(way, f"<p class='when'>soon</p>{TEXT}", date="later").warnings[0].code == "date-unreadable"


def test_a_profile_that_drops_all_leaves_a_warning() -> None:
    record = read("drop: ['*']", TEXT)
    assert (record.paragraphs, [warning.code for warning in record.warnings]) == ([], ["text-missing"])


def test_fields_by_selector_and_by_pattern() -> None:
    rules = (
        "fields: {byline: [.who], editor: [.ed]}\nlines: {fields: ['Told by (?P<byline>.+), seen by (?P<outlet>.+)']}"
    )
    record = read(
        rules, f"<p class='who'>Mara Quill</p>{TEXT}<p>Told by Jo Reed, seen by Pier TV</p><p class='ed'>Al</p>"
    )
    assert (record.bylines, record.editor, record.outlet) == (["Mara Quill", "Jo Reed"], "Al", "Pier TV")
    assert record.paragraphs == [LONG]


def test_prose_in_a_box_named_after_a_field_is_text() -> None:
    long = LONG * 9
    record = read("fields: {byline: [.who]}", f"<div class='who'><p>Mara Quill</p><p>{long}</p></div>{TEXT}")
    assert (record.bylines, record.paragraphs) == (["Mara Quill"], [long, LONG])


def test_of_two_editors_that_markup_marks_the_first_counts() -> None:
    lines = "".join(f"<p class='who'>责任编辑：{name}</p>" for name in ("甲一", "乙二"))
    record = read("fields: {editor: [.who]}", f"<p>编辑：丙三</p>{TEXT}{lines}")
    assert (record.editor, record.bylines) == ("甲一", ["编辑：丙三", "责任编辑：乙二"])


@pytest.mark.parametrize(
    ("written", "prefix", "code"),
    [
        ("SZ000612", "", "sz000612"),
        ("SS600256", "", "sh600256"),
        ("600256.SH", "", "sh600256"),
        ("600256", "sh", "sh600256"),
    ],
)
def test_stock_marks(written: str, prefix: str, code: str) -> None:
    rules = f"stocks: [{{selector: 'b[data-code]', attribute: data-code, pattern: '(?P<code>[\\w.]+)', prefix: '{prefix}'}}]"
    [stock] = read(rules, f"<p>Shares of <b data-code='{written}'>Quay</b> rose.</p>").stocks
    assert (stock.code, stock.name, stock.start) == (code, "Quay", 10)


ALL_RULES = r"""
applies: {hosts: ['*.pier.example'], authors: [Nobody]}
drop: [.ad, .ad + .never, .gone]
caption: [.note]
bold: [.strong]
drop_words: [club, bus]
fields: {editor: [.ed]}
titles: [{pattern: ' - Pier$'}, {pattern: never}]
stocks: [{selector: 'b[data-code]', attribute: data-code, pattern: '(?P<code>\w+)'}]
video: ['pier\.example/v/', 'never']
images:
  attributes: [data-pier, data-never]
  proxies: ['https://proxy\.example/(?P<url>http.+)']
  skip: ['/badge']
lines:
  drop: ['Read on.*', 'Never.*']
  captions: ['Seen: .+']
  end: ['The end']
  notices: ['Notice (']
  signatures: ['Words by .+']
  feet: ['Seen first in .+']
  tail: ['Ring .+']
  reports: ['on the quay']
caption_words: [seen]
"""


def test_check_counts_what_each_rule_decided() -> None:
    body = (
        "<img data-pier='https://proxy.example/https://cdn.pier.example/a.jpg'><p class='note'>A pier</p>"
        f"{TEXT}<p class='strong'>{LONG}</p><p class='ad'>Buy<b class='ad'>now</b></p><p class='ad'>Buy</p>"
        "<div class='the-club'><p>Join</p></div><p>Read on here</p><p>Read on there</p><p>Read on there</p>"
        "<img src='https://cdn.pier.example/badge.png'><img src='https://cdn.pier.example/b.jpg'><p>Seen: a boat</p>"
        "<p>Notice (as always): the bell</p><p>Read on the quay</p>"
        "<img src='https://cdn.pier.example/c.jpg'><p class='as-seen'>A gull</p>"
        f"<iframe src='https://pier.example/v/1'></iframe><p>Quay <b data-code='sh600256'>Q</b></p>{TEXT}"
        "<p class='ed'>Al</p><p>Words by Jo</p><p>Seen first in <a href='/q'>the Quay</a></p><p>Ring the bell</p><p>The end</p><p>More</p>"
    )
    tried = Check([profile(ALL_RULES), built_in()["generic"]])
    assert tried.take(write_post(body, title="News - Pier"), "a.md")
    assert not tried.take(write_post(TEXT), "b.md")
    assert {rule.text: fired for rule, fired in tried.fired()} == {
        "*.pier.example": 1, "Nobody": 0, ".ad": 2, ".ad + .never": 0, ".gone": 0, ".note": 1, ".strong": 1,
        "club": 1, "bus": 0, ".ed": 1, " - Pier$": 1, "never": 0, "b[data-code]": 1, r"pier\.example/v/": 1,
        "data-pier": 1, "data-never": 0, r"https://proxy\.example/(?P<url>http.+)": 1, "/badge": 1,
        "Read on.*": 2, "Never.*": 0, "Seen: .+": 1, "The end": 1,
        "Notice (": 1, "Words by .+": 1, "Seen first in .+": 1, "Ring .+": 1, "on the quay": 1, "seen": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("rules", "body", "fired"),
    [
        # an element for which the answer depends on those around it counts once
        ("caption: [.note]\ndrop: ['.box .note']", f"{TEXT}<p class='note'>A pier</p>", [".note"]),
        # the tag decides, or the selector, and not the word
        ("caption_words: [seen]", f"{HOST}<figcaption class='as-seen'>A pier</figcaption>{TEXT}", []),
        ("caption: [.note]\ncaption_words: [seen]", f"{HOST}<p class='note as-seen'>A pier</p>{TEXT}", [".note"]),
        # below a player as below a picture
        (
            "video: ['pier\\.example/v/']\nlines: {captions: ['Seen: .+']}",
            f"<iframe src='https://pier.example/v/1'></iframe><p>Seen: a boat</p>{TEXT}",
            ["pier\\.example/v/", "Seen: .+"],
        ),
        # what no rule is asked of
        ("lines: {not_headings: ['Seen: .+']}", f"<pre>Seen: a boat</pre>{TEXT}", []),
        ("lines: {not_headings: ['Seen: .+']}", f"<p>Seen: a boat</p>{TEXT}", ["Seen: .+"]),
        # a report that no other pattern would have taken for something else
        ("lines: {reports: ['on the quay']}", f"<p>They met on the quay.</p>{TEXT}", []),
        (
            "lines: {drop: ['Read on.*'], reports: ['on the quay']}",
            f"<p>Read on the quay</p><p>Read on the quay now</p>{TEXT}",
            ["on the quay", "on the quay"],
        ),
        # a picture that is dropped, and an attribute that says nothing
        ("drop: [img.ad]\nimages: {skip: [/badge]}", f"<img class='ad' src='/badge.png'>{TEXT}", ["img.ad"]),
        ("images: {attributes: [data-pier]}", f"<img data-pier='' src='https://cdn.pier.example/a.jpg'>{TEXT}", []),
        # each repair goes on from the one before
        ("titles: [{pattern: 'title$', replace: Pier}, {pattern: ' Pier$'}]", TEXT, ["title$", " Pier$"]),
        # a number is no rule that could fire
        ("images: {smallest: 40}", f"<img width=30 src='https://cdn.pier.example/a.jpg'>{TEXT}", []),
    ],
)
def test_check_counts_only_what_decided(rules: str, body: str, fired: list[str]) -> None:
    tried = Check([profile(f"applies: {{categories: [Pier]}}\n{rules}"), built_in()["generic"]])
    assert tried.take(write_post(body, categories="[Pier]"), "a.md")
    counts = {rule.text: count for rule, count in tried.fired() if not rule.key.startswith("applies.")}
    assert {text: count for text, count in counts.items() if count} == Counter(fired)
    assert not [rule for rule, _ in tried.fired() if rule.key == "images.smallest"]


@pytest.mark.parametrize(("header", "fired"), [("https://pier.example/random/1", 1), ("random", 0)])
def test_check_counts_placeholders_among_addresses_of_the_header(header: str, fired: int) -> None:
    tried = Check([profile("applies: {categories: [Pier]}\nimages: {placeholders: [random]}"), built_in()["generic"]])
    assert tried.take(write_post(TEXT, headimg=header, categories="[Pier]"), "a.md")
    assert [count for rule, count in tried.fired() if rule.text == "random"] == [fired]
