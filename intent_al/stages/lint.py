"""What lint looks at in a project: its files, its tests, and what its reviewers decided meanwhile.

Nothing is written, and there is no database where there was none.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from intent_al.errors import ConfigError, StoreError
from intent_al.plugins import did_you_mean
from intent_al.project.config import CONFIG_FILE, Project
from intent_al.records import Example, Outcome
from intent_al.texts.personal_data import Policy
from intent_al.training_data.lint import Inputs, lint, of_project, personal
from intent_al.training_data.lint.findings import Finding
from intent_al.training_data.lint.rules import RULES


def load(project: Project) -> tuple[Inputs, tuple[str, ...]]:
    """Everything that rules look at, and what somebody who reads their findings has to know."""
    inputs = of_project.load(project)
    notes = []
    if project.journal.exists():
        notes.append("an apply was interrupted; `intent-al status` finishes it or takes it back")
    if project.database.exists():
        try:
            decided = _waiting(project, inputs.data.intents())
            inputs = replace(inputs, decisions=decided)
        except StoreError as error:
            notes.append(f"the decisions that wait were not looked at: {error}")
    return inputs, tuple(notes)


def find(project: Project, inputs: Inputs, names: Collection[str] = ()) -> list[Finding]:
    """What the rules find, worst first; ``names`` are those to ask, whatever the project turns off.

    Personal data in what they quote is hidden; raises ConfigError for settings that name no rule.
    """
    turned_off = _off(project)
    rules = [rule for rule in RULES if rule.name in names] if names else RULES
    masking = project.settings.masking
    policy = Policy(masking.rules, masking.patterns)
    return [
        replace(one, message=policy.hidden(one.message))
        for one in lint(inputs, rules, () if names else turned_off)
    ]


def _off(project: Project) -> Collection[str]:
    """The rules that the project does not ask; raises ConfigError for a name that is none."""
    known = [*(rule.name for rule in RULES), personal.PERSONAL_DATA]
    for name in project.settings.lint.off:
        if name not in known:
            raise ConfigError(
                f"[lint] off names no rule with {name!r}{did_you_mean(name, sorted(known))}",
                where=project.root / CONFIG_FILE,
            )
    return project.settings.lint.off


def _waiting(project: Project, known: Collection[str]) -> tuple[Example, ...]:
    """Decisions that ``apply`` would write, as the examples that they would become.

    One about a text that ``apply`` has put there moves its own example: it contradicts nothing.
    """
    from intent_al.store import Store, changes, decisions

    bot, out_of_scope = project.settings.bot.name, project.settings.apply.out_of_scope_intent
    found = []
    with Store(project.database, read_only=True) as store:
        ours = changes.applied(store, bot)
        renames = changes.renames(store)
        for item in decisions.approved(store, bot):
            intent = item.intent if item.outcome is Outcome.LABELLED else None
            if item.outcome is Outcome.OUT_OF_SCOPE:
                intent = out_of_scope
            if intent and item.utterance not in ours:
                name = changes.name_now(intent, renames, known)
                found.append(Example(item.text, name, item.entities))
    return tuple(found)
