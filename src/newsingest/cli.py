"""The command line: one group, its commands imported when they are named."""

# ruff: noqa: E402 - the collector is told before anything large is imported

from __future__ import annotations

import gc

gc.set_threshold(100_000)  # modules and functions stay: looking for garbage among them is a tenth of the start

import sys
from contextlib import contextmanager
from importlib import import_module
from typing import TYPE_CHECKING, Any, NoReturn

import click

from newsingest import __version__
from newsingest.commands.exits import INTERRUPTED, STOPPED
from newsingest.errors import SinkError, refusal
from newsingest.text import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

# The commands, in the order of --help. Each stands in the module of its name below newsingest.commands.
_COMMANDS = (
    "parse", "status", "inspect", "diff", "convert", "validate", "stats", "schema", "profiles"
)  # fmt: skip


class _LazyGroup(click.Group):
    """Imports a command when it is asked for, so that one command does not wait for the imports of all."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """List the commands' names."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Import a command."""
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = import_module(f"newsingest.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find a command, or say which one may have been meant: click itself knows only those that are imported."""
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            import difflib

            near = difflib.get_close_matches(args[0], _COMMANDS, n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{near[0]}'?", ctx) from error

    def make_context(self, *args: Any, **options: Any) -> click.Context:  # noqa: ANN401 - click's signature
        """Read the command line, which may be all there is to do: --help ends here."""
        with _nobody_reading():
            return super().make_context(*args, **options)

    def invoke(self, ctx: click.Context) -> object:
        """Run a command."""
        with _nobody_reading():
            return super().invoke(ctx)


@contextmanager
def _nobody_reading() -> Iterator[None]:
    """End as other tools do where nobody reads the output any more; click would call it a failure."""
    try:
        yield
    except BrokenPipeError:
        from newsingest.commands.output import abandon_stdout

        raise click.exceptions.Exit(abandon_stdout()) from None


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  newsingest parse ./posts -o records/
  newsingest inspect posts/a.md
  newsingest parse --help

\b
Completion of commands, options and profiles with the Tab key:
  bash:  eval "$(_NEWSINGEST_COMPLETE=bash_source newsingest)"
  zsh:   eval "$(_NEWSINGEST_COMPLETE=zsh_source newsingest)"
  fish:  _NEWSINGEST_COMPLETE=fish_source newsingest | source
""",
)
@click.version_option(__version__, prog_name="newsingest", message="%(prog)s %(version)s")
def cli() -> None:
    """Turn folders of scraped news posts into a clean corpus."""


def main() -> NoReturn:
    """Run the command line and exit with its status."""
    try:
        status = _status()
    except BrokenPipeError:  # of the completion, or of what is said on standard error
        from newsingest.commands.output import abandon_stdout

        status = abandon_stdout()
    gc.freeze()  # nothing needs to be collected any more
    sys.exit(status)


def _status() -> int:
    """Run the command line, say what ended it, and give its status."""
    try:
        status: int = cli.main(prog_name="newsingest", standalone_mode=False)
    except click.ClickException as error:
        _complain(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except SinkError as error:
        return _stop(error)
    except OSError as error:
        if error.filename is not None or isinstance(error, BrokenPipeError):
            raise
        return _stop(refusal(error, "standard output"))  # where click writes, which has no name
    return status


def _complain(error: click.ClickException) -> None:
    """Say what is wrong with the command line, and names in it as they can be printed."""
    if isinstance(error, click.UsageError) and type(error).show is click.UsageError.show:
        error = click.UsageError(printable(error.format_message()), error.ctx)
    error.show()  # where a command is missing, it shows the help


def _stop(error: SinkError) -> int:
    """Say why the output cannot be written, drop what is held back of it, and give the status."""
    from newsingest.commands.output import abandon_stdout

    click.echo(printable(f"stopped: {error}"), err=True)
    abandon_stdout()
    return STOPPED
