"""Passwords: slow to try, salted, and long enough. By scrypt, as Werkzeug writes it."""

from __future__ import annotations

from werkzeug.security import check_password_hash, generate_password_hash

from intent_al.errors import UsageError

LEAST = 10
"""Characters; length is what counts (NIST SP 800-63B asks for 8 and no rules of composition)."""
MOST = 1_000

_NOBODY = generate_password_hash("nobody has this password")


def hashed(password: str, name: str) -> str:
    """Raises UsageError for one that is too short, too long, or the name itself."""
    if not LEAST <= len(password) <= MOST:
        raise UsageError(f"a password has {LEAST} to {MOST:,} characters; a sentence is a good one")
    if password.casefold() == name.casefold() or len(set(password)) < 4:
        raise UsageError("this password is too easy to guess")
    return generate_password_hash(password)


def right(stored: str | None, password: str) -> bool:
    """Takes as long for a user that there is not, lest the clock betrays names."""
    matches = check_password_hash(stored or _NOBODY, password[:MOST])
    return matches and stored is not None
