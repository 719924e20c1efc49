"""The recipes for scheduled jobs can be read by what they are for, and call what there is."""

from __future__ import annotations

import configparser
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml
from apscheduler.triggers.cron import CronTrigger

from intent_al import __version__
from intent_al.cli import COMMANDS, cli
from tests.support.places import ROOT

RECIPES = ROOT / "docs" / "recipes"
JOBS = (
    "crontab",
    "intent-al-intake.service",
    "intent-al-cycle.service",
    "kubernetes-cronjobs.yml",
    "github-actions-cycle.yml",
)
CALL = re.compile(
    r"(?<![\w/.-])(?:/opt/bot/venv/bin/)?intent-al ((?:[a-z]+|--?[a-z-]+)(?: [\w.-]+)*)"
)


def documents(name: str) -> list[Any]:
    return list(yaml.load_all((RECIPES / name).read_text(), Loader=yaml.BaseLoader))


def commands(name: str) -> Iterator[list[str]]:
    text = (RECIPES / name).read_text()
    for line in text.splitlines():
        if not line.lstrip().startswith("#"):
            yield from (found.split() for found in CALL.findall(line))


@pytest.mark.parametrize("name", JOBS)
def test_every_command_exists_with_its_options(name: str) -> None:
    found = list(commands(name))
    assert found
    for command, *words in found:
        assert command in COMMANDS
        called = cli.get_command(click.Context(cli), command)
        assert called is not None
        called.make_context(command, words)  # raises for an option that there is not


def test_a_crontab_has_times_that_a_clock_can_tell() -> None:
    lines = (RECIPES / "crontab").read_text().splitlines()
    jobs = [line for line in lines if line and line[0] in "*0123456789"]
    assert len(jobs) == 2
    for line in jobs:
        CronTrigger.from_crontab(" ".join(line.split()[:5]))


def test_services_have_their_timers() -> None:
    for name in ("intake", "cycle"):
        service, timer = configparser.ConfigParser(strict=False), configparser.ConfigParser()
        service.optionxform = timer.optionxform = str  # type: ignore[assignment, method-assign]
        service.read(RECIPES / f"intent-al-{name}.service")
        timer.read(RECIPES / f"intent-al-{name}.timer")
        assert service["Service"]["Type"] == "oneshot"
        assert timer["Timer"]["OnCalendar"]
        assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="there is no systemd here")
@pytest.mark.parametrize("name", ["intake", "cycle"])
def test_systemd_understands_when(name: str) -> None:
    timer = (RECIPES / f"intent-al-{name}.timer").read_text()
    when = re.search(r"OnCalendar=(.*)", timer)
    assert when is not None
    subprocess.run(["systemd-analyze", "calendar", when[1]], check=True, capture_output=True)


def test_kubernetes_never_runs_two_of_a_kind() -> None:
    jobs = documents("kubernetes-cronjobs.yml")
    assert [job["metadata"]["name"] for job in jobs] == ["intent-al-intake", "intent-al-cycle"]
    for job in jobs:
        assert job["kind"] == "CronJob"
        assert job["spec"]["concurrencyPolicy"] == "Forbid"
        CronTrigger.from_crontab(job["spec"]["schedule"])
        pod = job["spec"]["jobTemplate"]["spec"]["template"]["spec"]
        assert pod["restartPolicy"] == "Never"
        (container,) = pod["containers"]
        mounted = {mount["name"] for mount in container["volumeMounts"]}
        assert mounted == {volume["name"] for volume in pod["volumes"]}


def test_the_action_installs_this_version_and_lets_nothing_to_do_pass() -> None:
    (action,) = documents("github-actions-cycle.yml")
    assert set(action["on"]) == {"schedule", "workflow_dispatch"}
    runs = [step["run"] for step in action["jobs"]["cycle"]["steps"] if "run" in step]
    assert any(f"intent-al=={__version__}" in line for line in runs)
    assert any("--apply commit" in line and "-eq 13" in line for line in runs)


def test_the_page_names_every_recipe() -> None:
    page = (ROOT / "docs" / "scheduled-jobs.md").read_text()
    named = {Path(link).name for link in re.findall(r"\(recipes/([^)]+)\)", page)}
    assert set(JOBS) <= named
    assert all((RECIPES / name).is_file() for name in named)
