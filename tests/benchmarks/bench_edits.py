"""What an edit disturbs, and what it costs: real files, real edits of people, and a big file.

The time is a ratio to ruamel.yaml's round trip of the same file in the same run. ruamel.yaml is in
the environment with Rasa: run it there, or install it beside the program for the occasion.
"""

from __future__ import annotations

import json
import statistics
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from intent_al.records import Example
from intent_al.training_data import entity_markup
from intent_al.training_data.changes.changeset import ChangeSet, FileChange
from intent_al.training_data.changes.file_diff import file_diff
from intent_al.training_data.dialects.operations import (
    AddExample,
    ChangeExample,
    Operation,
    RemoveExample,
)
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.dialects.rasa.editing import add_examples, edit, read_back
from intent_al.training_data.dialects.rasa.nlu_yaml import read_sources
from intent_al.training_data.dialects.rasa.sanitise import clean_example
from intent_al.training_data.repository import journal
from tests.benchmarks.bench_builtin import banking77, snips
from tests.benchmarks.figures import Figure
from tests.support.places import DATA
from tests.support.rasa_data.replay import FILE, HumanEdit, diff_size, human_edits, meaning

ROUNDS = 7
SIZE = 2_600_000


def run() -> Iterator[Figure]:
    if not (DATA / "rasa_yaml").is_dir():
        yield Figure("edits", f"no data in {DATA}")
        return
    yield from round_trips()
    yield from replays()
    yield from speed()


def round_trips() -> Iterator[Figure]:
    """An example comes to every intent of every file, and goes again."""
    files = intents = same = pure = 0
    for path in sorted((DATA / "rasa_yaml").rglob("*.y*ml")):
        source = path.read_bytes()
        if not any(line.lstrip().startswith(b"nlu:") for line in source.splitlines()):
            continue
        files += 1
        names = read_sources({path: source}).intents()
        intents += len(names)
        new = [Example(f"zz {number} ünlikely", name) for number, name in enumerate(names)]
        adding: list[Operation] = [AddExample(one) for one in new]
        added = edit(source, adding, path)
        read_back.check(source, added.after, adding, path, added.touched)
        removing: list[Operation] = [RemoveExample(one) for one in new]
        back = edit(added.after, removing, path)
        read_back.check(added.after, back.after, removing, path, back.touched)
        same += back.after == source
        lines = file_diff(source, added.after, path, path.parent, added.touched).splitlines()[2:]
        gone = sum(line.startswith("-") for line in lines)
        pure += gone <= (not source.endswith(b"\n"))
    what = f"an example added to {intents} intents of {files} real files, then removed:"
    yield Figure(f"{what} byte-identical", f"{same} of {files}", "all", same == files)
    yield Figure(f"{what} only added lines", f"{pure} of {files}", "all", pure == files)


def replays() -> Iterator[Figure]:
    edits = list(human_edits(DATA / "rasa_yaml_edits"))
    within, equal, smaller = 0, 0, 0
    outside: list[str] = []
    total = [0, 0]
    for one in edits:
        operations, reasons = one.operations()
        if reasons:
            outside.append(f"{one.name}: {', '.join(reasons)}")
            continue
        within += 1
        after = replayed(one, operations)
        equal += meaning(after) == meaning(one.after)
        sizes = diff_size(one.before, after), diff_size(one.before, one.after)
        smaller += sizes[0] <= sizes[1]
        total = [total[0] + sizes[0], total[1] + sizes[1]]
    listed = "; ".join(outside) or "none"
    yield Figure(f"{len(edits)} edits of people, outside the vocabulary: {listed}", f"{within} in")
    yield Figure("same meaning as the human's", f"{equal} of {within}", "all", equal == within)
    yield Figure(
        f"diff no larger than the human's ({total[0]} lines against {total[1]})",
        f"{smaller} of {within}",
        "all",
        smaller == within,
    )


def replayed(one: HumanEdit, operations: list[Operation]) -> bytes:
    found = edit(one.before, operations, FILE)
    read_back.check(one.before, found.after, operations, FILE, found.touched)
    return found.after


def speed() -> Iterator[Figure]:
    """Read, edit, verify and write, through the journal, as ``apply`` does it."""
    source = big_file()
    intents = len(read_sources({FILE: source}).intents())
    with tempfile.TemporaryDirectory() as folder:
        ours = [_ours(source, Path(folder)) for _ in range(ROUNDS)]
    what = f"{len(source) / 1e6:.1f} MB of NLU YAML, {intents} intents: read, edit, verify, write"
    seconds = statistics.median(ours)
    try:
        from ruamel.yaml import YAML, __version__
    except ImportError:
        yield Figure(f"{what} (ruamel.yaml is not installed)", f"{seconds:.3f} s")
        return
    theirs = []
    for _ in range(3):
        started = time.perf_counter()
        yaml = YAML(typ="rt")
        content = yaml.load(source.decode("utf-8"))
        with tempfile.TemporaryFile("w", encoding="utf-8") as target:
            yaml.dump(content, target)
        theirs.append(time.perf_counter() - started)
    ratio = seconds / statistics.median(theirs)
    shown = f"{seconds:.3f} s / {statistics.median(theirs):.2f} s = 1/{1 / ratio:.0f}"
    yield Figure(f"{what}, over ruamel.yaml {__version__}", shown, "<= 1/20", ratio <= 1 / 20)


def _ours(source: bytes, folder: Path) -> float:
    path = folder / "nlu.yml"
    path.write_bytes(source)
    known = [one.example for one in read_sources({path: source}).examples]
    old = next(one for one in known if one.intent == "card_arrival")
    operations: list[Operation] = [
        AddExample(Example("when does my new card get here then", "card_arrival")),
        RemoveExample(next(one for one in known if one.intent == "GetWeather" and one.entities)),
        ChangeExample(old, Example(f"{old.text} please", old.intent, old.entities)),
    ]
    yaml_nodes.compose.cache_clear()  # as in a process that has seen nothing yet
    entity_markup._parsed.cache_clear()
    started = time.perf_counter()
    before = path.read_bytes()
    edited = edit(before, operations, path)
    meant, touched = tuple(operations), edited.touched
    check = partial(read_back.check, operations=meant, path=path, touched=touched)
    change = FileChange(path, before, edited.after, meant, touched, check)
    journal.commit(ChangeSet(folder, (change,)), folder / ".journal")
    return time.perf_counter() - started


def big_file() -> bytes:
    """Banking77, CLINC150 and SNIPS as one NLU file, repeated in other words where it is short."""
    clinc = json.loads((DATA / "clinc150" / "data_full.json").read_text("utf-8"))
    examples = [
        *banking77("train"),
        *(Example(text, intent) for text, intent in clinc["train"]),
        *snips("train", 1_000),
    ]
    by_intent: dict[str, list[Example]] = {}
    size = 0
    for number in range(10):
        for one in examples:
            try:
                clean = clean_example(
                    Example(one.text + " again" * number, one.intent, one.entities)
                )
            except ValueError:
                continue
            by_intent.setdefault(clean.intent, []).append(clean)
            size += len(clean.text.encode("utf-8")) + 8 + 12 * len(clean.entities)
            if size > SIZE:
                return add_examples(b"", by_intent)
    return add_examples(b"", by_intent)
