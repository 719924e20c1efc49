"""A simulation that is stopped goes on; another one is never mixed into it."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from intent_al.errors import ConfigError, UsageError
from intent_al.simulation.loop import Step
from intent_al.simulation.record import STEPS, SimulationRecord

FACTS = {"data": "abc", "batch": 50}
STEP = Step(50, 0.5, 0.4, 0.1, 2_000, (1, 2, 3))


def test_steps_come_back_as_they_were(tmp_path: Path) -> None:
    with closing(SimulationRecord(tmp_path, FACTS)) as record:
        assert record.done("margin", 0) == []
        record.add("margin", 0, STEP)
    with closing(SimulationRecord(tmp_path, FACTS)) as record:
        assert record.done("margin", 0) == [STEP]
        assert record.done("margin", 1) == record.done("random", 0) == []


def test_a_line_that_a_kill_cut_off_is_forgotten(tmp_path: Path) -> None:
    with closing(SimulationRecord(tmp_path, FACTS)) as record:
        record.add("margin", 0, STEP)
        record.add("margin", 0, Step(100, 0.6, 0.5))
    path = tmp_path / STEPS
    path.write_bytes(path.read_bytes()[:-9])
    with closing(SimulationRecord(tmp_path, FACTS)) as record:
        assert record.done("margin", 0) == [STEP]
        record.add("margin", 0, Step(100, 0.7, 0.5))
    with closing(SimulationRecord(tmp_path, FACTS)) as record:
        assert [step.bought for step in record.done("margin", 0)] == [50, 100]


def test_a_folder_of_another_simulation_is_left_alone(tmp_path: Path) -> None:
    with closing(SimulationRecord(tmp_path, FACTS)) as record:
        record.add("margin", 0, STEP)
    before = (tmp_path / STEPS).read_bytes()
    with pytest.raises(UsageError, match="another simulation: its batch differs"):
        SimulationRecord(tmp_path, {**FACTS, "batch": 20})
    assert (tmp_path / STEPS).read_bytes() == before


def test_a_file_that_is_no_record_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / STEPS).write_text("shopping list\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no line of a simulation"):
        SimulationRecord(tmp_path, FACTS)


def test_a_folder_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot be written"):
        SimulationRecord(tmp_path / "file" / "folder", FACTS)
