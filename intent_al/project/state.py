"""Our own folder in the bot's, and the secret in it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from intent_al.errors import ConfigError


def state_folder(path: Path) -> None:
    """Our folder inside the bot's repository; what is in it is never committed."""
    try:
        path.mkdir(exist_ok=True)
        ignore = path / ".gitignore"
        if not ignore.exists():
            ignore.write_text("*\n", encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"cannot be written: {error.strerror}", where=path) from error


def masking_key(path: Path) -> bytes:
    """The secret behind surrogates and pseudonyms: made once, readable by its owner only."""
    try:
        return bytes.fromhex(path.read_text(encoding="ascii"))
    except FileNotFoundError:
        pass
    except ValueError as error:
        raise ConfigError("is no key; restore it from a backup", where=path) from error
    key = secrets.token_bytes(32)
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    temporary.touch(mode=0o600)
    temporary.write_text(key.hex(), encoding="ascii")
    try:
        os.link(temporary, path)  # fails where another process was first: its key counts
    except FileExistsError:
        return masking_key(path)
    finally:
        temporary.unlink()
    return key
