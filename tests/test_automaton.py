"""Automata find in a text what the patterns find of which they were made, or say that they cannot tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsingest.body.automaton import plan
from newsingest.engine import engine
from newsingest.profiles.choice import profile_set

if engine() == "compiled":
    from newsingest.body._walk import Automaton

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.skipif(engine() != "compiled", reason="compiled code was not built here, or not asked for")

KNOWN = profile_set(())
IMAGES = [KNOWN.named(name).images for name in KNOWN.names]
OF_PROFILES = [each for images in IMAGES for each in (images.blank, images.skip, *images.proxies) if each is not None]
PATTERNS = [
    "ab",
    "a|bc|^c",
    "^(?:a|b)+c?$",
    "(?:^|/)a{2,3}(?:b|$)",
    "[^ab/]b",
    "[a-c]?x\\d*$",
    "a.c",
    "(a|b?c)*d",
    "\\w\\W",
    "\\Aa\\Z",
    "a+?b|c*",
    "é|b",
    "(?:ab?){2}c",
    "a$b",
    "x[^\\d]",
]
TEXTS = st.text(alphabet="abcdx/.0 é\u212a", max_size=8)
PIECES = "https: // / cors .a /? https://b qr _ code logo .png ? blank 甲 pixel".split()
ADDRESSES = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)


def agrees(pattern: re.Pattern[str], text: str, fits: Callable[[str], object], *, is_anchored: bool) -> bool:
    planned = plan([pattern])
    if planned is None:
        return True
    return Automaton(planned, is_anchored).found(text) in (None, fits(text) is not None)


@given(st.sampled_from(PATTERNS), TEXTS)
def test_an_automaton_of_any_pattern_finds_what_re_finds(source: str, text: str) -> None:
    pattern = re.compile(source)
    assert agrees(pattern, text, pattern.search, is_anchored=False)
    assert source.startswith(("^", "\\A")) or agrees(pattern, text, pattern.match, is_anchored=True)


@given(st.sampled_from(OF_PROFILES), ADDRESSES)
def test_an_automaton_of_a_profiles_pattern_finds_what_re_finds(pattern: re.Pattern[str], text: str) -> None:
    assert agrees(pattern, text, pattern.search, is_anchored=False)
    assert agrees(pattern, text, pattern.match, is_anchored=True)


def test_patterns_of_profiles_all_have_automata() -> None:
    for pattern in OF_PROFILES:
        planned = plan([pattern])
        assert planned is not None
        assert Automaton(planned).found("https://example.com/a/b.jpg") is False


@pytest.mark.parametrize(
    "source", ["", "a*", "a$$", r"\ba", "(?=a)b", "(?<!a)b", r"(a)\1", "(?i:a)", "(?>a)b", "a{3000}"]
)
def test_patterns_that_have_none(source: str) -> None:
    assert plan([re.compile(source)]) is None


def test_patterns_in_which_case_is_no_matter_have_none() -> None:
    assert plan([re.compile("a", re.IGNORECASE)]) is None


@pytest.mark.parametrize(
    ("source", "text", "found"),
    [
        ("logo", "/LOGO.png", True),
        ("[^/]b", "甲b", True),
        (r"\wb", "甲b", None),  # whether the character is a letter is not for an automaton to say
        ("a$", "a\n", None),
        ("k", "\u212a", None),  # which in lower case is a k
    ],
)
def test_addresses_in_lower_case(source: str, text: str, found: bool | None) -> None:  # noqa: FBT001
    planned = plan([re.compile(source)])
    assert planned is not None
    assert Automaton(planned).found(text, lower=True) is found


def test_an_automaton_of_many_patterns_finds_what_any_of_them_does() -> None:
    planned = plan([re.compile("a+b"), re.compile("^c")])
    assert planned is not None
    automaton = Automaton(planned)
    assert [automaton.found(text) for text in ("xaab", "cx", "xc", "")] == [True, True, False, False]


def test_an_automaton_of_no_pattern_finds_nothing() -> None:
    planned = plan([])
    assert planned is not None
    assert Automaton(planned).found("a") is False
