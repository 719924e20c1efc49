"""Bots that are trained once for all tests that only ask them."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from intent_al.engines.rasa.interpreter import RasaPython
from intent_al.engines.rasa.process import RasaWorker
from tests.support import rasa_bots


@pytest.fixture(autouse=True)
def quiet_rasa(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in rasa_bots.QUIET.items():
        monkeypatch.setenv(name, value)


@pytest.fixture(scope="session")
def logistic_bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """LogisticRegression and CRF with a fallback; trains in a quarter of a minute."""
    pipeline = rasa_bots.WORDS + rasa_bots.LOGISTIC + rasa_bots.FALLBACK
    bot = rasa_bots.make(tmp_path_factory.mktemp("logistic") / "bot", pipeline)
    rasa_bots.train(bot)
    return bot


@pytest.fixture(scope="session")
def diet_bot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """DIET, CRF and ResponseSelector, as the example bot has them, on less data."""
    pipeline = rasa_bots.WORDS + rasa_bots.DIET + rasa_bots.FALLBACK
    bot = rasa_bots.make(tmp_path_factory.mktemp("diet") / "bot", pipeline)
    rasa_bots.train(rasa_bots.add_faq(bot))
    return bot


@pytest.fixture(scope="session")
def python() -> RasaPython:
    return RasaPython(Path(sys.executable), "3.6.21")


@pytest.fixture(scope="module")
def worker(python: RasaPython, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RasaWorker]:
    os.environ.update(rasa_bots.QUIET)
    with RasaWorker(python, tmp_path_factory.mktemp("worker"), timeout=600) as started:
        yield started
