"""``newsingest profiles``: what profiles there are, what one says, and whether a new one is good."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click

from newsingest.commands.config import CONFIG_NAME
from newsingest.commands.exits import ALL_WELL, SOME_FAILED
from newsingest.commands.options import (
    complete_profile,
    encoding_option,
    load_profiles,
    max_bytes_option,
    profiles_option,
    selection_options,
)
from newsingest.commands.output import STDOUT, Output, write, write_tables
from newsingest.text import printable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from newsingest.explaining.profile_check import Check
    from newsingest.runs.walk import Rules


@click.group(
    "profiles",
    short_help="List, show and check publisher profiles.",
    epilog="""\b
Examples:
  newsingest profiles list
  newsingest profiles show generic
  newsingest profiles check harbour.yaml ./posts
""",
)
def command() -> None:
    """Profiles say what is special to a publisher's markup, one YAML file each."""


@command.command("list", short_help="List the profiles in the order posts are tried on them.")
@profiles_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def list_profiles(profiles: str | None, *, as_json: bool) -> int:
    """List the profiles in the order in which posts are tried on them.

    Columns: name, file, the profile it extends, its own rules, its rules with those it extends.
    """
    from newsingest.profiles.choice import ProfileSet
    from newsingest.profiles.profile import merged
    from newsingest.profiles.rules import effective

    brought = load_profiles(None, profiles)
    known = ProfileSet(brought.specs)
    rows = []
    for name in known.names:
        chain = known.chain(name)
        file = brought.files[name].file if name in brought.files else "built in"
        counts = (len(effective(chain[0])), len(effective(merged(chain))))
        rows.append({"name": name, "from": file, "extends": chain[0].extends, "own": counts[0], "all": counts[1]})
    if as_json:
        _write_json(rows)
    else:
        _write_table(list(rows[0]), [list(row.values()) for row in rows])
    return ALL_WELL


@command.command("show", short_help="Show a profile with all it inherits, as YAML.")
@click.argument("name", metavar="NAME|FILE", shell_complete=complete_profile)
@profiles_option
def show(name: str, profiles: str | None) -> int:
    """Show a profile with the rules of those it extends, as a profile file."""
    import msgspec
    import yaml

    from newsingest.profiles.choice import ProfileSet
    from newsingest.profiles.profile import merged

    brought = load_profiles(name, profiles)
    chain = ProfileSet(brought.specs).chain(brought.forced or name)
    values = _without_empty(msgspec.to_builtins(merged(chain), builtin_types=()))
    names = " → ".join(spec.name for spec in chain)
    text = yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=1000)
    write(f"# {names}\n{text}".encode())
    return ALL_WELL


@command.command(
    "check",
    short_help="Check a profile, and try it on posts.",
    epilog="""\b
Exit status:
  0    the profile is good, and matches a post if there are any
  1    the profile cannot be used, or matches none of the posts
  2    wrong usage
""",
)
@click.argument("file", metavar="FILE", type=click.Path())
@click.argument("posts", metavar="[POSTS]...", nargs=-1, type=click.Path(readable=False))
@encoding_option
@max_bytes_option
@selection_options
@profiles_option
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
def check(  # noqa: PLR0913, PLR0917 - an option each
    file: str,
    posts: tuple[str, ...],
    encoding: str | None,
    max_bytes: int,
    include: tuple[str, ...],
    exclude: tuple[str, ...],
    profiles: str | None,
    *,
    as_json: bool,
) -> int:
    """Check a profile FILE; with POSTS, say which match and how often each of its rules fired.

    An element or line counts for the rule that decided about it, so a rule that fires never is either wrong
    or done by an earlier one.
    """
    from newsingest.errors import ProfileError
    from newsingest.explaining.profile_check import Check
    from newsingest.profiles.choice import ProfileSet
    from newsingest.profiles.store import load
    from newsingest.runs.talk import say
    from newsingest.runs.walk import Rules

    try:
        brought = load(file, profiles)
    except ProfileError as error:
        say(f"{error}.")
        return SOME_FAILED
    chain = ProfileSet(brought.specs).chain(brought.forced or file)
    tried = Check(chain, encoding)
    matched, tried_posts = _try(tried, posts, Rules(include, (*exclude, CONFIG_NAME), max_bytes))
    if as_json:
        _write_json(_report(tried, matched, tried_posts))
    else:
        _tell(file, tried, matched if posts else None, tried_posts)
    return SOME_FAILED if posts and not matched else ALL_WELL


