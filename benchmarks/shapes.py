"""Posts of one shape and any size, to find input whose cost a byte grows with its size.

``python -m benchmarks.shapes SHAPE SIZE`` reads such posts, no two of them alike, and prints JSON: the size of one in
bytes and the seconds that reading and encoding it took, or why it has no record.
"""

from __future__ import annotations

import math
import random
import sys
import time
from typing import TYPE_CHECKING

import msgspec

from newsingest.errors import PostError
from newsingest.parsing.parse_options import ParseOptions
from newsingest.parsing.parser import parse
from newsingest.record import encode_file
from newsingest.runs.work import make_room
from newsingest.runs.worker import set_memory_up

if TYPE_CHECKING:
    from collections.abc import Callable

    Shape = Callable[[int, int], str]  # of a body, by its size in bytes and its number

_LETTERS = (
    "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动"
    "同工也能下过子说产种面而方后多定行学法所民得经"
)
_BATCHES = 3
_ENOUGH = 3_000_000  # bytes that make a figure
_OPTIONS = ParseOptions(encoding="gb18030")
_LONG = 5.0  # seconds, after which one batch is figure enough
_APART = 1_000_000  # between the numbers of the pieces of two posts


class Timing(msgspec.Struct):
    """What a post took: its size in bytes, seconds, or why there are none."""

    size: int
    seconds: float | None
    remark: str = ""


_HEAD = (
    "\n---\ntitle: '{title}'\ncategories: \n - 金融\n - 新浪财经\n{more}author: 新浪财经\n"
    "date: Tue, 12 Mar 2024 00:41:07 GMT\n---\n\n<div>\n"
)
_SINA = '<p cms-style="font-L">　　<font cms-style="font-L">'


def _words(rng: random.Random, letters: int) -> str:
    """Return so many letters, with marks between."""
    return "".join(rng.choices(_LETTERS, k=max(1, letters - 1))) + rng.choice("，。；")


def _pieces(piece: Callable[[random.Random, int], str], before: str = "", after: str = "") -> Shape:
    """Make a shape of pieces, each from a source of chance and its number, until the size is reached."""

    def shape(size: int, number: int) -> str:
        rng = random.Random(size + number)  # noqa: S311 - texts, no secrets
        pieces: list[str] = []
        length = 0
        while length < size:
            pieces.append(piece(rng, number * _APART + len(pieces)))
            length += len(pieces[-1].encode())
        return before + "".join(pieces) + after

    return shape


def _stock(rng: random.Random, _number: int) -> str:
    code = f"sh{rng.randrange(600000, 610000)}"
    link = (
        f'<a href="https://finance.sina.com.cn/realstock/company/{code}/nc.shtml" class="keyword">{_words(rng, 4)}</a>'
    )
    return f'{_words(rng, 6)}<span id="stock_{code}">{link}</span><span id="quote_{code}"></span>'


def _picture(rng: random.Random, number: int) -> str:
    image = f'<img src="https://n.sinaimg.cn/{number}.jpg" alt="{_words(rng, 8)}">'
    return f'<div class="img_wrapper">{image}<span class="img_descr">{_words(rng, 12)}</span></div>\n'


