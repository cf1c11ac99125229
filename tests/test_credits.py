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
    ],
)
def test_field_lines(read: Read, line: str, field: str, value: str) -> None:
    record = read(f"<p>{LONG}</p><p>{line}</p>")
    assert getattr(record, field) == value
    assert record.paragraphs == [LONG]


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
