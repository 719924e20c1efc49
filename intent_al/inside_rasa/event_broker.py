"""An event broker that appends to a local spool and hands on to the broker that was there before.

Rasa publishes on its event loop, before it commits the turn: an exception here loses what the user
said, and a slow disk would make everybody wait. So nothing raises and nothing waits.

``endpoints.yml``::

    event_broker:
      type: intent_al.inside_rasa.event_broker.SpoolBroker
      path: .intent-al/spool/events.jsonl
      inner:                # what stood here before, if anything did
        type: pika
        url: localhost
"""

from __future__ import annotations

import json
import logging
from asyncio import AbstractEventLoop
from pathlib import Path
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.utils.endpoints import EndpointConfig

from .spool import Spool

logger = logging.getLogger(__name__)

DEFAULT_PATH = ".intent-al/spool/events.jsonl"


class SpoolBroker(EventBroker):  # type: ignore[misc]  # Rasa has no types here
    """Writes events to ``spool``; ``inner`` gets them, too."""

    def __init__(self, spool: Spool, inner: EventBroker | None = None) -> None:
        self._spool = spool
        self._inner = inner
        self._complained = False

    @classmethod
    async def from_endpoint_config(
        cls, broker_config: EndpointConfig | None, event_loop: AbstractEventLoop | None = None
    ) -> SpoolBroker | None:
        """A broker that cannot be made is one that drops: the bot starts as it did without us."""
        if broker_config is None:
            return None
        settings = broker_config.kwargs
        spool = Spool(Path(str(settings.get("path") or DEFAULT_PATH)))
        inner = None
        if settings.get("inner"):
            try:
                config = EndpointConfig.from_dict(dict(settings["inner"]))
                inner = await EventBroker.create(config, event_loop)
            except Exception as error:
                logger.error(
                    "the inner event broker cannot be used (%s); its events are not sent",
                    type(error).__name__,
                )
        return cls(spool, inner)

    def publish(self, event: dict[str, Any]) -> None:
        """Take one event; it is on the disk a moment later."""
        try:
            self._spool.put(json.dumps(event))
        except Exception as error:
            self._complain("an event cannot be written as JSON", error)
        if self._inner is not None:
            try:
                self._inner.publish(event)
            except Exception as error:
                self._complain("the inner event broker failed", error)

    def is_ready(self) -> bool:
        """As the inner broker: a spool that cannot be written is no reason to keep a bot down."""
        try:
            return self._inner is None or bool(self._inner.is_ready())
        except Exception as error:
            self._complain("the inner event broker does not say whether it is ready", error)
            return False

    async def close(self) -> None:
        try:
            self._spool.close()
        except Exception as error:
            self._complain("the spool cannot be closed", error)
        if self._inner is not None:
            try:
                await self._inner.close()
            except Exception as error:
                self._complain("the inner event broker cannot be closed", error)

    def _complain(self, what: str, error: Exception) -> None:
        """Once, and by the name of the error alone: its words may hold what a user wrote, or the
        password of a broker."""
        if not self._complained:
            self._complained = True
            logger.error("%s (%s); further errors are not logged", what, type(error).__name__)