SHAPES: dict[str, Shape] = {
    "paragraphs": _pieces(lambda rng, _: f"{_SINA}{_words(rng, 80)}</font></p>\n"),
    "short paragraphs": _pieces(lambda rng, _: f"<p>{_words(rng, 4)}</p>\n"),
    "one paragraph": _pieces(lambda rng, _: _words(rng, 40), "<p>", "</p>"),
    "text without markup": _pieces(lambda rng, _: _words(rng, 40)),
    "text without marks": _pieces(lambda rng, _: "".join(rng.choices(_LETTERS, k=40)), "<p>", "</p>"),
    "one word": _pieces(lambda _rng, _: "a" * 64, "<p>", "</p>"),
    "blanks": _pieces(lambda _rng, _: " \u3000\u00a0\t" * 16, "<p>a", "b</p>"),
    "short lines": _pieces(lambda rng, _: f"{_words(rng, 3)}\n"),
    "<br>": _pieces(lambda rng, _: f"{_words(rng, 12)}<br>", "<p>", "</p>"),
    "bare <br>": _pieces(lambda _rng, _: "<br>", "<p>", "</p>"),
    "links": _pieces(
        lambda rng, i: f'{_words(rng, 5)}<a href="https://a.example/{i}">{_words(rng, 5)}</a>', "<p>", "</p>"
    ),
    "links by paragraph": _pieces(lambda rng, i: f'<p><a href="https://a.example/{i}">{_words(rng, 16)}</a></p>\n'),
    "stocks": _pieces(_stock, "<p>", "</p>"),
    "stocks by paragraph": _pieces(lambda rng, i: f"<p>{_stock(rng, i)}</p>"),
    "inline tags": _pieces(lambda rng, _: f"<b>{_words(rng, 3)}</b><i>{_words(rng, 3)}</i>", "<p>", "</p>"),
    "pictures": _pieces(_picture),
    "pictures in a row": _pieces(lambda _rng, i: f'<img src="https://a.example/{i}.jpg">', "<p>", "</p>"),
    "headings": _pieces(
        lambda rng, i: f"<h2>{_words(rng, 8)}</h2><p>{_words(rng, 30)}</p>" if i % 2 else "<h3>一</h3>"
    ),
    "lists": _pieces(lambda rng, _: f"<li>{_words(rng, 10)}</li>", "<ul>", "</ul>"),
    "table rows": _pieces(
        lambda rng, _: f"<tr><td>{_words(rng, 3)}</td><td>{_words(rng, 3)}</td></tr>", "<table>", "</table>"
    ),
    "table cells": _pieces(lambda rng, _: f"<td>{_words(rng, 3)}</td>", "<table><tr>", "</tr></table>"),
    "tables": _pieces(lambda rng, _: f"<table><tr><td>{_words(rng, 3)}</td></tr></table>"),
    "nested 200 deep": _pieces(lambda rng, _: f"{'<div>' * 200}{_words(rng, 20)}{'</div>' * 200}"),
    "unclosed inline": _pieces(lambda rng, _: f"<p><b><i><font>{_words(rng, 8)}</p>"),
    "unclosed blocks": _pieces(lambda rng, _: f"<div>{_words(rng, 8)}"),
    "guarded classes": _pieces(lambda rng, i: f'<div class="ad share-box related c{i}"><p>{_words(rng, 40)}</p></div>'),
    "nested guarded classes": _pieces(
        lambda rng, _: f"{'<div class=related-share><div class=comment>' * 60}{_words(rng, 40)}{'</div></div>' * 60}"
    ),
    "standing notices": _pieces(lambda rng, _: f"<p>责任编辑：{_words(rng, 3)}</p><p>原标题：{_words(rng, 8)}</p>"),
    "brackets": _pieces(lambda _rng, _: "（(【[《“", "<p>", "</p>"),
    "rules": _pieces(lambda _rng, _: "<p>————————————————</p>"),
    "dots and dashes": _pieces(lambda _rng, _: "……——··", "<p>", "</p>"),
    "styles": _pieces(lambda rng, i: f"<style>.c{i} {{display:none}}</style><p class=c{i}>{_words(rng, 8)}</p>"),
    "long attribute": _pieces(lambda _rng, _: "color:red;", '<p style="', '">一句话。</p>'),
    "comments": _pieces(lambda rng, _: f"<!-- {_words(rng, 10)} -->{_words(rng, 3)}", "<p>", "</p>"),
    "linked rows below a label": _pieces(
        lambda rng, i: f'<br><a href="https://a.example/{i}">{_words(rng, 8)}</a>', "<p>一句话。<br>相关新闻：", "</p>"
    ),
    "labels by row": _pieces(lambda _rng, _: "<br>相关阅读：", "<p>一句话。", "</p>"),
    "credits by row": _pieces(lambda rng, _: f"<br>责任编辑：{_words(rng, 3)}", "<p>一句话。", "</p>"),
    "credits among facts": _pieces(lambda rng, _: f"<p>片名：{_words(rng, 3)}</p><p>摄影：{_words(rng, 2)}</p>"),
    "dates below pictures": _pieces(
        lambda _rng, i: f'<p><img src="https://a.example/{i}.jpg"></p><p>2024年1月2日 10:00</p>'
    ),
    "plain rows": _pieces(lambda rng, _: f"{_words(rng, 30)}\n\n"),
    "captions in brackets": _pieces(
        lambda rng, i: f'<p><img src="https://a.example/{i}.jpg"></p><p>图：{_words(rng, 6)}</p>'
    ),
    "pictures above text": _pieces(
        lambda rng, i: f'<p><img src="https://a.example/{i}.jpg"></p><p align="center">{_words(rng, 60)}</p>'
    ),
    "editors in boxes": _pieces(lambda rng, _: f'<p class="article-editor">责任编辑：{_words(rng, 3)}</p>'),
    "bold lines": _pieces(lambda rng, _: f"<p><b>{_words(rng, 6)}</b></p>"),
    "links in broken lines": _pieces(
        lambda rng, i: f'<a href="https://a.example/{i}">{_words(rng, 6)}</a><br><br>', "<p>", "</p>"
    ),
    "captions of one picture": _pieces(
        lambda rng, _: f"<figcaption>{_words(rng, 8)}</figcaption>", '<img src="https://a.example/1.jpg">'
    ),
    "a picture again": _pieces(
        lambda _rng, _: '<iframe src="https://a.example/v"></iframe><img src="https://a.example/1.jpg">',
        '<img src="https://a.example/1.jpg">',
    ),
    "fallback pictures": _pieces(
        lambda _rng, i: f'<p>1</p><noscript><img src="https://a.example/{i}.jpg"></noscript>',
    ),
    "entities": _pieces(lambda _rng, _: "&nbsp;&amp;&lt;p&gt;&#20013;", "<p>", "</p>"),
}


