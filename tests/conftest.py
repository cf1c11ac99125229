"""What several tests share: posts made from a body, and the records of the real corpus beside the project."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from newsingest.parsing.parser import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsingest.record import Record

    Read = Callable[..., Record]

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"

LONG = "这一段文字足够长，读者一看就知道是正文而不是小标题，因为它有标点，也有句号。"
PICTURE = "<p><img src='https://example.com/a.jpg'></p>"

os.environ["XDG_CACHE_HOME"] = os.devnull  # no test, and no command that one runs, writes to the developer's own

# The first example pays for imports and compiled profiles; how long a test takes is no result.
settings.register_profile("newsingest", deadline=None)
settings.load_profile("newsingest")


def write_post(body: str, **fields: str) -> bytes:
    """Write a post as the scraper does; fields are front-matter values, written bare."""
    head = {"title": "'A title'", "date": "Wed, 03 Nov 2021 00:13:22 GMT", **fields}
    lines = "\n".join(f"{key}: {value}" for key, value in head.items())
    return f"\n---\n{lines}\n---\n\n<div>   \n{body}  \n</div>\n            ".encode()


@pytest.fixture
def read() -> Read:
    """Parse a post made of a body and front-matter values."""

    def parse_body(body: str, **fields: str) -> Record:
        return parse(write_post(body, **fields), "post.md")

    return parse_body


@pytest.fixture
def shared() -> Path:
    """The real posts beside the project; tests that need them skip where they are missing."""
    if not SHARED.is_dir():
        pytest.skip(f"no real posts here: {SHARED} is missing")
    return SHARED
