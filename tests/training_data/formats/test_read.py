"""Files that other programs and people made: read where they can be, explained where not."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.errors import ConfigError, TrainingDataError, UsageError
from intent_al.records import Entity, Example
from intent_al.training_data.formats import Format, format_named, format_of
from intent_al.training_data.formats.testing import PLAIN, placed
from intent_al.training_data.labelled import read_test_file
from tests.training_data.formats.writers import every_format

ENTITY = '[{""entity"": ""city"", ""start"": 3, ""end"": 9, ""value"": ""Berlin""}]'


@pytest.mark.parametrize("form", every_format(), ids=lambda form: form.name)
def test_a_test_file_may_have_any_format(form: Format, tmp_path: Path) -> None:
    path = tmp_path / f"held_out{form.suffixes[0]}"
    path.write_bytes(form.write(placed(PLAIN)).source)
    assert sorted(read_test_file(path), key=str) == sorted(PLAIN, key=str)


def test_a_test_file_may_be_a_folder_of_nlu_files(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text("nlu:\n- intent: greet\n  examples: |\n    - hello\n")
    assert read_test_file(tmp_path) == [Example("hello", "greet")]


def test_a_test_file_of_no_format_is_a_matter_of_settings(tmp_path: Path) -> None:
    path = tmp_path / "held_out.txt"
    path.write_text("hello")
    with pytest.raises(ConfigError, match=r"\[gate\] test; the suffix '.txt' .* known: .csv"):
        read_test_file(path, named_by="[gate] test")
    with pytest.raises(ConfigError, match=r"\[gate\] test; it does not exist"):
        read_test_file(tmp_path / "gone.csv", named_by="[gate] test")


@pytest.mark.parametrize(
    "text",
    [
        f'text,intent,entities\nto Berlin,book,"{ENTITY}"\n',
        f'Intent;Text ;entities\r\nbook;to Berlin;"{ENTITY}"\r\n\r\n',
        f'\ufeffid\tintent\ttext\tentities\n\n7\tbook\t"to Berlin"\t"{ENTITY}"',
        f'"text"|"intent"|"entities"\n"to Berlin"|"book"|"{ENTITY}"\n',
    ],
)
def test_csv_of_other_programs_is_read(text: str) -> None:
    data = format_named("delimited").read(text.encode("utf-8"), Path("a.csv"))
    assert [one.example for one in data.examples] == [
        Example("to Berlin", "book", (Entity("city", 3, 9),))
    ]


@pytest.mark.parametrize(
    ("name", "source", "line", "words"),
    [
        ("a.csv", b"text,label\nx,y\n", 1, "one 'intent'"),
        ("a.csv", b"text,intent,text\nx,y,z\n", 1, "one 'text'"),
        ("a.csv", b'text,intent\nx,y\n"two\nlines",\n', 3, "names no intent but ''"),
        ("a.csv", b"text,intent\nx,y\na,b,c\n", 3, "3 cells where the first row names 2"),
        ("a.csv", b'text,intent\nx,y\n"a,b\n\n', 3, "is no row of CSV"),
        ("a.csv", b"text,intent,entities\nx,y,[\n", 2, "'entities' is no JSON"),
        ("a.csv", b"text,intent,entities\nx,y,[1]\n", 2, "has entities other than"),
        ("a.csv", b"text,intent\nx,caf\xe9\n", 2, "is not UTF-8"),
        ("a.jsonl", b'{"text": "a", "intent": "b"}\n\n{"text": 1}\n', 3, "no object with a text"),
        ("a.jsonl", b'{"text": "a", "intent": "b", "entities": 5}\n', 1, "has entities other than"),
        ("a.jsonl", b'{"text": "a", "intent": null}\n', 1, "names no intent but None"),
        ("a.jsonl", b'{"text": "\\ud800", "intent": "a"}\n', 1, "is no JSON"),
        ("a.json", b"", 1, "is empty"),
        ("a.json", b'{"a": 1}', 1, "no NLU data of Rasa"),
        ("a.spacy", b"", 1, "no DocBin"),
        ("a.yml", b"nlu: 1\n", 1, "must be a list"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(
    name: str, source: bytes, line: int, words: str
) -> None:
    with pytest.raises(TrainingDataError) as caught:
        format_of(Path(name)).read(source, Path(name))
    assert caught.value.line == line
    assert words in caught.value.message
    assert caught.value.where == name


def test_a_format_that_reads_only_says_so() -> None:
    with pytest.raises(UsageError, match="rasa_json is a format that is read only"):
        format_named("rasa_json").write(placed(PLAIN))


def test_docbin_is_what_spacy_trains_on() -> None:
    import spacy
    from spacy.tokens import DocBin

    overlapping = Example(
        "New York City", "find", (Entity("city", 0, 8, "NY", "to"), Entity("city", 0, 13))
    )
    source = format_named("docbin").write(placed([*PLAIN, overlapping])).source
    docs = list(DocBin().from_bytes(source).get_docs(spacy.blank("en").vocab))
    assert docs[2].cats == {name: float(name == "book") for name in docs[2].cats}
    assert set(docs[2].cats) == {"greet", "book", "faq/ask_hours", "grüßen", "find"}
    assert [(span.text, span.label_) for span in docs[2].ents] == [("Berlin", "city")]
    assert {token.ent_iob_ for token in docs[0]} == {"O"}, "no entity is a fact"
    assert {token.ent_iob_ for token in docs[5]} == {""}, "which entity is it? that is unknown"
    assert [span.text for span in docs[5].spans["sc"]] == ["New York", "New York City"]


def test_docbin_of_other_programs_is_read_by_its_ents() -> None:
    import spacy
    from spacy.tokens import DocBin

    language = spacy.blank("en")
    doc = language.make_doc("fly to Berlin")
    doc.set_ents([doc.char_span(7, 13, "city")])
    doc.cats = {"book": 0.9, "greet": 0.1}
    data = format_named("docbin").read(DocBin(docs=[doc]).to_bytes(), Path("a.spacy"))
    assert data.examples[0].example == Example("fly to Berlin", "book", (Entity("city", 7, 13),))
    doc.cats = {}
    with pytest.raises(TrainingDataError, match=r"a\.spacy:1: .* no category"):
        format_named("docbin").read(DocBin(docs=[doc]).to_bytes(), Path("a.spacy"))


def test_metadata_costs_yaml_no_example() -> None:
    written = format_named("rasa_yaml").write(placed(PLAIN, '"a \\u0000"'))
    assert len(written.lost) == len(PLAIN)
    data = format_named("rasa_yaml").read(written.source, Path("nlu.yml"))
    assert {one.example for one in data.examples} == set(PLAIN)
