"""Probabilities of spans against every path, weighed by CRFsuite and by TensorFlow themselves."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence

import numpy as np
import pytest
import tensorflow as tf
from rasa.nlu.constants import TOKENS_NAMES
from rasa.shared.nlu.constants import TEXT
from rasa.utils.tensorflow.crf import crf_log_likelihood

from intent_al.inside_rasa.worker.bot_model import BotModel
from intent_al.inside_rasa.worker.span_rows import Chain, span_rows

Span = tuple[int, int, str]
TEXTS = ("refund the teapot", "cancel my vase", "large bowl", "from bonn to")


@pytest.fixture(scope="module", params=["logistic_bot", "diet_bot"])
def model(request: pytest.FixtureRequest) -> Iterator[BotModel]:
    opened = BotModel(request.getfixturevalue(request.param) / "models" / "first.tar.gz")
    yield opened
    opened.close()


def spans_of(tags: Sequence[str]) -> list[Span]:
    """As the CoNLL scorer reads them: written down here a second time, on purpose."""
    found: list[Span] = []
    open_at, label = -1, ""
    for position, tag in enumerate((*tags, "O")):
        prefix, _, name = tag.partition("-")
        goes_on = prefix in ("I", "L") and label == name and open_at >= 0
        goes_on = goes_on and position > 0 and tags[position - 1][0] in "BI"
        if not goes_on:
            if open_at >= 0:
                found.append((open_at, position, label))
            open_at, label = (position, name) if tag != "O" else (-1, "")
    return found


def by_enumeration(weights: dict[tuple[str, ...], float]) -> dict[Span, float]:
    mass: dict[Span, float] = {}
    for path, probability in weights.items():
        for span in spans_of(path):
            mass[span] = mass.get(span, 0.0) + probability
    return mass


def assert_equal(chain: Chain, row: int, wanted: dict[Span, float]) -> None:
    rows = [one for one in span_rows(chain, None, []) if one.row == row]
    found = {(one.start, one.end, one.label): one.probability for one in rows}
    assert {span for span, mass in wanted.items() if mass >= 0.0101} <= set(found)
    for span, probability in found.items():
        assert probability == pytest.approx(wanted[span], abs=1e-6), span


def test_the_crf_weighs_spans_as_crfsuite_weighs_paths(model: BotModel) -> None:
    (crf,) = model._listener._crfs.values()
    component = crf._component
    tagger = component.entity_taggers["entity"].tagger_
    model.parse(TEXTS)
    messages = model._runner.run(inputs=model_inputs(TEXTS), targets=[model._target])[model._target]
    for row, message in enumerate(messages):
        tokens = component._convert_to_crf_tokens(message)
        features = component._crf_tokens_to_features(tokens, component.component_config, False)
        tagger.set(features)
        weights = {
            path: tagger.probability(list(path))
            for path in itertools.product(tagger.labels(), repeat=len(tokens))
        }
        assert sum(weights.values()) == pytest.approx(1.0, abs=1e-9)
        (chain,) = [one["entity"] for one in crf.chains if row in one["entity"].rows]
        assert_equal(chain, row, by_enumeration(weights))


def test_diet_weighs_spans_as_tensorflow_weighs_paths(model: BotModel) -> None:
    diets = [one for one in model._listener._diets.values() if one.tags]
    if not diets:
        pytest.skip("this bot has no DIET")
    (diet,) = diets
    model.parse(TEXTS)
    for chain in (one["entity"] for one in diet.chains):
        for place, row in enumerate(chain.rows.tolist()):
            length = int(chain.lengths[place])
            paths = list(itertools.product(range(len(chain.tags)), repeat=length))
            logits = np.tile(chain.unary[place, :length][None], (len(paths), 1, 1))
            likelihood, _ = crf_log_likelihood(
                tf.constant(logits, tf.float64),
                tf.constant(paths, tf.int32),
                tf.fill([len(paths)], length),
                tf.constant(chain.transitions, tf.float64),
            )
            weights = {
                tuple(chain.tags[tag] for tag in path): float(probability)
                for path, probability in zip(paths, np.exp(likelihood.numpy()), strict=True)
            }
            assert sum(weights.values()) == pytest.approx(1.0, abs=1e-6)
            assert_equal(chain, row, by_enumeration(weights))


def model_inputs(texts: Sequence[str]) -> dict[str, object]:
    from rasa.core.channels.channel import UserMessage
    from rasa.shared.core.trackers import DialogueStateTracker

    return {
        "__message__": [UserMessage(text) for text in texts],
        "__tracker__": DialogueStateTracker.from_events("x", []),
    }


def test_the_texts_have_few_tokens(model: BotModel) -> None:
    """Or there would be too many paths to try."""
    messages = model._runner.run(inputs=model_inputs(TEXTS), targets=[model._target])[model._target]
    assert all(len(message.get(TOKENS_NAMES[TEXT])) <= 3 for message in messages)
