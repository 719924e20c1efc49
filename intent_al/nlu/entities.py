"""Entity spans with a probability each: a linear-chain CRF on word features.

CRFsuite is trained (it is in every Rasa environment already); its weights are then taken out and
applied as matrices, because its own tagger gives out tag marginals one sentence at a time, and a
reviewer's question ("'red mug' or 'red mug with lid'?") is about spans.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pycrfsuite
import scipy.sparse as sp
from threadpoolctl import threadpool_limits

from intent_al.evaluation.metrics import entity_label
from intent_al.inside_rasa.span_posteriors import Spans, span_posteriors
from intent_al.nlu.augment import with_other_values
from intent_al.nlu.token_features import OFFSETS, Flags, far_forms, forms, near_forms
from intent_al.nlu.tokens import Token, align, tokenizer
from intent_al.records import Example, SpanBatch

THRESHOLD = 0.01
CELLS = 400_000
_FORMS = {0: forms, -1: near_forms, 1: near_forms, -2: far_forms, 2: far_forms}

Doubles = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EntitySettings:
    """What the entity model is trained with; part of the model's id."""

    tokenizer: str = "regex"
    scheme: str = "BIO"
    lasso: float = 0.03
    ridge: float = 0.005
    iterations: int = 80
    augment: bool = True


