"""The report: what it says is what was judged, and no text in it can do anything."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from intent_al import reports
from intent_al.errors import ConfigError, NotEnoughDataError
from intent_al.reports import page
from intent_al.stages.gate import StoryFigures
from intent_al.store import Store, runs
from tests.reports.judging import Judge

VOID = {"meta", "br", "hr", "img", "link", "input"}
LOADS = {"src", "href", "xlink:href", "srcset", "action", "data", "style", "poster", "background"}

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=https://evil.example/x.png onerror=alert(1)>",
    "quotes": "\"'><svg onload=alert(1)>",
    "end of style": "</style></title></svg><b>bold</b>",
    "comment": "<!-- --> {{ 7*7 }} {% raw %}",
    "entity": "&lt;b&gt; &amp; &#0;",
    "override": "abc \u202egnp.exe\u2066 def",
    "arabic": "أين طلبي؟",
    "controls": "bell \x07 null \x00 escape \x1b[31m \x9b",
    "lines": "one\ntwo\r\nthree\u2028four",
    "emoji": "👩\u200d💻 ok",
    "long": "long " * 2_000,
}


class Page(HTMLParser):
    """Reads a page strictly: what is opened is closed, and in order."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.style = ""
        self._open: list[str] = []
        self.feed(source)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_startendtag(tag, attrs)
        if tag not in VOID:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    def handle_endtag(self, tag: str) -> None:
        assert self._open
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self._open[-1:] == ["style"]:
            self.style += data
        else:
            self.words.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def seen(store: Store) -> tuple[str, Page, dict[str, Any]]:
    """The page, read, and the JSON, of the last run."""
    found = reports.report(store, "bot")
    source = page.html(found)
    return source, Page(source), json.loads(json.dumps(reports.as_json(found)))


def many(count: int, *, right_from: int = 0) -> dict[str, tuple[str, str, str]]:
    """Texts that the candidate gets right from number ``right_from`` on, all right before."""
    return {f"t{n}": ("a", "a", "a" if n >= right_from else "b") for n in range(count)}


def test_the_page_and_the_json_say_the_same(store: Store, judge: Judge) -> None:
    answers = {**many(40), "x": ("b", "b", "a"), "y": ("b", "a", "b"), "z": ("c", "a", "b")}
    report = judge(answers, settings={"seed": 3, "seconds": 12.5, "rasa": "3.6.21"})
    _, read, data = seen(store)
    assert data["verdict"]["outcome"] == report.outcome
    assert data["verdict"]["against"] == "old"
    assert data["run"]["settings"] == {"seed": 3, "seconds": 12.5, "rasa": "3.6.21"}
    overall = data["verdict"]["overall"]
    assert (overall["before"], overall["after"]) == (report.overall.before, report.overall.after)
    for words in (
        report.outcome.capitalize(),
        f"{overall['before']:.1%}".replace("%", " %"),
        f"{overall['after']:.1%}".replace("%", " %"),
        f"calibration error {overall['calibration_after']['error']:.3f}",
        f"log loss {overall['calibration_before']['log_loss']:.2f}",
        "Newly wrong (1)",
        "Newly right (1)",
        "Wrong in another way (1)",
        "12.5 s",
        "3.6.21",
        "2026-09-21",
    ):
        assert words in read.text, words
    assert data["verdict"]["changes"]["newly_wrong"] == 1
    assert data["verdict"]["confusions"] == [
        {"intent": "b", "taken_for": "a", "before": 1, "after": 1},
        {"intent": "c", "taken_for": "b", "before": 0, "after": 1},
        {"intent": "c", "taken_for": "a", "before": 1, "after": 0},
    ]


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_no_text_becomes_markup(store: Store, judge: Judge, text: str) -> None:
    judge(many(30))
    plain = seen(store)[1]
    reviewer = {"seed": 1, text: text}
    judge({**many(30), text: ("a", "a", "b")}, model="other", name=text, settings=reviewer)
    source, read, data = seen(store)
    judge({**many(30), "harmless": ("a", "a", "b")}, model="third", settings={"seed": 1, "x": "y"})
    harmless = seen(store)[1]
    assert read.tags == harmless.tags
    assert len(read.tags) > len(plain.tags)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", source)
    assert data["verdict"]["changes"]["answers"][0]["text"][:20] == text[:20]


def test_an_intent_and_a_story_named_by_a_stranger_are_texts_too(
    store: Store, judge: Judge
) -> None:
    for bad in HOSTILE.values():
        judge(
            {**many(30), "x": (bad, "a", bad), "y": (bad, bad, "a")},
            stories=StoryFigures(3, 0, 1, (bad,)),
        )
        source, read, _ = seen(store)
        assert "<script" not in source
        assert not {"b", "img", "script"} & set(read.tags)
        assert not any(name.startswith("on") for _, name, _ in read.attributes)


def test_what_a_text_looks_like_stays(store: Store, judge: Judge) -> None:
    judge({**many(30), **dict.fromkeys(HOSTILE.values(), ("a", "a", "b"))})
    _, read, _ = seen(store)
    assert HOSTILE["arabic"] in read.text
    assert HOSTILE["emoji"] in read.text
    assert HOSTILE["script"] in read.text
    assert "abc \ufffdgnp.exe\ufffd def" in read.text
    assert "(1,000 characters)" in read.text  # as much as the verdict keeps of it


