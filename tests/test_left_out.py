"""What is left out, mostly at the end of a post, and what only sounds like it and stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import LONG

if TYPE_CHECKING:
    from conftest import Read
    from newsingest.record import Record


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("<p>喜欢的朋友记得点赞、加自选，明晚九点不见不散！</p>", False),
        ("<p>官方微博：@云海旅人</p><p>玩家交流QQ群：700123456</p>", False),
        ("<p>关注「听雨」公众号，在后台回复「1103」，一张图看懂雨声。</p>", False),
        (
            "<p>本文系山月原创，欢迎个人分享。其他媒体如需转载，须在正文前注明来源。</p><p><img src='/qrcode.png'></p>",
            False,
        ),
        ("<p>有料会員になると送料が無料になります。</p>", True),
        ("<p>有料会員になると記事をお読みいただけます。</p><p>ログインする</p>", False),
        ("<p>评分完成：已经给 河湾客 加上 100 银元！</p>", False),
        ("<p>让我们为每一位劳动者点赞！</p>", True),
        ("<p>这篇文章后来被多家报纸转载。</p>", True),
        ("<p>作者应当保留作品的著作权，业内人士说，不得一次卖断。</p>", True),
        ("<p>抖音：日活六亿</p><p>B站：净亏损19亿元</p>", True),
        ("<p>市民可扫描二维码了解更多详情。</p>", True),
        ("<p>联系电话：0755-00002222</p>", True),
        ("<p>感谢大家的分享，现在看来，当年那一步走对了。</p>", True),
        ("<p>我们在看台上坐到天黑，谢谢每一位老师。</p>", True),
        ("<p>愿逝者安息，请大家不要转发、评论现场的视频。</p>", True),
        ("<p>只要我们关注孩子，加入陪伴的队伍，村子就会热闹起来！</p>", True),
        ("<p>究竟谁拆了桥，敬请关注我们的后续报道。</p>", True),
        ("<p>IP：从《渡口》到《石桥》，都卖光了。</p>", True),
        ("<p>投稿须在六月前发至bay@example.com，逾期不予受理。</p>", True),
        ("<p>知乎：Q3亏损扩大</p>", True),
        ("<p>我们明天见！</p>", False),
        ("<p>发布于 IP：云岭</p>", False),
        ("<p>如果你喜欢我们，请搜索并关注同名微博。</p>", False),
        ("<p>Follow the money, and Facebook will lead us there.</p>", True),
        ("<p>Follow me on Twitter: @paperferry | Join the Discord</p>", False),
        ("<p>Twitter | Discord | Telegram</p>", False),
        ("<p>以上就是雪线之上新手开荒攻略的全部内容了，希望对大家有所帮助。</p>", False),
        ("<p>到此这篇关于缆绳打结的文章就介绍到这了</p>", False),
        ("<p>微信搜“山月渡口”关注，每天一条船。</p>", False),
        ("<p>感谢大家阅读，我们下期再见！</p>", False),
        ("<p>※ 文章内容仅供参考</p>", False),
        ("<p>以上就是他留给女儿的全部内容，一共三页半。</p>", True),
        ("<p>这就是老段一生的主要工作。</p>", True),
        ("<p>他们在微信搜“渡口”，什么也没有找到。</p>", True),
        (
            "<p>扫描下方二维码解锁更多技能</p><p>1、回复【船票】查看班次</p><p>点击菜单栏【问渡】解锁更多服务！</p><p>点【在看】试试</p>",
            False,
        ),
        ("<p>回复“收到”的人，领取了船票。</p>", True),
        ("<p>上一页 1/2 下一页</p>", False),
        ("<p>相关资讯请关注：<a href='/1'>渡口手游专区</a></p>", False),
        ("<p>此前报道：<a href='/1'>渡口的灯又亮了</a></p>", False),
        ("<p>此前报道：渡口的灯亮了一夜，又灭了。</p>", True),
    ],
)
def test_what_ends_a_post(read: Read, line: str, *, stays: bool) -> None:
    record = read(f"<p>{LONG}</p>{line}")
    assert (record.paragraphs == [LONG]) is not stays
    # In the middle of a text no line is left out for such words alone.
    middle = read(f"<p>{LONG}</p>{line}<p>{LONG}完。</p>")
    assert not stays or len(middle.paragraphs) > len([LONG, LONG])


def test_a_link_home_at_the_end_of_a_text(read: Read) -> None:
    home = "<a id='backqqcom' href='https://www.example.com/'><span>回到首页&gt;&gt;</span></a>"
    assert read(f"<p>{LONG}{home}</p>").paragraphs == [LONG]


@pytest.mark.parametrize(
    ("below", "kept"),
    [
        pytest.param(
            "<h3>Related articles</h3><ul><li><a href='/1'><img src='/a.jpg'>The old yard</a></li>"
            "<li><a href='/2'><img src='/b.jpg'>The new yard</a></li></ul>",
            [],
            id="in the links",
        ),
        pytest.param(
            "<p><b>Read also</b></p><p><a href='/1'><img src='/a.jpg'></a></p><p><a href='/1'>The old yard</a></p>",
            [],
            id="in links of their own",
        ),
        pytest.param(
            "<h3>Related articles</h3><h4><a href='/1'>The old yard</a></h4><a href='/1'><img src='/a.jpg'></a>"
            "<h4><a href='/2'>The new yard</a></h4><a href='/2'><img src='/b.jpg'></a><p>Comments</p>",
            [],
            id="below the links",
        ),
        pytest.param(
            "<h3>Related articles</h3><p><a href='/1'>The old yard</a></p><p><a href='/2'>The new yard</a></p>"
            "<p><img src='/a.jpg'></p>",
            ["a.jpg"],
            id="below a list without any",
        ),
        pytest.param(
            "<p><img src='/a.jpg'></p><h3>Related articles</h3><p><a href='/1'><img src='/b.jpg'>The old yard</a></p>",
            ["a.jpg"],
            id="above the label",
        ),
        pytest.param(
            "<h3>Related articles</h3><p><a href='/1'><img src='/a.jpg'>The old yard</a></p>"
            "<p>The yard that was built on the other bank opens in the spring, and nobody knows who will work there.</p>",
            ["a.jpg"],
            id="above more of the text",
        ),
    ],
)
def test_pictures_of_related_links_that_end_a_post(read: Read, below: str, kept: list[str]) -> None:
    record = read(f"<p>{LONG}</p>{below}", link="https://news.example/1")
    assert [image.url.rpartition("/")[2] for image in record.images] == kept


@pytest.mark.parametrize("words", ["返回云津，查看更多", "阅读全文&gt;&gt;", "查看更多"])
def test_a_link_home_that_only_its_words_tell(read: Read, words: str) -> None:
    link = f"<a href='https://www.example.com/'><span><i></i>{words}</span></a>"
    assert read(f"<p>{LONG}{link}</p><p>责任编辑：张三</p>").paragraphs == [LONG]
    record = read(f"<p>{LONG}</p><p>作者：张三 李四{link}</p>")
    assert (record.paragraphs, record.bylines) == ([LONG], ["作者：张三 李四"])
    assert len(read(f"<p>{LONG}</p><p>船期见{link}</p>").links) == 1


def test_a_link_that_ends_a_text_stays(read: Read) -> None:
    record = read(f"<p>{LONG}<a href='https://example.com/1'>渡口的灯越来越多</a></p>")
    assert len(record.links) == 1


def test_a_box_of_the_topic_goes_with_its_links(read: Read) -> None:
    box = "<div class='wap_special'><div>点击进入专题：</div><a href='https://a.example/t'>渡口</a></div>"
    record = read(f'<p>{LONG}</p>{box}<p class="show_author">责任编辑：张三 </p>')
    assert (record.paragraphs, record.editor, record.source.profile) == ([LONG], "张三", "sina-finance")


@pytest.mark.parametrize(
    ("foot", "below", "stays"),
    [
        ("<p>编辑：陆明舟</p>", "<p>最热独家，都在这里</p>", False),
        ("<p>免责声明：本文仅代表作者个人观点。</p>", "<p>联系方式见首页</p><p>山月网</p>", False),
        ("<p>编辑：陆明舟</p>", "<p><img src='/1.jpg'></p><p>最热独家，都在这里</p>", False),
        ("<p>编辑：陆明舟</p>", "<p>山月委员会</p><p>2021年11月3日</p>", True),
        ("<p>编辑：陆明舟</p>", "<p>他把灯关了。</p>", True),
        ("<p>编辑：陆明舟</p>", "<p>一</p><p>渡口</p><p>石桥</p><p>老街</p>", True),
        ("<p>（完）</p>", "<p>附件：名单</p>", True),
        ("<p>— — — — — — — — — —</p>", "<p>渡口的灯</p>", True),
        ("<p>（完）</p>", "<p>渡口的灯</p>", True),
        ("<p>编辑：陆明舟</p>", "<h2>渡口的灯</h2>", True),
    ],
)
def test_what_stands_below_a_foot(read: Read, foot: str, below: str, *, stays: bool) -> None:
    record = read(f"<p>{LONG}</p>{foot}{below}")
    kept = (*record.paragraphs, *(section.heading for section in record.sections if section.heading))
    assert (kept == (LONG,)) is not stays
    assert any(warning.code == "foot-guessed" for warning in record.warnings) is not stays


@pytest.mark.parametrize(
    ("above", "links", "stays"),
    [
        (LONG, "<li><a href='/1'>一座灯塔的拍卖</a></li><li><a href='/2'>谁先离开小岛</a></li>", False),
        (LONG, "<li><a href='/1'>一座灯塔的拍卖</a></li>", True),
        (LONG, "<p><a href='/t/1'>灯塔</a> | <a href='/t/2'>海岛</a></p>", False),
        (LONG, "<p><a href='/t/1'>灯塔</a>和<a href='/t/2'>海岛</a></p>", True),
        (
            "下面几篇旧文也写过这座岛，可以找来对照着看。",
            "<li><a href='/1'>灯塔的拍卖</a></li><li><a href='/2'>离岛</a></li>",
            True,
        ),
        ("岛上的事，我们写过不少：", "<li><a href='/1'>灯塔的拍卖</a></li><li><a href='/2'>离岛</a></li>", True),
        (LONG, "<p><a href='/1.pdf'>名单.pdf</a></p><p><a href='/2.pdf'>地图.pdf</a></p>", True),
        (LONG, "<p><a href='/1'>https://a.example/1</a></p><p><a href='/2'>https://a.example/2</a></p>", True),
        (LONG, "<h2>本周工具</h2><li><a href='/1'>一个路由库</a></li><li><a href='/2'>一个表格库</a></li>", True),
        (
            LONG,
            "<h4>More Great HARBOR Stories</h4><li>📩 All of it: Get our newsletters!</li><li><a href='/1'>A bell</a></li>",
            False,
        ),
    ],
)
def test_links_that_end_a_post(read: Read, above: str, links: str, *, stays: bool) -> None:
    record = read(f"<p>{LONG}</p><p>{above}</p>{links}")
    assert (record.paragraphs == [LONG, above]) is not stays
    guessed = [warning.message for warning in record.warnings if warning.code == "foot-guessed"]
    assert bool(guessed) is not (stays or "More Great" in links), "below a label nothing is guessed"


@pytest.mark.parametrize(
    "line",
    [
        "关注老人的信息安全，需要更多的人。",
        "扫码之后，页面要求打开定位，并读取通讯录。",
        "“未经授权不得转载”的牌子就挂在门口。",
        "法院认为，未经许可不得转载的约定有效。",
        "公司回应称，相关内容不构成投资建议，将继续整改。",
        "打开客户端，首页是一张地图。",
        "打开外卖APP，看到的全是等人接的单。",
        "打开学习软件的客户端，查看今天的课表。",
        "来源不明的短信不要点。",
        "业内人士提醒，投资有风险，新手应谨慎。",
        "评级只是观点，不构成买卖建议，但股价还是跌了。",
        "以上仅为个人所得税的一个小税目。",
        "文章仅代表作者的一次尝试，却引来了三百封信。",
        "爆料：新机取消充电口，QQ音乐已经适配。",
        "业务合作：双方在电话销售上签了三年。",
        "合作双方以微信为入口，授权门店使用数据。",
        "转载这篇文章的微信号有三千多个。",
        "点击关注按钮后，页面跳到了一家鞋店。",
        "扫码进群的人，可以关注到一件新雨衣。",
        "扫描二维码加入群聊，三天后群主不见了。",
        "更多用户关注微信里的这扇小门。",
        "微博致歉！请网友关注后续的进展。",
        "“素质一键三连”是他每天的口头禅。",
        "我们在评论区见到了许多熟悉的名字。",
        "我们在评论区分享了各自的经历。",
        "你可以在评论区留言，系统会按热度排序。",
        "游戏官网：https://bay.example.com",
        "明天见。",
        "客服电话：400-555-0123",
        "免责声明不是护身符，转载前先要问过作者。",
        "风险提示：客流不及预期，油价上涨超预期。",
        "郑重声明：本公司从未在县城开店。",
        "编辑部的灯亮了一夜，没有人离开。",
        "评论区里有人说，这座桥早就该修了。",
        "点击之后没有反应，开发者说会修。",
        "分享会定在周六下午，地点在图书馆。",
        "下一篇论文，他想写螃蟹。",
        "记者手记里只有一句话。",
        "全文完成于三年前的冬天。",
        "Tags are tied to every goat in the county.",
        "Follow the money, said one of them.",
        "Share prices of two paper makers fell by a tenth.",
        "Watch the tide, not the clock, the captain wrote.",
        "Subscribe to nothing you would not miss.",
        "Editing by hand is slow.",
        "Related costs rose by a tenth.",
        "Read the room, the mayor told them.",
        "Photographs by the dozen lay on the floor.",
        "Sign up sheets hang in the hall.",
        "Subscribe to Heron Music and you get three months free.",
        "Follow these steps on Facebook to delete your account.",
        "Download the app, open it and tap the gull.",
        "This post was published on Facebook before the flood, police believe.",
        "Writing by hand improves memory, a study finds.",
        "Two witnesses reported from Main Street. One left.",
        "Thirty divers contributed to this story of survival.",
        "Photos: Every boat of the harbour.",
    ],
)
def test_sentences_that_only_sound_like_boilerplate_stay(read: Read, line: str) -> None:
    record = read(f"<p>{LONG}</p><p>{line}</p><p>{LONG}</p>")
    assert record.paragraphs == [LONG, line, LONG]


@pytest.mark.parametrize(
    ("text", "stays"),
    [
        ("陶令仪在<a href='https://example.com'>信里</a>写：渡口的船将立即停开，已经领取的船票一律退款。", True),
        ("立即领取<a href='https://example.com'>船票</a>，优惠只到周五！", False),
    ],
)
def test_words_of_adverts_in_a_quote(read: Read, text: str, *, stays: bool) -> None:
    record = read(f"<p>{LONG}</p><blockquote>{text}</blockquote><p>{LONG}</p>")
    assert len(record.paragraphs) == (3 if stays else 2)


def test_stocks_that_end_a_post_are_no_related_links(read: Read) -> None:
    stock = "<p><span id='stock_1.60{0}'><a href='https://example.com/{0}'>甲{0}</a></span></p>"
    record = read(f"<p>{LONG}</p>{stock.format('0519')}{stock.format('0520')}")
    assert record.paragraphs == [LONG, "甲0519", "甲0520"]


@pytest.mark.parametrize("label", ["延伸阅读", "延伸 · 推荐", "相关·报道"])
def test_a_summary_in_a_box_of_related_links(read: Read, label: str) -> None:
    link, summary = "<p><a href='https://example.com/1'>丙公司昨日停产检修</a></p>", f"<p>近日，丙公司停产。{LONG}</p>"
    box = f"<div><div>{label}</div><div>{link}{summary}</div></div>"
    for below in ("", "<p>责任编辑：张三</p>"):
        assert read(f"<p>{LONG}</p>{box}{below}").paragraphs == [LONG]
    assert read(f"<p>{LONG}</p>{box.replace(summary, f'{summary}{link}' * 2)}").paragraphs == [LONG]


def test_what_stands_below_a_box_of_related_links(read: Read) -> None:
    label, link = "<div>延伸阅读</div>", "<p><a href='https://example.com/1'>丙公司昨日停产检修</a></p>"
    text = f"<p>{LONG}</p>"
    for box in (f"<div>{label}{link}</div>{text}", f"{label}<div>{link}{text}</div>"):
        assert read(f"<div>{text}{box}</div>").paragraphs == [LONG, LONG]
    assert read(f"{text}<div>{label}{link}{text}{text}</div>").paragraphs == [LONG] * 3


ENGLISH = "The second crane was lifted onto its rails on Tuesday, and the first one will be sold to a museum."


def _pieces(record: Record) -> list[str]:
    """Return the paragraphs but for the prose around, the headings and the addresses of pictures."""
    headings = [section.heading for section in record.sections if section.heading]
    texts = [text for text in record.paragraphs if text != ENGLISH]
    return [*texts, *headings, *(image.url for image in record.images)]


@pytest.mark.parametrize(
    ("box", "stays"),
    [
        # cards to other posts
        (
            (
                "<aside class='referenced-wide'><div class='referenced-item '><a href='/1'><img src='/1.jpg'></a>"
                "<h6 class='headline'><a href='/1'>How Cranes Trick Your Eyes</a></h6><p class='text'>"
                "<span class='referenced-item-excerpt'>Whoever walks into a yard looks up first,…</span> "
                "<a class='readmore-referenced' href='/1'>Read more</a></p></div></aside>"
            ),
            [],
        ),
        (
            (
                "<article class='node node--type-article node--view-mode-teaser'><h2><a href='/e/1' rel='bookmark'>"
                "<span>El astillero cierra el año con récord</span></a></h2><ul class='links inline'>"
                "<li class='node-readmore'><a href='/e/1'>Leer más</a></li></ul></article>"
            ),
            [],
        ),
        (
            "<div class='reference-item'><p>Quill, A.: On cranes. Norvale, 1921.</p></div>",
            ["Quill, A.: On cranes. Norvale, 1921."],
        ),
        ("<p class='interstitial-link'><i>[<a href='/1'>Museum houses old anchors</a>]</i></p>", []),
        # buttons, and what feeds count by
        ("<aside class='tool-bar'><ul><li><a href='#'>Imprimer cet article</a></li></ul></aside>", []),
        (
            "<div class='tool-barn'><p>The tool barn of Norvale opens in May.</p></div>",
            ["The tool barn of Norvale opens in May."],
        ),
        (
            (
                "<div class='feedflare'><a href='http://feeds.a.example/~ff/l?a=1'><img src='http://feeds.a.example/~ff/l?d=yI'>"
                "</a> <a href='http://feeds.a.example/~ff/l?a=2'><img src='http://feeds.a.example/~ff/l?i=1:2:V_'></a></div>"
            ),
            [],
        ),
        ("<p><img src='http://feeds.a.example/~ff/l?d=yI'></p>", []),
        ("<p><img src='http://a.example/~ff/crane.jpg?d=3'></p>", ["http://a.example/~ff/crane.jpg?d=3"]),
        # who wrote it, beside the text
        ("<div class='user-bio'><div class='user-bio__main-text'>Erin Barr covers the harbour.</div></div>", []),
        ("<div class='contributor-bio'>Erin Barr covers the harbour.</div>", []),
        ("<div class='author-description'>Erin Barr covers the harbour.</div>", []),
        (
            (
                "<div class='post-body-sig-line'><img class='post-body-headshot-left' src='/barr.jpg'>"
                "<div class='post-body-bio has-photo'>Erin Barr covers the harbour.</div></div>"
            ),
            [],
        ),
        (
            (
                "<div class='postFooter-info'><div class='infoCard'>Written on Feb 24 by<div class='infoCard-bio'>"
                "Writer of novels.</div></div></div>"
            ),
            [],
        ),
        ("<a href='/u'><img class='byline__avatar' src='/barr-8_large.jpg'></a>", []),
        ("<p><img class='avatar-2-poster' src='/poster.jpg'></p>", ["/poster.jpg"]),
        (
            "<div class='bio'>Erin Barr, 41, is the first to run for the seat.</div>",
            ["Erin Barr, 41, is the first to run for the seat."],
        ),
        (
            "<div class='infoCard'>Height of the crane: 41 metres, which is a record.</div>",
            ["Height of the crane: 41 metres, which is a record."],
        ),
        # who wrote a page of Drupal, and when
        (
            (
                "<span class='field field--name-title field--type-string'>A title</span>\n"
                "<span class='field field--name-uid field--type-entity-reference'><span>rbarr</span></span>\n"
                "<span class='field field--name-created field--type-created'>Mon, 04/11/2022 - 13:00</span>"
            ),
            [],
        ),
        (
            "<div class='field field--name-field-title'>Who pays for the crane now and later, if not we?</div>",
            ["Who pays for the crane now and later, if not we?"],
        ),
        # how often a post was read
        ("<ul class='links'><li class='statistics_counter last'><span>412 lecturas</span></li></ul>", []),
        ("<ul class='links'><li class='last'><span>412 lecturas</span></li></ul>", ["412 lecturas"]),
        (
            "<article class='node node--view-mode-full'><h2>Who pays for the crane?</h2></article>",
            ["Who pays for the crane?"],
        ),
    ],
)
def test_boxes_in_a_text(read: Read, box: str, stays: list[str]) -> None:
    assert _pieces(read(f"<p>{ENGLISH}</p>{box}<p>{ENGLISH}</p>")) == stays


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        # comments, print, pages
        ("<a href='/c'>Kommentare lesen (1 Beitrag)</a>", False),
        ("<a href='/c'>Comments (5 posted)</a>", False),
        ("<a href='/c'>Lire les commentaires (12)</a>", False),
        ("<a href='/c'>Ver comentarios (3)</a>", False),
        ("Comments (5 of them rude) hang in the hall.", True),
        ("Comments (2021)", True),
        ("Permalink: <a href='/25'>https://a.example/25</a>", False),
        ("Permalink: what it is for", True),
        ("<a href='/p'>Version zum Drucken</a>", False),
        ("<a href='/p'>Printable version</a>", False),
        ("A printable version of the map is on sale.", True),
        ("<a href='/a'>« Vorige</a> | <a href='/b'>Nächste »</a>", False),
        ("Previous | Next", False),
        ("Next | a quiet winter", True),
        ("<a href='/f'>Expand full story</a>", False),
        ("<a href='/f'>Show full article</a>", False),
        ("Show the whole story", True),
        # calls to read and to write, to follow and to look
        ("<b>Lire : <a href='/1'>Que sont les grues, ces machines ?</a></b>", False),
        ("Lire notre enquête : <a href='/1'>Le port, un gouffre</a>", False),
        ("Lire : un plaisir qui se perd", True),
        ("Lire notre avenir : <a href='/1'>un pari</a> que plus personne ne tient.", True),
        ("[<a href='/1'>Harbour museum houses amazing old anchors</a>]", True),
        ("Follow Quayside: <a href='/t'>Twitter</a> | <a href='/f'>Facebook</a>", False),
        ("Follow the money: Facebook", True),
        ("Get Quayside breaking news alerts to your inbox", False),
        ("Get rid of the news to your inbox?", True),
        ("Get local news to your inbox before anyone else does, the paper promised in 1999.", True),
        ("Do you have a story about the harbour? Email us at <a href='mailto:a@a.example'>a@a.example</a>", False),
        ("Do you have a story about the harbour? We do.", True),
        ("Quayside is a letter on cranes. Was it forwarded to you? <a href='/s'>Subscribe here.</a>", False),
        ("The letter is lost. Was it forwarded to you? I doubt it.", True),
        ("The judge asked: Was it forwarded to you? Sign up sheets were.", True),
        ("Check out more articles on Quayside!", False),
        ("Check out more posts on the fence before winter", True),
        ("<a href='/1.jpg'>View this image ›</a>", False),
        ("View image in fullscreen", False),
        ("View this image of a crane as a warning.", True),
        ("<i>If you liked this, follow me on <a href='/1'>Social</a> or subscribe to my newsletter.</i>", False),
        ("If you enjoyed this story, follow us home, she wrote.", True),
        ("Harbour live – latest updates", False),
        ("The cranes live – late, but they do.", True),
    ],
)
def test_lines_in_a_text(read: Read, line: str, *, stays: bool) -> None:
    record = read(f"<p>{ENGLISH}</p><p>{line}</p><p>{ENGLISH}</p>")
    assert len(_pieces(record)) == stays


AUDIO_CARD = (
    "<div class='kg-card kg-audio-card'><div class='kg-audio-player-container'><audio src='https://a.example/i.mp3'></audio>"
    "<div class='kg-audio-title'>Runa Falk on cranes</div><div class='kg-audio-player'>"
    "<span class='kg-audio-current-time'>0:00</span><div class='kg-audio-time'>/<span class='kg-audio-duration'>186.2"
    "</span></div><button class='kg-audio-playback-rate'>1&#215;</button></div></div></div>"
)
VIDEO_CARD = (
    "<figure class='kg-card kg-video-card'><div class='kg-video-container'><video src='https://a.example/v.mp4'></video>"
    "<div class='kg-video-player-container'><div class='kg-video-player'><span class='kg-video-current-time'>0:00</span>"
    "<div class='kg-video-time'>/<span class='kg-video-duration'>0:24</span></div></div></div></div>"
    "<figcaption>The crane turns</figcaption></figure>"
)
FILE_CARD = (
    "<div class='kg-card kg-file-card'><a class='kg-file-card-container' href='https://a.example/f.pdf'>"
    "<div class='kg-file-card-title'>Annual report</div><div class='kg-file-card-metadata'><div "
    "class='kg-file-card-filename'>report.pdf</div><div class='kg-file-card-filesize'>2 MB</div></div></a></div>"
)


@pytest.mark.parametrize(
    ("card", "stays", "players"),
    [
        (AUDIO_CARD, [], [("https://a.example/i.mp3", "Runa Falk on cranes")]),
        (VIDEO_CARD, [], [("https://a.example/v.mp4", "The crane turns")]),
        (FILE_CARD, ["Annual report"], []),
        ("<div class='kg-card kg-button-card'><a href='/s' class='kg-btn'>Become a member</a></div>", [], []),
        (
            (
                "<div class='wp-block-file'><a href='/r.pdf'>Annual report</a>"
                "<a href='/r.pdf' class='wp-block-file__button' download>Download</a></div>"
            ),
            ["Annual report"],
            [],
        ),
    ],
)
def test_cards_of_editors(read: Read, card: str, stays: list[str], players: list[tuple[str, str]]) -> None:
    record = read(f"<p>{ENGLISH}</p>{card}<p>{ENGLISH}</p>")
    assert (_pieces(record), [(each.url, each.caption) for each in record.embeds]) == (stays, players)
