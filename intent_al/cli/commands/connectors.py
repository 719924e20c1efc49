"""``intent-al connectors``"""

from __future__ import annotations

import click
import orjson
from rich.console import Console
from rich.table import Table

from connectors import available, connector_type


@click.command("connectors")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(as_json: bool) -> None:
    """List the sources of conversations and their settings.

    Example:

        intent-al connectors --json
    """
    from connectors.settings import options

    found = {
        name: (summary, options(connector_type(name).settings_type))
        for name, summary in available().items()
    }
    if as_json:
        data = {
            name: {
                "summary": summary,
                "settings": {option.name: option.help for option in declared},
            }
            for name, (summary, declared) in found.items()
        }
        click.echo(orjson.dumps(data, option=orjson.OPT_INDENT_2).decode())
        return
    console = Console(highlight=False)
    for name, (summary, declared) in found.items():
        table = Table(title=f"{name}: {summary}", title_justify="left", show_header=False)
        for option in declared:
            table.add_row(option.name, option.help)
        console.print(table, soft_wrap=False)
