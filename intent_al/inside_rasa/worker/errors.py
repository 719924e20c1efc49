"""What can be wrong with a model, told to the process that asked."""

from __future__ import annotations


class ModelError(Exception):
    """``kind`` is no_model, version or no_nlu; the message goes on after the archive's name."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind
