"""Adds our broker and annotator to a bot's ``endpoints.yml`` and ``config.yml``: two places, and
not a byte anywhere else."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from intent_al import inside_rasa
from intent_al.engines.rasa.project import mapping
from intent_al.errors import ConfigError, WriteRefusedError
from intent_al.project.config import Project
from intent_al.system.durable import replace_file
from intent_al.training_data.changes.changeset import ChangeSet, FileChange

INSTALLED = "intent_al.inside_rasa"
COPIED = "intent_al_in_rasa"
"""The package's name where it lies in the bot's folder, for environments without us."""

BROKER, ANNOTATOR = "event_broker.SpoolBroker", "annotator.UncertaintyAnnotator"
_PARTS = ("__init__.py", "annotator.py", "event_broker.py", "spool.py", "uncertainty.py")


@dataclass(frozen=True, slots=True)
class Installation:
    """What has to change; empty where everything is there. ``copies`` go into ``package``."""

    change: ChangeSet
    package: Path | None
    copies: tuple[Path, ...] = ()

    @property
    def complete(self) -> bool:
        return not self.change.files and not self.copies


def plan(project: Project, *, copy: bool = False) -> Installation:
    """Raises ConfigError for files that are no YAML, or that are laid out in a way in which nothing
    can be inserted."""
    package = COPIED if copy else INSTALLED
    changes = []
    endpoints = project.root / project.settings.bot.endpoints
    config = project.root / "config.yml"
    for path, insert, kind in (
        (endpoints, _with_broker, f"{package}.{BROKER}"),
        (config, _with_annotator, f"{package}.{ANNOTATOR}"),
    ):
        before = path.read_bytes() if path.exists() else None
        if before is None and path == config:
            raise ConfigError("is missing: this is no bot's folder", where=path)
        after = insert(before or b"", kind, path)
        if after != before:
            changes.append(FileChange(path, before, after))
    target = project.root / COPIED if copy else None
    return Installation(
        ChangeSet(project.root, tuple(changes)), target, _missing(target) if target else ()
    )


def install(installation: Installation) -> None:
    """Write it. The package goes first: without it the bot would not start with the new lines."""
    for source in installation.copies:
        assert installation.package is not None
        installation.package.mkdir(exist_ok=True)
        shutil.copyfile(source, installation.package / source.name)
    for file in installation.change.files:
        assert file.after is not None
        replace_file(file.path, file.after)


def _missing(package: Path) -> tuple[Path, ...]:
    here = Path(inside_rasa.__file__).parent
    found = []
    for name in _PARTS:
        known = package / name
        if not known.exists() or known.read_bytes() != (here / name).read_bytes():
            found.append(here / name)
    return tuple(found)


def _with_broker(source: bytes, kind: str, path: Path) -> bytes:
    """``event_broker:`` with our type; one that is there becomes its ``inner:``."""
    text, end = _text(source, path)
    known = mapping(text, path)
    broker = known.get("event_broker")
    if isinstance(broker, dict) and str(broker.get("type")).endswith(f".{BROKER}"):
        return source
    if broker is None:
        if "event_broker" in known:
            raise _laid_out("event_broker is empty", path)
        joined = _ended(text, end) + end.join(["event_broker:", f"  type: {kind}"]) + end
    else:
        node = _value(text, "event_broker", path)
        if not isinstance(node, yaml.MappingNode) or node.flow_style:
            raise _laid_out("event_broker is not a block of its own", path)
        rows = text.split("\n")
        first, last = node.start_mark.line, _last_line(node)
        pad = " " * node.start_mark.column
        moved = [f"  {row}" if row.strip() else row for row in rows[first : last + 1]]
        carriage = "\r" if end == "\r\n" else ""
        new = [f"{pad}type: {kind}{carriage}", f"{pad}inner:{carriage}", *moved]
        joined = "\n".join([*rows[:first], *new, *rows[last + 1 :]])
    wanted: dict[str, Any] = {"type": kind}
    if broker is not None:
        wanted["inner"] = broker
    return _checked(source, joined, path, {**known, "event_broker": wanted})


def _with_annotator(source: bytes, kind: str, path: Path) -> bytes:
    """Our component, last in ``pipeline:``."""
    text, end = _text(source, path)
    known = mapping(text, path)
    pipeline = known.get("pipeline")
    if not isinstance(pipeline, list) or not pipeline:
        raise ConfigError(
            "has no pipeline with components in it; see Rasa's documentation", where=path
        )
    names = [one.get("name") if isinstance(one, dict) else one for one in pipeline]
    if any(str(name).endswith(f".{ANNOTATOR}") for name in names):
        return source
    node = _value(text, "pipeline", path)
    if not isinstance(node, yaml.SequenceNode) or node.flow_style:
        raise _laid_out("the pipeline is not a list with one component a line", path)
    rows = text.split("\n")
    carriage = "\r" if end == "\r\n" else ""
    line = f"{' ' * node.start_mark.column}- name: {kind}{carriage}"
    last = _last_line(node)
    if last + 1 >= len(rows):  # the file ends without a line break
        rows[last] += carriage
        joined = "\n".join([*rows, f"{line}\n"])
    else:
        joined = "\n".join([*rows[: last + 1], line, *rows[last + 1 :]])
    return _checked(source, joined, path, {**known, "pipeline": [*pipeline, {"name": kind}]})


def _text(source: bytes, path: Path) -> tuple[str, str]:
    """The text, and how its lines end."""
    try:
        text = source.decode("utf-8")
    except UnicodeDecodeError as error:
        raise ConfigError(f"is no UTF-8 ({error.reason})", where=path) from None
    return text, "\r\n" if "\r\n" in text else "\n"


def _value(text: str, key: str, path: Path) -> yaml.Node:
    """The node behind a key at the top; only called where there is one."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if not isinstance(root, yaml.MappingNode) or root.flow_style:
        raise _laid_out("the file is written in braces", path)
    found: yaml.Node = next(value for name, value in root.value if name.value == key)
    return found


def _last_line(node: yaml.Node) -> int:
    """The line in which the last word of a block stands; comments behind it are not part of it."""
    while isinstance(node, yaml.CollectionNode) and node.value and not node.flow_style:
        last = node.value[-1]
        node = last[1] if isinstance(last, tuple) else last
    mark = node.end_mark
    block = isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")
    return max(node.start_mark.line, mark.line - 1 if block or mark.column == 0 else mark.line)


def _ended(text: str, end: str) -> str:
    if not text or text.endswith("\n"):
        return text + (end if text.strip() else "")
    return text + end + end


def _checked(source: bytes, after: str, path: Path, wanted: dict[str, Any]) -> bytes:
    """The new bytes mean what was meant, and every old line is still there, in order."""
    kept = iter(line.strip() for line in after.split("\n"))
    lost = [line for line in source.decode().split("\n") if line.strip() not in kept]
    if mapping(after, path) != wanted or lost:
        raise WriteRefusedError("cannot be changed without harm; add the lines by hand", where=path)
    return after.encode()


def _laid_out(what: str, path: Path) -> ConfigError:
    return ConfigError(f"{what}; add the lines by hand", where=path)
