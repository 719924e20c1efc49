"""Random files, random additions, hostile texts: nothing but what was meant is ever read back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from intent_al.errors import WriteRefusedError
from intent_al.records import Example
from intent_al.training_data.dialects.operations import AddExample
from intent_al.training_data.dialects.rasa.editing import add_examples, read_back
from intent_al.training_data.dialects.rasa.nlu_yaml import read_sources
from tests.support.rasa_data.generated import additions, cases, nlu_files
from tests.support.rasa_data.generated_edits import writable

FILE = Path("nlu.yml")


@cases
@given(nlu_files(), st.lists(additions(), max_size=6))
def test_only_the_intended_examples_are_read_back(source: bytes, asked: list[Example]) -> None:
    meant = writable(asked)
    before = read_sources({FILE: source})
    result = add_examples(source, meant, FILE)
    after = read_sources({FILE: result})
    old = Counter(one.example for one in before.examples)
    new = Counter(one.example for one in after.examples)
    assert new - old == Counter(example for group in meant.values() for example in group)
    assert not old - new
    flat = [AddExample(example) for group in meant.values() for example in group]
    read_back.check(source, result, flat, FILE)
    if not meant:
        assert result == source


@cases
@given(nlu_files(), st.lists(additions(), min_size=1, max_size=4))
def test_what_was_not_meant_is_noticed(source: bytes, asked: list[Example]) -> None:
    meant = writable(asked)
    result = add_examples(source, meant, FILE)
    flat = [example for group in meant.values() for example in group]
    for wrong in ([*flat, Example("never asked for", "greet")], flat[1:]):
        if wrong == flat:
            continue
        try:
            read_back.check(source, result, [AddExample(one) for one in wrong], FILE)
        except WriteRefusedError:
            continue
        raise AssertionError("a difference was not noticed")
