"""Which options of ``parse`` mean something together.

What the command line says in vain is refused. What a configuration file says in vain is passed over: the file is for
many commands.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from newsingest.commands.options import SHARDED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.commands.parse import Wishes

# Options that may be said in vain, as they are where nobody says them.
_UNSAID: dict[str, Any] = {
    "full": False, "prune": "no", "keep_stale": False, "wait": 0, "format": None, "shard_size": None, "compress": None,
    "check": False, "diff": False, "diff_lines": None, "include": (), "exclude": (),
}  # fmt: skip
_OF_FOLDERS_KEPT = ("full", "prune", "keep_stale", "wait")
_OF_SHARDS = ("shard_size", "compress")


def without_vain(wishes: Wishes) -> Wishes:
    """Return the wishes that mean something together. Raises UsageError."""
    given = click.get_current_context().get_parameter_source
    for options, why in _vain(wishes):
        for option in options:
            if getattr(wishes, option) == _UNSAID[option]:
                continue
            if given(option) is ParameterSource.COMMANDLINE:
                raise click.UsageError(f"--{option.replace('_', '-')} {why}")
            wishes = wishes._replace(**{option: _UNSAID[option]})
    return wishes


def _vain(wishes: Wishes) -> Iterator[tuple[tuple[str, ...], str]]:
    """Yield options that mean nothing, and why."""
    form = wishes.format or "json"
    if wishes.check:
        yield _OF_FOLDERS_KEPT, "and --check exclude each other: a check writes nothing, and parses all posts."
    if wishes.output == "-":
        yield ("check",), "compares records in a folder: name it with -o."
        yield _OF_FOLDERS_KEPT, "and -o - exclude each other: nothing is kept there, and all posts are parsed."
        yield _OF_SHARDS, "is for shards in a folder, and -o - is one plain stream."
        if form != "jsonl":
            yield ("format",), f"{form} is for a folder, and -o - writes JSON Lines. Name a folder with -o."
    elif form not in SHARDED:
        yield _OF_SHARDS, f"is for shards, and --format {form} has a file for each post."
    if not wishes.check:
        yield ("diff", "diff_lines"), "belongs to --check."
    elif not wishes.diff:
        yield ("diff_lines",), "belongs to --diff."
    if all(each == "-" or os.path.isfile(each) for each in wishes.sources):
        yield ("include", "exclude"), "is for what lies in folders, and no SOURCE is one."
