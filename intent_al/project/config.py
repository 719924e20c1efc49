"""Finds the bot project it stands in and reads its settings; everything has a default.

Sources of a setting, the later wins: the project's own files (``endpoints.yml``, ``data/``,
``domain.yml``), ``intent-al.toml``, environment variables ``INTENT_AL_<TABLE>_<KEY>``. Flags of a
command override single settings where the command says so.
"""

from __future__ import annotations

import dataclasses
import os
import re
import sys
import typing
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intent_al.errors import ConfigError
from intent_al.plugins import did_you_mean, imported
from intent_al.texts.languages import UNDETERMINED, language_tag
from intent_al.texts.personal_data import RULE_NAMES

if sys.version_info >= (3, 11):
    import tomllib
else:  # pragma: no cover - the same library under its older name
    import tomli as tomllib

UNGATED = ("error", "warning", "off")
"""What training data that did not pass the gate is to the build pipeline."""

ENGINES = ("builtin", "rasa", "server")
"""Who predicts: a model of our own, the bot's model in a process of ours, or a running bot."""

CYCLE_APPLY = ("no", "write", "commit")
SECOND_PERSON = "second person"
APPROVAL = ("reviewer", SECOND_PERSON)
"""What an unattended cycle may do with decisions: leave them, write the files, or a branch."""

CONFIG_FILE = "intent-al.toml"
STATE_FOLDER = ".intent-al"

_DIALECTS = "intent_al.training_data.dialects.registry"
"""Imported by name: which makers there are is known above this layer, and by plug-ins."""

_ENCODER = re.compile(r"[A-Za-z][\w.-]*(:\S.*)?")

_LIMITS: Mapping[tuple[str, str], tuple[float, float]] = {
    ("select", "size"): (1, 100_000),
    ("select", "audit_share"): (0, 1),
    ("select", "per_sender"): (1, 100_000),
    ("review", "answers"): (1, 20),
    ("review", "answers_share"): (0, 1),
    ("apply", "new_intent_examples"): (1, 100_000),
    ("gate", "tolerance"): (0, 1),
    ("gate", "minimum_items"): (1, 1_000_000),
    ("gate", "intent_tolerance"): (0, 1),
    ("rasa", "timeout"): (1, 604_800),
    ("rasa", "connections"): (1, 256),
    ("cycle", "decisions"): (1, 1_000_000),
    ("cycle", "days"): (0, 3_650),
    ("cycle", "retire_at"): (0.5, 1),
}


@dataclass(frozen=True, slots=True)
class BotSettings:
    """[bot] - where the bot's files are, relative to the project."""

    name: str = "bot"
    language: str = UNDETERMINED
    data: tuple[str, ...] = ("data",)
    domain: str = "domain.yml"
    dialect: str = ""
    endpoints: str = "endpoints.yml"


@dataclass(frozen=True, slots=True)
class MaskingSettings:
    """[masking] - which personal data is replaced before anything is stored."""

    rules: tuple[str, ...] = RULE_NAMES
    patterns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SelectSettings:
    """[select] - how many utterances a batch has, and how they are chosen."""

    size: int = 50
    strategy: str = "doubt_coverage"
    audit_share: float = 0.1
    per_sender: int = 5
    encoder: str = "tfidf"


@dataclass(frozen=True, slots=True)
class ApplySettings:
    """[apply] - how decisions become training data."""

    out_of_scope_intent: str = ""
    new_intent_examples: int = 8
    new_intent_file: str = ""
    validate: tuple[str, ...] = ()
    approval: str = "reviewer"


@dataclass(frozen=True, slots=True)
class GateSettings:
    """[gate] - what a candidate is judged by. ``test`` names files in formats that are known."""

    test: tuple[str, ...] = ()
    tolerance: float = 0.01
    minimum_items: int = 20
    intent_tolerance: float = 0.2


@dataclass(frozen=True, slots=True)
class LintSettings:
    """[lint] - which rules are not asked."""

    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """[check] - what the bot's build pipeline accepts."""

    allow: tuple[str, ...] = ()
    ungated: str = "error"
    server: str = ""


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """[model] - who predicts, and the built-in model. ``vectors`` names a spaCy pipeline."""

    engine: str = "builtin"
    seed: int = 0
    vectors: str = ""


