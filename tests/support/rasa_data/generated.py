"""Random NLU files as people lay them out, and texts as strangers type them.

The files vary in everything that an insertion could get wrong; the texts in everything that a
reader could take for something else. Both test environments draw from here.
"""

from __future__ import annotations

import os
from dataclasses import dataclass

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from intent_al.records import Entity, Example


# More cases on demand: INTENT_AL_CASES=10000
def _settings(usual: int) -> settings:
    return settings(
        max_examples=int(os.environ.get("INTENT_AL_CASES", usual)),
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )


cases = _settings(200)
edit_cases = _settings(1_000)
"""For what must never go wrong: that an edit does what was meant, and nothing else."""

KNOWN_INTENTS = ("greet", "book flight", "faq/ask_hours", "étage", "yes")
NEW_INTENTS = (
    "brand_new",
    "faq/ask_new",
    "no",
    "neu größer",
    "1st",
    "a: b",
    "- x",
    "&anchor",
    "10",
)
WORDS = ("hello", "book", "a", "flight", "to", "Köln", "😀", "ok?", "it's", "50%", "#1", "C:", "-")
HOSTILE = (
    "[x](y)",
    "[foo]{bar}",
    '[foo]{"entity": "x"}',
    "[foo][bar]",
    "[foo] (bar)",
    "[[a](b)",
    "]{",
    "[",
    "\n- injected",
    "\r- injected",
    "\r\n- intent: evil\r\n  examples: |\r\n    - owned",
    "\n- intent: evil\n  examples: |\n    - owned",
    "\u2028- injected",
    "\u2029    - injected",
    "\x85- injected",
    "\x00",
    "\x0b",
    "\x1b[31m",
    "\x7f",
    "\x9f",
    "\t",
    "\\u12",
    "\\u00e9",
    "C:\\Users",
    "\\\\u00e9",
    "${HOME}",
    "${UNSET_VARIABLE}",
    "\ud800",
    "\ufffe",
    "\ufeff",
    "\u200b",
    "\xa0",
    " ",
    "---",
    "...",
    "- ",
    "/greet",
    "# no comment",
    ": ",
    " #",
    "|",
    "&a",
    "*a",
    "!!python/object",
    "%YAML 1.1",
    "'",
    '"',
    "e\u0301",
    "\u202e",
    "{{x}}",
    "@`",
)


@dataclass(frozen=True)
class Layout:
    """How one author writes: columns, line endings, and what stands between the blocks."""

    dash: int
    gap: int
    step: int
    newline: str
    bom: bool
    final_newline: bool
    between: str


layouts = st.builds(
    Layout,
    dash=st.sampled_from((0, 2, 4)),
    gap=st.sampled_from((1, 1, 1, 3)),
    step=st.integers(1, 4),
    newline=st.sampled_from(("\n", "\n", "\r\n")),
    bom=st.booleans(),
    final_newline=st.booleans(),
    between=st.sampled_from(("", "\n", "\n\n", "# a comment\n", "\n   # indented\n\n")),
)

words = st.lists(st.sampled_from(WORDS), min_size=1, max_size=5).map(" ".join)
annotated = st.sampled_from(
    (
        "to [Berlin](city)",
        "from [LA](city:Los Angeles) please",
        '[SF]{"entity":"city","role":"to","group":"1","value":"San Francisco"} now',
        '[it][{"entity": "x"}, {"entity": "y", "role": "r"}]',
        "",
    )
)
lines = st.one_of(words, words, words, annotated)


def _indented(column: int, line: str) -> str:
    return " " * column + line + "\n"


@st.composite
def _line_block(draw: st.DrawFn, layout: Layout, key: int, *, pure: bool) -> str:
    header = draw(st.sampled_from(("|", "|", "|", "|-", "|+", f"|{layout.step}", "| # why")))
    column = key + layout.step
    block = f"{header}\n"
    for line in draw(st.lists(lines, min_size=1 if pure else 0, max_size=4)):
        dash = "-" if draw(st.integers(0, 9)) == 0 and not line.startswith("-") else "- "
        block += _indented(column, dash + line)
        if not pure and draw(st.integers(0, 5)) == 0:
            block += draw(st.sampled_from(("\n", _indented(column, "# not a comment"))))
            block += _indented(column, "- after")
    if not pure and block.count("\n") > 1 and draw(st.integers(0, 3)) == 0:
        block += _indented(column, "# ---- the next part ----")
    return block


