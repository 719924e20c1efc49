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
    from apscheduler.triggers.cron import CronTrigger
    from apscheduler.triggers.interval import IntervalTrigger

    text = every.strip().lower()
    if text == NEVER:
        return None
    if _CRON.fullmatch(text):
        try:
            return CronTrigger.from_crontab(text)
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
