"""What an edit leaves behind is a bot that Rasa itself finds nothing wrong with."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from intent_al import cli
from intent_al.demo import find_example_bot


@pytest.fixture
def bot(tmp_path: Path) -> Path:
    ignore = shutil.ignore_patterns("models", ".rasa", ".intent-al", "rasa.db")
    return shutil.copytree(find_example_bot(), tmp_path / "bot", ignore=ignore)


def edit(bot: Path, *words: str) -> None:
    assert cli.run(["edit", *words, "--project", str(bot)]) == 0


def validated(bot: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "rasa", "data", "validate", "--fail-on-warnings"]
    return subprocess.run(command, cwd=bot, capture_output=True, text=True, check=False)


def test_renamed_merged_and_split_intents_validate(bot: Path) -> None:
    edit(bot, "rename", "refund_status", "where_is_my_refund")
    edit(bot, "rename", "faq", "info")
    edit(bot, "rename", "inform", "no")  # a word that YAML 1.1 takes for a truth value
    edit(bot, "merge", "wrong_item", "damaged_item")
    edit(bot, "move", "order_status", "wheres my refund")
    edit(bot, "synonym", "teapot", "tea pot", "pot for tea")
    done = validated(bot)
    assert done.returncode == 0, done.stderr[-2000:]


def test_a_name_left_behind_would_be_noticed(bot: Path) -> None:
    rules = bot / "data" / "rules.yml"
    edit(bot, "rename", "refund_status", "where_is_my_refund")
    rules.write_text(rules.read_text().replace("where_is_my_refund", "refund_status", 1))
    assert validated(bot).returncode != 0
