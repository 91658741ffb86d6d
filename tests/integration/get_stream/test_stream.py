"""The stream call: who gets a ticket, what it opens, and for how long."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.hashes import SHA1
from httpx2 import Response

from matinee.ids import new_id
from tests.integration.sessions.world import (
    ORIGIN,
    SIGNING_KEY_ID,
    Host,
    browser,
    guest_of,
    new_host,
    reconfigure,
    refusal,
    signing_key,
    sql,
)


def _cookies(response: Response) -> SimpleCookie:
    cookies: SimpleCookie = SimpleCookie()
    for header in response.headers.get_list("set-cookie"):
        cookies.load(header)
    return cookies


def _decoded(value: str) -> bytes:
    return base64.b64decode(value.replace("-", "+").replace("_", "=").replace("~", "/"), validate=True)


def _condition(response: Response) -> dict[str, Any]:
    policy = json.loads(_decoded(_cookies(response)["CloudFront-Policy"].value))
    condition: dict[str, Any] = policy["Statement"][0]["Condition"]
    return condition


def _add_video(session_id: str, **columns: object) -> UUID:
    video_id = new_id()
    values = {"id": video_id, "session_id": session_id, "filename": "a.mp4", "size_bytes": 1000, **columns}
    marks = ", ".join(["%s"] * len(values))
    sql(f"insert into videos ({', '.join(values)}) values ({marks})", *values.values())  # noqa: S608 - names from this file
    return video_id


def test_the_viewers_of_a_session_share_a_signature_for_some_seconds(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/api/sessions/{host.open_session()}/stream"
    at = 1_900_000_000.0
    monkeypatch.setattr("functions.get_stream.watching.time.time", lambda: at)
    first, at = host.browser.get(path), at + 9
    second, at = host.browser.get(path), at + 1
    third = host.browser.get(path)
    given = [_cookies(answer)["CloudFront-Signature"].value for answer in (first, second, third)]
    assert given[0] == given[1] != given[2]
    assert _condition(second)["DateLessThan"]["AWS:EpochTime"] == 1_900_000_300


def test_the_host_gets_cookies_that_cloudfront_takes_for_this_session_alone(host: Host) -> None:
    session_id = host.open_session(title="Premiere")
    response = host.browser.get(f"/api/sessions/{session_id}/stream")
    assert response.status_code == 200
    cookies = _cookies(response)
    assert set(cookies) == {"CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id"}
    assert cookies["CloudFront-Key-Pair-Id"].value == SIGNING_KEY_ID
    for cookie in cookies.values():
        assert cookie["path"] == f"/streams/{session_id}/"
        assert cookie["httponly"]
        assert cookie["samesite"] == "lax"
        assert 0 < int(cookie["max-age"]) <= 300

    policy = _decoded(cookies["CloudFront-Policy"].value)
    signature = _decoded(cookies["CloudFront-Signature"].value)
    signing_key().public_key().verify(signature, policy, PKCS1v15(), SHA1())  # noqa: S303 - what CloudFront takes
    (statement,) = json.loads(policy)["Statement"]
    assert statement["Resource"] == f"{ORIGIN}/streams/{session_id}/*"
    expires = statement["Condition"]["DateLessThan"]["AWS:EpochTime"]
    assert time.time() < expires <= time.time() + 300
    (row,) = sql("select access_epoch from sessions where id = %s", session_id)
    assert statement["Condition"]["DateGreaterThan"]["AWS:EpochTime"] == row["access_epoch"] < int(time.time())

    body = response.json()
    assert body["session"] == {"id": session_id, "title": "Premiere", "ends_at": None}
    assert datetime.fromisoformat(body["cookies_expire_at"]).timestamp() == expires


def test_cookies_end_with_the_session_at_the_latest(host: Host) -> None:
    ends_at = (datetime.now(UTC) + timedelta(seconds=60)).replace(microsecond=0)
    session_id = host.open_session(ends_at=ends_at.isoformat())
    response = host.browser.get(f"/api/sessions/{session_id}/stream")
    assert _condition(response)["DateLessThan"]["AWS:EpochTime"] == int(ends_at.timestamp())


def test_cookies_last_as_long_as_configured(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = host.open_session()
    reconfigure(monkeypatch, stream_cookie_seconds=7, public_url="https://matinee.test")
    before = int(time.time())
    response = host.browser.get(f"/api/sessions/{session_id}/stream")
    assert before + 7 <= _condition(response)["DateLessThan"]["AWS:EpochTime"] <= int(time.time()) + 7
    assert all(cookie["secure"] for cookie in _cookies(response).values())


def test_a_new_invitation_changes_the_epoch_that_cookies_carry(host: Host) -> None:
    session_id = host.open_session()
    seen = []
    for _ in range(3):
        host.invite(session_id)
        response = host.browser.get(f"/api/sessions/{session_id}/stream")
        seen.append(_condition(response)["DateGreaterThan"]["AWS:EpochTime"])
    assert seen == sorted(set(seen))
    assert seen[-1] < int(time.time())


def test_viewers_see_each_video_with_what_can_be_opened_of_it(host: Host) -> None:
    session_id = host.open_session()
    waiting = _add_video(session_id, filename="b.mov")
    ready = _add_video(
        session_id,
        status="ready",
        uploaded_at=datetime.now(UTC),
        playable_at=datetime.now(UTC),
        ready_at=datetime.now(UTC),
        playlist="master-2.m3u8",
        poster="poster.jpg",
        duration_s=12.5,
        warnings=["no_audio"],
    )
    failed = _add_video(
        session_id, status="failed", failed_at=datetime.now(UTC), error_code="not_a_video", error_message="This is none."
    )
    guest = guest_of(session_id, host.invite(session_id))
    nothing: dict[str, object] = {
        "url": None,
        "poster": None,
        "storyboard": None,
        "duration": None,
        "error": None,
        "warnings": [],
    }
    base = f"/streams/{session_id}/{ready}"
    assert guest.get(f"/api/sessions/{session_id}/stream").json()["videos"] == [
        {"id": str(waiting), "filename": "b.mov", "status": "uploading", "progress": 0, "size_bytes": 1000, **nothing},
        {
            "id": str(ready), "filename": "a.mp4", "status": "ready", "progress": 1, "size_bytes": 1000, "error": None,
            "url": f"{base}/master-2.m3u8", "poster": f"{base}/poster.jpg", "storyboard": None,
            "duration": 12.5, "warnings": ["no_audio"],
        },
        {
            "id": str(failed), "filename": "a.mp4", "status": "failed", "progress": 0, "size_bytes": 1000, **nothing,
            "error": {"code": "not_a_video", "message": "This is none."},
        },
    ]  # fmt: skip


def test_progress_is_what_the_tasks_have_done_by_their_weight(host: Host) -> None:
    session_id = host.open_session()
    video_id = _add_video(session_id, status="transcoding", uploaded_at=datetime.now(UTC))
    for ordinal, (weight, status, progress) in enumerate([(3, "done", 0), (1, "pending", 0.5), (4, "pending", 0)]):
        sql(
            """
            insert into tasks (id, video_id, kind, ordinal, queue, priority, weight, status, progress, done_at)
            values (%s, %s, 'encode', %s, 'bulk', 5, %s, %s, %s, case when %s = 'done' then now() end)
            """,
            *(new_id(), video_id, ordinal, weight, status, progress, status),
        )
    (video,) = host.browser.get(f"/api/sessions/{session_id}/stream").json()["videos"]
    assert video["progress"] == pytest.approx(3.5 / 8)


def _given_nothing(response: Response) -> tuple[int, str]:
    assert "set-cookie" not in response.headers
    return refusal(response)


def test_strangers_foreign_hosts_and_guests_of_other_sessions_get_no_ticket(host: Host) -> None:
    session_id, other = host.open_session(), new_host()
    call = f"/api/sessions/{session_id}/stream"
    assert _given_nothing(browser().get(call)) == (401, "not_authenticated")
    assert _given_nothing(other.browser.get(call)) == (403, "forbidden")

    elsewhere = other.open_session()
    guest = guest_of(elsewhere, other.invite(elsewhere))
    stolen = guest.cookies["matinee_guest"]
    assert _given_nothing(browser().get(call, headers={"Cookie": f"matinee_guest={stolen}"})) == (403, "forbidden")
    assert _given_nothing(browser().get(call, headers={"Cookie": f"matinee_auth={stolen}"})) == (401, "not_authenticated")
    assert _given_nothing(browser().get(call, headers={"Cookie": f"matinee_guest={host.token}"})) == (403, "forbidden")


def test_a_host_who_came_as_a_guest_elsewhere_may_watch_there(host: Host) -> None:
    other = new_host()
    session_id = other.open_session()
    joined = host.browser.post(f"/api/sessions/{session_id}/join", json={"invite": other.invite(session_id)})
    assert joined.status_code == 200
    assert host.browser.get(f"/api/sessions/{session_id}/stream").status_code == 200


def test_a_guest_whose_time_is_up_is_refused(host: Host) -> None:
    session_id = host.open_session()
    guest = guest_of(session_id, host.invite(session_id))
    sql(
        """
        update guests g set created_at = now() - interval '2 hours', expires_at = now() - interval '1 hour'
          from invites i where i.id = g.invite_id and i.session_id = %s
        """,
        session_id,
    )
    assert _given_nothing(guest.get(f"/api/sessions/{session_id}/stream")) == (403, "forbidden")


def test_a_signed_out_host_has_to_sign_in_again(host: Host) -> None:
    session_id = host.open_session()
    host.browser.post("/api/logout")
    cookie = {"Cookie": f"matinee_auth={host.token}"}
    assert _given_nothing(browser().get(f"/api/sessions/{session_id}/stream", headers=cookie)) == (401, "not_authenticated")


def test_there_is_no_ticket_for_a_session_that_never_was(host: Host) -> None:
    assert _given_nothing(host.browser.get(f"/api/sessions/{new_id()}/stream")) == (404, "session_not_found")
    assert _given_nothing(host.browser.get("/api/sessions/none/stream")) == (404, "not_found")


def test_after_the_end_host_and_guests_are_told_so_and_others_are_not(host: Host) -> None:
    session_id = host.open_session()
    guest = guest_of(session_id, host.invite(session_id))
    other = new_host()
    call = f"/api/sessions/{session_id}/stream"
    host.browser.post(f"/api/sessions/{session_id}/end")
    assert _given_nothing(host.browser.get(call)) == (409, "session_ended")
    assert _given_nothing(guest.get(call)) == (409, "session_ended")
    assert _given_nothing(other.browser.get(call)) == (403, "forbidden")

    sql("delete from invites where session_id = %s", session_id)  # as cleanup does when all is deleted
    sql("update sessions set purged_at = now() where id = %s", session_id)
    assert _given_nothing(guest.get(call)) == (409, "session_ended")


def test_the_end_comes_by_the_clock_before_anything_marks_it(host: Host) -> None:
    session_id = host.open_session(ends_at="2099-01-01T00:00:00Z")
    sql("update sessions set ends_at = now() - interval '1 second' where id = %s", session_id)
    assert _given_nothing(host.browser.get(f"/api/sessions/{session_id}/stream")) == (409, "session_ended")
