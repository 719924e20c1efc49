"""What is predicted, when again, and whether the store gives back what a model said."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from intent_al.records import PredictionBatch, SpanBatch
from intent_al.stages import predict as stage
from intent_al.stages.predict import PredictReport
from intent_al.stages.pull import pull
from intent_al.store import Store, predictions
from intent_al.texts.masking import Masker

START = 1_700_000_000.0
HALF = 2.0**-11  # half a unit in the last place of a float16, of a number up to 1


def predict(
    store: Store, model: Model, *, bot: str, clock: Callable[[], float] = time.time
) -> PredictReport:
    return stage.predict(store, model.model_id, lambda: model, bot=bot, clock=clock)


class Model:
    """Reproducible probabilities and spans of any text; remembers what it was asked."""

    labels = ("greet", "order", "refund")
    span_labels = ("product", "size#small")

    def __init__(self, model_id: str = "first") -> None:
        self.model_id = model_id
        self.asked: list[str] = []

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        self.asked += texts
        rows = [self.shares(text) for text in texts]
        spans = [(row, *span) for row, text in enumerate(texts) for span in self.spans(text)]
        columns = list(zip(*spans, strict=True)) or [()] * 6
        row, start, end, label = (np.array(column, np.int32) for column in columns[:4])
        batch = SpanBatch(
            self.span_labels,
            row,
            start,
            end,
            label,
            np.array(columns[4], np.float32),
            np.array(columns[5], np.bool_),
        )
        return PredictionBatch(self.labels, np.array(rows, np.float32).reshape(-1, 3), batch)

    def shares(self, text: str) -> np.ndarray:
        rng = np.random.default_rng([len(self.model_id), *text.encode()])
        return rng.dirichlet((0.3, 0.3, 0.3))

    def spans(self, text: str) -> list[tuple[int, int, int, float, bool]]:
        """One of every two words, in turns of another label; none of a text of one word."""
        words = text.split()
        if len(words) < 2:
            return []
        found, start = [], 0
        for number, word in enumerate(words):
            share = float(np.float32(1 / (number + 1.7)))
            found.append((start, start + len(word), number % 2, share, number % 3 == 0))
            start += len(word) + 1
        return found


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "state.db") as opened:
        yield opened


def say(store: Store, folder: Path, *texts: str, prediction: str = "greet") -> None:
    """The texts, each of a person of its own, added to Rasa's event file and pulled."""
    log = folder / "rasa_event.log"
    done = log.read_text().count("\n") if log.exists() else 0
    with log.open("a", encoding="utf-8") as file:
        for number, text in enumerate(texts, start=done):
            event = {
                "sender_id": f"s{number}",
                "event": "user",
                "timestamp": START + number,
                "text": text,
                "message_id": f"m{number}",
                "parse_data": {"intent": {"name": prediction, "confidence": 1.0}},
            }
            file.write(json.dumps(event) + "\n")
    source = {"log": ("rasa_events", {"path": str(log)})}
    pull(store, source, Masker(b"k" * 32), bot="b")


def test_only_free_text_is_predicted_and_each_text_once(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, "a mug please", "", "EXTERNAL: reminder", "hello", "a mug please")
    say(store, tmp_path, "/greet", prediction="greet")
    model = Model()
    assert predict(store, model, bot="b").predicted == 2
    assert sorted(model.asked) == ["a mug please", "hello"]


def test_another_bot_of_the_same_store_is_left_alone(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, "hello")
    model = Model()
    assert predict(store, model, bot="another").predicted == 0
    assert model.asked == []


def test_only_what_is_new_is_predicted(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, "hello", "good day")
    model = Model()
    predict(store, model, bot="b")
    model.asked.clear()
    assert predict(store, model, bot="b").predicted == 0
    say(store, tmp_path, "hello", "anything else")
    assert predict(store, model, bot="b").predicted == 1
    assert model.asked == ["anything else"]
    assert len(predictions.read(store, "first").ids) == 3


def test_another_model_predicts_everything_again(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, "hello", "good day")
    first, second = Model("first"), Model("the second")
    predict(store, first, bot="b")
    assert predict(store, second, bot="b").predicted == 2
    assert sorted(second.asked) == sorted(first.asked)
    old, new = (predictions.read(store, model.model_id) for model in (first, second))
    assert old.ids.tolist() == new.ids.tolist()
    assert not np.allclose(old.batch.probabilities, new.batch.probabilities)


def test_the_model_that_was_used_last_is_the_one_in_use(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, "hello")
    for at, name in enumerate(("first", "second", "first")):
        predict(store, Model(name), bot="b", clock=lambda at=at: START + at)
        assert predictions.latest_model(store) == name


def test_prune_keeps_the_models_that_were_used_last(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, "hello", "good day")
    for at, name in enumerate(("a", "b", "c", "a")):
        predict(store, Model(name), bot="b", clock=lambda at=at: START + at)
    assert predictions.prune(store, keep=2) == 2
    left = {name: len(predictions.read(store, name).ids) for name in "abc"}
    assert left == {"a": 2, "b": 0, "c": 2}
    assert predictions.prune(store, keep=2) == 0


def test_what_was_pruned_is_predicted_again_when_it_is_needed(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, "hello")
    predict(store, Model("old"), bot="b", clock=lambda: START)
    predict(store, Model("new"), bot="b", clock=lambda: START + 1)
    predictions.prune(store, keep=1)
    assert predict(store, Model("old"), bot="b").predicted == 1


def test_probabilities_and_spans_come_back_as_they_were_said(store: Store, tmp_path: Path) -> None:
    texts = [
        "hello",
        "two blue mugs",
        "größe L 🙂 bitte",
        *(f"order number {n}" for n in range(60)),
    ]
    say(store, tmp_path, *texts)
    model = Model()
    predict(store, model, bot="b")
    ids, batch = predictions.read(store, "first")
    assert store.count("SELECT max(length(probabilities)) FROM prediction") == 2 * 3
    asked = dict(store.query("SELECT id, text FROM utterance"))
    assert sorted(asked[id_] for id_ in ids.tolist()) == sorted(texts)
    expected = np.array([model.shares(asked[id_]) for id_ in ids.tolist()])
    assert batch.labels == model.labels
    np.testing.assert_allclose(batch.probabilities, expected, rtol=0, atol=HALF)
    spans = batch.spans
    assert spans.labels == model.span_labels
    for row, id_ in enumerate(ids.tolist()):
        here = spans.row == row
        said = model.spans(asked[id_])
        places = zip(spans.start[here], spans.end[here], spans.label[here], strict=True)
        assert [tuple(map(int, place)) for place in places] == [span[:3] for span in said]
        shares = [span[3] for span in said]
        np.testing.assert_allclose(spans.probability[here], shares, rtol=0, atol=HALF)
        assert spans.emitted[here].tolist() == [span[4] for span in said]


def test_predictions_of_some_are_those_of_all(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, "hello", "a blue mug", "two mugs")
    predict(store, Model(), bot="b")
    ids, batch = predictions.read(store, "first")
    some_ids, some = predictions.read(store, "first", [int(ids[2]), int(ids[0])])
    assert some_ids.tolist() == [ids[0], ids[2]]
    np.testing.assert_array_equal(some.probabilities, batch.probabilities[[0, 2]])
    of_the_last = batch.spans.row == 2
    np.testing.assert_array_equal(some.spans.end[some.spans.row == 1], batch.spans.end[of_the_last])


def test_a_model_nobody_asked_has_no_predictions(store: Store) -> None:
    ids, batch = predictions.read(store, "unknown")
    assert len(ids) == len(batch) == 0
    assert predictions.latest_model(store) is None
