"""Statistics as one HTML page that needs nothing else: no script, no network, every text escaped.

Charts are SVG without a view box: lengths along the page in percent, all else in pixels, so that letters keep
their size on a phone.
"""

from __future__ import annotations

from collections import Counter
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from newsingest.corpora.stats import UNDATED
from newsingest.corpora.stats_table import ROWS, share, spread_rows, top

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from newsingest.corpora.stats import Duplicate, Stats

_ROW = 40  # pixels for a bar and its label
_HEIGHT = 160  # of the columns
_COLUMNS = 120  # beside one another, on a phone
_LABELS = 4  # below the columns; more do not fit on a phone
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(stats: Stats, name: str) -> str:
    """Draw the page; ``name`` says what the statistics are of."""
    style = files("newsingest.corpora").joinpath("stats_page.css").read_text(encoding="utf-8")
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{escape(name)} · newsingest stats</title>
<style>
{style}</style>
</head>
<body>
<header>
<h1>{escape(name)}</h1>
{_tiles(stats)}
</header>
<main>
{_card("Posts by month", _months(stats.months), wide=True)}
{_card("Categories", _bars(stats.categories, stats.posts))}
{_card("Profiles", _bars(stats.profiles, stats.posts))}
{_card("Length in characters", _columns(list(stats.lengths.items()), every=True))}
{_card("Lengths", _spreads(stats))}
{_card("Warnings", _bars(stats.warnings, stats.posts, part=False))}
{_card("Fields missing", _bars(stats.missing, stats.posts))}
{_card("Posts with the same text", _duplicates(stats.duplicates), wide=True)}
</main>
</body>
</html>
"""


def _tiles(stats: Stats) -> str:
    extra = sum(len(one.paths) - 1 for one in stats.duplicates)
    figures = {
        "posts": stats.posts,
        "characters": stats.characters.total,
        "pictures": stats.pictures.total,
        "warnings": sum(stats.warnings.values()),
        "with another's text": extra,
        "damaged records": stats.damaged,
    }
    tiles = (f"<div><dd>{number:,}</dd><dt>{escape(name)}</dt></div>" for name, number in figures.items())
    return f"<dl class='tiles'>{''.join(tiles)}</dl>"


def _card(title: str, content: str, *, wide: bool = False) -> str:
    return f"<section{' class=wide' if wide else ''}><h2>{escape(title)}</h2>\n{content}\n</section>"


def _bars(counts: Mapping[str, int], posts: int, *, part: bool = True) -> str:
    """Draw horizontal bars, each with its name above; with ``part``, its share of all posts beside its number."""
    rows, rest = top(dict(counts))
    if not rows:
        return "<p>None.</p>"
    longest = max(number for _, number in rows) or 1
    drawn = "".join(
        f"<g transform='translate(0 {place * _ROW})'>"
        f"<text y='14'>{escape(_short(name))}<title>{escape(name)}</title></text>"
        f"<text class='number' x='100%' y='14'>{number:,}{f' · {share(number, posts)}' if part else ''}</text>"
        f"<rect class='track' y='21' width='100%' height='8' rx='4'/>"
        f"<rect class='bar' y='21' width='{100 * number / longest:.2f}%' height='8' rx='4'/></g>"
        for place, (name, number) in enumerate(rows)
    )
    more = f"<p>Others ({len(counts) - ROWS}): {rest:,}</p>" if len(counts) > ROWS else ""
    return f"<svg role='img' aria-label='Bar chart' width='100%' height='{len(rows) * _ROW - 8}'>{drawn}</svg>{more}"


def _months(months: Mapping[str, int]) -> str:
    dated = [name for name in months if name != UNDATED]
    undated = f"<p>Undated: {months[UNDATED]:,}</p>" if UNDATED in months else ""
    if not dated:
        return undated or "<p>None.</p>"
    return _columns(_time_line({name: months[name] for name in dated})) + undated


def _time_line(months: Mapping[str, int]) -> list[tuple[str, int]]:
    """Fill in the months without posts. Years where months are too many to see; of too many years, those that occur."""
    first, last = (int(name[:4]) * 12 + int(name[5:7]) - 1 for name in (min(months), max(months)))
    if last - first < _COLUMNS:
        names = [f"{month // 12:04}-{month % 12 + 1:02}" for month in range(first, last + 1)]
        return [(name, months.get(name, 0)) for name in names]
    years = Counter[str]()
    for name, number in months.items():
        years[name[:4]] += number
    if last // 12 - first // 12 >= _COLUMNS:
        return sorted(years.items())
    return [(f"{year:04}", years[f"{year:04}"]) for year in range(first // 12, last // 12 + 1)]


def _columns(rows: Sequence[tuple[str, int]], *, every: bool = False) -> str:
    """Draw standing columns; every one is labelled on two levels, or a few where they are many."""
    tallest = max((number for _, number in rows), default=0) or 1
    width = 100 / len(rows)
    step = 1 if every or len(rows) <= _LABELS else -(-len(rows) // _LABELS)
    drawn = list[str]()
    for place, (name, number) in enumerate(rows):
        height = max(_HEIGHT * number / tallest, 2 if number else 0)
        left, middle = place * width, (place + 0.5) * width
        drawn.append(
            f"<rect class='bar' x='{left + width * 0.08:.3f}%' y='{20 + _HEIGHT - height:.1f}' "
            f"width='{width * 0.84:.3f}%' height='{height:.1f}' rx='1'>"
            f"<title>{escape(name)}: {number:,}</title></rect>"
        )
        if len(rows) <= 2 * _LABELS and number:
            top_of = 14 + _HEIGHT - height
            drawn.append(f"<text class='mid' x='{middle:.3f}%' y='{top_of:.1f}'>{number:,}</text>")
        if place % step == 0:
            low = 38 + _HEIGHT + (16 if every and place % 2 else 0)
            at, kind = (middle, "mid") if width > 100 / (3 * _LABELS) else (left, "start")
            drawn.append(f"<text class='{kind} faint' x='{at:.3f}%' y='{low}'>{escape(name)}</text>")
    drawn.append(f"<line x1='0' x2='100%' y1='{20.5 + _HEIGHT}' y2='{20.5 + _HEIGHT}'/>")
    scale = f"<text class='faint' y='10'>{tallest:,}</text>" if len(rows) > 2 * _LABELS else ""
    height_ = _HEIGHT + (60 if every else 44)
    return f"<svg role='img' aria-label='Column chart' width='100%' height='{height_}'>{scale}{''.join(drawn)}</svg>"


def _spreads(stats: Stats) -> str:
    spreads = {"paragraphs": stats.paragraphs, "characters": stats.characters, "pictures": stats.pictures}
    heads = "".join(f"<th scope='col'>{name}</th>" for name, _ in spread_rows(stats.paragraphs))
    rows = "".join(
        f"<tr><th scope='row'>{name}</th>{''.join(f'<td>{number:,}</td>' for _, number in spread_rows(spread))}</tr>"
        for name, spread in spreads.items()
    )
    return f"<table><thead><tr><th scope='col'>of a post</th>{heads}</tr></thead><tbody>{rows}</tbody></table>"


def _duplicates(duplicates: Sequence[Duplicate]) -> str:
    if not duplicates:
        return "<p>None.</p>"
    items = "".join(
        f"<li><strong>{escape(one.title or 'Without title')}</strong> · {len(one.paths)} posts"
        f"<ul>{''.join(f'<li>{escape(path)}</li>' for path in one.paths[:ROWS])}</ul></li>"
        for one in duplicates[:ROWS]
    )
    more = f"<p>Other texts that stand more than once: {len(duplicates) - ROWS}</p>" if len(duplicates) > ROWS else ""
    return f"<ul class='plain'>{items}</ul>{more}"


def _short(name: str) -> str:
    """Cut a name to what fits beside its number on a phone; full-width characters count double."""
    room = 28
    for place, char in enumerate(name):
        room -= 1 if char.isascii() else 2
        if room < 0:
            return f"{name[:place]}…"
    return name
