"""A fixture post as a template: what stays, what is told anew in every post, what may be told more often."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

# Words by which a reader of the markup knows what a line is: such lines stay as they are.
_STANDING = re.compile(
    "原标题|责任编辑|海量资讯|编辑[：:]|来源[：:]|作者[：:]|摄影|记者|免责|分享|关注|二维码"
    "|相关新闻|机构观点|行情来了|看研报|By |http"
)
_HEADER = re.compile(r"\A\s*---\n.*?\n---\n", re.DOTALL)
_TITLE = re.compile(r"^title:\s*(.*)$", re.MULTILINE)
_TITLE_RUN = re.compile("[\u3040-\u30ff\u4e00-\u9fff]{3,}|[A-Za-z][A-Za-z ]{7,}")
# What a body may have more or less of: a paragraph, a picture with its caption, a run of text up to a blank line.
_UNIT = re.compile(
    r"<p\b[^>]*>(?:(?!</?p\b).)*</p>|<div class=\"img_wrapper\">.*?</div>|<strong>[^<]*</strong>[^<]{20,}(?:<br>\s*)+",
    re.DOTALL,
)
_TOUCHED = re.compile(r"(?P<picture>\.(?:jpg|jpeg|JPG)\b)|(?<=>)(?P<text>[^<>]+)(?=<)")
_CLAUSE = re.compile(r"[^，。；：！？、,.;:!?\n]{2,}[，。；：！？、,.;:!?]?”?")
_WIDE = re.compile("[\u3040-\u30ff\u4e00-\u9fff]")
_PROSE = 16  # characters: shorter text is a heading, a name or a cell


@dataclass(frozen=True, slots=True)
class Mark:
    """A place where each post says the same: the variation of its ``title``, the number of a ``picture``."""

    kind: str


@dataclass(frozen=True, slots=True)
class Prose:
    """A place for ``clauses`` clauses in the fixture's language, behind its own ``indent``."""

    indent: str
    clauses: int


@dataclass(frozen=True, slots=True)
class Phrase:
    """A short text of which one character changes, at ``place``."""

    before: str
    after: str


Part = str | Mark | Prose | Phrase


@dataclass(frozen=True, slots=True)
class Unit:
    """A paragraph or a picture, which a longer post has more of; ``size`` is in bytes."""

    parts: tuple[Part, ...]
    size: int


@dataclass(frozen=True, slots=True)
class Template:
    """A fixture taken apart: ``pieces`` in order, units among them; clauses and characters to tell it anew with."""

    folder: str
    stem: str
    suffix: str
    pieces: tuple[tuple[Part, ...] | Unit, ...]
    size: int
    clauses: tuple[str, ...]
    letters: str

    @property
    def units(self) -> list[Unit]:
        """Return the units, in order."""
        return [piece for piece in self.pieces if isinstance(piece, Unit)]


def read_template(path: Path, root: Path) -> Template:
    """Take a fixture post apart."""
    text = path.read_bytes().decode("utf-8")
    found = _HEADER.match(text)
    head = found[0] if found else ""
    body = text[len(head) :]
    run = _title_run(head)
    letters = "".join(sorted(set(_WIDE.findall(body)))) or "abcdefghiklmnoprstuvw"
    pieces: list[tuple[Part, ...] | Unit] = [_header_parts(head, run)]
    start = 0
    for match in _UNIT.finditer(body):
        pieces.append(_parts(body[start : match.start()], run))
        unit = match[0]
        parts = _parts(unit, run)
        has_more = any(isinstance(part, Prose) for part in parts) or "img_wrapper" in unit
        pieces.append(Unit(parts, len(unit.encode())) if has_more else parts)
        start = match.end()
    pieces.append(_parts(body[start:], run))
    folder = path.parent.relative_to(root).as_posix()
    return Template(folder, path.stem, path.suffix, tuple(pieces), len(text.encode()), _clauses(body), letters)


def _title_run(head: str) -> str:
    """Return the longest plain words of the title: where they come again in the body, they change alike."""
    title = _TITLE.search(head)
    return max(_TITLE_RUN.findall(title[1]) if title else [], key=len, default="")


def _header_parts(head: str, run: str) -> tuple[Part, ...]:
    """Mark the title and the pictures in a header; all else there is as the scraper writes it."""
    parts: list[Part] = []
    for number, text in enumerate(head.split(run, 1) if run else [head]):
        if number:
            parts += [run, Mark("title")]
        parts += _pictures(text)
    return tuple(parts)


def _pictures(text: str) -> list[Part]:
    parts: list[Part] = []
    for number, piece in enumerate(re.split(r"(?=\.(?:jpg|jpeg|JPG)\b)", text)):
        parts += [Mark("picture"), piece] if number else [piece]
    return parts


def _parts(markup: str, run: str) -> tuple[Part, ...]:
    """Cut markup into what stays and what is told anew."""
    parts: list[Part] = []
    start = 0
    for match in _TOUCHED.finditer(markup):
        parts.append(markup[start : match.start()])
        parts += [Mark("picture"), match["picture"]] if match["picture"] else _retold(match["text"], run)
        start = match.end()
    parts.append(markup[start:])
    return tuple(part for part in parts if part != "")


def _retold(text: str, run: str) -> list[Part]:
    if run and run in text:
        before, after = text.split(run, 1)
        return [before + run, Mark("title"), after]
    words = text.strip()
    if _STANDING.search(text) or len(words) < len("标题五字"):
        return [text]
    indent = text[: len(text) - len(text.lstrip())]
    if len(words) >= _PROSE and (clauses := len(_CLAUSE.findall(words))):
        return [Prose(indent, clauses)]
    place = len(indent) + len(words) // 2
    return [Phrase(text[:place], text[place + 1 :])] if text[place].isalpha() else [text]


def _clauses(body: str) -> tuple[str, ...]:
    """Return the clauses of a body's prose."""
    found: dict[str, None] = {}
    for text in re.findall(r">([^<>]+)<", body):
        if len(text) >= _PROSE and not _STANDING.search(text) and "{" not in text and "&#" not in text:
            found |= dict.fromkeys(clause for clause in _CLAUSE.findall(text.strip()))
    return tuple(found) or ("And so it went on.",)
