"""spaCy's DocBin, to train spaCy's own components on a bot's data.

Intents are the categories of a document: 1.0 for its own, 0.0 for all others of the file, as text
classifiers expect them. Entities are spans of the group ``sc``, which may overlap; where none of a
document overlaps another they are its ``ents``, too. Values, roles, groups and metadata lie in the
user data under ``intent_al``. Documents are split into words by spaCy's language-neutral rules; an
entity that begins or ends within a word cannot be a span, and its example is reported and left out.

A file without the group ``sc`` is read by its ``ents``. Places are numbers of documents.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from intent_al.errors import TrainingDataError
from intent_al.records import Entity, Example
from intent_al.training_data.entity_markup import normal
from intent_al.training_data.formats.base import Format, Lost, Written, unstorable
from intent_al.training_data.placed import Place, PlacedExample, TrainingData

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc, Span

SPANS, OURS = "sc", "intent_al"
_ATTRIBUTES = ("ORTH", "SPACY", "ENT_IOB", "ENT_TYPE")
"""What a document keeps beside its spans; spaCy's own default holds a parse that we do not make."""


class DocBinFile(Format):
    name: ClassVar[str] = "docbin"
    suffixes: ClassVar[tuple[str, ...]] = (".spacy",)
    summary: ClassVar[str] = "spaCy's DocBin, for training with spaCy."
    binary: ClassVar[bool] = True

    def read(self, source: bytes, path: Path) -> TrainingData:
        from spacy.tokens import DocBin
        from spacy.vocab import Vocab

        try:
            # A file of another program: whatever spaCy raises over it, the file is the reason.
            docs = list(DocBin().from_bytes(source).get_docs(Vocab()))
        except Exception as error:
            raise TrainingDataError(
                f"is no DocBin that spaCy can read ({type(error).__name__})", where=path, line=1
            ) from error
        examples = tuple(_placed(doc, Place(path, number)) for number, doc in enumerate(docs, 1))
        return TrainingData(examples=examples, files=(path,))

    def write(self, examples: Sequence[PlacedExample]) -> Written:
        from spacy.tokens import DocBin

        intents = sorted({one.example.intent for one in examples})
        lost: list[Lost] = []
        bin_ = DocBin(attrs=list(_ATTRIBUTES), store_user_data=True)
        for one in examples:
            reason = unstorable(one)
            found = reason or _document(one, intents)
            if isinstance(found, str):
                lost.append(Lost(one.example, found))
            else:
                bin_.add(found)
        return Written(bin_.to_bytes(), tuple(lost))


@cache
def _language() -> Language:
    import spacy

    return spacy.blank("xx")


def _document(one: PlacedExample, intents: Sequence[str]) -> Doc | str:
    """The document of an example, or why there is none."""
    example = one.example
    try:
        doc = _language().make_doc(example.text)
    except ValueError as error:
        return f"spaCy refuses its text ({str(error).partition('.')[0]})"
    spans = [doc.char_span(entity.start, entity.end, entity.entity) for entity in example.entities]
    for entity, span in zip(example.entities, spans, strict=True):
        if span is None:
            words = example.text[entity.start : entity.end]
            return f"the entity {entity.entity!r} ({words!r}) begins or ends within a word"
    if spans:  # spaCy takes longer over an empty group than over the rest of a document
        doc.spans[SPANS] = spans
    if not _overlap(example.entities):
        doc.set_ents(spans)  # otherwise its ents stay unknown, which is not the same as none
    doc.cats = {intent: float(intent == example.intent) for intent in intents}
    details = [[entity.value, entity.role, entity.group] for entity in example.entities]
    doc.user_data[OURS] = json.dumps({"entities": details, "metadata": one.metadata})
    return doc if _placed(doc, Place(Path(), 1)).example == _normal(example) else _NOT_EXACT


_NOT_EXACT = "spaCy would keep it as something else"


def _normal(example: Example) -> Example:
    entities = tuple(normal(example.text, one) for one in example.entities)
    return Example(example.text, example.intent, entities)


def _overlap(entities: Sequence[Entity]) -> bool:
    ordered = sorted(entities, key=lambda one: one.start)
    return any(after.start < one.end for one, after in itertools.pairwise(ordered))


def _placed(doc: Doc, place: Place) -> PlacedExample:
    intent = max(doc.cats, key=lambda name: float(doc.cats[name]), default="")
    if not intent or doc.cats[intent] <= 0:
        raise TrainingDataError(
            "the document has no category above 0, so no intent", where=place.path, line=place.line
        )
    text = str(doc.text)
    ours = _ours(doc)
    spans: Sequence[Span] = list(doc.spans[SPANS]) if SPANS in doc.spans else list(doc.ents)
    details = ours.get("entities")
    told = details if isinstance(details, list) and len(details) == len(spans) else []
    entities = tuple(
        normal(text, Entity(str(span.label_), span.start_char, span.end_char, *_three(more)))
        for span, more in itertools.zip_longest(spans, told)
    )
    metadata = ours.get("metadata")
    return PlacedExample(
        Example(text, str(intent), entities),
        place,
        metadata if isinstance(metadata, str) else None,
    )


def _ours(doc: Doc) -> Mapping[str, object]:
    """What ``write`` left in the user data; nothing where another program wrote the file."""
    try:
        found = json.loads(doc.user_data[OURS])
    except (KeyError, TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _three(more: object) -> Iterator[str | None]:
    if not isinstance(more, list) or len(more) != 3:
        return iter((None, None, None))
    return iter([part if isinstance(part, str) else None for part in more])
