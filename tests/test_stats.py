"""Statistics: figures that can be counted by hand, tables, JSON, and a page as a browser shows it."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from command_line import command, on_terminal, said
from corpus import lines, make_record, write_files
from newsingest.corpora.stats import BOUNDS, Gatherer, Spread
from newsingest.corpora.stats_page import _time_line, page
from newsingest.corpora.stats_table import ROWS, plain_lines
from newsingest.record import Image, PostWarning

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOSTILE = "</title><script>console.error('run')</script><img src=x onerror=alert(1)>&'\""


def corpus() -> Gatherer:
    gatherer = Gatherer()
    for number in range(10):
        gatherer.add(
            make_record(
                f"{number}.md",
                paragraphs=["文" * (number + 1) * 100] * (number % 3 + 1),
                date=None if number == 9 else f"2024-{number % 3 + 1:02}-01T08:00:00Z",
                categories=["新闻", HOSTILE] if number < 4 else ["新闻"],
                images=[Image("u", None, None, None, None, 0)] * (number % 2),
                warnings=[PostWarning("date-missing", "")] if number == 9 else [],
            )
        )
    gatherer.add(make_record("twin.md", title=HOSTILE, paragraphs=["文" * 100]))
    gatherer.add_damaged()
    return gatherer


def test_statistics_count_what_the_records_hold() -> None:
    stats = corpus().stats()
    assert (stats.posts, stats.damaged, stats.posts_with_pictures) == (11, 1, 6)
    assert list(stats.categories.items()) == [("新闻", 11), (HOSTILE, 4), ("港口", 1)]
    assert stats.months == {"2024-01": 3, "2024-02": 3, "2024-03": 3, "2024-05": 1, "undated": 1}
    assert stats.paragraphs == Spread(20, 2, 3, 3)
    assert (stats.characters.max, stats.characters.median) == (2700, 900)
    assert stats.pictures == Spread(6, 1, 1, 1)
    assert stats.warnings == {"date-missing": 1, "heading-guessed": 1}
    assert (stats.missing["date"], stats.missing["editor"], stats.missing["title"]) == (1, 11, 0)
    assert [one.paths for one in stats.duplicates] == [["0.md", "twin.md"]]
    assert sum(stats.lengths.values()) == 11
    assert next(iter(stats.lengths)) == f"0–{BOUNDS[0] - 1}"


def test_percentiles_are_of_the_nearest_rank() -> None:
    gatherer = Gatherer()
    for number in range(1, 12):
        gatherer.add(make_record(f"{number}", paragraphs=["x"] * number))
    assert gatherer.stats().paragraphs == Spread(66, 6, 10, 11)


@pytest.mark.parametrize(
    ("dates", "columns"),
    [
        (("2024-01-01", "2024-04-01"), [("2024-01", 1), ("2024-02", 0), ("2024-03", 0), ("2024-04", 1)]),
        (("2001-01-01", "2012-04-01"), [("2001", 1), *((str(year), 0) for year in range(2002, 2012)), ("2012", 1)]),
        (("0001-01-01", "2024-04-01"), [("0001", 1), ("2024", 1)]),
    ],
)
def test_months_without_posts_are_filled_in_and_too_many_become_years(
    dates: tuple[str, ...], columns: list[tuple[str, int]]
) -> None:
    assert _time_line({date[:7]: 1 for date in dates}) == columns


def test_what_the_tables_leave_out_is_summed_up() -> None:
    gatherer = Gatherer()
    for number in range(ROWS + 2):
        gatherer.add(make_record(f"{number:02}.md", categories=[f"c{number:02}"], paragraphs=[f"text {number}"]))
        gatherer.add(make_record(f"{number:02}b.md", categories=["of all"], paragraphs=[f"text {number}"]))
    stats = gatherer.stats()
    assert "   3  others (3)" in plain_lines(stats)
    text = page(stats, "all")
    assert "<p>Others (3): 3</p>" in text
    assert "<p>Other texts that stand more than once: 2</p>" in text


def test_a_corpus_of_no_posts_has_statistics_too() -> None:
    stats = Gatherer().stats()
    assert stats.posts == 0
    assert "None." in page(stats, "empty")
    assert any("none" in line for line in plain_lines(stats))


def test_the_command_prints_tables_or_json_and_names_damaged_records(tmp_path: Path) -> None:
    write_files(tmp_path / "out", make_record("a.md"), make_record("b.md"))
    plain = command("stats", "out", cwd=tmp_path)
    assert (plain.returncode, plain.stderr) == (0, b"")
    assert "  2  港口" in plain.stdout.decode().splitlines()
    made = json.loads(command("stats", "out", "--json", cwd=tmp_path).stdout)
    assert (made["posts"], made["months"]) == (2, {"2024-05": 2})
    result = command("stats", "-", "--json", cwd=tmp_path, stdin=lines(make_record()) + b"{}\n")
    assert result.returncode == 1
    assert json.loads(result.stdout)["damaged"] == 1
    assert said(result)[0].startswith("damaged: stdin:2: /: no record: ")


@pytest.mark.parametrize(("source", "words"), [("empty", "in 'empty'"), ("-", "in 'stdin'")])
def test_nothing_to_count_is_an_error(source: str, words: str, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    result = command("stats", source, "--html", "stats.html", cwd=tmp_path)
    assert (result.returncode, result.stdout) == (2, b"")
    assert f"There is no record {words}" in said(result)[-1]
    assert not (tmp_path / "stats.html").exists()


def test_names_cannot_move_the_cursor(tmp_path: Path) -> None:
    write_files(tmp_path / "out", make_record("a.md", categories=["a\x1b]0;b\x07\u202ec\nd"]))
    plain = command("stats", "out", cwd=tmp_path).stdout.decode()
    for shown in (plain, on_terminal("stats", "out", cwd=tmp_path)[1]):
        assert r"a\x1b]0;b\x07\u202ec\nd" in shown


def test_a_terminal_gets_tables(tmp_path: Path) -> None:
    write_files(tmp_path / "out", make_record("a.md", categories=["[red]no markup[/]"]))
    status, shown = on_terminal("stats", "out", cwd=tmp_path)
    assert status == 0
    assert "\x1b[" in shown
    assert "[red]no markup[/]" in shown


def test_a_page_goes_where_it_is_wanted_and_never_over_what_is_none(tmp_path: Path) -> None:
    write_files(tmp_path / "out", make_record("a.md"))
    record = (tmp_path / "out" / "a.json").read_bytes()
    for name in ("stats.html", "page.htm", "stats.html"):
        result = command("stats", "out", "--html", name, cwd=tmp_path)
        assert (result.returncode, result.stdout, result.stderr) == (0, b"", b"")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "page.htm", "stats.html"]
    assert (tmp_path / "page.htm").read_bytes() == command("stats", "out", "--html", "-", cwd=tmp_path).stdout
    for target, words in [
        ("out/a.json", "'out/a.json' is there and no page of newsingest"),
        ("out", "'out' is a folder"),
        ("-", "exclude each other"),
    ]:
        refused = command("stats", "out", "--json", "--html", target, cwd=tmp_path)
        assert (refused.returncode, refused.stdout) == (2, b"")
        assert words in said(refused)[-1]
    assert (tmp_path / "out" / "a.json").read_bytes() == record
    nowhere = command("stats", "out", "--html", "none/a.html", cwd=tmp_path)
    assert nowhere.returncode == 3
    assert said(nowhere)[0].startswith("stopped: none/a.html: cannot be written: ")


@pytest.fixture
def browser(tmp_path: Path) -> Iterator[Any]:
    """Headless Chromium with an empty profile, on a closed network."""
    webdriver = pytest.importorskip("selenium.webdriver", reason="selenium is not installed: '.[corpus-test]'")
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if chromium is None or driver is None:
        pytest.skip("no Chromium here: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = chromium
    for flag in (
        "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking "
        f"disable-component-update disable-sync hide-scrollbars user-data-dir={tmp_path / 'profile'}"
    ).split():
        options.add_argument(f"--{flag}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    session = webdriver.Chrome(options, webdriver.ChromeService(driver))
    yield session
    session.quit()


@pytest.mark.filterwarnings("ignore::ResourceWarning")  # selenium's own
def test_page_in_a_browser(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "stats.html"
    path.write_text(page(corpus().stats(), f"corpus {HOSTILE}"), encoding="utf-8")
    for width in (390, 1280):
        browser.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 844, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        browser.get(path.as_uri())
        assert browser.execute_script("return document.documentElement.scrollWidth") <= width, "no sideways scrolling"
        text = browser.execute_script("return document.body.textContent")
        for wanted in ("新闻", "2024-01", "Undated: 1", "date-missing", "twin.md", "editor", f"corpus {HOSTILE}"):
            assert wanted in text
        assert browser.execute_script("return document.querySelectorAll('script, img, link').length") == 0
        bars = browser.execute_script(
            "return [...document.querySelectorAll('rect.bar')].map(b => b.getBoundingClientRect().height)"
        )
        assert len(bars) > 20
        assert max(bars) > 100
        overlaps = browser.execute_script(
            "return [...document.querySelectorAll('svg')].flatMap(s => { const t = [...s.querySelectorAll('text')].map(x => [x.textContent, x.getBoundingClientRect()]);"
            "return t.flatMap(([n, a], i) => t.slice(i + 1).filter(([m, b]) => n && m && a.left < b.right - 1 && b.left < a.right - 1"
            " && a.top < b.bottom - 2 && b.top < a.bottom - 2).map(([m]) => n + ' / ' + m)); })"
        )
        assert overlaps == []
    assert browser.get_log("browser") == []


def test_page_needs_nothing_and_runs_nothing() -> None:
    text = page(corpus().stats(), HOSTILE)
    assert "default-src 'none'; style-src 'unsafe-inline'" in text
    assert "<script" not in text
    assert "<img" not in text
    assert "http" not in text.replace("http-equiv", "")
