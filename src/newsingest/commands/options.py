"""Options that several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsingest.commands.values import check_encoding, check_globs, check_name, read_shard_size, read_size

if TYPE_CHECKING:
    from collections.abc import Callable

    from click.shell_completion import CompletionItem

    from newsingest.formats.packing import Packing
    from newsingest.formats.shard_files import Layout
    from newsingest.formats.sinks import Format
    from newsingest.profiles.store import UserProfiles

    ShardSize = tuple[int, str]

Command = TypeVar("Command", bound="Callable[..., Any]")

FORMATS = ("json", "jsonl", "parquet", "md", "txt")
SHARDED = frozenset({"jsonl", "parquet"})

profiles_option = click.option(
    "--profiles",
    metavar="DIR",
    type=click.Path(),
    callback=check_name,
    help="Folder of profiles of your own, asked before the built-in ones.",
)


encoding_option = click.option(
    "--encoding",
    metavar="NAME",
    callback=check_encoding,
    help="Encoding of posts that are not UTF-8, like gb18030.",
)


max_bytes_option = click.option(
    "--max-bytes",
    metavar="SIZE",
    callback=read_size,
    default="16MiB",
    show_default=True,
    help="Size of the largest post read.",
)


def selection_options(command: Command) -> Command:
    """Give a command ``--include`` and ``--exclude``."""
    include = click.option(
        "--include",
        metavar="GLOB",
        multiple=True,
        callback=check_globs,
        help="Read only files that match; may be repeated.",
    )
    exclude = click.option(
        "--exclude",
        metavar="GLOB",
        multiple=True,
        callback=check_globs,
        help="Leave out files and folders that match; may be repeated.",
    )
    return include(exclude(command))


def complete_profile(ctx: click.Context, _param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """List the profiles whose names begin so, those of ``--profiles`` too; where there are none, files do."""
    from click.shell_completion import CompletionItem

    from newsingest.errors import ProfileError
    from newsingest.profiles.choice import ProfileSet
    from newsingest.profiles.store import load

    try:
        specs = load(None, ctx.params.get("profiles")).specs
    except ProfileError:  # there is nowhere to say so
        specs = ()
    names = [name for name in ProfileSet(specs).names if name.startswith(incomplete)]
    return [CompletionItem(name) for name in names] or [CompletionItem(incomplete, type="file")]


def profile_options(command: Command) -> Command:
    """Give a command ``--profile``, ``--profiles`` and ``--no-config``."""
    profile = click.option(
        "--profile",
        metavar="NAME|FILE",
        callback=check_name,
        shell_complete=complete_profile,
        help="Profile to read every post with, instead of the one that applies.",
    )
    no_config = click.option("--no-config", is_flag=True, help="Read no newsingest.toml and no pyproject.toml.")
    return profile(profiles_option(no_config(command)))


def shard_options(command: Command) -> Command:
    """Give a command ``--shard-size`` and ``--compress``."""
    size = click.option(
        "--shard-size",
        metavar="SIZE",
        callback=read_shard_size,
        help="Most that a shard holds: posts (5000, the default) or bytes of JSON Lines (64MiB).",
    )
    compress = click.option(
        "--compress",
        type=click.Choice(("zstd", "gzip", "none")),
        help="Compression of shards; if not given, zstd in Parquet and none in JSON Lines.",
    )
    return size(compress(command))


def shard_layout(form: Format, output: str, size: ShardSize | None, compress: Packing | None) -> Layout | None:
    """Put the options of shards together; None for a form that has none, which then may not be given."""
    if form not in SHARDED:
        if size or compress:
            raise click.UsageError(
                f"--shard-size and --compress are for shards; --format {form} has a file for each post."
            )
        return None
    from newsingest.formats.shard_files import DEFAULT_POSTS, Layout
    from newsingest.formats.sinks import default_packing

    limit, unit = size or (DEFAULT_POSTS, "posts")
    return Layout(
        "parquet" if form == "parquet" else "jsonl",
        compress or default_packing(form, output),
        limit,
        "bytes" if unit == "bytes" else "posts",
    )


def load_profiles(profile: str | None, folder: str | None) -> UserProfiles:
    """Load the profiles that the options name; what is wrong with one is wrong usage."""
    from newsingest.errors import ProfileError
    from newsingest.profiles.store import load

    try:
        return load(profile, folder)
    except ProfileError as error:
        raise click.UsageError(f"{error}.") from error
