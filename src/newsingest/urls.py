"""Addresses: made absolute, and known by their scheme."""

from __future__ import annotations

import re

_SCHEME = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*:")
_WEB = ("https://", "http://")


def absolute(url: str) -> str:
    """Give a protocol-relative address its protocol and fold stray white space; others stay as they are."""
    url = "".join(url.split()) if url.count(" ") or not url.isprintable() else url
    return "https:" + url if url.startswith("//") else url


def is_web(url: str) -> bool:
    """Tell whether an address is absolute and of the web."""
    return url.startswith(_WEB) or url[:8].lower().startswith(_WEB)


def has_scheme(url: str) -> bool:
    """Tell whether an address begins with a scheme (``https:``, ``mailto:``, ``data:`` …)."""
    return _SCHEME.match(url) is not None