@st.composite
def _object_block(draw: st.DrawFn, layout: Layout, key: int) -> str:
    dash = key + draw(st.sampled_from((0, 2)))
    block = "\n"
    for line in draw(st.lists(lines, min_size=1, max_size=3)):
        inner = dash + 1 + layout.gap
        text = draw(st.sampled_from(("block", "quoted", "single")))
        if text == "block":
            value = "|\n" + _indented(inner + layout.step, line or "x").rstrip("\n")
        elif text == "quoted":
            value = '"' + line.replace("\\", "\\\\").replace('"', '\\"') + '"'
        else:
            value = "'" + line.replace("'", "''") + "' # said once"
        block += " " * dash + "-" + " " * layout.gap + f"text: {value}\n"
        if draw(st.booleans()):
            block += _indented(inner, "metadata: {sentiment: neutral}")
    return block


@st.composite
def items(draw: st.DrawFn, layout: Layout) -> str:
    """One item of an ``nlu`` list."""
    kind = draw(st.sampled_from(("intent",) * 6 + ("synonym", "regex", "lookup")))
    name = draw(st.sampled_from(KNOWN_INTENTS)) if kind == "intent" else "thing"
    key = layout.dash + 1 + layout.gap
    item = " " * layout.dash + "-" + " " * layout.gap + f"{kind}: {name}\n"
    if kind == "intent" and draw(st.integers(0, 4)) == 0:
        item += _indented(key, "metadata: 1")
    form = draw(st.sampled_from(("lines",) * 5 + ("objects", "flow", "folded", "none")))
    if kind != "intent" or form == "lines":
        block = draw(_line_block(layout, key, pure=kind != "intent"))
    elif form == "objects":
        block = draw(_object_block(layout, key))
    elif form == "flow":
        block = "[{text: hi there}, {text: again}]\n"
    elif form == "folded":
        block = ">\n" + _indented(key + layout.step, "- folded")
    else:
        return item
    return item + _indented(key, f"examples: {block}".rstrip("\n"))


@st.composite
def nlu_files(draw: st.DrawFn) -> bytes:
    """A file that Rasa accepts, with its quirks."""
    layout = draw(layouts)
    text = draw(st.sampled_from(('version: "3.1"\n', "", "---\n", "# my bot\n\nversion: '3.0'\n")))
    text += draw(st.sampled_from(("", "stories:\n- story: a\n  steps:\n  - intent: greet\n\n")))
    text += "nlu:\n"
    drawn = draw(st.lists(items(layout), min_size=0, max_size=5))
    for item in drawn:
        text += item + layout.between
    if drawn:
        text += draw(st.sampled_from(("", "# the end\n", "other: {a: 1}\n", "\nrules: []\n")))
    if not layout.final_newline:
        text = text.rstrip("\n")
    return (b"\xef\xbb\xbf" if layout.bom else b"") + text.replace("\n", layout.newline).encode(
        "utf-8"
    )


hostile_texts = st.lists(
    st.one_of(st.sampled_from(HOSTILE), st.sampled_from(WORDS), st.text(max_size=3)),
    min_size=1,
    max_size=5,
).map("".join)


@st.composite
def additions(draw: st.DrawFn) -> Example:
    """An example as it may come from a reviewer: any text, any intent, sometimes an entity."""
    text = draw(st.one_of(words, hostile_texts))
    entities: tuple[Entity, ...] = ()
    if text and draw(st.booleans()):
        start = draw(st.integers(0, len(text) - 1))
        end = draw(st.integers(start + 1, len(text)))
        entities = (
            Entity(
                draw(st.sampled_from(("city", "größe", "a:b", "x)", "y}", '"q"', ""))),
                start,
                end,
                draw(st.one_of(st.none(), st.sampled_from(("v", "Los Angeles", "}", '"', "\\")))),
                draw(st.one_of(st.none(), st.sampled_from(("to", "}")))),
                draw(st.one_of(st.none(), st.just("1"))),
            ),
        )
    return Example(text, draw(st.sampled_from(KNOWN_INTENTS + NEW_INTENTS)), entities)
