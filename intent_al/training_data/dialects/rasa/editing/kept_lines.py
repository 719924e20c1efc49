"""Compares two versions of a file line by line: what the meaning does not show, a comment or a
blank line, has to stay as well."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

from yaml.nodes import MappingNode, Node, ScalarNode

from intent_al.errors import WriteRefusedError
from intent_al.training_data.dialects.rasa import yaml_nodes
from intent_al.training_data.source_files import lines_with_ends

_STRETCH = 512
_BOM = b"\xef\xbb\xbf"
_COMMENT = re.compile("(?:^|(?<=[ \t\ufeff]))#")


def inserted_lines(
    before: bytes, after: bytes, path: Path, touched: Collection[int] = ()
) -> list[int]:
    """The lines of ``after`` that are new, from 0; every old one has to stand there, in order,
    apart from those that were to change.

    Lines are compared with their endings, so that a mixture of them stays one; only a line that is
    the last one, before or after, may have got its line break or lost it. The file ends with a line
    break where it did before.
    """
    if before and after and _is_ended(before) != _is_ended(after):
        raise WriteRefusedError(
            "the line break at the end of the file would change; nothing was written",
            where=path,
            line=len(lines_with_ends(before)),
        )
    if before.startswith(_BOM) and after.startswith(_BOM):
        before, after = before[len(_BOM) :], after[len(_BOM) :]
    was, now = lines_with_ends(before), lines_with_ends(after)
    position = skipped = 0
    new: list[int] = []
    for number, old in enumerate(was):
        if number < skipped or number in touched:
            continue
        if number % _STRETCH == 0 and _is_equal_stretch(was, now, number, position, touched):
            skipped, position = number + _STRETCH, position + _STRETCH
            continue
        while position < len(now) and now[position] != old:
            is_last = number == len(was) - 1 or position == len(now) - 1
            if is_last and now[position].rstrip(b"\r\n") == old.rstrip(b"\r\n"):
                break
            new.append(position)
            position += 1
        if position == len(now):
            raise WriteRefusedError(
                "this line would change; nothing was written", where=path, line=number + 1
            )
        position += 1
    return new + list(range(position, len(now)))


def _is_equal_stretch(
    was: list[bytes], now: list[bytes], number: int, position: int, touched: Collection[int]
) -> bool:
    """Most of a big file is as it was: one comparison for many lines."""
    end = number + _STRETCH
    return (
        end <= len(was)
        and was[number:end] == now[position : position + _STRETCH]
        and not any(number <= line < end for line in touched)
    )


def _is_ended(source: bytes) -> bool:
    return source.endswith((b"\n", b"\r"))


def comments(
    lines: Sequence[str], root: Node | None, numbers: Collection[int]
) -> Iterator[tuple[int, str]]:
    """The comments that stand on some of the lines, with their line."""
    suspects = [number for number in numbers if number < len(lines) and "#" in lines[number]]
    if not suspects:
        return
    texts = _texts_on(root, set(suspects))
    for number in suspects:
        for found in _COMMENT.finditer(lines[number]):
            column = found.start()
            if not any(start <= column < end for start, end in texts.get(number, ())):
                yield number, lines[number][column:]
                break


def _texts_on(root: Node | None, numbers: set[int]) -> dict[int, list[tuple[int, int]]]:
    """The columns that belong to scalars."""
    found: dict[int, list[tuple[int, int]]] = {}
    for node in yaml_nodes.walk(root) if root is not None else ():
        if not isinstance(node, ScalarNode):
            continue
        start, end = node.start_mark, node.end_mark
        in_block = node.style in ("|", ">")
        for number in range(start.line + in_block, end.line + 1):
            if number in numbers:
                first = 0 if in_block or number > start.line else start.column
                last = end.column if number == end.line else 10**9
                found.setdefault(number, []).append((int(first), int(last)))
    return found


def check_comments(
    was: tuple[Sequence[str], Node | None],
    now: tuple[Sequence[str], Node | None],
    inserted: Collection[int],
    touched: Collection[int],
    path: Path,
) -> None:
    """No comment is new; versions are given as their lines and their root."""
    left = Counter(text for _, text in comments(*was, touched))
    for number, comment in comments(*now, inserted):
        left[comment] -= 1
        if left[comment] < 0:
            raise WriteRefusedError(
                f"the comment '{comment}' would be new; nothing was written",
                where=path,
                line=number + 1,
            )


def check_blank_lines(
    was: Node | None,
    now: Node | None,
    lines: Sequence[str],
    inserted: Collection[int],
    instead: Mapping[int, str],
    path: Path,
) -> None:
    """No more of them are new than there are new items and keys to set off.

    ``instead`` has the new values of scalars of ``was``, by the ``id`` of their node.
    """
    blank = [number for number in inserted if not lines[number].strip()]
    beginnings = _beginnings(now, {}) - _beginnings(was, instead)
    if blank and len(blank) > sum(beginnings.values()):
        raise WriteRefusedError(
            "this blank line would be new; nothing was written", where=path, line=blank[-1] + 1
        )


def _beginnings(root: Node | None, instead: Mapping[int, str]) -> Counter[tuple[str, ...]]:
    found: Counter[tuple[str, ...]] = Counter()
    for key, value in root.value if isinstance(root, MappingNode) else ():
        if key.value != "version":
            found[(key.value,)] += 1
        if key.value == "nlu":
            for item in value.value:
                if isinstance(item, MappingNode) and item.value:
                    kind, name = item.value[0]
                    found[(kind.value, instead.get(id(name), str(name.value)))] += 1
    return found
