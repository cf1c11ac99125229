"""The command makes the committed records, byte for byte, from the fixture posts."""

from __future__ import annotations

import difflib
import subprocess
import sys
from typing import TYPE_CHECKING

from readings import POSTS, RECORDS

if TYPE_CHECKING:
    from pathlib import Path

REMEDY = "If the change is meant: newsingest parse fixtures/posts -o fixtures/records, and read the diff."


def _files(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*.json"))
        if path.is_file() and ".newsingest" not in path.parts
    }


def _difference(name: str, want: bytes | None, got: bytes | None) -> str:
    if want is None:
        return f"{name}: made now, but not among the records"
    if got is None:
        return f"{name}: among the records, but not made now"
    lines = difflib.unified_diff(
        want.decode("utf-8", "backslashreplace").splitlines(),
        got.decode("utf-8", "backslashreplace").splitlines(),
        f"fixtures/records/{name}",
        "made now",
        lineterm="",
        n=2,
    )
    return "\n".join(lines) or f"{name}: differs in line ends only"


def test_command_makes_the_committed_records(tmp_path: Path) -> None:
    out = tmp_path / "out"
    run = subprocess.run(
        [sys.executable, "-m", "newsingest", "parse", str(POSTS), "-o", str(out)],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    want, got = _files(RECORDS), _files(out)
    assert got, "the command wrote nothing"
    different = [
        _difference(name, want.get(name), got.get(name))
        for name in sorted(want | got)
        if want.get(name) != got.get(name)
    ]
    assert not different, "\n\n".join([*different, REMEDY])
