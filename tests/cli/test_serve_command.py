"""`serve` and `users`: who is let in, and which addresses are refused."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from intent_al.project.config import find_project
from intent_al.store import Store, accounts, audit
from tests.support.commands import Call

PASSWORD = "a long password"


@pytest.fixture(autouse=True)
def there(bot: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(bot)


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n" * 9))


def people(bot: Path) -> dict[str, str]:
    with Store(find_project(bot).database) as store:
        return {one.name: one.role for one in accounts.users(store)}


def test_nobody_could_sign_in_so_it_does_not_start(call: Call, bot: Path) -> None:
    found = call("serve", "--port", "0")
    assert found.code == 2
    assert "intent-al users add NAME --role admin" in found.err
    other = call("serve", "--host", "0.0.0.0", "--port", "0")
    assert other.code == 2
    assert "0.0.0.0 is refused" in other.err


@pytest.mark.usefixtures("typed")
def test_people_are_added_changed_and_locked_out(call: Call, bot: Path) -> None:
    assert call("users", "add", "ada", "--role", "admin").out == "ada is an admin now\n"
    assert call("users", "add", "kim").out == "kim is a reviewer now\n"
    assert people(bot) == {"ada": "admin", "kim": "reviewer"}
    assert call("users", "change", "kim", "--role", "approver").code == 0
    assert call("users", "change", "kim", "--disable").code == 0
    assert call("users", "list").out == "ada  admin\nkim  approver  disabled\n"
    with Store(find_project(bot).database) as store:
        assert [one.action for one in audit.entries(store)].count("change user") == 2
        stored = store.query("SELECT password FROM user")
    assert all(row[0].startswith("scrypt:") and PASSWORD not in row[0] for row in stored)


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("add", "ada"), "there is a user 'ada' already"),
        (("add", "two words"), "is no name"),
        (("add", "../x"), "is no name"),
        (("change", "ada", "--role", "viewer"), "the last admin"),
        (("change", "ada", "--disable"), "the last admin"),
        (("change", "ada"), "nothing to change"),
        (("change", "nobody", "--disable"), "there is no user 'nobody'"),
        (("token", "nobody"), "there is no user 'nobody'"),
        (("revoke", "7"), "there is no valid token 7"),
    ],
)
def test_what_cannot_be_meant_is_one_line(
    call: Call, bot: Path, words: tuple[str, ...], message: str
) -> None:
    call("users", "add", "ada", "--role", "admin")
    found = call("users", *words)
    assert found.code == 2
    assert message in found.err
    assert found.err.count("\n") == 1
    assert people(bot) == {"ada": "admin"}


@pytest.mark.parametrize("password", ["short", "kimkimkimkim", "aaaaaaaaaaaa", ""])
def test_a_password_that_is_easily_guessed_is_refused(
    call: Call, bot: Path, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    name = "kimkimkimkim" if password.startswith("kim") else "kim"
    assert call("users", "add", name).code == 2
    assert people(bot) == {}


@pytest.mark.usefixtures("typed")
def test_a_token_is_shown_once(call: Call, bot: Path) -> None:
    call("users", "add", "ada", "--role", "admin")
    secret = call("users", "token", "ada", "--scope", "read", "--json").data["token"]
    assert secret.startswith("ial_")
    listed = call("users", "list", "--json")
    assert secret not in listed.out
    assert listed.data["tokens"][0]["scopes"] == ["read"]
    assert call("users", "revoke", "1").out == "token 1 is revoked\n"
    assert "revoked" in call("users", "list").out
