"""Pictures and players: which of their addresses is the real one, and which are no content at all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote

import msgspec

from newsingest.text import fold
from newsingest.urls import absolute, is_web

if TYPE_CHECKING:
    from collections.abc import Iterable

    from lxml.etree import _Element

    from newsingest.record import EmbedKind

_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d+)?\s*(?:px)?\s*")
_STYLE_SIZE = re.compile(r"(?:^|;)\s*(width|height)\s*:\s*(\d{1,5})(?:\.\d+)?px")
# Why a picture is no content.
SMALL = "an icon or tracker by its size"
NO_ADDRESS = "no address"
SKIPPED = "an icon, tracker or QR code by its address"
SKIPPED_BY_ALT = "an icon or QR code by its alt text"
ICON = "an icon in a line of text"
AGAIN = "the same picture again"
NAMELESS = "a character without its name"
MOST_PLAYERS = 20  # between a lazy picture and its second copy
_PLAYER_ATTRIBUTES = ("src", "data-src", "data-original", "data-url", "data-mp4")
_FILE = r"(?i)\.(?:jpe?g|png|gif|webp)(?:$|[?!@_#])"  # compiled when a picture first needs it
_NO_ADDRESSES = frozenset(("src", "alt", "title", "longdesc", "style", "onclick", "onload", "onerror"))
_CANDIDATE = re.compile(r"\s*(\S+?)(?:\s+(\d+(?:\.\d+)?)[wx])?\s*(?:,\s+|,$|$)")


class Carried(Protocol):
    """The attributes of an element: a mapping, or the element itself."""

    def get(self, name: str, /) -> str | None:
        """Return the value of one, if it is there."""

    def items(self) -> Iterable[tuple[str | bytes, str | bytes]]:
        """Return all, with their values."""


class Picture(msgspec.Struct, frozen=True, gc=False):
    """A picture of the body."""

    url: str
    alt: str | None = None
    width: int | None = None
    height: int | None = None


class Player(msgspec.Struct, frozen=True, gc=False):
    """A player or frame of the body."""

    url: str
    kind: EmbedKind


class ImageRules(msgspec.Struct, frozen=True):
    """A profile's rules for pictures, compiled.

    ``attributes`` are asked in order, the last is ``src``; ``proxies`` have a group ``url``; ``blank`` are addresses of
    place holders shown until the picture is loaded; ``skip`` are addresses that are no content (trackers, icons,
    QR codes); ``smallest`` is the side in pixels below which a picture is an icon.
    """

    attributes: tuple[str, ...]
    proxies: tuple[re.Pattern[str], ...]
    blank: re.Pattern[str] | None
    skip: re.Pattern[str] | None
    skip_alt: re.Pattern[str] | None
    smallest: int

    def address(self, url: str) -> str:
        """Make an address absolute and take proxies off."""
        url = absolute(url.strip())
        for proxy in self.proxies:
            match = proxy.match(url)
            if match:
                inner = match["url"]
                return absolute(inner if "://" in inner else unquote(inner))
        return url


def read_picture(carried: Carried, rules: ImageRules) -> Picture | str:
    """Read the attributes of an ``<img>``: the picture, or the reason why it is no content picture."""
    url = _address(carried, rules)
    if url is None:
        return NO_ADDRESS
    alt = fold(carried.get("alt") or "") or None
    width, height = _size(carried)
    if _below(width, height, rules.smallest):
        return SMALL
    if rules.skip is not None and rules.skip.search(url.lower()):
        return SKIPPED
    if alt and rules.skip_alt is not None and rules.skip_alt.search(alt):
        return SKIPPED_BY_ALT
    return Picture(url, alt, width, height)


def _address(carried: Carried, rules: ImageRules) -> str | None:
    found: str | None = None
    for name in rules.attributes:
        value = carried.get(name)
        if value and not value.startswith("data:") and value.strip() not in ("", "#"):
            url = rules.address(value)
            if rules.blank is not None and rules.blank.search(url.lower()):
                continue
            if is_web(url):
                return url
            found = found or url
    srcset = carried.get("srcset") or carried.get("data-srcset") or ""
    return _largest(srcset, rules) or found or _unnamed(carried, rules)


def _unnamed(carried: Carried, rules: ImageRules) -> str | None:
    """Return what else reads like a picture's address: lazy pictures keep it under names of many sites' own."""
    for name, value in carried.items():
        if isinstance(value, str) and name not in _NO_ADDRESSES and re.search(_FILE, value):
            url = rules.address(value)
            if is_web(url) and " " not in url and not (rules.blank is not None and rules.blank.search(url.lower())):
                return url
    return None


def _largest(srcset: str, rules: ImageRules) -> str | None:
    candidates = [(float(match[2] or 1), match[1]) for match in _CANDIDATE.finditer(srcset) if match[1]]
    urls = [rules.address(url) for _, url in sorted(candidates, key=lambda pair: -pair[0])]
    return next((url for url in urls if is_web(url)), None)


def _size(carried: Carried) -> tuple[int | None, int | None]:
    width, height = number(carried.get("width")), number(carried.get("height"))
    style = carried.get("style")
    if style and "px" in style and (width is None or height is None):
        said = {name: int(value) for name, value in _STYLE_SIZE.findall(style)}
        width = said.get("width") if width is None else width
        height = said.get("height") if height is None else height
    return width, height


def number(text: str | None) -> int | None:
    """Read a width or height in pixels."""
    if not text:
        return None
    match = _NUMBER.fullmatch(text)
    return int(match[1]) if match else None


def _below(width: int | None, height: int | None, smallest: int) -> bool:
    """Tell an icon: both sides small, or one side next to nothing."""
    if width is None and height is None:
        return False
    sides = [side for side in (width, height) if side is not None]
    return min(sides) <= 2 or (len(sides) == 2 and max(sides) < smallest)  # noqa: PLR2004


def is_drawn(picture: Picture) -> bool:
    """Whether a picture is of the kind that icons are."""
    return picture.url.partition("?")[0].lower().endswith(".gif")


def outermost(picture: _Element) -> _Element:
    """Return the link that holds nothing behind a picture, or the picture itself."""
    while not (picture.tail or "").strip() and picture.getnext() is None:
        parent = picture.getparent()
        if parent is None or parent.tag != "a":
            break
        picture = parent
    return picture


def small_below(picture: _Element) -> _Element | None:
    """Return the ``<small>`` directly below a picture, linked or not, if it ends the block or the row."""
    found = outermost(picture)
    while not (found.tail or "").strip() and (following := found.getnext()) is not None:
        if following.tag == "small":
            return following if _ends_row(following) else None
        if following.tag != "br":
            return None
        found = following
    return None


def _ends_row(small: _Element) -> bool:
    if (small.tail or "").strip() or next(small.iterdescendants("img", "small"), None) is not None:
        return False
    following = small.getnext()
    return following is None or following.tag == "br"


def read_player(element: _Element, video: re.Pattern[str] | None) -> Player | str:
    """Read an ``<iframe>``, ``<video>``, ``<audio>`` or ``<embed>``: the player, or why it is left out."""
    return player_of(element.tag, element, [source.get("src") for source in element.iter("source")], video)


def player_of(tag: str, carried: Carried, sources: Iterable[str | None], video: re.Pattern[str] | None) -> Player | str:
    """Read a player by what it carries and the addresses of its sources."""
    tag = tag.lower()
    values = (*(carried.get(name) for name in _PLAYER_ATTRIBUTES), *sources)
    url = next((absolute(value.strip()) for value in values if value and is_web(absolute(value.strip()))), None)
    if url is None:
        return "a player without an address"
    if _below(number(carried.get("width")), number(carried.get("height")), 0):
        return "a hidden frame"
    if tag == "audio":
        return Player(url, "audio")
    return Player(url, "video" if tag == "video" or (video is not None and video.search(url)) else "frame")
