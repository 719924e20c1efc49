"""Test texts that the model learns by heart: whoever measures with them measures memory.

What everybody says in one or two words ("hi", "thank you") is in any log and in any bot's files. A
test without it would not be like the traffic, so it only counts where the two disagree about it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from intent_al.texts.near import NearIndex
from intent_al.texts.normal_form import count_words, normal_form
from intent_al.training_data.lint import Inputs
from intent_al.training_data.lint.findings import Finding, Severity
from intent_al.training_data.lint.wording import listed, quoted
from intent_al.training_data.placed import Place, PlacedExample

EXACT, NEAR = "test-in-training", "test-near-training"
_MOST_RELATED = 10
FEWEST_WORDS = 3
"""Words from which a text is nobody's everyday saying."""


def exact(inputs: Inputs) -> Iterator[Finding]:
    """At the training example: the test set stays what it is."""
    inside = _test_files_in_training(inputs)
    for path in inside:
        message = (
            "this test file is training data, too, so the test tells nothing; move it out of the "
            "folders of [bot] data"
        )
        yield Finding(EXACT, Severity.ERROR, message, Place(path, 1))
    tests: defaultdict[str, list[PlacedExample]] = defaultdict(list)
    for one in inputs.tests:
        tests[one.example.text].append(one)
    for one in inputs.data.examples:
        if one.place.path in inside or one.example.text not in tests:
            continue
        found = tests[one.example.text]
        others = dict.fromkeys(
            test.example.intent for test in found if test.example.intent != one.example.intent
        )
        if not others and _is_everyday(one.example.text):
            continue
        under = f", there under {listed(others)}" if others else ""
        message = (
            f"{quoted(one.example.text)} is a test example, too{under}; remove it here, or take "
            "it out of the test"
        )
        related = tuple(test.place for test in found)
        yield Finding(EXACT, Severity.ERROR, message, one.place, related, about=one.example.text)


def near(inputs: Inputs) -> Iterator[Finding]:
    """Copies but for case, punctuation, digits or one typo."""
    if not inputs.tests:
        return
    inside = _test_files_in_training(inputs)
    known = {one.example.text for one in inputs.tests}
    index = NearIndex((one.example.text, one.example.intent) for one in inputs.tests)
    for one in inputs.data.examples:
        text = one.example.text
        if text in known or one.place.path in inside or _is_everyday(text):
            continue
        found = index.of(text, _MOST_RELATED)
        if found:
            intent = found[0].intent
            under = f" of {intent}" if intent != one.example.intent else ""
            message = (
                f"{quoted(text)} is nearly the test example {quoted(found[0].text)}{under}, which "
                "is no test any more; remove one of them"
            )
            related = tuple(inputs.tests[each.number].place for each in found)
            yield Finding(NEAR, Severity.WARNING, message, one.place, related, about=text)


def _is_everyday(text: str) -> bool:
    return count_words(normal_form(text)) < FEWEST_WORDS


def _test_files_in_training(inputs: Inputs) -> list[Path]:
    training = set(inputs.data.files)
    paths = dict.fromkeys(one.place.path for one in inputs.tests)
    return [path for path in paths if path in training]