@dataclass(frozen=True, slots=True)
class RasaSettings:
    """[rasa] - the bot's own interpreter, its models, and the server that it runs on."""

    python: str = ""
    models: str = "models"
    stories: tuple[str, ...] = ()
    timeout: float = 3600.0
    server: str = ""
    connections: int = 4
    token: str = ""
    jwt_secret: str = ""
    jwt_method: str = "HS256"
    server_models: str = ""


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """[review] - how many people are asked about an utterance, and what the page tells them: a
    guideline, and what intents mean."""

    answers: int = 1
    answers_share: float = 1.0
    guideline: str = ""
    descriptions: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CycleSettings:
    """[cycle] - when a scheduled run has enough to learn from, and what it may do by itself."""

    decisions: int = 20
    days: float = 7.0
    apply: str = "no"
    retire_at: float = 0.9
    webhook: str = ""


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """[schedule] - how often `intent-al schedule` runs each job; ``never`` leaves one out."""

    intake: str = "5 minutes"
    cycle: str = "1 day"


@dataclass(frozen=True, slots=True)
class Settings:
    """All tables of ``intent-al.toml``. ``sources`` maps a name to a connector's own settings."""

    bot: BotSettings = field(default_factory=BotSettings)
    masking: MaskingSettings = field(default_factory=MaskingSettings)
    select: SelectSettings = field(default_factory=SelectSettings)
    review: ReviewSettings = field(default_factory=ReviewSettings)
    apply: ApplySettings = field(default_factory=ApplySettings)
    gate: GateSettings = field(default_factory=GateSettings)
    lint: LintSettings = field(default_factory=LintSettings)
    check: CheckSettings = field(default_factory=CheckSettings)
    model: ModelSettings = field(default_factory=ModelSettings)
    rasa: RasaSettings = field(default_factory=RasaSettings)
    cycle: CycleSettings = field(default_factory=CycleSettings)
    schedule: ScheduleSettings = field(default_factory=ScheduleSettings)
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Project:
    """A bot's folder with its settings; every path here is absolute."""

    root: Path
    settings: Settings

    @property
    def state(self) -> Path:
        return self.root / STATE_FOLDER

    @property
    def database(self) -> Path:
        return self.state / "intent-al.db"

    @property
    def journal(self) -> Path:
        return self.state / "apply.journal"

    @property
    def undo(self) -> Path:
        """The records of changes that can be taken back."""
        return self.state / "undo"

    @property
    def snapshots(self) -> Path:
        """What each built-in model has learned from."""
        return self.state / "models"

    @property
    def data_paths(self) -> list[Path]:
        return [self.root / path for path in self.settings.bot.data]

    @property
    def domain_path(self) -> Path:
        return self.root / self.settings.bot.domain

    @property
    def models_path(self) -> Path:
        """Where the bot serves its models from: the newest archive there is live."""
        return self.root / self.settings.rasa.models

    @property
    def test_paths(self) -> list[Path]:
        return [self.root / path for path in self.settings.gate.test]


def find_project(start: Path | None = None) -> Project:
    """The project that ``start`` (the current folder) lies in.

    That is the nearest folder upwards with an ``intent-al.toml``, or with a bot that a dialect
    recognises. Raises ConfigError where there is none.
    """
    start = (start or Path.cwd()).resolve()
    dialects = imported(_DIALECTS)
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return Project(folder, read_settings(folder / CONFIG_FILE))
        if dialects.recognised(folder):
            return Project(folder, read_settings(None, root=folder))
    raise ConfigError(
        f"no {CONFIG_FILE} and no Rasa project (config.yml, domain.yml, data/) here or above; "
        "go to the bot's folder or name it with --project",
        where=start,
    )


