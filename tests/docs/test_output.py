"""The comparison of excerpts is itself loose only where it means to be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.docs.output import missing_line, wrong_in_diff

OUTPUT = """50 of 1,615 utterances by builtin-e9f3884b680ec04e
  in /home/kim/bot: +1.5 points
passed: enough
"""


@pytest.mark.parametrize(
    "excerpt",
    [
        "7 of 12 utterances by builtin-0000000000000000",
        "in /srv/other: -0.2 points",
        "50 of 1,615\n...\nrefused: enough",
        "50 of ... points",
        "1 of 2 utterances\n   in /x: +1 points",
    ],
)
def test_figures_folders_and_verdicts_may_differ(excerpt: str) -> None:
    assert missing_line(excerpt, OUTPUT) is None


def test_a_verdict_may_come_with_reasons() -> None:
    assert missing_line("passed: gain +1 points", "refused: may be worse; gain -3 points") is None


@pytest.mark.parametrize(
    "excerpt",
    ["50 of 1,615 messages", "in the folder", "passed: too little", "passed: enough\n50 of 1,615"],
)
def test_words_and_their_order_may_not(excerpt: str) -> None:
    assert missing_line(excerpt, OUTPUT) is not None


DIFF = "--- a/nlu.yml\n+++ b/nlu.yml\n@@ -1,2 +1,3 @@\n     - hi\n+    - heya\n     - hello\n"


def test_examples_of_a_diff_may_differ(tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text("    - hi\n    - heya\n    - hello\n", encoding="utf-8")
    assert not list(wrong_in_diff(DIFF.replace("heya", "ay up"), DIFF, tmp_path))


@pytest.mark.parametrize(("was", "said"), [("hello", "hullo"), ("b/nlu", "b/faq"), ("@@", "@")])
def test_files_and_context_of_a_diff_may_not(was: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "nlu.yml").write_text("    - hi\n    - heya\n    - hello\n", encoding="utf-8")
    (tmp_path / "faq.yml").write_text("    - hi\n    - heya\n    - hello\n", encoding="utf-8")
    assert list(wrong_in_diff(DIFF.replace(was, said), DIFF, tmp_path))
