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
            except Exception:
                logger.exception("the inner event broker cannot be used; its events are not sent")
        return cls(spool, inner)

    def publish(self, event: dict[str, Any]) -> None:
        """Take one event; it is on the disk a moment later."""
        try:
            self._spool.put(json.dumps(event))
        except Exception:
            self._complain("an event cannot be written as JSON")
        if self._inner is not None:
            try:
                self._inner.publish(event)
            except Exception:
                self._complain("the inner event broker failed")

    def is_ready(self) -> bool:
        """As the inner broker: a spool that cannot be written is no reason to keep a bot down."""
        return self._inner is None or bool(self._inner.is_ready())

    async def close(self) -> None:
        self._spool.close()
        if self._inner is not None:
            await self._inner.close()

    def _complain(self, what: str) -> None:
        if not self._complained:
            self._complained = True
            logger.exception("%s; further errors are not logged", what)
