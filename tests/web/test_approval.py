"""Where a project wants it, somebody beside the reviewer approves before anything is written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask

from intent_al.cli import cli
from intent_al.jobs.cycle import NOTHING, PROMOTED, cycle
from intent_al.project.config import find_project
from intent_al.store import Store, audit, decisions, history, queue
from intent_al.web import create_app
from intent_al.web.context import KEY
from intent_al.workspace import Workspace
from tests.support.person import Clock, Person
from tests.support.progress import no_bar


@pytest.fixture
def bot(bot: Path) -> Path:
    settings = bot / "intent-al.toml"
    text = settings.read_text().replace("[gate]\n", "[gate]\ntolerance = 1.0\n")
    text = text.replace("[apply]\n", '[apply]\napproval = "second person"\n')
    settings.write_text(text + '\n[cycle]\napply = "write"\ndecisions = 1\n')
    return bot


def labelled(person: Person, store: Store, count: int = 1) -> list[str]:
    """Texts that the person says are greetings, and that may become training data."""
    chosen = [one for one in queue.open_items(store) if one.quota != "audit"][:count]
    for item in chosen:
        person.get(f"/review/{item.id}")
        person.decide("intent:greet")
    return [item.text for item in chosen]


def nlu(bot: Path) -> str:
    return (bot / "data" / "nlu.yml").read_text()


def apply(bot: Path) -> str:
    return CliRunner().invoke(cli, ["apply", "--project", str(bot)]).output


def test_nothing_is_written_before_somebody_else_has_approved(
    kim: Person, ana: Person, bot: Path, store: Store
) -> None:
    (text,) = labelled(kim, store)
    before = nlu(bot)
    assert "1 decisions wait for a second person" in apply(bot)
    assert nlu(bot) == before
    assert text in ana.get("/changes")
    ana.post("/changes/approve", only="approve")
    assert "the next cycle" in ana.page
    assert nlu(bot) == before
    assert "1 examples added" in apply(bot)
    assert f"- {text}\n" in nlu(bot)


def test_one_button_approves_and_writes(kim: Person, ana: Person, bot: Path, store: Store) -> None:
    (text,) = labelled(kim, store)
    ana.get("/changes")
    ana.post("/changes/approve")
    assert f"- {text}\n" in nlu(bot)
    assert [entry.action for entry in audit.entries(store)[:2]] == ["apply", "approve"]


def test_nobody_approves_what_they_have_decided(ana: Person, bot: Path, store: Store) -> None:
    (text,) = labelled(ana, store)
    page = ana.get("/changes")
    assert text not in page
    assert "1 decisions are for somebody else" in page
    token = ana.call("GET", "/changes")["token"]
    ana.call("POST", "/changes/approve", {"token": token})
    assert "1 decisions wait for a second person" in apply(bot)


def test_an_approval_is_of_one_decision(kim: Person, ana: Person, bot: Path, store: Store) -> None:
    labelled(kim, store)
    ana.get("/changes")
    ana.post("/changes/approve", only="approve")
    kim.post("/review/undo")
    labelled(kim, store)
    assert "1 decisions wait for a second person" in apply(bot)


def test_an_approval_can_be_withdrawn(kim: Person, ana: Person, bot: Path, store: Store) -> None:
    labelled(kim, store, 2)
    ana.get("/changes")
    ana.post("/changes/approve", only="approve")
    assert "You have approved 2 decisions" in ana.page
    ana.post("/changes/withdraw")
    assert "withdrawn" in ana.page
    assert "2 decisions wait for a second person" in apply(bot)
    assert audit.entries(store)[0].action == "withdraw approval"


def test_a_reviewer_sees_all_that_waits_and_approves_nothing(
    kim: Person, robin: Person, bot: Path, store: Store
) -> None:
    (text,) = labelled(kim, store)
    page = robin.get("/changes")
    assert text in page
    assert "An approver can write this" in page
    assert robin.call("POST", "/changes/withdraw")["error"]["status"] == 403


def test_a_cycle_learns_from_what_is_approved_alone(
    kim: Person, ana: Person, bot: Path, store: Store
) -> None:
    approved, other = labelled(kim, store, 2)
    with Workspace(find_project(bot)) as workspace:
        report = cycle(workspace, no_bar)
        assert report.outcome == NOTHING
        assert "2 decisions wait for a second person" in report.reason
    own = history.past(store)[0]
    kim.call("POST", "/undo", {"item": own.item})  # the other one is decided after the approval
    ana.get("/changes")
    ana.post("/changes/approve", only="approve")
    kim.get(f"/review/{own.item}")
    kim.decide("intent:greet")
    with Workspace(find_project(bot)) as workspace:
        assert cycle(workspace, no_bar).outcome == PROMOTED
    assert f"- {approved}\n" in nlu(bot)
    assert f"- {other}\n" not in nlu(bot)


def test_without_the_setting_nobody_has_to(made: Path, tmp_path: Path, clock: Clock) -> None:
    bot = tmp_path / "plain"
    shutil.copytree(made, bot)
    app: Flask = create_app(find_project(bot), clock=clock)
    with Store(find_project(bot).database) as store:
        labelled(Person(app, "kim"), store)
        assert len(decisions.approved(store, "bot")) == 1
    ana = Person(app, "ana")
    assert "Withdraw" not in ana.get("/changes")
    ana.post("/changes/approve", only="approve")
    assert ana.status == 400  # it would do nothing
    assert "1 examples added" in apply(bot)
    app.extensions[KEY].close()
