"""What a batch shall be, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from intent_al.records import Example
from intent_al.store.queue import Item
from intent_al.strategies.registry import DEFAULT
from intent_al.texts.languages import UNDETERMINED


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """What a batch shall be. ``training`` are the bot's examples, ``held_out`` texts that it is
    judged by: neither is ever asked about. ``strategy`` fills the quota of confusion. ``top_up``:
    the batch fills the queue up, and where little else is found it has few audit items, too.
    ``answers`` people are asked about an ``answers_share`` of it, one about the rest.
    ``language`` is that of an example which nobody has said.
    ``mask`` takes personal data out of a text: an example that holds some is not asked about,
    since its text would be stored."""

    size: int = 50
    strategy: str = DEFAULT
    audit_share: float = 0.1
    per_sender: int = 5
    answers: int = 1
    answers_share: float = 1.0
    training: Sequence[Example] = ()
    held_out: Sequence[str] = ()
    seed: int = 0
    top_up: bool = False
    language: str = UNDETERMINED
    mask: Callable[[str], str] = str


@dataclass(frozen=True, slots=True)
class SelectReport:
    """``left_out`` counts what was passed over, by reason."""

    batch: int | None
    items: tuple[Item, ...] = ()
    left_out: Mapping[str, int] = field(default_factory=dict)
    candidates: int = 0
