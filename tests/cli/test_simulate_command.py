"""`intent-al simulate`, through the front door."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path

import pytest

from intent_al.simulation.record import STEPS
from tests.support.commands import Call
from tests.support.tasks import task

pytestmark = pytest.mark.slow

WORDS = ("--seeds", "2", "--batch", "10", "--encoder", "tfidf")


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    made = task(each=20)
    rows = [
        {"text": text, "intent": made.intents[label]}
        for text, label in zip(made.texts, made.labels, strict=True)
    ]
    path = tmp_path / "labelled <b>.jsonl"
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def test_curves_figures_and_a_page_come_of_a_labelled_file(
    labelled: Path, tmp_path: Path, call: Call
) -> None:
    pytest.importorskip("matplotlib")
    out = tmp_path / "out"
    called = call("simulate", labelled, *WORDS, "-s", "margin", "-o", out, "--json")
    assert called.code == 0, called.err
    names = [one["strategy"] for one in called.data["strategies"]]
    assert names == ["random", "stratified", "margin"]
    assert called.data["pool"] == 64
    margin = called.data["strategies"][2]
    assert set(margin["curves"]) == {"0", "1"}
    assert margin["ratios"]["95%"] is None or margin["ratios"]["95%"] > 0
    assert (out / "curves.png").read_bytes().startswith(b"\x89PNG")
    page = (out / "simulation.html").read_text(encoding="utf-8")
    assert "labelled &lt;b&gt;.jsonl" in page
    assert "<script" not in page
    assert "margin" in page


def test_people_get_a_table(labelled: Path, tmp_path: Path, call: Call) -> None:
    called = call("simulate", labelled, *WORDS, "--budget", "20", "-o", tmp_path / "out")
    assert called.code == 0, called.err
    assert "doubt_coverage" in called.out
    assert "all 64 give" in called.out


def test_without_matplotlib_the_figures_are_there_and_the_extra_is_named(
    labelled: Path, tmp_path: Path, call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "matplotlib" else found(name)
    )
    called = call("simulate", labelled, *WORDS, "--budget", "20", "-o", tmp_path / "out")
    assert called.code == 0, called.err
    assert "pip install intent-al[plots]" in called.out
    assert [path.name for path in (tmp_path / "out").iterdir()] == [STEPS]


def test_a_second_call_runs_only_what_is_missing(
    labelled: Path, tmp_path: Path, call: Call
) -> None:
    out = tmp_path / "out"
    words = ("simulate", labelled, *WORDS, "--budget", "20", "-o", out, "--json")
    first = call(*words)
    lines = (out / STEPS).read_text(encoding="utf-8").splitlines()
    again = call(*words)
    assert (out / STEPS).read_text(encoding="utf-8").splitlines() == lines
    assert again.data == first.data
    more = call(*words, "-s", "margin")
    assert (out / STEPS).read_text(encoding="utf-8").splitlines()[: len(lines)] == lines
    assert [one["strategy"] for one in more.data["strategies"]][-1] == "margin"


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("-s", "marginal"), 2, "no strategy 'marginal'"),
        (("--encoder", "word2vec"), 3, "word2vec"),
        (("--successor", "rasa"), 3, "no intent-al.toml"),
        (("--seeds", "0"), 2, "--seeds"),
    ],
)
def test_bad_words_are_refused_before_anything_is_written(
    labelled: Path,
    tmp_path: Path,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    words: tuple[str, ...],
    code: int,
    said: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    called = call("simulate", labelled, *words)
    assert called.code == code
    assert said in called.err
    assert called.err.count("\n") == 1
    assert not (tmp_path / "simulation").exists()


def test_a_file_of_no_format_is_a_matter_of_the_command(tmp_path: Path, call: Call) -> None:
    (tmp_path / "notes.xyz").write_text("x")
    called = call("simulate", tmp_path / "notes.xyz", "-o", tmp_path / "out")
    assert called.code == 2
    assert "notes.xyz: the suffix '.xyz' belongs to no format" in called.err
    assert "[gate]" not in called.err


def test_another_file_into_the_same_folder_is_refused(
    labelled: Path, tmp_path: Path, call: Call
) -> None:
    out = tmp_path / "out"
    assert call("simulate", labelled, *WORDS, "--budget", "10", "-o", out).code == 0
    called = call("simulate", labelled, *WORDS, "--budget", "10", "--start", "1", "-o", out)
    assert called.code == 2
    assert "its start differs" in called.err
