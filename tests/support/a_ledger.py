"""A ledger as ``apply`` and ``gate`` would leave it, for what stands in a bot's files now."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from intent_al.training_data.dialects.rasa import nlu_yaml
from intent_al.training_data.repository import ledger

KEY = "0123456789abcdef0123456789abcdef"
AT = "2026-03-01T09:30:00+00:00"


def write(bot: Path, applied: Iterable[str] = (), *, gated: bool = True) -> Path:
    """``applied`` are texts of examples that a decision put there; the data passed the gate."""
    data = nlu_yaml.read([bot / "data"])
    by_text = {one.example.text: one for one in data.examples}
    book = ledger.Ledger(KEY)
    entries = [
        ledger.Entry(
            apply="apply-7",
            at=AT,
            decision=100 + number,
            action=ledger.ADDED,
            intent=by_text[text].example.intent,
            path=by_text[text].place.path.relative_to(bot).as_posix(),
            mark=book.mark(by_text[text].example),
        )
        for number, text in enumerate(applied)
    ]
    passed = ledger.fingerprint(data) if gated else None
    whole = ledger.Ledger(KEY, tuple(entries), passed, AT if gated else None)
    path = bot / ledger.LEDGER_FILE
    path.write_bytes(ledger.render(whole))
    return path
