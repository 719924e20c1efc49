"""``intent-al demo``: the whole loop on the example bot, as somebody runs it who just installed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from intent_al.cli import cli
from intent_al.demo import find_example_bot
from intent_al.errors import ConfigError

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Path]:
    kept = tmp_path_factory.mktemp("demo") / "kept"
    arguments = ["demo", "--seeds", "1", "--reviews", "40", "--keep", str(kept), "--json"]
    return CliRunner().invoke(cli, arguments, catch_exceptions=False), kept


def test_json_ends_with_the_gain_of_chosen_and_random_reviews(demo: tuple[Result, Path]) -> None:
    data = json.loads(demo[0].stdout)
    assert isinstance(data["gain"], float)
    assert isinstance(data["random_gain"], float)
    assert data["gain"] > 0
    assert {row["name"] for row in data["arms"]["chosen"][0]["sets"]} == {
        "test_nlu",
        "held_out_traffic",
    }


def test_people_see_the_table_and_the_diff(demo: tuple[Result, Path]) -> None:
    assert "Accuracy before and after the reviews" in demo[0].stderr
    assert "+++ b/data/nlu/" in demo[0].stderr
    assert "personal data replaced" in demo[0].stderr


def test_the_example_bot_itself_is_not_touched(demo: tuple[Result, Path]) -> None:
    original = find_example_bot()
    changed = [
        path.name
        for path in (original / "data" / "nlu").iterdir()
        if path.read_bytes() != (demo[1] / "chosen-0" / "data" / "nlu" / path.name).read_bytes()
    ]
    assert changed
    assert not (original / ".intent-al").exists()
    assert all(
        path.read_bytes() == (demo[1] / "start" / "data" / "nlu" / path.name).read_bytes()
        for path in (original / "data" / "nlu").iterdir()
    )


def test_both_arms_spend_the_same_reviews(demo: tuple[Result, Path]) -> None:
    arms = json.loads(demo[0].stdout)["arms"]
    assert arms["random"][0]["reviewed"] == 40
    assert 38 <= arms["chosen"][0]["reviewed"] <= 40  # the audit sample may draw a text twice


def test_a_folder_without_answers_is_no_example_bot(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--bot"):
        find_example_bot(tmp_path)
