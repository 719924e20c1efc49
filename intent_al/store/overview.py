"""What is where: counts for ``status``."""

from __future__ import annotations

from dataclasses import dataclass

from intent_al.store.database import Store


@dataclass(frozen=True, slots=True)
class Overview:
    """Counts of one project; times are seconds since the epoch, UTC, or None."""

    events: int
    conversations: int
    user_turns: int
    free_text: int
    utterances: int
    pulled_at: float | None
    predicted: int
    model: str | None
    in_queue: int
    decided: int
    skipped: int
    waiting_for_apply: int
    proposed: int
    applied: int
    audit_answers: int
    last_verdict: str | None


def overview(store: Store, bot: str) -> Overview:
    def count(sql: str) -> int:
        return store.count(sql, {"bot": bot} if ":bot" in sql else ())

    pulled_at = store.value("SELECT max(updated_at) FROM cursor")
    model = store.value("SELECT name FROM model ORDER BY used_at DESC, id DESC LIMIT 1")
    verdict = store.value("SELECT outcome FROM verdict ORDER BY id DESC LIMIT 1")
    return Overview(
        events=count("SELECT count(*) FROM event"),
        conversations=count("SELECT count(DISTINCT conversation) FROM message WHERE bot = :bot"),
        user_turns=count("SELECT count(*) FROM message WHERE bot = :bot"),
        free_text=count(
            "SELECT count(*) FROM message WHERE bot = :bot AND turn_kind = 'free_text'"
        ),
        utterances=count("SELECT count(*) FROM utterance WHERE bot = :bot AND said > 0"),
        pulled_at=pulled_at if isinstance(pulled_at, float) else None,
        predicted=count(
            "SELECT count(*) FROM prediction WHERE model ="
            " (SELECT id FROM model ORDER BY used_at DESC, id DESC LIMIT 1)"
        ),
        model=None if model is None else str(model),
        in_queue=count("SELECT count(*) FROM open_item"),
        decided=count("SELECT count(*) FROM resolution WHERE outcome <> 'skip'"),
        skipped=count("SELECT count(*) FROM resolution WHERE outcome = 'skip'"),
        waiting_for_apply=count("SELECT count(*) FROM waiting_decision"),
        proposed=count(
            "SELECT count(*) FROM change WHERE written_at IS NULL AND proposal IS NOT NULL"
        ),
        applied=count("SELECT count(*) FROM change WHERE written_at IS NOT NULL"),
        audit_answers=count(
            "SELECT count(DISTINCT utterance) FROM resolution WHERE utterance IN"
            " (SELECT utterance FROM queue_item WHERE quota = 'audit')"
        ),
        last_verdict=None if verdict is None else str(verdict),
    )
