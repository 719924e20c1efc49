"""What the page knows of the bot's training data: intents, entities, and the nearest examples.

Read once and kept until a file changes: a card must not wait for it.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from intent_al.errors import IntentAlError
from intent_al.project.config import Project
from intent_al.records import Example
from intent_al.texts import ngrams
from intent_al.texts.normal_form import normal_form
from intent_al.training_data.of_project import dialect_in, read_paths

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

NEAREST = 3


@dataclass(frozen=True)
class Facts:
    """The training data as they were at one moment."""

    examples: Sequence[Example] = ()
    synonyms: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def intents(self) -> Sequence[str]:
        return sorted({example.intent for example in self.examples})

    @cached_property
    def entities(self) -> Sequence[str]:
        return sorted({one.entity for example in self.examples for one in example.entities})

    @cached_property
    def roles(self) -> Sequence[str]:
        found = {one.role for example in self.examples for one in example.entities}
        return sorted(role for role in found if role)

    @cached_property
    def _by_text(self) -> Mapping[str, Sequence[Example]]:
        found: dict[str, list[Example]] = {}
        for example in self.examples:
            found.setdefault(normal_form(example.text), []).append(example)
        return found

    @cached_property
    def _by_intent(self) -> Mapping[str, tuple[Sequence[str], csr_matrix]]:
        texts: dict[str, list[str]] = {}
        for example in self.examples:
            texts.setdefault(example.intent, []).append(example.text)
        return {intent: (known, ngrams.encode(known)) for intent, known in texts.items()}

    def nearest(
        self, text: str, intents: Sequence[str], count: int = NEAREST
    ) -> Mapping[str, list[str]]:
        """Of each intent the examples that resemble ``text`` most, without copies of it."""
        form, found, column = normal_form(text), {}, ngrams.encode([text]).T
        for intent in intents:
            if intent not in self._by_intent:
                continue
            known, rows = self._by_intent[intent]
            similarity = (rows @ column).toarray().ravel()
            order = np.argsort(-similarity, kind="stable").tolist()
            others = (known[at] for at in order if normal_form(known[at]) != form)
            found[intent] = list(islice(others, count))
        return found

    def standing_as(self, text: str) -> Sequence[str]:
        """The intents that have this text as an example, however it is spelt."""
        return sorted({one.intent for one in self._by_text.get(normal_form(text), ())})


@dataclass(slots=True)
class Knowledge:
    project: Project
    _facts: Facts = field(default_factory=Facts)
    _read_from: tuple[tuple[str, int, int], ...] | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def facts(self) -> Facts:
        """Of the files as they are now. Where they cannot be read, of the last ones that could be:
        the page goes on, and lint and apply will say what is wrong."""
        with self._lock:
            found = self._fingerprint()
            if found != self._read_from:
                try:
                    data = read_paths(dialect_in(self.project), self.project.data_paths)
                    examples = [one.example for one in data.examples]
                    self._facts = Facts(examples, data.synonyms)
                except IntentAlError:
                    pass
                self._read_from = found
            return self._facts

    def _fingerprint(self) -> tuple[tuple[str, int, int], ...]:
        found = []
        for path in self.project.data_paths:
            files = sorted(path.rglob("*")) if path.is_dir() else [path]
            found += [_stamp(one) for one in files if one.is_file()]
        return tuple(found)


def _stamp(path: Path) -> tuple[str, int, int]:
    found = path.stat()
    return str(path), found.st_mtime_ns, found.st_size
