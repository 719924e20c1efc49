"""Who may use the review page: people, their sessions, and tokens for programs.

Secrets are stored as hashes. A password is slow to try (see ``web.passwords``); sessions and tokens
are 256 random bits, which no dictionary holds, so a plain SHA-256 will do.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import orjson

from intent_al.errors import UsageError
from intent_al.store import audit
from intent_al.store.database import Store


class User(NamedTuple):
    id: int
    name: str
    role: str
    password: str
    created_at: float
    disabled_at: float | None
    preferences: Mapping[str, Any]


class WebSession(NamedTuple):
    user: User
    csrf: str
    expires_at: float


class Token(NamedTuple):
    id: int
    user: str
    name: str
    scopes: tuple[str, ...]
    created_at: float
    expires_at: float
    used_at: float | None
    revoked_at: float | None


_USER = "user.id, user.name, role, password, user.created_at, disabled_at, preferences"


def users(store: Store) -> list[User]:
    rows = store.query(f"SELECT {_USER} FROM user ORDER BY name")
    return [_user(row) for row in rows]


def find_user(store: Store, name: str) -> User | None:
    rows = store.query(f"SELECT {_USER} FROM user WHERE name = ?", (name,))
    return _user(rows[0]) if rows else None


def any_user(store: Store) -> bool:
    return bool(store.count("SELECT EXISTS (SELECT 1 FROM user WHERE disabled_at IS NULL)"))


def add_user(store: Store, name: str, role: str, password: str, *, by: str, now: float) -> None:
    """``password`` is its hash. Raises UsageError for a name that is taken."""
    with store.write() as connection:
        try:
            connection.execute(
                "INSERT INTO user (name, role, password, created_at) VALUES (?, ?, ?, ?)",
                (name, role, password, now),
            )
        except sqlite3.IntegrityError:
            raise UsageError(f"there is a user {name!r} already") from None
        audit.write(connection, now, by, "add user", f"user {name}", after={"role": role})


def change_user(
    store: Store,
    name: str,
    *,
    by: str,
    now: float,
    role: str | None = None,
    password: str | None = None,
    disabled: bool | None = None,
) -> None:
    """Change what is not None; sessions and tokens of who is changed so end at once.

    Raises UsageError for a name that there is not, and where no admin would be left.
    """
    with store.write() as connection:
        row = connection.execute(
            "SELECT id, role, disabled_at FROM user WHERE name = ?", (name,)
        ).fetchone()
        if row is None:
            raise UsageError(f"there is no user {name!r}")
        connection.execute(
            "UPDATE user SET role = coalesce(?, role), password = coalesce(?, password),"
            " disabled_at = CASE ? WHEN 1 THEN ? WHEN 0 THEN NULL ELSE disabled_at END"
            " WHERE id = ?",
            (role, password, None if disabled is None else int(disabled), now, row[0]),
        )
        left = connection.execute(
            "SELECT count(*) FROM user WHERE role = 'admin' AND disabled_at IS NULL"
        ).fetchone()[0]
        if row[1] == "admin" and row[2] is None and not left:
            raise UsageError(f"{name} is the last admin: make another one first")
        connection.execute("DELETE FROM web_session WHERE user = ?", (row[0],))
        if disabled or role is not None:
            connection.execute(
                "UPDATE api_token SET revoked_at = ? WHERE user = ? AND revoked_at IS NULL",
                (now, row[0]),
            )
        before: audit.State = {"role": row[1], "disabled": int(row[2] is not None)}
        now_off = row[2] is not None if disabled is None else disabled
        after: audit.State = {
            "role": role or row[1],
            "disabled": int(now_off),
            "password": "changed" if password else None,
        }
        audit.write(connection, now, by, "change user", f"user {name}", before=before, after=after)


def set_preferences(store: Store, user: int, preferences: Mapping[str, Any]) -> None:
    with store.write() as connection:
        connection.execute(
            "UPDATE user SET preferences = ? WHERE id = ?",
            (orjson.dumps(preferences).decode(), user),
        )


def open_session(store: Store, user: User, *, now: float, seconds: float) -> str:
    """The secret that the browser is to hold; sessions that have expired are swept out."""
    secret = secrets.token_urlsafe(32)
    with store.write() as connection:
        connection.execute("DELETE FROM web_session WHERE expires_at < ?", (now,))
        connection.execute(
            "INSERT INTO web_session (id, user, csrf, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?)",
            (_hash(secret), user.id, secrets.token_urlsafe(24), now, now + seconds),
        )
        audit.write(connection, now, user.name, "sign in", f"user {user.name}")
    return secret


def find_session(store: Store, secret: str, *, now: float) -> WebSession | None:
    rows = store.query(
        f"SELECT {_USER}, csrf, expires_at FROM web_session JOIN user ON user.id = user"
        " WHERE web_session.id = ? AND expires_at > ? AND disabled_at IS NULL",
        (_hash(secret), now),
    )
    return WebSession(_user(rows[0]), rows[0]["csrf"], rows[0]["expires_at"]) if rows else None


def close_session(store: Store, secret: str) -> None:
    with store.write() as connection:
        connection.execute("DELETE FROM web_session WHERE id = ?", (_hash(secret),))


def add_token(
    store: Store,
    user: User,
    name: str,
    scopes: Sequence[str],
    *,
    by: str,
    now: float,
    seconds: float,
) -> str:
    """The token, which is shown once and stored nowhere."""
    secret = f"ial_{secrets.token_urlsafe(32)}"
    with store.write() as connection:
        made = connection.execute(
            "INSERT INTO api_token (user, name, hash, scopes, created_at, expires_at)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (user.id, name, _hash(secret), orjson.dumps(scopes).decode(), now, now + seconds),
        )
        after: audit.State = {"user": user.name, "name": name, "scopes": list(scopes)}
        audit.write(connection, now, by, "add token", f"token {made.lastrowid}", after=after)
    return secret


def tokens(store: Store) -> list[Token]:
    rows = store.query(
        "SELECT api_token.id, user.name, api_token.name, scopes, api_token.created_at, expires_at,"
        " used_at, revoked_at FROM api_token JOIN user ON user.id = user ORDER BY api_token.id"
    )
    return [Token._make((*row[:3], tuple(orjson.loads(row[3])), *row[4:])) for row in rows]


def revoke_token(store: Store, number: int, *, by: str, now: float) -> None:
    with store.write() as connection:
        done = connection.execute(
            "UPDATE api_token SET revoked_at = ? WHERE id = ? AND revoked_at IS NULL",
            (now, number),
        )
        if not done.rowcount:
            raise UsageError(f"there is no valid token {number}")
        audit.write(connection, now, by, "revoke token", f"token {number}")


def find_token(store: Store, secret: str, *, now: float) -> tuple[User, tuple[str, ...]] | None:
    """Whose it is, and what it may do; None where it is unknown, revoked or expired."""
    rows = store.query(
        f"SELECT {_USER}, scopes, api_token.id AS token, used_at FROM api_token"
        " JOIN user ON user.id = user WHERE hash = ? AND expires_at > ? AND revoked_at IS NULL"
        " AND disabled_at IS NULL",
        (_hash(secret), now),
    )
    if not rows:
        return None
    row = rows[0]
    if now - (row["used_at"] or 0) > _USE_IS_NOTED_AFTER:
        with store.write() as connection:
            connection.execute("UPDATE api_token SET used_at = ? WHERE id = ?", (now, row["token"]))
    return _user(row), tuple(orjson.loads(row["scopes"]))


_USE_IS_NOTED_AFTER = 60.0
"""Seconds: a program that asks a hundred times a second must not write as often."""


def _user(row: sqlite3.Row) -> User:
    return User._make((*tuple(row)[:6], orjson.loads(row["preferences"])))


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
