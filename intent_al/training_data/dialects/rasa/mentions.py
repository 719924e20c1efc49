"""Where a bot's files name an intent: training data, domain, stories, rules, tests, configuration.

A name that is changed in one place and left in another is a bot that silently stops to answer.
Source: Rasa 3.6's documentation of the domain, stories, rules, forms, slots and response selectors.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.training_data.dialects.rasa import yaml_nodes

_UTTER = "utter_"
_STORIES = ("stories", "rules", "e2e_tests")
_CONDITIONS = ("intent", "not_intent", "ignored_intents")
# What stands below them names slots and entities, which may be called "intent", too.
_NO_INTENTS = ("slot_was_set", "entities", "metadata")


@dataclass(frozen=True, slots=True)
class Mention:
    """``node`` names ``intent``, behind ``prefix`` (``/`` of a payload, ``utter_``)."""

    node: ScalarNode
    intent: str
    prefix: str = ""

    def renamed(self, old: str, new: str) -> str | None:
        """The scalar with the new name; None where it names something else."""
        name = new_name(self.intent, old, new)
        if name is None:
            return None
        value: str = self.node.value
        at = len(self.prefix)
        return value[:at] + name + value[at + len(self.intent) :]


def new_name(intent: str, old: str, new: str) -> str | None:
    """What an intent is called when ``old`` becomes ``new``; a base takes ``base/sub`` along."""
    if intent == old:
        return new
    if "/" not in old and "/" not in new and intent.startswith(f"{old}/"):
        return new + intent[len(old) :]
    return None


def mentions(root: Node | None, *, retrieval: str = "") -> Iterator[Mention]:
    """Every place of a file that names an intent; each scalar once, also behind aliases.

    ``retrieval`` is the base of a retrieval intent, whose action ``utter_<base>`` names it, too.
    """
    if not isinstance(root, MappingNode):
        return
    seen: set[int] = set()
    for found in _of_file(root, retrieval):
        if id(found.node) not in seen:
            seen.add(id(found.node))
            yield found


def _of_file(root: MappingNode, retrieval: str) -> Iterator[Mention]:
    for key, value in yaml_nodes.pairs(root):
        if key.value == "nlu":
            for item in _items(value):
                yield from _named(item, ("intent",))
        elif key.value == "intents":
            yield from _listed(value)
        elif key.value in _STORIES:
            yield from _in_stories(value, retrieval)
        elif key.value == "responses":
            yield from _in_responses(value)
        elif key.value in ("slots", "forms"):
            yield from _anywhere(value, _CONDITIONS)
        elif key.value == "pipeline":
            yield from _anywhere(value, ("retrieval_intent",))
        elif key.value == "actions":
            for item in _items(value):
                yield from _action(item, retrieval)


def _items(node: Node) -> list[Node]:
    return list(node.value) if isinstance(node, SequenceNode) else []


def _named(node: Node, keys: tuple[str, ...]) -> Iterator[Mention]:
    """What a mapping says under one of the keys: a name, or a list of names."""
    if not isinstance(node, MappingNode):
        return
    for key, value in yaml_nodes.pairs(node):
        if key.value in keys:
            for named in [value, *_items(value)]:
                if isinstance(named, ScalarNode):
                    name = named.value.lstrip()
                    yield Mention(named, name.rstrip(), named.value[: -len(name)] if name else "")


def _listed(value: Node) -> Iterator[Mention]:
    for item in _items(value):
        name = item
        if isinstance(item, MappingNode) and item.value:
            name = item.value[0][0]
        if isinstance(name, ScalarNode):
            yield Mention(name, name.value)


def _in_stories(node: Node, retrieval: str) -> Iterator[Mention]:
    yield from _named(node, ("intent",))
    if isinstance(node, MappingNode):
        for key, value in yaml_nodes.pairs(node):
            if key.value == "action":
                yield from _action(value, retrieval)
            elif key.value not in _NO_INTENTS:
                yield from _in_stories(value, retrieval)
    for item in _items(node):
        yield from _in_stories(item, retrieval)


def _in_responses(node: Node) -> Iterator[Mention]:
    """``utter_faq/ask_hours`` answers a retrieval intent; a button's payload starts with ``/``."""
    if not isinstance(node, MappingNode):
        return
    for key, variations in yaml_nodes.pairs(node):
        if "/" in key.value and key.value.startswith(_UTTER) and isinstance(key, ScalarNode):
            yield Mention(key, key.value.removeprefix(_UTTER), _UTTER)
        yield from _payloads(variations)


def _payloads(node: Node) -> Iterator[Mention]:
    for child in yaml_nodes.walk(node):
        if not isinstance(child, MappingNode):
            continue
        for key, value in yaml_nodes.pairs(child):
            if key.value == "payload" and isinstance(value, ScalarNode):
                said = value.value
                if said.startswith("/"):
                    yield Mention(value, said[1:].partition("{")[0].partition("@")[0], "/")


def _anywhere(node: Node, keys: tuple[str, ...]) -> Iterator[Mention]:
    for child in yaml_nodes.walk(node):
        yield from _named(child, keys)


def _action(node: Node, retrieval: str) -> Iterator[Mention]:
    if retrieval and isinstance(node, ScalarNode) and node.value == _UTTER + retrieval:
        yield Mention(node, retrieval, _UTTER)
