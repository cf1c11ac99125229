"""A second, slow and simple reading of the fixture bodies, with BeautifulSoup's own pure Python parser.

It shares nothing with the package. It takes the visible text of a body, white space and dropped regions out,
and cuts the record's text out of it piece by piece, in order. What is left over must be known: labels,
ornaments, the title repeated, and the lines that the reading names as dropped.
"""

from __future__ import annotations

import re
from typing import Any

import pytest
from bs4 import BeautifulSoup
from bs4.element import NavigableString, PreformattedString

from readings import load_reading, load_record, names, post_path, squeeze

NAMES = names()

INVISIBLE = "script, style, template, noscript, form, rt, rp"
DROPPED = (
    '[style*="display:none"], [style*="display: none"], blockquote.fin_reference, [id^="quote_"], '
    ".app-kaihu-qr, .appendQr_wrap, .article-notice, .share, .share-bar, .disclaimer, .related, "
    ".related-links, .pb-f-global-newsletter-promo, .mp_profile_iframe_wrap"
)
LABELS = re.compile(r"原标题[:：]?|(?:责任)?编辑[:：]|来源[:：]|原文链接[:：]https?:\S*")


def _visible_body(name: str) -> str:
    raw = post_path(name).read_text(encoding="utf-8")
    _, _, body = raw.lstrip("\n").removeprefix("---\n").partition("\n---\n")
    soup = BeautifulSoup(body, "html.parser")
    for tag in soup.select(f"{INVISIBLE}, {DROPPED}"):
        if not tag.decomposed:
            tag.decompose()
    return _visible(soup)


def _visible(soup: BeautifulSoup) -> str:
    pieces = [
        str(node)
        for node in soup.descendants
        if isinstance(node, NavigableString) and not isinstance(node, PreformattedString)
    ]
    return squeeze("".join(pieces))


def _texts(record: dict[str, Any]) -> list[str]:
    """Headings and paragraphs in reading order."""
    texts: list[str] = []
    for section in record["sections"]:
        texts += [section["heading"] or "", *record["paragraphs"][section["start"] : section["end"]]]
    return [text for text in map(squeeze, texts) if text]


def _asides(record: dict[str, Any]) -> list[tuple[str, bool]]:
    """What stands beside the text, longest first, and whether it must be visible in the body."""
    captions = [item["caption"] for item in (*record["images"], *record["embeds"])]
    own = [(squeeze(text), True) for text in (*captions, *record["bylines"]) if text]
    fields = [record[key] for key in ("original_title", "title", "outlet", "editor")]
    return sorted(own + [(squeeze(text), False) for text in fields if text], key=lambda aside: -len(aside[0]))


def complaints(name: str, record: dict[str, Any], dropped: list[str]) -> list[str]:
    """Say how a record's text and the body's visible text differ."""
    found: list[str] = []
    gaps: list[str] = []
    rest = _visible_body(name)
    for text in _texts(record):
        before, here, after = rest.partition(text)
        if here:
            gaps.append(before)
            rest = after
        else:
            found.append(f"not in the body, or out of order: {text[:60]}")
    left = "\n".join((*gaps, rest))
    for aside, must_be_there in _asides(record):
        if must_be_there and aside not in left:
            found.append(f"not in the body: {aside[:60]}")
        left = left.replace(aside, "\n", 1)
    pieces = [piece for piece in LABELS.sub("", left).split("\n") if any(map(str.isalnum, piece))]
    known = [squeeze(text) for text in dropped]
    lost = [piece for piece in pieces if not any(text in piece for text in known)]
    return found + [f"visible, but not in the record: {piece[:60]}" for piece in lost]


@pytest.mark.parametrize("name", NAMES)
def test_record_and_body_say_the_same(name: str) -> None:
    assert complaints(name, load_record(name), load_reading(name).lists["dropped"]) == []


def _read_record(name: str) -> dict[str, Any]:
    """Make a record of the reading, as far as the oracle looks."""
    reading = load_reading(name)
    sections: list[dict[str, Any]] = [{"heading": None, "start": 0, "end": 0}]
    paragraphs: list[str] = []
    for kind, text in reading.body:
        if kind.startswith("heading"):
            sections.append({"heading": text, "start": len(paragraphs), "end": len(paragraphs)})
        else:
            paragraphs.append(text.replace(" / ", "\n"))
            sections[-1]["end"] = len(paragraphs)
    return {
        **reading.values,
        "bylines": reading.lists["bylines"],
        "images": [{"caption": caption} for caption in reading.lists["captions"]],
        "embeds": [{"caption": embed.partition(" | ")[2] or None} for embed in reading.lists["embeds"]],
        "paragraphs": paragraphs,
        "sections": sections,
    }


@pytest.mark.parametrize("name", NAMES)
def test_reading_and_body_say_the_same(name: str) -> None:
    assert complaints(name, _read_record(name), load_reading(name).lists["dropped"]) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_oracle_can_fail(name: str) -> None:
    dropped = load_reading(name).lists["dropped"]
    lost = _read_record(name)
    gone = lost["paragraphs"].pop()
    lost["sections"][-1]["end"] -= 1
    assert any("visible, but not" in text for text in complaints(name, lost, dropped)), f"did not miss {gone}"
    swapped = _read_record(name)
    swapped["paragraphs"][0] = swapped["paragraphs"][0][::-1]
    assert any("out of order" in text for text in complaints(name, swapped, dropped))
    promoted = _read_record(name)
    promoted["paragraphs"].append("海量资讯、精准解读，尽在新浪财经APP")
    promoted["sections"][-1]["end"] += 1
    assert complaints(name, promoted, dropped)
