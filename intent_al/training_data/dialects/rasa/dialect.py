"""Rasa 3 behind the protocol that every maker stands behind: one line for each question."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from intent_al.records import Example
from intent_al.training_data.dialects.base import Edited, EntityRefusal
from intent_al.training_data.dialects.operations import EVERY, Operation, RenameIntent
from intent_al.training_data.dialects.rasa import files, nlu_yaml, sanitise, yaml_nodes
from intent_al.training_data.dialects.rasa.domain import read_domain_sources
from intent_al.training_data.dialects.rasa.editing import edit, names, read_back
from intent_al.training_data.dialects.rasa.extractors import read_extractors
from intent_al.training_data.domain import Domain
from intent_al.training_data.placed import TrainingData
from intent_al.training_data.source_files import decode, split_lines


class RasaDialect:
    """NLU YAML and JSON, the domain, and what else names an intent."""

    name = "rasa"
    summary = "Rasa 3: NLU YAML, read and written; NLU JSON, read only."
    data_shape = "an 'nlu:' key"
    operations = EVERY

    def recognises(self, folder: Path) -> bool:
        return (folder / "config.yml").is_file() and any(
            (folder / name).exists() for name in ("domain.yml", "domain", "data")
        )

    def data_files(self, paths: Sequence[Path]) -> list[Path]:
        return files.nlu_files(paths)

    def domain_files(self, paths: Sequence[Path]) -> list[Path]:
        return files.domain_files(paths)

    def naming_files(self, paths: Sequence[Path]) -> list[Path]:
        return files.yaml_files(paths)

    def is_writable(self, path: Path) -> bool:
        return not files.is_json(path)

    def read(self, sources: Mapping[Path, bytes]) -> TrainingData:
        return nlu_yaml.read_sources(sources)

    def read_domain(self, sources: Mapping[Path, bytes]) -> Domain:
        return read_domain_sources(sources)

    def lines(self, source: bytes, path: Path) -> list[str]:
        return split_lines(yaml_nodes.as_rasa_reads(source, path))

    def edit(self, source: bytes, operations: Sequence[Operation], path: Path) -> Edited:
        return edit(source, operations, path)

    def check(
        self,
        before: bytes,
        after: bytes,
        operations: Sequence[Operation],
        path: Path,
        touched: Collection[int],
    ) -> None:
        read_back.check(before, after, operations, path, touched)

    def names_intent(self, source: bytes, path: Path, rename: RenameIntent) -> bool:
        tree = yaml_nodes.compose(decode(source, path), path)
        return bool(names.renamed(tree, rename))

    def names_in_code(self, root: Path, intent: str) -> Iterator[str]:
        """Actions are code, which is not changed here."""
        quoted = re.compile(rf"""["']{re.escape(intent)}["']""")
        for path in sorted([*root.glob("actions.py"), *root.glob("actions/**/*.py")]):
            lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
            for number, line in enumerate(lines, 1):
                if quoted.search(line):
                    yield f"{path.relative_to(root)}:{number}"

    def clean(self, text: str) -> str:
        return sanitise.clean(text)

    def clean_example(self, example: Example) -> Example:
        return sanitise.clean_example(example)

    def refusal(self, text: str) -> str | None:
        return sanitise.refusal(text)

    def intent_refusal(self, name: str) -> str | None:
        return sanitise.intent_refusal(name)

    def entity_refusals(self, config: Path) -> EntityRefusal:
        return read_extractors(config).refusal

    def advice(
        self,
        data: TrainingData,
        domain: Domain | None,
        examples: Sequence[Example],
        new_intents: Collection[str],
    ) -> Iterator[str]:
        for intent in new_intents:
            if "/" in intent and f"utter_{intent}" not in data.responses:
                yield f"the retrieval intent {intent} needs a response utter_{intent}"
            elif "/" not in intent:
                yield f"the new intent {intent} needs a rule or story before the bot acts on it"
        if domain is not None:
            yield from _not_declared(domain, examples, new_intents)

    def advice_on_merge(self) -> Iterator[str]:
        yield "stories and rules of both may contradict now: run `rasa data validate`"


def _not_declared(
    domain: Domain, examples: Sequence[Example], new_intents: Collection[str]
) -> Iterator[str]:
    for example in examples:
        base = example.intent.partition("/")[0]
        if example.intent not in new_intents and base not in domain.intents:
            yield f"the intent {base} is not listed in the domain"
        for entity in example.entities:
            for word, name, known in (
                ("role", entity.role, domain.roles),
                ("group", entity.group, domain.groups),
            ):
                if name and name not in known.get(entity.entity, frozenset()):
                    yield f"the {word} {name} of {entity.entity} is not listed in the domain"
