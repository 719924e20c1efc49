"""Rasa's older JSON files: read with places, refused with a line, told from other JSON files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from intent_al.errors import TrainingDataError
from intent_al.records import Entity, Example
from intent_al.training_data.dialects.rasa import files as project_files
from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.dialects.rasa.nlu_yaml import read_sources
from tests.support.rasa_data.json_constructs import (
    EVERYTHING,
    FILE,
    NLU,
    ONE_ENTITY,
    ONE_ENTRY,
    REJECTED,
    make,
)


def texts(text: str) -> nlu_yaml.TrainingData:
    return read_sources({FILE: text.encode("utf-8")})


def test_every_construct_has_its_meaning_and_its_place() -> None:
    data = texts(EVERYTHING)
    street = Entity("street", 3, 15, "GS", "to")
    assert [(one.example, one.place.line) for one in data.examples][:4] == [
        (Example("hey", "greet"), 4),
        (Example("hey", "greet"), 5),
        (Example("to Grüne Straße 😀", "book", (street,)), 7),
        (Example(" opening hours ", "faq/ask_hours"), 10),
    ]
    assert [one.metadata for one in data.examples][6:8] == [
        '{"example": {"a": "b"}}',
        '{"intent": "c"}',
    ]
    assert data.synonyms == {"Chinese": "china", "chines": "chinese", "seven": "7"}
    assert dict(data.regexes) == {"zip": "[0-9]{5}", "greet": "hey[^\\s]*"}
    assert data.lookups == {"city": ("Berlin", "Oslo")}
    assert [(one.name, one.text, one.place.line) for one in data.values][:1] == [
        ("chinese", "Chinese", 22) if data.values[0].kind == "synonym" else ("zip", "[0-9]{5}", 28)
    ]
    assert len(data.distinct()) == len(data.examples) - 1
    assert [warning.place.line for warning in data.warnings] == [23, 24]


@pytest.mark.parametrize(("text", "line", "word"), REJECTED)
def test_what_rasa_rejects_is_refused_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(TrainingDataError) as caught:
        texts(text)
    assert caught.value.line == line
    assert word in caught.value.message


@pytest.mark.parametrize(
    ("text", "line"), [("{", 1), ('{\n"a": 1\n"b": 2}', 3), ("[" * 100_000, 1), ('{"a": "\n"}', 1)]
)
def test_broken_json_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(TrainingDataError) as caught:
        texts(text)
    assert caught.value.line == line


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (ONE_ENTITY % '{"entity": "a", "start": 0, "end": 9}', "span of 'a'"),
        (ONE_ENTITY % '{"entity": "a", "start": 0.0, "end": 1}', "span of 'a'"),
        (ONE_ENTRY % ("common_examples", '{"text": "no label"}'), "no intent"),
        (ONE_ENTRY % ("lookup_tables", '{"name": "a", "elements": "a.txt"}'), "'a.txt'"),
        (ONE_ENTRY % ("intent_examples", '{"text": "a", "intent": "b"}'), "'intent_examples'"),
        ('{"luis_schema_version": "7", "utterances": []}', "LUIS"),
        ('{"utterances": []}', "Wit"),
        ('{"responses": [], "name": "x"}', "Dialogflow"),
    ],
)
def test_what_only_rasa_can_use_is_left_out_with_a_warning(text: str, word: str) -> None:
    (warning,) = texts(text).warnings
    assert word in warning.message


def test_of_equal_keys_the_last_counts_and_has_the_place() -> None:
    first = '"common_examples": [{"text": "a", "intent": "x"}],\n'
    data = texts('{"rasa_nlu_data": {' + first + first.replace('"a"', '"b"').rstrip(",\n") + "}}")
    assert [(one.example.text, one.place.line) for one in data.examples] == [("b", 2)]


def test_json_files_are_told_apart_by_their_keys(tmp_path: Path) -> None:
    found = project_files.nlu_files([make(tmp_path)])
    assert [str(path.relative_to(tmp_path)) for path in found] == NLU
    assert [project_files.is_json(path) for path in found] == [False, True, True, True]


def test_yaml_and_json_are_one_training_set(tmp_path: Path) -> None:
    data = nlu_yaml.read([make(tmp_path)])
    assert {"hello", "hey", "for 2"} <= {one.example.text for one in data.examples}
    assert data.synonyms["LA"] == "x"
    assert data.synonyms["chines"] == "chinese"
    assert data.files == tuple(tmp_path / name for name in NLU)


def test_a_broken_nlu_file_is_not_passed_over_in_silence(tmp_path: Path) -> None:
    (tmp_path / "nlu.json").write_text(EVERYTHING[:-5], encoding="utf-8")
    with pytest.raises(TrainingDataError, match=r"nlu\.json:\d+: is no JSON"):
        nlu_yaml.read([tmp_path])
    (tmp_path / "nlu.json").write_bytes(b'{"a": "\xff"}')
    with pytest.raises(TrainingDataError, match=r"nlu\.json:1: .* UTF-8"):
        nlu_yaml.read([tmp_path])


def test_a_big_file_takes_its_time_and_no_more() -> None:
    examples = [{"text": f"text {number}", "intent": "x"} for number in range(20_000)]
    source = json.dumps({"rasa_nlu_data": {"common_examples": examples}}, indent=2)
    data = texts(source)
    assert len(data.examples) == 20_000
    assert data.examples[-1].place.line == source[: source.index("text 19999")].count("\n") + 1
