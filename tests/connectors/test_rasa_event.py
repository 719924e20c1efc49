"""What a Rasa event means: fallback, payload, external, feedback; nothing hostile crashes."""

from __future__ import annotations

import math
import pickle
from datetime import datetime, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors.base import Button
from connectors.errors import SkipRecord
from connectors.rasa.events import to_event
from connectors.testing import assert_valid


def convert(data, **options):
    return to_event(data, "1", conversation="anna", **options)


def ranking(*confidences: float, names: str = "abcdefghijklmnopqrstuvwxyz"):
    return [
        {"name": name, "confidence": number}
        for name, number in zip(names, confidences, strict=False)
    ]


def parsed(entries, **more):
    return {"intent": entries[0] if entries else None, "intent_ranking": entries, **more}


def test_user_message(user_event):
    event = convert(user_event("hello there", metadata={"model_id": "m1", "language": "de"}))
    assert (event.kind, event.text, event.conversation) == ("user", "hello there", "anna")
    assert event.time == datetime(2026, 11, 22, 2, 14, 29, 250000, tzinfo=timezone.utc)
    assert (event.message_id, event.channel, event.language) == ("message-0", "rest", "de")
    assert (event.origin, event.name) == ("typed", None)
    assert event.prediction.model_id == "m1"
    assert event.prediction.ranking[0] == ("greet", 0.75)
    assert event.prediction.complete


@pytest.mark.parametrize("strange", [7.5, ["de"], {}, "", "half \ud83d", "x" * 101, False])
def test_no_message_is_lost_for_a_strange_channel_or_language(user_event, strange):
    event = convert(user_event("hi", input_channel=strange, metadata={"language": strange}))
    assert (event.text, event.channel, event.language) == ("hi", None, None)


def test_sender_is_the_conversation_where_the_log_names_no_other(user_event):
    assert to_event({**user_event("hi"), "sender_id": "ben"}, "1").conversation == "ben"
    with pytest.raises(SkipRecord, match="sender_id"):
        to_event(user_event("hi"), "1")


def test_fallback_entry_leaves_the_ranking(user_event):
    entries = [{"name": "nlu_fallback", "confidence": 0.3}, *ranking(0.4, 0.35, 0.25)]
    prediction = convert(user_event("hm", parse_data=parsed(entries))).prediction
    assert prediction.fallback
    assert [name for name, _ in prediction.ranking] == ["a", "b", "c"]
    assert prediction.complete, "without the fallback the rest sums to one"


def test_fallback_without_ranking_is_still_a_fallback(user_event):
    entry = {"name": "nlu_fallback", "confidence": 0.3}
    prediction = convert(user_event("hm", parse_data={"intent": entry})).prediction
    assert prediction.fallback
    assert prediction.ranking == ()


def test_clarified_copy_is_yielded_as_it_is(user_event):
    """Same message_id, confidence 1.0, the old ranking: keeping the first is the store's part."""
    entries = [{"name": "nlu_fallback", "confidence": 0.3}, *ranking(0.4, 0.35)]
    first = convert(user_event("hm", parse_data=parsed(entries)))
    copied = {"intent": {"name": "a", "confidence": 1.0}, "intent_ranking": entries}
    second = convert(user_event("hm", parse_data=copied))
    assert second is not None
    assert (second.conversation, second.message_id) == (first.conversation, first.message_id)
    assert second.prediction.ranking == first.prediction.ranking, "1.0 is no score of the model"


def test_unsorted_ranking_is_sorted(user_event):
    entries = ranking(0.125, 0.75, 0.125)
    prediction = convert(user_event("hm", parse_data=parsed(entries))).prediction
    assert prediction.ranking == (("b", 0.75), ("a", 0.125), ("c", 0.125))


@pytest.mark.parametrize(
    ("confidences", "complete"),
    [
        ((0.5, 0.3, 0.2), True),
        ((0.5, 0.3, 0.1), False),
        ((1.0,), False),
        ((0.55, *[0.05] * 9), False),  # exactly ten: Rasa's cut
        ((0.5, *[0.05] * 10), True),
    ],
)
def test_complete_only_if_all_intents_are_named(user_event, confidences, complete):
    event = convert(user_event("hm", parse_data=parsed(ranking(*confidences))))
    assert event.prediction.complete is complete


def test_similarities_are_no_probabilities(user_event):
    assert convert(user_event("hm", parse_data=parsed(ranking(3.5, -0.2)))).prediction is None
    slightly = convert(user_event("hm", parse_data=parsed(ranking(1.0000001, 0.0)))).prediction
    assert slightly.ranking[0] == ("a", 1.0)


