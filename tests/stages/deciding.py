"""What the fixture ``decide`` takes."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from intent_al.records import Entity, Outcome

Said = Mapping[str, "str | Outcome | tuple[str, tuple[Entity, ...]]"]
Decide = Callable[..., None]
