"""Sessions: opening, listing, ending, the receipt."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from matinee.ids import new_id
from tests.integration.sessions.world import Cloud, Host, browser, new_host, refusal, sql

CALLS_ON_ONE_SESSION = [("GET", ""), ("POST", "/invites"), ("POST", "/end"), ("GET", "/receipt")]


def _in(**delta: float) -> str:
    return (datetime.now(UTC) + timedelta(**delta)).isoformat()


def _let_time_pass_its_end(session_id: str) -> None:
    sql("update sessions set ends_at = now() - interval '1 second' where id = %s", session_id)


def test_a_new_session_is_open_and_empty(host: Host) -> None:
    ends_at = _in(hours=2)
    opened = host.browser.post("/api/sessions", json={"title": " Film night ", "ends_at": ends_at})
    assert opened.status_code == 201
    session = opened.json()
    assert (session["title"], session["state"], session["ended_at"], session["purged_at"]) == ("Film night", "open", None, None)
    assert datetime.fromisoformat(session["ends_at"]) == datetime.fromisoformat(ends_at)
    assert session["created_at"].endswith("Z")
    assert UUID(session["id"]).version == 7
    assert host.browser.get(f"/api/sessions/{session['id']}").json() == {**session, "videos": []}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"title": "x", "ends_at": "2020-01-01T00:00:00Z"}, "ends_at_in_past"),
        ({"title": "x", "ends_at": "2099-01-01T00:00:00"}, "invalid_request"),  # of which time zone?
        ({"title": "   "}, "invalid_request"),
        ({"title": "x" * 201}, "invalid_request"),
        ({"title": "two\nlines"}, "invalid_request"),
        ({}, "invalid_request"),
    ],
)
def test_a_session_that_cannot_be_is_refused(host: Host, body: dict[str, str], code: str) -> None:
    assert refusal(host.browser.post("/api/sessions", json=body)) == (422, code)


def test_sessions_are_listed_newest_first_page_by_page_and_only_ones_own(host: Host) -> None:
    opened = [host.open_session() for _ in range(5)]
    new_host().open_session()
    seen: list[list[str]] = []
    cursor: str | None = None
    while True:
        page = host.browser.get("/api/sessions", params={"limit": 2} | ({"cursor": cursor} if cursor else {})).json()
        seen.append([session["id"] for session in page["items"]])
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [opened[:2:-1], opened[2:0:-1], opened[:1]]


@pytest.mark.parametrize("query", ["limit=0", "limit=101", "limit=x", "cursor=x"])
def test_a_page_that_cannot_be_is_refused(host: Host, query: str) -> None:
    assert refusal(host.browser.get(f"/api/sessions?{query}")) == (422, "invalid_request")


@pytest.mark.parametrize(("method", "call"), CALLS_ON_ONE_SESSION)
def test_a_session_is_its_hosts_alone(host: Host, method: str, call: str) -> None:
    session_id = host.open_session()
    assert refusal(browser().request(method, f"/api/sessions/{session_id}{call}")) == (401, "not_authenticated")
    assert refusal(new_host().browser.request(method, f"/api/sessions/{session_id}{call}")) == (403, "forbidden")
    assert host.browser.get(f"/api/sessions/{session_id}").json()["state"] == "open"


@pytest.mark.parametrize(("method", "call"), CALLS_ON_ONE_SESSION)
def test_there_is_no_session_under_a_made_up_id(host: Host, method: str, call: str) -> None:
    assert refusal(host.browser.request(method, f"/api/sessions/{new_id()}{call}")) == (404, "session_not_found")
    assert refusal(host.browser.request(method, f"/api/sessions/none{call}")) == (404, "not_found")


def test_ending_a_session_is_told_once_however_often_it_is_asked(host: Host, cloud: Cloud) -> None:
    session_id = host.open_session()
    first = host.browser.post(f"/api/sessions/{session_id}/end")
    second = host.browser.post(f"/api/sessions/{session_id}/end")
    assert (first.status_code, second.status_code) == (202, 202)
    assert first.json() == second.json()
    assert first.json()["state"] == "ending"
    assert first.json()["ended_at"] is not None
    assert cloud.events("session.ended") == [{"session_id": session_id}]


def test_a_session_is_over_when_its_time_has_passed_before_anything_marked_it(host: Host) -> None:
    session_id = host.open_session(ends_at=_in(hours=1))
    secret = host.invite(session_id)
    _let_time_pass_its_end(session_id)
    assert host.browser.get(f"/api/sessions/{session_id}").json()["state"] == "ending"
    assert host.browser.get("/api/sessions").json()["items"][0]["state"] == "ending"
    assert refusal(host.browser.post(f"/api/sessions/{session_id}/invites")) == (409, "session_ended")
    join = browser().post(f"/api/sessions/{session_id}/join", json={"invite": secret})
    assert refusal(join) == (409, "session_ended")


def test_a_session_shows_its_videos_with_their_progress_and_their_failures(host: Host) -> None:
    session_id, first, second = host.open_session(), new_id(), new_id()
    sql("insert into videos (id, session_id, filename, size_bytes) values (%s, %s, 'a.mp4', 7)", first, session_id)
    sql(
        """
        insert into videos (id, session_id, filename, size_bytes, status, failed_at, error_code, error_message)
        values (%s, %s, 'b.mp4', 8, 'failed', now(), 'corrupt', 'It is damaged.')
        """,
        second,
        session_id,
    )
    videos = host.browser.get(f"/api/sessions/{session_id}").json()["videos"]
    assert [(v["id"], v["status"], v["progress"], v["error"]) for v in videos] == [
        (str(first), "uploading", 0, None),
        (str(second), "failed", 0, {"code": "corrupt", "message": "It is damaged."}),
    ]


def test_the_receipt_is_there_once_nothing_is_left(host: Host) -> None:
    session_id = host.open_session()
    receipt = f"/api/sessions/{session_id}/receipt"
    assert refusal(host.browser.get(receipt)) == (404, "receipt_not_ready")
    host.browser.post(f"/api/sessions/{session_id}/end")
    counts = '{"objects": 3, "versions": 3, "delete_markers": 0, "multipart_uploads": 1, "bytes": 99}'
    sql("insert into receipts (session_id, found, remaining) values (%s, %s, 3)", session_id, counts)
    assert refusal(host.browser.get(receipt)) == (404, "receipt_not_ready")

    sql(
        "update receipts set remaining = 0, finished_at = now(), deleted = found, videos = %s where session_id = %s",
        f'[{{"id": "{new_id()}", "filename": "a.mp4", "size_bytes": 99, "status": "ready"}}]',
        session_id,
    )
    sql("update sessions set purged_at = now() where id = %s", session_id)
    given = host.browser.get(receipt).json()
    assert given.keys() == {
        "session_id",
        "title",
        "ended_at",
        "started_at",
        "finished_at",
        "found",
        "deleted",
        "remaining",
        "videos",
    }
    assert given["deleted"] == {"objects": 3, "versions": 3, "delete_markers": 0, "multipart_uploads": 1, "bytes": 99}
    assert (given["remaining"], given["videos"][0]["filename"]) == (0, "a.mp4")
    assert host.browser.get(f"/api/sessions/{session_id}").json()["state"] == "ended"
