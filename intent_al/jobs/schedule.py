"""Runs jobs by the clock in one process, for those who have no cron.

Each job has a thread of its own and runs once at a time: an hour of training never stops the logs.
A run that is due while the last one still runs is left out.
"""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from intent_al.errors import BusyError, ConfigError, IntentAlError

NEVER = "never"
SHORTEST, LONGEST = timedelta(seconds=5), timedelta(weeks=1)
_UNITS = {
    "s": "seconds",
    "second": "seconds",
    "min": "minutes",
    "minute": "minutes",
    "h": "hours",
    "hour": "hours",
    "d": "days",
    "day": "days",
    "week": "weeks",
}
_INTERVAL = re.compile(r"(\d+)\s*([a-z]+)")
_CRON = re.compile(r"\S+(?:\s+\S+){4}")


@dataclass(frozen=True, slots=True)
class Job:
    """``run`` returns one line about what it did, or None where that was nothing.

    ``every`` is an interval or a line of a crontab; ``at_once``: the first run is now.
    """

    name: str
    every: str
    run: Callable[[], str | None]
    at_once: bool = False


@dataclass(frozen=True, slots=True)
class Told:
    """What a run has to say; ``failed`` is for standard error."""

    at: float
    job: str
    line: str
    failed: bool = False


def trigger_of(every: str, what: str) -> Any:
    """APScheduler's trigger for ``5 minutes`` or ``0 3 * * 1``; None for ``never``.

    Raises ConfigError, which names ``what``, for anything else, and outside of 5 seconds to a week.
    """
    from apscheduler.triggers.interval import IntervalTrigger

    text = every.strip().lower()
    if text == NEVER:
        return None
    if _CRON.fullmatch(text):
        try:
            return _crontab(text)
        except ValueError as error:
            raise ConfigError(f"{what} = {every!r} is no line of a crontab: {error}") from None
    found = _INTERVAL.fullmatch(text)
    unit = None
    if found is not None:
        unit = _UNITS.get(found[2]) or _UNITS.get(found[2].removesuffix("s"))
    if found is None or unit is None:
        raise ConfigError(
            f"{what} = {every!r} is no interval: write `30 seconds`, `5 minutes`, `1 day`, "
            "`0 3 * * 1` or `never`"
        )
    try:
        interval = timedelta(**{unit: int(found[1])})
    except OverflowError:
        interval = timedelta.max
    if not SHORTEST <= interval <= LONGEST:
        raise ConfigError(f"{what} = {every!r} does not lie between 5 seconds and a week")
    return IntervalTrigger(seconds=int(interval.total_seconds()))


_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_DAY_OR_RANGE = re.compile(r"(?:\*|(\w+)(?:-(\w+))?)(?:/([1-9]\d*))?")


def _crontab(line: str) -> Any:
    """The trigger of a line as crontab(5) means it: the week begins with Sunday, which is 0 and 7,
    and where days of the month and of the week are both given, either will do. APScheduler's own
    reading has Monday as 0, and wants both. Raises ValueError."""
    from apscheduler.triggers.combining import OrTrigger
    from apscheduler.triggers.cron import CronTrigger

    minute, hour, day, month, weekday = line.split()
    week = _days_of_week(weekday)

    def trigger(day: str, week: str) -> Any:
        return CronTrigger(minute=minute, hour=hour, day=day, month=month, day_of_week=week)

    if day == "*" or weekday == "*":
        return trigger(day, week)
    return OrTrigger([trigger(day, "*"), trigger("*", week)])


def _days_of_week(field: str) -> str:
    """``1-5`` as ``mon,tue,wed,thu,fri``: names mean the same to everybody."""
    if field == "*":
        return field
    days: set[int] = set()
    for part in field.split(","):
        found = _DAY_OR_RANGE.fullmatch(part)
        if found is None:
            raise ValueError(f"{part!r} is no day of the week")
        first, last, step = found.groups()
        begin = 0 if first is None else _day(first)
        end = _day(last) if last else 6 if first is None or step else begin
        if end < begin and last in ("7", "sun"):
            end = 7
        if end < begin:
            raise ValueError(f"{part!r} begins after its end")
        days.update(day % 7 for day in range(begin, end + 1, int(step or 1)))
    return ",".join(_DAYS[day] for day in sorted(days))


def _day(text: str) -> int:
    if text in _DAYS:
        return _DAYS.index(text)
    if text.isascii() and text.isdecimal() and int(text) <= 7:
        return int(text)
    raise ValueError(f"{text!r} is no day of the week: 0 to 7, or sun to sat")


def serve(
    jobs: Sequence[Job],
    tell: Callable[[Told], None],
    stop: threading.Event,
    *,
    before_end: Callable[[], None] = lambda: None,
) -> None:
    """Run the jobs until ``stop`` is set; then, after ``before_end``, wait for what still runs."""
    from apscheduler.executors.pool import ThreadPoolExecutor
    from apscheduler.schedulers.background import BackgroundScheduler

    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # a run left out is no warning
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(max(1, len(jobs)))},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
    )
    for job in jobs:
        trigger = trigger_of(job.every, f"[schedule] {job.name}")
        if trigger is not None:
            first = {"next_run_time": datetime.now().astimezone()} if job.at_once else {}
            scheduler.add_job(_Runner(job, tell, stop), trigger, **first)
    scheduler.start()
    try:
        while not stop.wait(3600):
            pass
    finally:
        stop.set()
        before_end()
        scheduler.shutdown(wait=True)


class _Runner:
    """One job with the last thing it complained about, so that a log that is not there yet is said
    once and not every five seconds."""

    def __init__(self, job: Job, tell: Callable[[Told], None], stop: threading.Event) -> None:
        self._job = job
        self._tell = tell
        self._stop = stop
        self._last = ""

    def __call__(self) -> None:
        try:
            line = self._job.run()
        except BusyError:
            self._say(f"another {self._job.name} is running: left out", failed=True)
        except IntentAlError as error:
            self._say(" ".join(str(error).split()), failed=True)
        except Exception as error:  # a job that is broken must not take the other one along
            self._say(f"{type(error).__name__}: {error}", failed=True)
        else:
            self._last = ""
            if line is not None:
                self._tell(Told(time.time(), self._job.name, line))

    def _say(self, line: str, *, failed: bool) -> None:
        if line != self._last and not self._stop.is_set():
            self._last = line
            self._tell(Told(time.time(), self._job.name, line, failed))
