"""A second person's word on decisions, where a project wants one before ``apply``; append-only."""

from __future__ import annotations

from collections.abc import Sequence

from intent_al.store import audit
from intent_al.store.database import Store


def grant(store: Store, decisions: Sequence[int], *, approver: str, now: float) -> int:
    """Approve what nobody has approved and somebody else has decided; how many that were."""
    return _write(
        store,
        decisions,
        "reviewer <> :approver AND id NOT IN (SELECT decision FROM standing_approval)",
        granted=True,
        approver=approver,
        now=now,
    )


def withdraw(store: Store, *, approver: str, now: float) -> int:
    """Take back what the approver has approved and is not in the files; how many that were."""
    return _write(
        store, granted_by(store, approver), "1", granted=False, approver=approver, now=now
    )


def granted_by(store: Store, approver: str) -> list[int]:
    """Decisions that wait for ``apply`` with the approver's word."""
    rows = store.query(
        "SELECT id FROM waiting_decision WHERE id IN"
        " (SELECT decision FROM standing_approval WHERE approver = ?) ORDER BY id",
        (approver,),
    )
    return [row[0] for row in rows]


def _write(
    store: Store,
    decisions: Sequence[int],
    condition: str,
    *,
    granted: bool,
    approver: str,
    now: float,
) -> int:
    with store.write(durable=True) as connection:
        found = [
            row[0]
            for row in connection.execute(
                "SELECT id FROM decision WHERE id IN (SELECT value FROM json_each(:decisions))"
                f" AND {condition} ORDER BY id",
                {"decisions": str(list(decisions)), "approver": approver},
            )
        ]
        connection.executemany(
            "INSERT INTO approval (decision, approver, granted, made_at) VALUES (?, ?, ?, ?)",
            [(number, approver, granted, now) for number in found],
        )
        if found:
            action = "approve" if granted else "withdraw approval"
            after: audit.State = {"decisions": [str(number) for number in found]}
            audit.write(connection, now, approver, action, "decisions", after=after)
    return len(found)
