"""One tree of errors, sorted by what the caller should do; each class has its own exit code.

IntentAlError                1  anything below
├── ConfigError              3  the settings or the project folder are not usable: fix them
├── SourceError              4  a conversation log cannot be read: fix or wait for the source
├── TrainingDataError        5  a file of the bot is one that Rasa rejects: fix the file
├── StoreError               6  our own database cannot be used: locked, corrupt, too new
├── BusyError                7  another run holds the lock: try again later
├── WriteRefusedError        8  a change of the bot's files was not exactly what was meant
├── NotEnoughDataError       9  there is too little to train or to judge: get more data
├── GateRefused             10  the candidate is worse than the current model
├── GateInconclusive        11  too few test items to tell
├── FindingsError           12  lint or check found what must not be shipped
├── NothingToDo             13  a cycle found nothing new to learn from
├── RasaError               14  the bot's Rasa could not do it: interpreter, model or server
├── ConflictError           15  somebody else has decided meanwhile
├── DeniedError             16  not signed in, or not allowed to
└── UsageError               2  the command's words are off (click uses the same code)

The command line catches ``IntentAlError`` and ``connectors.errors.ConnectorError`` once and prints
one line; any other exception is a bug and shows a traceback.
"""

from __future__ import annotations

from pathlib import Path


class IntentAlError(Exception):
    """Base of all errors that a user can do something about.

    The message says what was found, where, and what to do. ``where`` is a file, table or URL.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str | Path | None = None, line: int | None = None):
        super().__init__(message)
        self.message = message
        self.where = str(where) if where is not None else None
        self.line = line

    def __str__(self) -> str:
        if self.where is None:
            return self.message
        place = self.where if self.line is None else f"{self.where}:{self.line}"
        return f"{place}: {self.message}"


class UsageError(IntentAlError):
    exit_code = 2


class ConfigError(IntentAlError):
    exit_code = 3


class SourceError(IntentAlError):
    exit_code = 4


class TrainingDataError(IntentAlError):
    exit_code = 5


class StoreError(IntentAlError):
    exit_code = 6


class BusyError(IntentAlError):
    exit_code = 7


class WriteRefusedError(IntentAlError):
    exit_code = 8


class NotEnoughDataError(IntentAlError):
    exit_code = 9


class GateRefused(IntentAlError):  # noqa: N818 - an outcome, named as the job reports it
    exit_code = 10


class GateInconclusive(IntentAlError):  # noqa: N818
    exit_code = 11


class FindingsError(IntentAlError):
    exit_code = 12


class NothingToDo(IntentAlError):  # noqa: N818 - an outcome, too
    exit_code = 13


class RasaError(IntentAlError):
    exit_code = 14


class ConflictError(IntentAlError):
    """What was shown is not so any more."""

    exit_code = 15


class DeniedError(IntentAlError):
    exit_code = 16
