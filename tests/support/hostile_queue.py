"""A queue that holds what strangers write, under intents that have names of the same kind."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from intent_al.project.config import find_project
from intent_al.records import PredictionBatch
from intent_al.store import Store, predictions, queue
from intent_al.store.queue import Item
from tests.support.hostile import OTHERS, SCRIPTS


def fill(bot: Path, texts: Sequence[str]) -> list[int]:
    """Ids of the items; each text is one, and so is a conversation in which it was said."""
    labels = tuple(dict.fromkeys([*SCRIPTS, *OTHERS, "greet"]))
    with Store(find_project(bot).database) as store:
        with store.write() as connection:
            first = connection.execute("SELECT coalesce(max(id), 0) FROM event").fetchone()[0] + 1
            rows = list(enumerate(texts, first))
            for sql, values in (
                (
                    "conversation (id, sender) VALUES (?, ?)",
                    [(n + 10**6, f"h{n}") for n, _ in rows],
                ),
                (
                    "event (id, source, source_id, conversation, at, kind, text, channel)"
                    " VALUES (?, '<b>log</b>', ?, ?, ?, 'user', ?, '<b>web</b>')",
                    [(n, str(n), n + 10**6, float(n), text) for n, text in rows],
                ),
                (
                    "utterance (id, bot, language, text, said, senders, first_at, last_at)"
                    " VALUES (?, 'bot', '<i>xx</i>', ?, 2, 2, 1, 2)",
                    [(n + 10**6, text) for n, text in rows],
                ),
                (
                    "message (id, bot, conversation, message_key, event, utterance, at, turn_kind)"
                    " VALUES (?, 'bot', ?, ?, ?, ?, ?, 'free_text')",
                    [(n + 10**6, n + 10**6, f"h{n}", n, n + 10**6, float(n)) for n, _ in rows],
                ),
            ):
                connection.executemany(f"INSERT INTO {sql}", values)
        ids = np.array([n + 10**6 for n, _ in rows], dtype=np.int32)
        rng = np.random.default_rng(0)
        shares = rng.dirichlet(np.full(len(labels), 0.3), len(ids)).astype(np.float32)
        model = "<u>model</u>"
        predictions.write(store, model, "builtin", ids, PredictionBatch(labels, shares), now=1.0)
        top = np.argsort(-shares, axis=1)
        items = [
            Item(int(key), "confusion", 0.5, f"0.01 between {labels[one[0]]} and {labels[one[1]]}",
                 int(key), None, labels[one[0]], labels[one[1]])
            for key, one in zip(ids, top, strict=True)
        ]  # fmt: skip
        batch = queue.write_batch(store, items, model=model, strategy="m", seed=0, now=1.0)
        found = store.query("SELECT id FROM queue_item WHERE batch = ? ORDER BY id", (batch,))
        return [row[0] for row in found]