def _try(tried: Check, posts: Sequence[str], rules: Rules) -> tuple[list[str], int]:
    """Try a profile on all posts; return those that match, and how many there were."""
    from newsingest.errors import PostError
    from newsingest.runs.account import Failure
    from newsingest.runs.read import read_post
    from newsingest.runs.run import find
    from newsingest.runs.settings import Settings
    from newsingest.runs.sources import Source, SourceError, resolve_sources
    from newsingest.runs.talk import say
    from newsingest.runs.walk import Candidate, Skip

    try:
        sources = dict[str, Source]()
        for given in posts:  # one by one, as nothing is written that would have to have a name of its own
            (source,) = resolve_sources([given])
            sources.setdefault(source.path, source)
    except SourceError as error:
        raise click.UsageError(str(error)) from error
    matched, count = [], 0
    for shown, found in find(sources.values(), Settings(rules=rules)):
        if isinstance(found, Skip):
            say(f"left out: {shown}: {found.reason}.")
        if not isinstance(found, Candidate):
            continue
        try:
            fits = tried.take(read_post(found.path, found.relative, rules.max_bytes), shown)
        except PostError as error:
            say(f"left out: {Failure(shown, error)}")
            continue
        count += 1
        if fits:
            matched.append(shown)
    return matched, count


def _report(tried: Check, matched: list[str], count: int) -> dict[str, Any]:
    return {
        "profile": tried.spec.name,
        "posts": count,
        "matched": matched,
        "rules": [{"key": rule.key, "rule": rule.text, "fired": fired} for rule, fired in tried.fired()],
    }


def _tell(file: str, tried: Check, matched: list[str] | None, count: int) -> None:
    from newsingest.runs.talk import count as counted

    spec = tried.spec
    rules = tried.fired()
    extends = f", extends {spec.extends}" if spec.extends else ""
    with Output() as output:
        output.line(f"{file}: good: {spec.name}{extends}, {counted(len(rules), 'rule')} of its own")
        if matched is None:
            return
        found = "" if count else ": none was found"
        output.line(f"matches {len(matched)} of {counted(count, 'post')}{found}")
        for shown in matched:
            output.line(f"  {shown}")
    # Where nothing matches, the signs are all that can be wrong.
    asked = [(rule, fired) for rule, fired in rules if matched or rule.key.startswith("applies.")] if count else []
    if asked:
        _write_table(["fired", "key", "rule"], [[fired or "never", rule.key, rule.text] for rule, fired in asked])


def _write_json(value: object) -> None:
    import json

    write(f"{json.dumps(value, ensure_ascii=False, indent=2)}\n".encode())


def _write_table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Draw a table on a terminal; elsewhere write lines with tabs, the head first."""
    texts = [["" if each is None else printable(str(each)) for each in row] for row in rows]
    if not os.isatty(STDOUT):
        write("".join("\t".join(row) + "\n" for row in [head, *texts]).encode())
        return
    from rich.table import Table
    from rich.text import Text

    table = Table(*head, box=None, header_style="bold")
    for row in texts:
        table.add_row(*(Text(each, style="yellow" if each == "never" else "") for each in row))
    write_tables([table])


def _without_empty(value: object) -> object:
    if not isinstance(value, dict):
        return value
    kept = {key: _without_empty(each) for key, each in value.items()}
    return {key: each for key, each in kept.items() if each not in (None, [], {})}
