"""What every source of conversations yields, so that nothing downstream knows where it came from.

A connector is a name, its settings and one generator of pages. Delivery is at least once: a page
may hold events that an earlier run has yielded already, and whoever stores them dedupes by
``(source, source_id)``. A cursor is valid once its page has been stored, and not before.

Events are tuples and not frozen dataclasses because a pull makes one for every row of a log, and a
tuple costs a third of the time.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, NamedTuple

Kind = Literal["user", "bot", "action", "slot", "loop", "session", "feedback"]
Origin = Literal["typed", "payload", "external"]
Cursor = Mapping[str, Any]
"""Opaque and JSON: written and read by the connector alone, kept by whoever stores the events."""


class LoggedEntity(NamedTuple):
    """An entity as the bot emitted it; offsets are code points of the message's text."""

    entity: str
    start: int
    end: int
    value: str | None = None
    role: str | None = None
    group: str | None = None
    extractor: str | None = None
    confidence: float | None = None


class LoggedPrediction(NamedTuple):
    """What the bot's model made of a message when it came in.

    ``ranking`` is sorted by descending confidence, without any fallback entry; ``complete`` tells
    whether it names every intent of the model (Rasa cuts it at ten). ``fallback`` is true when the
    bot fell back although the ranking had a winner.
    """

    ranking: tuple[tuple[str, float], ...]
    complete: bool = False
    fallback: bool = False
    model_id: str | None = None
    entities: tuple[LoggedEntity, ...] = ()


class Button(NamedTuple):
    title: str
    payload: str


class Event(NamedTuple):
    """One thing that happened in a conversation.

    ========== =====================================================================================
    kind       what is filled in
    ========== =====================================================================================
    user       text, message_id, origin, prediction; name = intent of the payload, if it is one
    bot        text, buttons
    action     name
    slot       name, value
    loop       name (a form); None when the loop ended
    session    nothing: a new session starts
    feedback   value (-1 or 1), message_id if it says which answer was meant
    ========== =====================================================================================

    ``origin`` of a user event: ``typed`` by a person, a ``payload`` that a button sent
    (``/intent``), or ``external`` (a reminder or a trigger: nobody said anything).

    ``channel`` (``web``, ``whatsapp``) and ``language`` (``de``, ``zh-Hant``, ``pt_BR``) are passed
    on as the source has them, of a user event above all; None where it has none.
    """

    kind: Kind
    conversation: str
    source_id: str
    time: datetime | None = None
    text: str | None = None
    name: str | None = None
    value: Any = None
    message_id: str | None = None
    origin: Origin = "typed"
    prediction: LoggedPrediction | None = None
    buttons: tuple[Button, ...] = ()
    channel: str | None = None
    language: str | None = None


class Skipped(NamedTuple):
    """A record that could not be read, and why; the pull goes on without it."""

    source_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Page:
    """Some events in the order of the source, and the cursor that covers them.

    ``read`` counts the records that were looked at for this page, ``total`` the records the whole
    pull is about to look at, where the source can tell; both only feed a progress bar.
    """

    events: Sequence[Event]
    cursor: Cursor
    skipped: Sequence[Skipped] = field(default=())
    read: int = 0
    total: int | None = None


class Connector(ABC):
    """A source of conversations. Subclasses name themselves, declare settings and yield pages."""

    name: ClassVar[str]
    settings_type: ClassVar[type]

    def __init__(self, settings: Any) -> None:
        self.settings = settings

    @abstractmethod
    def pages(self, cursor: Cursor | None = None) -> Iterator[Page]:
        """Yield everything after ``cursor`` (everything there is when it is None).

        Nothing new: yield no page. Raises the errors of ``connectors.errors``.
        """
