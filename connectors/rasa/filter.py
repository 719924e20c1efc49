"""Keep one bot's conversations where several bots, channels or testers share a log."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connectors.rasa.events import FEEDBACK_SLOT
from connectors.settings import coerce, option

_REMEMBERED = 50_000

ChannelOf = Callable[[str], "str | None"]


def read_senders(value: object) -> tuple[str, ...]:
    """A list, comma-separated text, or the path of a file with one sender a line."""
    if isinstance(value, str):
        path = Path(value).expanduser()
        if path.is_file():
            lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
            return tuple(line.strip() for line in lines if line.strip())
        if path.suffix == ".txt" or "/" in value or "\\" in value:
            raise ValueError("a list, or the path of a file that exists")
    senders = coerce(tuple[str, ...], value)
    assert isinstance(senders, tuple)
    return senders


@dataclass(frozen=True, kw_only=True)
class RasaLogSettings:
    """What every source of Rasa's events lets one choose."""

    assistant_id: str | None = option(
        None, help="only events stamped with this assistant_id (several bots in one log)"
    )
    channel: str | None = option(
        None, help="only turns of this input channel, e.g. rest; what precedes a first turn stays"
    )
    exclude_senders: Sequence[str] = option(
        (), help="senders to leave out (probes, testers): a list, or a file with one a line",
        parse=read_senders,
    )  # fmt: skip
    feedback_slot: str = option(
        FEEDBACK_SLOT, help='slot whose value {"message_id": ..., "v": -1} is a verdict of the user'
    )


class RasaFilter:
    """Which events to keep. ``active`` is false when nothing is filtered but senders."""

    def __init__(self, settings: RasaLogSettings, channel_of: ChannelOf | None = None) -> None:
        self.excluded = frozenset(settings.exclude_senders)
        self.active = settings.assistant_id is not None or settings.channel is not None
        self._assistant_id = settings.assistant_id
        self._channel = settings.channel
        self._channel_of = channel_of
        self._latest: dict[str, str | None] = {}

    def wants(self, sender: str, data: dict[str, Any]) -> bool:
        """All filters at once, for a source that has the data at hand anyway."""
        if sender in self.excluded:
            return False
        return not self.active or self.keeps(sender, data)

    def keeps(self, sender: str, data: dict[str, Any]) -> bool:
        """Events but a user's carry no channel: theirs is that of the user's turn before."""
        if self._assistant_id is not None:
            metadata = data.get("metadata")
            stamp = metadata.get("assistant_id") if isinstance(metadata, dict) else None
            if stamp != self._assistant_id:
                return False
        if self._channel is None:
            return True
        if data.get("event") == "user":
            self._remember(sender, data.get("input_channel"))
        elif sender not in self._latest:
            self._remember(sender, self._channel_of(sender) if self._channel_of else None)
        return self._latest[sender] in (None, self._channel)

    def _remember(self, sender: str, channel: str | None) -> None:
        if len(self._latest) >= _REMEMBERED:
            self._latest.pop(next(iter(self._latest)))
        self._latest[sender] = channel
