"""The command line: one thin file a command, imported when it is called.

spaCy and scikit-learn take seconds to import; ``intent-al status`` must not pay for them.
"""

from __future__ import annotations

import importlib
import io
import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from connectors.errors import ConnectorError
from intent_al import __version__
from intent_al.errors import IntentAlError, SourceError
from intent_al.plugins import did_you_mean
from intent_al.texts.plain import visible

COMMANDS = {
    "demo": "The whole loop on a copy of the example bot, with the gain measured.",
    "status": "What is where, on one screen.",
    "intake": "Pull, predict and select: one command for a job.",
    "pull": "Read new conversations from the bot's logs, masked.",
    "predict": "Ask the model what it makes of every utterance.",
    "score": "Show how unsure the models are, and why.",
    "select": "Put the few most valuable utterances before a human.",
    "review": "Decide what the utterances really are, one key each.",
    "serve": "Open the review page, for a browser.",
    "users": "Say who may use the review page.",
    "apply": "Write the decisions into the bot's training data.",
    "undo": "Take the last apply or edit back.",
    "edit": "Rename, merge and split intents; move, annotate and delete examples.",
    "retrain": "Train a candidate on the bot's training data as it is now.",
    "gate": "Judge the candidate against the current model.",
    "insights": "What nobody asked the bot to know: gaps, top questions, bad conversations.",
    "simulate": "Measure what a strategy is worth, on labelled texts.",
    "report": "Write what the last verdict rests on into one HTML file.",
    "cycle": "Retrain, gate, apply and promote, when there is enough new: for a scheduled job.",
    "schedule": "Run intake and cycle by the clock, for those who have no scheduler.",
    "rollback": "Make the model that was live before the live one again.",
    "rasa": "Put the event broker and the annotator into the bot.",
    "lint": "Look for what would teach the bot something wrong, in its own files.",
    "check": "Fail the build when the bot's files must not be shipped.",
    "export": "Write training data or decisions into a file of another format.",
    "forget": "Remove a person from everything that is stored.",
    "prune": "Delete the predictions of old models.",
    "connectors": "List the sources of conversations and their settings.",
}
INTERRUPTED = 130
"""Exit code after ctrl-C, as shells have it: 128 and the number of the signal."""


class LazyGroup(click.Group):
    """Knows the names of all commands and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        module = importlib.import_module(f"intent_al.cli.commands.{name}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            ctx.fail(f"no such command {args[0]!r}{did_you_mean(args[0], COMMANDS)}")
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="intent-al")
def cli() -> None:
    """Active learning for chatbots.

    Run it in the bot's folder: it finds the conversation log, the training data and the models by
    itself.

    Example:

        intent-al intake && intent-al review && intent-al apply
    """


def main() -> None:
    """Entry point of the installed command."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal without UTF-8 shows ? for a bar
    sys.exit(run(sys.argv[1:]))


def run(args: Sequence[str]) -> int:
    """One call; its exit code. Bad input becomes one line, a bug shows its traceback."""
    as_json = "--json" in args
    try:
        code = cli.main(list(args), standalone_mode=False, prog_name="intent-al")
    except click.ClickException as error:
        return _complain(_usage(error), error.exit_code, as_json)
    except (click.Abort, KeyboardInterrupt):
        return _complain("stopped; what was done so far is kept", INTERRUPTED, as_json)
    except ConnectorError as error:
        return _complain(str(error), SourceError.exit_code, as_json)
    except IntentAlError as error:
        return _complain(str(error), error.exit_code, as_json)
    return code if isinstance(code, int) else 0


def _usage(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    hint = f" (see `{context.command_path} --help`)" if context is not None else ""
    return f"{error.format_message().rstrip('.')}{hint}"


def _complain(message: str, code: int, as_json: bool) -> int:
    """One line on standard error; for programs, one object on standard output, too."""
    line = visible(" ".join(message.split()))
    if as_json:
        click.echo(json.dumps({"error": line, "exit_code": code}))
    click.echo(f"intent-al: {line}", err=True)
    return code
