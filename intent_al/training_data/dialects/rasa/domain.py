"""Reads which intents and entities the bot's domain knows, and where they are listed.

Only these two lists concern training data; the rest of a domain is left to Rasa.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from yaml.nodes import MappingNode, Node, SequenceNode

from intent_al.errors import TrainingDataError
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.dialects.rasa.files import domain_files
from intent_al.training_data.domain import Domain
from intent_al.training_data.placed import Place
from intent_al.training_data.source_files import read_bytes

OWN = frozenset({"restart", "back", "out_of_scope", "session_start", "nlu_fallback"})
"""Intents that Rasa 3.6 adds to every domain."""


def read_domain(paths: Sequence[Path]) -> Domain:
    """Read a domain file, or every domain file of a folder, as one domain."""
    return read_domain_sources(read_bytes(domain_files(paths)))


def read_domain_sources(sources: Mapping[Path, bytes]) -> Domain:
    intents: dict[str, Place] = {}
    entities: dict[str, Place] = {}
    roles: dict[str, frozenset[str]] = {}
    groups: dict[str, frozenset[str]] = {}
    for path, source in sources.items():
        root = yaml_nodes.compose(yaml_nodes.as_rasa_reads(source, path), path)
        for name, node, _ in _listed(root, "intents", path):
            intents.setdefault(name, yaml_nodes.place_of(node, path))
        for name, node, details in _listed(root, "entities", path):
            entities.setdefault(name, yaml_nodes.place_of(node, path))
            roles[name] = roles.get(name, frozenset()) | _texts(details, "roles")
            groups[name] = groups.get(name, frozenset()) | _texts(details, "groups")
    return Domain(intents, entities, roles, groups, tuple(sources), OWN)


def _listed(root: Node | None, key: str, path: Path) -> Iterator[tuple[str, Node, Node | None]]:
    """The entries of a list of names, each either ``name`` or ``name: {details}``."""
    if root is None:
        return
    if not isinstance(root, MappingNode):
        raise TrainingDataError(
            "the domain must be a mapping with keys such as 'intents'", where=path, line=1
        )
    for name, value in yaml_nodes.pairs(root):
        if name.value != key or yaml_nodes.kind(value) == "null":
            continue
        if not isinstance(value, SequenceNode):
            raise TrainingDataError(
                f"'{key}' must be a list of names", where=path, line=yaml_nodes.line_of(name)
            )
        for item in value.value:
            yield from _entry(item, key, path)


def _entry(item: Node, key: str, path: Path) -> Iterator[tuple[str, Node, Node | None]]:
    if isinstance(item, MappingNode):
        for name, details in yaml_nodes.pairs(item):
            yield str(name.value), name, details
    elif yaml_nodes.kind(item) == "str":
        yield str(item.value), item, None
    else:
        raise TrainingDataError(
            f"an entry of '{key}' must be a name; write {item.value!r} in quotes",
            where=path,
            line=yaml_nodes.line_of(item),
        )


def _texts(details: Node | None, key: str) -> frozenset[str]:
    if not isinstance(details, MappingNode):
        return frozenset()
    for name, value in yaml_nodes.pairs(details):
        if name.value == key and isinstance(value, SequenceNode):
            return frozenset(str(item.value) for item in value.value)
    return frozenset()
