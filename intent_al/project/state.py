"""Our own folder in the bot's, and the secret in it."""

from __future__ import annotations

import secrets
from pathlib import Path

from intent_al.errors import ConfigError
from intent_al.system.durable import create_secret, replace_file


def state_folder(path: Path) -> None:
    """Our folder inside the bot's repository; what is in it is never committed."""
    try:
        path.mkdir(exist_ok=True)
        ignore = path / ".gitignore"
        if not ignore.exists():
            replace_file(ignore, b"*\n", shared=True)
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
    # where another process was first, its key counts
    return key if create_secret(path, key.hex().encode("ascii")) else masking_key(path)
