"""Encoders are found by what a project calls them; errors say what to write, or to install."""

from __future__ import annotations

import logging
import subprocess
import sys
import textwrap
from pathlib import Path
from types import ModuleType

import pytest

from intent_al.encoders.registry import BUILT_IN, DEFAULT, open_encoder, specs
from intent_al.errors import ConfigError
from tests.support.encoder_models import minilm, sentence_transformers, spacy_pipeline
from tests.support.plugins import install

TWIN = "tests.encoders.test_registry:open_mine"


class Mine:
    encoder_id = "mine"
    lasting = True

    def __init__(self, argument, corpus, seed):
        self.given = (argument, list(corpus), seed)


def open_mine(argument, corpus, seed):
    return Mine(argument, corpus, seed)


def test_no_library_is_loaded_before_it_is_needed() -> None:
    script = textwrap.dedent(
        """
        import sys
        from intent_al.encoders import cached, registry, testing
        assert registry.specs()
        heavy = ("sklearn", "scipy", "spacy", "onnxruntime", "tokenizers", "wordllama")
        assert not set(heavy) & set(sys.modules)
        """
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_the_default_is_built_in_and_needs_no_extra() -> None:
    assert DEFAULT in BUILT_IN
    assert not open_encoder(DEFAULT, ["hello"]).lasting


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        ("tfdif", r"no encoder 'tfdif'; did you mean 'tfidf'\? valid: tfidf, wordllama, onnx:FOL"),
        ("bert", r"no encoder 'bert'; .*valid: tfidf, wordllama, onnx:FOLDER, spacy:NAME, sent"),
        ("", r"no encoder ''; valid: tfidf"),
        ("onnx", "'onnx' has to read onnx:FOLDER"),
        ("spacy:", "'spacy:' has to read spacy:NAME"),
        ("tfidf:5", "'tfidf:5' has to read tfidf"),
        ("spacy:no_such_model", "'spacy:no_such_model': no such spaCy model is installed"),
        ("spacy:en_no_vectors", "no such spaCy model"),
    ],
)
def test_what_cannot_be_opened_is_answered_with_what_can(spec: str, message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        open_encoder(spec, [])


@pytest.mark.parametrize(
    ("spec", "extra", "module"),
    [
        ("wordllama", "wordllama", "wordllama"),
        ("onnx:{folder}", "onnx", "onnxruntime"),
        ("onnx:{folder}", "onnx", "tokenizers"),
        ("sentence-transformers:small", "sentence-transformers", "sentence_transformers"),
    ],
)
def test_a_missing_library_is_answered_with_its_extra(
    spec: str, extra: str, module: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("model.onnx", "tokenizer.json"):
        (tmp_path / name).touch()
    monkeypatch.setitem(sys.modules, "onnxruntime", ModuleType("onnxruntime"))
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ConfigError, match=rf"{module}.*try: pip install intent-al\[{extra}\]"):
        open_encoder(spec.format(folder=tmp_path), [])


@pytest.mark.parametrize("missing", ["model.onnx", "tokenizer.json"])
def test_a_folder_without_a_model_says_what_belongs_into_it(missing: str, tmp_path: Path) -> None:
    for name in {"model.onnx", "tokenizer.json"} - {missing}:
        (tmp_path / name).touch()
    with pytest.raises(ConfigError, match=f"there is no {missing}; the folder of") as caught:
        open_encoder(f"onnx:{tmp_path.name}", [], folder=tmp_path.parent)
    assert caught.value.where == str(tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_broken_model_is_one_line_with_its_folder(name: str, tmp_path: Path) -> None:
    folder = minilm(tmp_path / "minilm")
    (folder / name).write_bytes(b"{} no model")
    with pytest.raises(ConfigError, match="cannot be read") as caught:
        open_encoder("onnx:minilm", [], folder=tmp_path)
    assert caught.value.where == str(folder)


def test_a_folder_is_relative_to_the_project_and_may_move(tmp_path: Path) -> None:
    folder = minilm(tmp_path / "minilm")
    before = open_encoder("onnx:minilm", [], folder=tmp_path).encoder_id
    folder.rename(tmp_path / "moved")
    assert open_encoder("onnx:moved", [], folder=tmp_path).encoder_id == before
    tokenizer = tmp_path / "moved" / "tokenizer.json"
    tokenizer.write_text(tokenizer.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    assert open_encoder("onnx:moved", [], folder=tmp_path).encoder_id != before


def test_a_pipeline_that_was_trained_again_is_another_encoder(tmp_path: Path) -> None:
    import numpy as np
    import spacy

    folder = spacy_pipeline(tmp_path / "pipeline")
    before = open_encoder(f"spacy:{folder}", []).encoder_id
    assert open_encoder(f"spacy:{folder}", []).encoder_id == before
    nlp = spacy.load(folder)
    nlp.vocab.set_vector("parcel", np.ones(64, dtype=np.float32))
    nlp.to_disk(folder)
    assert open_encoder(f"spacy:{folder}", []).encoder_id != before


def test_a_pipeline_without_vectors_is_refused(tmp_path: Path) -> None:
    import spacy

    spacy.blank("en").to_disk(tmp_path / "blank")
    with pytest.raises(ConfigError, match="this spaCy model has no word vectors"):
        open_encoder(f"spacy:{tmp_path / 'blank'}", [])


def test_a_sentence_model_that_is_not_here_is_not_downloaded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", sentence_transformers())
    with pytest.raises(ConfigError, match=r"'large' cannot be loaded from this machine: .*cache"):
        open_encoder("sentence-transformers:large", [])


def test_a_library_that_configures_the_log_is_stopped() -> None:
    pytest.importorskip("wordllama")
    script = textwrap.dedent(
        """
        import logging
        from intent_al.encoders.registry import open_encoder
        open_encoder("wordllama", [])
        assert not logging.getLogger().handlers
        assert logging.getLogger().level == logging.WARNING
        """
    )
    subprocess.run([sys.executable, "-c", script], check=True)
    assert logging.getLogger().level == logging.WARNING


def test_a_package_adds_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, "intent_al.encoders", mine=TWIN, tfidf="no.such:thing")
    assert specs()[-1] == "mine"
    opened = open_encoder("mine:a:b", ["hi"], 3)
    assert isinstance(opened, Mine)
    assert opened.given == ("a:b", ["hi"], 3)
    assert open_encoder("tfidf", ["hi"]).encoder_id == "tfidf", "a built-in cannot be replaced"


@pytest.mark.parametrize("value", ["no.such.module:thing", "json:no_such", "sys:path"])
def test_a_broken_entry_point_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    install(monkeypatch, "intent_al.encoders", mine=value)
    with pytest.raises(ConfigError, match="'mine'"):
        open_encoder("mine", [])
    assert open_encoder("tfidf", ["hi"]).encoder_id == "tfidf"
