"""The stretch of time that is looked at, and who said what in it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from intent_al.store import Store, insights
from intent_al.store.insights import SaidMessage

PERIODS = 6
"""A trend is seen in the counts of so many periods of equal length."""


@dataclass(frozen=True)
class Traffic:
    """``messages`` between two times (seconds; None where the log has none), in order of arrival,
    and the ``texts`` of their utterances."""

    since: float | None
    until: float | None
    messages: Sequence[SaidMessage]
    texts: Mapping[int, str]
    said: Counter[int] = field(default_factory=Counter)
    people: Mapping[int, frozenset[int]] = field(default_factory=dict)

    def periods(self, utterances: frozenset[int]) -> tuple[int, ...]:
        """How often any of these was said in each of ``PERIODS``; nothing without times."""
        if self.since is None or self.until is None:
            return ()
        counts = [0] * PERIODS
        length = max(self.until - self.since, 1.0)
        for one in self.messages:
            if one.utterance in utterances:
                counts[min(int(PERIODS * (one.at - self.since) / length), PERIODS - 1)] += 1
        return tuple(counts)


def read_traffic(store: Store, bot: str, seconds: float) -> Traffic:
    """Of the last ``seconds`` before the newest message; of a log without times, all of it."""
    until = insights.newest(store, bot)
    since = None if until is None else until - seconds
    messages = insights.said(store, bot, 0.0 if since is None else since)
    people: dict[int, set[int]] = {}
    for one in messages:
        people.setdefault(one.utterance, set()).add(one.conversation)
    return Traffic(
        since,
        until,
        messages,
        insights.texts(store, list(people)),
        Counter(one.utterance for one in messages),
        {utterance: frozenset(senders) for utterance, senders in people.items()},
    )
