"""Random files of a whole bot, and random lists of operations that fit them."""

from __future__ import annotations

from pathlib import Path

from hypothesis import strategies as st

from intent_al.records import Example
from intent_al.training_data.dialects.operations import (
    AddExample,
    AddValue,
    ChangeExample,
    ListName,
    Operation,
    RemoveExample,
    RemoveValue,
    RenameIntent,
    SetVersion,
    UnlistName,
)
from intent_al.training_data.dialects.rasa.domain import read_domain_sources
from intent_al.training_data.dialects.rasa.nlu_yaml import read_sources
from intent_al.training_data.dialects.rasa.sanitise import clean, clean_example, line_refusal
from intent_al.training_data.placed import TrainingData
from tests.support.rasa_data.generated import (
    KNOWN_INTENTS,
    NEW_INTENTS,
    Layout,
    additions,
    hostile_texts,
    items,
    layouts,
    words,
)

FILE = Path("bot.yml")
BASES = tuple(dict.fromkeys(name.partition("/")[0] for name in KNOWN_INTENTS))
_NAMES = ("thing", "city", "zip code", "größe")
_HEADS = (
    'version: "3.1"\n',
    "version: '3.0' # of the format\n",
    "",
    "---\n",
    "# my bot\n\n---\n# all of it\n",
    "version:\n",
)
_STORIES = (
    "stories:\n- story: a # one\n  steps:\n  - intent: greet\n  - action: utter_faq\n",
    "stories:\n- story: greet\n  steps:\n  - intent: book flight\n    entities:\n"
    "    - city: Rome\n  - or:\n    - intent: faq/ask_hours\n    - intent: 'yes'\n"
    "  - slot_was_set:\n    - intent: greet\n",
    "rules:\n\n- rule: étage\n  condition:\n  - slot_was_set:\n    - intent: yes\n  steps:\n"
    "  - intent: étage # floor\n  - action: utter_x\n",
)
_RESPONSES = (
    "responses:\n  utter_faq/ask_hours:\n  - text: nine to five\n  utter_x:\n  - text: |\n"
    "      # no comment\n\n      - hi\n    buttons:\n    - title: Yes!\n      payload: /yes\n"
    '    - {title: book, payload: \'/book flight{"city": "greet"}\'}\n',
)
_SLOTS = (
    "slots:\n  intent:\n    type: text\n    mappings:\n    - type: from_intent\n"
    "      intent: greet\n      value: x\nforms:\n  form:\n    ignored_intents: [greet, 'yes']\n"
    "    required_slots: []\n",
    "actions:\n- utter_x\n",
)
_QUOTED = {"book flight": '"book flight"', "étage": "'étage'"}


@st.composite
def _names(draw: st.DrawFn, key: str, pool: tuple[str, ...]) -> str:
    """A list of the domain, in one of its forms."""
    names = draw(st.lists(st.sampled_from(pool), unique=True, max_size=4))
    names = [_QUOTED.get(name, name) for name in names]
    form = draw(st.sampled_from(("lines", "indented", "details", "flow")))
    if form == "flow" or not names:
        return f"{key}: [{', '.join(names)}] # all\n"
    dash = "- " if form == "lines" else "  - "
    detail = (
        ":\n" + " " * (len(dash) + 2) + "use_entities: []"
        if key == "intents"
        else ":\n" + (" " * (len(dash) + 2) + "roles: [from, to]")
    )
    lines = [
        f"{dash}{name}{detail if form == 'details' and draw(st.booleans()) else ''}\n"
        for name in names
    ]
    return f"{key}:\n" + draw(st.sampled_from(("", "# first\n"))).join(lines)


@st.composite
def _nlu(draw: st.DrawFn, layout: Layout) -> str:
    return "nlu:\n" + "".join(
        item + layout.between for item in draw(st.lists(items(layout), max_size=5))
    )


