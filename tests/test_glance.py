"""A glance at many files is what a look at each one says, in Python and compiled."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from newsingest.engine import engine
from newsingest.runs.glance import Glance, glances_in_python

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

WAYS = [glances_in_python]
if engine() == "compiled":
    from newsingest.runs._glance import glances as compiled

    WAYS.append(compiled)


@pytest.mark.parametrize("way", WAYS)
def test_files_have_size_and_time_and_nothing_else_has(
    tmp_path: Path, way: Callable[[int, Sequence[bytes]], list[Glance | None]]
) -> None:
    times = {b"now": 1_795_716_272_676_301_774, b"\xff": 0, "甲".encode(): -1_500_000_000, b"empty": 1}
    folder = os.fsencode(tmp_path)
    for size, (name, mtime_ns) in enumerate(reversed(times.items())):
        with open(os.path.join(folder, name), "wb") as file:  # noqa: PTH118, PTH123 - names that are not UTF-8
            file.write(b"." * size)
        os.utime(os.path.join(folder, name), ns=(0, mtime_ns))  # noqa: PTH118
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to("now")
    os.mkfifo(tmp_path / "pipe")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        seen = way(descriptor, [*times, b"folder", b"link", b"pipe", b"missing", b"x" * 5_000])
        assert seen == [*zip((3, 2, 1, 0), times.values(), strict=True), *[None] * 5]
        with pytest.raises(TypeError):
            way(descriptor, [1.5])  # type: ignore[list-item]
    finally:
        os.close(descriptor)
    assert way(descriptor, [b"now"]) == [None]