class EntityModel:
    """Spans of texts; ``skipped`` counts annotations whose borders cut a token."""

    def __init__(
        self,
        examples: Sequence[Example],
        *,
        lookups: Mapping[str, Sequence[str]],
        regexes: Mapping[str, str],
        settings: EntitySettings,
        seed: int = 0,
    ) -> None:
        self._tokenize = tokenizer(settings.tokenizer)
        self._flags = Flags(lookups, regexes, self._tokenize)
        self.skipped = 0
        names: dict[str, int] = {}
        trainer = pycrfsuite.Trainer(verbose=False)
        trainer.set_params(
            {"c1": settings.lasso, "c2": settings.ridge, "max_iterations": settings.iterations}
        )
        tags: dict[str, int] = {"O": 0}
        copies: list[Example] = []
        if settings.augment:
            copies = with_other_values(examples, lookups, np.random.default_rng(seed))
        for number, example in enumerate([*examples, *copies]):
            tokens = self._tokenize(example.text)
            if tokens:
                wanted, skipped = _tags(example, tokens, settings.scheme)
                self.skipped += skipped if number < len(examples) else 0
                rows = self._attributes(example.text, tokens)
                # numbers instead of names: CRFsuite's dump cannot quote what people type
                trainer.append(
                    [[str(names.setdefault(name, len(names))) for name in row] for row in rows],
                    [str(tags.setdefault(tag, len(tags))) for tag in wanted],
                )
        self._tag_names = tuple(tags)
        self._load(trainer, list(names))
        self.labels = tuple(sorted({tag[2:] for tag in tags if tag != "O"}))

    def _attributes(self, text: str, tokens: Sequence[Token]) -> list[list[str]]:
        """Attribute names of each token: ``offset:form`` and flags."""
        words = ["", "", *(text[start:end] for start, end in tokens), "", ""]
        flags = self._flags.of(text, tokens) if self._flags else [[]] * len(tokens)
        near = [[], *flags, []]
        return [
            [
                f"{offset}:{form}"
                for offset in OFFSETS
                for form in _FORMS[offset](words[at + 2 + offset])
            ]
            + [f"{offset}:{flag}" for offset in (-1, 0, 1) for flag in near[at + 1 + offset]]
            for at in range(len(tokens))
        ]

    def _load(self, trainer: pycrfsuite.Trainer, names: Sequence[str]) -> None:
        """Take the weights out of CRFsuite's model: one matrix per offset, and the transitions."""
        with tempfile.TemporaryDirectory() as folder:
            path = str(Path(folder) / "model")
            trainer.train(path)
            tagger = pycrfsuite.Tagger()
            tagger.open(path)
            learned = tagger.info()
            tagger.close()
        size = len(self._tag_names)
        self._transitions = np.zeros((size, size))
        for (before, after), weight in learned.transitions.items():
            self._transitions[int(before), int(after)] = weight
        # one matrix: row = attribute that carries any weight, column = tag
        used = sorted({int(name) for name, _ in learned.state_features})
        place = {number: row for row, number in enumerate(used)}
        self._column = {names[number]: row for row, number in enumerate(used)}
        self._weights = np.zeros((len(used), size))
        for (name, tag), weight in learned.state_features.items():
            self._weights[place[int(name)], int(tag)] = weight

    def predict(self, texts: Sequence[str]) -> SpanBatch:
        """Candidate spans of n texts: those of at least 1 %, and those of the best reading."""
        tokens = [self._tokenize(text) for text in texts]
        # texts of like length go together, so that padding stays small
        order = sorted(
            (row for row in range(len(texts)) if tokens[row]), key=lambda row: len(tokens[row])
        )
        parts = []
        with threadpool_limits(limits=1):
            for rows in self._chunks(order, tokens):
                parts.append(self._spans(texts, tokens, rows))
        return _joined(self.labels, [part for part in parts if len(part.row)])

    def _chunks(self, order: Sequence[int], tokens: Sequence[Sequence[Token]]) -> list[list[int]]:
        """Rows in runs whose padded score tables hold at most ``CELLS`` numbers."""
        room = max(1, CELLS // len(self._tag_names))
        chunks: list[list[int]] = []
        for row in order:
            if not chunks or (len(chunks[-1]) + 1) * len(tokens[row]) > room:
                chunks.append([])
            chunks[-1].append(row)
        return chunks

    def _spans(
        self, texts: Sequence[str], tokens: Sequence[Sequence[Token]], rows: Sequence[int]
    ) -> SpanBatch:
        lengths = np.array([len(tokens[row]) for row in rows], dtype=np.int32)
        unary = self._unary(texts, tokens, rows, int(lengths.max()))
        found = span_posteriors(
            unary, self._transitions, self._tag_names, lengths, threshold=THRESHOLD
        )
        borders = np.zeros((len(rows), int(lengths.max()), 2), dtype=np.int32)
        for number, row in enumerate(rows):
            borders[number, : len(tokens[row])] = tokens[row]
        return _in_characters(found, borders, np.array(rows, dtype=np.int32))

    def _unary(
        self,
        texts: Sequence[str],
        tokens: Sequence[Sequence[Token]],
        rows: Sequence[int],
        width: int,
    ) -> Doubles:
        """Scores (B, T, L): forms once per distinct token, summed over the neighbourhood."""
        kinds: dict[str, int] = {"": 0}
        ids = np.zeros((len(rows), width + 4), dtype=np.int64)
        for number, row in enumerate(rows):
            words = [texts[row][start:end] for start, end in tokens[row]]
            ids[number, 2 : 2 + len(words)] = [kinds.setdefault(w, len(kinds)) for w in words]
        unary = np.zeros((len(rows), width, len(self._tag_names)))
        for offset in OFFSETS:
            names = [[f"{offset}:{form}" for form in _FORMS[offset](word)] for word in kinds]
            unary += self._scores(names)[ids[:, 2 + offset : 2 + offset + width]]
        if self._flags:
            for number, row in enumerate(rows):
                near = [[], *self._flags.of(texts[row], tokens[row]), []]
                names = [
                    [f"{offset}:{flag}" for offset in (-1, 0, 1) for flag in near[at + offset]]
                    for at in range(1, len(near) - 1)
                ]
                unary[number, : len(names)] += self._scores(names)
        return unary

    def _scores(self, names: Sequence[Sequence[str]]) -> Doubles:
        """Sums of weights (n, L) of n lists of attribute names; unknown names weigh nothing."""
        columns = [[self._column[name] for name in row if name in self._column] for row in names]
        ends = np.cumsum([0, *map(len, columns)])
        flat = np.array([column for row in columns for column in row], dtype=np.int64)
        shape = (len(names), len(self._weights))
        return np.asarray(
            sp.csr_matrix((np.ones(len(flat)), flat, ends), shape=shape) @ self._weights
        )


def _tags(example: Example, tokens: Sequence[Token], scheme: str) -> tuple[list[str], int]:
    """A tag per token, and how many annotations had no tokens of their own to go on."""
    tags = ["O"] * len(tokens)
    skipped = 0
    for entity in example.entities:
        place = align(tokens, entity.start, entity.end)
        if place is None or any(tag != "O" for tag in tags[place.first : place.last]):
            skipped += 1
            continue
        label = entity_label(entity)
        for at in range(place.first, place.last):
            tags[at] = f"I-{label}"
        tags[place.first] = f"B-{label}"
        if scheme == "BILOU":
            tags[place.last - 1] = f"L-{label}"
            if place.last - place.first == 1:
                tags[place.first] = f"U-{label}"
    return tags, skipped


def _in_characters(
    found: Spans, borders: npt.NDArray[np.int32], rows: npt.NDArray[np.int32]
) -> SpanBatch:
    return SpanBatch(
        found.labels,
        rows[found.row],
        borders[found.row, found.start, 0],
        borders[found.row, found.end - 1, 1],
        found.label,
        found.probability.astype(np.float32),
        found.emitted,
    )


def _joined(labels: tuple[str, ...], parts: Sequence[SpanBatch]) -> SpanBatch:
    """One batch out of several with the same labels, sorted as a batch has to be."""
    if not parts:
        return SpanBatch.empty(labels)
    row, start, end, label = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("row", "start", "end", "label")
    )
    order = np.lexsort((label, end, start, row))
    return SpanBatch(
        labels,
        row[order],
        start[order],
        end[order],
        label[order],
        np.concatenate([part.probability for part in parts])[order],
        np.concatenate([part.emitted for part in parts])[order],
    )
