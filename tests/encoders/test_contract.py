"""Every built-in encoder keeps the contract, also behind the cache; a new one is tested at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from intent_al.encoders.cached import CachedEncoder
from intent_al.encoders.registry import BUILT_IN, DEFAULT, open_encoder
from intent_al.encoders.testing import CHECKS, EncoderContract, Factory, check_encoder
from intent_al.store import Store
from tests.support.encoder_models import minilm, sentence_transformers, spacy_pipeline


def wordllama(folder: Path) -> str:
    pytest.importorskip("wordllama")
    return "wordllama"


SPECS: dict[str, Callable[[Path], str]] = {
    "tfidf": lambda folder: "tfidf",
    "wordllama": wordllama,
    "onnx": lambda folder: f"onnx:{minilm(folder / 'minilm')}",
    "spacy": lambda folder: f"spacy:{spacy_pipeline(folder / 'pipeline')}",
    "sentence-transformers": lambda folder: "sentence-transformers:small",
}


LOADS_A_MODEL = [name for name in BUILT_IN if name != DEFAULT]


@pytest.fixture(
    scope="module",
    params=[DEFAULT, *(pytest.param(name, marks=pytest.mark.slow) for name in LOADS_A_MODEL)],
)
def spec(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "sentence_transformers", sentence_transformers())
        yield SPECS[request.param](tmp_path_factory.mktemp("models"))


class TestBuiltIn(EncoderContract):
    @pytest.fixture
    def factory(self, spec: str) -> Factory:
        return lambda corpus, seed: open_encoder(spec, corpus, seed)


class TestCached(EncoderContract):
    @pytest.fixture
    def factory(self, spec: str, tmp_path: Path) -> Iterator[Factory]:
        with Store(tmp_path / "state.db") as store:
            yield lambda corpus, seed: CachedEncoder(open_encoder(spec, corpus, seed), store)


def test_every_check_is_collected() -> None:
    tests = {name for name in vars(EncoderContract) if name.startswith("test_")}
    assert tests == {check.__name__.replace("check_", "test_", 1) for check in CHECKS}
    assert len(CHECKS) >= 12


def test_all_checks_can_be_run_without_pytest() -> None:
    check_encoder(lambda corpus, seed: open_encoder("tfidf", corpus, seed))
    with pytest.raises(AssertionError):
        check_encoder(lambda corpus, seed: open_encoder("tfidf", [], seed))
