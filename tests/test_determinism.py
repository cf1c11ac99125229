"""The same posts give the same bytes: whoever runs the command, where, with which Python, in which order."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from readings import POSTS
from scratch import BIN, GUARD, ROOT, copy_project, environment, newsingest, pip_reaches_registry, run

if TYPE_CHECKING:
    from collections.abc import Mapping

ZONE = ("--assume-timezone", "Asia/Shanghai")

HEAD = "---\ntitle: {}\ndate: {}\ntags: [b, a, b]\nextra: {{z: 1, a: {{y: 2, b: 3}}}}\n---\n"
BODY = "<p>正文 of the post, <a href='/x?b=1&amp;a=2'>linked</a>.</p><ul><li>一<li>two</ul><img src=//i.example/p.png>"

# File names and contents that a careless program would order, decode or date by where and when it runs.
ODD: Mapping[str, bytes] = {
    "b.md": (HEAD.format("Without a zone", "2024-05-01T08:00:00") + BODY).encode(),
    "b.html": (HEAD.format("Same stem", "2024-05-01") + BODY).encode(),
    "B.md": (HEAD.format("Other case", "Wed, 01 May 2024 08:00:00 GMT") + BODY).encode(),
    "é/新闻 1.5万亿.md": (HEAD.format("简体", "2024-05-01T08:00:00+08:00") + BODY).encode("gb18030"),
    "e\u0301/é.md": (HEAD.format("Decomposed", "2024-02-29T23:59:59-11:00") + BODY).encode("utf-16"),
    "crlf.txt": (HEAD.format("Windows", "2024-05-01T08:00:00") + BODY).replace("\n", "\r\n").encode("utf-8-sig"),
    "no-date.md": b"---\ntitle: Undated\n---\n<p>Text.</p>\n",
    "broken.md": b"---\ntitle: Broken\n---\n<p>abc \xff\xff</p>\n",
    "empty.md": b"",
    "photo.md": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "x" * 251 + ".md": (HEAD.format("Long name", "2024-05-01T08:00:00Z") + BODY).encode(),
}


def make_posts(folder: Path, *, backwards: bool = False) -> Path:
    fixtures = {f"fixtures/{path.relative_to(POSTS)}": path.read_bytes() for path in POSTS.rglob("*") if path.is_file()}
    posts = sorted({**fixtures, **ODD}.items(), reverse=backwards)
    for name, data in posts:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder


def files(folder: Path) -> dict[str, bytes]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and ".newsingest" not in path.parts)
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


@pytest.fixture(scope="module")
def posts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_posts(tmp_path_factory.mktemp("determinism") / "posts")


@pytest.fixture(scope="module")
def expected(posts: Path) -> dict[str, bytes]:
    """What one plain run makes; all others are held against it."""
    result = newsingest("parse", "posts", "-o", "expected", *ZONE, cwd=posts.parent)
    assert result.returncode == 1, "one post is broken"
    made = files(posts.parent / "expected")
    assert len(made) == len(list(posts.rglob("*.*"))) - 3, "all but the broken, the empty and the picture have a record"
    assert sum(name.startswith(("B.", "b.")) for name in made) == 3
    assert not any(b"\r" in data for data in made.values())
    return made


def same(made: Path, expected: Mapping[str, bytes]) -> None:
    found = files(made)
    assert sorted(found) == sorted(expected)
    assert [name for name, data in found.items() if data != expected[name]] == []


def locales() -> list[str]:
    listed = run("locale", "-a", cwd=ROOT).stdout.split() if shutil.which("locale") else []
    utf8 = [name for name in listed if re.search(r"utf-?8$", name, re.IGNORECASE)]
    return ["C", *utf8[:2]]


@pytest.mark.parametrize(
    "env",
    [
        *({"PYTHONHASHSEED": seed} for seed in ("0", "1", "4294967295")),
        *({"LC_ALL": name, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"} for name in locales()),
        *({"TZ": zone} for zone in ("America/St_Johns", "Pacific/Kiritimati", "no-such-zone")),
        {"PYTHONOPTIMIZE": "2"},
        {"NEWSINGEST_ENGINE": "python"},
        {"COLUMNS": "20", "TERM": "dumb"},
    ],
    ids=lambda env: "-".join(f"{name}={value}" for name, value in env.items()),
)
def test_the_environment(env: dict[str, str], posts: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    newsingest("parse", posts, "-o", tmp_path / "out", *ZONE, cwd=tmp_path, **env)
    same(tmp_path / "out", expected)


@pytest.mark.parametrize("umask", [0o000, 0o077])
def test_the_umask(umask: int, posts: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    command: list[str | Path] = [BIN / "python", "-m", "newsingest", "parse", posts, "-o", "out", *ZONE]
    subprocess.run(
        command, cwd=tmp_path, env=environment(), umask=umask, capture_output=True, timeout=GUARD, check=False
    )
    same(tmp_path / "out", expected)


@pytest.mark.parametrize("source", ["posts", "./posts/", "{0}/posts", "é/../posts"])
def test_how_the_source_is_written(source: str, posts: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    shutil.copytree(posts, tmp_path / "posts")
    (tmp_path / "é").mkdir()
    newsingest("parse", source.format(tmp_path), "-o", "out", *ZONE, cwd=tmp_path)
    same(tmp_path / "out", expected)


def test_the_working_directory_and_an_output_inside_the_source(expected: dict[str, bytes], tmp_path: Path) -> None:
    source = make_posts(tmp_path / "posts")
    newsingest("parse", ".", "-o", "out", *ZONE, cwd=source)
    same(source / "out", expected)


def test_the_order_and_time_in_which_files_were_made(expected: dict[str, bytes], tmp_path: Path) -> None:
    source = make_posts(tmp_path / "posts", backwards=True)
    for number, path in enumerate(source.rglob("*")):
        os.utime(path, (number, number))
    newsingest("parse", source, "-o", "out", *ZONE, cwd=tmp_path)
    same(tmp_path / "out", expected)


def test_a_second_run_over_the_first(posts: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    for _ in range(2):
        newsingest("parse", posts, "-o", "out", *ZONE, cwd=tmp_path)
        same(tmp_path / "out", expected)


def test_lines_on_standard_output_are_the_same_too(posts: Path, tmp_path: Path) -> None:
    environments = ({"PYTHONHASHSEED": "3", "TZ": "Asia/Kathmandu"}, {"LC_ALL": "C", "PYTHONUTF8": "0"})
    first, second = (newsingest("parse", posts, "-o", "-", cwd=tmp_path, **env).stdout for env in environments)
    assert first
    assert first == second


@pytest.mark.parametrize("jobs", ["1", "2", "7"])
def test_the_number_of_workers(jobs: str, posts: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    if "--jobs" not in newsingest("parse", "--help", cwd=tmp_path).stdout:
        pytest.skip("this version has no --jobs: one process does all")
    newsingest("parse", posts, "-o", "out", "--jobs", jobs, *ZONE, cwd=tmp_path)
    same(tmp_path / "out", expected)


def other_python() -> Path | None:
    """The newest Python on this machine, other than the one that runs the tests, that can make environments."""
    folders = [Path(name) for name in os.environ.get("PATH", "").split(os.pathsep) if "shims" not in name]
    folders += Path.home().glob(".pyenv/versions/*/bin")
    found = {int(path.name.rpartition(".")[2]): path for folder in folders for path in folder.glob("python3.1[1-9]")}
    own = int(newsingest_python().rpartition(".")[2])
    for _, path in sorted(found.items(), reverse=True):
        works = run(path, "-c", "import ensurepip, venv", cwd=ROOT).returncode == 0
        if works and int(path.name.rpartition(".")[2]) != own:
            return path
    return None


def newsingest_python() -> str:
    return run(BIN / "python", "-c", "import sys; print('%d.%d' % sys.version_info[:2])", cwd=ROOT).stdout.strip()


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with this package under another Python."""
    python = other_python()
    if python is None:
        pytest.skip("there is no other Python 3.11 or newer on this machine")
    folder = tmp_path_factory.mktemp("other-python")
    if reason := pip_reaches_registry(folder):
        pytest.skip(reason)
    source = copy_project(folder / "source")
    assert run(python, "-m", "venv", "venv", cwd=folder).returncode == 0
    installed = run(folder / "venv" / "bin" / "python", "-m", "pip", "install", "-q", source, cwd=folder)
    assert installed.returncode == 0, installed.stderr
    return folder / "venv" / "bin" / "newsingest"


def test_another_python(other: Path, posts: Path, expected: dict[str, bytes], tmp_path: Path) -> None:
    result = run(other, "parse", posts, "-o", "out", *ZONE, cwd=tmp_path)
    assert result.returncode == 1, result.stderr
    same(tmp_path / "out", expected)
