"""A running bot: asked over HTTP, given a new model by a cycle, and the old one back."""

from __future__ import annotations

import json
import os
import shutil
import signal
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner

from intent_al import cli, steps
from intent_al.engines.rasa.archive import live_archive, read_archive
from intent_al.engines.rasa.http_model import HttpModel, open_http_model
from intent_al.engines.rasa.model import RasaModel
from intent_al.engines.rasa.process import RasaWorker
from intent_al.engines.rasa.server import Access, RasaServer, access_of, tell
from intent_al.errors import RasaError
from intent_al.project.config import Project, find_project
from intent_al.stages import review
from intent_al.stages.review.answers import read_answers
from intent_al.workspace import Workspace
from tests.support import rasa_bots, small_bot
from tests.support.limits import HANG, until

TOKEN = "let-me-in"
TEXTS = ["hello there", "refund the teapot please", "cancel my order", "is there life on mars"]


@pytest.fixture(scope="module")
def bot(logistic_bot: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy with reviews that wait and a gate that is easily passed."""
    bot = tmp_path_factory.mktemp("live") / "bot"
    shutil.copytree(logistic_bot, bot)
    settings = bot / "intent-al.toml"
    text = settings.read_text().replace("[gate]\n", "[gate]\ntolerance = 1.0\n")
    settings.write_text(
        f'{text}\n[model]\nengine = "rasa"\n\n[cycle]\ndecisions = 10\napply = "write"\n'
    )
    said = small_bot.answer_key(small_bot.sentences(90))
    answers = small_bot.write_answers(bot / "answers.jsonl", said)
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        steps.select(workspace)
        known = read_answers(answers, workspace.masker, "out_of_scope")
        review.answer(workspace.store, known, reviewer="kim")
    return bot


@pytest.fixture(scope="module")
def url(bot: Path) -> Iterator[str]:
    with rasa_bots.running(bot, "--auth-token", TOKEN, ready=f"/status?token={TOKEN}") as url:
        yield url


@pytest.fixture
def project(bot: Path, url: str) -> Project:
    found = find_project(bot)
    rasa = replace(found.settings.rasa, server=url, token=TOKEN)
    return replace(found, settings=replace(found.settings, rasa=rasa))


def test_over_http_the_model_is_the_same(project: Project, bot: Path, worker: RasaWorker) -> None:
    over_http = open_http_model(project)
    inside = RasaModel(worker, bot / "models" / "first.tar.gz")
    assert over_http.model_id == inside.model_id
    assert set(inside.labels) <= set(over_http.labels)
    ours, theirs = inside.predict(TEXTS), over_http.predict(TEXTS)
    columns = [over_http.labels.index(label) for label in inside.labels]
    np.testing.assert_allclose(ours.probabilities, theirs.probabilities[:, columns], atol=1e-4)
    emitted = ours.spans.emitted
    np.testing.assert_array_equal(ours.spans.start[emitted], theirs.spans.start)
    np.testing.assert_array_equal(ours.spans.end[emitted], theirs.spans.end)


def test_without_the_token_one_line_says_what_to_do(project: Project) -> None:
    access = replace(access_of(project), token="wrong")
    with RasaServer(access) as server, pytest.raises(RasaError, match="INTENT_AL_RASA_TOKEN"):
        server.status()


def test_a_model_that_is_not_there_leaves_the_old_one(project: Project, bot: Path) -> None:
    with RasaServer(access_of(project)) as server:
        before = server.status()
        with pytest.raises(RasaError, match="answers 400"):
            tell(project, bot / "models" / "missing.tar.gz", "no-such-id")
        assert server.status() == before


def test_a_cycle_promotes_and_rolls_back_on_the_running_bot(
    bot: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INTENT_AL_RASA_SERVER", url)
    monkeypatch.setenv("INTENT_AL_RASA_TOKEN", TOKEN)
    first = served(url)
    assert rasa_bots.say(url, "hello there you") == ["about greet"]

    report = command(bot, "cycle", "--json")
    assert report["outcome"] == "promoted"
    assert report["applied"]["written"]
    assert report["gated"]["stories"]["total"] == 1
    assert served(url) != first
    live = live_archive(bot / "models")
    assert live is not None
    assert read_archive(live).model_id == served(url)
    assert read_archive(live).has_core, "an NLU model alone would silence the bot"
    assert rasa_bots.say(url, "hello there you") == ["about greet"]
    assert (bot / "models" / "first.tar.gz").exists()
    assert list((bot / ".intent-al" / "training").iterdir()) == []
    with Workspace(find_project(bot)) as workspace:
        kept = json.loads(str(workspace.store.value("SELECT settings FROM run")))
    assert kept["rasa"] == "3.6.21"
    assert kept["seed"] == "none in config.yml"
    assert len(kept["config_hash"]) == 16

    assert command(bot, "cycle", "--json", code=13)["outcome"] == "nothing to do"

    back = command(bot, "rollback", "--json")
    assert served(url) == first
    assert back["model"] == f"rasa-{first}"
    assert live_archive(bot / "models") == bot / "models" / "first.tar.gz"
    assert rasa_bots.say(url, "hello there you") == ["about greet"]
    assert "nothing older" in command(bot, "rollback", "--json", code=9)["error"]


def test_with_a_signed_token_until_the_server_is_killed(bot: Path) -> None:
    with rasa_bots.running(bot, "--jwt-secret", TOKEN) as url:
        with RasaServer(Access(url)) as nobody, pytest.raises(RasaError, match="jwt_secret"):
            nobody.status()
        access = Access(url, jwt_secret=TOKEN, timeout=HANG)
        server = RasaServer(access, sleep=lambda seconds: None)
        model = HttpModel(server)
        log = (bot / "server.log").read_text(errors="replace")
        pid = next(pid for pid in processes_at(url))
        os.kill(pid, signal.SIGKILL)
        until(lambda: not processes_at(url))
        with pytest.raises(RasaError, match="is the bot running there"):
            model.predict(TEXTS * 10)
        assert "Traceback" not in log


def processes_at(url: str) -> list[int]:
    """Of the server with that port, from its command line."""
    port = url.rpartition(":")[2].encode()
    found = []
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            words = (folder / "cmdline").read_bytes().split(b"\0")
            if port in words and b"rasa" in words:
                found.append(int(folder.name))
    return found


def served(url: str) -> str:
    return str(rasa_bots.ask(f"{url}/status?token={TOKEN}")["model_id"])


def command(bot: Path, *words: str, code: int = 0) -> dict[str, Any]:
    done = CliRunner().invoke(cli.cli, [*words, "--project", str(bot)], catch_exceptions=True)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        assert getattr(done.exception, "exit_code", None) == code, repr(done.exception)
        return {"error": str(done.exception)}
    assert done.exit_code == code, done.output
    found: dict[str, Any] = json.loads(done.stdout)
    return found
