"""What a project can set in ``intent-al.toml``: a class a table, a key with what it means.

``docs/configuration.md`` is generated from here. Read by ``config``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connectors.settings import coerce, option
from intent_al.texts.languages import UNDETERMINED, language_tag
from intent_al.texts.personal_data import RULE_NAMES

UNGATED = ("error", "warning", "off")
"""What training data that did not pass the gate is to the build pipeline."""

ENGINES = ("builtin", "rasa", "server")
"""Who predicts: a model of our own, the bot's model in a process of ours, or a running bot."""

CYCLE_APPLY = ("no", "write", "commit")
"""What an unattended cycle may do with decisions: leave them, write the files, or a branch."""

SECOND_PERSON = "second person"
APPROVAL = ("reviewer", SECOND_PERSON)

_ENCODER = re.compile(r"[A-Za-z][\w.-]*(:\S.*)?")


def _encoder(value: object) -> str:
    if not isinstance(value, str) or not _ENCODER.fullmatch(value):
        raise ValueError("the name of an encoder, such as 'tfidf' or 'onnx:FOLDER'")
    return value


def _patterns(value: object) -> object:
    patterns = coerce(Mapping[str, str], value)
    assert isinstance(patterns, Mapping)
    for name, pattern in patterns.items():
        try:
            re.compile(pattern)
        except re.error as error:
            raise ValueError(f"regular expressions ({name}: {error})") from error
    return patterns


def _language(value: object) -> str:
    """As the languages of a log are written, so that one language has one name."""
    tag = language_tag(value) if isinstance(value, str) else None
    if tag is None and value != UNDETERMINED:
        raise ValueError(
            f"the tag of a language, such as 'en', or {UNDETERMINED!r} where it is not known"
        )
    return tag or UNDETERMINED


@dataclass(frozen=True, slots=True)
class BotSettings:
    """[bot] - where the bot's files are, relative to the project."""

    name: str = option(
        "bot", help="Name of the bot; conversations of several bots are kept apart by it."
    )
    language: str = option(
        UNDETERMINED,
        parse=_language,
        help="Language of what the log [names no language](how-it-works.md#languages-and-channels) "
        "for, as a tag such as `en`; `und` is undetermined.",
    )
    data: tuple[str, ...] = option(
        ("data",), help="Folders and files with the bot's NLU training data."
    )
    domain: str = option(
        "domain.yml",
        help="The domain file or folder; without a `domain.yml`, the folder `domain`.",
    )
    dialect: str = option(
        "", help="The maker whose files these are; empty: found by looking at the folder."
    )
    endpoints: str = option("endpoints.yml", help="Where the bot's tracker store is named.")


@dataclass(frozen=True, slots=True)
class MaskingSettings:
    """[masking] - which personal data is replaced before anything is stored."""

    rules: tuple[str, ...] = option(
        RULE_NAMES,
        choices=RULE_NAMES,
        help="Which kinds of personal data are replaced; a shorter list masks less.",
    )
    patterns: Mapping[str, str] = option(
        {}, parse=_patterns, help="Further patterns: a name and a regular expression each."
    )


@dataclass(frozen=True, slots=True)
class SelectSettings:
    """[select] - how many utterances a batch has, and how they are chosen."""

    size: int = option(50, minimum=1, maximum=100_000, help="Utterances in a batch.")
    strategy: str = option(
        "doubt_coverage",
        help="How utterances are [chosen](strategies.md), or a combination, such as "
        "`0.7*margin + 0.3*density`.",
    )
    audit_share: float = option(
        0.1,
        minimum=0,
        maximum=1,
        help="Share of a batch that is drawn blindly from the traffic.",
    )
    per_sender: int = option(
        5, minimum=1, maximum=100_000, help="Utterances of one sender in a batch, at most."
    )
    encoder: str = option(
        "tfidf",
        parse=_encoder,
        help="What makes [vectors](encoders.md) of texts; a relative folder starts from the bot's.",
    )


@dataclass(frozen=True, slots=True)
class ApplySettings:
    """[apply] - how decisions become training data."""

    out_of_scope_intent: str = option(
        "", help="The intent that learns out-of-scope texts; empty: none does."
    )
    new_intent_examples: int = option(
        8,
        minimum=1,
        maximum=100_000,
        help="Examples that a new intent needs before it is written.",
    )
    new_intent_file: str = option(
        "", help="The file for new intents; empty: the file with the most intents."
    )
    validate: tuple[str, ...] = option(
        (),
        help="A command, as a list, that has to succeed in a scratch copy before `apply` writes, "
        'such as `["rasa", "data", "validate", "--fail-on-warnings"]`; empty: none.',
    )
    approval: str = option(
        "reviewer",
        choices=APPROVAL,
        help='Who approves a decision: its `"reviewer"`, or a `"second person"`.',
    )


