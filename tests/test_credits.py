"""Lines that name people and papers: bylines, editors, outlets; and the original title."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import LONG, PICTURE

if TYPE_CHECKING:
    from conftest import Read


@pytest.mark.parametrize(
    "line",
    [
        "文 | 张三 李四",
        "文｜《瞭远》周刊记者 张三",
        "作者︱张三",
        "作者⏐张三",
        "出品∣甲网科技组 张三",
        "甲方新闻记者 张三",
        "（作者：张三）",
        "（驻京记者 张三）",
        "甲报驻埃及记者 张三",
        "甲报驻委内瑞拉记者张三",
        "作者：张三",
        "作者：看风景的人",
        "《瞭远》作者 张三",
        "原创： 张三 瞭远周刊",
        "执笔/张三、李四",
        "作者单位：甲大学乙研究院",
        "图表：张三",
        "By Jane Roe",
        "文＝山田太郎",
    ],
)
def test_bylines(read: Read, line: str) -> None:
    record = read(f"<p>{line}</p><p>{LONG}</p>")
    assert record.bylines == [line]
    assert record.paragraphs == [LONG]


@pytest.mark.parametrize(
    "line",
    [
        "记者从甲公司获悉",
        "据介绍",
        "据当地媒体报道",
        "据渡口的一家报纸此前报道",
        "负责人向记者表示",
        "让记者吃惊的人",
        "一位高管对记者透露",
        "作者认为这是好事，读者也这么看。",
        "整理：断舍离的第一步",
        "摄影：看世界的一种方式",
        "翻译：机器还是人",
        "By The Numbers",
        "综合自主品牌的表现",
        "By then it was over.",
    ],
)
def test_what_only_looks_like_a_byline(read: Read, line: str) -> None:
    assert read(f"<p>{LONG}</p><p>{line}</p>").bylines == []


@pytest.mark.parametrize(
    ("line", "paragraphs", "bylines"),
    [
        ("（陶令仪、何不渡）", [LONG], ["（陶令仪、何不渡）"]),
        ("（未完待续）", [LONG, "（未完待续）"], []),
        ("（节选）", [LONG, "（节选）"], []),
        ("（全场大笑）", [LONG, "（全场大笑）"], []),
        ("（资料图片）", [LONG, "（资料图片）"], []),
    ],
)
def test_names_in_brackets_end_a_text(read: Read, line: str, paragraphs: list[str], bylines: list[str]) -> None:
    record = read(f"<p>{LONG}</p><p>{line}</p>")
    assert (record.paragraphs, record.bylines) == (paragraphs, bylines)


def test_what_reporters_ask_in_an_interview_is_no_byline(read: Read) -> None:
    turns = [
        "记者：为什么要在县城开店？",
        "陶令仪：因为便宜。",
        "记者：好的",
        "陶令仪：还有呢。",
        "记者：说说桥",
        "陶令仪：拆了。",
    ]
    record = read(f"<p>{LONG}</p>" + "".join(f"<p>{turn}</p>" for turn in turns))
    assert (record.paragraphs, record.bylines) == ([LONG, *turns], [])


def test_a_second_editor_does_not_hide_the_outlet(read: Read) -> None:
    record = read(f"<p>{LONG}</p><p>编辑 陆明舟 校对 何不渡</p><p>本文来源：甲日报 责任编辑：陶令仪_BAY12</p>")
    assert (record.editor, record.outlet) == ("陆明舟", "甲日报")


def test_an_outlet_below_a_picture_in_the_text_is_the_pictures(read: Read) -> None:
    record = read(f"<p>{LONG * 2}</p>{PICTURE}<p>来源：甲网</p><p>{LONG * 2}</p>{PICTURE}<p>来源：乙网</p>")
    assert [image.caption for image in record.images] == ["来源：甲网", None]
    assert record.outlet == "乙网"


@pytest.mark.parametrize(
    ("line", "field", "value"),
    [
        ("责任编辑：张三 SF142", "editor", "张三 SF142"),
        ("（编辑：张三）", "editor", "张三"),
        ("责编：张三 | 审核：李四 | 监制：王五", "editor", "张三"),
        ("编辑│张三", "editor", "张三"),
        ("来源︱甲日报", "outlet", "甲日报"),
        ("来源：甲日报", "outlet", "甲日报"),
        ("文章来源：甲日报（海外版）", "outlet", "甲日报（海外版）"),
        ("（来源：甲日报）", "outlet", "甲日报"),
        ("原标题：甲公司上市（附名单）", "original_title", "甲公司上市（附名单）"),
        ("（原标题：甲公司上市）", "original_title", "甲公司上市"),
        ("原标题 甲公司“上市”", "original_title", "甲公司“上市”"),
        ("本文原标题：《甲公司上市》", "original_title", "甲公司上市"),
        ("原标题：《瞭远》改名《远瞭》", "original_title", "《瞭远》改名《远瞭》"),
        ("（原题为《甲公司改名〈远瞭〉》）", "original_title", "甲公司改名〈远瞭〉"),
        ("(原标题：《甲公司〔上〕》 )", "original_title", "甲公司〔上〕"),
        ("（原题：《甲公司（上）》）", "original_title", "甲公司（上）"),
        ("（原标题：《瞭远》改名《远瞭》）", "original_title", "《瞭远》改名《远瞭》"),
        ("（原标题：读《瞭远》）", "original_title", "读《瞭远》"),
        ("（资料来源：甲日报、乙网等）", "outlet", "甲日报、乙网等"),
        ("Quelle: dpa", "outlet", "dpa"),
        ("Quelle: kurier.example, jwu/dpa", "outlet", "kurier.example, jwu/dpa"),
        ("Fuente: EFE", "outlet", "EFE"),
    ],
)
def test_field_lines(read: Read, line: str, field: str, value: str) -> None:
    record = read(f"<p>{LONG}</p><p>{line}</p>")
    assert getattr(record, field) == value
    assert record.paragraphs == [LONG]


@pytest.mark.parametrize(
    ("row", "outlet", "bylines"),
    [
        ("2012年06月04日09:20　来源：江北日报", "江北日报", []),
        ("2012年06月04日09:20:15 | 来源：<a href='/'>江北日报</a>", "江北日报", []),
        ("2012-06-04 09:20来源：江北日报", "江北日报", []),
        ("来源：江北日报 2012年06月04日09:20", "江北日报", []),
        ("江城网河北频道 ( 2012-06-04 09:20:26 ) 稿件来源： 江北日报", "江北日报", []),
        ("2012-06-04 09:20 江城网 来源：江北日报", "江北日报", []),
        ("江城网 时间：2012-06-04 09:20 来源：江北日报", "江北日报", []),
        ("(2012-06-04 09:20:26) 来源：江北日报", "江北日报", []),
        ("江城网 2012-06-04 09:20 来源：江北日报 作者：林一", "江北日报", ["作者：林一"]),
        ("2012年06月04日09:20　来源：江城网-江北日报　手机看新闻", "江城网-江北日报", []),
        ("2012年06月04日 09:20　来源：江北日报　参与互动(0)", "江北日报", []),
        ("2012-06-04　来源：江北日报　【字号：大 中 小】", "江北日报", []),
        ("时间：2012-06-04 09:20 来源：江北日报 作者：林一 点击：12次", "江北日报", ["作者：林一"]),
        ("2012-06-04 09:20 作者：林一 来源：江北日报 评论：0", "江北日报", ["作者：林一"]),
        ("作者：林一 来源：江北日报 2012-06-04 09:20", "江北日报", ["作者：林一"]),
        ("2012年06月04日09:20　江北日报　我有话说(12人参与)", "江北日报", []),
        ("2012年06月04日09:20　江北日报　微博　我有话说", "江北日报", []),
        ("(2012-06-04 09:20:26)", None, []),
        ("江城网 2012-06-04 09:20 字号：大 中 小", None, []),
        ("江城网 2012年06月04日09:20", None, []),
        ("2018年6月18日 10:01　発信地：仙台/宮城 [ <a href='/m'>宮城</a> <a href='/t'>東北</a> ]", None, []),
    ],
)
def test_the_row_below_a_headline(read: Read, row: str, outlet: str | None, bylines: list[str]) -> None:
    for above in (f"<p>{row}</p>", f"<table><tr><td align='center'>{row}</td></tr></table>"):
        record = read(f"{above}<p>{LONG}</p>")
        assert (record.paragraphs, record.outlet, record.bylines) == ([LONG], outlet, bylines)
        assert [section.heading for section in record.sections] == [None]


@pytest.mark.parametrize(
    "line",
    [
        "（2012年6月4日）",
        "开演时间 2012年6月4日09:20",
        "渡口修桥 2012-06-04 来源：江北日报",
        "2012年6月4日09:20 江北日报 我要说，桥修好了。",
        "数据截至2012-06-04 15:00 来源：江北日报",
    ],
)
def test_a_date_that_belongs_to_the_text(read: Read, line: str) -> None:
    assert read(f"<p>{line}</p><p>{LONG}</p>").paragraphs == [line, LONG]


def test_an_editor_in_the_box_of_tags_below_a_text(read: Read) -> None:
    report = "<a href='javascript:;'>【纠错】</a><div style='display:none'><form>编辑：李四</form></div>"
    box = f"<div class='p-tags'><p><span>{report}</span>\n责任编辑：\n张三\n</p><a href='/t'>渡口</a></div>"
    record = read(f"<p>{LONG}</p>{box}")
    assert (record.editor, record.paragraphs) == ("张三", [LONG])
    for odd in (f"{box}<p>{LONG}</p>", box.replace("p-tags", "comments"), box.replace("责任编辑：", "分享：")):
        assert read(f"<p>{LONG}</p>{odd}").editor is None
    record = read(f"<p>{LONG}</p><p>编辑：王五</p>{box}")
    assert (record.editor, record.bylines) == ("王五", [])


def test_one_source_of_figures_is_no_outlet(read: Read) -> None:
    table = "<table><tr><td>年</td><td>灯</td></tr><tr><td>2020</td><td>3</td></tr></table>"
    assert read(f"<p>{LONG}</p>{table}<p>（资料来源：甲统计网）</p><p>{LONG}</p>").outlet is None


def test_a_list_of_authors(read: Read) -> None:
    names = "<li>青木 一郎</li><li>林 二</li>"
    head = "<p>ニュース</p><h1>新しい工場</h1><ul class='{0}'>{1}</ul><p>2019年2月22日 22:25</p>"
    record = read(head.format("author list", names) + f"<p>{LONG}</p>")
    assert (record.bylines, record.paragraphs) == (["青木 一郎", "林 二"], ["ニュース", LONG])
    assert read(f"<ul class='authors-of-yore'>{names}</ul><p>{LONG}</p>").bylines == []


def test_an_author_who_is_not_known_is_no_byline(read: Read) -> None:
    record = read(f"<p>{LONG}</p><div>作者：未知&nbsp;&nbsp;责任编辑：张三</div>")
    assert (record.bylines, record.editor) == ([], "张三")


def test_original_title_and_outlet_in_one_line(read: Read) -> None:
    record = read(f"<p>原标题：甲公司上市 来源：央媒</p><p>{LONG}</p>")
    assert (record.original_title, record.outlet) == ("甲公司上市", "央媒")


def test_a_second_outlet_is_not_lost(read: Read) -> None:
    record = read(f"<p>来源：甲日报</p><p>{LONG}</p><p>来源：乙晚报</p>")
    assert record.outlet == "甲日报"
    assert record.paragraphs == [LONG, "来源：乙晚报"]


@pytest.mark.parametrize(
    ("line", "bylines"),
    [
        (
            "<span>By <a href='/e'>Erin Barr</a></span> <span>March 18 at 3:57 PM</span> Follow @erinbarr",
            ["By Erin Barr"],
        ),
        ("By Erin Barr, March 18, 2015", ["By Erin Barr"]),
        ("By Erin Barr | March 18, 2015 3:57 PM", ["By Erin Barr"]),
        ("By Erin Barr and Jo de Vries · 18 March 2015", ["By Erin Barr and Jo de Vries"]),
        ("2/26/2015 7:11 AM PST BY COURIER STAFF", ["BY COURIER STAFF"]),
        ("Posted by Erin Barr on March 10, 2015 at 08:05", ["Posted by Erin Barr"]),
        ("Submitted by <span>Erin Barr</span> on Mon, 04/11/2022 - 13:00", ["Submitted by Erin Barr"]),
        ("Submitted by <span>ebarr</span> on Mon, 04/11/2022 - 13:00", []),
        ("Gespeichert von ebarr am Mo., 11.04.2022 - 13:00", []),
        ("AFP 30 avril 2015 à 07:19 (Mis à jour : 30 avril 2015 à 07:38)", []),
        ("Publié le 30 avril 2015 à 07:19, mis à jour le 30 avril 2015 à 07:38", []),
        ("Veröffentlicht am 30. April 2015 um 07:19 Uhr", []),
    ],
)
def test_who_and_when_in_one_line(read: Read, line: str, bylines: list[str]) -> None:
    record = read(f"<div>{line}</div><p>{LONG}</p>")
    assert (record.bylines, record.paragraphs, record.sections[0].heading) == (bylines, [LONG], None)


@pytest.mark.parametrize(
    "line",
    [
        "By Monday March 18 at the latest",
        "By Christmas Eve, December 24, 2015",
        "By Election Day, November 3, 2020",
        "Published by Gull Books, 12 March 2015",
        "2/26/2015 7:11 AM PST by the harbour",
        "By Erin Barr's count, March 2015 was the coldest.",
        "Posted by police on March 10, the picture went round the world.",
        "Submitted by nobody, on Monday",
        "Publié le 30 avril 2015, le rapport dort depuis dans un tiroir.",
        "AFP 30 ans après : une agence se souvient",
    ],
)
def test_what_only_looks_like_who_and_when(read: Read, line: str) -> None:
    record = read(f"<div>{line}</div><p>{LONG}</p>")
    assert (record.bylines, [*record.paragraphs, record.sections[0].heading].count(line)) == ([], 1)


@pytest.mark.parametrize(
    "line",
    ["Quelle: Statistisches Amt der Stadt Norvale", "Fuente: elaboración propia", "Quelle: ein dpa-Foto von 1921"],
)
def test_sources_of_figures_in_other_tongues(read: Read, line: str) -> None:
    record = read(f"<p>{LONG}</p><p>{line}</p><p>{LONG}</p>")
    assert (record.outlet, record.paragraphs) == (None, [LONG, line, LONG])


def test_an_agency_below_a_picture_is_the_pictures(read: Read) -> None:
    record = read(f"<p>{LONG * 2}</p>{PICTURE}<p>Quelle: dpa</p><p>{LONG * 2}</p>")
    assert (record.outlet, record.images[0].caption) == (None, "Quelle: dpa")
