"""The command line: one group, its commands imported when they are named."""

# ruff: noqa: E402 - the collector is told before anything large is imported

from __future__ import annotations

import gc

gc.set_threshold(100_000)  # modules and their like stay: to look for garbage in them costs a tenth of the start

import sys
from importlib import import_module
from typing import NoReturn

import click

from newsingest import __version__
from newsingest.commands.exits import INTERRUPTED, STOPPED
from newsingest.errors import SinkError

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

    def invoke(self, ctx: click.Context) -> object:
        """Run a command. Where nobody reads on, it ends as other tools do; click would call it a failure."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            from newsingest.commands.output import abandon_stdout

            return abandon_stdout()


@click.group(
    cls=_LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Examples:
  newsingest parse ./posts -o records/
  newsingest inspect posts/a.md
  newsingest parse --help

\b
Completion of commands and options with the Tab key:
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
        status = cli.main(prog_name="newsingest", standalone_mode=False)
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        status = INTERRUPTED
    except SinkError as error:
        status = _stop(error)
    except OSError as error:
        if error.filename is not None:  # what click writes to standard output has no name
            raise
        from newsingest.runs.whole_file import refusal

        status = _stop(refusal(error, "standard output"))
    gc.freeze()  # all goes with the process
    sys.exit(status)


def _stop(error: SinkError) -> int:
    """Say why the output cannot be written, drop what is held back of it, and give the status."""
    from newsingest.commands.output import abandon_stdout
    from newsingest.text import printable

    click.echo(printable(f"stopped: {error}"), err=True)
    abandon_stdout()
    return STOPPED
