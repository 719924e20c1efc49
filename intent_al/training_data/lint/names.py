"""Names that NLU data and domain do not share: what is annotated is lost, or never learnt."""

from __future__ import annotations

from collections.abc import Iterator

from intent_al.records import Entity
from intent_al.training_data.lint import Inputs
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.lint.wording import did_you_mean, quoted
from intent_al.training_data.placed import Place

INTENT, NO_EXAMPLES = "intent-not-in-domain", "intent-without-examples"
ENTITY, ROLE = "entity-not-in-domain", "role-not-in-domain"

_HINTS = 20
"""Names up to which each is compared with all others: of more, no typo is the reason."""


def intents(inputs: Inputs) -> Iterator[Finding]:
    """One finding a name, at its first block. Of a retrieval intent the domain has the base."""
    if inputs.domain is None:
        return
    places: dict[str, list[Place]] = {}
    for block in inputs.data.blocks:
        if block.kind == "intent" and block.size:
            places.setdefault(block.name.partition("/")[0], []).append(block.name_place)
    known = inputs.domain.intents
    missing = {
        name: found
        for name, found in places.items()
        if name not in known and name not in inputs.domain.own
    }
    for name, found in missing.items():
        hint = did_you_mean(name, known) if len(missing) <= _HINTS else ""
        message = (
            f"the intent {quoted(name)} is not in the domain, so the bot cannot act on it{hint}; "
            "list it under intents, or rename it here"
        )
        yield Finding(INTENT, Severity.ERROR, message, found[0], tuple(found[1:]), about=name)


def without_examples(inputs: Inputs) -> Iterator[Finding]:
    """Where a file cannot be read, or none was found, nobody knows what is taught."""
    if inputs.domain is None or inputs.unreadable or not inputs.data.examples:
        return
    taught = {name.partition("/")[0] for name in inputs.data.intents()}
    known = inputs.domain.intents.items()
    untaught = {name: place for name, place in known if name not in taught | inputs.domain.own}
    for name, place in untaught.items():
        hint = did_you_mean(name, taught) if len(untaught) <= _HINTS else ""
        message = (
            f"the intent {quoted(name)} has no examples{hint}; it can only come from a button or "
            "a channel"
        )
        yield Finding(NO_EXAMPLES, Severity.NOTE, message, place, about=name)


def entities(inputs: Inputs) -> Iterator[Finding]:
    if inputs.domain is None:
        return
    known = inputs.domain.entities
    for (name, _, _), place in _first_mentions(inputs, roles=False):
        if name not in known:
            message = (
                f"the entity {quoted(name)} is not in the domain, so no slot and no rule sees it"
                f"{did_you_mean(name, known)}; list it under entities, or rename it here"
            )
            yield Finding(ENTITY, Severity.WARNING, message, place, about=name)


def roles(inputs: Inputs) -> Iterator[Finding]:
    """Roles and groups of the entities that the domain knows."""
    if inputs.domain is None:
        return
    for (name, kind, value), place in _first_mentions(inputs, roles=True):
        listed = inputs.domain.roles if kind == "role" else inputs.domain.groups
        known = listed.get(name, frozenset())
        if name in inputs.domain.entities and value not in known:
            message = (
                f"the {kind} {quoted(value)} of the entity {name} is not in the domain"
                f"{did_you_mean(value, known)}; list it under {kind}s of {name}"
            )
            about = f"{kind} {name} {value}"
            yield Finding(ROLE, Severity.WARNING, message, place, about=about)


def _first_mentions(inputs: Inputs, *, roles: bool) -> Iterator[tuple[tuple[str, str, str], Place]]:
    """(entity, "role" or "group", its name), with the place of the first annotation with it."""
    seen: set[tuple[str, str, str]] = set()
    for one in inputs.data.examples:
        for entity in one.example.entities:
            for key in _roles_of(entity) if roles else ((entity.entity, "", ""),):
                if key not in seen:
                    seen.add(key)
                    yield key, one.place_of(entity.start, entity.end)


def _roles_of(entity: Entity) -> Iterator[tuple[str, str, str]]:
    if entity.role:
        yield entity.entity, "role", entity.role
    if entity.group:
        yield entity.entity, "group", entity.group
