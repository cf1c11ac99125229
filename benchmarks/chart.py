"""The comparison as a chart: SVG that takes its ink from the page, so it is readable on light and on dark."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from benchmarks.results import Spread

if TYPE_CHECKING:
    from collections.abc import Iterator

    from benchmarks.results import Comparison, Line

_WIDTH = 720
_LEFT = 240  # for names
_RIGHT = 70  # for figures
_ROW = 30
_BAR = 16
_TOP = 34
_OURS, _FLOOR, _PEER = "#2f7ed8", "#8a8a8a", "#c98b2b"  # each with enough contrast on white and on black


def chart(found: Comparison) -> str:
    """Draw the CPU time a post of each program, as bars with the range of the repetitions."""
    lines = sorted(found.lines, key=lambda line: Spread.of(line.cpu).median)
    costs = [Spread.of([each / found.posts * 1000 for each in line.cpu]) for line in lines]
    scale = (_WIDTH - _LEFT - _RIGHT) / max(cost.high for cost in costs)
    height = _TOP + _ROW * len(lines) + 4
    title = "CPU time a post in milliseconds, less is better"
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="100%" role="img" '
        f'aria-label="{title}" font-family="sans-serif" font-size="13" fill="currentColor">'
    )
    rows = (_bar(line, cost, scale, row) for row, (line, cost) in enumerate(zip(lines, costs, strict=True)))
    parts = [head, f'<text x="0" y="16" font-weight="bold">{title}</text>', *(part for row in rows for part in row)]
    return "\n".join([*parts, "</svg>", ""])


def _bar(line: Line, cost: Spread, scale: float, row: int) -> Iterator[str]:
    """Draw one program: its name, its bar, the range over the repetitions, its figure."""
    top = _TOP + row * _ROW
    middle = top + _BAR / 2
    end = _LEFT + cost.median * scale
    low, high = _LEFT + cost.low * scale, _LEFT + cost.high * scale
    colour = _OURS if line.name.startswith("newsingest") else _FLOOR if line.name == "floor" else _PEER
    yield f'<text x="{_LEFT - 8}" y="{middle + 4.5:.1f}" text-anchor="end">{html.escape(line.name)}</text>'
    yield f'<rect x="{_LEFT}" y="{top}" width="{cost.median * scale:.1f}" height="{_BAR}" rx="2" fill="{colour}"/>'
    yield f'<path d="M{low:.1f} {middle}H{high:.1f}" stroke="currentColor" stroke-width="1.5"/>'
    yield f'<text x="{max(end, high) + 6:.1f}" y="{middle + 4.5:.1f}">{cost.median:.2f}</text>'
