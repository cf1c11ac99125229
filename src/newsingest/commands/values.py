"""Reads the values of options. What is wrong with one is said by the code that uses it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from collections.abc import Callable

_UNITS = {"": 1, "b": 1, "kb": 10**3, "mb": 10**6, "gb": 10**9}
_UNITS |= {unit + tail: 2**power for power, unit in ((10, "k"), (20, "m"), (30, "g")) for tail in ("", "ib")}

_LEAST_MEMORY = 256 << 20
_MOST_SECONDS = 10**9  # some decades: more than that, and what is not finite, the system's timers do not take


class Whole(click.IntRange):
    """A whole number, from the least on that means anything."""

    def __init__(self, least: int) -> None:
        super().__init__(min=least)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:  # noqa: ANN401 - click's signature
        """Read it, and say what is allowed."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            reason = f"'{value}' is not possible here. Write a whole number, {self.min} or more."
            raise click.BadParameter(reason, ctx, param) from None


class Seconds(click.FloatRange):
    """A time in seconds."""

    def __init__(self) -> None:
        super().__init__(min=0)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:  # noqa: ANN401 - click's signature
        """Read it, and say what is allowed."""
        try:
            seconds = super().convert(value, param, ctx)
        except click.BadParameter:
            seconds = -1
        if not 0 <= seconds <= _MOST_SECONDS:
            reason = f"'{value}' is no time. Write seconds, 0 or more, like 0.5 or 3600."
            raise click.BadParameter(reason, ctx, param)
        return seconds


class ChoiceOrNone(click.Choice[str]):
    """One of some words, or none: on the command line, what stands behind the option may be meant for another."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:  # noqa: ANN401 - click's signature
        """Read it, and say where other words belong."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            if not param or not ctx or ctx.get_parameter_source(param.name or "") is not ParameterSource.COMMANDLINE:
                raise
            reason = f"{error.message} If it is a SOURCE, write it before {param.opts[0]}."
            raise click.BadParameter(reason, ctx, param) from None


def read_size(_ctx: click.Context, _param: click.Parameter, value: str) -> int:
    """Read a number of bytes: ``16777216``, ``16MiB``, ``16M`` (the same) or ``16MB`` (a little less)."""
    found = re.fullmatch(r"([0-9]{1,18})\s*([a-z]*)", value.strip().lower(), re.ASCII)
    if found is None or found[2] not in _UNITS or int(found[1]) == 0:
        raise click.BadParameter(f"'{value}' is no size. Write it like 500000, 64KiB, 16MB or 1GiB.")
    return int(found[1]) * _UNITS[found[2]]


def read_memory(ctx: click.Context, param: click.Parameter, value: str) -> int:
    """Read a size of memory: less than the parser itself takes would fail every post."""
    size = read_size(ctx, param, value)
    if size < _LEAST_MEMORY:
        raise click.BadParameter(f"'{value}' is not enough for any post. Give at least {_LEAST_MEMORY >> 20}MiB.")
    return size


def check_globs(_ctx: click.Context, _param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Refuse a pattern of no name, as of a variable that is not set: it would match all there is."""
    if not all(pattern.strip("/") for pattern in value):
        raise click.BadParameter("The pattern is empty. Write one like '*.md', draft or 'old/**'.")
    return value


def check_name(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Refuse a name of nothing, as of a variable that is not set."""
    if value == "":
        raise click.BadParameter("The name is empty. Leave the option out, or write what is meant.")
    return value


def check_encoding(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no text encoding."""
    if value is not None:
        from newsingest.parsing.decode import codec_name

        _check(codec_name, value)
    return value


def check_timezone(_ctx: click.Context, _param: click.Parameter, value: str | None) -> str | None:
    """Refuse what is no time zone."""
    if value is not None:
        from newsingest.dates import named_zone

        _check(named_zone, value)
    return value


def _check(read: Callable[[str], object], value: str) -> None:
    """Let the reader of a value say what is wrong with it."""
    try:
        read(value)
    except ValueError as error:
        raise click.BadParameter(f"{error}.") from error


def read_shard_size(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, str] | None:
    """Read the size of a shard: a bare number counts posts, one with a unit bytes."""
    if value is None:
        return None
    posts = value.strip().isdecimal()
    return read_size(ctx, param, value), "posts" if posts else "bytes"
