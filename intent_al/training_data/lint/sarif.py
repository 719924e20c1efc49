"""Findings as SARIF 2.1.0, which code hosts show beside the lines of a change.

Source: OASIS, "Static Analysis Results Interchange Format (SARIF) Version 2.1.0", 2020, with
errata 01.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from intent_al import __version__
from intent_al.texts.plain import visible
from intent_al.training_data.lint import Rule
from intent_al.training_data.lint.findings import Finding
from intent_al.training_data.placed import Place

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
FINGERPRINT = "intentAlFinding/v1"


def sarif(findings: Sequence[Finding], rules: Sequence[Rule], root: Path) -> dict[str, Any]:
    """One run; paths are those of the findings as seen from ``root``, absolute outside of it.

    Every finding has to be of one of ``rules``.
    """
    number = {rule.name: place for place, rule in enumerate(rules)}
    seen: Counter[str] = Counter()
    results = []
    for finding in findings:
        mark = _mark(finding)
        seen[mark] += 1
        results.append(_result(finding, number[finding.rule], f"{mark}:{seen[mark]}", root))
    driver = {
        "name": "intent-al",
        "semanticVersion": __version__,
        "rules": [_rule(rule) for rule in rules],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(rule: Rule) -> dict[str, Any]:
    summary = {"text": _plain(rule.summary)}
    return {
        "id": rule.name,
        "shortDescription": summary,
        "fullDescription": summary,
        "help": {"text": _plain(f'[lint] off = ["{rule.name}"] in intent-al.toml turns it off.')},
        "defaultConfiguration": {"level": rule.severity.value},
    }


def _result(finding: Finding, number: int, fingerprint: str, root: Path) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": number,
        "level": finding.severity.value,
        "message": {"text": _plain(finding.message)},
        "locations": [{"physicalLocation": _location(finding.place, root)}],
        "partialFingerprints": {FINGERPRINT: fingerprint},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, "physicalLocation": _location(place, root)}
            for number, place in enumerate(finding.related, 1)
        ]
    return result


def _location(place: Place, root: Path) -> dict[str, Any]:
    region = {"startLine": place.line}
    if place.column:
        region["startColumn"] = place.column
        if place.end:
            region["endColumn"] = place.end
    return {"artifactLocation": _artifact(place.path, root), "region": region}


def _artifact(path: Path, root: Path) -> Mapping[str, str]:
    whole = Path(os.path.normpath(root / path))
    if not whole.is_relative_to(root):
        return {"uri": whole.as_uri()}
    uri = quote(whole.relative_to(root).as_posix(), errors="surrogateescape")
    return {"uri": uri, "uriBaseId": "%SRCROOT%"}


def _plain(text: str) -> str:
    """A message has placeholders in braces and links in brackets; a text of strangers has neither.

    Brackets alone stay as they are: only where one could be a link it is broken.
    """
    shown = visible(text).replace("{", "{{").replace("}", "}}")
    if "](" in shown:
        shown = shown.replace("\\", "\\\\").replace("](", "\\](")
    return shown


def _mark(finding: Finding) -> str:
    """Known again after lines before it came and went."""
    parts = (finding.rule, finding.place.path.as_posix(), finding.about or finding.message)
    whole = "\0".join(parts).encode("utf-8", "surrogatepass")
    return hashlib.sha256(whole).hexdigest()[:32]
