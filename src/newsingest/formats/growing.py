"""Shards that one run after another keeps up to date: a folder of records, only packed together.

What each shard holds stands in a ledger, ``.newsingest/shards-jsonl``. A shard counts for as long as its file
has the digest written there; its lines are not parsed again. What a run makes goes to a journal, and
``finish`` writes those shards anew in which a post changed. At every moment each record is in a file that
the ledger knows, in its place or still in ``.newsingest/made``, or in the journal: a killed run loses none.
"""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Self

import msgspec

from newsingest.errors import PostError, SinkError
from newsingest.formats import ledger
from newsingest.formats.journal import Journal
from newsingest.formats.ledger import Post, Shard, post_of
from newsingest.formats.plan import Item, plan
from newsingest.formats.reader import Entry, records
from newsingest.formats.shard_files import ShardFiles, Shards, digest
from newsingest.record import encode_line
from newsingest.runs.sink import STATE_FOLDER, DirectorySink

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from newsingest.formats.journal import Kind
    from newsingest.formats.shard_files import Layout
    from newsingest.runs.sink import Stamp


class LostError(Exception):
    """A shard whose file is as it was written, and yet does not give a record back."""

    def __init__(self, path: str, shard: Shard) -> None:
        super().__init__(path)
        self.path = path
        self.shard = shard


