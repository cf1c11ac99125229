"""What lines are taken for: headings and captions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import LONG, PICTURE

if TYPE_CHECKING:
    from conftest import Read
    from newsingest.record import Record

SHOT = "<img src='https://img.example/quay.jpg'>"


def headings(record: Record) -> list[str | None]:
    return [section.heading for section in record.sections if section.heading]


@pytest.mark.parametrize(
    ("line", "is_heading"),
    [
        pytest.param("<h2>标签标题</h2>", True, id="tag"),
        pytest.param("<p><strong>　　全粗的短行</strong></p>", True, id="wholly bold"),
        pytest.param("<p>　<b>　全粗的短行</b></p>", True, id="wholly bold, indent outside"),
        pytest.param("<p>◆<b>《全粗的短行》：</b></p>", True, id="wholly bold but for an ornament"),
        pytest.param("<p><b>全粗的一句话。</b></p>", False, id="a bold sentence with a full stop"),
        pytest.param("<p><b>“全粗的一句引语。”</b></p>", False, id="a bold quotation with a full stop"),
        pytest.param("<p><b>粗体开头</b>，接着说。</p>", False, id="a bold run at the start"),
        pytest.param("<p><b>Nobody was hurt.</b></p>", False, id="a bold sentence in Latin letters"),
        pytest.param("<p><b>Let’s talk. Let’s listen.</b></p>", False, id="two of them"),
        pytest.param("<p><b>“We did the sums, and nobody paid.”</b></p>", False, id="one in quotes"),
        pytest.param("<p><b>Die Werft baut. Niemand fragt, warum.</b></p>", False, id="two in German"),
        pytest.param("<p><b>The ferries stay in port until July.</b></p>", False, id="one that ends in a name"),
        pytest.param("<h3>Nobody was hurt.</h3>", True, id="a sentence with a heading's tag"),
        pytest.param("<p><b>Verdict.</b></p>", True, id="a word with a full stop"),
        pytest.param("<p><b>Ferries built in the U.S.</b></p>", True, id="an abbreviation"),
        pytest.param("<p><b>The case of Norvale Ferries Ltd.</b></p>", True, id="an abbreviated form of company"),
        pytest.param("<p><b>A second yard for Barr Bros.</b></p>", True, id="an abbreviated family"),
        pytest.param("<p><b>1. Build the second yard.</b></p>", True, id="numbered, with a full stop"),
        pytest.param("<p><b>Why a second yard?</b></p>", True, id="a bold question"),
        pytest.param("<p style='text-align:center'>居中的短行</p>", True, id="centred"),
        pytest.param("<p>没有标记的小标题</p>", True, id="plain, introduces what follows"),
        pytest.param("<p>二、编号的小标题</p>", True, id="plain, numbered"),
        pytest.param("<p>到这里还没说完，</p>", False, id="goes on"),
        pytest.param("<p>短短的一句。</p>", False, id="a short sentence"),
        pytest.param("<p>2021年11月3日</p>", False, id="a date"),
        pytest.param("<p>“整句都是引语”</p>", False, id="a quotation"),
        pytest.param("<li>清单里的一项</li>", False, id="a list item"),
    ],
)
def test_headings(read: Read, line: str, *, is_heading: bool) -> None:
    record = read(f"<p>{LONG}</p>{line}<p>{LONG}完。</p>")
    assert bool(headings(record)) is is_heading


def test_a_guessed_heading_leaves_a_warning(read: Read) -> None:
    record = read(f"<p>{LONG}</p><p>没有标记的小标题</p><p>{LONG}</p>")
    assert [warning.code for warning in record.warnings] == ["heading-guessed"]


@pytest.mark.parametrize("box", ["<blockquote>{}</blockquote>", "<ul><li>{}</li></ul>"])
@pytest.mark.parametrize(
    ("line", "is_caption"),
    [
        ("11月3日，渡口的灯。江城社记者 张三 摄", True),
        ("资料图：渡口的老灯。江城社记者 张三 翻摄", True),
        ("渡口供图", True),
        ("图：渡口的灯", True),
        ("（渡口的灯）", False),
        ("渡口的灯", False),
        ("渡口的灯供图书馆收藏。", False),
    ],
)
def test_captions_in_quotes_and_lists(read: Read, box: str, line: str, *, is_caption: bool) -> None:
    whole = box.format(f"<p>{LONG}</p><p>{PICTURE}</p><p>{line}</p><p>{LONG}完。</p>")
    record = read(f"<p>{LONG}</p>{whole}<p>{LONG}</p>")
    assert record.images[0].caption == (line if is_caption else None)
    assert (line in record.paragraphs) is not is_caption
    assert record.bylines == []


def test_who_took_a_picture_in_a_quote(read: Read) -> None:
    lines = "<p>渡口的灯，守了三十年。</p><p>江城社记者 张三 摄</p>"
    record = read(f"<p>{LONG}</p><blockquote><p>{PICTURE}</p>{lines}<p>{LONG}</p></blockquote>")
    assert record.images[0].caption == "渡口的灯，守了三十年。 江城社记者 张三 摄"


def test_a_run_of_bold_lines_is_a_list_not_headings(read: Read) -> None:
    names = "".join(f"<p><b>{name}</b></p>" for name in ("张三", "李四", "王五"))
    assert headings(read(f"<p>{LONG}</p>{names}<p>{LONG}</p>")) == []


def test_a_sections_number_is_no_line_of_a_list(read: Read) -> None:
    above, below = f"<p>{LONG}</p><p><b>1</b></p><p><b>渡口的灯</b></p><p><b>照了三十年</b></p>", f"<p>{LONG}</p>"
    assert headings(read(above + below)) == ["1", "渡口的灯", "照了三十年"]
    assert headings(read(f"{above}<p><b>又灭了</b></p>{below}")) == []


def test_the_number_of_a_note_is_none_of_a_section(read: Read) -> None:
    notes = "".join(f"<div><a href='#r{number}'>{number}</a><p>{LONG}</p></div>" for number in (1, 2))
    assert headings(read(f"<p>{LONG}</p>{notes}")) == []
    assert headings(read(notes.replace("<a", "<h2><a").replace("</a>", "</a></h2>"))) == ["1", "2"]
    assert read(f"<p>{LONG}</p>{notes.replace('<a ', '<a class=footnote-number ')}").paragraphs == [LONG] * 3


def test_a_title_between_a_sections_number_and_a_heading(read: Read) -> None:
    above = "<p>1</p><p>乙丙投资管理公司的首席投资官：山月</p>"
    below = f"<p><b>债券贵不贵？</b></p><p>{LONG}</p>"
    assert headings(read(f"<p>{LONG}</p>{above}{below}")) == ["1", "乙丙投资管理公司的首席投资官：山月", "债券贵不贵？"]


def test_a_sections_number_above_what_leads_in(read: Read) -> None:
    told = "".join(f"<p>{number}</p><p>{LONG}</p>" for number in (1, 2))
    more, leads_in = f"<p>{LONG}</p>", "<p>3</p><p>对此，渡口的人有三问：</p>"
    assert headings(read(more + told + leads_in + more)) == ["1", "2", "3"]
    listed = "".join(f"<p>{number}</p><p>渡口有{number}问：</p>" for number in (2, 3))
    assert headings(read(f"{more}<p>1</p>{more}{listed}{more}")) == ["1"]
    assert headings(read(f"{more}{told}<p>4</p><p>渡口有四问：</p>{more}")) == ["1", "2"]


def test_headlines_of_a_digest_behind_their_outlets(read: Read) -> None:
    wide = "【瞭远晚报】渡口的灯又亮了！守了三十年的人说，他只是忘了关，第二天早上船工们又把它点上"
    lines = ["国内", wide, LONG, "【甲报】河湾修桥", LONG, "国际", "【乙报】海岛卖灯塔：谁来买？", LONG]
    heads = [line for line in lines if line != LONG]
    body = "<br><br>".join(lines)
    assert headings(read(body)) == heads
    assert wide not in headings(read(f"{body}<br><br>【丙报】这一条没有下文"))
    facts = "".join(f"<p>【{topic}】渡口河湾石桥老街</p>" for topic in ("时间", "地点", "主办"))
    assert headings(read(f"{facts}<p>{LONG}</p>")) == []


def test_sections_cover_the_paragraphs(read: Read) -> None:
    record = read(f"<p>{LONG}</p><h2>甲</h2><h3>乙</h3><p>{LONG}</p><h2>丙</h2><p>{LONG}</p>")
    assert [(s.heading, s.level, s.start, s.end) for s in record.sections] == [
        (None, 0, 0, 1),
        ("甲", 1, 1, 1),
        ("乙", 2, 1, 2),
        ("丙", 1, 2, 3),
    ]


@pytest.mark.parametrize(
    ("body", "caption"),
    [
        pytest.param(
            "<figure><img src='https://example.com/a.jpg'><figcaption>街景<cite> 甲社</cite></figcaption></figure>",
            "街景 甲社",
            id="figcaption",
        ),
        pytest.param(
            "<figure><figcaption>街景</figcaption><img src='https://example.com/a.jpg'></figure>",
            "街景",
            id="figcaption above",
        ),
        pytest.param(PICTURE + "<p class='img-desc'>街景</p>", "街景", id="class"),
        pytest.param(PICTURE + "<p>▲ 街景</p>", "▲ 街景", id="a mark"),
        pytest.param(PICTURE + "<p>街景。张三 摄</p>", "街景。张三 摄", id="a sentence and a credit"),
        pytest.param(PICTURE + "<p>图注：夜里的街景</p>", "图注：夜里的街景", id="a word before it"),
        pytest.param(PICTURE + "<p>街景很好看。</p>", None, id="a sentence is none"),
        pytest.param(PICTURE + "<p>张三走遍全城，只为拍摄。</p>", None, id="a sentence on taking pictures"),
        pytest.param(PICTURE + "<p>市盈率＝股价÷每股收益</p>", None, id="a formula"),
        pytest.param(PICTURE + "<p>图说：街景在夜里。灯光。</p>", "图说：街景在夜里。灯光。", id="a label, sentences"),
        pytest.param(PICTURE + "<p>图注意力机制的街景很好看。</p>", None, id="no label, but a word"),
        pytest.param(PICTURE + "<p>（以下含剧透）</p>", None, id="a note on what follows"),
        pytest.param(PICTURE + "<p>县城绘就新蓝图</p>", None, id="no picture, but a plan"),
        pytest.param(PICTURE + "<p>甲网站的报道截图。</p>", "甲网站的报道截图。", id="a captured page"),
        pytest.param(PICTURE + "<p>他发来了页面截图。</p>", None, id="a sentence on a captured page"),
        pytest.param(PICTURE + "<p>街景（记者张三摄）</p>", "街景（记者张三摄）", id="a credit"),
        pytest.param(PICTURE + "<p align='center'>（夜里的街景）</p>", "（夜里的街景）", id="centred"),
        pytest.param(PICTURE + f"<p>{LONG}</p><p>▲ 街景</p>", None, id="not directly below"),
    ],
)
def test_captions(read: Read, body: str, caption: str | None) -> None:
    record = read(f"<p>{LONG}</p>{body}<p>{LONG}</p>")
    assert [image.caption for image in record.images] == [caption]


@pytest.mark.parametrize(
    ("block", "caption"),
    [
        (SHOT + "<small>夜里的渡口</small>", "夜里的渡口"),
        (f"<a href='/l.jpg'>{SHOT}</a>\n<small>夜里的渡口。灯还亮着。</small>", "夜里的渡口。灯还亮着。"),
        (SHOT + "<br><small>「夜の渡し場」</small><br>", "「夜の渡し場」"),
        (SHOT + "<small>夜里的渡口</small>，灯还亮着。", None),
        (SHOT + LONG + "<small>夜里的渡口</small>", None),
        ("灯还亮着。" + SHOT + "<small>夜里的渡口</small>", None),
        ("<img src='/a.jpg' width='16' height='16'><small>夜里的渡口，灯还亮着。</small>", None),
    ],
)
@pytest.mark.parametrize("tag", ["div", "p"])
def test_small_print_below_a_picture(read: Read, tag: str, block: str, caption: str | None) -> None:
    record = read(f"<p>{LONG}</p><{tag}>{block}</{tag}><p>{LONG}</p>")
    assert [image.caption for image in record.images if image.caption] == ([caption] if caption else [])
    said = [*record.paragraphs, *(section.heading for section in record.sections)]
    assert any("渡口" in text for text in said if text) is (caption is None)


def test_an_icon_behind_a_name_does_not_break_a_line(read: Read) -> None:
    icon = "<a href='/albums'><img src='https://img.example/disc.gif' alt='唱片'></a>"
    line = f"歌手<a href='/1'>张三</a>{icon}昨日在渡口唱了一夜的歌，听的人都没有走。"
    record = read(f"<p>{LONG}</p><p>{line}</p>")
    assert record.paragraphs == [LONG, "歌手张三昨日在渡口唱了一夜的歌，听的人都没有走。"]
    assert (headings(record), record.images) == ([], [])
    shown = read(f"<p>{LONG}</p><p>{line.replace('disc.gif', 'quay.jpg')}</p><p>{LONG}{icon}</p>")
    assert shown.paragraphs[1] == record.paragraphs[1]
    assert [image.url[-8:] for image in shown.images] == ["quay.jpg", "disc.gif"]


@pytest.mark.parametrize(
    ("body", "caption"),
    [
        ("<a href='/b'>{}</a><br><em>Portrait by Georg Barr</em>", "Portrait by Georg Barr"),
        ("<a href='/b'>{}</a><br><em>Portrait by <a href='/g'>Georg Barr</a></em>", "Portrait by Georg Barr"),
        ("{}<br><small>The old yard</small>", "The old yard"),
        ("{}<br>The old yard", "The old yard"),
        ("{} The old yard", None),
        ("{}<br>二、旧船厂", None),
        ("{}<br><b>The old yard</b>", None),
        ("{}<br>The old yard is closed.", None),
        ("{}<br>The old yard<br>The old yard was closed in spring, and nobody has bought it.", None),
        ("The yards<br>{}<br>The old yard", None),
        ("{}</p><p>The old yard", None),
    ],
)
@pytest.mark.parametrize("tag", ["p", "div"])
def test_a_few_words_in_a_pictures_paragraph(read: Read, tag: str, body: str, caption: str | None) -> None:
    picture = PICTURE.removeprefix("<p>").removesuffix("</p>")
    record = read(f"<p>{LONG}</p><{tag}>{body.format(picture)}</{tag}><p>{LONG}</p>")
    assert [image.caption for image in record.images] == [caption]
    assert read(f"<p>{body.format(picture)}</p>").images[0].caption is None


@pytest.mark.parametrize(
    ("words", "is_label"), [("Map: the yards <b>View graphic</b>", True), ("The old yard, from the bridge", False)]
)
def test_a_link_on_a_picture_that_says_its_caption(read: Read, words: str, *, is_label: bool) -> None:
    picture = PICTURE.removeprefix("<p>").removesuffix("</p>")
    linked = f"<div><a href='/b'>{picture}</a> <a href='/b'><span class='overlay'>{words}</span></a></div>"
    record = read(f"<p>{LONG}</p><div>{linked}<span class='pb-caption'>Map: the yards</span></div><p>{LONG}</p>")
    assert (record.images[0].caption == "Map: the yards") is is_label
    assert headings(record) == ([] if is_label else [words])


@pytest.mark.parametrize("caption", ["", "<caption>Vessels</caption>"])
def test_the_caption_of_a_table(read: Read, caption: str) -> None:
    rows = "<tr><td>North</td><td>4</td></tr><tr><td>South</td><td>5</td></tr>"
    figure = f"<figure><table>{caption}{rows}</table><figcaption>Vessels ordered, by line</figcaption></figure>"
    assert "Vessels ordered, by line" in read(f"<p>{LONG}</p>{figure}<p>{LONG}</p>").paragraphs


def test_a_class_that_says_that_there_is_no_caption(read: Read) -> None:
    record = read(f"{PICTURE}<div class='item no_caption'><h2>The new yard</h2><p>{LONG}</p></div>")
    assert (headings(record), record.images[0].caption, len(record.paragraphs)) == (["The new yard"], None, 1)


def test_short_sentences_below_pictures_are_captions_where_others_are(read: Read) -> None:
    told = f"<p>{LONG}</p>{PICTURE}<p>渡口的灯，守了三十年。张三 摄</p><p>{LONG}</p>"
    bare = f"{PICTURE}<p>河湾的桥。</p><p>{LONG}</p>"
    captions = [image.caption for image in read(told + bare + told + bare).images]
    assert captions == ["渡口的灯，守了三十年。张三 摄", "河湾的桥。"] * 2
    marked = f"{PICTURE}<p class='img-desc'>石桥</p><p>{LONG}</p>"
    for odd in (told + bare, told * 2 + bare + PICTURE + f"<p>{LONG}</p>", told * 2 + bare + marked):
        assert read(odd).images[odd.count("张三 摄")].caption is None


def test_a_few_words_below_each_of_several_pictures_are_captions(read: Read) -> None:
    image = "<img src='https://example.com/a.jpg'>"
    words = ("河湾的桥。", "旧码头。", "张三在渡口的背影。")
    body = "".join(f"<p>{LONG}</p>{image}<p>{each}</p><p>{LONG}</p>" for each in words)
    assert [image.caption for image in read(f"{body}{image}<p>{LONG}</p>").images] == [*words, None]
    short, wide = "<p>雨停了。</p>", f"{image}<p>张三在渡口守了三十年的灯。</p><p>{LONG}</p>"
    bare, marked = f"{image}<p>{LONG}</p>" * 2, f"{image}<p class='img-desc'>石桥</p><p>{LONG}</p>"
    for odd in (short, wide, bare, marked):  # so a text may go on
        assert read(body + odd).images[0].caption is None
    assert read(body.replace(words[1], "旧码头！")).images[0].caption is None


@pytest.mark.parametrize("first", ["▲街景，从渡口看去。", "资料图", "街景（记者张三摄）"])
def test_the_first_row_below_a_picture_may_be_its_caption(read: Read, first: str) -> None:
    record = read(f"<p>{LONG}</p>{PICTURE}{first}<br>{LONG}<br>{LONG}{PICTURE}")
    assert [image.caption for image in record.images] == [first, None]
    assert record.paragraphs == [LONG, f"{LONG}\n{LONG}"]


def test_a_caption_in_two_rows_is_not_parted(read: Read) -> None:
    record = read(f"<p>{LONG}</p>{PICTURE}<p align='center'>图为街景<br>和渡口的灯</p><p>{LONG}</p>")
    assert [image.caption for image in record.images] == ["图为街景\n和渡口的灯"]


def test_a_caption_without_a_picture_is_named(read: Read) -> None:
    record = read(f"<p>{LONG}</p><figure><figcaption>没有图的说明</figcaption></figure><p>{LONG}</p>")
    assert record.paragraphs == [LONG, LONG]
    assert "没有图的说明" in record.warnings[0].message


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param(["潮水来时我在船上", "潮水去时我在滩上", "月亮圆时你在窗前"], id="verse"),
        pytest.param(["山月财经：为什么要在县城开店？"], id="a speaker's question"),
        pytest.param(["——选自《石浦旧事》"], id="a source"),
        pytest.param(["桥为什么还没有修好呢？"], id="a question that goes on"),
        pytest.param(["那么，谁来修桥？"], id="a question that follows from above"),
        pytest.param(["1、新增坐骑“雪狼”", "2、修复闪退的问题"], id="a list with numbers"),
        pytest.param(["云政办〔2021〕35号"], id="a document's number"),
        pytest.param(["地址：石浦镇灯塔路1号", "电话：0570-5550123"], id="an address"),
    ],
)
def test_short_lines_that_are_no_headings(read: Read, lines: list[str]) -> None:
    body = "".join(f"<p>{line}</p>" for line in lines)
    assert headings(read(f"<p>{LONG}</p>{body}<p>{LONG}</p>")) == []


def test_a_short_sentence_that_begins_with_a_date_begins_a_text(read: Read) -> None:
    assert read(f"<p>1998年1月31日夜，大雪。</p><p>{LONG}</p>").paragraphs == ["1998年1月31日夜，大雪。", LONG]


def test_the_title_repeated_on_top_goes_with_the_labels_above_it(read: Read) -> None:
    record = read(f"<p>娱乐</p><h1>甲公司：上市了</h1><p>{LONG}</p>", title="甲公司_上市了")
    assert record.paragraphs == [LONG]
    assert headings(record) == []


def test_a_title_over_two_rows_above_a_third(read: Read) -> None:
    head = "<b>甲市渡口管理局<br>关于修灯的通知</b><br>（2021年11月3日公布）"
    record = read(f"<p align='center'>{head}</p><p>{LONG}</p>", title="甲市渡口管理局关于修灯的通知")
    assert record.paragraphs == ["（2021年11月3日公布）", LONG]
    assert len(read(f"<p>{head}</p><p>{LONG}</p>", title="甲市渡口管理局关于修灯").paragraphs[0].split("\n")) == 3


def test_a_post_that_says_only_its_title_keeps_it(read: Read) -> None:
    assert read("甲公司上市了", title="甲公司上市了").paragraphs == ["甲公司上市了"]


def test_a_label_of_links_may_stand_above_a_picture(read: Read) -> None:
    picture = "<p><img src='https://img.example/card.jpg'></p>"
    label = f"<p>{LONG}</p><p><strong>往期回顾</strong></p>{picture}"
    assert read(f"{label}<p><a href='https://a.example/1'>上一次的文章</a></p>").paragraphs == [LONG]
    assert headings(read(f"{label}<p>{LONG}</p>")) == ["往期回顾"]
    assert headings(read(label)) == ["往期回顾"]
