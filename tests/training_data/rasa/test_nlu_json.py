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

FILE = Path("data/nlu.json")

EVERYTHING = r"""{
  "rasa_nlu_data": {
    "common_examples": [
      {"text": "hey", "intent": "greet"},
      {"text": "hey", "intent": "greet", "entities": []},
      {
        "text": "to Gr\u00fcne Stra\u00dfe \ud83d\ude00", "intent": " book ",
        "entities": [{"start": 3, "end": 15, "value": "GS", "entity": "street", "role": "to"}]
      },
      {"text": " opening hours ", "intent": "faq/ask_hours", "entities": []},
      {"text": "for 2", "intent": "book",
       "entities": [{"entity": "number", "start": 4, "end": 5, "value": 2}]},
      {"text": "10", "intent": "book",
       "entities": [{"entity": "number", "start": 0, "end": 2, "value": "10", "group": "1"}]},
      {"text": "[x](y)\n- z", "intent": "book", "example_metadata": {"a": "b"}},
      {"text": "[x](y)\n- z", "intent": "book", "intent_metadata": "c"},
      {"text": "both", "intent": "book",
       "entities": [{"entity": "a", "start": 0, "end": 4}, {"entity": "b", "start": 0, "end": 2}]},
      {"intent": "nothing"}
    ],
    "entity_synonyms": [
      {"value": "chinese", "synonyms": ["Chinese", "chines"]},
      {"value": "no synonyms"},
      {"value": "china", "synonyms": ["Chinese"]},
      {"value": 7, "synonyms": ["seven"]}
    ],
    "regex_features": [
      {"name": "zip", "pattern": "[0-9]{5}"},
      {"name": "greet", "pattern": "hey[^\\s]*"}
    ],
    "lookup_tables": [{"name": "city", "elements": ["Berlin", "Oslo"]}]
  }
}
"""
_ENTITY = (
    '{"rasa_nlu_data": {"common_examples": [\n{"text": "a", "intent": "b", "entities": [%s]}]}}'
)
_ONE = '{"rasa_nlu_data": {\n"%s": [\n%s]}}'
REJECTED = (
    ("5", 1, "no object"),
    ("null", 1, "no object"),
    ('["rasa_nlu_data"]', 1, "must be an object"),
    ('{"rasa_nlu_data": []}', 1, "must be an object"),
    ('{"rasa_nlu_data": {},\n"version": 1}', 2, "'version'"),
    ('{"rasa_nlu_data": {\n"common_examples": {}}}', 2, "must be a list"),
    ('{"rasa_nlu_data": {\n"intent_examples": null}}', 2, "must be a list"),
    (_ONE % ("common_examples", '{"text": "a"},\n"b"'), 4, "must be an object"),
    (_ONE % ("common_examples", '{"text": "a", "intent": null}'), 3, "must be texts"),
    (_ONE % ("common_examples", '{"text": "a", "intent": "a/b/c"}'), 3, "more than one '/'"),
    (_ENTITY % '{"entity": "a", "start": 0}', 2, "an entity must be"),
    (_ENTITY % '{"entity": 1, "start": 0, "end": 1}', 2, "an entity must be"),
    (_ENTITY % '{"entity": "a", "start": "0", "end": 1}', 2, "an entity must be"),
    (_ENTITY % '{"entity": "a", "start": 0, "end": 1, "role": null}', 2, "an entity must be"),
    (_ENTITY % '{"entity": "a", "start": 0, "end": 1, "value": []}', 2, "an entity must be"),
    (_ENTITY % '{"entity": "a", "start": 0, "end": 1, "value": true}', 2, "an entity must be"),
    (_ONE % ("regex_features", '{"name": "a"}'), 3, "needs a 'name' and a 'pattern'"),
    (_ONE % ("lookup_tables", '{"name": "a", "elements": [1]}'), 3, "texts only"),
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
        (_ENTITY % '{"entity": "a", "start": 0, "end": 9}', "span of 'a'"),
        (_ENTITY % '{"entity": "a", "start": 0.0, "end": 1}', "span of 'a'"),
        (_ONE % ("common_examples", '{"text": "no label"}'), "no intent"),
        (_ONE % ("lookup_tables", '{"name": "a", "elements": "a.txt"}'), "'a.txt'"),
        (_ONE % ("intent_examples", '{"text": "a", "intent": "b"}'), "'intent_examples'"),
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


FILES = {
    "nlu.yml": "nlu:\n- intent: greet\n  examples: |\n    - hello\n    - SF [LA](city:x)\n",
    "old/nlu.json": EVERYTHING,
    "old/luis.json": '{"luis_schema_version": "7", "utterances": []}',
    "responses.json": '{"responses": 1, "id": 2}',
    "package.json": '{"version": "1.0"}',
    "agent.json": '{"supportedLanguages": []}',
    "list.json": "[1, 2]",
    "other.json": '{"some": "thing"}',
    "broken.json": "{not json",
    "empty.json": "",
    "bom.json": "\ufeff{}",
    "other.jsonl": '{"rasa_nlu_data": {}}',
}
NLU = ["nlu.yml", "old/luis.json", "old/nlu.json", "responses.json"]


def make(folder: Path) -> Path:
    for name, text in FILES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


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