class GrowingSink:
    """Holds the records of earlier runs, takes new ones in their place, and writes shards. A context manager."""

    encode = staticmethod(encode_line)
    writer = None

    def __init__(self, folder: str, layout: Layout) -> None:
        self._folder = folder
        self._layout = layout
        self._directory = DirectorySink(folder)  # makes the folders, sweeps what was left behind
        self._files = ShardFiles(folder, layout)
        self._ledger = self._own(f"shards-{layout.form}")
        self._made = self._own("made")
        self._shards = list[Shard]()  # those of the ledger that are there
        self._paths = list[str]()  # where they are
        # Each record, and where it is: its place in the journal, or -1 less the number of its shard.
        self._posts = dict[str, tuple[Post, int]]()
        self._retired = list[tuple[Post, int]]()

    def __enter__(self) -> Self:
        """Look at what earlier runs left. Raises SinkError."""
        self._directory.__enter__()
        try:
            os.makedirs(self._made, exist_ok=True)
            self._find_shards()
            self._journal = Journal(self._own(f"journal-{self._layout.form}"))
            for entry, place in self._journal:
                self._note(entry.kind, entry.post, place)
        except OSError as error:
            self._directory.__exit__()
            raise SinkError.of(error, self._folder) from error
        return self

    def __exit__(self, *_: object) -> None:
        """Leave the journal to the next run, if there is anything in it."""
        self._journal.close()
        with contextlib.suppress(OSError):
            os.rmdir(self._made)
        self._directory.__exit__()

    # -- records, one by one ----------------------------------------------------------------------------------

    def write(self, name: str, data: bytes) -> Stamp:
        """Take a record, encoded as a line. Raises SinkError."""
        post = post_of(name, data)
        self._enter("written", post, data)
        return post.stamp

    def stamp(self, name: str) -> Stamp | None:
        """Look at a record's line."""
        found = self._posts.get(name)
        return found[0].stamp if found else None

    def stamps(self, names: Sequence[str]) -> list[Stamp | None]:
        """Look at the lines of records."""
        return [self.stamp(name) for name in names]

    def retire(self, name: str) -> str | None:
        """Leave a record out of the shards; ``finish`` writes it to ``.newsingest/stale/`` as a file of its own."""
        found = self._posts.get(name)
        if found is None:
            return None
        self._enter("retired", found[0])
        return self._own("stale", name)

    def remove(self, name: str) -> bool:
        """Leave a record out of the shards."""
        found = self._posts.get(name)
        if found is not None:
            self._enter("removed", found[0])
        return found is not None

    def _enter(self, kind: Kind, post: Post, data: bytes = b"") -> None:
        try:
            self._note(kind, post, self._journal.add(kind, post, data))
        except OSError as error:
            raise SinkError.of(error, self._folder) from error

    def _note(self, kind: Kind, post: Post, place: int) -> None:
        if kind == "written":
            self._posts[post.name] = post, place
            return
        found = self._posts.pop(post.name, None)
        if found is not None and kind == "retired":
            self._retired.append(found)

    # -- shards -----------------------------------------------------------------------------------------------

    def finish(self) -> Shards:
        """Write anew each shard in which a post changed, and put all in place. Raises SinkError."""
        try:
            self._write_stale()
            return self._put()
        except LostError as error:
            ledger.save(self._ledger, [shard for shard in self._shards if shard is not error.shard])
            remedy = "Run the same command again: its posts are parsed again then."
            raise SinkError(error.path, "does not give back the records that were written", remedy) from error
        except OSError as error:
            raise SinkError.of(error, self._folder) from error

    def _put(self) -> Shards:
        posts = sorted(post for post, _ in self._posts.values())
        items = [Item(post.path, post.name, post.id, self._layout.weight(post.size)) for post in posts]
        wanted = [posts[start:end] for start, end in plan(items, self._layout.limit)]
        del items, posts
        kept = self._kept(wanted)
        made, shards = self._make(wanted, kept)
        names = {number: os.path.basename(self._paths[place]) for number, place in kept.items()}
        if not names:  # the ledger may be lost, and the shards as they must be all the same
            names = self._files.kept([bytes.fromhex(shard.sha256) for shard in shards])
        ours = {os.path.basename(path) for path in self._paths}
        if shards != self._shards:
            ledger.save(self._ledger, [*self._shards, *shards])
        for name in {*self._files.present_in_any_packing()} - ours - {*names.values()}:
            self._files.set_aside(name)  # someone else's, or altered by hand
        done = self._files.put(made, names, ours)
        if shards != self._shards:
            ledger.save(self._ledger, shards)
        self._forget(shards)
        return done

    def _kept(self, wanted: Sequence[list[Post]]) -> dict[int, int]:
        """Map the numbers of wanted shards to earlier shards of the same posts, as far as those are in order."""
        present = {self._files.path(name): place for place, name in enumerate(self._files.present())}
        found = {
            shard.posts[0].name: number
            for number, shard in enumerate(self._shards)
            if self._paths[number] in present and shard.posts
        }
        kept = dict[int, int]()
        last = -1
        for number, posts in enumerate(wanted):
            shard = found.get(posts[0].name)
            if shard is not None and self._shards[shard].posts == posts and present[self._paths[shard]] > last:
                kept[number] = shard
                last = present[self._paths[shard]]
        return kept

    def _make(self, wanted: Sequence[list[Post]], kept: dict[int, int]) -> tuple[list[str], list[Shard]]:
        """Make the shards that are not kept; return the paths of all, and their entries in the ledger."""
        run = os.urandom(4).hex()
        lines = _Lines(self._shards, self._paths)
        paths = list[str]()
        shards = list[Shard]()
        for number, posts in enumerate(wanted):
            if number in kept:
                paths.append(self._paths[kept[number]])
                shards.append(self._shards[kept[number]])
                continue
            path = os.path.join(self._made, f"{run}-{number}{self._layout.suffix}")
            made = self._files.make(path, (self._line(*self._posts[post.name], lines) for post in posts))
            paths.append(path)
            shards.append(Shard(made.hex(), posts))
        return paths, shards

    def _line(self, post: Post, place: int, lines: _Lines) -> bytes:
        return self._journal.read(place, post) if place >= 0 else lines.read(-1 - place, post)

    def _write_stale(self) -> None:
        lines = _Lines(self._shards, self._paths)
        for post, place in sorted(self._retired):
            record = msgspec.json.format(self._line(post, place, lines), indent=2) + b"\n"
            with contextlib.suppress(PostError):  # no file system takes its path, so it never had a file
                self._directory.write(f"{STATE_FOLDER}/stale/{post.name}", record)

    def _find_shards(self) -> None:
        """Find the files of the shards in the ledger, under whatever name; take away what was half made."""
        known = {shard.sha256: shard for shard in ledger.load(self._ledger)}
        there = dict[str, str]()
        for name in sorted(os.listdir(self._made)):
            path = os.path.join(self._made, name)
            if (sha256 := digest(path).hex()) in known:
                there[sha256] = path
            else:
                os.remove(path)
        for name in reversed(self._files.present_in_any_packing()):
            there[digest(self._files.path(name)).hex()] = self._files.path(name)
        self._shards = [shard for sha256, shard in known.items() if sha256 in there]
        self._paths = [there[shard.sha256] for shard in self._shards]
        for number, shard in enumerate(self._shards):
            self._posts |= {post.name: (post, -1 - number) for post in shard.posts}

    def _forget(self, shards: list[Shard]) -> None:
        """Take away what only a run that is not finished needs."""
        self._journal.clear()
        self._retired.clear()
        for name in os.listdir(self._made):
            os.remove(os.path.join(self._made, name))
        self._shards = shards

    def _own(self, *names: str) -> str:
        return os.path.join(self._folder, STATE_FOLDER, *names)


class _Lines:
    """Reads lines of earlier shards, in the order of the shards and of the lines in each."""

    def __init__(self, shards: Sequence[Shard], paths: Sequence[str]) -> None:
        self._shards = shards
        self._paths = paths
        self._number = -1
        self._rest: Iterator[tuple[Post, bytes]] = iter(())

    def read(self, number: int, post: Post) -> bytes:
        """Read on to the line of a post. Raises LostError."""
        if number != self._number:
            self._number = number
            self._rest = self._scan(number)
        line = next((line for each, line in self._rest if each == post), b"")
        if not post.is_line(line):
            raise LostError(self._paths[number], self._shards[number])
        return line

    def _scan(self, number: int) -> Iterator[tuple[Post, bytes]]:
        for post, found in zip(self._shards[number].posts, records(self._paths[number]), strict=False):
            yield post, found.data if isinstance(found, Entry) else b""