def test_intent_without_ranking_is_a_ranking_of_one(user_event):
    event = convert(user_event("hm", parse_data={"intent": {"name": "a", "confidence": 0.6}}))
    assert event.prediction.ranking == (("a", 0.6),)


@pytest.mark.parametrize(
    "parse_data",
    [
        None,
        {},
        {"intent": {"name": None, "confidence": 0.0}, "entities": [], "intent_ranking": []},
        {"intent": None, "intent_ranking": None},
        {"intent": {}, "commands": [{"command": "start flow", "flow": "pay"}]},
    ],
)
def test_no_prediction_is_none(user_event, parse_data):
    event = convert(user_event("pay my bill", parse_data=parse_data))
    assert event.text == "pay my bill"
    assert event.prediction is None


def test_entities(user_event):
    entities = [
        {"entity": "city", "start": 3, "end": 6, "value": "New York City", "role": "to",
         "extractor": "DIETClassifier", "confidence_entity": 0.9, "confidence_role": 0.4},
        {"entity": "amount", "start": 0, "end": 2, "value": {"value": 7, "unit": "EUR"}},
        {"entity": "from_a_payload", "value": "x"},
        {"entity": "beyond", "start": 3, "end": 99, "value": "x"},
    ]  # fmt: skip
    data = user_event("to NYC", parse_data={"entities": entities, "intent": None})
    city, amount = convert(data).prediction.entities
    assert (city.entity, city.start, city.end, city.value) == ("city", 3, 6, "New York City")
    assert (city.role, city.extractor, city.confidence) == ("to", "DIETClassifier", 0.9)
    assert amount.value == '{"value":7,"unit":"EUR"}'


@pytest.mark.parametrize(
    ("text", "intent", "name"),
    [
        ("/greet", "greet", "greet"),
        ("/greet", None, "greet"),
        ('/inform{"priority": "high"}', "inform", "inform"),
        ("/inform{broken", "inform", "inform"),
        ("/greet@0.8", "greet", "greet"),
        ("/faq/opening_hours", "faq", "faq/opening_hours"),
        ("/faq/opening_hours", "faq/opening_hours", "faq/opening_hours"),
    ],
)
def test_payloads(user_event, text, intent, name):
    entries = ranking(1.0) if intent is None else [{"name": intent, "confidence": 1.0}]
    data = user_event(text, parse_data=parsed(entries) if intent else None)
    event = convert(data)
    assert (event.origin, event.name, event.prediction) == ("payload", name, None)


@pytest.mark.parametrize("text", ["/start", "/ 2 cups", "and/or", "/", "//", "/the red one"])
def test_a_slash_alone_makes_no_payload(user_event, text):
    event = convert(user_event(text))
    assert (event.origin, event.name) == ("typed", None)
    assert event.prediction is not None


def test_external_events_were_said_by_nobody(user_event):
    for data in (
        user_event("EXTERNAL: remind_payment"),
        user_event("remind_payment", metadata={"is_external": True}),
    ):
        assert convert(data).origin == "external"
        assert convert(data).prediction is None


def test_other_events():
    bot = {
        "event": "bot",
        "text": "Did you mean 'greet'?",
        "data": {
            "buttons": [
                {"title": "Yes", "payload": "/greet"},
                {"title": "Shop", "type": "web_url", "url": "https://example.org"},
            ],
            "quick_replies": [{"title": "No", "payload": "/out_of_scope"}],
        },
    }
    assert convert(bot).buttons == (Button("Yes", "/greet"), Button("No", "/out_of_scope"))
    assert convert({"event": "bot", "text": None, "data": None}).text is None
    action = {"event": "action", "name": "utter_greet"}
    assert (convert(action).kind, convert(action).name) == ("action", "utter_greet")
    assert convert({"event": "action", "name": "action_listen"}) is None
    assert convert({"event": "action", "name": None, "action_text": "Hi!"}) is None
    slot = convert({"event": "slot", "name": "size", "value": {"a": [1, 2.5, None, "x"]}})
    assert (slot.kind, slot.name, slot.value) == ("slot", "size", {"a": [1, 2.5, None, "x"]})
    loop = convert({"event": "active_loop", "name": "return_form"})
    assert (loop.kind, loop.name) == ("loop", "return_form")
    assert convert({"event": "active_loop", "name": None}).name is None
    assert convert({"event": "form", "name": "old_form"}).kind == "loop"
    assert convert({"event": "session_started"}).kind == "session"


@pytest.mark.parametrize(
    "kind",
    ["user_featurization", "rewind", "undo", "restart", "followup", "pause", "entities", "x"],
)
def test_what_tells_nothing_gives_nothing(kind):
    assert convert({"event": kind, "timestamp": 1.0}) is None


