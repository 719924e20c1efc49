"""JSON files that Rasa trains on: found, read and refused as Rasa's own importer does.

Runs in the environment with Rasa only.
"""

from __future__ import annotations

import json
import warnings
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.data import get_data_files, is_nlu_file
from rasa.shared.importers.utils import training_data_from_paths
from rasa.shared.nlu.training_data.formats.rasa import RasaReader

from intent_al.errors import TrainingDataError
from intent_al.records import Entity, Example
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.dialects.rasa.files import nlu_files
from tests.beside_rasa.rasa_reads import Meaning, meaning
from tests.support.rasa_data.generated import additions, cases
from tests.support.rasa_data.json_constructs import EVERYTHING, FILE, FILES, NLU, REJECTED, make

pytestmark = pytest.mark.filterwarnings("ignore")


def _example(message: Any) -> Example:
    text = message.get("text")
    entities = tuple(
        Entity(
            one["entity"],
            one["start"],
            one["end"],
            None if str(one.get("value", span)) == span else str(one["value"]),
            one.get("role") or None,
            one.get("group") or None,
        )
        for one in message.get("entities") or ()
        for span in (text[one["start"] : one["end"]],)
    )
    return Example(text, message.get_full_intent(), entities)


def rasa_reads(text: str) -> Meaning:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return meaning(RasaReader().reads(text), _example)


def we_read(data: nlu_yaml.TrainingData) -> Meaning:
    lookups = {name: list(elements) for name, elements in data.lookups.items()}
    return Counter(data.distinct()), dict(data.synonyms), sorted(data.regexes), lookups


def read(text: str) -> Meaning:
    return we_read(nlu_yaml.read_sources({FILE: text.encode("utf-8")}))


def test_every_construct_is_read_as_rasa_reads_it() -> None:
    assert read(EVERYTHING) == rasa_reads(EVERYTHING)


@pytest.mark.parametrize(("text", "line", "word"), REJECTED)
def test_what_we_refuse_rasa_rejects(text: str, line: int, word: str, tmp_path: Path) -> None:
    (tmp_path / "nlu.json").write_text(text)
    with pytest.raises(Exception):  # noqa: B017, PT011 - Rasa has a dozen unrelated classes
        training_data_from_paths(get_data_files([str(tmp_path)], is_nlu_file), "en").fingerprint()


def test_the_same_files_are_found_and_merged(tmp_path: Path) -> None:
    folder = make(tmp_path)
    theirs = get_data_files([str(folder)], is_nlu_file)
    # Rasa takes these for parts of a Dialogflow export too, and then reads nothing from them.
    parts = [str(folder / name) for name in ("agent.json", "package.json")]
    assert set(FILES) > set(NLU)
    assert [name for name in theirs if name not in parts] == [
        str(path) for path in nlu_files([folder])
    ]
    readable = [folder / name for name in ("nlu.yml", "old/nlu.json")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        merged = meaning(training_data_from_paths([str(path) for path in readable], "en"), _example)
    assert we_read(nlu_yaml.read(readable)) == merged


@st.composite
def _files(draw: st.DrawFn) -> str:
    examples: list[dict[str, Any]] = []
    for one in draw(st.lists(additions(), max_size=5)):
        record: dict[str, Any] = {"text": one.text, "intent": one.intent}
        if one.entities:
            record["entities"] = [
                {
                    key: part
                    for key, part in zip(_KEYS, _parts(entity), strict=True)
                    if part is not None
                }
                for entity in one.entities
            ]
        if draw(st.integers(0, 3)) == 0:
            key = draw(st.sampled_from(("example_metadata", "intent_metadata", "metadata", "mine")))
            record[key] = draw(st.sampled_from(("x", 1, {"a": ["b"]}, "", 0)))
        examples.extend([record] * draw(st.integers(1, 2)))
    data: dict[str, Any] = {"common_examples": examples}
    if draw(st.booleans()):
        data["entity_synonyms"] = [{"value": "v", "synonyms": ["a", "b"]}, {"value": "w"}]
    ascii_only = draw(st.booleans()) or any("\ud800" in json.dumps(one) for one in examples)
    return json.dumps(
        {"rasa_nlu_data": data}, indent=draw(st.sampled_from((None, 1))), ensure_ascii=ascii_only
    )


_KEYS = ("entity", "start", "end", "value", "role", "group")


def _parts(entity: Entity) -> list[Any]:
    return [getattr(entity, key) for key in _KEYS]


@cases
@given(_files())
def test_generated_files_are_read_as_rasa_reads_them(text: str) -> None:
    try:
        theirs = rasa_reads(text)
    except UnicodeEncodeError:
        return  # half a character: Rasa cannot even tell such examples apart
    try:
        assert read(text) == theirs
    except TrainingDataError:
        assert "\\ud8" in text
