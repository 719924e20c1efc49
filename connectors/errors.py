"""Errors of connectors, told apart by what the caller should do.

ConnectorError
├── SettingsError    fix the settings: an unknown key, a missing value, no such file
├── SourceBroken     stop: the source is corrupt, or no log at all
├── TryAgain         try again later: locked, unreachable, timed out
└── SkipRecord       skip this record and go on (raised and caught inside a source)
"""

from __future__ import annotations


class ConnectorError(Exception):
    """Base. ``where`` names the file, table or address; the message says what to do."""

    def __init__(self, message: str, *, where: str | None = None):
        super().__init__(message)
        self.message = message
        self.where = where

    def __str__(self) -> str:
        return self.message if self.where is None else f"{self.where}: {self.message}"


class SettingsError(ConnectorError):
    pass


class SourceBroken(ConnectorError):  # noqa: N818 - named after what to do, as all of them
    pass


class TryAgain(ConnectorError):  # noqa: N818
    pass


class SkipRecord(ConnectorError):  # noqa: N818
    pass
