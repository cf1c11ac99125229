"""Fields of the record that come from the front matter, pictures and the CMS's marks."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsingest.dates import Moment, named_zone, read_date
from newsingest.parsing.numbering import stock_code
from newsingest.parsing.titles import restore

if TYPE_CHECKING:
    from conftest import Read


@pytest.mark.parametrize(
    ("text", "date", "zoned"),
    [
        ("Wed, 03 Nov 2021 00:13:22 GMT", "2021-11-03T00:13:22Z", True),
        ("Wed, 03 Nov 2021 08:13:22 +0800", "2021-11-03T00:13:22Z", True),
        ("3 Nov 2021 08:13 JST", "2021-11-02T23:13:00Z", True),
        ("2021-10-10T11:06:15+08:00", "2021-10-10T03:06:15Z", True),
        ("2021-10-10 11:06:15", "2021-10-10T11:06:15", False),
        ("2021-10-10 11:06:15 CST", "2021-10-10T11:06:15", False),  # America's or China's: not known
        ("2021年10月10日 11:06", "2021-10-10T11:06:00", False),
        ("2021/1/2", "2021-01-02", False),
        ("2024-03-05 06:30 PM", "2024-03-05T18:30:00", False),
        ("2024-03-05 6:30:15pm +08:00", "2024-03-05T10:30:15Z", True),
        ("5 Mar 2024 06:30 p.m. GMT", "2024-03-05T18:30:00Z", True),
        ("2024-03-05 06:30 AM", "2024-03-05T06:30:00", False),
        ("2024-03-05 12:30 AM", "2024-03-05T00:30:00", False),
        ("2024-03-05 12:30 PM", "2024-03-05T12:30:00", False),
        ("2024-03-05 18:30 PM", "2024-03-05T18:30:00", False),
        ("2024-03-05 12:30 AMT", "2024-03-05T12:30:00", False),  # a zone, no forenoon
        ("2024年3月5日下午6:30", "2024-03-05T18:30:00", False),
        ("2024年3月5日 上午 6:30", "2024-03-05T06:30:00", False),
        ("2024年3月5日 午後0:30", "2024-03-05T12:30:00", False),
        ("2024.3.5 오후 6:30", "2024-03-05T18:30:00", False),
        ("2024-03-05T06:30:00+99:00", "2024-03-05T06:30:00", False),
        ("2024-03-05T06:30:00+08:60", "2024-03-05T06:30:00", False),
    ],
)
def test_dates_are_read_in_the_forms_of_feeds_and_scrapers(text: str, date: str, *, zoned: bool) -> None:
    moment = read_date(text)
    assert moment is not None
    assert (moment.text, moment.zoned) == (date, zoned)


@given(st.datetimes(min_value=datetime(1, 1, 1)))  # noqa: DTZ001 - the text names the zone
def test_the_form_of_most_feeds_means_what_it_says(moment: datetime) -> None:
    text = f"{moment:%a, %d %b} {moment.year:04} {moment:%H:%M:%S} GMT"
    assert read_date(text) == read_date(f"{text[5:-4]} +0000")
    assert read_date(text) == Moment(moment.isoformat(timespec="seconds") + "Z", zoned=True)


@pytest.mark.parametrize(
    "text",
    [
        "yesterday",
        "2021-13-01 00:00:00",
        "2021-02-30",
        "Wed, 03 Foo 2021 00:00:00 GMT",
        "1616039820",
        "2021-10-10 18:30 AM",
    ],
)
def test_no_date_is_invented(text: str) -> None:
    assert read_date(text) is None


def test_a_zone_is_assumed_only_where_none_is_named() -> None:
    east = timezone(timedelta(hours=8))
    assert read_date("2021-10-10 11:06:15", east) == read_date("2021-10-10T11:06:15+08:00")
    assert read_date("2021-10-10T11:06:15Z", east) == read_date("2021-10-10T11:06:15Z")
    assert read_date("2021-10-10 03:06:15 PM", east) == read_date("2021-10-10T15:06:15+08:00")


@pytest.mark.parametrize("zone", ["BST", "MSK", "AEST", "CST", "+99:00"])
def test_a_zone_that_is_not_known_is_not_the_assumed_one(zone: str) -> None:
    text = f"2024-03-05 06:30:00 {zone}"
    assert read_date(text, timezone(timedelta(hours=8))) == Moment("2024-03-05T06:30:00", zoned=False)


@pytest.mark.parametrize(
    ("zone", "assumed", "date"),
    [
        ("CST", "Asia/Shanghai", "2024-07-01T10:30:00Z"),
        ("BST", "Europe/London", "2024-07-01T17:30:00Z"),
        ("MSK", "Europe/Moscow", "2024-07-01T15:30:00Z"),
    ],
)
def test_the_assumed_zones_own_name_means_it(zone: str, assumed: str, date: str) -> None:
    assert read_date(f"2024-07-01 18:30 {zone}", named_zone(assumed)) == Moment(date, zoned=True)


@pytest.mark.parametrize("name", ["+08:00", "Asia/Shanghai", "UTC"])
def test_zones_have_names_of_several_kinds(name: str) -> None:
    assert named_zone(name) is not None


@pytest.mark.parametrize("name", ["Nowhere/Town", "+99:00", "", "../etc/passwd"])
def test_a_zone_that_does_not_exist_is_said(name: str) -> None:
    with pytest.raises(ValueError, match="no time zone"):
        named_zone(name)


@pytest.mark.parametrize(
    ("title", "original", "restored"),
    [
        pytest.param("突破_卡脖子_难题", "突破“卡脖子”难题", "突破“卡脖子”难题", id="whole"),
        pytest.param("独家_突破_卡脖子_难题", "突破“卡脖子”难题", "独家_突破“卡脖子”难题", id="the original is a part"),
        pytest.param(
            "突破_卡脖子_难题", "【独家】突破“卡脖子”难题，甲公司上市", "突破“卡脖子”难题", id="a part of the original"
        ),
        pytest.param("甲_乙", "丙：丁", "甲_乙", id="unrelated"),
        pytest.param("甲_乙", "甲:乙", "甲:乙", id="whole, however short"),
        pytest.param("独家_甲_乙", "甲:乙", "独家_甲_乙", id="a part too short to prove anything"),
        pytest.param("甲_丙丁", "甲:丙丁又涨", "甲_丙丁", id="three letters shared"),
        pytest.param("甲乙_丙丁", "甲乙:丙丁又涨", "甲乙:丙丁", id="four letters shared"),
        pytest.param("突破_" + "长" * 500, "突破:" + "长" * 500, "突破_" + "长" * 500, id="longer than any title"),
        pytest.param("没有记号的标题", "没有：记号的标题", "没有记号的标题", id="nothing damaged"),
        pytest.param(
            '"看得出"？当地回应', "“看得出”？当地回应", '"看得出"？当地回应', id="straight quotes are no damage"
        ),
    ],
)
def test_titles_are_restored_where_the_original_proves_it(title: str, original: str, restored: str) -> None:
    assert restore(title, original) == restored


def test_a_restored_title_leaves_a_warning(read: Read) -> None:
    record = read("<p>原标题：突破“卡脖子”难题</p><p>正文。</p>", title="'突破_卡脖子_难题'")
    assert record.title == "突破“卡脖子”难题"
    assert [warning.code for warning in record.warnings] == ["title-restored"]


@pytest.mark.parametrize(
    ("written", "code", "exchange", "symbol"),
    [
        ("sh688396", "sh688396", "SSE", "688396"),
        ("SZ000612", "sz000612", "SZSE", "000612"),
        ("SS600256", "sh600256", "SSE", "600256"),
        ("600256.SH", "sh600256", "SSE", "600256"),
        ("bj835670", "bj835670", "BSE", "835670"),
        ("hk00700", "hk00700", "HKEX", "00700"),
        ("usbaba", "usbaba", "US", "BABA"),
        ("xx1", "xx1", None, "xx1"),
    ],
)
def test_stock_codes(written: str, code: str, exchange: str | None, symbol: str) -> None:
    assert stock_code(written) == (code, exchange, symbol)


def mention(code: str, name: str) -> str:
    return f'<span id="stock_{code}"><a class="keyword" href="https://example.com/{code}">{name}</a></span><span id="quote_{code}">12.3 +4%</span>'


def test_stock_mentions_leave_words_whole(read: Read) -> None:
    record = read(
        f"<p>历史{mention('bj835999', '数字人')}文研究，{mention('sh688999', '甲微')}电子。</p>",
        categories="[新浪财经]",
    )
    assert record.paragraphs == ["历史数字人文研究，甲微电子。"]
    assert [(s.code, s.name, s.start, s.end) for s in record.stocks] == [
        ("bj835999", "数字人", 2, 5),
        ("sh688999", "甲微", 9, 11),
    ]


def test_an_index_with_two_codes_has_its_text_once(read: Read) -> None:
    inner = '<span id="stock_sz399999"><a class="keyword" href="#">甲指</a></span><span id="quote_sz399999"></span>'
    record = read(f'<p>今天<span id="stock_sh000999"><a href="#">{inner}</a></span>上涨。</p>', categories="[新浪财经]")
    assert record.paragraphs == ["今天甲指上涨。"]
    assert [(s.code, s.name, s.start) for s in record.stocks] == [("sh000999", "甲指", 2), ("sz399999", "甲指", 2)]


def test_a_mention_in_a_heading_has_no_offsets(read: Read) -> None:
    record = read(f"<h2>{mention('sh688999', '甲微')}上市</h2><p>正文有一句话。</p>", categories="[新浪财经]")
    assert [(s.name, s.paragraph, s.start, s.end) for s in record.stocks] == [("甲微", None, None, None)]


@pytest.mark.parametrize(
    ("image", "url"),
    [
        ("<img src='//example.com/a.jpg'>", "https://example.com/a.jpg"),
        (
            "<img data-original='https://example.com/full.jpg' src='https://example.com/thumb.jpg'>",
            "https://example.com/full.jpg",
        ),
        ("<img src='data:image/gif;base64,R0' data-src='https://example.com/a.jpg'>", "https://example.com/a.jpg"),
        ("<img src='https://cors.example/?https://example.com/a.jpg'>", "https://example.com/a.jpg"),
        (
            "<img src='https://example.com/spacer.gif' srcset='https://example.com/s.jpg 300w, https://example.com/l.jpg 900w'>",
            "https://example.com/l.jpg",
        ),
        ("<noscript><img src='https://example.com/a.jpg'></noscript>", "https://example.com/a.jpg"),
    ],
)
def test_the_real_address_of_a_picture(read: Read, image: str, url: str) -> None:
    assert [each.url for each in read(f"<p>甲。</p>{image}<p>乙。</p>").images] == [url]


@pytest.mark.parametrize(
    "image",
    [
        "<img src='https://example.com/t.gif' width='1' height='1'>",
        "<img src='https://example.com/avatar/1.png'>",
        "<img src='https://example.com/a.png' alt='二维码'>",
        "<img src='data:image/png;base64,AAAA'>",
        "<img>",
    ],
)
def test_pictures_that_are_no_content(read: Read, image: str) -> None:
    assert read(f"<p>甲。</p>{image}<p>乙。</p>").images == []


def test_an_emoji_picture_is_its_character(read: Read) -> None:
    assert read("<p>好<img class='emoji' alt='😀' src='https://s.w.org/images/core/emoji/1.svg'>的</p>").paragraphs == [
        "好😀的"
    ]


def test_a_lazy_picture_and_its_fallback_are_one(read: Read) -> None:
    record = read(
        "<figure><noscript><img src='https://example.com/a.jpg'></noscript><img data-src='https://example.com/b.jpg'></figure>"
    )
    assert [image.url for image in record.images] == ["https://example.com/b.jpg"]


def test_players_with_an_address(read: Read) -> None:
    record = read(
        "<figure><iframe data-src='https://v.qq.com/txp/iframe/player.html?vid=x'></iframe><figcaption>预告片</figcaption></figure>"
        "<video></video><audio src='//example.com/a.mp3'></audio>"
    )
    assert [(e.kind, e.url, e.caption) for e in record.embeds] == [
        ("video", "https://v.qq.com/txp/iframe/player.html?vid=x", "预告片"),
        ("audio", "https://example.com/a.mp3", None),
    ]


@pytest.mark.parametrize(
    ("body", "missing"),
    [
        ("", True),
        ("<script>let ship = 1;</script>", True),
        ("<img src='https://img.example.com/boat.jpg' alt='A boat'>", True),
        ("<video src='https://img.example.com/boat.mp4'></video>", True),
        (
            "<figure><img src='https://img.example.com/boat.jpg'><figcaption>A boat at dawn.</figcaption></figure>",
            False,
        ),
        ("<h2>What the harbour said</h2>", False),
        ("<p>The ferry sails at dawn.</p>", False),
    ],
)
def test_a_post_without_text_leaves_a_warning(read: Read, body: str, *, missing: bool) -> None:
    record = read(body)
    assert ("text-missing" in [warning.code for warning in record.warnings]) is missing


@pytest.mark.parametrize(
    ("headimg", "body", "lead", "codes"),
    [
        ("https://example.com/a.jpg", "<p>文。</p>", "https://example.com/a.jpg", []),
        ("https://cors.example/?http://example.com/a.jpg", "<p>文。</p>", "http://example.com/a.jpg", []),
        ("https://picsum.photos/400/300?random=81", "<p>文。</p>", None, ["lead-image-placeholder"]),
        (
            "https://example.com/qr.png",
            "<p>文。</p><div class='app-kaihu-qr'><img src='https://example.com/qr.png'></div>",
            None,
            ["lead-image-dropped"],
        ),
        ("", "<p>文。</p>", None, []),
    ],
)
def test_lead_images(read: Read, headimg: str, body: str, lead: str | None, codes: list[str]) -> None:
    record = read(body, headimg=f"'{headimg}'", thumbnail=f"'{headimg}'", categories="[新浪财经]")
    assert record.lead_image == lead
    assert [warning.code for warning in record.warnings] == codes
    assert record.front_matter == {}


def test_another_picture_of_the_header_stays_there(read: Read) -> None:
    one, other = "https://example.com/a.jpg", "https://example.com/b.jpg"
    record = read("<p>文。</p>", headimg=f"'{one}'", thumbnail=f"'{other}'", cover=f"'{one}'")
    assert (record.lead_image, record.front_matter) == (one, {"thumbnail": other})


def test_an_empty_date_is_none(read: Read) -> None:
    record = read("<p>文。</p>", date="''")
    assert (record.date, record.front_matter) == (None, {})
    assert [warning.code for warning in record.warnings] == ["date-missing"]


def test_what_no_field_takes_stays_in_front_matter(read: Read) -> None:
    record = read("<p>文。</p>", comments="false", weight="007", date="nonsense")
    assert record.front_matter == {"date": "nonsense", "comments": "false", "weight": "007"}
    assert record.date is None
    assert [warning.code for warning in record.warnings] == ["date-unreadable"]
