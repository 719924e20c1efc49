"""What Rasa's schema demands of an NLU file: one wrong key and the whole file is lost to it.

Only the shape is checked here; the reader finds wrong entity annotations and intent names.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from yaml.nodes import MappingNode, Node, SequenceNode

from intent_al.errors import TrainingDataError
from intent_al.training_data.dialects.rasa.yaml_nodes import kind, line_of, pairs

_RESPONSE_TEXTS = ("id", "text", "image", "button_type", "channel")
_RESPONSE_LISTS = ("buttons", "quick_replies", "elements", "condition")
_RESPONSE_MAPS = ("custom", "attachment")


def check_nlu(root: Node, path: Path | str) -> None:
    """Raise TrainingDataError, with the line, for a file that Rasa rejects as NLU data."""
    if not isinstance(root, MappingNode):
        _fail(root, path, "the file must be a mapping with the key 'nlu'")
    for key, value in pairs(root):
        if key.value == "version" and kind(value) not in ("str", "null"):
            _fail(value, path, f'the version must be a text; write "{value.value}" in quotes')
        elif key.value == "nlu" and kind(value) != "null":
            if not isinstance(value, SequenceNode):
                _fail(value, path, "'nlu' must be a list of items that start with '- '")
            for item in value.value:
                _check_item(item, path)
        elif key.value == "responses":
            check_responses(value, path)


def _check_item(item: Node, path: Path | str) -> None:
    if not isinstance(item, MappingNode):
        _fail(item, path, "an item of 'nlu' must be a mapping such as '- intent: name'")
    values = _by_key(item, path)
    named = [name for name in ("intent", "synonym", "regex", "lookup") if name in values]
    if len(named) > 1:
        _fail(item, path, f"one item cannot be {' and '.join(named)}; split it")
    allowed = {"examples", *named} | ({"metadata"} if named in (["intent"], []) else set())
    for name in values:
        if name not in allowed and named:
            known = ", ".join(sorted(allowed))
            _fail(values[name], path, f"the key '{name}' is not allowed here (only {known})")
        if name not in allowed:
            _fail(values[name], path, f"the key '{name}' is not allowed in 'nlu'")
    for name in named:
        _demand_text(values[name], path, f"the name of the {name}")
    if "examples" in values:
        _check_examples(values["examples"], path, may_be_list=named in (["intent"], []))


def _check_examples(examples: Node, path: Path | str, *, may_be_list: bool) -> None:
    if not isinstance(examples, SequenceNode):
        _demand_text(examples, path, "'examples'")
        return
    if not may_be_list:
        _fail(examples, path, "'examples' must be a '|' block here, not a list")
    for item in examples.value:
        if not isinstance(item, MappingNode):
            _fail(
                item,
                path,
                "an example of a list must be '- text: …'; for plain lines write 'examples: |'",
            )
        for name, value in _by_key(item, path).items():
            if name not in ("text", "metadata"):
                _fail(value, path, f"the key '{name}' is not allowed in an example")
            if name == "text":
                if kind(value) == "null":
                    _fail(value, path, "'text' is empty; give it a text or remove it")
                _demand_text(value, path, "'text'")


def check_responses(node: Node, path: Path | str) -> None:
    """The ``responses`` of an NLU or domain file."""
    if not isinstance(node, MappingNode):
        _fail(node, path, "'responses' must be a mapping from names to lists of variations")
    for key, variations in pairs(node):
        if kind(variations) == "null" or not isinstance(variations, SequenceNode):
            _fail(key, path, f"the response '{key.value}' must be a list of variations")
        for variation in variations.value:
            if not isinstance(variation, MappingNode) or not variation.value:
                _fail(variation, path, "a variation must be a mapping such as '- text: Hello'")
            _check_variation(variation, path)


def _check_variation(variation: MappingNode, path: Path | str) -> None:
    values = _by_key(variation, path)
    for name, value in values.items():
        if name in _RESPONSE_TEXTS:
            _demand_text(value, path, f"'{name}'")
        elif name in _RESPONSE_LISTS:
            if kind(value) not in ("seq", "null"):
                _fail(value, path, f"'{name}' must be a list")
        elif name in _RESPONSE_MAPS:
            if kind(value) not in ("map", "null"):
                _fail(value, path, f"'{name}' must be a mapping")
        elif name != "metadata":
            _fail(value, path, f"the key '{name}' is not allowed in a response")
    text = values.get("text")
    custom = values.get("custom")
    if (text is None or kind(text) == "null") and (custom is None or not custom.value):
        _fail(variation, path, "a response needs 'text' or 'custom'")


def _by_key(node: MappingNode, path: Path | str) -> Mapping[str, Node]:
    values: dict[str, Node] = {}
    for key, value in pairs(node):
        if kind(key) != "str":
            _fail(key, path, f"the key {key.value!r} is not a text")
        values[key.value] = value
    return values


def _demand_text(node: Node, path: Path | str, what: str) -> None:
    found = kind(node)
    if found in ("str", "null"):
        return
    if found == "other":
        _fail(node, path, f"{what} must be a text; write {node.value!r} in quotes")
    _fail(node, path, f"{what} must be a text")


def _fail(node: Node, path: Path | str, message: str) -> NoReturn:
    raise TrainingDataError(message, where=path, line=line_of(node))
