"""Rasa's own reader must agree: on what files say, and on what an insertion added to them.

Runs in the environment with Rasa only.
"""

from __future__ import annotations

import warnings
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.core.constants import DEFAULT_INTENTS
from rasa.shared.core.domain import Domain
from rasa.shared.nlu.training_data.formats.rasa_yaml import RasaYAMLReader
from rasa.shared.utils.io import read_yaml, write_yaml

from intent_al.errors import TrainingDataError
from intent_al.records import Entity, Example
from intent_al.training_data.dialects.rasa import files as project_files
from intent_al.training_data.dialects.rasa.domain import read_domain_sources
from intent_al.training_data.dialects.rasa.editing import add_examples
from intent_al.training_data.dialects.rasa.nlu_yaml import TrainingData, read_sources
from intent_al.training_data.source_files import read_bytes
from tests.beside_rasa.rasa_reads import Meaning, domain_names, names_of, rasa_reads
from tests.support.places import DATA
from tests.support.rasa_data.generated import additions, cases, nlu_files
from tests.support.rasa_data.generated_edits import writable
from tests.support.rasa_data.yaml_constructs import EVERYTHING, FILE, REJECTED

FILES = sorted(DATA.glob("rasa_yaml/**/*.y*ml"))
pytestmark = pytest.mark.filterwarnings("ignore")


def our_names(sources: Mapping[Path, bytes]) -> dict[str, Any]:
    domain = read_domain_sources(sources)
    return {
        "intents": dict.fromkeys(name for name in domain.intents if name not in DEFAULT_INTENTS),
        "entities": {name: (domain.roles[name], domain.groups[name]) for name in domain.entities},
    }


def we_read(source: bytes) -> Meaning:
    data: TrainingData = read_sources({FILE: source})
    lookups = {name: list(elements) for name, elements in data.lookups.items()}
    return Counter(data.distinct()), dict(data.synonyms), sorted(data.regexes), lookups


def test_every_construct_is_read_as_rasa_reads_it() -> None:
    source = EVERYTHING.encode("utf-8")
    assert we_read(source) == rasa_reads(source)


@pytest.mark.skipif(not FILES, reason=f"{DATA}/rasa_yaml is absent (set INTENT_AL_DATA)")
def test_real_files_are_read_as_rasa_reads_them() -> None:
    compared = 0
    for path in FILES:
        source = path.read_bytes()
        if not any(line.lstrip().startswith(b"nlu:") for line in source.splitlines()):
            continue
        assert we_read(source) == rasa_reads(source), path
        compared += 1
    assert compared >= 30


@pytest.mark.skipif(not FILES, reason=f"{DATA}/rasa_yaml is absent (set INTENT_AL_DATA)")
@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DATA)))
def test_every_real_file_is_what_rasa_takes_it_for(path: Path) -> None:
    source = path.read_bytes()
    is_nlu = RasaYAMLReader.is_yaml_nlu_file(str(path))
    assert bool(project_files.nlu_files([path])) == is_nlu
    assert _read_or_none(we_read, source) == _read_or_none(rasa_reads, source)
    if is_nlu and _read_or_none(rasa_reads, source):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            theirs = RasaYAMLReader().read(str(path)).responses
        assert set(read_sources({path: source}).responses) == set(theirs)
    if Domain.is_domain_file(path):
        ours = our_names({path: source})
        assert ours == domain_names(source, whole=False)
        assert ours == (_read_or_none(domain_names, source) or ours)


def _read_or_none(read: Any, source: bytes) -> Any:
    """None for what is rejected: for one reason or another."""
    try:
        return read(source)
    except TrainingDataError:
        return None
    except Exception as error:
        if type(error).__module__.startswith(("rasa", "ruamel", "pykwalify")):
            return None
        raise


