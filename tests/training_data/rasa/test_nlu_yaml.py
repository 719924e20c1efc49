"""Reading: what Rasa accepts with its places, what it rejects with a line and a remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.errors import TrainingDataError
from intent_al.records import Entity, Example
from intent_al.training_data.dialects.rasa.nlu_yaml import TrainingData, read, read_sources
from tests.support.rasa_data.yaml_constructs import EVERYTHING, FILE, HEAD, REJECTED


def reads(text: str) -> TrainingData:
    return read_sources({FILE: text.encode("utf-8")})


def test_every_construct_is_read_with_its_line() -> None:
    data = reads(EVERYTHING)
    assert [(one.example, one.place.line) for one in data.examples] == [
        (Example("hey", "greet"), 6),
        (Example("hello there", "greet"), 7),
        (Example("to LA", "greet", (Entity("city", 3, 5, "Los Angeles"),)), 10),
        (Example("when now?", "faq/ask_hours", (Entity("time", 5, 8),)), 20),
        (Example("open?", "faq/ask_hours"), 22),
        (Example("good morning", "greet"), 34),
    ]
    assert data.synonyms == {
        "LA": "Los Angeles",
        "New York": "NYC",
        "the big apple": "NYC",
    }
    assert data.regexes == (("zip", "[0-9]{5}"),)
    assert data.lookups == {"city": ("Berlin", "Rome")}
    assert list(data.responses) == ["utter_faq/ask_hours"]
    assert [str(one) for one in data.warnings] == [
        "nlu.yml:9: '# not an example' is skipped: it does not start with '-'"
    ]
    assert [(block.kind, block.name, block.form, block.size) for block in data.blocks] == [
        ("intent", "greet", "lines", 3),
        ("synonym", "NYC", "lines", 2),
        ("intent", "faq/ask_hours", "objects", 2),
        ("regex", "zip", "lines", 1),
        ("lookup", "city", "lines", 1),
        ("lookup", "city", "lines", 1),
        ("intent", "greet", "lines", 1),
    ]
    assert data.intents() == ("greet", "faq/ask_hours")


def test_metadata_tells_examples_apart() -> None:
    data = reads(EVERYTHING)
    assert data.examples[3].metadata == (
        '{"intent": {"owner": "ann"}, "example": {"sentiment": "neutral"}}'
    )
    assert data.examples[4].metadata == '{"intent": {"owner": "ann"}}'


def test_rasa_trains_on_a_repeated_example_once() -> None:
    data = reads(HEAD + "- intent: a\n  examples: |\n    - x\n    - x\n")
    assert len(data.examples) == 2
    assert data.distinct() == (Example("x", "a"),)


@pytest.mark.parametrize(("text", "line", "word"), REJECTED)
def test_what_rasa_rejects_is_refused_with_its_line(text: str, line: int, word: str) -> None:
    with pytest.raises(TrainingDataError) as caught:
        reads(text)
    assert word in caught.value.message
    assert "\n" not in str(caught.value)
    assert (caught.value.where, caught.value.line) == ("nlu.yml", line)


def test_bytes_that_are_no_utf8_are_refused_with_their_line() -> None:
    with pytest.raises(TrainingDataError, match="not UTF-8") as caught:
        read_sources({FILE: b"nlu:\n- intent: caf\xe9\n"})
    assert caught.value.line == 2


@pytest.mark.parametrize(
    ("version", "examples"),
    [("3.1", 1), ("2.0", 1), ("3.1.0", 1), ("nonsense", 1), ("", 1), ("3.2", 0), ("4.0", 0)],
)
def test_a_version_from_the_future_is_skipped_with_a_warning(version: str, examples: int) -> None:
    data = reads(f'version: "{version}"\nnlu:\n- intent: a\n  examples: |\n    - x\n')
    assert len(data.examples) == examples
    assert bool(data.warnings) == (not examples or version == "nonsense")


def test_an_escape_is_read_as_rasa_reads_it() -> None:
    block = "nlu:\n- intent: a\n  examples: |\n    - caf\\u00e9{}\n"
    assert reads(block.format("")).examples[0].example.text == "café"
    assert reads(block.format(" ü")).examples[0].example.text == "caf\\u00e9 ü"


def test_aliases_and_merged_mappings_are_read() -> None:
    data = reads(
        "nlu:\n- &one\n  intent: &name a\n  examples: |\n    - x\n"
        "- <<: *one\n  metadata: 1\n- intent: *name\n  examples: |\n    - y\n"
    )
    assert [(one.example.text, one.example.intent) for one in data.examples] == [
        ("x", "a"),
        ("x", "a"),
        ("y", "a"),
    ]


def test_folders_are_read_like_rasa_reads_them(tmp_path: Path) -> None:
    block = "nlu:\n- intent: {0}\n  examples: |\n    - {0} example\n"
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "b.yaml").write_text(block.format("b"))
    (tmp_path / "a.yml").write_text(block.format("a"))
    (tmp_path / "stories.yml").write_text("stories:\n- story: x\n  steps:\n  - intent: a\n")
    (tmp_path / "notes.txt").write_text(block.format("c"))
    elsewhere = tmp_path.parent / f"{tmp_path.name}-linked"
    elsewhere.mkdir()
    (elsewhere / "c.yml").write_text(block.format("linked"))
    (tmp_path / "link").symlink_to(elsewhere, target_is_directory=True)
    (elsewhere / "loop").symlink_to(tmp_path, target_is_directory=True)
    data = read([tmp_path])
    assert data.intents() == ("a", "b", "linked")
    assert [path.name for path in data.files] == ["a.yml", "b.yaml", "c.yml"]


def test_a_missing_folder_is_said(tmp_path: Path) -> None:
    with pytest.raises(TrainingDataError, match="no such file"):
        read([tmp_path / "data"])


def test_an_empty_file_teaches_nothing() -> None:
    assert reads("").examples == ()
    assert reads("# nothing yet\n").examples == ()
    assert reads("nlu:\n").examples == ()