@st.composite
def bot_files(draw: st.DrawFn) -> bytes:
    """One file with training data, stories and domain in any order; Rasa accepts it."""
    layout = draw(layouts)
    optional = [
        draw(_names("intents", BASES)),
        draw(_names("entities", ("city", "time", "größe"))),
        draw(st.sampled_from(_STORIES)),
        draw(st.sampled_from(_RESPONSES)),
        draw(st.sampled_from(_SLOTS)),
    ]
    chosen = [draw(_nlu(layout)), *(one for one in optional if draw(st.booleans()))]
    between = draw(st.sampled_from(("", "\n", "# ----\n")))
    text = draw(st.sampled_from(_HEADS)) + between.join(draw(st.permutations(chosen)))
    if not layout.final_newline:
        text = text.rstrip("\n")
    return (b"\xef\xbb\xbf" if layout.bom else b"") + text.replace("\n", layout.newline).encode(
        "utf-8"
    )


def cleaned(asked: Example) -> Example | None:
    """What a plan would let through; without values, which make synonyms for the whole bot."""
    try:
        example = clean_example(asked)
    except ValueError:
        return None
    return example if all(entity.value is None for entity in example.entities) else None


def writable(asked: list[Example]) -> dict[str, list[Example]]:
    """The same of many, by intent."""
    found: dict[str, list[Example]] = {}
    for example in filter(None, map(cleaned, asked)):
        found.setdefault(example.intent, []).append(example)
    return found


@st.composite
def edits(draw: st.DrawFn) -> tuple[bytes, list[Operation]]:
    """A file and operations that do not contradict one another."""
    source = draw(bot_files())
    data = read_sources({FILE: source})
    found: list[Operation] = []
    renames = draw(_renames(data)) if draw(st.integers(0, 3)) == 0 else []
    found += renames
    leaving = {one.old for one in renames} | {one.new for one in renames}
    taken: set[Example] = set()
    for _ in range(draw(st.integers(0, 5))):
        kind = draw(st.sampled_from(("add", "add", "remove", "change", "value", "no value")))
        example = cleaned(draw(additions()))
        standing = [one.example for one in data.examples if one.example not in taken]
        if kind == "add" and example and not _names_of(example) & leaving:
            found.append(AddExample(example))
        elif kind in ("remove", "change") and standing:
            old = draw(st.sampled_from(standing))
            taken.add(old)
            if kind == "remove":
                found.append(RemoveExample(old))
            elif example:
                new = Example(example.text, old.intent, example.entities)
                found.append(ChangeExample(old, new))
        elif kind == "value":
            found += draw(_values(data, {one.text for one in found if isinstance(one, AddValue)}))
        elif kind == "no value" and data.values:
            value = draw(st.sampled_from(data.values))
            found.append(RemoveValue(value.kind, value.name, value.text))
    found += draw(_listing(source, leaving))
    if draw(st.integers(0, 4)) == 0:
        found.append(SetVersion(draw(st.sampled_from(("3.1", "3.0", "2.0")))))
    return source, draw(st.permutations(found))


def _names_of(example: Example) -> set[str]:
    return {example.intent, example.intent.partition("/")[0]}


@st.composite
def _renames(draw: st.DrawFn, data: TrainingData) -> list[RenameIntent]:
    old = draw(st.sampled_from((*data.intents(), "greet", "faq")))
    fresh = tuple(name for name in NEW_INTENTS if ("/" in name) == ("/" in old))
    new = draw(st.sampled_from(fresh))
    return [RenameIntent(old, new, retrieval=draw(st.booleans()))]


@st.composite
def _values(draw: st.DrawFn, data: TrainingData, taken: set[str]) -> list[AddValue]:
    kind = draw(st.sampled_from(("synonym", "regex", "lookup")))
    name = draw(st.sampled_from(_NAMES))
    text = clean(draw(st.one_of(words, hostile_texts)))
    if line_refusal(text) or text in taken or (kind == "synonym" and text in data.synonyms):
        return []
    return [AddValue(kind, name, text)]


@st.composite
def _listing(draw: st.DrawFn, source: bytes, leaving: set[str]) -> list[Operation]:
    domain = read_domain_sources({FILE: source})
    found: list[Operation] = []
    for key, known, new in (
        ("intents", domain.intents, ("new", "no", "neu größer")),
        ("entities", domain.entities, ("place", "10", "a b")),
    ):
        if known and draw(st.integers(0, 3)) == 0:
            found.append(UnlistName(key, draw(st.sampled_from(tuple(known)))))
        if draw(st.integers(0, 3)) == 0:
            name = draw(st.sampled_from(new))
            found += [ListName(key, name)] if name not in leaving else []
    return found
