"""``intent-al gate``"""

from __future__ import annotations

import click

from intent_al import steps
from intent_al.cli.output import judged
from intent_al.cli.session import CommandSession, with_session
from intent_al.errors import GateInconclusive, GateRefused
from intent_al.stages.gate import (
    PASSED,
    REFUSED,
    figures,
)
from intent_al.training_data.repository.ledger import LEDGER_FILE


@click.command("gate")
@click.option("--all-intents", is_flag=True, help="List the intents that did not change, too.")
@click.option("--by-set", is_flag=True, help="List the intents of each test set by itself.")
@with_session
def command(session: CommandSession, all_intents: bool, by_set: bool) -> None:
    """Judge the candidate against the current model.

    Both answer the held-out test files and the audit sample. Exit code 10: the candidate is
    refused; 11: too little to tell. That the training data has passed is recorded in the ledger.

    Example:

        intent-al gate --all-intents
    """
    with session.progress("gate"):
        report = steps.gate(session.workspace)
    session.result(
        figures(report), lambda console: judged.show(report, console, all_intents, by_set)
    )
    if report.outcome == PASSED:
        if steps.record_gate(session.workspace) and not session.as_json:
            session.console.print(f"recorded in {LEDGER_FILE}: commit it with the training data")
        return
    if session.as_json or not session.console.is_terminal:
        click.echo(f"intent-al: {judged.verdict(report)}", err=True)
    kind = GateRefused if report.outcome == REFUSED else GateInconclusive
    click.get_current_context().exit(kind.exit_code)