@pytest.mark.parametrize(
    ("value", "polarity", "message_id"),
    [
        ({"message_id": "m7", "v": -1}, -1, "m7"),
        ({"message_id": "m7", "v": 1.0}, 1, "m7"),
        ({"v": "down"}, -1, None),
        (-1, -1, None),
    ],
)
def test_feedback_in_a_slot(value, polarity, message_id):
    event = convert({"event": "slot", "name": "thumbs", "value": value, "timestamp": 1.0})
    assert (event.kind, event.value, event.message_id) == ("feedback", polarity, message_id)
    assert event.name is None


def test_feedback_slot_has_the_name_that_the_project_gives_it():
    slot = {"event": "slot", "name": "rating", "value": -1}
    assert convert(slot).kind == "slot"
    assert convert(slot, feedback_slot="rating").kind == "feedback"
    assert convert({**slot, "value": None}, feedback_slot="rating") is None


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        "user",
        {},
        {"event": 7},
        {"event": ["user"]},
        {"event": "user", "text": 7},
        {"event": "user", "text": "half \ud83d"},
        {"event": "user", "text": "x", "timestamp": "yesterday"},
        {"event": "user", "text": "x", "timestamp": math.nan},
        {"event": "user", "text": "x", "timestamp": 1e300},
        {"event": "user", "text": "x", "timestamp": True},
        {"event": "user", "text": "x", "parse_data": []},
        {"event": "user", "text": "x", "metadata": "m"},
        {"event": "user", "text": "x", "parse_data": {"intent": "greet"}},
        {"event": "user", "text": "x", "parse_data": {"intent_ranking": {"a": 1}}},
        {"event": "user", "text": "x", "parse_data": {"intent_ranking": ["a"]}},
        {"event": "user", "text": "x", "parse_data": parsed(ranking(math.nan))},
        {"event": "user", "text": "x", "parse_data": parsed(ranking(math.inf, -math.inf))},
        {"event": "user", "text": "x", "parse_data": parsed(ranking(10**400, 0.5))},
        {"event": "user", "text": "x", "parse_data": parsed(ranking("0.5"))},
        {"event": "user", "text": "x", "parse_data": {"entities": [{"entity": 3}]}},
        {"event": "user", "text": "x", "parse_data": {"entities": ["x"]}},
        {
            "event": "user",
            "text": "x",
            "parse_data": {"entities": [{"entity": "a", "start": 0.0, "end": 1}]},
        },
        {"event": "bot", "text": "x", "data": {"buttons": {"title": "a"}}},
        {"event": "slot", "name": None, "value": 1},
        {"event": "slot", "name": "a", "value": math.inf},
        {"event": "slot", "name": "a", "value": {"deep": [math.nan]}},
        {"event": "slot", "name": "thumbs", "value": "perhaps"},
        {"event": "slot", "name": "thumbs", "value": {"message_id": [], "v": 1}},
    ],
)
def test_a_bad_event_is_skipped_with_a_reason(data):
    with pytest.raises(SkipRecord) as caught:
        convert(data)
    assert caught.value.message


def test_reasons_do_not_repeat_what_was_said():
    secret = "my card is 4111 1111 1111 1111"
    for data in (
        {"event": "user", "text": [secret]},
        {"event": "user", "text": "x", "timestamp": secret},
        {"event": "slot", "name": "thumbs", "value": secret},
        {"event": "user", "text": "x", "parse_data": parsed([{"name": secret, "confidence": "x"}])},
    ):
        with pytest.raises(SkipRecord) as caught:
            convert(data)
        assert "4111" not in str(caught.value)


def test_a_slot_nested_beyond_reason_is_skipped():
    value: object = 1.5
    for _ in range(5_000):
        value = [value]
    with pytest.raises(SkipRecord, match="deep"):
        convert({"event": "slot", "name": "deep", "value": value})


KEYS = st.sampled_from(
    ["event", "text", "timestamp", "parse_data", "metadata", "message_id", "name", "value", "data",
     "intent", "intent_ranking", "entities", "confidence", "buttons", "payload", "title", "entity",
     "start", "end", "v", "input_channel", "sender_id", "confidence_entity", "language", "role"]
)  # fmt: skip
KINDS = ["user", "bot", "slot", "action", "active_loop", "session_started", "thumbs", "/greet"]
ATOMS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(KINDS)
    | st.text(st.characters(exclude_categories=()), max_size=5)
)  # fmt: skip
HOSTILE = st.recursive(
    ATOMS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=8)
)


@settings(max_examples=100)
@given(st.dictionaries(KEYS, HOSTILE), st.sampled_from(KINDS))
def test_hostile_events_never_crash(data, kind):
    try:
        event = convert({**data, "event": kind})
    except SkipRecord:
        return
    if event is not None:
        assert_valid(event)
        pickle.dumps(event)
