"""Accounts: signing up, in and out, the limits on guessing, and leaving."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.sessions.accounts import _subject
from matinee import db
from matinee.db.accounts import note_login_attempt
from tests.integration.sessions.world import (
    PASSWORD,
    Cloud,
    Host,
    browser,
    new_email,
    new_host,
    reconfigure,
    refusal,
    sql,
    wait_until_blocked_or_done,
)

pytestmark = pytest.mark.usefixtures("cloud")


def _log_in_wrongly(email: str) -> tuple[int, str]:
    return refusal(browser().post("/api/login", json={"email": email, "password": "not the password"}))


def test_a_new_host_can_sign_in_and_is_known_by_cookie_and_by_bearer_token() -> None:
    visitor, email = browser(), new_email()
    signed_up = visitor.post("/api/users", json={"email": email, "password": PASSWORD, "name": "  Zoë  "})
    assert signed_up.status_code == 201
    assert signed_up.json().keys() == {"id", "email", "name", "created_at"}
    assert (signed_up.json()["email"], signed_up.json()["name"]) == (email, "Zoë")
    assert refusal(visitor.get("/api/me")) == (401, "not_authenticated")

    signed_in = visitor.post("/api/login", json={"email": email, "password": PASSWORD})
    assert signed_in.json()["user"] == signed_up.json()
    cookie = signed_in.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert visitor.get("/api/me").json() == signed_up.json()
    bearer = {"Authorization": f"Bearer {signed_in.json()['token']}"}
    assert browser().get("/api/me", headers=bearer).json() == signed_up.json()


def test_neither_password_nor_token_is_kept_as_it_is(host: Host) -> None:
    kept = sql("select password_hash from users where email = %s", host.email)[0]["password_hash"]
    assert kept.startswith("$argon2id$")
    assert PASSWORD not in kept
    tokens = sql("select t.digest from access_tokens t join users u on u.id = t.user_id where u.email = %s", host.email)
    assert [host.token.encode() in row["digest"] for row in tokens] == [False]


def test_the_cookie_is_marked_secure_where_the_origin_is_https(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    reconfigure(monkeypatch, public_url="https://matinee.test")
    signed_in = browser().post("/api/login", json={"email": host.email, "password": PASSWORD})
    assert "; secure" in signed_in.headers["set-cookie"].lower()


def test_an_email_address_has_one_account_whatever_its_case(host: Host) -> None:
    again = {"email": host.email.upper().replace("EXAMPLE.COM", "example.com"), "password": PASSWORD, "name": "Another"}
    assert refusal(browser().post("/api/users", json=again)) == (409, "email_taken")


def test_sign_up_can_be_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    reconfigure(monkeypatch, signup_open=False)
    form = {"email": new_email(), "password": PASSWORD, "name": "Late"}
    assert refusal(browser().post("/api/users", json=form)) == (403, "signup_closed")


def test_a_malformed_sign_up_is_refused_field_by_field_without_repeating_what_was_typed() -> None:
    response = browser().post("/api/users", json={"email": "not-an-address", "password": "geheim7", "name": "a\u0000b"})
    assert refusal(response) == (422, "invalid_request")
    assert [error["field"] for error in response.json()["errors"]] == ["email", "password", "name"]
    assert "geheim7" not in response.text
    assert "not-an-address" not in response.text


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]", b'"text"', b'{"email": "\\ud800", "password": "x"}'])
def test_a_body_that_is_no_login_is_a_malformed_request(body: bytes) -> None:
    response = browser().post("/api/login", content=body, headers={"Content-Type": "application/json"})
    assert refusal(response) == (422, "invalid_request")


def test_a_body_beyond_all_reason_is_refused() -> None:
    response = browser().post("/api/login", json={"email": "a", "password": "x" * (2 << 20)})
    assert refusal(response) == (413, "request_too_large")


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(host: Host) -> None:
    wrong = browser().post("/api/login", json={"email": host.email, "password": "not the password"})
    unknown = browser().post("/api/login", json={"email": new_email(), "password": "not the password"})
    assert refusal(wrong) == (401, "wrong_credentials")
    assert wrong.json() == unknown.json()


def test_after_too_many_failures_even_the_right_password_has_to_wait(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    reconfigure(monkeypatch, login_failures_allowed=3, login_window_seconds=600)
    assert [_log_in_wrongly(host.email) for _ in range(3)] == [(401, "wrong_credentials")] * 3
    response = browser().post("/api/login", json={"email": host.email, "password": PASSWORD})
    assert refusal(response) == (429, "too_many_attempts")
    assert 0 < int(response.headers["retry-after"]) <= 600

    sql("update login_failures set at = at - interval '601 seconds'")
    assert browser().post("/api/login", json={"email": host.email, "password": PASSWORD}).status_code == 200


def test_a_login_that_went_well_forgives_the_failures_before_it(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    reconfigure(monkeypatch, login_failures_allowed=2)
    for _ in range(3):
        assert _log_in_wrongly(host.email) == (401, "wrong_credentials")
        assert browser().post("/api/login", json={"email": host.email, "password": PASSWORD}).status_code == 200


def test_many_guesses_at_once_are_no_more_than_many_in_a_row(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    reconfigure(monkeypatch, login_failures_allowed=3)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(_log_in_wrongly, [host.email] * 12))
    assert sorted(answers) == [(401, "wrong_credentials")] * 3 + [(429, "too_many_attempts")] * 9


def test_a_guess_waits_for_the_count_of_the_one_under_way(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    reconfigure(monkeypatch, login_failures_allowed=1)
    with ThreadPoolExecutor(1) as pool:
        with db.transaction() as other:
            note_login_attempt(other, [_subject("email", host.email)], window_seconds=600)
            second = pool.submit(_log_in_wrongly, host.email)
            wait_until_blocked_or_done(second)
        assert second.result() == (429, "too_many_attempts")


def test_guessing_at_many_accounts_from_one_network_address_is_limited_too(monkeypatch: pytest.MonkeyPatch) -> None:
    reconfigure(monkeypatch, login_failures_allowed_per_address=2)
    guesser = browser()
    tries = [refusal(guesser.post("/api/login", json={"email": new_email(), "password": "guess"})) for _ in range(3)]
    assert tries == [(401, "wrong_credentials"), (401, "wrong_credentials"), (429, "too_many_attempts")]


def test_a_guesser_cannot_make_up_another_network_address(monkeypatch: pytest.MonkeyPatch) -> None:
    reconfigure(monkeypatch, login_failures_allowed_per_address=2)
    guesser = browser()
    real = guesser.headers["x-forwarded-for"]
    tries = [
        refusal(
            guesser.post(
                "/api/login",
                json={"email": new_email(), "password": "guess"},
                headers={"X-Forwarded-For": f"192.0.2.{n}, {real}"},  # as a proxy of ours extends what it was sent
            )
        )
        for n in range(3)
    ]
    assert tries[2] == (429, "too_many_attempts")


def test_after_signing_out_the_token_is_void_everywhere(host: Host) -> None:
    assert host.browser.post("/api/logout").status_code == 204
    assert "matinee_auth" not in host.browser.cookies
    assert refusal(browser().get("/api/me", headers={"Authorization": f"Bearer {host.token}"})) == (401, "not_authenticated")
    assert browser().post("/api/logout").status_code == 204


def test_a_token_that_ran_out_is_void(host: Host) -> None:
    sql(
        """
        update access_tokens t set created_at = now() - interval '2 days', expires_at = now() - interval '1 second'
          from users u where u.id = t.user_id and u.email = %s
        """,
        host.email,
    )
    assert refusal(host.browser.get("/api/me")) == (401, "not_authenticated")


@pytest.mark.parametrize("token", ["", "x", "x" * 5000, "é"])
def test_a_made_up_token_is_void(token: str) -> None:
    response = browser().get("/api/me", headers={b"Authorization": f"Bearer {token}".encode("latin-1")})
    assert refusal(response) == (401, "not_authenticated")
    assert response.headers["www-authenticate"] == "Bearer"


def test_who_leaves_ends_all_sessions_and_can_come_back_under_the_same_address(host: Host, cloud: Cloud) -> None:
    opened = {host.open_session() for _ in range(12)}
    over = host.open_session()
    host.browser.post(f"/api/sessions/{over}/end")
    cloud.events("session.ended")

    left = host.browser.delete("/api/me")
    assert (left.status_code, left.content) == (202, b"")
    assert {event["session_id"] for event in cloud.events("session.ended")} == opened
    assert refusal(browser().get("/api/me", headers={"Authorization": f"Bearer {host.token}"})) == (401, "not_authenticated")
    assert _log_in_wrongly(host.email) == (401, "wrong_credentials")
    assert sql("select count(*) as n from sessions where id = any(%s::uuid[]) and ended_at is null", list(opened)) == [{"n": 0}]
    assert (
        sql(
            "select 1 from users where email = %s or name = 'A host' and id in (select host_id from sessions where id = %s)",
            host.email,
            over,
        )
        == []
    )
    form = {"email": host.email, "password": PASSWORD, "name": "Back again"}
    assert browser().post("/api/users", json=form).status_code == 201


def test_hosts_do_not_get_into_each_others_accounts(host: Host) -> None:
    other = new_host()
    assert other.browser.get("/api/me").json()["email"] == other.email
    assert host.browser.get("/api/me").json()["email"] == host.email
