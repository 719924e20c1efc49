"""The worker gives the answers of Rasa itself, and knows what Rasa keeps to itself."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rasa.core.agent import Agent

from intent_al.engines.rasa.model import RasaModel
from intent_al.engines.rasa.process import RasaWorker
from intent_al.inside_rasa.worker.arrays import unpack

TEXTS = [
    "hello there",
    "where is my refund",
    "refund the teapot please",
    "cancel the order of the large bowl and the jug",
    "is there parking on sunday?",
    "when do you open",
    "from bonn to ulm",
    "ship the Blue Mug from kiel to bonn, please!",
    "",
    "   ",
    "?!",
    "/greet",
    '/greet{"product": "mug"}',
    "ünïcödé 🤖 teapot",
    "a" * 300,
    "teapot " * 60,
    "teapot",
    "where is my refund",
    "<script>alert(1)</script>",
    "two\nlines and a\ttab",
]


def parsed_by_rasa(archive: Path, texts: Sequence[str]) -> list[dict[str, Any]]:
    agent = Agent.load(str(archive))

    async def parse() -> list[dict[str, Any]]:
        return [await agent.parse_message(text) for text in texts]

    return asyncio.run(parse())


def assert_same(answer: dict[str, Any], parsed: Sequence[dict[str, Any]]) -> None:
    """Intent, ranking and entities; confidences to 1e-5."""
    assert len(answer["intents"]) == len(parsed)
    for row, theirs in enumerate(parsed):
        ours = answer["intents"][row]
        assert ours["name"] == theirs["intent"]["name"], theirs["text"]
        assert ours["confidence"] == pytest.approx(theirs["intent"]["confidence"], abs=1e-5)
        for one, other in itertools.zip_longest(answer["entities"][row], theirs["entities"]):
            assert one.keys() == other.keys()
            for key, value in other.items():
                if isinstance(value, float):
                    assert one[key] == pytest.approx(value, abs=1e-5)
                else:
                    assert one[key] == value
    decided = answer["classifiers"][-1]
    scores = unpack(decided["scores"])
    for row, theirs in enumerate(parsed):
        for one in theirs.get("intent_ranking", []):
            if one["name"] in decided["labels"] and not theirs["text"].startswith("/"):
                known = scores[row, decided["labels"].index(one["name"])]
                if one["confidence"]:  # beyond ranking_length Rasa says 0
                    assert known == pytest.approx(one["confidence"], abs=1e-5)


@pytest.mark.parametrize("name", ["logistic_bot", "diet_bot"])
def test_answers_are_those_of_rasa(
    name: str, request: pytest.FixtureRequest, worker: RasaWorker
) -> None:
    archive = request.getfixturevalue(name) / "models" / "first.tar.gz"
    stripped = [text.strip() for text in TEXTS]
    (answer,) = worker.parse(archive, [stripped])
    assert_same(answer, parsed_by_rasa(archive, stripped))


def test_a_batch_gives_what_one_by_one_gives(diet_bot: Path, worker: RasaWorker) -> None:
    archive = diet_bot / "models" / "first.tar.gz"
    (together,) = worker.parse(archive, [TEXTS])
    for row, alone in enumerate(worker.parse(archive, [[text] for text in TEXTS])):
        assert alone["intents"][0]["name"] == together["intents"][row]["name"]
        ours = unpack(together["classifiers"][0]["scores"])[row]
        theirs = unpack(alone["classifiers"][0]["scores"])[0]
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
        assert len(alone["entities"][0]) == len(together["entities"][row])


def test_offsets_count_from_the_text_as_it_was_sent(diet_bot: Path, worker: RasaWorker) -> None:
    archive = diet_bot / "models" / "first.tar.gz"
    text = "refund the plate please"
    plain, moved = worker.parse(archive, [[text], [f"  \t{text} "]])
    assert plain["entities"][0], "the bot sees the product"
    for one, other in zip(plain["entities"][0], moved["entities"][0], strict=True):
        assert (one["start"] + 3, one["end"] + 3) == (other["start"], other["end"])
    for one, other in zip(plain["spans"], moved["spans"], strict=True):
        np.testing.assert_array_equal(unpack(one["start"]) + 3, unpack(other["start"]))


def test_probabilities_sum_to_one_whatever_was_said(diet_bot: Path, worker: RasaWorker) -> None:
    model = RasaModel(worker, diet_bot / "models" / "first.tar.gz")
    batch = model.predict(TEXTS)
    assert batch.probabilities.shape == (len(TEXTS), len(model.labels))
    assert np.isfinite(batch.probabilities).all()
    np.testing.assert_allclose(batch.probabilities.sum(axis=1), 1.0, atol=1e-5)


def test_intents_are_named_as_in_the_training_data(diet_bot: Path, worker: RasaWorker) -> None:
    model = RasaModel(worker, diet_bot / "models" / "first.tar.gz")
    assert {"faq/hours", "faq/parking", "greet"} <= set(model.labels)
    assert "faq" not in model.labels
    batch = model.predict(["opening hours please", "do you have a car park"])
    assert [model.labels[row.argmax()] for row in batch.probabilities] == [
        "faq/hours",
        "faq/parking",
    ]


def test_roles_tell_entities_apart(diet_bot: Path, worker: RasaWorker) -> None:
    model = RasaModel(worker, diet_bot / "models" / "first.tar.gz")
    text = "from bonn to ulm"
    spans = model.predict([text]).spans
    found = {
        (text[start:end], spans.labels[label]): probability
        for start, end, label, probability in zip(
            spans.start, spans.end, spans.label, spans.probability, strict=True
        )
    }
    assert found["bonn", "city#from"] > found.get(("bonn", "city#to"), 0.0)
    assert found["ulm", "city#to"] > found.get(("ulm", "city#from"), 0.0)


def test_emitted_spans_are_the_entities_that_rasa_hands_out(
    diet_bot: Path, worker: RasaWorker
) -> None:
    archive = diet_bot / "models" / "first.tar.gz"
    model = RasaModel(worker, archive)
    spans = model.predict(TEXTS).spans
    emitted = {
        (int(row), int(start), int(end), spans.labels[label])
        for row, start, end, label, out in zip(
            spans.row, spans.start, spans.end, spans.label, spans.emitted, strict=True
        )
        if out
    }
    (answer,) = worker.parse(archive, [TEXTS])
    wanted = {
        (row, e["start"], e["end"], f"{e['entity']}#{e['role']}" if e.get("role") else e["entity"])
        for row, entities in enumerate(answer["entities"])
        for e in entities
        if "extractor" in e and not TEXTS[row].startswith("/")
    }
    assert wanted
    assert wanted <= emitted


def test_vectors_are_there_when_they_are_asked_for(diet_bot: Path, worker: RasaWorker) -> None:
    archive = diet_bot / "models" / "first.tar.gz"
    texts = ["where is my refund", "has my refund been sent", "sing a song"]
    (answer,) = worker.parse(archive, [texts], vectors=True)
    vectors = unpack(answer["vectors"])
    assert vectors.shape == (3, 256)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    assert unit[0] @ unit[1] > unit[0] @ unit[2]


def test_a_warm_worker_answers_for_two_models(
    diet_bot: Path, logistic_bot: Path, worker: RasaWorker
) -> None:
    one = RasaModel(worker, diet_bot / "models" / "first.tar.gz")
    other = RasaModel(worker, logistic_bot / "models" / "first.tar.gz")
    assert one.model_id != other.model_id
    for model in (one, other, one):
        best = model.predict(["hello there you"]).probabilities[0].argmax()
        assert model.labels[best] == "greet"
