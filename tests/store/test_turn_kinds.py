"""What a user turn was is told by the events around it, and by nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from intent_al.records import TurnKind
from intent_al.store.turn_kinds import TWO_STAGE_LOOP, Feedback, StoredEvent, Turn, derive

FORM = "refund_form"


def event(kind: str, **fields: Any) -> dict[str, Any]:
    return {"kind": kind, **fields}


def typed(text: str, intent: str | None = None, **fields: Any) -> dict[str, Any]:
    return event("user", text=text, name=intent, origin="typed", **fields)


def tapped(intent: str, entities: str = "", **fields: Any) -> dict[str, Any]:
    return event("user", text=f"/{intent}{entities}", name=intent, origin="payload", **fields)


def loop(name: str | None) -> dict[str, Any]:
    return event("loop", name=name)


def action(name: str) -> dict[str, Any]:
    return event("action", name=name)


def buttons(*payloads: str) -> dict[str, Any]:
    body = json.dumps({"buttons": [{"title": name, "payload": name} for name in payloads]})
    return event("bot", text="Which one?", body=body)


def thumb(value: int, about: str | None = None) -> dict[str, Any]:
    return event("feedback", message_id=about, body=json.dumps({"value": value}))


SESSION = event("session")


def read(*events: dict[str, Any]) -> tuple[list[Turn], list[Feedback]]:
    """Derive from events a second apart; a user's message is ``m<its place>`` if not named."""
    stored = []
    for place, given in enumerate(events):
        fields = {"at": float(place), **given}
        if given["kind"] == "user":
            fields.setdefault("message_id", f"m{place}")
        stored.append(StoredEvent(place, "rasa", str(place), 1, **fields))
    return derive(stored)


@pytest.mark.parametrize(
    ("before", "message", "kind"),
    [
        ([], typed("where is my parcel"), TurnKind.FREE_TEXT),
        ([], typed(""), TurnKind.EMPTY),
        ([], typed(" \n\t"), TurnKind.EMPTY),
        ([], event("user", text=None, origin="typed"), TurnKind.EMPTY),
        ([loop(FORM)], typed("  "), TurnKind.EMPTY),
        ([], event("user", text="EXTERNAL: reminder", origin="external"), TurnKind.EVENT),
        ([loop(FORM)], event("user", text="EXTERNAL: late", origin="external"), TurnKind.EVENT),
        ([], event("user", text="", origin="external"), TurnKind.EVENT),
        ([], tapped("restart"), TurnKind.COMMAND),
        ([buttons("/track")], tapped("restart"), TurnKind.COMMAND),
        ([buttons("/track")], tapped("track"), TurnKind.BUTTON),
        ([buttons("/track", "/refund")], tapped("refund"), TurnKind.BUTTON),
        ([buttons('/track{"order": "1"}')], tapped("track", '{"order": "1"}'), TurnKind.BUTTON),
        ([buttons("/track"), buttons("/refund")], tapped("track"), TurnKind.BUTTON),
        ([buttons("/track"), typed("hm")], tapped("track"), TurnKind.COMMAND),
        ([buttons("/track"), SESSION], tapped("track"), TurnKind.COMMAND),
        ([loop(FORM), buttons("/card")], tapped("card"), TurnKind.BUTTON),
    ],
)
def test_a_message_is_what_it_looks_like_after_these_events(
    before: list[dict[str, Any]], message: dict[str, Any], kind: TurnKind
) -> None:
    turns, _ = read(*before, message)
    assert turns[-1].kind is kind


@pytest.mark.parametrize(
    ("after", "kind"),
    [
        ([], TurnKind.SLOT_ANSWER),
        ([action(FORM)], TurnKind.SLOT_ANSWER),
        ([action(FORM), loop(None), action("utter_done")], TurnKind.SLOT_ANSWER),
        ([event("bot", text="one moment"), action(FORM)], TurnKind.SLOT_ANSWER),
        ([action("utter_opening_hours")], TurnKind.FREE_TEXT),
        ([action("utter_opening_hours"), action(FORM)], TurnKind.FREE_TEXT),
        ([action("action_deactivate_loop"), loop(None)], TurnKind.FREE_TEXT),
    ],
)
def test_the_action_after_a_message_tells_whether_it_answered_the_form(
    after: list[dict[str, Any]], kind: TurnKind
) -> None:
    turns, _ = read(action(FORM), loop(FORM), typed("the blue one", "inform"), *after)
    assert [turn.kind for turn in turns] == [kind]


def test_an_interrupted_form_still_gets_its_next_answer() -> None:
    turns, _ = read(
        loop(FORM),
        typed("when do you open", "opening_hours"),
        action("utter_opening_hours"),
        action(FORM),
        typed("a torn sleeve", "inform"),
        action(FORM),
    )
    assert [turn.kind for turn in turns] == [TurnKind.FREE_TEXT, TurnKind.SLOT_ANSWER]


def test_after_a_form_has_ended_a_message_is_free_text() -> None:
    turns, _ = read(loop(FORM), typed("blue"), action(FORM), loop(None), typed("thanks a lot"))
    assert [turn.kind for turn in turns] == [TurnKind.SLOT_ANSWER, TurnKind.FREE_TEXT]