@pytest.mark.skipif(not FILES, reason=f"{DATA}/rasa_yaml is absent (set INTENT_AL_DATA)")
def test_split_domains_are_read_as_one(tmp_path: Path) -> None:
    """Each real domain, spread over four files."""
    for path in FILES:
        source = path.read_bytes()
        if not Domain.is_domain_file(path) or _read_or_none(domain_names, source) is None:
            continue
        content = read_yaml(source.decode("utf-8"))
        for number, key in enumerate(("intents", "entities")):
            part = tmp_path / path.relative_to(DATA).with_suffix("") / str(number) / "domain.yml"
            part.parent.mkdir(parents=True)
            names = content.get(key) or []
            write_yaml({key: names[:3]}, part)
            write_yaml({key: names[2:]}, part.with_name("more.yml"))
        folder = part.parents[1]
        theirs = names_of(Domain.load(str(folder)))
        assert our_names(read_bytes(project_files.domain_files([folder]))) == theirs
        assert theirs == domain_names(source)


@pytest.mark.skipif(not FILES, reason=f"{DATA}/rasa_yaml is absent (set INTENT_AL_DATA)")
def test_rasa_finds_exactly_the_additions_in_real_files() -> None:
    for path in FILES:
        source = path.read_bytes()
        if not any(line.lstrip().startswith(b"nlu:") for line in source.splitlines()):
            continue
        intents = read_sources({FILE: source}).intents()
        meant = {
            intent: [Example(f"zz to Röme {intent}", intent, (Entity("city", 6, 10),))]
            for intent in intents
        }
        before, *rest = rasa_reads(source)
        after, *rest_after = rasa_reads(add_examples(source, meant, path))
        assert rest == rest_after, path
        assert after - before == Counter(one for group in meant.values() for one in group), path
        assert not before - after, path


@pytest.mark.parametrize(("text", "line", "word"), REJECTED)
def test_what_we_refuse_rasa_rejects(text: str, line: int, word: str) -> None:
    if word == "YAML 1.1":
        pytest.skip(
            "refused by us alone: the same file means different things to different readers"
        )
    with pytest.raises(Exception):  # noqa: B017, PT011 - Rasa has a dozen unrelated classes
        rasa_reads(text.encode("utf-8"))


@cases
@given(nlu_files())
def test_generated_files_are_read_as_rasa_reads_them(source: bytes) -> None:
    assert we_read(source) == rasa_reads(source)


@cases
@given(nlu_files(), st.lists(additions(), max_size=6))
def test_rasa_finds_exactly_the_additions(source: bytes, asked: list[Example]) -> None:
    meant = writable(asked)
    flat = {one for group in meant.values() for one in group}
    before, *rest = rasa_reads(source)
    after, *rest_after = rasa_reads(add_examples(source, meant, FILE))
    assert rest == rest_after
    assert set(after) == set(before) | flat
    assert all(count >= before[one] for one, count in after.items())


_SNIPPETS = st.sampled_from(
    (
        "nlu:\n",
        "- intent: a\n",
        "  examples: |\n",
        "  examples:\n",
        "    - x\n",
        "  - text: y\n",
        '    - [a](b:c) [d]{"entity": "e"}\n',
        "    - [a]{b}\n",
        "      - deep\n",
        "  - text: 'z'\n",
        "    metadata: 1\n",
        "- synonym: s\n",
        "- regex: r\n",
        "- lookup: l\n",
        "version: '3.1'\n",
        "version: 3.1\n",
        "version: '3.2'\n",
        "\n",
        "# c\n",
        "\t",
        "  metadata: {a: [1, b]}\n",
        "- intent: 1e3\n",
        "- intent: no\n",
        "- intent: ~\n",
        "responses:\n",
        "  utter_a:\n",
        "  - text: hi\n",
        "  - custom: {}\n",
        "    image: 1\n",
        "  buttons: []\n",
        "\\u00e9",
        "é",
        "---\n",
        "[",
        "{",
        "'",
        "- &a\n",
        "- *a\n",
        "  <<: *a\n",
        "!!str 1\n",
        "x: y\n",
    )
)


@cases
@given(st.lists(_SNIPPETS, max_size=9).map("".join))
def test_broken_files_are_refused_when_rasa_rejects_them(text: str) -> None:
    source = text.encode("utf-8")
    try:
        theirs = rasa_reads(source)
    except Exception:
        with pytest.raises(TrainingDataError):
            we_read(source)
        return
    assert we_read(source) == theirs
