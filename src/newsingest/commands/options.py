"""Options that several commands have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from collections.abc import Callable

    from newsingest.profile_store import UserProfiles

Command = TypeVar("Command", bound="Callable[..., Any]")

profiles_option = click.option(
    "--profiles",
    metavar="DIR",
    type=click.Path(),
    help="Folder of profiles of your own, asked before the built-in ones.",
)


def profile_options(command: Command) -> Command:
    """Give a command ``--profile``, ``--profiles`` and ``--no-config``."""
    for option in reversed(
        (
            click.option(
                "--profile",
                metavar="NAME|FILE",
                help="Profile to read every post with, instead of the one that applies.",
            ),
            profiles_option,
            click.option("--no-config", is_flag=True, help="Read no newsingest.toml and no pyproject.toml."),
        )
    ):
        command = option(command)
    return command


def load_profiles(profile: str | None, folder: str | None) -> UserProfiles:
    """Load the profiles that the options name; what is wrong with one is wrong usage."""
    from newsingest.errors import ProfileError  # noqa: PLC0415 - help must not wait for a parser
    from newsingest.profile_store import load  # noqa: PLC0415

    try:
        return load(profile, folder)
    except ProfileError as error:
        raise click.UsageError(f"{error}.") from error