def test_a_new_session_forgets_the_form() -> None:
    turns, _ = read(loop(FORM), SESSION, typed("good morning"), action(FORM))
    assert [turn.kind for turn in turns] == [TurnKind.FREE_TEXT]


@pytest.mark.parametrize(
    ("before", "intent", "kind"),
    [
        ([buttons("/affirm", "/deny")], "affirm", TurnKind.CONFIRMATION),
        ([buttons("/affirm", "/deny")], "deny", TurnKind.CONFIRMATION),
        ([buttons("/yes", "/no")], "yes", TurnKind.CONFIRMATION),
        ([loop(TWO_STAGE_LOOP), buttons("/refund")], "deny", TurnKind.CONFIRMATION),
        ([loop(TWO_STAGE_LOOP), buttons("/refund")], "track", TurnKind.FREE_TEXT),
        ([loop(TWO_STAGE_LOOP)], "affirm", TurnKind.FREE_TEXT),
        ([buttons("/affirm", "/deny")], "refund", TurnKind.FREE_TEXT),
        ([buttons("/track", "/refund")], "affirm", TurnKind.FREE_TEXT),
        ([buttons("/affirm"), SESSION], "affirm", TurnKind.FREE_TEXT),
        ([], "affirm", TurnKind.FREE_TEXT),
    ],
)
def test_yes_confirms_only_where_yes_or_no_was_asked(
    before: list[dict[str, Any]], intent: str, kind: TurnKind
) -> None:
    turns, _ = read(*before, typed("yes please", intent))
    assert turns[-1].kind is kind


@pytest.mark.parametrize(
    ("tap", "polarity"), [("refund", 1), ("out_of_scope", -1)], ids=["confirmed", "denied"]
)
def test_a_tap_after_did_you_mean_is_feedback_on_the_text_before(tap: str, polarity: int) -> None:
    turns, feedback = read(
        typed("hello", "greet"),
        typed("money pls", message_id="unclear"),
        loop(TWO_STAGE_LOOP),
        buttons("/refund", "/out_of_scope"),
        tapped(tap),
    )
    assert feedback == [Feedback("unclear", 4, polarity, "refund")]
    assert turns[-1].kind is TurnKind.BUTTON


@pytest.mark.parametrize(
    "events",
    [
        [typed("money"), buttons("/refund"), tapped("refund")],
        [typed("money"), loop(TWO_STAGE_LOOP), buttons("/refund"), tapped("restart")],
        [typed("money"), loop(TWO_STAGE_LOOP), buttons("/refund"), typed("yes", "affirm")],
        [typed("money"), SESSION, loop(TWO_STAGE_LOOP), buttons("/refund"), tapped("refund")],
    ],
    ids=["an ordinary menu", "a command", "typed", "the text is of another session"],
)
def test_nothing_else_is_feedback_on_an_intent(events: list[dict[str, Any]]) -> None:
    assert read(*events)[1] == []


def test_the_second_copy_of_a_clarified_message_is_no_turn() -> None:
    turns, feedback = read(
        typed("money pls", "nlu_fallback", message_id="unclear"),
        loop(TWO_STAGE_LOOP),
        buttons("/refund", "/out_of_scope"),
        tapped("refund", message_id="tap"),
        loop(None),
        typed("money pls", "refund", message_id="unclear"),
        tapped("refund", message_id="tap"),
    )
    assert [(turn.event, turn.key) for turn in turns] == [(0, "unclear"), (3, "tap")]
    assert feedback == [Feedback("unclear", 3, 1, "refund")]


@pytest.mark.parametrize("value", [1, -1])
def test_a_thumb_names_a_message_or_means_the_last_one_typed(value: int) -> None:
    start = [typed("where is it", message_id="first"), typed("no, my money", message_id="last")]
    _, feedback = read(*start, tapped("restart"), thumb(value), thumb(value, "first"))
    assert feedback == [
        Feedback("last", 3, value, instead="last"),
        Feedback("first", 4, value, instead="last"),
    ]


def test_a_thumb_may_name_a_message_that_was_not_given() -> None:
    assert read(thumb(-1, "of_the_bot"))[1] == [Feedback("of_the_bot", 0, -1)]


@pytest.mark.parametrize(
    "events",
    [[thumb(1)], [typed("hello"), SESSION, thumb(1)], [typed("hello"), event("feedback")]],
    ids=["nothing typed", "typed in another session", "says nothing"],
)
def test_a_thumb_about_nothing_is_no_feedback(events: list[dict[str, Any]]) -> None:
    assert read(*events)[1] == []


def test_without_message_ids_a_repeated_text_is_two_turns_and_two_sources_agree() -> None:
    def keys(source: str) -> list[str]:
        rows = [
            StoredEvent(n, source, str(n), 1, 5.0, "user", origin="typed", text="hello")
            for n in range(2)
        ]
        return [turn.key for turn in derive(rows)[0]]

    assert len(set(keys("sql"))) == 2
    assert keys("sql") == keys("file")
