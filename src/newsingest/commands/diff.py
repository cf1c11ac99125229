"""``newsingest diff``: what changed between two corpora."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import click

from newsingest.commands.exits import ALL_WELL, DIFFERENT, WRONG_USAGE
from newsingest.commands.output import Output
from newsingest.commands.values import Whole

if TYPE_CHECKING:
    from collections.abc import Iterator

    from newsingest.corpora.compare import Changes, Comparison, PostChange

_KINDS = ("added", "removed", "moved", "changed", "shifted")
_SIGNS = ("+", "-", ">", "~", "@")
_TITLE_WIDTH = 60


@click.command(
    "diff",
    short_help="Compare two sets of records field by field.",
    epilog="""\b
Examples:
  newsingest diff before/ after/
  newsingest diff corpus-v1.jsonl.gz corpus-v2.jsonl --limit 50
  newsingest diff before/ after/ --json | jq .fields.paragraphs

\b
Exit status, as of diff(1):
  0    no record differs
  1    records differ
  2    wrong usage, something that is no record, or a side without any
  3    standard output cannot be written
  141  nobody reads standard output any more
""",
)
@click.argument("old", type=click.Path())
@click.argument("new", type=click.Path())
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of tables.")
@click.option(
    "--limit",
    metavar="N",
    type=Whole(0),
    default=10,
    show_default=True,
    help="How many posts to name: of the most changed, the added, the removed.",
)
def command(old: str, new: str, limit: int, *, as_json: bool) -> int:
    """Compare the records in OLD with those in NEW: folders of records or shards, or one such file.

    Records belong together when they are of the same post, by source.path. Values are compared, not bytes:
    how a file is indented does not matter.
    """
    from newsingest.corpora.readback import ReadBackError
    from newsingest.formats.packing import MissingPackageError
    from newsingest.formats.reader import ReadError, check_there
    from newsingest.runs.talk import say

    try:
        check_there(old)
        check_there(new)
        return _diff(old, new, limit, as_json=as_json)
    except ReadBackError as error:
        say(f"Error: {error}")
        return WRONG_USAGE
    except (ReadError, MissingPackageError) as error:
        raise click.UsageError(str(error)) from error


def _diff(old: str, new: str, limit: int, *, as_json: bool) -> int:
    from newsingest.corpora.compare import compare
    from newsingest.corpora.readback import Corpus

    with Corpus(old) as before, Corpus(new) as after:
        result = compare(before, after, limit)
    with Output() as output:
        if as_json:
            whole = json.dumps(as_object(result), ensure_ascii=False, indent=2)
            output.raw(f"{whole}\n".encode("utf-8", "backslashreplace"))
        else:
            for line in as_lines(result):
                output.line(line)
    return ALL_WELL if result.same else DIFFERENT


def as_object(result: Comparison) -> dict[str, Any]:
    """Put a comparison into the shape that docs/diff.md describes."""
    return {
        "same": result.same,
        "posts": {
            "old": result.old,
            "new": result.new,
            "equal": result.equal,
            "different": result.different,
            "added": len(result.added),
            "removed": len(result.removed),
        },
        "schemas": dict(zip(("old", "new"), map(sorted, result.schemas), strict=True)),
        "fields": {name: {"posts": total.posts, **_counts(total.changes)} for name, total in result.fields.items()},
        "worst": [
            {
                "path": post.path,
                "changes": post.weight,
                "titles": None if post.titles is None else {"old": post.titles[0], "new": post.titles[1]},
                "fields": {name: _counts(changes) for name, changes in post.fields.items()},
            }
            for post in result.worst
        ],
        "added": result.added[: result.limit],
        "removed": result.removed[: result.limit],
    }


def as_lines(result: Comparison) -> Iterator[str]:
    """Write a comparison for people: the posts, the fields, the posts that changed most."""
    from newsingest.runs.talk import count

    yield (
        f"{count(result.different, 'post')} different, {result.equal} equal, "
        f"{len(result.added)} only in NEW, {len(result.removed)} only in OLD"
    )
    if result.schemas[0] != result.schemas[1]:
        old, new = (", ".join(sorted(schemas)) for schemas in result.schemas)
        yield f"The different records are of record schema {old} in OLD and {new} in NEW."
    if result.fields:
        yield ""
        yield from _table(result)
    if result.worst:
        yield ""
        yield f"Most changed, {len(result.worst)} of {result.different}:"
        for post in result.worst:
            yield from _post_lines(post)
    for where, paths in (("NEW", result.added), ("OLD", result.removed)):
        if paths and result.limit:
            yield ""
            yield f"Only in {where}, {min(result.limit, len(paths))} of {len(paths)}:"
            yield from (f"  {path}" for path in paths[: result.limit])


def _table(result: Comparison) -> Iterator[str]:
    width = max(map(len, ("field", *result.fields)))
    yield "".join([f"{'field':{width}}", *(f"{head:>9}" for head in ("posts", *_KINDS))])
    for name, total in result.fields.items():
        figures = (total.posts, *(getattr(total.changes, kind) for kind in _KINDS))
        yield "".join([f"{name:{width}}", *(f"{figure or '.':>9}" for figure in figures)])


def _post_lines(post: PostChange) -> Iterator[str]:
    yield f"  {post.path}"
    if post.titles is not None:
        old, new = (
            title if title is None or len(title) <= _TITLE_WIDTH else f"{title[:_TITLE_WIDTH]}…"
            for title in post.titles
        )
        yield f"    title: {old} → {new}"
    parts = [f"{name} {_signs(changes)}" for name, changes in post.fields.items() if name != "title"]
    if parts:
        yield f"    {', '.join(parts)}"


def _signs(changes: Changes) -> str:
    """Write counts in short: ``+2 -1 ~3`` are two added, one removed, three changed."""
    return " ".join(
        f"{sign}{number}" for sign, kind in zip(_SIGNS, _KINDS, strict=True) if (number := getattr(changes, kind))
    )


def _counts(changes: Changes) -> dict[str, int]:
    return {kind: getattr(changes, kind) for kind in _KINDS}
