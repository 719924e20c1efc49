"""Which few a human sees next: uncertain, frequent, new; never held out, never flooded."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from intent_al.encoders.registry import open_encoder
from intent_al.errors import NotEnoughDataError, UsageError
from intent_al.records import Example, FloatArray, Outcome, PredictionBatch
from intent_al.stages import review
from intent_al.stages.predict import predict
from intent_al.stages.pull import pull
from intent_al.stages.select import BatchRequest, SelectReport, candidates, select, yields
from intent_al.store import Store, cards, queue
from intent_al.store.decisions import Decision
from intent_al.strategies.base import NO_INTENT, UNKNOWN
from intent_al.texts.masking import Masker

LABELS = ("order", "refund", "smalltalk")


class ByKeyword:
    """Sure where a text names one of its words, torn where it names two or none."""

    model_id = "by-keyword"
    labels = LABELS

    def predict(self, texts: Sequence[str]) -> PredictionBatch:
        hits = np.array([[1.0 + 50 * (label in text) for label in LABELS] for text in texts])
        shares = (hits / hits.sum(axis=1, keepdims=True)).astype(np.float32)
        return PredictionBatch(LABELS, shares.reshape(-1, len(LABELS)))


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "state.db") as opened:
        yield opened


def say(store: Store, tmp_path: Path, *messages: tuple[str, str]) -> None:
    """Pull ``(sender, text)`` messages from a log file and let the keyword model predict them."""
    log = tmp_path / "log.jsonl"
    with log.open("a", encoding="utf-8") as file:
        for number, (sender, text) in enumerate(messages):
            record = {"conversation_id": sender, "message_id": f"{log.stat().st_size}-{number}"}
            file.write(json.dumps(record | {"text": text}) + "\n")
            file.flush()
    pull(store, {"log": ("jsonl", {"path": str(log)})}, Masker(b"k" * 32), bot="b")
    model = ByKeyword()
    predict(store, model.model_id, lambda: model, bot="b")


def choose(store: Store, **wanted: object) -> SelectReport:
    defaults: dict[str, object] = {"size": 10, "audit_share": 0.0}
    return select(store, BatchRequest(**(defaults | wanted)), bot="b", encode=encode)


def encode(texts: Sequence[str]) -> FloatArray:
    return open_encoder("tfidf", texts).encode(texts)


def texts(store: Store) -> list[str]:
    return [item.text for item in queue.open_items(store)]


def test_the_uncertain_come_before_the_sure(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, ("a", "my order please"), ("b", "order or refund, which one"))
    choose(store, size=1)
    assert texts(store) == ["order or refund, which one"]


def test_what_more_people_say_comes_first(store: Store, tmp_path: Path) -> None:
    rare, common = ("a", "xylophone please now"), "kitchen sink trouble"
    say(store, tmp_path, rare, *[(f"s{i}", common) for i in range(8)])
    choose(store, size=1)
    assert texts(store) == [common]


def test_one_person_saying_it_often_is_one_person(store: Store, tmp_path: Path) -> None:
    shouted = [("loud", "xylophone please now")] * 9
    say(store, tmp_path, *shouted, ("b", "kitchen sink trouble"), ("c", "kitchen sink trouble"))
    choose(store, size=1)
    assert texts(store) == ["kitchen sink trouble"]


def test_near_duplicates_are_asked_once(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, ("a", "what about the parcel 123"), ("b", "What about the parcel 999?"))
    report = choose(store)
    assert len(report.items) == 1
    assert report.left_out["near duplicate"] == 1


def test_a_picture_is_a_copy_of_itself_and_of_no_other(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, ("a", "👍"), ("b", "👎"), ("c", "👌🏽"), ("d", "👏"), ("e", "👏👏!"))
    report = choose(store, training=[Example("👌", "order")], held_out=["👍"])
    assert sorted(texts(store)) == ["👎", "👏"]
    assert report.left_out["copy of a text the bot is judged by"] == 1
    assert report.left_out["in the training data"] == 1
    assert report.left_out["near duplicate"] == 1


def test_training_texts_and_copies_of_held_out_texts_are_not_asked(
    store: Store, tmp_path: Path
) -> None:
    say(
        store, tmp_path, ("a", "Known already!"), ("b", "we judge by thiss one"), ("c", "fresh one")
    )
    report = choose(
        store, training=[Example("known already", "order")], held_out=["we judge by this one"]
    )
    assert texts(store) == ["fresh one"]
    assert report.left_out["in the training data"] == 1
    assert report.left_out["copy of a text the bot is judged by"] == 1


def test_one_sender_cannot_flood_a_batch(store: Store, tmp_path: Path) -> None:
    words = ["apple pie", "brown fox", "curious cat", "dusty road", "early bird"]
    say(store, tmp_path, *[("flood", text) for text in words], ("other", "zebra crossing"))
    choose(store, per_sender=2)
    assert len(texts(store)) == 3
    assert "zebra crossing" in texts(store)


def test_an_utterance_is_in_one_batch_only(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, ("a", "first thing"), ("b", "second matter"))
    first = choose(store, size=1)
    second = choose(store, size=5)
    assert {item.utterance for item in first.items}.isdisjoint(
        item.utterance for item in second.items
    )
    assert choose(store).batch is None


def test_the_audit_sample_is_drawn_from_messages_before_any_filter(
    store: Store, tmp_path: Path
) -> None:
    say(store, tmp_path, *[(f"s{i}", "hello") for i in range(30)], ("b", "odd one out"))
    report = choose(store, size=10, audit_share=0.5, training=[Example("hello", "smalltalk")])
    audit = [item for item in report.items if item.quota == "audit"]
    assert len(audit) == 5
    assert len({item.message for item in audit}) == 5


def test_copies_of_audit_texts_are_not_asked_for_training(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, ("a", "the very same question"), ("b", "the very same question 2"))
    choose(store, size=1, audit_share=1.0)
    report = choose(store, size=5)
    assert [item for item in report.items if item.quota != "audit"] == []


def test_a_decision_that_exists_is_reused_for_the_audit_sample(
    store: Store, tmp_path: Path
) -> None:
    say(store, tmp_path, ("a", "decided before"), ("b", "decided before"))
    choose(store, size=1)
    answers = {"decided before": review.Answer(Outcome.LABELLED, "order")}
    assert review.answer(store, answers, reviewer="r").decided == 1
    report = choose(store, size=1, audit_share=1.0)
    assert len(report.items) == 1
    assert texts(store) == []


def test_the_reason_names_the_intents_in_doubt(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, ("a", "order or refund"))
    (item,) = choose(store, strategy="margin").items
    assert item.reason == "0.00 between order and refund"


def test_random_repeats_with_its_seed_and_changes_with_another(
    store: Store, tmp_path: Path
) -> None:
    words = ("ash", "birch", "cedar", "elm", "fir", "gum", "hazel", "ivy", "juniper", "larch")
    say(store, tmp_path, *[(f"s{i}", f"{word} tree") for i, word in enumerate(words)])
    chosen = []
    for seed in (1, 1, 2):
        copy = tmp_path / f"{len(chosen)}.db"
        store.connection.execute("VACUUM INTO ?", (str(copy),))
        with Store(copy) as other:
            report = choose(other, size=5, strategy="random", seed=seed)
            chosen.append([item.utterance for item in report.items])
    assert chosen[0] == chosen[1] != chosen[2]


def test_an_unknown_strategy_names_the_known_ones(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, ("a", "anything"))
    with pytest.raises(UsageError, match=r"'margins'.*entropy.*margin.*random"):
        choose(store, strategy="margins")


def test_without_predictions_the_error_says_what_to_run(store: Store) -> None:
    with pytest.raises(NotEnoughDataError, match="intent-al predict"):
        choose(store)


EXAMPLES = [
    Example(f"{words} {tail}", intent)
    for intent, words in (("order", "order some"), ("refund", "refund my"))
    for tail in ("tea", "green tea", "cups", "plates", "bowls", "tea again", "two cups", "a plate")
]


def complain(store: Store, text: str) -> None:
    """What a button "no, something else" leaves behind; deriving it is the business of pull."""
    with store.write() as connection:
        message, event = connection.execute(
            "SELECT message.id, message.event FROM message JOIN utterance"
            " ON utterance.id = message.utterance WHERE text = ? LIMIT 1",
            (text,),
        ).fetchone()
        connection.execute(
            "INSERT INTO feedback (message, event, polarity) VALUES (?, ?, -1)", (message, event)
        )


def by_quota(report: SelectReport, store: Store) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for item in report.items:
        text = store.value("SELECT text FROM utterance WHERE id = ?", (item.utterance,))
        found.setdefault(item.quota, []).append(str(text))
    return found


def test_what_users_complained_about_has_a_place_and_says_why(store: Store, tmp_path: Path) -> None:
    sure = "order a green cup"
    torn = [(f"s{letter}", f"order or refund {letter}x") for letter in "abcdefghijklmnop"]
    say(store, tmp_path, ("z", sure), *torn)
    complain(store, sure)
    report = choose(store, size=10, training=EXAMPLES)
    assert by_quota(report, store)["feedback"] == [sure]
    (item,) = [item for item in report.items if item.quota == "feedback"]
    assert item.reason == "1 person said that the bot was wrong"


def test_what_fits_no_intent_is_a_question_of_novelty_and_not_of_confusion(
    store: Store, tmp_path: Path
) -> None:
    strange = "zebra quokka xylophone"
    usual = [
        (f"s{i}", f"{text}?") for i, text in enumerate(f"order {one.text}" for one in EXAMPLES)
    ]
    say(store, tmp_path, ("z", strange), *usual)
    report = choose(store, size=10, training=EXAMPLES)
    found = by_quota(report, store)
    assert found["novelty"] == [strange]
    (item,) = [item for item in report.items if item.quota == "novelty"]
    assert item.reason.startswith("fits no intent: farther from ")


def test_a_strategy_that_lacks_what_it_needs_writes_nothing(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, ("a", "order or refund"))
    with pytest.raises(UsageError, match="needs committee"):
        choose(store, strategy="vote_entropy")
    assert queue.batches(store) == 0


def test_a_committee_asks_about_what_its_members_disagree_on(store: Store, tmp_path: Path) -> None:
    """The keyword model reads "order", the other member all the words around it."""
    split, agreed = "order my refund my tea refundable", "order two cups"
    say(store, tmp_path, ("a", split), ("b", agreed))
    choose(store, strategy="committee_kl", training=EXAMPLES, size=1)
    assert texts(store) == [split]


def test_copies_of_what_was_asked_before_are_not_asked(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, ("a", "where is my refund for the blue order"))
    choose(store, size=1)
    say(store, tmp_path, ("b", "where is my refund for the blue orderr"), ("c", "teapot broken"))
    report = choose(store)
    assert texts(store)[1:] == ["teapot broken"]
    assert report.left_out["copy of a text that was asked about before"] == 1


def test_answers_that_were_news_move_the_quotas(store: Store, tmp_path: Path) -> None:
    say(store, tmp_path, ("a", "order it"), ("b", "refund it"), ("c", "order or refund"))
    choose(store, strategy="margin")
    answers = {
        "order it": review.Answer(Outcome.LABELLED, "order"),
        "refund it": review.Answer(Outcome.LABELLED, "order"),
        "order or refund": review.Answer(Outcome.OUT_OF_SCOPE),
    }
    review.answer(store, answers, reviewer="r")
    assert yields.measure(store) == {"confusion": queue.Yield(answered=3, news=2)}


def test_of_a_large_pool_the_doubtful_and_a_sample_are_looked_at(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(candidates, "SIEVE", 6)
    sure = [
        (f"s{i}", f"order {word}") for i, word in enumerate("ash birch cedar elm fir gum".split())
    ]
    say(store, tmp_path, *sure, ("x", "order or refund"), ("y", "refund smalltalk"))
    report = choose(store, strategy="margin", size=2)
    assert report.candidates == 6
    assert sorted(texts(store)) == ["order or refund", "refund smalltalk"]


def test_what_was_answered_out_of_scope_is_known_to_strategies(
    store: Store, tmp_path: Path
) -> None:
    say(store, tmp_path, *((f"s{at}", text) for at, text in enumerate(("do you sing", "a refund"))))
    choose(store)
    by_text = {item.text: item.id for item in queue.open_items(store)}
    review.decide(store, Decision(by_text["do you sing"], Outcome.OUT_OF_SCOPE), reviewer="kim")
    say(store, tmp_path, ("z", "my order or refund"))
    found = candidates.gather(
        store,
        "b",
        ByKeyword.model_id,
        BatchRequest(size=5, training=[Example("where is it", "order")]),
        encode,
        set(),
        np.random.default_rng(0),
        Counter(),
        committee=False,
    )
    assert found is not None
    assert found.pool.known_intents is not None
    # the example, then what was asked in the order in which it was said
    assert found.pool.known_intents.tolist() == [0, NO_INTENT, UNKNOWN]


def test_the_audit_sample_keeps_its_share_where_little_else_is_found(
    store: Store, tmp_path: Path
) -> None:
    """Topped up again and again, a queue does not fill with what was drawn blindly."""
    things = "mug plate bowl vase jug spoon fork knife tray lamp chair rug clock".split()
    said = [(f"s{at}", f"tell me of the {thing}") for at, thing in enumerate(things)]
    say(store, tmp_path, *said, *((f"t{at}", "hello") for at in range(200)))
    quotas: Counter[str] = Counter()
    for _ in range(12):
        report = choose(
            store,
            size=20,
            audit_share=0.1,
            top_up=True,
            training=[Example("hello", "smalltalk"), Example("my order", "order")],
        )
        quotas.update(item.quota for item in report.items)
    asked = sum(quotas.values())
    assert asked > 5
    assert quotas["audit"] <= 2 + asked // 10


def test_the_audit_sample_does_not_take_the_last_that_is_there_to_ask(
    store: Store, tmp_path: Path
) -> None:
    say(store, tmp_path, ("a", "where is it"), ("b", "money back please"))
    for _ in range(4):
        choose(store, size=20, audit_share=0.1, top_up=True)
    assert sorted(texts(store)) == ["money back please", "where is it"]


@pytest.mark.slow
def test_a_trickle_of_messages_has_its_audit_sample_too(store: Store, tmp_path: Path) -> None:
    """One new message a minute, one of ten drawn blindly in the long run."""
    things = "mug plate bowl vase jug spoon fork knife tray lamp chair rug clock box".split()
    quotas: Counter[str] = Counter()
    for number, (one, other) in enumerate(product(things, things)):
        say(store, tmp_path, (f"s{number}", f"{one} and {other} {'!' * (number % 3)}"))
        if number % 3 == 2:
            report = choose(store, size=20, audit_share=0.1, top_up=True)
            quotas.update(item.quota for item in report.items)
    asked = sum(quotas.values())
    assert asked > 50
    assert 0.02 * asked < quotas["audit"] < 0.25 * asked


def test_other_spellings_are_kept_with_the_one_that_is_asked(store: Store, tmp_path: Path) -> None:
    spellings = ("order or refund which", "Order or refund, which?", "ORDER OR REFUND WHICH!!")
    say(store, tmp_path, *((f"s{n}", text) for n, text in enumerate(spellings)))
    (item,) = choose(store, size=3).items
    (asked,) = texts(store)
    assert {asked, *item.spellings} == set(spellings)
    number = queue.open_items(store)[0].id
    assert set(cards.spellings(store, number)) == set(item.spellings)
