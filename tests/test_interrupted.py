"""What breaks into the reading of a post: other threads, which may run wherever Python does, and memory that runs out."""

from __future__ import annotations

import gc
import sys
from typing import TYPE_CHECKING

import pytest

from newsingest.body import automaton
from newsingest.body.flow import read_flow
from newsingest.body.needs import needs
from newsingest.body.sieve import PATTERN_LIMIT, Wanted
from newsingest.body.sifting import Sieve
from newsingest.body.stylesheet import Styles
from newsingest.body.tree import Body, read_tree
from newsingest.engine import engine
from newsingest.profiles.choice import BASE, ProfileSet
from scratch import ROOT, run

if engine() == "compiled":
    from newsingest.body import _walk

if TYPE_CHECKING:
    from pathlib import Path

PICTURES = "<p>甲</p><img src=//a.example/blank.gif><img src=//a.example/qr_code.png><img src=//a.example/b.jpg>"
# Posts in a new process, where all is met for the first time, in several threads at once.
THREADS = """
import sys, threading
from pathlib import Path
import newsingest
sys.setswitchinterval(1e-6)
posts = [sys.argv[2].encode(), *(path.read_bytes() for path in Path(sys.argv[1]).rglob("*.md"))]
read = {}
begin = threading.Barrier(6)
def work(number):
    begin.wait()
    read[number] = [newsingest.parse(post, "a.md") for post in posts]
threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
for each in threads:
    each.start()
for each in threads:
    each.join()
assert len(read) == 6
assert all(records == read[0] for records in read.values())
"""


@pytest.mark.parametrize("attempt", range(3))
def test_threads(attempt: int, tmp_path: Path) -> None:
    post = f"---\ntitle: 甲\n---\n{PICTURES}"
    done = run(sys.executable, "-c", THREADS, ROOT / "fixtures/posts", post, cwd=tmp_path, PYTHONHASHSEED=str(attempt))
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(engine() != "compiled", reason="compiled code was not built here, or not asked for")
@pytest.mark.parametrize("failing", [1, 2])
def test_memory_that_runs_out_while_automata_are_made(failing: int, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = ProfileSet(()).named(BASE)
    body = Body(read_tree(PICTURES))
    read_flow(Body(read_tree("<p>甲</p>")), profile)
    calls = 0
    plan = automaton.plan

    def failing_plan(*arguments: object) -> object:
        nonlocal calls
        calls += 1
        if calls == failing:
            raise MemoryError
        return plan(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(automaton, "plan", failing_plan)
    with pytest.raises(MemoryError):
        read_flow(body, profile)
    assert read_flow(body, profile).items == read_flow(body, profile, by="python").items


@pytest.mark.skipif(engine() != "compiled", reason="compiled code was not built here, or not asked for")
def test_memory_that_runs_out_while_an_automaton_works() -> None:
    testcapi = pytest.importorskip("_testcapi")
    planned = automaton.plan_of(("a+b", "(foo|bar)+[0-9]{3,90}x"))
    assert planned is not None
    texts = ["q" * size + f"foobarfoo{10**size}x" for size in range(0, 90, 10)]
    failed = 0
    for request in range(100):
        found = _walk.Automaton(planned).found
        testcapi.set_nomemory(request, request + 1)
        try:
            for text in texts:
                found(text)
        except MemoryError:
            failed += 1
        testcapi.remove_mem_hooks()
        assert list(map(found, texts)) == [False, *[True] * 8]
    assert failed


def test_a_sieve_that_is_asked_while_it_answers() -> None:
    patterns = [Wanted(needs(pattern), PATTERN_LIMIT, is_of_prose=False) for pattern in ("来源：.+", ".+摄")]
    sieve = Sieve(patterns)

    def ask(phase: str, _: object) -> None:
        if phase == "start":
            sieve.passed("甲摄")

    before = gc.get_threshold()
    gc.callbacks.append(ask)
    gc.set_threshold(1)
    try:
        passed = [sieve.passed("来源：甲") for _ in range(300)]  # more than Python keeps at hand
    finally:
        gc.set_threshold(*before)
        gc.callbacks.remove(ask)
    assert passed == [[0]] * 300


def test_names_that_go_on_and_on_are_not_remembered() -> None:
    sheet = ProfileSet(()).named(BASE).sheet
    styles = Styles(sheet, Body(read_tree("<p>甲</p>")))
    assert styles.of_tag("x" * 2000, []) == styles.of_tag("y", [])
    assert [key for key in sheet.memo if len(str(key)) > 1000] == []
