"""The run with a small parser of its own: what the real one makes of posts is shown elsewhere."""

from __future__ import annotations

import json
import pickle
from typing import TYPE_CHECKING

import pytest

import newsingest
from newsingest.errors import NotAPostError, PostError
from newsingest.parsing.parse_options import ParseOptions
from newsingest.parsing.stepwise import result_of
from newsingest.record import PostWarning, Record, Section, Source
from newsingest.runs.run import run
from newsingest.runs.settings import Settings
from newsingest.runs.sink import DirectorySink
from newsingest.runs.sources import SourceError, resolve_sources
from newsingest.runs.tasks import Job, Task
from newsingest.runs.walk import Rules
from newsingest.runs.work import together, work_stepwise

if TYPE_CHECKING:
    from pathlib import Path

    from newsingest.runs.account import Summary


def parse(raw: bytes, path: str, options: ParseOptions) -> Record:
    """Take ``bad`` for a broken post, ``note`` for no post, ``warn`` for one to be warned of."""
    if raw == b"bad":
        raise PostError(path, "a broken header", "Mend it.", line=3)
    if raw == b"note":
        raise NotAPostError(path, "no front matter", "Nothing to do.")
    warnings = [PostWarning("date-without-zone", "no zone")] if raw == b"warn" else []
    source = Source(path, "", len(raw), options.encoding or "utf-8", "generic")
    title = raw.decode()
    sections = [Section(None, 0, 0, 1)]
    return Record(
        1, "", source, title, None, None, [], None, None, None, [], [], None, [], [], [title], sections,
        [], [], [], {}, warnings,
    )  # fmt: skip


class Ear:
    def __init__(self) -> None:
        self.heard: list[str] = []

    def advance(self) -> None:
        self.heard.append("advance")

    def warn(self, path: str, warning: PostWarning) -> None:
        self.heard.append(f"{path}: {warning.code}")

    def notice(self, text: str) -> None:
        self.heard.append(text)


def make(root: Path, **posts: str) -> None:
    root.mkdir(parents=True, exist_ok=True)
    for name, content in posts.items():
        (root / f"{name}.md").write_text(content)


def go(*sources: Path, out: Path, rules: Rules | None = None, ear: Ear | None = None) -> Summary:
    planned = resolve_sources([str(source) for source in sources], str(out))
    settings = Settings(rules=rules or Rules(), output=str(out), parse=parse)
    with DirectorySink(str(out)) as sink:
        return run(planned, sink, settings, ear)


def records(out: Path) -> dict[str, str]:
    paths = sorted(out.rglob("*.json"))
    return {str(path.relative_to(out)): json.loads(path.read_bytes())["title"] for path in paths}


@pytest.fixture
def src(tmp_path: Path) -> Path:
    return tmp_path / "src"


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "out"


def test_every_file_is_accounted_for(src: Path, out: Path) -> None:
    make(src, a="A", bad="bad", note="note", warn="warn", empty="")
    make(src / "sub", left="left", b="B")
    ear = Ear()
    summary = go(src, out=out, rules=Rules(exclude=("left.md",)), ear=ear)
    assert (summary.posts, summary.written, summary.left_out) == (4, 3, 1)
    assert [str(failure) for failure in summary.failed] == [f"{src}/bad.md: line 3: a broken header. Mend it."]
    assert [str(skipped) for skipped in summary.skipped] == [
        f"{src}/empty.md: an empty file",
        f"{src}/note.md: no front matter",
    ]
    assert summary.warnings == {"date-without-zone": 1}
    assert ear.heard.count("advance") == 7
    assert f"{src}/warn.md: date-without-zone" in ear.heard
    assert records(out) == {"a.json": "A", "sub/b.json": "B", "warn.json": "warn"}


def test_a_failed_post_loses_its_earlier_record(src: Path, out: Path) -> None:
    make(src, a="A", b="B", c="C")
    go(src, out=out)
    make(src, a="bad", b="note")
    summary = go(src, out=out)
    stale = out / ".newsingest" / "stale"
    assert str(summary.failed[0]).endswith(f"Mend it. Its earlier record is now {stale}/a.json.")
    assert str(summary.skipped[0]).endswith(f"no front matter; its earlier record is now {stale}/b.json")
    assert records(stale) == {"a.json": "A", "b.json": "B"}
    assert {path.name for path in out.iterdir()} == {".newsingest", "c.json"}


def test_one_file_goes_straight_under_the_output(src: Path, out: Path) -> None:
    make(src, a="A")
    go(src / "a.md", out=out)
    assert records(out) == {"a.json": "A"}
    assert json.loads((out / "a.json").read_bytes())["source"]["path"] == "a.md"


def test_a_file_named_as_source_is_read_whatever_its_name(src: Path, out: Path) -> None:
    make(src, **{".hidden": "A"})
    (src / "link.jpg").symlink_to(".hidden.md")
    go(src / ".hidden.md", src / "link.jpg", out=out)
    assert records(out) == {".hidden.json": "A", "link.jpg.json": "A"}


def test_several_sources_go_each_under_their_own_name(tmp_path: Path, out: Path) -> None:
    make(tmp_path / "one", a="A")
    make(tmp_path / "two", a="B", b="C")
    summary = go(tmp_path / "one", tmp_path / "two", tmp_path / "two" / "b.md", out=out)
    assert summary.written == 4
    assert records(out) == {"b.json": "C", "one/a.json": "A", "two/a.json": "B", "two/b.json": "C"}