@dataclass(frozen=True, slots=True)
class GateSettings:
    """[gate] - what a candidate is judged by. ``test`` names files in formats that are known."""

    test: tuple[str, ...] = option(
        (), help="What candidates are judged by: files in any of the [formats](formats.md)."
    )
    tolerance: float = option(
        0.01,
        minimum=0,
        maximum=1,
        help="Loss of accuracy that is put up with, as a fraction.",
    )
    minimum_items: int = option(
        20,
        minimum=1,
        maximum=1_000_000,
        help="Test items below which the gate does not decide.",
    )
    intent_tolerance: float = option(
        0.2,
        minimum=0,
        maximum=1,
        help="Loss of F1 of a single intent that is put up with, as a fraction; holds for intents "
        "with at least 20 test items.",
    )


@dataclass(frozen=True, slots=True)
class LintSettings:
    """[lint] - which rules are not asked."""

    off: tuple[str, ...] = option((), help="[Rules](lint.md#rules) that are not asked.")


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """[check] - what the bot's build pipeline accepts."""

    allow: tuple[str, ...] = option(
        (), help="Personal data that may stand in the bot's files; `*` is any text."
    )
    ungated: str = option(
        "error",
        choices=UNGATED,
        help="What training data that did not pass the gate is to `check`: `error`, `warning` or "
        "`off`.",
    )
    server: str = option(
        "",
        help="The `intent-al` server that knows what waits; its token is `INTENT_AL_TOKEN`.",
    )


@dataclass(frozen=True, slots=True)
class ModelSettings:
    """[model] - who predicts, and the built-in model. ``vectors`` names a spaCy pipeline."""

    engine: str = option(
        "builtin",
        choices=ENGINES,
        help="Who predicts: `builtin`, a model of our own; `rasa`, the bot's model in a process of "
        "its own interpreter; `server`, a running bot.",
    )
    seed: int = option(0, help="Seed of everything that is random.")
    vectors: str = option("", help="An installed spaCy pipeline with word vectors; empty: none.")


@dataclass(frozen=True, slots=True)
class RasaSettings:
    """[rasa] - the bot's own interpreter, its models, and the server that it runs on."""

    python: str = option(
        "", help="Interpreter of the bot's environment; empty: this one, where it has Rasa."
    )
    models: str = option(
        "models",
        help="Where the bot serves its models from: the newest archive there is live.",
    )
    stories: tuple[str, ...] = option(
        (), help="Test stories that a candidate has to pass as the current model does."
    )
    timeout: float = option(
        3600.0,
        minimum=1,
        maximum=604_800,
        help="Seconds that one step of Rasa may take: a training, a load, a test.",
    )
    server: str = option(
        "", help="URL of the running bot, such as `http://localhost:5005`; empty: none."
    )
    connections: int = option(
        4, minimum=1, maximum=256, help="Connections to the server at a time."
    )
    token: str = option(
        "", secret=True, help="The server's `--auth-token`; better as `INTENT_AL_RASA_TOKEN`."
    )
    jwt_secret: str = option(
        "",
        secret=True,
        help="The server's `--jwt-secret`; better as `INTENT_AL_RASA_JWT_SECRET`.",
    )
    jwt_method: str = option(
        "HS256", help="The server's `--jwt-method`: `HS256`, `HS384` or `HS512`."
    )
    server_models: str = option(
        "", help="`rasa.models` as the server's own disk has it; empty: the same path."
    )


@dataclass(frozen=True, slots=True)
class ReviewSettings:
    """[review] - how many people are asked about an utterance, and what the page tells them: a
    guideline, and what intents mean."""

    answers: int = option(
        1,
        minimum=1,
        maximum=20,
        help="People who are asked about each utterance: they agree, or one more decides.",
    )
    answers_share: float = option(
        1.0,
        minimum=0,
        maximum=1,
        help="Share of a batch that so many are asked about; about the rest, one.",
    )
    guideline: str = option("", help="What the review page tells reviewers under *Guideline*.")
    descriptions: Mapping[str, str] = option(
        {}, help="What each intent means, by its name: shown on its button."
    )


@dataclass(frozen=True, slots=True)
class CycleSettings:
    """[cycle] - when a scheduled run has enough to learn from, and what it may do by itself."""

    decisions: int = option(
        20, minimum=1, maximum=1_000_000, help="New decisions that start a cycle."
    )
    days: float = option(
        7.0,
        minimum=0,
        maximum=3_650,
        help="Days after which fewer decisions, but at least one, start it, too.",
    )
    apply: str = option(
        "no",
        choices=CYCLE_APPLY,
        help="What a cycle may do with decisions that wait: `no` leaves them to `intent-al apply`, "
        "`write` changes the bot's files, `commit` makes a branch.",
    )
    retire_at: float = option(
        0.9,
        minimum=0.5,
        maximum=1,
        help="Confidence of the promoted model at which an utterance leaves the queue.",
    )
    webhook: str = option(
        "",
        secret=True,
        help="URL that is told the outcome of each cycle, as JSON without texts.",
    )


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """[schedule] - how often `intent-al schedule` runs each job; ``never`` leaves one out."""

    intake: str = option(
        "5 minutes",
        help="How often `intent-al schedule` runs `intake`, such as `30 seconds`, `5 minutes`, "
        "`1 day`; `never` leaves it out.",
    )
    cycle: str = option("1 day", help="How often it runs `cycle`.")


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
