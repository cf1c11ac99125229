"""What a line's pattern says is what asking every pattern in order would say, though hardly any is asked."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsingest.body.line_patterns import LineMatch, LinePatterns
from newsingest.body.needs import needs
from newsingest.body.patterns import whole_line
from newsingest.body.sieve import PATTERN_LIMIT
from newsingest.profiles.choice import profile_set
from newsingest.profiles.profile import LinesSpec, merged

if TYPE_CHECKING:
    from newsingest.body.line_patterns import PatternKind

POSTS = Path(__file__).parent.parent / "fixtures" / "posts"
KINDS: tuple[PatternKind, ...] = ("fields", "bylines", "drop", "labels", "furniture")
KNOWN = profile_set(())
SPEC = merged(KNOWN.chain(KNOWN.names[0])).lines  # of the profile that extends others
PATTERNS = LinePatterns(SPEC)


def line(text: str) -> str:
    """Fold white space as in lines of posts, of which some keep their rows."""
    rows = (" ".join(row.split()) for row in text.split("\n"))
    return "\n".join(row for row in rows if row)[:PATTERN_LIMIT].strip()


@cache
def compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(whole_line([pattern]), re.IGNORECASE)


def kinds_asked(text: str) -> tuple[PatternKind, ...]:
    if len(text) <= 64:
        return KINDS
    is_prose = re.search(r"[。！？]|[.!?] ", text[:-1] + " ") is not None
    return ("bylines", "drop") if is_prose else KINDS


def asked_in_order(text: str) -> LineMatch | None:
    for kind in kinds_asked(text):
        for pattern in getattr(SPEC, kind):
            if found := compiled(pattern).match(text):
                if kind == "drop" and any(re.search(each, text, re.IGNORECASE) for each in SPEC.reports):
                    return None
                groups = {name: value.strip() for name, value in found.groupdict().items() if value}
                return LineMatch(kind, groups, pattern)
    return None


def tail_asked_in_order(text: str) -> LineMatch | None:
    found = next((pattern for pattern in SPEC.tail if compiled(pattern).match(text)), None)
    is_report = any(re.search(each, text, re.IGNORECASE) for each in SPEC.reports)
    return None if found is None or is_report else LineMatch("tail", {}, found)


def fixture_lines() -> list[str]:
    texts = {
        line(piece)
        for post in POSTS.rglob("*")
        if post.is_file()
        for piece in re.split(r"<[^>]*>|\n", post.read_text("utf-8", errors="replace"))
    }
    return sorted(texts - {""})


LINES = fixture_lines()
ALL_PATTERNS = [pattern for kind in (*KINDS, "tail", "captions", "not_headings") for pattern in getattr(SPEC, kind)]
FITTING = st.sampled_from(ALL_PATTERNS).flatmap(lambda pattern: st.from_regex(compiled(pattern)))
# What the patterns are made of, put together in any order.
WORDS = st.sampled_from([word for pattern in ALL_PATTERNS for word in re.findall(r"\w+|[^\w\s\\]", pattern)])
MADE = st.lists(WORDS | st.sampled_from([" ", "\n", "：", "2021年", "12:30", "“", "İ", "ſ", "\u212a", "٣"]), max_size=9)


def test_lines_of_posts() -> None:
    assert [text for text in LINES if PATTERNS.match(text) != asked_in_order(text)] == []
    assert [text for text in LINES if PATTERNS.match_tail(text) != tail_asked_in_order(text)] == []


@given((FITTING | MADE.map("".join) | st.sampled_from(LINES) | st.text(max_size=70)).map(line).filter(bool))
def test_lines_made_of_the_patterns(text: str) -> None:
    assert PATTERNS.match(text) == asked_in_order(text)
    assert PATTERNS.match_tail(text) == tail_asked_in_order(text)
    is_no_heading = len(text) <= 64 and any(compiled(pattern).match(text) for pattern in SPEC.not_headings)
    is_other = any(compiled(pattern).match(text) for kind in kinds_asked(text) for pattern in getattr(SPEC, kind))
    assert PATTERNS.is_no_heading(text) == (is_no_heading and not is_other)
    assert PATTERNS.is_caption(text) == any(compiled(pattern).match(text) for pattern in SPEC.captions)


CHARS = "aksißéÉвВ\u1c80年月，。0٣_ \n\u212a"
ATOMS = st.sampled_from(
    [*CHARS, ".", r"\d", r"\w", r"\W", r"\s", r"\S", r"\b", "(?=a)", "(?!年)", "[^\\w，]", "[a-k]", "[年月]"]
)
EXPRESSIONS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=1, max_size=3).map(lambda each: f"(?:{'|'.join(each)})"),
        st.builds("(?:{}){}".format, inner, st.sampled_from(["?", "*", "+", "{2}", "{0,2}", "{1}", "{2,}?"])),
        inner.map("(?-i:{})".format),
        inner.map("(?a:{})".format),
        inner.map("(?>{})".format),
    ),
    max_leaves=6,
)  # fmt: skip


@given(EXPRESSIONS, st.text(CHARS, min_size=1, max_size=6).map(line).filter(bool))
def test_a_pattern_is_asked_of_every_line_that_it_fits(pattern: str, text: str) -> None:
    patterns = LinePatterns(LinesSpec(drop=[pattern]))
    assert (patterns.match(text) is not None) == (compiled(pattern).match(text) is not None)


@pytest.mark.parametrize(
    ("pattern", "heads", "words"),
    [
        pytest.param("来源.+", {"来源", "來源"}, [{"来源", "來源"}], id="a word, its traditional form too"),
        pytest.param("(?:作者|BY).+", {"作者", "by"}, [{"作者", "by"}], id="one of two words"),
        pytest.param(".*不构成.*", None, [{"不构"}, {"构成"}], id="a word anywhere: its rarest pairs"),
        pytest.param(".*摄.+甲+.*", None, [{"甲"}, {"摄", "攝"}], id="two words"),
        pytest.param(r"\d+月", {"00", "0月"}, [{"0"}, {"月"}], id="a digit at its head"),
        pytest.param("À lire.+", {"à "}, [{"à "}, {" l"}], id="letters of other alphabets"),
        pytest.param(r"\W*原文", {"原文", "\t\t", "\t原"}, [{"原文"}], id="a sign at its head"),
        pytest.param(".*", None, [None], id="nothing"),
    ],
)
def test_what_a_pattern_needs(pattern: str, heads: set[str] | None, words: list[set[str] | None]) -> None:
    found = needs(whole_line([pattern]))
    assert (found.heads, [found.words, *found.more]) == (heads, words)


def test_where_a_word_must_begin() -> None:
    assert needs(r"[^：]{1,9}：.*").reach == len("一二三四五六七八九：")
    assert needs(r"(?:甲|乙丙)+：").reach == 2


def test_a_profile_without_patterns_says_nothing() -> None:
    patterns = LinePatterns(LinesSpec())
    assert patterns.match("来源：甲日报") is None
    assert not patterns.is_caption("图：甲")


def test_without_pythons_own_parse_every_pattern_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("newsingest.body.needs._parser", None)
    monkeypatch.setattr("newsingest.body.needs.told", {})
    patterns = LinePatterns(SPEC)
    assert [text for text in LINES[::50] if patterns.match(text) != asked_in_order(text)] == []
