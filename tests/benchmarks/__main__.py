"""``python -m tests.benchmarks [builtin] [pull] [check] ...``: prints one table.

Takes about a quarter of an hour for all of it. Not part of the tests: figures are goals, quoted as
ratios of one run, because no machine is quiet.
"""

from __future__ import annotations

import sys
from importlib import import_module

from rich.console import Console
from rich.table import Table

BENCHMARKS = (
    "builtin",
    "encoders",
    "strategies",
    "suspects",
    "peers",
    "scale",
    "pull",
    "check",
    "lint",
    "edits",
    "demo",
    "rasa",
    "inside",
    "review",
    "similarity",
    "rooms",
)


def main(names: list[str]) -> None:
    unknown = set(names) - set(BENCHMARKS)
    if unknown:
        sys.exit(f"no benchmark {sorted(unknown)}; there are {', '.join(BENCHMARKS)}")
    table = Table("what", "measured", "reach", "", title="Benchmarks", title_justify="left")
    for name in names or BENCHMARKS:
        for figure in import_module(f"tests.benchmarks.bench_{name}").run():
            mark = {True: "reached", False: "missed", None: ""}[figure.reached]
            table.add_row(figure.what, figure.value, figure.reach, mark)
    Console(width=120).print(table)


if __name__ == "__main__":
    main(sys.argv[1:])
