"""Every real NLU file there is: an example added to every intent, and not one old byte moved."""

from __future__ import annotations

from pathlib import Path

import pytest

from intent_al.errors import TrainingDataError
from intent_al.records import Example
from intent_al.training_data.dialects.rasa.domain import read_domain_sources
from intent_al.training_data.dialects.rasa.nlu_yaml import read
from intent_al.training_data.source_files import read_bytes
from tests.support.places import DATA
from tests.support.planning import plan

FILES = sorted(DATA.glob("rasa_yaml/**/*.y*ml"))
pytestmark = pytest.mark.skipif(
    not FILES, reason=f"no real files: {DATA}/rasa_yaml is absent (set INTENT_AL_DATA)"
)


def has_nlu(path: Path) -> bool:
    return any(line.lstrip().startswith(b"nlu:") for line in path.read_bytes().splitlines())


@pytest.mark.parametrize(
    "path", list(filter(has_nlu, FILES)), ids=lambda path: str(path.relative_to(DATA / "rasa_yaml"))
)
def test_an_example_for_every_intent(path: Path, tmp_path: Path) -> None:
    data = read([path])
    additions = [
        Example(f"zz {number} ünlikely", intent) for number, intent in enumerate(data.intents())
    ]
    changes = plan([path], additions, root=path.parent)
    changes.verify()
    assert len(changes.added) == len(additions)
    if not additions:
        return
    (change,) = changes.files
    old, new = change.before or b"", change.after
    removed = [line for line in changes.diff().splitlines()[2:] if line.startswith("-")]
    assert len(removed) <= (not old.endswith(b"\n"))
    waiting = old.splitlines()
    inserted = []
    for line in new.splitlines():
        if waiting and line == waiting[0]:
            waiting.pop(0)
        else:
            inserted.append(line.decode())
    assert not waiting
    assert sum("ünlikely" in line for line in inserted) == len(additions)
    assert all("ünlikely" in line or line.strip() == "- text: |" for line in inserted)


def test_files_that_hold_something_were_found() -> None:
    if not (DATA / "rasa_yaml" / "RasaHQ__helpdesk-assistant").is_dir():
        pytest.skip(f"other files than expected in {DATA}")
    assert len([path for path in FILES if has_nlu(path)]) >= 30


@pytest.mark.parametrize("path", [path for path in FILES if path.name == "domain.yml"])
def test_every_domain_is_read(path: Path) -> None:
    domain = read_domain_sources(read_bytes([path]))
    assert domain.intents
    assert all(place.line > 0 for place in domain.intents.values())


def test_every_file_is_read_or_refused_with_its_line() -> None:
    refused = []
    for path in FILES:
        try:
            read([path])
        except TrainingDataError as error:
            refused.append(error)
    assert all(error.line for error in refused)
