"""An emoji is an answer: held out it is held out, and its opposite is another text."""

from __future__ import annotations

from pathlib import Path

from intent_al import steps
from intent_al.project.config import find_project
from intent_al.records import Outcome
from intent_al.stages import review
from intent_al.store import queue
from intent_al.store.decisions import Decision
from intent_al.web.training_index import Knowledge
from intent_al.workspace import Workspace
from tests.support import small_bot

UP, DOWN = "👍", "👎"


def test_a_thumb_up_is_held_out_and_a_thumb_down_is_learned(tmp_path: Path) -> None:
    bot = small_bot.make(tmp_path / "bot", (UP, DOWN, "sing to me"))
    with (bot / "tests" / "test_nlu.yml").open("a", encoding="utf-8") as tests:
        tests.write(f"- intent: affirm\n  examples: |\n    - {UP}\n")
    with (bot / "data" / "nlu.yml").open("a", encoding="utf-8") as taught:
        taught.write("- intent: affirm\n  examples: |\n    - 👌\n    - yes 👍🏽\n")
    with (bot / "intent-al.toml").open("a", encoding="utf-8") as settings:
        settings.write("audit_share = 0\n")  # of [select]: what is drawn blindly is not learned
    with Workspace(find_project(bot)) as workspace:
        steps.pull(workspace)
        steps.predict(workspace)
        selected = steps.select(workspace)
        asked = {item.text: item.id for item in queue.open_items(workspace.store)}
        assert DOWN in asked
        assert UP not in asked
        assert selected.left_out["copy of a text the bot is judged by"] == 1
        decision = Decision(asked[DOWN], Outcome.LABELLED, "cancel_order", (), True)
        review.decide(workspace.store, decision, reviewer="kim")
        applied = steps.apply(workspace)
        assert (applied.added, applied.conflicts) == ({"cancel_order": 1}, ())
        assert f"+    - {DOWN}" in applied.diff
        facts = Knowledge(workspace.project).facts()
        assert facts.standing_as(DOWN) == ["cancel_order"]
        assert facts.standing_as(UP) == []
