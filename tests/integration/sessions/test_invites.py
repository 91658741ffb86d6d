"""Invitations and the guests that come by them."""

from tests.integration.sessions.world import ORIGIN, Host, browser, guest_of, refusal, sql


def test_an_invitation_is_a_link_whose_secret_no_server_sees(host: Host) -> None:
    session_id = host.open_session()
    url = host.browser.post(f"/api/sessions/{session_id}/invites").json()["url"]
    address, _, secret = url.partition("#")
    assert address == f"{ORIGIN}/watch/{session_id}"
    assert len(secret) >= 43
    kept = sql("select digest from invites where session_id = %s", session_id)
    assert [secret.encode() in row["digest"] for row in kept] == [False]


def test_a_guest_joins_with_a_cookie_for_that_session_alone(host: Host) -> None:
    session_id = host.open_session(title="Premiere")
    visitor = browser()
    joined = visitor.post(f"/api/sessions/{session_id}/join", json={"invite": host.invite(session_id)})
    assert joined.json() == {"session": {"id": session_id, "title": "Premiere"}}
    cookie = joined.headers["set-cookie"].lower()
    assert cookie.startswith("matinee_guest=")
    assert f"path=/api/sessions/{session_id};" in cookie
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


def test_a_guest_is_no_host(host: Host) -> None:
    session_id = host.open_session()
    guest = guest_of(session_id, host.invite(session_id))
    for method, call in (("GET", ""), ("POST", "/invites"), ("POST", "/end"), ("GET", "/receipt")):
        assert refusal(guest.request(method, f"/api/sessions/{session_id}{call}")) == (401, "not_authenticated")


def test_a_new_link_ends_the_old_one_and_its_guests_and_their_cookies(host: Host) -> None:
    session_id = host.open_session()
    first = host.invite(session_id)
    guest = guest_of(session_id, first)
    assert guest.get(f"/api/sessions/{session_id}/stream").status_code == 200
    (before,) = sql("select access_epoch from sessions where id = %s", session_id)

    second = host.invite(session_id)
    again = browser().post(f"/api/sessions/{session_id}/join", json={"invite": first})
    assert refusal(again) == (403, "invite_invalid")
    assert refusal(guest.get(f"/api/sessions/{session_id}/stream")) == (403, "forbidden")
    (after,) = sql("select access_epoch, extract(epoch from now()) as now from sessions where id = %s", session_id)
    assert before["access_epoch"] < after["access_epoch"] < after["now"]
    assert guest_of(session_id, second).get(f"/api/sessions/{session_id}/stream").status_code == 200


def test_a_link_opens_no_other_session(host: Host) -> None:
    first, second = host.open_session(), host.open_session()
    host.invite(second)
    response = browser().post(f"/api/sessions/{second}/join", json={"invite": host.invite(first)})
    assert refusal(response) == (403, "invite_invalid")


def test_nobody_joins_an_ended_session_or_one_that_never_was(host: Host) -> None:
    session_id = host.open_session()
    secret = host.invite(session_id)
    host.browser.post(f"/api/sessions/{session_id}/end")
    assert refusal(browser().post(f"/api/sessions/{session_id}/join", json={"invite": secret})) == (409, "session_ended")
    nowhere = "/api/sessions/00000000-0000-7000-8000-000000000000/join"
    assert refusal(browser().post(nowhere, json={"invite": secret})) == (404, "session_not_found")


def test_a_guest_is_let_in_no_longer_than_the_session_lasts(host: Host) -> None:
    session_id = host.open_session(ends_at="2099-01-01T00:00:00Z")
    guest_of(session_id, host.invite(session_id))
    sql("update sessions set ends_at = now() + interval '1 hour' where id = %s", session_id)
    guest_of(session_id, host.invite(session_id))
    (row,) = sql(
        """
        select g.expires_at = s.ends_at as same from guests g join invites i on i.id = g.invite_id
          join sessions s on s.id = i.session_id where s.id = %s and i.revoked_at is null
        """,
        session_id,
    )
    assert row["same"]
