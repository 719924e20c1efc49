"""SARIF as its specification has it, whatever strangers wrote into the texts."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from intent_al.training_data.lint.sarif import FINGERPRINT
from tests.support.commands import Call

PROPERTIES = {
    "sarifLog": {"$schema", "version", "runs"},
    "run": {"tool", "columnKind", "results"},
    "driver": {"name", "semanticVersion", "rules"},
    "rule": {"id", "shortDescription", "fullDescription", "help", "defaultConfiguration"},
    "result": {"ruleId", "ruleIndex", "level", "message", "locations", "relatedLocations",
               "partialFingerprints"},
    "region": {"startLine", "startColumn", "endColumn"},
}  # fmt: skip
LINK = re.compile(r"(?<!\\)(?:\\\\)*\]\(")

HOSTILE = """
- intent: greet
  examples:
  - text: "see [this](http://evil.example) {0} <b>&amp;"
  - text: "back\\\\](http://evil.example) [x"
  - text: "emoji 😂 here"
- intent: other
  examples: |
    - plain
    - emoji 😂 here
    - a {b} [c] \\
- intent: greet
  examples: |
    - plain
    - a {b} [c] \\
"""


@pytest.fixture
def hostile(bot: Path) -> Path:
    folder = bot / "data" / "ä b#c"
    folder.mkdir()
    (folder / "100%.yml").write_text("nlu:" + HOSTILE + HOSTILE, encoding="utf-8")
    return bot


def log(call: Call, project: Path) -> dict[str, Any]:
    return call("lint", "--sarif", project=project).data


def results(call: Call, project: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = log(call, project)["runs"][0]["results"]
    return found


def test_objects_have_what_they_must_have_and_nothing_unknown(call: Call, hostile: Path) -> None:
    document = log(call, hostile)
    assert set(document) == PROPERTIES["sarifLog"]
    assert document["version"] == "2.1.0"
    (run,) = document["runs"]
    assert set(run) == PROPERTIES["run"]
    assert run["columnKind"] == "unicodeCodePoints"
    driver = run["tool"]["driver"]
    assert set(driver) == PROPERTIES["driver"]
    assert re.fullmatch(r"\d+\.\d+\.\d+", driver["semanticVersion"])
    for rule in driver["rules"]:
        assert set(rule) == PROPERTIES["rule"]
        assert all(rule[name]["text"] for name in ("shortDescription", "fullDescription", "help"))
    assert run["results"]
    for result in run["results"]:
        assert set(result) | {"relatedLocations"} == PROPERTIES["result"]
        rule = driver["rules"][result["ruleIndex"]]
        assert rule["id"] == result["ruleId"]
        assert rule["defaultConfiguration"]["level"] == result["level"]
        assert result["level"] in ("error", "warning", "note")
        assert result["message"]["text"]
        assert len(result["locations"]) == 1
        related = result.get("relatedLocations", [])
        assert len({one["id"] for one in related}) == len(related)


def test_places_are_those_of_the_text_in_code_points(call: Call, hostile: Path) -> None:
    for result in results(call, hostile):
        for location in (*result["locations"], *result.get("relatedLocations", ())):
            physical = location["physicalLocation"]
            artifact, region = physical["artifactLocation"], physical["region"]
            assert artifact["uriBaseId"] == "%SRCROOT%"
            assert re.fullmatch(r"[A-Za-z0-9%/._~-]+", artifact["uri"])
            lines = (hostile / unquote(artifact["uri"])).read_text(encoding="utf-8").split("\n")
            assert set(region) <= PROPERTIES["region"]
            assert 1 <= region["startLine"] <= len(lines)
            line = lines[region["startLine"] - 1]
            assert 1 <= region["startColumn"] < region["endColumn"] <= len(line) + 1
            if "emoji" in result["message"]["text"] and '"' not in line:
                assert line[region["startColumn"] - 1 : region["endColumn"] - 1] == "emoji 😂 here"


def test_messages_hold_no_links_and_no_placeholders(call: Call, hostile: Path) -> None:
    messages = [result["message"]["text"] for result in results(call, hostile)]
    assert any("evil.example" in message for message in messages)
    for message in messages:
        assert not LINK.search(message), message
        assert "{" not in message.replace("{{", "")
        assert "}" not in message.replace("}}", "")
    assert any("'a {{b}} [c] \\'" in message for message in messages)


def fingerprints(found: list[dict[str, Any]]) -> list[str]:
    return sorted(result["partialFingerprints"][FINGERPRINT] for result in found)


def test_fingerprints_survive_moved_lines(call: Call, hostile: Path) -> None:
    before = results(call, hostile)
    path = hostile / "data" / "ä b#c" / "100%.yml"
    path.write_text("# a comment\n\n" + path.read_text(encoding="utf-8"), encoding="utf-8")
    after = results(call, hostile)
    assert fingerprints(before) == fingerprints(after)
    assert len(set(fingerprints(before))) == len(before)
    assert [one["locations"] for one in before] != [one["locations"] for one in after]


def test_no_findings_are_a_run_without_results(call: Call, bot: Path) -> None:
    called = call("lint", "--sarif", project=bot)
    assert called.code == 0
    assert called.data["runs"][0]["results"] == []
    assert called.err == ""


def test_files_outside_of_the_project_are_absolute(call: Call, bot: Path) -> None:
    outside = bot.parent / "shared nlu.yml"
    outside.write_text("nlu:\n- intent: greet\n  examples: |\n    - hello\n")
    settings = bot / "intent-al.toml"
    settings.write_text(settings.read_text() + '\n[bot]\ndata = ["data", "../shared nlu.yml"]\n')
    (result,) = results(call, bot)
    uris = [
        one["physicalLocation"]["artifactLocation"]
        for one in (*result["locations"], *result["relatedLocations"])
    ]
    assert {"uri": outside.resolve().as_uri()} in uris
    assert {"uri": "data/nlu.yml", "uriBaseId": "%SRCROOT%"} in uris
    assert "shared%20nlu.yml" in json.dumps(uris)


def test_json_and_sarif_exclude_each_other(call: Call, bot: Path) -> None:
    assert call("lint", "--sarif", "--json", project=bot).code == 2
