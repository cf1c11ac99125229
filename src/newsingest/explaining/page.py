"""An explanation as one page of HTML: the file's text and the record, side by side.

Nothing of the post may run or be fetched: every text is escaped, addresses are shown and not followed, there is no
script, and the page's own policy forbids whatever is not its style sheet.
"""

from __future__ import annotations

from html import escape
from importlib import resources
from typing import TYPE_CHECKING

from newsingest.explaining.wording import became, fields, label, why
from newsingest.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from newsingest.explaining.explain import Explanation, Piece

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"


def page(explanation: Explanation) -> str:
    """Write the page."""
    record = explanation.record
    name = _safe(record.source.path)
    style = resources.files("newsingest.explaining").joinpath("page.css").read_text(encoding="utf-8")
    dropped = sum(not piece.kept for piece in explanation.blocks)
    kept = len(explanation.blocks) - dropped
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>{name} - newsingest inspect</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1 lang="">{name}</h1>
<p>Profile <b>{_safe(explanation.profile.name)}</b>: <span lang="">{_safe(explanation.profile.why)}</span>.
{kept} kept, {dropped} dropped.</p>
<nav aria-label="Parts of this page"><a href="#body">Body</a> <a href="#record">Record</a>
<a href="#warnings">Warnings ({len(record.warnings)})</a> <a href="#source">Source</a></nav>
</header>
<main>
<div class="pane" role="region" aria-label="What newsingest makes of it" tabindex="0">
<section id="body" aria-labelledby="body-title">
<h2 id="body-title">Body</h2>
<ol class="pieces">
{_join(_piece(number, piece) for number, piece in enumerate(explanation.blocks))}</ol>
{_empty(explanation.blocks)}</section>
<section id="record" aria-labelledby="record-title">
<h2 id="record-title">Record</h2>
<dl lang="">
{_join(f"<div><dt>{_safe(key)}</dt><dd>{_safe(value)}</dd></div>" for key, value in fields(record))}</dl>
</section>
<section id="warnings" aria-labelledby="warnings-title">
<h2 id="warnings-title">Warnings</h2>
{_warnings(explanation)}</section>
</div>
<section id="source" class="pane" role="region" aria-labelledby="source-title" tabindex="0">
<h2 id="source-title">Source</h2>
<ol class="source" lang="">
{_join(_source(explanation.text, explanation.blocks))}</ol>
</section>
</main>
</body>
</html>
"""


def _safe(text: str) -> str:
    return escape(printable(text))


def _join(rows: Iterable[str]) -> str:
    return "".join(f"{row}\n" for row in rows)


def _piece(number: int, piece: Piece) -> str:
    if piece.empty:
        return ""
    classes = f"{'kept' if piece.kept else 'dropped'} {piece.kind}"
    mark = "+" if piece.kept else "&minus;"
    line = f' <a href="#line-{piece.line}">line {piece.line}</a>' if piece.line else ""
    note = _join(f'<p class="why" lang="">{_safe(each)}</p>' for each in (became(piece), why(piece)) if each)
    head = f'<p class="label"><span aria-hidden="true">{mark}</span> {_safe(label(piece))}{line}</p>'
    return f'<li class="{classes}" id="piece-{number}">{head}{_content(piece)}{note}</li>'


def _content(piece: Piece) -> str:
    if piece.rows:
        rows = "".join(f"<tr>{''.join(f'<td>{_safe(cell)}</td>' for cell in row)}</tr>" for row in piece.rows)
        return f'<div class="wide" role="region" aria-label="Table" tabindex="0"><table lang="">{rows}</table></div>'
    said = f'<p class="address">{_safe(piece.url)}</p>' if piece.url else ""
    if piece.text:
        text = "<br>".join(_safe(row) for row in piece.text.split("\n"))
        said += f'<pre lang="">{text}</pre>' if piece.kind == "code" else f'<p class="text" lang="">{text}</p>'
    return said


def _empty(pieces: list[Piece]) -> str:
    """Name the elements that held nothing, folded away."""
    empty = [piece for piece in pieces if piece.empty]
    if not empty:
        return ""
    rows = _join(f"<li>{_safe(why(piece))}</li>" for piece in empty)
    return f"<details><summary>{len(empty)} empty dropped</summary>\n<ul>\n{rows}</ul></details>\n"


def _warnings(explanation: Explanation) -> str:
    warnings = explanation.record.warnings
    if not warnings:
        return "<p>None.</p>\n"
    rows = (f"<div><dt>{_safe(each.code)}</dt><dd>{_safe(each.message)}</dd></div>" for each in warnings)
    return f'<dl lang="">\n{_join(rows)}</dl>\n'


def _source(text: str, pieces: list[Piece]) -> Iterator[str]:
    """Yield the file's lines, each with a link to the first piece that begins on it."""
    first: dict[int, int] = {}
    for number, piece in enumerate(pieces):
        if piece.line is not None and not piece.empty:
            first.setdefault(piece.line, number)
    for number, row in enumerate(text.split("\n"), 1):
        link = ""
        if number in first:
            link = f' <a href="#piece-{first[number]}">{_safe(label(pieces[first[number]]))}</a>'
        shown = "\t".join(map(_safe, row.split("\t")))
        yield f'<li id="line-{number}"><code>{shown}</code>{link}</li>'
