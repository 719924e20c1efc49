"""What no request gets around: who is asking, from which page, and what the answer may do."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from intent_al.project.config import find_project
from intent_al.store import Store, accounts, decisions
from intent_al.web import create_app
from intent_al.web.access import Permission
from intent_al.web.context import KEY
from tests.support.people import PASSWORD, PEOPLE
from tests.support.person import Clock, Person

PAGES = [
    "/",
    "/review",
    "/review/1",
    "/queue",
    "/changes",
    "/history",
    "/progress",
    "/keys",
    "/together?intent=greet",
]
ADMIN = ["/audit", "/people"]
CHANGES = [
    "/review/next",
    "/review/undo",
    "/review/1/decide",
    "/review/1/flag",
    "/review/1/settle",
    "/changes/approve",
    "/changes/withdraw",
    "/queue/saved",
    "/together",
    "/gaps/decide",
    "/keys",
]


def routes(app: Flask, method: str) -> list[str]:
    rules = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return [re.sub(r"<[^>]+>", "1", rule.rule) for rule in rules if rule.endpoint != "static"]


def test_a_stranger_sees_the_sign_in_page_and_nothing_else(app: Flask) -> None:
    stranger = app.test_client()
    for path in routes(app, "GET"):
        answer = stranger.get(path)
        if path in ("/login", "/healthz"):
            assert answer.status_code == 200
        elif path.startswith("/api/"):
            assert answer.status_code == 401
            assert "sign in first" in answer.get_json()["error"]["message"]
        else:
            assert (answer.status_code, "/login" in answer.headers["Location"]) == (303, True), path


def test_a_stranger_changes_nothing(app: Flask, store: Store) -> None:
    stranger = app.test_client()
    for path in routes(app, "POST"):
        if path not in ("/login", "/logout"):
            assert stranger.post(path, json={}).status_code in (303, 401), path
    assert store.count("SELECT count(*) FROM audit WHERE action <> 'add user'") == 0


@pytest.mark.parametrize("path", [*PAGES, *ADMIN])
@pytest.mark.parametrize("name", PEOPLE)
def test_pages_are_for_roles(app: Flask, name: str, path: str) -> None:
    status = Person(app, name).client.get(path, follow_redirects=True).status_code
    reviewing = (
        path.startswith(("/review", "/keys", "/together"))
        and path != "/review/1"
        and name == "vera"
    )
    assert status == (403 if reviewing or (path in ADMIN and name != "ada") else 200)


def test_a_viewer_changes_nothing_and_sees_no_button_for_it(vera: Person, store: Store) -> None:
    for path in CHANGES[:6]:
        vera.client.post(path, data={"csrf": vera.csrf(), "choice": "ignore"})
    for path in ("/review/1", "/queue", "/changes", "/history"):
        assert not re.findall(r'action="/(review|changes)', vera.get(path)), path
    assert not decisions.answered(store, "bot")
    assert store.count("SELECT count(*) FROM claim") == 0


@pytest.mark.parametrize("path", CHANGES)
def test_a_form_without_the_token_of_the_session_is_refused(kim: Person, path: str) -> None:
    for csrf in ("", "wrong", "ümlaut"):
        answer = kim.client.post(path, data={"csrf": csrf, "choice": "ignore"})
        assert answer.status_code == 403
    assert kim.client.post(path, data={"choice": "ignore"}).status_code == 403


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
    ],
)
def test_another_site_cannot_use_the_session(kim: Person, headers: dict[str, str]) -> None:
    data = {"csrf": kim.csrf(), "choice": "ignore"}
    for path in (*CHANGES, "/login", "/logout"):
        assert kim.client.post(path, data=data, headers=headers).status_code == 403


@pytest.mark.parametrize("path", [*PAGES, *ADMIN, "/login", "/nowhere", "/healthz"])
def test_every_answer_forbids_what_no_page_needs(ada: Person, path: str) -> None:
    answer = ada.client.get(path, follow_redirects=True)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    page = answer.get_data(as_text=True)
    assert not re.search(r"<script(?![^>]*(src=|application/json))", page)
    assert not re.search(r"<[^>]+\s(on\w+|style)=", page)
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page


def test_the_session_is_out_of_the_scripts_reach(app: Flask, bot: Path) -> None:
    data = {"name": "kim", "password": PASSWORD}
    cookie = app.test_client().post("/login", data=data).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    behind = create_app(find_project(bot), https=True)
    assert "Secure" in behind.test_client().post("/login", data=data).headers["Set-Cookie"]
    behind.extensions[KEY].close()


def test_a_session_ends(kim: Person, clock: Clock) -> None:
    clock.at += 13 * 3600
    kim.get("/queue")
    assert kim.path == "/login"


def test_signing_out_ends_the_session_on_the_server(app: Flask, kim: Person) -> None:
    secret = kim.client.get_cookie("intent_al_session")
    assert secret is not None
    kim.post("/logout")
    thief = app.test_client()
    thief.set_cookie("intent_al_session", secret.value)
    assert thief.get("/queue").status_code == 303


def test_who_is_locked_out_is_out_at_once(kim: Person, store: Store) -> None:
    accounts.change_user(store, "kim", by="test", now=2.0, disabled=True)
    kim.get("/queue")
    assert kim.path == "/login"
    answer = kim.client.post("/login", data={"name": "kim", "password": PASSWORD})
    assert answer.status_code == 401


def test_guessing_is_slowed_down_and_names_are_not_told(app: Flask, clock: Clock) -> None:
    guess = app.test_client()
    answers = {guess.post("/login", data={"name": n, "password": "x"}).data for n in ("kim", "x")}
    assert len(answers) == 1
    for _ in range(5):
        status = guess.post("/login", data={"name": "kim", "password": "wrong"}).status_code
    assert status == 429
    right = {"name": "kim", "password": PASSWORD}
    assert guess.post("/login", data=right).status_code == 429
    clock.at += 3600
    assert guess.post("/login", data=right).status_code == 303


@pytest.mark.parametrize(
    "target",
    ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)", "\\/x"],
)
def test_signing_in_leads_nowhere_else(app: Flask, target: str) -> None:
    data = {"name": "kim", "password": PASSWORD, "next": target}
    assert app.test_client().post("/login", data=data).headers["Location"] == "/"


def test_signing_in_goes_on_where_it_interrupted(app: Flask) -> None:
    page = app.test_client().get("/queue?state=all", follow_redirects=True).get_data(as_text=True)
    assert 'name="next" value="/queue?state=all"' in page


def test_a_token_does_what_its_scopes_say_and_no_cookie_is_needed(app: Flask, store: Store) -> None:
    user = accounts.find_user(store, "kim")
    assert user is not None
    made = {
        scopes: accounts.add_token(
            store, user, "t", scopes, by="test", now=1_795_000_000.0, seconds=60
        )
        for scopes in ((Permission.READ.value,), ("read", "review"), ("read", "admin", "approve"))
    }

    def status(secret: str, method: str, path: str) -> int:
        headers = {"Authorization": f"Bearer {secret}"}
        client = app.test_client()
        return client.open(path, method=method, json={}, headers=headers).status_code

    reading, reviewing, greedy = made.values()
    assert status(reading, "GET", "/api/v1/queue") == 200
    assert status(reading, "POST", "/api/v1/claims") == 403
    assert status(reviewing, "POST", "/api/v1/claims") == 200
    assert status(greedy, "GET", "/api/v1/audit") == 403, "its owner may not"
    assert status("wrong", "GET", "/api/v1/queue") == 401
    assert app.test_client().get(f"/api/v1/queue?token={reading}").status_code == 401


def test_a_token_expires_and_is_revoked(app: Flask, store: Store, clock: Clock) -> None:
    user = accounts.find_user(store, "kim")
    assert user is not None
    secret = accounts.add_token(store, user, "t", ("read",), by="t", now=clock.at, seconds=60)
    headers = {"Authorization": f"Bearer {secret}"}
    client = app.test_client()
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    assert secret.encode() not in b"".join(
        bytes(str(tuple(row)), "utf-8") for row in store.query("SELECT * FROM api_token")
    )
    accounts.revoke_token(store, accounts.tokens(store)[0].id, by="t", now=clock.at)
    assert client.get("/api/v1/me", headers=headers).status_code == 401
    late = accounts.add_token(store, user, "t", ("read",), by="t", now=clock.at, seconds=60)
    clock.at += 61
    answer = client.get("/api/v1/me", headers={"Authorization": f"Bearer {late}"})
    assert answer.status_code == 401


def test_only_its_own_names_lead_to_a_page_on_this_machine(bot: Path) -> None:
    app = create_app(find_project(bot), hosts={"localhost", "127.0.0.1"})
    client = app.test_client()
    assert client.get("/login", base_url="http://127.0.0.1:8080").status_code == 200
    assert client.get("/login", base_url="http://rebound.example").status_code == 403
    app.extensions[KEY].close()


def test_a_fault_is_logged_and_not_shown(
    app: Flask, kim: Person, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def breaks(*_: object, **__: object) -> None:
        raise RuntimeError("secret of the server")

    monkeypatch.setattr("intent_al.web.views.history.history.past", breaks)
    page = kim.get("/history")
    assert kim.status == 500
    assert "secret" not in page
    assert "secret of the server" in caplog.text


def test_a_request_that_is_too_large_is_refused(kim: Person) -> None:
    data = {"csrf": kim.csrf(), "comment": "x" * 1_100_000}
    assert kim.client.post("/review/1/flag", data=data).status_code == 413
