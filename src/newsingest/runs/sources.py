"""What the user names as sources, checked, and where the records of each go."""

# ruff: noqa: PTH100, PTH116, PTH118, PTH119 - paths are strings here as in the walk

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Literal

import msgspec

from newsingest.paths import text
from newsingest.runs.names import clash_key, record_names
from newsingest.runs.sink import STATE_FOLDER
from newsingest.runs.walk import STDIN, special_kind

if TYPE_CHECKING:
    from collections.abc import Sequence

STDIN_NAME = "stdin"


class SourceError(Exception):
    """Sources or an output that cannot be used together as given."""


class Source(msgspec.Struct, frozen=True):
    """A source: as given, where it really is, and the name its records go under.

    ``records`` is the output folder of a folder's records (empty: straight under the output), or the
    whole name of a file's record. ``relative`` is the path a file's record gets as ``source.path``.
    """

    kind: Literal["folder", "file", "stdin"]
    given: str
    path: str
    relative: str
    records: str


def resolve_sources(
    given: Sequence[str], output: str | None = None, *, may_be_gone: bool = False, apart: bool = False
) -> tuple[Source, ...]:
    """Look at the sources in the order given. Raises SourceError; ``output`` is None for a stream.

    With ``may_be_gone`` a source that is not there is taken for a folder whose posts are all gone. ``apart`` is for
    records that have the suffixes of posts: they must not be written where posts lie.
    """
    kinds = {name: _kind(name, may_be_gone=may_be_gone) for name in given}
    bases = dict[str, str]()
    for name in given:
        base = _base(name)
        if (other := bases.get(base)) is not None:
            raise SourceError(_clash(other, name, base))
        bases[base] = name
    files = [base for base, name in bases.items() if kinds[name] != "folder"]
    folders = [base for base, name in bases.items() if kinds[name] == "folder"]
    file_names, folder_names = record_names("", files, folders)
    if len(given) == 1:
        folder_names = dict.fromkeys(folders, "")
    names = file_names | folder_names
    sources = tuple(
        Source(kinds[name], name, STDIN if name == STDIN else os.path.realpath(name), base, names[base])
        for base, name in bases.items()
    )
    if output is not None:
        from newsingest.runs.state_file import is_in_state  # noqa: PLC0415 - brings SQLite, and inspect needs none

        if is_in_state(output):
            raise SourceError(f"'{text(output)}' lies where newsingest keeps the state of another output folder.")
        for source in sources:
            _check_output(source, output)
            if apart:
                _check_apart(source, output)
    return sources


def _clash(one: str, other: str, name: str) -> str:
    """Say why two sources cannot have the same name, and what to do."""
    under = f"would write under the same name '{name}'"
    if one != other and (STDIN in {one, other} or os.path.realpath(one) != os.path.realpath(other)):
        remedy = "Run them one after the other, into two output folders."
        return f"'{text(one)}' and '{text(other)}' {under}. {remedy}"
    return f"'{text(one)}' and '{text(other)}' are one source and {under}. Name it once."


def _kind(given: str, *, may_be_gone: bool) -> Literal["folder", "file", "stdin"]:
    if given == STDIN:
        return "stdin"
    try:
        mode = os.stat(given).st_mode
    except (FileNotFoundError, NotADirectoryError):
        if may_be_gone:
            return "folder"
        raise SourceError(f"There is no file or folder '{text(given)}'.") from None
    except OSError as error:
        raise SourceError(f"'{text(given)}' cannot be looked at: {error.strerror}.") from error
    if special := special_kind(mode):
        raise SourceError(f"'{text(given)}' is a {special}. To read one post from a pipe, use '-' as SOURCE.")
    return "folder" if stat.S_ISDIR(mode) else "file"


def _base(given: str) -> str:
    if given == STDIN:
        return STDIN_NAME
    return text(os.path.basename(os.path.abspath(given))) or "root"


def _check_output(source: Source, output: str) -> None:
    """Refuse what would write records among the posts, or among what is the tool's own."""
    if clash_key(source.records) == STATE_FOLDER:
        raise SourceError(f"'{text(source.given)}' has the name of the folder where newsingest keeps its state.")
    if source.kind != "folder":
        return
    out = os.path.realpath(output)
    if source.path == out or source.path.startswith(os.path.join(out, "")):
        raise SourceError(
            f"The output folder '{text(output)}' holds the source '{text(source.given)}', so records might "
            "be written over posts. Choose a folder inside the source or elsewhere."
        )


def _check_apart(source: Source, output: str) -> None:
    """Refuse an output in a source, and one that holds a source: ``a.md`` may be a post, and the record of another."""
    out = os.path.realpath(output)
    inside = source.kind == "folder" and out.startswith(os.path.join(source.path, ""))
    if inside or (source.kind == "file" and source.path.startswith(os.path.join(out, ""))):
        raise SourceError(
            f"The output folder '{text(output)}' and the source '{text(source.given)}' lie in one another, so files "
            "might be written over posts of the same name. Choose a folder elsewhere."
        )
