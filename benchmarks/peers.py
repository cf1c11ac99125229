"""Each peer as a small program: ``python -m benchmarks.peers NAME POSTS OUTPUT`` imports that peer only.

For each post: read, decode, split, header with the C YAML loader, the peer's documented way to plain text with the
settings that favour it, lines of text, orjson, one file. Nothing is checked, repaired, skipped or accounted for.
"""

# ruff: noqa: PLC0415 - what is imported is part of what is timed

from __future__ import annotations

import html
import sys
from typing import TYPE_CHECKING, Any

from benchmarks.posts import read_posts, write_record

if TYPE_CHECKING:
    from collections.abc import Callable

    Extract = Callable[[str, str], str | None]


def _page(body: str, title: str) -> str:
    """Make a whole page of a body, for those that want one."""
    return f"<html><head><title>{html.escape(title, quote=False)}</title></head><body>{body}</body></html>"


def _trafilatura() -> Extract:
    from trafilatura import extract

    return lambda body, title: extract(_page(body, title))


def _trafilatura_fast() -> Extract:
    from trafilatura import extract

    return lambda body, title: extract(_page(body, title), fast=True, include_comments=False, include_tables=False)


def _readability() -> Extract:
    from lxml.html import fromstring
    from readability import Document

    def extract(body: str, title: str) -> str:
        summary = fromstring(Document(_page(body, title)).summary(html_partial=True))
        return "".join(text for text in summary.itertext() if isinstance(text, str))

    return extract


def _resiliparse() -> Extract:
    from resiliparse.extract.html2text import extract_plain_text

    return lambda body, title: extract_plain_text(_page(body, title), main_content=True, alt_texts=False)


def _html_text() -> Extract:
    from html_text import extract_text

    return lambda body, _title: extract_text(body)


def _beautifulsoup() -> Extract:
    from bs4 import BeautifulSoup

    return lambda body, _title: "\n".join(each.get_text() for each in BeautifulSoup(body, "lxml").find_all("p"))


PEERS: dict[str, Callable[[], Extract]] = {
    "trafilatura": _trafilatura,
    "trafilatura-fast": _trafilatura_fast,
    "readability-lxml": _readability,
    "resiliparse": _resiliparse,
    "html-text": _html_text,
    "beautifulsoup-p": _beautifulsoup,
}


def main(peer: str, source: str, output: str) -> None:
    """Do it for all posts below ``source``."""
    import orjson
    import yaml

    extract = PEERS[peer]()
    for relative, header, body in read_posts(source):
        try:
            meta: Any = yaml.load(header, Loader=yaml.CSafeLoader)
        except yaml.YAMLError:  # some scraped headers are no YAML; newsingest mends them
            meta = {}
        if not isinstance(meta, dict):
            meta = {}
        text = extract(body, str(meta.get("title", ""))) or ""
        lines = [line for line in map(str.strip, text.splitlines()) if line]
        write_record(output, relative, orjson.dumps({"path": relative, "meta": meta, "lines": lines}, default=str))


if __name__ == "__main__":
    main(*sys.argv[1:])
