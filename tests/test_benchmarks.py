"""The benchmarks work: the same seed makes the same posts, all programs run, results have their shape. No speeds."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest

from newsingest.parsing.parser import parse

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks.chart import chart  # noqa: E402
from benchmarks.compare import PROGRAMS, Plan, compare  # noqa: E402
from benchmarks.corpus import Corpus  # noqa: E402
from benchmarks.page import DOCS, FIGURES, fill, write_page  # noqa: E402
from benchmarks.results import Results, Spread, decode, encode, ratio  # noqa: E402
from benchmarks.scale import ScalePlan, scale  # noqa: E402
from benchmarks.shapes import NAMES, make_post  # noqa: E402
from benchmarks.tables import plain, tables  # noqa: E402


def _silent(_text: str) -> None:
    return


def test_same_seed_makes_the_same_posts() -> None:
    first, again, other = (list(Corpus(seed).posts(60)) for seed in (7, 7, 8))
    assert first == again
    assert {post.data for post in first}.isdisjoint({post.data for post in other})
    assert first[:20] == list(Corpus(7).posts(20)), "a smaller corpus is the beginning of a larger one"


def test_posts_are_like_those_in_real_folders() -> None:
    posts = list(Corpus(1).posts(1500))
    sizes = [len(post.data) for post in posts]
    assert len({post.data for post in posts}) == len({post.path for post in posts}) == len(posts)
    assert 6_000 < statistics.median(sizes) < 8_500
    assert max(sizes) < 110_000
    sina = sum("新浪财经" in post.path for post in posts)
    assert 0.5 < sina / len(posts) < 0.7


def test_posts_are_read_as_the_fixtures_are() -> None:
    for post in Corpus(1).posts(60):
        record = parse(post.data, post.path)
        assert record.paragraphs
        assert record.title
        assert "海量资讯" not in "".join(record.paragraphs)


def test_compare_runs_what_is_installed(tmp_path: Path) -> None:
    missing = [each.name for each in PROGRAMS if not each.installed]
    if "floor" in missing:
        pytest.skip("the floor needs orjson: install the extra 'bench'")
    found = compare(Plan(posts=8, repetitions=2, seed=1, folder=tmp_path), _silent)
    assert found.skipped == missing
    assert [line.name for line in found.lines] == [each.name for each in PROGRAMS if each.installed]
    for line in found.lines:
        assert len(line.cpu) == len(line.wall) == len(line.half_cpu) == len(line.half_wall) == 2
        assert line.memory > 1_000_000
    results = Results({}, {}, None, found)
    assert decode(encode(results)).comparison is not None
    assert "newsingest, 1 worker" in plain(tables(results)[0])
    assert len(re.findall("<rect ", chart(found))) == len(found.lines)


def test_scale_measures_each_thing(tmp_path: Path) -> None:
    plan = ScalePlan((4, 8), (1_000, 3_000), ("links",), 1, 1, tmp_path)
    found = scale(plan, _silent)
    counted = [each.name for each in PROGRAMS[:3] if each.installed]
    assert [(each.posts, each.program) for each in found.counts] == [(n, name) for n in (4, 8) for name in counted]
    assert [len(shape.seconds) for shape in found.shapes] == [2]
    assert all(each.cpu and each.yardstick_wall for each in found.pairs)
    compares_cores = "one worker on one core, 8 posts" in [each.name for each in found.pairs]
    assert compares_cores == hasattr(os, "sched_setaffinity")
    assert all(table.rows for table in tables(Results({}, {}, None, None, found)))


@pytest.mark.parametrize("shape", NAMES)
def test_shape_has_its_size(shape: str) -> None:
    size = len(make_post(shape, 20_000))
    assert 10_000 < size < 45_000


def test_ratios_are_taken_by_repetition_and_shown_with_their_range() -> None:
    assert ratio([2.0, 6.0, 4.0], [1.0, 2.0, 1.0]) == Spread(3.0, 2.0, 4.0)
    assert str(Spread(3.0, 2.0, 4.0)) == "3.00 (2.00–4.00)"


def test_page_has_the_figures_beside_it(tmp_path: Path) -> None:
    page = (DOCS / "benchmarks.md").read_text(encoding="utf-8")
    assert fill(page, decode((DOCS / FIGURES).read_bytes())) == page, "run: python -m benchmarks page"
    for name in ("benchmarks.md", FIGURES):
        shutil.copy(DOCS / name, tmp_path / name)
    write_page(tmp_path)
    assert (tmp_path / "benchmarks.svg").read_bytes() == (DOCS / "benchmarks.svg").read_bytes()


def test_command_makes_posts(tmp_path: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "benchmarks", "corpus", str(tmp_path / "posts"), "--posts", "5"],
        cwd=ROOT,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert run.stdout.startswith("5 posts, ")
    assert sum(path.is_file() for path in (tmp_path / "posts").rglob("*")) == 5
