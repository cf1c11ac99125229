"""What the state remembers, row by row; what runs make of it is shown elsewhere."""

from __future__ import annotations

import sqlite3
from contextlib import closing, nullcontext
from typing import TYPE_CHECKING

import msgspec
import pytest

from newsingest.errors import SinkError
from newsingest.record import PostWarning
from newsingest.runs.sink import Stamp
from newsingest.runs.state import State
from newsingest.runs.state_rows import NO_WARNINGS, Known, Row
from newsingest.runs.walk import Candidate

if TYPE_CHECKING:
    from pathlib import Path


def candidate(name: str) -> Candidate:
    return Candidate(f"/posts/{name}.md", f"{name}.md", 7, f"{name}.json", 1_000)


def known(*codes: str) -> Known:
    return Known("post.md", 7, 1_000, "written", "print", "0" * 64, Stamp(9, 2_000), "generic", "", " ".join(codes))


def put(state: State, post: Candidate, record: str = "", before: Row | None = None) -> None:
    state.put(post.path, record or post.record, known(), NO_WARNINGS, before)


def test_however_many_rows_are_put_all_are_there(tmp_path: Path) -> None:
    posts = [candidate(f"{number:04}") for number in range(2_000)]
    with State(str(tmp_path), print) as state:
        for post in posts:
            put(state, post)
    with State(str(tmp_path), print) as state:
        rows = state.look_at([post.path for post in posts])
        assert [(rows[post.path].record, rows[post.path].known.stamp) for post in posts] == [
            (post.record, Stamp(9, 2_000)) for post in posts
        ]
        assert list(state.unseen("/posts")) == []


def test_a_post_has_one_row_with_what_was_learned_last(tmp_path: Path) -> None:
    post, other = candidate("a"), candidate("b")
    with State(str(tmp_path), print) as state:
        for record in ("old.json", "new.json"):
            put(state, post, record, state.look_at([post.path]).get(post.path))
        put(state, other)
        assert [(row.id, row.record) for row in state.look_at([post.path, other.path]).values()] == [
            (1, "new.json"),
            (2, "b.json"),
        ]
        assert [each.record for each in state.outdated()] == ["old.json"]


def test_a_record_belongs_to_the_post_that_wrote_it_as_it_is(tmp_path: Path) -> None:
    first, second = candidate("a"), candidate("b")
    with State(str(tmp_path), print) as state:
        state.put(first.path, "same.json", known(), NO_WARNINGS, None)
        later = msgspec.structs.replace(known(), stamp=Stamp(9, 3_000))
        state.put(second.path, "same.json", later, NO_WARNINGS, None)
        assert state.owner("same.json", Stamp(9, 2_000)) == first.path.encode()
        assert state.owner("same.json", Stamp(9, 3_000)) == second.path.encode()
        assert state.owner("same.json", Stamp(9, 3_000), second.path.encode()) is None
        assert state.owner("other.json", Stamp(9, 2_000)) is None


def test_what_was_not_looked_at_is_found_below_its_folder_only(tmp_path: Path) -> None:
    posts = [candidate(name) for name in ("a/1", "a/2", "a-b/1", "b/1")]
    with State(str(tmp_path), print) as state:
        for post in posts:
            put(state, post)
    with State(str(tmp_path), print) as state:
        state.look_at([posts[0].path])
        assert [row.path.decode() for row in state.unseen("/posts/a")] == ["/posts/a/2.md"]
        assert [row.path.decode() for row in state.unseen("/posts")] == [
            "/posts/a-b/1.md",
            "/posts/a/2.md",
            "/posts/b/1.md",
        ]


def test_ids_of_posts_that_came_and_went_for_years_are_given_anew(tmp_path: Path) -> None:
    posts = [candidate(name) for name in ("a", "b", "c")]
    with State(str(tmp_path), pytest.fail) as state:
        for post in posts:
            put(state, post)
    with closing(sqlite3.connect(tmp_path / ".newsingest/state.sqlite3")) as db, db:
        db.execute("UPDATE posts SET id = id + 1000000")
        db.execute("UPDATE ids SET last = 1000003")
    with State(str(tmp_path), pytest.fail) as state:
        assert [row.id for row in state.look_at([post.path for post in posts[:2]]).values()] == [1, 2]
        put(state, candidate("new"))
        assert [row.path.decode() for row in state.unseen("/posts")] == [posts[2].path]
        assert state.look_at(["/posts/new.md"])["/posts/new.md"].id == 4


def test_warnings_are_kept_with_their_codes_beside_them(tmp_path: Path) -> None:
    post = candidate("a")
    with State(str(tmp_path), print) as state:
        warnings = [PostWarning(code, "in words") for code in ("one-code", "another")]
        state.put(post.path, post.record, known("one-code", "another"), msgspec.json.encode(warnings), None)
        row = state.look_at([post.path])[post.path]
        assert row.known.codes == "one-code another"
        assert [warning.message for warning in state.warned(row)] == ["in words", "in words"]


def meet(state: State, error: Exception) -> None:
    """Let the database complain."""
    with state._db.guarded():
        raise error


REFUSED = (
    "FULL",
    "IOERR",
    "IOERR_WRITE",
    "READONLY",
    "READONLY_DIRECTORY",
    "CANTOPEN",
    "CANTOPEN_ISDIR",
    "NOMEM",
    "BUSY",
)


@pytest.mark.parametrize("name", [*REFUSED, "CORRUPT", "CORRUPT_VTAB", "NOTADB", "ERROR", "CONSTRAINT_UNIQUE", ""])
def test_what_the_system_refuses_is_no_damage(name: str, tmp_path: Path) -> None:
    error = sqlite3.OperationalError("what SQLite says")
    if name:
        error.sqlite_errorcode = getattr(sqlite3, f"SQLITE_{name}")
    noticed: list[str] = []
    with State(str(tmp_path), noticed.append) as state:
        put(state, candidate("a"))
        with pytest.raises(SinkError, match="what SQLite says") if name in REFUSED else nullcontext():
            meet(state, error)
        assert bool(noticed) is (name not in REFUSED)
        assert (tmp_path / ".newsingest/state.sqlite3.damaged").exists() is (name not in REFUSED)


def test_a_database_that_was_deleted_while_it_was_open_is_begun_anew(tmp_path: Path) -> None:
    noticed: list[str] = []
    with State(str(tmp_path), noticed.append) as state:
        put(state, candidate("a"))
        (tmp_path / ".newsingest/state.sqlite3").unlink()
        meet(state, sqlite3.DatabaseError("what SQLite says"))
        assert len(noticed) == 1
        put(state, candidate("b"))
    with State(str(tmp_path), pytest.fail) as state:
        assert list(state.look_at(["/posts/b.md"])) == ["/posts/b.md"]
