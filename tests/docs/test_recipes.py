"""The ready-made recipes are run as a build would run them, in a fresh clone of a small bot."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from intent_al import __version__
from intent_al.cli import COMMANDS
from tests.docs.session import COMMAND
from tests.support import a_ledger, small_bot
from tests.support.limits import HANG
from tests.support.places import ROOT

RECIPES = ROOT / "docs" / "recipes"
INSTALL = f"pip install intent-al=={__version__}"
NAMES = ("intent-al-check", "intent-al-lint")


def read(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)


class Desk:
    """A bot's repository and a clone of it, with ``intent-al`` on the path."""

    def __init__(self, folder: Path) -> None:
        programs = folder / "bin"
        programs.mkdir()
        (programs / "intent-al").write_text(
            f'#!/bin/sh\nexec "{sys.executable}" -c "{COMMAND}" "$@"\n'
        )
        (programs / "pip").write_text("#!/bin/sh\necho nothing is installed here; exit 1\n")
        for program in programs.iterdir():
            program.chmod(0o755)
        kept = {
            key: value for key, value in os.environ.items() if not key.startswith(("PYTEST", "GIT"))
        }
        self.environment = {
            **kept,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            **{f"GIT_{who}_{what}": "kim@example.com" for who in ("AUTHOR", "COMMITTER")
               for what in ("NAME", "EMAIL")},
        }  # fmt: skip
        self.origin = small_bot.make(folder / "origin")
        (self.origin / ".gitignore").write_text("rasa.db\n")
        a_ledger.write(self.origin, ["hello"])
        self.clone = folder / "clone"
        for command in ("git init -q", "git add .", "git commit -qm bot"):
            self.done(command, self.origin)
        self.done(f"git clone -q origin {self.clone}", folder)

    def run(self, line: str, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-eo", "pipefail", "-c", line],
            cwd=folder or self.clone,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=HANG,
            check=False,
        )

    def done(self, line: str, folder: Path | None = None) -> None:
        done = self.run(line, folder)
        assert done.returncode == 0, (line, done)

    def spoil(self) -> None:
        path = self.clone / "data" / "nlu.yml"
        path.write_text(path.read_text().replace("    - hey\n", "    - hey ann@mail.test\n"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def github_steps() -> list[dict[str, Any]]:
    document = read(RECIPES / "github-actions.yml")
    assert set(document["on"]) == {"pull_request", "push"}
    (job,) = document["jobs"].values()
    assert job["runs-on"].startswith("ubuntu")
    steps: list[dict[str, Any]] = job["steps"]
    return steps


def github_lines() -> list[str]:
    return [line for step in github_steps() for line in step.get("run", "").splitlines()]


def gitlab_job() -> dict[str, Any]:
    ((name, job),) = read(RECIPES / "gitlab-ci.yml").items()
    assert name == "intent-al"
    assert isinstance(job, dict)
    return job


def gitlab_lines() -> list[str]:
    job = gitlab_job()
    return [line for part in ("before_script", "script", "after_script") for line in job[part]]


def commands(line: str) -> Iterator[str]:
    yield from re.findall(r"\bintent-al (\w+)", line)


def test_each_recipe_installs_this_version_first_and_checks() -> None:
    for lines in (github_lines(), gitlab_lines()):
        assert lines[0] == INSTALL
        assert [line for line in lines if line.startswith("intent-al check")]
        assert all(line == INSTALL or line.startswith("intent-al ") for line in lines)


@pytest.mark.parametrize("line", sorted({*github_lines(), *gitlab_lines()} - {INSTALL}))
def test_each_line_passes_and_fails_in_a_fresh_clone(desk: Desk, line: str) -> None:
    assert set(commands(line)) <= set(COMMANDS)
    done = desk.run(line)
    assert done.returncode == 0, done
    assert not (desk.clone / ".intent-al").exists()
    desk.spoil()
    done = desk.run(line)
    if set(commands(line)) == {"check"}:
        assert done.returncode == 12, done
    assert "Traceback" not in done.stderr
    assert "ann@" not in done.stdout + done.stderr


def test_what_github_uploads_is_what_lint_wrote() -> None:
    steps = github_steps()
    lines = [step.get("run", "") for step in steps]
    (upload,) = (step for step in steps if "upload-sarif" in step.get("uses", ""))
    assert f"intent-al lint --sarif > {upload['with']['sarif_file']}" in lines
    assert upload["if"] == "${{ !cancelled() }}", "findings make lint fail, and are to be shown"
    assert "security-events" in read(RECIPES / "github-actions.yml")["permissions"]
    assert all(re.search(r"@v\d+$", step["uses"]) for step in steps if "uses" in step)


def test_github_passes_the_token_to_one_step_and_no_command_line() -> None:
    (step,) = (step for step in github_steps() if "env" in step)
    assert step["env"]["INTENT_AL_TOKEN"] == "${{ secrets.INTENT_AL_TOKEN }}"
    assert not any("TOKEN" in line for line in (*github_lines(), *gitlab_lines()))


def test_what_gitlab_keeps_is_what_was_written(desk: Desk) -> None:
    job = gitlab_job()
    for line in job["after_script"]:
        desk.done(line)
    assert all((desk.clone / path).exists() for path in job["artifacts"]["paths"])
    assert job["artifacts"]["when"] == "always"


def hooks() -> dict[str, dict[str, Any]]:
    return {hook["id"]: hook for hook in read(ROOT / ".pre-commit-hooks.yaml")}


def test_hooks_are_what_pre_commit_takes() -> None:
    assert tuple(hooks()) == NAMES
    for hook in hooks().values():
        assert {"id", "name", "entry", "language", "files"} <= set(hook)
        assert hook["language"] == "python"
        assert hook["pass_filenames"] == "false"
        for path in (
            "data/nlu.yml",
            "domain.yaml",
            "intent-al.ledger",
            "intent-al.toml",
            "t.jsonl",
        ):
            assert re.search(hook["files"], path)
        assert not re.search(hook["files"], "actions/actions.py")
    (repository,) = read(RECIPES / "pre-commit-config.yaml")["repos"]
    for hook in repository["hooks"]:
        assert {**hook, **{key: hooks()[hook["id"]][key] for key in ("entry", "files")}} == hook


def recipes() -> Iterator[tuple[str, list[str], str]]:
    """Name, command line as pre-commit builds it, pattern of the files that wake it."""
    for name, hook in hooks().items():
        yield f"hook {name}", shlex.split(hook["entry"]), hook["files"]
    (repository,) = read(RECIPES / "pre-commit-config.yaml")["repos"]
    for hook in repository["hooks"]:
        words = [*shlex.split(hook["entry"]), *hook["args"]]
        yield f"recipe {hook['id']}", words, hook["files"]


@pytest.mark.parametrize(("name", "words", "files"), list(recipes()), ids=lambda one: str(one)[:30])
def test_a_bad_change_cannot_be_committed_and_a_good_one_can(
    desk: Desk, name: str, words: list[str], files: str
) -> None:
    """As pre-commit does it: a staged file that matches wakes the entry, whose code decides."""
    assert words[1] in COMMANDS
    script = desk.clone / ".git" / "hooks" / "pre-commit"
    pattern = shlex.quote(files.replace(r"\.", "[.]"))
    script.write_text(
        "#!/bin/sh\n"
        f"git diff --cached --name-only | grep -qE {pattern} || exit 0\n"
        f"exec {shlex.join(words)}\n"
    )
    script.chmod(0o755)
    (desk.clone / "notes.txt").write_text("nothing for us")
    desk.done("git add . && git commit -qm 'wakes nobody'")
    path = desk.clone / "data" / "nlu.yml"
    good = path.read_text()
    path.write_text(good.replace("- intent: greet", "- intent: greet\n  nonsense: x"))
    done = desk.run("git add . && git commit -qm bad")
    assert done.returncode != 0, done
    assert "nonsense" in done.stdout + done.stderr
    path.write_text(good.replace("# written by hand", "# written with care"))
    desk.done("git add . && git commit -qm good")
