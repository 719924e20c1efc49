"""Adds, changes and takes out examples of an NLU file by lines, so that every other byte stays.

Re-writing YAML loses comments, order, quoting and the trust of those who own the files. Here the
parser only says where a block ends and which line is which; the lines go in below its last example,
in its indentation, with the file's line endings.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.dialects.operations import (
    AddExample,
    AddValue,
    ChangeExample,
    Operation,
    RemoveExample,
    RemoveValue,
    RenameIntent,
)
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.dialects.rasa.editing import new_blocks
from intent_al.training_data.dialects.rasa.editing.draft import Draft
from intent_al.training_data.dialects.rasa.editing.layout import (
    content_lines,
    dash_line,
    double_quoted,
    in_style_of,
    last_line,
)
from intent_al.training_data.dialects.rasa.editing.nlu_blocks import (
    STEP,
    BlockLine,
    EditableBlock,
    biggest,
    blocks_of,
    content_indent,
    holds,
    lines_of,
    refuse_form,
    usual_step,
)
from intent_al.training_data.dialects.rasa.mentions import new_name
from intent_al.training_data.dialects.rasa.nlu_yaml import nlu_items
from intent_al.training_data.dialects.rasa.sanitise import (
    intent_refusal,
    line_refusal,
    name_refusal,
)
from intent_al.training_data.entity_markup import MarkupError, as_read, render

_DASH = re.compile(r" *-(?P<gap> *)")
_VALUE_KINDS = ("synonym", "regex", "lookup")


@dataclass(slots=True)
class _Plan:
    """What happens to one block: lines that go, that change, that come."""

    gone: set[int] = field(default_factory=set)
    changed: set[int] = field(default_factory=set)
    new: list[str] = field(default_factory=list)


class NluEditor:
    """Collects the operations on one file into its draft; ``finish`` has the last word on blocks
    that would be left empty."""

    def __init__(
        self,
        draft: Draft,
        root: Node | None,
        renames: Sequence[RenameIntent] = (),
        *,
        decoded: bool,
    ) -> None:
        self._at = draft
        self._root = root
        self._decoded = decoded
        self._blocks = blocks_of(root)
        self._renames = renames
        self._plans: dict[int, _Plan] = {}
        self._lines: dict[int, list[BlockLine]] = {}
        self._new: dict[tuple[str, str], list[str]] = {}
        refuse_aliases(root, draft.path)

    def carry_out(self, operation: Operation) -> None:
        """Raises WriteRefusedError where the file's form or content leaves no place for it."""
        if isinstance(operation, AddExample):
            self._add_example(operation.example)
        elif isinstance(operation, AddValue):
            self._check_value(operation)
            candidates = self._of(operation.kind, operation.name)
            self._add(operation.kind, operation.name, self._one_line(operation.text), candidates)
        elif isinstance(operation, RemoveExample):
            for block, position in self._standing(operation.example):
                self._plan(block).gone.add(position)
        elif isinstance(operation, RemoveValue):
            self._remove_value(operation)
        elif isinstance(operation, ChangeExample):
            self._change(operation.old, operation.new)

    def finish(self) -> None:
        staying = list(self._blocks)
        for block in self._blocks:
            plan = self._plans.get(id(block.item))
            if plan is None:
                continue
            lines = self._lines.get(id(block.item), [])
            for position in plan.gone & plan.changed:
                raise WriteRefusedError(
                    f"'{lines[position].content}' is to be taken out and changed at once",
                    where=self._at.path,
                    line=lines[position].first + 1,
                )
            if plan.gone and len(plan.gone) == len(lines) and not plan.new:
                self._delete_block(block)
                staying.remove(block)
                continue
            for position in plan.gone:
                self._at.delete_lines(lines[position].first, lines[position].last)
            if block.in_lines and plan.new:
                self._extend_lines(block, plan.new)
            elif plan.new:
                self._extend_objects(block, plan.new)
        if self._new:
            new_blocks.append(self._at, self._root, staying, self._new)

    def _plan(self, block: EditableBlock) -> _Plan:
        return self._plans.setdefault(id(block.item), _Plan())

    def _of(self, kind: str, name: str) -> list[EditableBlock]:
        return [block for block in self._blocks if (block.kind, block.name) == (kind, name)]

    def _add_example(self, example: Example) -> None:
        """Intents have their new names already; blocks come under them."""
        intent = example.intent
        refusal = intent_refusal(intent)
        gone = {one.old for one in self._renames} - {one.new for one in self._renames}
        if refusal or not gone.isdisjoint((intent, intent.partition("/")[0])):
            raise WriteRefusedError(
                refusal or f"{intent} is renamed in the same change; add to it under its new name",
                where=self._at.path,
            )
        candidates = self._of("intent", intent)
        for one in self._renames:
            candidates += [
                block
                for block in self._blocks
                if block.kind == "intent" and new_name(block.name, one.old, one.new) == intent
            ]
        self._add("intent", intent, self._rendered(example), candidates)

    def _add(self, kind: str, name: str, line: str, candidates: list[EditableBlock]) -> None:
        target = biggest(candidates)
        if target is None:
            self._new.setdefault((kind, name), []).append(line)
        else:
            self._plan(target).new.append(line)

    def _located(self, block: EditableBlock) -> list[BlockLine]:
        if id(block.item) not in self._lines:
            found = list(lines_of(self._at, block, decoded=self._decoded))
            self._lines[id(block.item)] = found
        return self._lines[id(block.item)]

    def _standing(self, example: Example) -> list[tuple[EditableBlock, int]]:
        wanted = as_read(example)
        found = [
            (block, position)
            for block in self._of("intent", example.intent)
            for position, line in enumerate(self._located(block))
            if holds(line, wanted)
        ]
        for block, _ in found:
            if not block.has_place:
                refuse_form(self._at, block)
        if not found:
            raise WriteRefusedError(
                f"'{example.text}' of {example.intent} does not stand there with these entities",
                where=self._at.path,
            )
        return found

    def _check_value(self, operation: AddValue) -> None:
        refusal = name_refusal(operation.kind, operation.name)
        if operation.kind not in _VALUE_KINDS:
            refusal = f"there is no kind '{operation.kind}', only {', '.join(_VALUE_KINDS)}"
        if refusal:
            raise WriteRefusedError(refusal, where=self._at.path)

    def _remove_value(self, operation: RemoveValue) -> None:
        known = False
        for block in self._of(operation.kind, operation.name):
            for position, line in enumerate(self._located(block)):
                if line.content == operation.text:
                    if not block.has_place:
                        refuse_form(self._at, block)
                    self._plan(block).gone.add(position)
                    known = True
        if not known:
            raise WriteRefusedError(
                f"'{operation.text}' does not stand in the {operation.kind} {operation.name}",
                where=self._at.path,
            )

    def _change(self, old: Example, new: Example) -> None:
        if old.intent != new.intent:
            raise WriteRefusedError(
                f"'{old.text}' cannot become one of {new.intent} where it stands; take it out "
                "there and add it",
                where=self._at.path,
            )
        text = self._rendered(new)
        for block, position in self._standing(old):
            self._plan(block).changed.add(position)
            self._rewrite(self._located(block)[position], text)

    def _rewrite(self, line: BlockLine, text: str) -> None:
        at = self._at
        if line.node is None:
            raw = at.lines[line.first]
            at.replace(line.first, line.column, len(raw.rstrip(" ")), text)
            return
        if line.node.style not in ("|", ">"):
            quoted = in_style_of(line.node, text)
            at.replace_scalar(line.node, quoted if quoted[0] in "'\"" else double_quoted(text))
            return
        inner = [number for number in content_lines(at, line.node) if not at.is_blank(number)]
        if len(inner) != 1:
            raise WriteRefusedError(
                "this example runs over several lines; write it on one, then it can be changed",
                where=at.path,
                line=line.first + 1,
            )
        at.replace(inner[0], at.indent(inner[0]), len(at.lines[inner[0]].rstrip(" ")), text)

    def _delete_block(self, block: EditableBlock) -> None:
        """With the blank lines that would otherwise stand doubled, or at the end, without it."""
        at = self._at
        first, last = dash_line(at, block.item), last_line(at, block.item)
        at.delete_lines(first, last)
        above, below = first - 1, last + 1
        while below < len(at.lines) and at.is_blank(below):
            below += 1
        self._refuse_swallowing(block, below)
        if below == len(at.lines):
            while above >= 0 and at.is_blank(above):
                at.delete_lines(above, above)
                above -= 1
        elif first > 0 and at.is_blank(first - 1):
            at.delete_lines(last + 1, below - 1)

    def _refuse_swallowing(self, block: EditableBlock, below: int) -> None:
        """A comment that is indented like the text of the block above would be taken for some."""
        at = self._at
        is_comment = below < len(at.lines) and at.lines[below].lstrip().startswith("#")
        above = self._blocks[: self._blocks.index(block)]
        if is_comment and at.indent(below) and any(one.in_lines for one in above[-1:]):
            raise WriteRefusedError(
                f"without the block of {block.kind} {block.name} this comment would become text of "
                "the block above; write it at the margin, then the block can go",
                where=at.path,
                line=below + 1,
            )

    def _extend_lines(self, block: EditableBlock, lines: Sequence[str]) -> None:
        at = self._at
        assert isinstance(block.examples, ScalarNode)
        indent = content_indent(at, block)
        if indent is None:
            indent = block.item.start_mark.column + usual_step(at, self._blocks)
        below, gap = int(block.examples.start_mark.line), None
        for number in reversed(content_lines(at, block.examples)):
            line = at.lines[number]
            # What looks like a comment there is text for YAML, but means what stands below it.
            if at.is_blank(number) or line.lstrip().startswith("#"):
                continue
            below = max(below, number)
            dash = _DASH.match(line)
            if dash and dash.end("gap") < len(line):
                gap = dash["gap"]
                break
        gap = " " if gap is None else gap
        at.after_line(below, [f"{' ' * indent}-{gap}{line}" for line in lines])

    def _extend_objects(self, block: EditableBlock, lines: Sequence[str]) -> None:
        examples = block.examples
        assert isinstance(examples, SequenceNode)
        dash = examples.start_mark.column
        key = examples.value[-1].start_mark.column
        head = f"{' ' * dash}-{' ' * max(1, key - dash - 1)}text: |"
        body = " " * (max(key, dash + 2) + STEP)
        below = last_line(self._at, examples)
        for line in lines:
            self._at.after_line(below, [head, body + line])

    def _rendered(self, example: Example) -> str:
        try:
            line = render(example.text, example.entities)
        except MarkupError as error:
            raise WriteRefusedError(f"{example.text!r}: {error}", where=self._at.path) from None
        return self._one_line(line)

    def _one_line(self, line: str) -> str:
        refusal = line_refusal(line)
        if refusal:
            raise WriteRefusedError(f"{line!r} cannot be written: {refusal}", where=self._at.path)
        return line


def refuse_aliases(root: Node | None, path: Path | str) -> None:
    """An alias repeats a node: what is inserted once would be read twice."""
    seen: set[int] = set()
    waiting: list[Node] = [item for item, _ in nlu_items(root)]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            raise WriteRefusedError(
                "this part of the file is used in several places by an alias (*name); write it "
                "out, then it can be changed",
                where=path,
                line=yaml_nodes.line_of(node),
            )
        seen.add(id(node))
        if isinstance(node, MappingNode):
            waiting.extend(value for _, value in node.value)
        elif isinstance(node, SequenceNode):
            waiting.extend(node.value)
