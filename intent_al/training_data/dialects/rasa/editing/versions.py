"""One version of a file, as Rasa reads it, and how a change of it is refused."""

from __future__ import annotations

from pathlib import Path
from typing import NoReturn

from yaml.nodes import MappingNode, Node, SequenceNode

from intent_al.errors import TrainingDataError, WriteRefusedError
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.source_files import split_lines

_UNDONE = "nothing was written"


class Version:
    """One version of a file, as Rasa reads it."""

    def __init__(self, source: bytes, path: Path) -> None:
        try:
            self.text = yaml_nodes.as_rasa_reads(source, path)
            self.root = yaml_nodes.compose(self.text, path)
        except TrainingDataError as error:
            refuse(f"the file would not be readable: {error.message}", path, error.line)
        self.source = source
        self.path = path
        self.lines = split_lines(self.text)

    def top(self) -> dict[str, Node]:
        if not isinstance(self.root, MappingNode):
            return {}
        return {str(key.value): value for key, value in yaml_nodes.pairs(self.root)}

    def items(self) -> list[Node]:
        nlu = self.top().get("nlu")
        return list(nlu.value) if isinstance(nlu, SequenceNode) else []


def refuse(message: str, path: Path, line: int | None = None) -> NoReturn:
    raise WriteRefusedError(f"{message}; {_UNDONE}", where=path, line=line)
