"""The built-in model on a small bot of its own: what it promises to the stages."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from intent_al.errors import ConfigError, NotEnoughDataError, TrainingDataError
from intent_al.evaluation.metrics import entity_quality
from intent_al.nlu import intents
from intent_al.nlu.base import Model
from intent_al.nlu.builtin import BuiltinModel, identify, train
from intent_al.nlu.entities import EntitySettings
from intent_al.records import Entity, Example

CITIES = ("Paris", "Rome", "New York", "Oslo", "San Marino", "Kyoto", "Lima", "Porto Alegre")


def bot() -> list[Example]:
    """Three intents; journeys from one city to another, with roles."""
    examples = []
    for number, origin in enumerate(CITIES):
        target = CITIES[(number + 3) % len(CITIES)]
        for prefix in ("book a flight from ", "I want to travel from "):
            text = f"{prefix}{origin} to {target}"
            one, two = len(prefix), len(prefix) + len(origin) + 4
            spans = (
                Entity("city", one, one + len(origin), role="from"),
                Entity("city", two, two + len(target), role="to"),
            )
            examples.append(Example(text, "book_flight", spans))
        text = f"weather in {origin} tomorrow"
        spans = (Entity("city", 11, 11 + len(origin)), Entity("date", len(text) - 8, len(text)))
        examples.append(Example(text, "ask_weather", spans))
        examples.append(Example(f"cancel booking number {number}{number}7", "cancel"))
    return examples


@pytest.fixture(scope="module")
def model() -> BuiltinModel:
    return train(bot())


def test_it_learns_its_own_examples_and_generalises(model: BuiltinModel) -> None:
    found: Model = model
    batch = found.predict(["travel from Oslo to Lima", "please cancel it", "weather for Rome"])
    best = [batch.labels[at] for at in batch.probabilities.argmax(axis=1)]
    assert best == ["book_flight", "cancel", "ask_weather"]
    assert batch.labels == found.labels == ("ask_weather", "book_flight", "cancel")
    assert batch.probabilities.dtype == np.float32
    assert batch.probabilities.sum(axis=1) == pytest.approx(1.0)


def test_spans_carry_roles_exact_offsets_and_probabilities(model: BuiltinModel) -> None:
    examples = bot()
    spans = model.predict([example.text for example in examples]).spans
    assert spans.labels == ("city", "city#from", "city#to", "date")
    assert entity_quality([example.entities for example in examples], spans).f1 > 0.95
    assert ((spans.probability >= 0) & (spans.probability <= 1)).all()
    keys = np.stack([spans.row, spans.start, spans.end, spans.label])
    order = np.lexsort(keys[::-1])
    assert order.tolist() == list(range(len(order)))


def test_the_same_examples_in_any_order_give_the_same_model(model: BuiltinModel) -> None:
    again = train(bot()[::-1])
    texts = [example.text for example in bot()]
    one, two = model.predict(texts), again.predict(texts)
    assert again.model_id == model.model_id == identify(bot())
    assert np.array_equal(one.probabilities, two.probabilities)
    assert np.array_equal(one.spans.probability, two.spans.probability)


def test_the_id_changes_with_whatever_changes_the_predictions(model: BuiltinModel) -> None:
    examples = bot()
    relabelled = [replace(examples[0], intent="cancel"), *examples[1:]]
    variants = [
        identify(relabelled),
        identify(examples[1:]),
        identify(examples, seed=1),
        identify(examples, entities=False),
        identify(examples, lookups={"city": ["Rome"]}),
        identify(examples, regexes={"number": r"\d+"}),
        identify(examples, vectors="en_core_web_md"),
        identify(examples, settings=EntitySettings(scheme="BILOU")),
    ]
    assert len({model.model_id, *variants}) == len(variants) + 1


def test_prediction_does_not_depend_on_what_else_is_in_the_batch(model: BuiltinModel) -> None:
    texts = ["", "weather in Rome", "from Oslo to San Marino please and then back to Rome", " "]
    together = model.predict(texts)
    for row, text in enumerate(texts):
        alone = model.predict([text])
        assert alone.probabilities[0] == pytest.approx(together.probabilities[row], abs=1e-6)
        mine = together.spans.row == row
        assert alone.spans.start.tolist() == together.spans.start[mine].tolist()
        assert alone.spans.probability == pytest.approx(together.spans.probability[mine])


def test_a_text_without_a_known_feature_gets_the_share_of_each_intent(model: BuiltinModel) -> None:
    batch = model.predict(["", "?!", "жжж"])
    for row in batch.probabilities:
        assert row == pytest.approx([8 / 32, 16 / 32, 8 / 32])


def test_no_text_is_an_empty_batch(model: BuiltinModel) -> None:
    batch = model.predict([])
    assert batch.probabilities.shape == (0, 3)
    assert len(batch.spans.row) == 0


def test_no_annotation_means_no_entity_model() -> None:
    plain = train([replace(example, entities=()) for example in bot()])
    assert len(plain.predict(["weather in Rome"]).spans.row) == 0


@pytest.mark.parametrize(
    ("examples", "found"),
    [([], "no labelled example"), ([Example("hi", "greet")] * 3, "only the intent 'greet'")],
)
def test_less_than_two_intents_cannot_be_told_apart(examples: list[Example], found: str) -> None:
    with pytest.raises(NotEnoughDataError, match=found):
        train(examples)


def test_one_example_an_intent_is_enough_to_answer() -> None:
    tiny = train([Example("hello there", "greet"), Example("goodbye now", "leave")])
    assert tiny.predict(["hello"]).probabilities[0].argmax() == 0


def test_texts_without_any_feature_can_still_be_trained_on() -> None:
    odd = train([Example("", "a"), Example("...", "b"), Example("...", "b")])
    assert odd.predict(["x"]).probabilities[0] == pytest.approx([1 / 3, 2 / 3])


def test_annotations_that_cut_a_token_are_counted_and_left_out() -> None:
    broken = Example("refunding", "cancel", (Entity("item", 0, 6),))
    assert train([*bot(), broken]).skipped_annotations == 1


def test_large_data_takes_the_other_solver_and_stays_calibrated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(intents, "SMALL", 10)
    model = train(bot(), entities=False)
    probabilities = model.predict([example.text for example in bot()]).probabilities
    gold = [model.labels.index(example.intent) for example in bot()]
    assert probabilities.argmax(axis=1).tolist() == gold
    assert probabilities.sum(axis=1) == pytest.approx(1.0)


def test_two_intents_have_columns_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = [example for example in bot() if example.intent != "cancel"]
    for small in (1000, 10):
        monkeypatch.setattr(intents, "SMALL", small)
        batch = train(examples, entities=False).predict(["weather in Rome", "book a flight"])
        assert batch.probabilities.argmax(axis=1).tolist() == [0, 1]
        assert batch.probabilities.sum(axis=1) == pytest.approx(1.0)


def test_a_lookup_table_finds_values_that_were_never_annotated() -> None:
    examples = [
        Example(f"send {verb} to {name}", "send", (Entity("name", 9 + len(verb), 12 + len(verb)),))
        for verb in ("it", "mail", "this")
        for name in ("ann", "bob", "eve")
    ]
    examples += [Example("send it to you", "send"), Example("read it to him", "read")] * 5
    names = {"name": ["ann", "bob", "eve", "zoltan"]}
    asked = ["send it to zoltan"]
    with_list = train(examples, lookups=names).predict(asked).spans
    without = train(examples).predict(asked).spans
    assert with_list.probability.max(initial=0) > without.probability.max(initial=0)
    assert with_list.emitted.any()


def test_a_broken_regex_or_setting_is_named() -> None:
    with pytest.raises(TrainingDataError, match="'code' is not valid"):
        train(bot(), regexes={"code": "("})
    with pytest.raises(ConfigError, match="no such spaCy model"):
        train(bot(), vectors="no_such_model")
    with pytest.raises(ConfigError, match="'spacy:en'"):
        train(bot(), settings=EntitySettings(tokenizer="words"))
