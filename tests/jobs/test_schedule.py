"""Jobs by the clock: each by itself, one at a time, and none takes the other along."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from intent_al.errors import BusyError, ConfigError, NotEnoughDataError
from intent_al.jobs.schedule import Job, Told, serve, trigger_of
from tests.support.limits import HANG, until

MONDAY = datetime(2026, 11, 23, 12, 0, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("every", "seconds"),
    [
        ("5 s", 5),
        ("5s", 5),
        ("30 seconds", 30),
        ("1 min", 60),
        ("5 Minutes", 300),
        ("2 hours", 7_200),
        ("1 h", 3_600),
        ("1 day", 86_400),
        ("1 week", 604_800),
    ],
)
def test_intervals_are_read_as_people_write_them(every: str, seconds: int) -> None:
    assert trigger_of(every, "x").interval.total_seconds() == seconds


def test_a_line_of_a_crontab_says_when() -> None:
    found = trigger_of("30 3 * * fri", "x").get_next_fire_time(None, MONDAY)
    assert (found.strftime("%a %H:%M")) == "Fri 03:30"


def test_never_is_never() -> None:
    assert trigger_of("never", "x") is None


@pytest.mark.parametrize(
    ("every", "message"),
    [
        ("4 seconds", "between 5 seconds and a week"),
        ("8 days", "between 5 seconds and a week"),
        ("99999999999999 weeks", "between 5 seconds and a week"),
        ("often", "is no interval"),
        ("5 parsecs", "is no interval"),
        ("", "is no interval"),
        ("61 * * * *", "no line of a crontab"),
    ],
)
def test_anything_else_is_refused_by_name(every: str, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"\[schedule\] intake.*{message}"):
        trigger_of(every, "[schedule] intake")


class Clock:
    """Runs ``serve`` in a thread until a condition holds."""

    def __init__(self, *jobs: Job, **more: Any) -> None:
        self.told: list[Told] = []
        self.stop = threading.Event()
        self.thread = threading.Thread(
            target=serve, args=(jobs, self.told.append, self.stop), kwargs=more
        )

    def until(self, true: Callable[[], bool]) -> None:
        self.thread.start()
        try:
            until(true)
        finally:
            self.stop.set()
            self.thread.join(HANG)
        assert not self.thread.is_alive()


def test_what_a_job_did_is_said_and_nothing_is_not() -> None:
    answers = iter(["first", None, "third"])
    job = Job("intake", "5 s", lambda: next(answers, None), at_once=True)
    clock = Clock(job)
    clock.until(lambda: bool(clock.told))
    assert [(one.job, one.line, one.failed) for one in clock.told] == [("intake", "first", False)]


def test_a_long_job_does_not_stop_the_other() -> None:
    release, ran = threading.Event(), []
    slow = Job("cycle", "5 s", lambda: str(release.wait(HANG)), at_once=True)
    quick = Job("intake", "5 s", lambda: ran.append(1), at_once=True)  # type: ignore[func-returns-value]
    clock = Clock(slow, quick, before_end=release.set)
    clock.until(lambda: len(ran) >= 2)
    assert [one.job for one in clock.told] == ["cycle"]


def test_a_job_that_fails_is_one_line_and_runs_again() -> None:
    ran = []

    def fails() -> str | None:
        ran.append(1)
        if len(ran) == 1:
            raise NotEnoughDataError("no user\nmessage yet")
        if len(ran) == 2:
            raise BusyError("held")
        raise RuntimeError("a bug")

    clock = Clock(Job("intake", "5 s", fails, at_once=True))
    clock.until(lambda: len(clock.told) >= 3)
    assert [one.line for one in clock.told] == [
        "no user message yet",
        "another intake is running: left out",
        "RuntimeError: a bug",
    ]
    assert all(one.failed for one in clock.told)


def test_the_same_complaint_is_said_once() -> None:
    ran = []

    def fails() -> str | None:
        ran.append(1)
        raise NotEnoughDataError("no user message yet")

    clock = Clock(Job("intake", "5 s", fails, at_once=True))
    clock.until(lambda: len(ran) >= 2)
    assert len(clock.told) == 1


WEEK = datetime(2026, 11, 1, tzinfo=timezone.utc)  # a Sunday


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ("0", "sun"),
        ("7", "sun"),
        ("1", "mon"),
        ("1-5", "mon tue wed thu fri"),
        ("5-7", "fri sat sun"),
        ("0-2", "sun mon tue"),
        ("fri-sun", "fri sat sun"),
        ("*/2", "sun tue thu sat"),
        ("1,3,sat", "mon wed sat"),
        ("1-5/2", "mon wed fri"),
        ("4/2", "thu sat"),
        ("*", "sun mon tue wed thu fri sat"),
    ],
)
def test_days_of_the_week_are_those_of_cron(days: str, expected: str) -> None:
    trigger = trigger_of(f"0 3 * * {days}", "[schedule] cycle")
    assert fires(trigger) == set(expected.split())


def test_a_day_of_the_month_or_of_the_week_will_do() -> None:
    """As cron has it: the fourth, a Wednesday, and every Friday."""
    assert fires(trigger_of("0 3 4 * 5", "[schedule] cycle")) == {"wed", "fri"}


def fires(trigger: Any) -> set[str]:
    """The days of one week on which a trigger fires."""
    days, now = set(), WEEK
    while True:
        at = trigger.get_next_fire_time(None, now)
        if at is None or at >= WEEK + timedelta(days=7):
            return days
        days.add(at.strftime("%a").lower())
        now = at + timedelta(seconds=1)


@pytest.mark.parametrize("days", ["8", "mo", "5-2", "1-", "*/0", "²"])
def test_what_is_no_day_of_the_week_is_refused(days: str) -> None:
    with pytest.raises(ConfigError, match="no line of a crontab"):
        trigger_of(f"0 3 * * {days}", "[schedule] cycle")
