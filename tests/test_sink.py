from __future__ import annotations

import errno
import io
import os
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from newsingest.errors import PostError, SinkError
from newsingest.formats.sinks import MarkdownSink
from newsingest.runs.sink import DirectorySink, JsonLinesSink

if TYPE_CHECKING:
    from collections.abc import Iterator


def files(root: Path) -> dict[str, bytes]:
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_records_are_written_and_nothing_else_stays(tmp_path: Path) -> None:
    out = tmp_path / "new" / "out"
    with DirectorySink(str(out)) as sink:
        assert files(out) == {".newsingest/.gitignore": b"*\n"}
        sink.write("a.json", b"1")
        sink.write("b/c/d.json", b"2")
        sink.write("a.json", b"3")
    assert files(out) == {"a.json": b"3", "b/c/d.json": b"2"}
    assert not (out / ".newsingest").exists()


def test_the_umask_is_honoured(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        with DirectorySink(str(tmp_path)) as sink:
            sink.write("a.json", b"1")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a.json").stat().st_mode) == 0o640


def test_a_record_is_replaced_not_written_into(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"mine")
    (tmp_path / "a.json").symlink_to("target")
    with DirectorySink(str(tmp_path)) as sink:
        sink.write("a.json", b"1")
    assert (tmp_path / "target").read_bytes() == b"mine"
    assert not (tmp_path / "a.json").is_symlink()


def test_a_retired_record_is_kept_aside(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.json").write_bytes(b"old")
    with DirectorySink(str(tmp_path)) as sink:
        assert sink.retire("sub/a.json") == str(tmp_path / ".newsingest/stale/sub/a.json")
        assert sink.retire("sub/a.json") is None
        assert sink.retire("never/there.json") is None
        assert sink.retire("sub") is None
    assert files(tmp_path) == {".newsingest/.gitignore": b"*\n", ".newsingest/stale/sub/a.json": b"old"}


def test_what_a_killed_run_left_behind_is_swept(tmp_path: Path) -> None:
    aside = tmp_path / ".newsingest" / "tmp"
    aside.mkdir(parents=True)
    (aside / "0badcafe-1").write_bytes(b"half")
    with DirectorySink(str(tmp_path)):
        assert list(aside.iterdir()) == []
    assert list(tmp_path.iterdir()) == []


def test_names_are_utf8_whatever_the_locale(tmp_path: Path) -> None:
    with DirectorySink(str(tmp_path)) as sink:
        sink.write("新闻.json", b"1")
    assert [os.fsencode(path.name) for path in tmp_path.iterdir()] == ["新闻.json".encode()]


@pytest.mark.parametrize("below", ["", "/below"])
def test_a_file_in_the_way_is_an_error(tmp_path: Path, below: str) -> None:
    (tmp_path / "file").write_bytes(b"mine")
    with pytest.raises(SinkError) as caught:
        DirectorySink(f"{tmp_path}/file{below}").__enter__()
    assert "move it away" in caught.value.remedy
    assert (tmp_path / "file").read_bytes() == b"mine"


def test_a_folder_in_the_place_of_a_record_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "a.json").mkdir()
    with DirectorySink(str(tmp_path)) as sink, pytest.raises(SinkError) as caught:
        sink.write("a.json", b"1")
    assert caught.value.path == str(tmp_path / "a.json")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_full_disk_is_an_error_with_a_remedy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with DirectorySink(str(tmp_path)) as sink:
        monkeypatch.setattr(os, "write", full)
        with pytest.raises(SinkError, match=r"No space left on device\. Make room"):
            sink.write("a.json", b"1")
    assert list(tmp_path.iterdir()) == []


def test_an_output_on_two_file_systems_is_said_to_be_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def apart(*_: object) -> None:
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    with DirectorySink(str(tmp_path)) as sink:
        monkeypatch.setattr(os, "replace", apart)
        with pytest.raises(
            SinkError, match=r"/a\.json: cannot be written: .* The output folder lies on two file systems"
        ):
            sink.write("a.json", b"1")


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    with DirectorySink(str(tmp_path)) as sink:
        monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:3]))
        sink.write("a.json", b"0123456789")
    assert (tmp_path / "a.json").read_bytes() == b"0123456789"


def test_what_cannot_be_written_is_named_as_the_file_it_is(tmp_path: Path) -> None:
    (tmp_path / "a.md").mkdir()
    with MarkdownSink(str(tmp_path)) as sink, pytest.raises(SinkError) as caught:
        sink.write("a.json", b"1")
    assert caught.value.path == str(tmp_path / "a.md")


def test_what_is_in_the_way_of_the_state_is_named(tmp_path: Path) -> None:
    (tmp_path / ".newsingest").touch()
    with pytest.raises(SinkError, match="Something else has this name") as caught:
        DirectorySink(str(tmp_path)).__enter__()
    assert caught.value.path == str(tmp_path / ".newsingest")


@pytest.fixture
def deep(tmp_path: Path) -> Iterator[str]:
    """Lend a folder for trees that are deeper than Python, and so pytest, can remove."""
    yield str(tmp_path / "deep")
    subprocess.run(["rm", "-rf", str(tmp_path / "deep")], check=True)


def test_deep_folders_do_not_exhaust_the_stack(deep: str) -> None:
    with DirectorySink(deep) as sink:
        sink.write("d/" * 1200 + "a.json", b"1")
    assert [entry.name for entry in os.scandir(f"{deep}/{'d/' * 1200}")] == ["a.json"]


def test_a_path_too_long_concerns_one_post_only(tmp_path: Path) -> None:
    with DirectorySink(str(tmp_path)) as sink:
        with pytest.raises(PostError, match="too long"):
            sink.write("/".join(["x" * 250] * 20), b"1")
        sink.write("a.json", b"1")
    assert files(tmp_path) == {"a.json": b"1"}


def test_lines_go_to_the_stream() -> None:
    stream = io.BytesIO()
    with JsonLinesSink(stream) as sink:
        sink.write("a.json", b"1\n")
        sink.write("b.json", b"2\n")
        assert sink.retire("a.json") is None
    assert stream.getvalue() == b"1\n2\n"


def test_a_stream_that_cannot_be_written_is_an_error() -> None:
    with (
        Path("/dev/full").open("wb", buffering=0) as stream,
        pytest.raises(SinkError, match="standard output"),
    ):
        JsonLinesSink(stream).write("a.json", b"1\n")
