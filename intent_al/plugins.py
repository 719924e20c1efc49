"""What is found by its name while the program runs, so that nobody imports what is not used.

``connectors.plugins`` finds it; here stands where our own modules have gone, for plug-ins that
others wrote before.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from connectors import plugins
from connectors.contract import checks_of, with_tests
from connectors.names import did_you_mean, nearest
from connectors.plugins import Plugins, imported, modules_of

__all__ = [
    "MOVED",
    "Plugins",
    "checks_of",
    "did_you_mean",
    "imported",
    "modules_of",
    "nearest",
    "with_tests",
]

_DATA = "intent_al.training_data"
_RASA = f"{_DATA}.dialects.rasa"
_ENGINE = "intent_al.engines.rasa"

MOVED: Mapping[str, str] = MappingProxyType(
    {
        **plugins.MOVED,
        "intent_al.agreement": "intent_al.evaluation.agreement",
        "intent_al.config": "intent_al.project.config",
        "intent_al.labelled": f"{_DATA}.labelled",
        "intent_al.linear": "intent_al.nlu.linear",
        "intent_al.locks": "intent_al.project.locks",
        "intent_al.masking": "intent_al.texts.masking",
        "intent_al.personal_data": "intent_al.texts.personal_data",
        "intent_al.plain": "intent_al.texts.plain",
        "intent_al.state": "intent_al.project.state",
        "intent_al.turns": "intent_al.store.turn_kinds",
        "intent_al.webhook": "intent_al.system.webhook",
        "intent_al.encoders.ngrams": "intent_al.texts.ngrams",
        "intent_al.engines": "intent_al.engines.base",
        "intent_al.builtin_models": "intent_al.engines.builtin_models",
        "intent_al.rasa_archive": f"{_ENGINE}.archive",
        "intent_al.rasa_commands": f"{_ENGINE}.commands",
        "intent_al.rasa_install": f"{_ENGINE}.install",
        "intent_al.rasa_project": f"{_ENGINE}.project",
        "intent_al.rasa_python": f"{_ENGINE}.interpreter",
        "intent_al.rasa_server": f"{_ENGINE}.server",
        "intent_al.nlu.rasa_http": f"{_ENGINE}.http_model",
        "intent_al.nlu.rasa_ids": f"{_ENGINE}.ids",
        "intent_al.nlu.rasa_model": f"{_ENGINE}.model",
        "intent_al.nlu.rasa_process": f"{_ENGINE}.process",
        "intent_al.nlu.rasa_spans": f"{_ENGINE}.spans",
        "intent_al.nlu.retrieval": f"{_ENGINE}.retrieval",
        f"{_DATA}.changes": f"{_DATA}.changes.plan",
        f"{_DATA}.changeset": f"{_DATA}.changes.changeset",
        f"{_DATA}.file_diff": f"{_DATA}.changes.file_diff",
        f"{_DATA}.judging": f"{_DATA}.changes.judging",
        f"{_DATA}.refactor": f"{_DATA}.changes.refactor",
        f"{_DATA}.durable": "intent_al.system.durable",
        f"{_DATA}.near": "intent_al.texts.near",
        f"{_DATA}.project": f"{_DATA}.bot_files",
        f"{_DATA}.findings": f"{_DATA}.lint.findings",
        f"{_DATA}.domain": f"{_RASA}.domain",
        f"{_DATA}.editing": f"{_RASA}.editing",
        f"{_DATA}.extractors": f"{_RASA}.extractors",
        f"{_DATA}.format_version": f"{_RASA}.format_version",
        f"{_DATA}.json_places": f"{_RASA}.json_places",
        f"{_DATA}.mentions": f"{_RASA}.mentions",
        f"{_DATA}.project_files": f"{_RASA}.files",
        f"{_DATA}.rasa_json": f"{_RASA}.nlu_json",
        f"{_DATA}.rasa_yaml": f"{_RASA}.nlu_yaml",
        f"{_DATA}.sanitise": f"{_RASA}.sanitise",
        f"{_DATA}.schema": f"{_RASA}.schema",
        f"{_DATA}.yaml_nodes": f"{_RASA}.yaml_nodes",
        f"{_DATA}.formats.rasa_json": f"{_RASA}.whole_json",
        f"{_DATA}.formats.rasa_yaml": f"{_RASA}.whole_yaml",
        f"{_DATA}.git": f"{_DATA}.repository.git",
        f"{_DATA}.journal": f"{_DATA}.repository.journal",
        f"{_DATA}.ledger": f"{_DATA}.repository.ledger",
        f"{_DATA}.publish": f"{_DATA}.repository.publish",
        f"{_DATA}.scratch": f"{_DATA}.repository.scratch",
        f"{_DATA}.training_copy": f"{_DATA}.repository.training_copy",
        f"{_DATA}.undo": f"{_DATA}.repository.undo",
    }
)
