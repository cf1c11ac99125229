"""What is left out, mostly at the end of a post, and what only sounds like it and stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from conftest import LONG

if TYPE_CHECKING:
    from conftest import Read


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
        ("<div><strong>1</strong>|<a href='/2'>2</a><a href='/2'>次のページへ</a></div>", False),
        ("<p>« 前へ 1 2 3 次へ »</p>", False),
        ("<p>1 2 Nächste Seite</p>", False),
        ("<p>1 2 3 다음 페이지</p>", False),
        ("<p><a href='/2'>次へ</a></p><p>1/2ページ</p>", False),
        (
            (
                "<p><span>［有料会員限定］</span> この記事は会員限定です。電子版に登録すると続きをお読みいただけます。</p>"
                "<p>無料・有料プランを選択</p><a href='/n'>今すぐ登録</a><p>会員の方はこちら</p><p><a href='/'>電子版トップ</a></p>"
            ),
            False,
        ),
        ("<p>会員の方はこちらの港から乗る。</p>", True),
        ("<p>［有料会員限定］</p>", False),
        ("<p>［有料会員限定］の記事は三割に達した。</p>", True),
        ("<p>有料プランを選択した人は三割だった。</p>", True),
        ("<p>電子版トップの記者が港を訪れた。</p>", True),
        ("<div><a href='/c'>機械・部品 一覧へ<i>&gt;</i></a></div>", False),
        ("<p>船の一覧へ目を通した。</p>", True),
        ("<p>「次へ」を押すと、灯台の写真が出る。</p>", True),
        ("<p>1/3ページほどの広告が載った。</p>", True),
        ("<p>1 2 3 Next came the fourth boat, and the harbour was full.</p>", True),
        ("<p>相关资讯请关注：<a href='/1'>渡口手游专区</a></p>", False),
        ("<p>此前报道：<a href='/1'>渡口的灯又亮了</a></p>", False),
        ("<p>此前报道：渡口的灯亮了一夜，又灭了。</p>", True),
        ("<div><i>/</i><span>阅读下一篇</span><i>/</i></div><div><a href='/'>返回江城首页</a></div>", False),
        ("<p><a href='/'>返回江城网首页&gt;&gt;</a></p>", False),
        ("<div><a href='/'>返回江城首页</a> <a href='/a'>下载江城新闻客户端</a></div>", False),
        ("<p>阅读下一篇论文之前，他先睡了一觉。</p>", True),
        ("<p><a href='/'>看行情、查公司公告，上手机江城网财经频道 fin.example.com</a></p>", False),
        ("<p>更多精彩内容，请上手机江城网 m.example.com</p>", False),
        ("<p>看潮水、查水位，上渡口那座灯塔就够了。</p>", True),
        ("<p>Mehr Artikel aus dieser Rubrik gibt's hier: <a href='/w'>Wirtschaft</a></p>", False),
        ("<p>Weitere Artikel aus dieser Rubrik: <a href='/w'>Wirtschaft</a></p>", False),
        ("<p>Mehr aus der Rubrik: <a href='/w'>Wirtschaft</a></p>", False),
        ("<p>Mehr Artikel aus dieser Rubrik als je zuvor <a href='/w'>erschienen</a> im Mai.</p>", True),
        ("<p>返回渡口首页之后，页面上只剩一盏灯。</p>", True),
        (
            (
                "<p>Notice: The content above (including the pictures and videos if any) is uploaded and posted by a "
                "user of Harbour, which is a social media platform and only provides information storage services.</p>"
            ),
            False,
        ),
        ("<p>Notice: the content above the line was posted by a clerk who had never seen the sea.</p>", True),
    ],
)
def test_what_ends_a_post(read: Read, line: str, *, stays: bool) -> None:
    record = read(f"<p>{LONG}</p>{line}")
    assert (record.paragraphs == [LONG]) is not stays
    # In the middle of a text no line is left out for such words alone.
    middle = read(f"<p>{LONG}</p>{line}<p>{LONG}完。</p>")
    assert not stays or len(middle.paragraphs) > len([LONG, LONG])


@pytest.mark.parametrize(
    "label",
    [
        "精彩视频推荐",
        "推荐视频：",
        "相关日志",
        "类似文章",
        "您可能感兴趣的日志",
        "你可能还喜欢",
        "関連キーワード",
        "相关标签",
    ],
)
def test_a_label_of_other_posts_that_are_not_there(read: Read, label: str) -> None:
    record = read(f"<p>{LONG}</p><h3>{label}</h3><ul class='related-posts'><li><a href='/1'>渡口的灯</a></li></ul>")
    assert (record.paragraphs, [section.heading for section in record.sections]) == ([LONG], [None])
    text = f"{label.rstrip('：')}<a href='/1'>在网上流传了三个星期</a>。"
    assert len(read(f"<p>{LONG}</p><p>{text}</p><p>{LONG}</p>").paragraphs) == len([LONG, text, LONG])


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


@pytest.mark.parametrize("label", ["关键词", "标签", "キーワード"])
def test_the_tags_of_a_post(read: Read, label: str) -> None:
    tags = "<li><a href='/t/1'>灯塔</a></li><li><a href='/t/2'>海岛</a></li>"
    assert read(f"<p>{LONG}</p><h3>{label}</h3><ul>{tags}</ul>").paragraphs == [LONG]
    assert read(f"<p>{LONG}</p><h3>{label}</h3><p>{LONG}完。</p>").sections[-1].heading == label


def test_keywords_in_a_row(read: Read) -> None:
    assert read(f"<p>{LONG}</p><p>キーワード：<a href='/t/1'>灯台</a> <a href='/t/2'>小島</a></p>").paragraphs == [LONG]
    said = "キーワード：灯台だけが残った。"
    assert read(f"<p>{LONG}</p><p>{said}</p><p>{LONG}</p>").paragraphs == [LONG, said, LONG]


@pytest.mark.parametrize(
    ("between", "links", "stays"),
    [
        ("<p><img src='/banner.jpg'></p>", 3, False),
        ("<p><a href='/t'><img src='/banner.jpg'></a></p><p><img src='/2.jpg'></p>", 3, False),
        ("<figure><img src='/1.jpg'><figcaption>灯塔</figcaption></figure>", 3, False),
        ("<p><img src='/1.jpg'></p><p>图：小岛上的灯塔</p>", 3, False),
        ("<p><img src='/1.jpg'></p>", 2, True),  # who took it, and where
        ("<p><img src='/1.jpg'></p><p>小岛上的灯塔，两侧是新修的路</p>", 3, True),
    ],
)
def test_a_picture_above_the_links_that_end_a_post(read: Read, between: str, links: int, *, stays: bool) -> None:
    listed = "".join(f"<p><a href='/{number}'>小岛旧闻第{number}则</a></p>" for number in range(links))
    record = read(f"<p>{LONG}</p>{between}{listed}")
    assert (record.paragraphs == [LONG]) is not stays
    assert record.images, "no picture of a text is left out with them"


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


@pytest.mark.parametrize(
    ("picture", "stays"),
    [
        ("<p><a href='/'><img src='https://a.example/pic/content_logo.png'></a></p>", False),
        ("<p><a href='/'><img src='https://a.example/site-logo_2.png'></a></p>", False),
        (
            "<div class='partnerlogo'><a href='/o'><img src='/img/origin.png' width='150px' height='76px'></a></div>",
            False,
        ),
        ("<p><img src='https://a.example/pic/quay_logo.png'></p>", True),
        ("<p><img src='https://a.example/pic/content_logo_contest.png'></p>", True),
        ("<div class='logo'><img src='/img/origin.png'></div>", True),
    ],
)
def test_logos_of_the_page(read: Read, picture: str, *, stays: bool) -> None:
    record = read(f"<p>{LONG}</p>{picture}")
    assert (record.paragraphs, bool(record.images)) == ([LONG], stays)


@pytest.mark.parametrize(
    ("address", "stays"),
    [
        ("https://a.example/market/content_inside_ad.html", False),
        ("https://a.example/ad.html?slot=3", False),
        ("https://ads.g.doubleclick.net/pagead/ads?client=1", False),
        ("https://a.example/mad.html", True),
    ],
)
def test_frames_of_adverts(read: Read, address: str, *, stays: bool) -> None:
    assert bool(read(f"<p>{LONG}</p><iframe src='{address}'></iframe><p>{LONG}</p>").embeds) is stays


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
