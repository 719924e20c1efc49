"""YAML as Rasa sees it, but with the place of every scalar.

PyYAML's ``compose`` gives nodes with exact marks and no types; Rasa reads with ruamel.yaml as YAML
1.2 and then checks types. What a plain scalar would be there is decided here, so that a file is
refused when, and only when, Rasa refuses it.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from intent_al.errors import TrainingDataError
from intent_al.training_data.placed import Place
from intent_al.training_data.source_files import decode

_STR = "tag:yaml.org,2002:str"
_NULL_TAG = "tag:yaml.org,2002:null"
_QUOTED = ("'", '"', "|", ">")
# YAML 1.1 breaks lines at them, YAML 1.2 does not, and ruamel.yaml does something in between.
_DISPUTED_BREAKS = ("\x85", "\u2028", "\u2029")
_VERSION_DIRECTIVE = re.compile(r"^%YAML\s+1\.[01]", re.MULTILINE)

# YAML 1.2 as ruamel.yaml resolves it, plus Rasa's own rule for environment variables.
_NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
_OTHER_TYPES = re.compile(
    r"""(?:true|True|TRUE|false|False|FALSE|<<|=
    |[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+]?[0-9]+)?
    |[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+
    |[-+]?\.[0-9_]+(?:[eE][-+][0-9]+)?
    |[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)
    |[-+]?0b[01_]+|[-+]?0o?[0-7_]+|[-+]?[0-9_]+|[-+]?0x[0-9a-fA-F_]+
    |[0-9]{4}-[0-9]{2}-[0-9]{2}
    |[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]*)?
     (?:[ \t]*(?:Z|[-+][0-9]{1,2}(?::[0-9]{2})?))?
    |.*\$\{.*\}.*)\Z""",
    re.VERBOSE,
)


class _Loader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """Tells texts from what YAML 1.2 makes of plain scalars; converts nothing."""


_Loader.add_implicit_resolver(_NULL_TAG, _NULL, ["~", "n", "N", ""])
_Loader.add_implicit_resolver("other", _OTHER_TYPES, None)


def as_rasa_reads(source: bytes, path: Path | str) -> str:
    r"""Like ``decode``, with ``\u00e9`` turned into its character where Rasa does that.

    It does so in files of ASCII characters only; one emoji elsewhere in the file ends it.
    """
    text = decode(source, path)
    if not source.isascii() or not ("\\u" in text or "\\U" in text):
        return text
    try:
        return unescaped(source)
    except UnicodeDecodeError as error:
        raise TrainingDataError(
            r"a backslash-u in it is no complete \uXXXX escape, so Rasa cannot read the file; "
            "remove the backslash",
            where=path,
            line=source.count(b"\n", 0, _broken_escape(source, error)) + 1,
        ) from None


def has_escapes(source: bytes, path: Path | str) -> bool:
    r"""Whether Rasa decodes a ``\u00e9`` in it."""
    if not source.isascii() or not (b"\\u" in source or b"\\U" in source):
        return False
    return as_rasa_reads(source, path) != decode(source, path)


def unescaped(source: bytes) -> str:
    r"""ASCII with every ``\u00e9`` turned into its character, as Rasa does it."""
    escaped = source.decode("raw_unicode_escape")
    return escaped.encode("utf-16", "surrogatepass").decode("utf-16")


def _broken_escape(source: bytes, error: UnicodeDecodeError) -> int:
    return error.start if error.encoding == "rawunicodeescape" else source.find(b"\\u")


@lru_cache(maxsize=2)
def compose(text: str, path: Path | str) -> Node | None:
    """The root node, or None for an empty file; raises TrainingDataError for what is no YAML.

    Nobody changes nodes, so the last ones are kept: an edit and its check start from one text.
    """
    if "%YAML" in text and _VERSION_DIRECTIVE.search(text):
        raise TrainingDataError("it asks for YAML 1.1; remove the %YAML line", where=path, line=1)
    # One search for each is much faster than one of a regular expression.
    disputed = [] if text.isascii() else [one for one in _DISPUTED_BREAKS if one in text]
    if disputed:
        raise TrainingDataError(
            f"the line separator U+{ord(disputed[0]):04X} is read differently by different YAML "
            "readers; replace it by a space",
            where=path,
            line=text.count("\n", 0, text.index(disputed[0])) + 1,
        )
    try:
        root: Node | None = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise TrainingDataError(
            f"not valid YAML: {_one_line(error.problem or error.context or 'cannot be parsed')}",
            where=path,
            line=mark.line + 1 if mark else None,
        ) from None
    except yaml.reader.ReaderError as error:
        character = error.character if isinstance(error.character, int) else ord(error.character)
        raise TrainingDataError(
            f"the character U+{character:04X} is not allowed in YAML; remove it",
            where=path,
            line=text.count("\n", 0, max(0, text.find(chr(character)))) + 1,
        ) from None
    except yaml.YAMLError as error:
        raise TrainingDataError(f"not valid YAML: {_one_line(str(error))}", where=path) from None
    if root is not None:
        _check_keys(root, path)
        _refuse_cycles(root, path)
    return root


def _one_line(problem: str) -> str:
    hint = "; indent with spaces, not with tabs" if "'\\t'" in problem else ""
    return " ".join(problem.split()) + hint


def _check_keys(root: Node, path: Path | str) -> None:
    for node in walk(root):
        if not isinstance(node, MappingNode):
            continue
        seen: set[tuple[str, str]] = set()
        for key, _ in node.value:
            if not isinstance(key, ScalarNode):
                raise TrainingDataError(
                    "a key must be a name, not a list or mapping", where=path, line=line_of(key)
                )
            if key.value == "<<":
                continue
            name = (kind(key), key.value)
            if name in seen:
                raise TrainingDataError(
                    f"the key '{key.value}' occurs twice in one mapping; remove one of them",
                    where=path,
                    line=line_of(key),
                )
            seen.add(name)


def _refuse_cycles(root: Node, path: Path | str) -> None:
    """An alias to a node around it has no end."""
    entered: set[int] = set()
    left: set[int] = set()
    waiting: list[tuple[Node, bool]] = [(root, False)]
    while waiting:
        node, done = waiting.pop()
        if done:
            left.add(id(node))
        elif id(node) in entered and id(node) not in left:
            raise TrainingDataError("an alias repeats itself", where=path, line=line_of(node))
        elif id(node) not in entered:
            entered.add(id(node))
            waiting.append((node, True))
            waiting.extend((child, False) for child in _children(node))


def _children(node: Node) -> list[Node]:
    if isinstance(node, MappingNode):
        return [child for pair in node.value for child in pair]
    return list(node.value) if isinstance(node, SequenceNode) else []


def walk(root: Node) -> Iterator[Node]:
    """Every node once, also where aliases lead to it several times, in the order of the file."""
    waiting = [root]
    seen: set[int] = set()
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield node
        waiting.extend(reversed(_children(node)))


def text_lines_with_ends(text: str) -> list[str]:
    """The lines with their ends, as the parser breaks them; no last empty one."""
    return list(io.StringIO(text, newline=""))


def line_of(node: Node) -> int:
    return int(node.start_mark.line) + 1


def place_of(node: Node, path: Path) -> Place:
    """Where a node starts; the end is that of a scalar on one line, else the column is open."""
    start, end = node.start_mark, node.end_mark
    one_line = isinstance(node, ScalarNode) and start.line == end.line
    return Place(path, start.line + 1, start.column + 1, end.column + 1 if one_line else 0)


def kind(node: Node) -> str:
    """'str', 'null', 'other' (a number, a date, an environment variable …), 'map' or 'seq'."""
    if isinstance(node, MappingNode):
        return "map"
    if isinstance(node, SequenceNode):
        return "seq"
    return {_STR: "str", _NULL_TAG: "null"}.get(node.tag, "other")


def reads_as_text(plain: str) -> bool:
    """Whether an unquoted scalar would be a text, and no number, date, truth value or nothing."""
    return not (_NULL.match(plain) or _OTHER_TYPES.match(plain))


def pairs(node: MappingNode) -> list[tuple[Node, Node]]:
    """The entries of a mapping with what ``<<`` merges into it."""
    own: list[tuple[Node, Node]] = []
    merged: list[tuple[Node, Node]] = []
    for key, value in node.value:
        if isinstance(key, ScalarNode) and key.value == "<<" and key.style not in _QUOTED:
            parents = value.value if isinstance(value, SequenceNode) else [value]
            for parent in parents:
                if isinstance(parent, MappingNode):
                    merged.extend(pairs(parent))
        else:
            own.append((key, value))
    known = {key.value for key, _ in own if isinstance(key, ScalarNode)}
    return own + [(key, value) for key, value in merged if key.value not in known]


def canonical(node: Node, instead: Mapping[int, str] = MappingProxyType({})) -> str:
    """A text that is equal for equal values, to compare what is given no meaning here.

    ``instead`` has other values for some scalars, by the ``id`` of their node.
    """
    return json.dumps(_plain(node, instead), ensure_ascii=False)


def canonical_text(text: str) -> str:
    """What ``canonical`` gives for a scalar that is this text."""
    return json.dumps(text, ensure_ascii=False)


def _plain(node: Node, instead: Mapping[int, str]) -> object:
    if isinstance(node, MappingNode):
        return {str(_plain(key, instead)): _plain(value, instead) for key, value in pairs(node)}
    if isinstance(node, SequenceNode):
        return [_plain(child, instead) for child in node.value]
    if id(node) in instead:
        return instead[id(node)]
    what = kind(node)
    if what == "null":
        return None
    return node.value if what == "str" else {"": node.value}