def test_nothing_is_loaded_and_nothing_may_run(store: Store, judge: Judge) -> None:
    judge({**many(30), "see https://evil.example": ("a", "a", "b")})
    _, read, _ = seen(store)
    assert not {"script", "link", "iframe", "img", "object", "embed", "base", "form"} & set(
        read.tags
    )
    assert not [one for one in read.attributes if one[1] in LOADS]
    assert "url(" not in read.style
    assert "@import" not in read.style
    (policy,) = [
        value for tag, name, value in read.attributes if tag == "meta" and "default-src" in value
    ]
    digest = base64.b64encode(hashlib.sha256(read.style.encode()).digest()).decode()
    assert policy == (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"
    )


def test_hundreds_of_intents_and_thousands_of_changes_stay_readable(
    store: Store, judge: Judge
) -> None:
    answers = {
        f"text {n} " + "w" * 300: (f"intent_{n % 300}", f"intent_{n % 300}", f"intent_{n % 299}")
        for n in range(3_000)
    }
    report = judge(answers)
    source, read, data = seen(store)
    assert report.changes.newly_wrong > 2_000
    assert len(source) < 700_000
    assert len(data["verdict"]["overall"]["intents"]) == 300
    assert "the first 60" in read.text
    assert "more are in the JSON" in read.text
    assert len(store.query("SELECT figures FROM verdict")[0][0]) < 1_000_000


def test_a_refusal_says_first_why(store: Store, judge: Judge) -> None:
    answers = many(40, right_from=30)
    report = judge(answers, stories=StoryFigures(9, 1, 2, ("greet and leave", "refund")))
    assert report.outcome == "refused"
    _, read, data = seen(store)
    assert read.text.index("fails 2 of 9 test stories") < read.text.index("Before and after")
    assert "over the limit" in read.text
    assert "greet and leave" in read.text
    assert [row["intent"] for row in data["verdict"]["broken"]] == ["a"]


def test_the_first_candidate_has_nothing_to_be_compared_with(store: Store, judge: Judge) -> None:
    judge(many(40, right_from=3), first=True)
    _, read, data = seen(store)
    assert data["verdict"]["against"] is None
    assert "Before" not in read.text
    assert "3" in read.text
    assert "nothing: it is the first" in read.text


OLD = {
    "outcome": "passed",
    "reasons": ["accuracy 50.0% -> 60.0%"],
    "candidate": "b",
    "current": "a",
    "sets": [],
    "overall": {
        "name": "all",
        "items": 30,
        "before": 0.5,
        "after": 0.6,
        "low": 0.0,
        "high": 0.2,
        "entities_before": 0.1,
        "entities_after": 0.2,
        "intents": [{"intent": "greet", "support": 30, "before": 0.5, "after": 0.6}],
    },
}


@pytest.mark.parametrize(
    ("figures", "words"),
    [
        (OLD, ("Before and after", "50.0", "greet")),
        ({**OLD, "new": 1, "overall": {**OLD["overall"], "newer": 2}}, ("greet",)),  # type: ignore[dict-item]
        ({}, ("The run",)),
    ],
    ids=["before calibration", "from a later version", "empty"],
)
def test_verdicts_of_other_versions_are_read_as_far_as_they_go(
    store: Store, figures: dict[str, object], words: tuple[str, ...]
) -> None:
    run = runs.write_run(store, model="b", examples=1, data_hash="", settings={}, now=1.0)
    runs.write_verdict(store, run=run, outcome="passed", figures=figures, now=2.0)
    _, read, data = seen(store)
    for one in (*words, "Passed"):
        assert one in read.text
    for missing in ("Calibration error", "Changed answers", "Confusions"):
        assert missing not in read.text
    assert data["verdict"]["changes"] is None


def test_the_last_verdict_on_a_run_counts(store: Store, judge: Judge) -> None:
    judge(many(30), model="one")
    judge(many(30, right_from=20), model="two")
    assert reports.report(store, "bot").judged.model == "two"
    assert reports.report(store, "bot", 1).judged.model == "one"
    runs.write_verdict(store, run=1, outcome="refused", figures={}, now=9.0)
    assert reports.report(store, "bot", 1).judged.outcome == "refused"


def test_without_a_verdict_the_error_says_what_to_do(store: Store, judge: Judge) -> None:
    with pytest.raises(NotEnoughDataError, match="intent-al gate"):
        reports.report(store, "bot")
    runs.write_run(store, model="m", examples=1, data_hash="", settings={}, now=1.0)
    with pytest.raises(NotEnoughDataError, match="run 1 was not judged"):
        reports.report(store, "bot", 1)
    judge(many(30))
    with pytest.raises(NotEnoughDataError, match="there is no run 7; judged: 2"):
        reports.report(store, "bot", 7)


def test_files_are_written_whole_and_where_they_were_wanted(
    store: Store, judge: Judge, tmp_path: Path
) -> None:
    judge(many(30))
    path = reports.write(store, "bot", tmp_path / "state")
    assert path == tmp_path / "state" / "reports" / "run-1.html"
    assert path.read_text(encoding="utf-8").startswith("<!doctype html>")
    found = reports.report(store, "bot")
    as_json = reports.save(found, tmp_path / "deep" / "report.json")
    assert json.loads(as_json.read_bytes()) == json.loads(json.dumps(reports.as_json(found)))
    assert [one.name for one in as_json.parent.iterdir()] == ["report.json"]
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="cannot be written"):
        reports.save(found, tmp_path / "file" / "report.html")
