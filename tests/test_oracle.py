"""A second, slow and simple reading of the fixture bodies, with BeautifulSoup's own pure Python parser.

It shares nothing with the package. It takes the visible text of a body, white space out, and cuts the record's
text out of it piece by piece, in order. What is left over must be known: labels, ornaments, the title
repeated, and the regions that everybody agrees to drop.
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
DROPPED = ", ".join(
    (
        '[style*="display:none"]',
        '[style*="display: none"]',
        "blockquote.fin_reference",
        '[id^="quote_"]',
        ".app-kaihu-qr",
        ".appendQr_wrap",
        ".article-notice",
        ".share",
        ".share-bar",
        ".disclaimer",
        ".related",
        ".related-links",
        ".pb-f-global-newsletter-promo",
        ".mp_profile_iframe_wrap",
    )
)
LABELS = re.compile(r"原标题[:：]?|(?:责任)?编辑[:：]|来源[:：]|原文链接[:：]https?:\S*")


def _body(name: str) -> BeautifulSoup:
    raw = post_path(name).read_text(encoding="utf-8")
    _, _, body = raw.lstrip("\n").removeprefix("---\n").partition("\n---\n")
    return BeautifulSoup(body, "html.parser")


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


def _asides(record: dict[str, Any]) -> list[str]:
    """What stands beside the text: its place among the paragraphs is not recorded."""
    captions = [item["caption"] for item in (*record["images"], *record["embeds"])]
    fields = [record[key] for key in ("original_title", "title", "outlet", "editor")]
    return sorted((squeeze(text) for text in (*captions, *record["bylines"], *fields) if text), key=len)[::-1]


def complaints(name: str, record: dict[str, Any], dropped: list[str]) -> list[str]:
    """Say how a record's text and the body's visible text differ."""
    soup = _body(name)
    for tag in soup.select(INVISIBLE):
        tag.decompose()
    found: list[str] = []
    gaps, rest = [], _visible(soup)
    for text in _texts(record):
        before, here, after = rest.partition(text)
        if here:
            gaps.append(before)
            rest = after
        else:
            found.append(f"not in the body, or out of order: {text[:60]}")
    everything = _visible(soup)
    found += [f"caption or byline not in the body: {text}" for text in _own(record) if text not in everything]
    kept = _visible(_without(soup, DROPPED))
    for text in _texts(record):
        if text not in kept:
            found.append(f"taken from a dropped region: {text[:60]}")
        kept = kept.replace(text, "\n", 1)
    for aside in _asides(record):
        kept = kept.replace(aside, "\n", 1)
    kept = LABELS.sub("", kept)
    left = [piece for piece in kept.split("\n") if any(map(str.isalnum, piece))]
    known = list(map(squeeze, dropped))
    found += [f"visible, but not in the record: {piece[:60]}" for piece in left if not _is(piece, known)]
    return found


def _own(record: dict[str, Any]) -> list[str]:
    captions = [item["caption"] for item in (*record["images"], *record["embeds"])]
    return [squeeze(text) for text in (*captions, *record["bylines"]) if text]


def _is(piece: str, known: list[str]) -> bool:
    return any(text in piece for text in known)


def _without(soup: BeautifulSoup, selector: str) -> BeautifulSoup:
    for tag in soup.select(selector):
        if not tag.decomposed:
            tag.decompose()
    return soup


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
