"""Rasa's older NLU files in JSON: ``rasa_nlu_data`` with examples, synonyms, regular expressions.

Rasa 3.6 still reads them and calls them deprecated, so they are read and never written; export the
bot's training data as ``rasa_yaml`` to move it.
"""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from intent_al.errors import TrainingDataError
from intent_al.training_data.dialects.rasa import nlu_json
from intent_al.training_data.formats.base import Format
from intent_al.training_data.placed import TrainingData


class RasaJson(Format):
    name: ClassVar[str] = "rasa_json"
    suffixes: ClassVar[tuple[str, ...]] = (".json",)
    summary: ClassVar[str] = "Rasa's older NLU data in JSON; read only."
    writable: ClassVar[bool] = False

    def read(self, source: bytes, path: Path) -> TrainingData:
        if not source.strip():
            raise TrainingDataError("is empty; JSON is not", where=path, line=1)
        return nlu_json.read_source(source, path)
