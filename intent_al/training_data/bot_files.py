"""The files of one bot that a change may concern, read once: training data, domain and others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from intent_al.errors import TrainingDataError
from intent_al.records import Example
from intent_al.training_data.dialects.base import Dialect
from intent_al.training_data.domain import Domain
from intent_al.training_data.placed import Place, PlacedExample, TrainingData
from intent_al.training_data.source_files import bytes_of, read_bytes


@dataclass(slots=True)
class BotFiles:
    """What stands in the files now; ``sizes`` counts examples by intent.

    ``sources`` are the files with training data, ``others`` those that may name an intent: stories,
    rules, tests, configuration.
    """

    dialect: Dialect
    sources: dict[Path, bytes]
    data: TrainingData
    domain_sources: dict[Path, bytes]
    domain: Domain
    others: dict[Path, bytes] = field(default_factory=dict)
    sizes: Counter[str] = field(init=False, default_factory=Counter)
    _by_text: dict[str, list[PlacedExample]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for one in self.data.examples:
            self._by_text.setdefault(self.dialect.clean(one.example.text), []).append(one)
            self.sizes[one.example.intent] += 1

    def of_text(self, text: str) -> Sequence[PlacedExample]:
        """The examples that are this (clean) text, whatever their labels."""
        return self._by_text.get(text, ())

    def places_of(self, example: Example) -> list[Place]:
        """Where exactly this example stands, as often as it does."""
        standing = self.of_text(self.dialect.clean(example.text))
        return [one.place for one in standing if one.example == example]

    def bytes_of(self, path: Path) -> bytes | None:
        """The bytes of a file as it was read; None where it does not exist."""
        known = self.all().get(path)
        if known is not None:
            return known
        return bytes_of(path) if path.exists() else None

    def all(self) -> dict[Path, bytes]:
        """Every file with its bytes."""
        return {**self.others, **self.domain_sources, **self.sources}

    def targets(self, intents: Iterable[str], new_intent_file: Path | None) -> dict[str, Path]:
        """The file of the biggest block of every intent, else the one for new intents."""
        best: dict[str, tuple[bool, int]] = {}
        targets: dict[str, Path] = {}
        editable = [path for path in self.sources if self.dialect.is_writable(path)]
        per_file: Counter[Path] = Counter(dict.fromkeys(editable or self.sources, 0))
        for block in self.data.blocks:
            if block.kind != "intent" or block.place.path not in per_file:
                continue
            per_file[block.place.path] += 1
            rank = (block.form == "lines", block.size)
            if block.form != "other" and rank >= best.get(block.name, (False, 0)):
                best[block.name] = rank
                targets[block.name] = block.place.path
        home = new_intent_file.absolute() if new_intent_file else per_file.most_common(1)[0][0]
        return {intent: targets.get(intent, home) for intent in intents}

    def domain_file(self) -> Path | None:
        """The file that lists most intents."""
        listed: Counter[Path] = Counter(dict.fromkeys(self.domain_sources, 0))
        listed.update(place.path for place in self.domain.intents.values())
        return listed.most_common(1)[0][0] if listed else None


def load(
    dialect: Dialect,
    data_paths: Sequence[Path],
    domain_paths: Sequence[Path] = (),
    other_paths: Sequence[Path] = (),
) -> BotFiles:
    """Raises TrainingDataError for files that the maker's program rejects, and where there is none
    at all."""
    sources = _read(dialect.data_files([Path(path) for path in data_paths]))
    if not sources:
        shown = ", ".join(str(path) for path in data_paths)
        raise TrainingDataError(
            f"no file with {dialect.data_shape} under {shown or 'no path at all'}"
        )
    domain_sources = _read(dialect.domain_files([Path(path) for path in domain_paths]))
    others = [Path(path) for path in other_paths]
    naming = _read(
        [*dialect.naming_files(others), *(path for path in others if path.suffix == ".jsonl")]
    )
    data, domain = dialect.read(sources), dialect.read_domain(domain_sources)
    return BotFiles(dialect, sources, data, domain_sources, domain, naming)


def _read(paths: Sequence[Path]) -> dict[Path, bytes]:
    return read_bytes(path.absolute() for path in paths)
