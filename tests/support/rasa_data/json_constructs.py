"""The same for Rasa's older JSON files, and a folder in which they lie among others."""

from __future__ import annotations

from pathlib import Path

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
ONE_ENTITY = (
    '{"rasa_nlu_data": {"common_examples": [\n{"text": "a", "intent": "b", "entities": [%s]}]}}'
)
ONE_ENTRY = '{"rasa_nlu_data": {\n"%s": [\n%s]}}'
REJECTED = (
    ("5", 1, "no object"),
    ("null", 1, "no object"),
    ('["rasa_nlu_data"]', 1, "must be an object"),
    ('{"rasa_nlu_data": []}', 1, "must be an object"),
    ('{"rasa_nlu_data": {},\n"version": 1}', 2, "'version'"),
    ('{"rasa_nlu_data": {\n"common_examples": {}}}', 2, "must be a list"),
    ('{"rasa_nlu_data": {\n"intent_examples": null}}', 2, "must be a list"),
    (ONE_ENTRY % ("common_examples", '{"text": "a"},\n"b"'), 4, "must be an object"),
    (ONE_ENTRY % ("common_examples", '{"text": "a", "intent": null}'), 3, "must be texts"),
    (ONE_ENTRY % ("common_examples", '{"text": "a", "intent": "a/b/c"}'), 3, "more than one '/'"),
    (ONE_ENTITY % '{"entity": "a", "start": 0}', 2, "an entity must be"),
    (ONE_ENTITY % '{"entity": 1, "start": 0, "end": 1}', 2, "an entity must be"),
    (ONE_ENTITY % '{"entity": "a", "start": "0", "end": 1}', 2, "an entity must be"),
    (ONE_ENTITY % '{"entity": "a", "start": 0, "end": 1, "role": null}', 2, "an entity must be"),
    (ONE_ENTITY % '{"entity": "a", "start": 0, "end": 1, "value": []}', 2, "an entity must be"),
    (ONE_ENTITY % '{"entity": "a", "start": 0, "end": 1, "value": true}', 2, "an entity must be"),
    (ONE_ENTRY % ("regex_features", '{"name": "a"}'), 3, "needs a 'name' and a 'pattern'"),
    (ONE_ENTRY % ("lookup_tables", '{"name": "a", "elements": [1]}'), 3, "texts only"),
)

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
