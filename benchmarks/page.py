"""The figures in the docs: tables between two marks of the page, and the chart beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.chart import chart
from benchmarks.measure import ROOT
from benchmarks.results import decode
from benchmarks.tables import markdown, tables

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.results import Results

DOCS = ROOT / "docs"
FIGURES = "benchmarks.json"
_PAGE = "benchmarks.md"
_CHART = "benchmarks.svg"
_BEGIN = "<!-- results: python -m benchmarks page -->"
_END = "<!-- end of results -->"


def write_page(docs: Path = DOCS) -> None:
    """Bring the page and the chart up to date with the figures beside them."""
    results = decode((docs / FIGURES).read_bytes())
    page = docs / _PAGE
    page.write_text(fill(page.read_text(encoding="utf-8"), results), encoding="utf-8")
    if results.comparison is not None:
        (docs / _CHART).write_text(chart(results.comparison), encoding="utf-8")


def fill(page: str, results: Results) -> str:
    """Put the results between the marks of a page."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n\n{_found_on(results)}\n\n{_tables(results)}\n\n{_END}{after}"


def _found_on(results: Results) -> str:
    machine = results.machine
    versions = ", ".join(f"{name} {version}" for name, version in results.versions.items())
    when = f", {results.date}" if results.date else ""
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['system']}, {machine['python']}; "
        f"newsingest is {'compiled' if machine['engine'] == 'compiled' else 'Python alone'}; {versions}{when}."
    )


def _tables(results: Results) -> str:
    return "\n\n".join(markdown(table) for table in tables(results))
