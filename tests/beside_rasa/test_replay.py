"""Edits that people made to real bots, replayed: for Rasa's reader the file is what theirs is."""

from __future__ import annotations

import pytest

from intent_al.training_data.dialects.rasa.editing import edit, read_back
from tests.beside_rasa.rasa_reads import rasa_reads
from tests.support.places import DATA
from tests.support.rasa_data.replay import FILE, HumanEdit, diff_size, human_edits

EDITS = list(human_edits(DATA / "rasa_yaml_edits"))
pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(not EDITS, reason=f"no edits of people in {DATA} (set INTENT_AL_DATA)"),
]


@pytest.mark.parametrize("one", EDITS, ids=lambda one: one.name)
def test_a_human_edit_is_replayed_with_no_larger_diff(one: HumanEdit) -> None:
    operations, outside = one.operations()
    assert not outside
    found = edit(one.before, operations, FILE)
    read_back.check(one.before, found.after, operations, FILE, found.touched)
    theirs, ours = rasa_reads(one.after), rasa_reads(found.after)
    assert set(ours[0]) == set(theirs[0])
    assert ours[1] == theirs[1]
    assert set(ours[2]) == set(theirs[2])
    assert {k: set(v) for k, v in ours[3].items()} == {k: set(v) for k, v in theirs[3].items()}
    assert diff_size(one.before, found.after) <= diff_size(one.before, one.after)
