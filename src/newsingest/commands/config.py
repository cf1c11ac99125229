"""Options kept in a file: ``newsingest.toml``, or ``[tool.newsingest]`` of ``pyproject.toml``."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

CONFIG_NAME = "newsingest.toml"
_META = "newsingest.config"
# A file that may lie beside scraped posts has no say in where records go and how much is said.
_NOT_KEPT = frozenset({"help", "output", "report", "quiet", "verbose", "no_config", "as_json", "html"})
_PATHS = frozenset({"profile", "profiles"})


class ConfigError(Exception):
    """A configuration file that cannot be used: the file, and what is wrong."""


class ConfiguredCommand(click.Command):
    """A command whose options may stand in a file; an option on the command line wins.

    The file is looked for beside the source (the parameter ``sources``, where it is one only, or ``post``), then in the
    current folder.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Find the sources on the command line, and the file beside them, before the command line is read for good."""
        given, _, _ = self.make_parser(ctx).parse_args(args=list(args))
        asked = self.get_help_option(ctx)
        helps = asked is not None and given.get(asked.name or "") is True
        if not ctx.resilient_parsing and not helps and given.get("no_config") is not True:
            try:
                self._take_defaults(ctx, given)
            except ConfigError as error:
                raise click.UsageError(str(error), ctx) from error
        try:
            return super().parse_args(ctx, args)
        except click.BadParameter as error:
            name = error.param.name if error.param else None
            if name and ctx.get_parameter_source(name) is ParameterSource.DEFAULT_MAP:
                raise click.UsageError(f"{ctx.meta[_META]}: {_key(name)}: {error.message}", ctx) from error
            raise

    def _take_defaults(self, ctx: click.Context, given: Mapping[str, object]) -> None:
        """Take defaults from the file of the sources that are given, if they have one. Raises ConfigError."""
        post, sources = given.get("post"), given.get("sources")
        named = [post] if isinstance(post, str) else sources
        found = find_config(named if isinstance(named, (list, tuple)) else ())
        if found is not None:
            file, table = found
            ctx.default_map = {**(ctx.default_map or {}), **_defaults(table, file, self)}
            ctx.meta[_META] = file


def config_file() -> str | None:
    """Return the file whose options hold for the command that runs."""
    found: str | None = click.get_current_context().meta.get(_META)
    return found


def find_config(sources: Sequence[str]) -> tuple[str, dict[str, Any]] | None:
    """Return the first file with options, and them: beside the one source, then in the current folder."""
    folders = ["."]
    if len(sources) == 1:  # of standard input, too, that is the current folder
        source = sources[0]
        folders.insert(0, source if os.path.isdir(source) else os.path.dirname(source) or ".")
    for folder in dict.fromkeys(folders):
        own = os.path.normpath(os.path.join(folder, CONFIG_NAME))
        if os.path.lexists(own):  # a link that leads nowhere is no wish to have no options
            return own, _read(own)
        project = os.path.normpath(os.path.join(folder, "pyproject.toml"))
        if os.path.isfile(project):
            tool = _read(project).get("tool")
            table = tool.get("newsingest") if isinstance(tool, dict) else None
            if isinstance(table, dict):
                return project, table
            if table is not None:
                raise ConfigError(f"{project}: tool.newsingest: must be one table, not {table!r}.")
    return None


def _read(path: str) -> dict[str, Any]:
    import tomllib

    from newsingest.runs.walk import special_kind

    try:
        if special := special_kind(os.stat(path).st_mode):  # which may never end, or never begin
            raise ConfigError(f"{path}: a {special}. Options stand in a plain file; --no-config reads none.")
        with open(path, encoding="utf-8-sig", newline="") as file:  # some editors put a mark before the first line
            return tomllib.loads(file.read())
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}. --no-config reads none.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not TOML: {error}.") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: nested too deep.") from error


def _defaults(table: Mapping[str, Any], file: str, command: click.Command) -> dict[str, Any]:
    """Check names and types of the options, and write them as click's defaults for this command."""
    from newsingest.commands.parse import command as parse  # which imports this module

    known = _options(parse) | _options(command)
    for key, value in table.items():
        if key not in known:
            raise ConfigError(f"{file}: unknown key '{key}'. {_allowed(key, known)}.")
        if (wanted := _wanted(known[key], value)) is not None:
            raise ConfigError(f"{file}: {key}: {wanted}, not {value!r}.")
    own = {_key(param.name or "") for param in command.params}
    return {key.replace("-", "_"): _beside(file, key, value) for key, value in table.items() if key in own}


def _options(command: click.Command) -> dict[str, click.Option]:
    """List the options of a command that a file may hold, by their long names."""
    return {
        _key(param.name or ""): param
        for param in command.params
        if isinstance(param, click.Option) and param.name not in _NOT_KEPT
    }


def _key(name: str) -> str:
    return name.replace("_", "-")


def _wanted(option: click.Option, value: object) -> str | None:
    """Say what an option's value must be, if this is something else."""
    if option.is_flag:
        return None if isinstance(value, bool) else "must be true or false"
    if option.multiple:
        fits = isinstance(value, list) and all(isinstance(each, str) for each in value)
        return None if fits else "must be a list of texts"
    if isinstance(option.type, click.Choice) and not isinstance(value, str):
        return f"must be one of {', '.join(map(repr, option.type.choices))}"
    if isinstance(option.type, click.IntRange) and isinstance(value, float):
        return "must be a whole number"
    fits = isinstance(value, (str, int, float)) and not isinstance(value, bool)
    return None if fits else "must be a text or a number"


def _beside(file: str, key: str, value: object) -> object:
    """Let a relative path start from the folder of the file it stands in."""
    if key not in _PATHS or not isinstance(value, str) or not value:
        return value
    if key == "profile" and os.sep not in value and not value.lower().endswith((".yaml", ".yml")):
        return value  # a name
    return os.path.join(os.path.dirname(file), value)


def _allowed(key: str, known: Iterable[str]) -> str:
    import difflib

    near = difflib.get_close_matches(key, known, n=1)
    return (f"Did you mean '{near[0]}'? " if near else "") + f"Allowed: {', '.join(sorted(known))}"
