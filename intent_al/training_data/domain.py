"""The names that a bot declares beside its examples; Rasa calls that the domain."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from intent_al.training_data.placed import Place


@dataclass(frozen=True, slots=True)
class Domain:
    """Names with the place of their first mention; ``roles`` and ``groups`` hold those of each
    entity. ``own`` are intents that the maker adds by itself."""

    intents: Mapping[str, Place] = field(default_factory=dict)
    entities: Mapping[str, Place] = field(default_factory=dict)
    roles: Mapping[str, frozenset[str]] = field(default_factory=dict)
    groups: Mapping[str, frozenset[str]] = field(default_factory=dict)
    files: tuple[Path, ...] = ()
    own: frozenset[str] = frozenset()