def _post(body: str, title: str = "一篇很长的文章", more: str = "") -> bytes:
    return (_HEAD.format(title=title, more=more) + body + "\n</div>\n").encode()


def _long_title(size: int, number: int) -> bytes:
    title = _words(random.Random(size + number), size // 3)  # noqa: S311 - texts, no secrets
    return _post(f"<p>{title}</p>", title)


POSTS: dict[str, Callable[[int, int], bytes]] = {
    "long title": _long_title,
    "many categories": lambda size, _: _post("<p>一句话。</p>", more=" - 分类\n" * (size // 10)),
    "broken header lines": lambda size, _: _post("<p>一句话。</p>", more=" - 快讯: [A股\n" * (size // 17)),
    "GB 18030": lambda size, number: _post(SHAPES["paragraphs"](size, number)).decode().encode("gb18030"),
}
NAMES = (*SHAPES, *POSTS)


def make_post(shape: str, size: int, number: int = 0) -> bytes:
    """Make a post of this shape and of about so many bytes; others of it have other numbers."""
    return POSTS[shape](size, number) if shape in POSTS else _post(SHAPES[shape](size, number))


def time_posts(shape: str, size: int) -> Timing:
    """Time reading posts of a shape: the cheapest of some batches, as it was disturbed least.

    Each post is read once, as in a run: a tag that was met before costs less than a new one. The clock is the wall's,
    as that of CPU time ticks but a few hundred times a second on some machines.
    """
    best = math.inf
    count = max(1, _ENOUGH // size)
    for batch in range(_BATCHES):
        posts = [make_post(shape, size, batch * count + number) for number in range(count)]
        start = time.perf_counter()
        try:
            for post in posts:
                encode_file(parse(post, "post.md", _OPTIONS))
        except PostError as error:
            return Timing(len(posts[0]), None, error.reason)
        took = time.perf_counter() - start
        best = min(best, took * len(posts[0]) / sum(map(len, posts)))
        if took > _LONG:
            break
    return Timing(len(posts[0]), best)


def main(shape: str, size: str) -> None:
    """Time posts, with the program warmed up on a small one and memory managed as in a worker."""
    encode_file(parse(make_post("paragraphs", 1000), "post.md"))
    set_memory_up()
    make_room(int(size))
    sys.stdout.write(msgspec.json.encode(time_posts(shape, int(size))).decode() + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