def test_two_sources_of_one_name_are_refused(tmp_path: Path, out: Path) -> None:
    make(tmp_path / "x" / "posts")
    make(tmp_path / "y" / "posts")
    with pytest.raises(SourceError, match=r"/x/posts' and '.*/y/posts'"):
        go(tmp_path / "x" / "posts", tmp_path / "y" / "posts", out=out)


def test_an_output_that_holds_the_source_is_refused(src: Path) -> None:
    make(src, a="A")
    for out in (src, src.parent):
        with pytest.raises(SourceError, match="holds the source"):
            go(src, out=out)


def test_a_file_may_be_read_from_the_folder_it_is_written_to(src: Path) -> None:
    make(src, a="A")
    go(src / "a.md", out=src)
    assert records(src) == {"a.json": "A"}


def test_an_output_inside_the_source_is_never_read(src: Path) -> None:
    make(src, a="A")
    first = go(src, out=src / "out")
    second = go(src, out=src / "out")
    assert (first.posts, first.skipped) == (second.posts, second.skipped) == (1, ())


def test_an_output_error_ends_the_run_and_the_account_stays(src: Path, out: Path) -> None:
    make(src, a="A", c="C")
    make(src / "b", d="D")
    out.mkdir()
    (out / "b").symlink_to("/proc")  # where nobody can put a file
    summary = go(src, out=out)
    assert summary.stopped is not None
    assert f"{out}/b" in str(summary.stopped)


def test_an_interruption_ends_the_run_and_the_account_stays(src: Path, out: Path) -> None:
    make(src, a="A", b="B")

    class Impatient(Ear):
        def advance(self) -> None:
            raise KeyboardInterrupt

    with DirectorySink(str(out)) as sink:
        summary = run(resolve_sources([str(src)]), sink, Settings(parse=parse), Impatient())
    assert (summary.interrupted, summary.written) == (2, 2)  # what a worker had at hand is finished
    assert records(out) == {"a.json": "A", "b.json": "B"}


def test_records_do_not_depend_on_how_the_source_is_written(
    src: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(src / "sub", a="A")
    go(src, out=tmp_path / "one")
    monkeypatch.chdir(src)
    for number, given in enumerate((".", "./", "../src", f"{src}/")):
        with DirectorySink(str(tmp_path / str(number))) as sink:
            run(resolve_sources([given]), sink, Settings(parse=parse))
        result = (tmp_path / str(number) / "sub" / "a.json").read_bytes()
        assert result == (tmp_path / "one" / "sub" / "a.json").read_bytes()


def test_the_work_on_a_post_can_be_sent_to_another_process(src: Path) -> None:
    make(src, bad="bad")
    job = Job(DirectorySink.encode, None, parse)
    again = pickle.loads(pickle.dumps(job))  # noqa: S301 - made on this line
    assert again == job
    outcome = result_of(work_stepwise(Task(str(src / "bad.md"), "bad.md", "bad.json"), job))
    assert isinstance(pickle.loads(pickle.dumps(outcome)), PostError)  # noqa: S301 - as above


def test_posts_are_worked_on_together_as_long_as_they_are_small() -> None:
    def tasks(*sizes: int) -> list[Task]:
        return [Task("/a.md", "a.md", "a.json", size) for size in sizes]

    assert together(tasks(*[1000] * 100)) == 24
    assert together(tasks(1000, 1000)) == 2
    assert together(tasks(100_000, 100_000, 100_000)) == 2
    assert together(tasks(10_000_000, 1)) == 1


def test_the_public_names_are_there() -> None:
    assert newsingest.ParseOptions is ParseOptions
    assert {"parse", "parse_file", "Record", "PostError"} <= set(dir(newsingest))
    for name in newsingest.__all__:
        assert getattr(newsingest, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        newsingest.nothing  # type: ignore[attr-defined] # noqa: B018 - that is the point


def test_a_post_is_bytes() -> None:
    for raw, kind in (
        ("---\ntitle: Ferry\n---\n<p>It sails.</p>", "str"),
        (None, "NoneType"),
        (bytearray(), "bytearray"),
    ):
        with pytest.raises(TypeError, match=rf"a post is bytes, not {kind}: as read_bytes\(\) gives them"):
            newsingest.parse(raw, "a.md")  # type: ignore[arg-type]


def test_parse_file_reads_one_file(src: Path) -> None:
    src.mkdir()
    (src / "a.md").write_bytes(b"---\ntitle: Ferry timetable\ndate: 2024-05-01T08:00:00Z\n---\n<p>It sails.</p>\n")
    (src / "link.md").symlink_to("a.md")
    assert newsingest.parse_file(src / "a.md").title == "Ferry timetable"
    assert newsingest.parse_file(str(src / "link.md")).source.path == "link.md"
    assert newsingest.parse_file(src / "a.md", relative="2024/a.md").source.path == "2024/a.md"


def test_parse_file_speaks_of_files_as_a_library(src: Path) -> None:
    src.mkdir()
    (src / "a.md").write_bytes(b"---\ntitle: Ferry timetable\n---\n<p>It sails.</p>\n")
    (src / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(FileNotFoundError, match=r"typo\.md"):
        newsingest.parse_file(src / "typo.md")
    for name, reason in {"a.md": "above max_bytes", "a.png": "a binary file", "": "no regular file"}.items():
        with pytest.raises(newsingest.NotAPostError) as caught:
            newsingest.parse_file(src / name, max_bytes=20)
        assert caught.value.reason.startswith(reason)
        assert "--" not in str(caught.value)
