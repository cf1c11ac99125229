"""Posts explained, a hostile one among them."""

from __future__ import annotations

from conftest import write_post
from newsingest.explaining.explain import Explanation, Piece, explain
from newsingest.parsing.parse_options import ParseOptions
from readings import names

PLAIN = ParseOptions()
SINA = next(name for name in names() if "晴雨表" in name)

HOSTILE = """
<h2 class='"><img src=x onerror=alert(2)>'>Heading <b>&lt;script&gt;alert(1)&lt;/script&gt;</b></h2>
<figure><img src="https://example.com/a.jpg&quot; onerror=&quot;alert(3)" alt='"><svg onload=alert(4)>'>
<figcaption>"&gt;&lt;img src=x onerror=alert(5)&gt; caption</figcaption></figure>
<p>Control \x1b[31mred\x07 \u202egnirts\u202c &#27;[2J end.</p>
<script>alert(1)</script><style>body{background:url(https://example.com/track)}</style>
<div class='ad "&gt;&lt;script&gt;alert(6)&lt;/script&gt; \x1b[0m'>Buy</div>
<p>A paragraph that is long enough to stand for the text of the post, so that the advert is the smaller part.</p>
"""
HOSTILE_TITLE = "'\"><script>alert(0)</script><img src=x onerror=alert(7)> \\e[1m'"


def hostile() -> bytes:
    return write_post(
        HOSTILE, title=HOSTILE_TITLE, categories="['<b>one</b>']", odd="'</style><script>alert(8)</script>'"
    )


def opened(raw: bytes, path: str = "post.md") -> Explanation:
    return explain(raw, path, PLAIN)


def dropped(pieces: list[Piece]) -> list[Piece]:
    return [piece for piece in pieces if not piece.kept]
