"""Which entities a bot learns from examples, and which it gets from elsewhere.

An annotation of what Duckling, a regular expression or a pretrained pipeline finds teaches the
trainable extractors to find it as well, which nobody asked for.
Source: Rasa 3.6's documentation of the pipeline's components and their ``dimensions``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.placed import TrainingData
from intent_al.training_data.source_files import bytes_of, decode

_TRAINABLE = ("DIETClassifier", "CRFEntityExtractor", "MitieEntityExtractor")
_DUCKLING = (
    "amount-of-money credit-card-number distance duration email number ordinal phone-number "
    "quantity temperature time time-grain url volume"
).split()
_SPACY = (
    "CARDINAL DATE EVENT FAC GPE LANGUAGE LAW LOC MONEY NORP ORDINAL ORG PERCENT PERSON PRODUCT "
    "QUANTITY TIME WORK_OF_ART PER MISC"
).split()
_DIMENSIONS = {
    "DucklingEntityExtractor": _DUCKLING,
    "DucklingHTTPExtractor": _DUCKLING,
    "SpacyEntityExtractor": _SPACY,
}
_REGEX = "RegexEntityExtractor"


@dataclass(frozen=True, slots=True)
class Extractors:
    """``learns``: some component learns from annotations; ``ready``: entity -> what finds it."""

    learns: bool = True
    ready: Mapping[str, str] = field(default_factory=dict)
    regex: bool = False

    def refusal(self, entity: str, data: TrainingData) -> str | None:
        """Why an annotation of this entity is not written; None where it is to be learned.

        What the team has annotated itself is learned, whoever else finds it.
        """
        if not self.learns:
            return "no extractor of the pipeline learns from examples"
        annotated = any(
            one.entity == entity for placed in data.examples for one in placed.example.entities
        )
        finder = self.ready.get(entity)
        if finder is None and self.regex:
            named = entity in data.lookups or entity in {name for name, _ in data.regexes}
            finder = _REGEX if named else None
        if finder is None or annotated:
            return None
        return f"{finder} finds it, and learns nothing from examples"


def read_extractors(config: Path) -> Extractors:
    """From the bot's ``config.yml``; without a pipeline everything counts as trainable."""
    if not config.is_file():
        return Extractors()
    source = bytes_of(config)
    root = yaml_nodes.compose(decode(source, config), config)
    pipeline = _values(root).get("pipeline")
    if not isinstance(pipeline, SequenceNode) or not pipeline.value:
        return Extractors()
    components = [_values(node) for node in pipeline.value]
    names = [_text(values.get("name")).rpartition(".")[2] for values in components]
    ready: dict[str, str] = {}
    for name, values in zip(names, components, strict=True):
        if name in _DIMENSIONS:
            given = _texts(values.get("dimensions"))
            ready.update(dict.fromkeys(given or _DIMENSIONS[name], name))
    learns = any(
        name in _TRAINABLE and _text(values.get("entity_recognition")).lower() != "false"
        for name, values in zip(names, components, strict=True)
    )
    return Extractors(learns, ready, _REGEX in names)


def _values(node: Node | None) -> dict[str, Node]:
    if not isinstance(node, MappingNode):
        return {}
    return {str(key.value): value for key, value in yaml_nodes.pairs(node)}


def _text(node: Node | None) -> str:
    return str(node.value) if isinstance(node, ScalarNode) else ""


def _texts(node: Node | None) -> list[str]:
    return [_text(item) for item in node.value] if isinstance(node, SequenceNode) else []
