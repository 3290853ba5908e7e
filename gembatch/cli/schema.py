"""`gembatch schema`: the JSON schemas of what people and gembatch write."""

from __future__ import annotations

import click

from gembatch.cli.output import show
from gembatch.load.schemas import NAMES, schema_text


@click.command()
@click.argument("name", type=click.Choice(NAMES), metavar="NAME")
def schema(name: str) -> None:
    """Print the JSON schema NAME: `job` or `workspace`, which people write; `lockfile` or `plan`, which gembatch does.

    `gembatch schema job > schemas/job.schema.json` renews the copy that editors complete and check specs from.
    """
    show(schema_text(name).rstrip("\n"))
