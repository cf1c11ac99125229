"""``newsingest schema``: the JSON Schema of a record, on standard output."""

from __future__ import annotations

import click

from newsingest.commands.exits import ALL_WELL


@click.command(
    "schema",
    short_help="Print the JSON Schema of a record.",
    epilog="""\b
Examples:
  newsingest schema > record.schema.json
""",
)
def command() -> int:
    """Print the JSON Schema (draft 2020-12) of a record.

    It is made from the types that records are written from. What a schema cannot say, 'newsingest
    validate' checks as well.
    """
    from newsingest.corpora.schema import schema_text

    click.echo(schema_text().encode(), nl=False)
    return ALL_WELL
