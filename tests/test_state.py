"""What the state remembers, row by row; what runs make of it is shown elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from newsingest.record import PostWarning
from newsingest.runs.sink import Stamp
from newsingest.runs.state import State
from newsingest.runs.state_rows import Known
from newsingest.runs.walk import Candidate

if TYPE_CHECKING:
    from pathlib import Path


def candidate(name: str) -> Candidate:
    return Candidate(f"/posts/{name}.md", f"{name}.md", 7, f"{name}.json", 1_000)


def known(record: str, *codes: str) -> Known:
    warnings = msgspec.json.encode([PostWarning(code, "in words") for code in codes])
    return Known("written", "print", record, "0" * 64, Stamp(9, 2_000), "generic", "", " ".join(codes), warnings)


def test_however_many_rows_are_put_all_are_there(tmp_path: Path) -> None:
    posts = [candidate(f"{number:04}") for number in range(2_000)]
    with State(str(tmp_path), print) as state:
        for post in posts:
            state.put(post, known(post.record), None)
    with State(str(tmp_path), print) as state:
        rows = state.look_at([post.path for post in posts])
        assert [(rows[post.path].record, rows[post.path].stamp) for post in posts] == [
            (post.record, Stamp(9, 2_000)) for post in posts
        ]
        assert list(state.unseen("/posts")) == []


def test_a_record_is_that_of_the_post_that_wrote_it_last(tmp_path: Path) -> None:
    first, second = candidate("a"), candidate("b")
    with State(str(tmp_path), print) as state:
        for post in (first, second, first, second):
            state.put(post, known("same.json"), None)
        assert list(state.look_at([first.path, second.path])) == [second.path]


def test_what_was_not_looked_at_is_found_below_its_folder_only(tmp_path: Path) -> None:
    posts = [candidate(name) for name in ("a/1", "a/2", "a-b/1", "b/1")]
    with State(str(tmp_path), print) as state:
        for post in posts:
            state.put(post, known(post.record), None)
    with State(str(tmp_path), print) as state:
        state.look_at([posts[0].path])
        assert [row.relative for row in state.unseen("/posts/a")] == ["a/2.md"]
        assert [row.relative for row in state.unseen("/posts")] == ["a-b/1.md", "a/2.md", "b/1.md"]


def test_warnings_are_kept_with_their_codes_beside_them(tmp_path: Path) -> None:
    post = candidate("a")
    with State(str(tmp_path), print) as state:
        state.put(post, known(post.record, "one-code", "another"), None)
        row = state.look_at([post.path])[post.path]
        assert row.codes == "one-code another"
        assert [warning.message for warning in state.warned(row)] == ["in words", "in words"]
