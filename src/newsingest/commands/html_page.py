"""The option ``--html``: a page goes to a file, or to standard output, and never over what is none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, TypeVar

import click

from newsingest.commands.output import write

if TYPE_CHECKING:
    from collections.abc import Callable

Command = TypeVar("Command", bound="Callable[..., Any]")

STREAM = "-"

# How every page of ours begins.
_BEGINNING = b'''<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy"'''


def html_option(what: str) -> Callable[[Command], Command]:
    """Give a command ``--html``; ``what`` says in its help what the page is."""
    return click.option(
        "--html",
        metavar="FILE",
        type=click.Path(readable=False, allow_dash=True),
        callback=_check,
        help=f"{what}; - writes it to standard output.",
    )


def check_streams(html: str | None, *, as_json: bool) -> None:
    """Refuse two things on one stream."""
    if as_json and html == STREAM:
        raise click.UsageError("--json and --html - exclude each other: both write to standard output.")


def write_page(target: str, page: str) -> None:
    """Write a page, whole or not at all. Raises SinkError."""
    from newsingest.runs.whole_file import write_whole

    if target == STREAM:
        write(page.encode())
    else:
        write_whole(target, page.encode())


def _check(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    if value is None or value == STREAM:
        return value
    if value == "":
        raise click.BadParameter("The page has no name.")
    if os.path.isdir(value):
        raise click.BadParameter(f"'{value}' is a folder. Name a file, or - for standard output.")
    from newsingest.formats.reader import holds_records
    from newsingest.runs.whole_file import is_foreign

    if is_foreign(value, _BEGINNING):
        raise click.BadParameter(f"'{value}' is there and no page of newsingest. It stays; name another file.")
    if holds_records(value):
        raise click.BadParameter(f"'{value}' ends as files of records do, and would be taken for one. Write .html.")
    return value