def read_settings(
    path: Path | None, *, root: Path | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """The settings of one project, defaults filled in from the bot's own files."""
    document: dict[str, Any] = {}
    if path is not None:
        try:
            document = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise ConfigError(f"this is no TOML: {error}", where=path) from error
        except OSError as error:
            raise ConfigError(f"cannot be read: {error.strerror}", where=path) from error
        root = path.parent
    assert root is not None
    where = path or root
    _refuse_unknown(document, _field_names(Settings) - {"sources"} | {"source"}, "table", where)
    tables = {
        name: _table(kind, _with_environment(name, kind, document, environ), f"[{name}]", where)
        for name, kind in typing.get_type_hints(Settings).items()
        if dataclasses.is_dataclass(kind)
    }
    _check(tables, where)
    tables["bot"] = dataclasses.replace(tables["bot"], language=_language(tables["bot"], where))
    chosen = _with_environment("bot", BotSettings, document, environ)
    if "domain" not in chosen and not (root / tables["bot"].domain).exists():
        tables["bot"] = dataclasses.replace(tables["bot"], domain="domain")
    sources = document.get("source", {})
    if not isinstance(sources, Mapping) or not all(
        isinstance(source, Mapping) for source in sources.values()
    ):
        raise ConfigError("a source is a table of its own: [source.NAME]", where=where)
    return Settings(**tables, sources=sources)


def _field_names(kind: type) -> set[str]:
    return {item.name for item in dataclasses.fields(kind)}


def _refuse_unknown(
    names: Iterable[str], valid: Collection[str], what: str, where: str | Path
) -> None:
    for name in names:
        if name not in valid:
            hint = did_you_mean(name, sorted(valid))
            raise ConfigError(f"unknown {what} {name!r}{hint}", where=where)


def _with_environment(
    name: str, kind: Any, document: Mapping[str, Any], environ: Mapping[str, str]
) -> Any:
    """INTENT_AL_SELECT_SIZE=20 is ``size = 20`` in [select]; other such names are not ours."""
    table = document.get(name, {})
    given = {
        item.name: environ[variable]
        for item in dataclasses.fields(kind)
        if (variable := f"INTENT_AL_{name}_{item.name}".upper()) in environ
    }
    return {**table, **given} if isinstance(table, Mapping) else table


def _table(kind: Any, table: object, title: str, where: str | Path) -> Any:
    if not isinstance(table, Mapping):
        raise ConfigError(f"{title} has to be a table", where=where)
    _refuse_unknown(table, _field_names(kind), f"key in {title}:", where)
    hints = typing.get_type_hints(kind)
    values = {
        key: _value(hints[key], value, f"{title} {key}", where) for key, value in table.items()
    }
    return kind(**values)


def _value(hint: Any, value: object, name: str, where: str | Path) -> Any:
    """Check and convert one value; text is read as its type, as the environment has only text."""
    if typing.get_origin(hint) is tuple:
        items = [part.strip() for part in value.split(",")] if isinstance(value, str) else value
        if isinstance(items, Sequence) and all(isinstance(item, str) for item in items):
            return tuple(item for item in items if item)
        wanted = "a list of texts"
    elif typing.get_origin(hint) is not None:
        if isinstance(value, Mapping) and all(isinstance(item, str) for item in value.values()):
            return dict(value)
        wanted = "a table of texts"
    elif hint is str:
        if isinstance(value, str):
            return value
        wanted = "a text"
    else:
        number = _number(hint, value)
        if number is not None:
            return number
        wanted = "a whole number" if hint is int else "a number"
    raise ConfigError(f"{name} = {value!r} is not {wanted}", where=where)


def _number(hint: type[int] | type[float], value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if hint is int and isinstance(value, float):
        return None
    try:
        return hint(value)
    except (ValueError, OverflowError):
        return None


def _language(bot: BotSettings, where: str | Path) -> str:
    """As the languages of a log are written, so that one language has one name."""
    tag = language_tag(bot.language)
    if tag is None and bot.language != UNDETERMINED:
        raise ConfigError(
            f"[bot] language = {bot.language!r} is no language; give its tag, such as 'en', or "
            f"{UNDETERMINED!r} where it is not known",
            where=where,
        )
    return tag or UNDETERMINED


def _check(tables: Mapping[str, Any], where: str | Path) -> None:
    """What a type cannot say: limits, names, patterns that can be compiled."""
    for (table, key), (low, high) in _LIMITS.items():
        value = getattr(tables[table], key)
        if not low <= value <= high:
            raise ConfigError(
                f"[{table}] {key} = {value} does not lie in {low} to {high}", where=where
            )
    check: CheckSettings = tables["check"]
    _refuse_unknown([check.ungated], UNGATED, "value of [check] ungated:", where)
    _refuse_unknown([tables["model"].engine], ENGINES, "value of [model] engine:", where)
    _refuse_unknown([tables["apply"].approval], APPROVAL, "value of [apply] approval:", where)
    _refuse_unknown([tables["cycle"].apply], CYCLE_APPLY, "value of [cycle] apply:", where)
    encoder = tables["select"].encoder
    if not _ENCODER.fullmatch(encoder):
        raise ConfigError(
            f"[select] encoder = {encoder!r} is no name of an encoder, such as 'tfidf' or "
            "'onnx:FOLDER'",
            where=where,
        )
    masking: MaskingSettings = tables["masking"]
    _refuse_unknown(masking.rules, RULE_NAMES, "rule in [masking] rules:", where)
    for name, pattern in masking.patterns.items():
        try:
            re.compile(pattern)
        except re.error as error:
            raise ConfigError(
                f"[masking.patterns] {name} is no regular expression: {error}", where=where
            ) from error
