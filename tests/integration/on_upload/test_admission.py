"""Which uploads may begin and which may be cancelled."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest

from matinee import db
from matinee.db import sessions, videos
from matinee.ids import new_id
from tests.integration.on_upload.tusd import after, bearer, begin, begun, call_hook, refused
from tests.integration.sessions.world import Host, guest_of, new_host, reconfigure, sql, wait_until_blocked_or_done


def _videos(session_id: str) -> list[dict[str, Any]]:
    return sql("select id::text, filename, filetype, size_bytes, status from videos where session_id = %s", session_id)


def test_an_upload_gets_our_id_and_a_row(host: Host) -> None:
    session_id = host.open_session()
    changed = begin(host, session_id, size=5, relativePath="/home/host/a.mp4")["ChangeFileInfo"]
    prefix, _, video_id = changed["ID"].partition("/")
    assert prefix == session_id
    assert changed["MetaData"] == {"session": session_id, "filename": "a.mp4", "filetype": "video/mp4"}
    assert _videos(session_id) == [
        {"id": video_id, "filename": "a.mp4", "filetype": "video/mp4", "size_bytes": 5, "status": "uploading"}
    ]


def test_the_browsers_cookie_counts_as_the_api_takes_it(host: Host) -> None:
    session_id = host.open_session()
    upload = {"Size": 5, "MetaData": {"session": session_id}}
    status, answer = call_hook("pre-create", upload, {"Cookie": [f"theme=dark; matinee_auth={host.token}"]})
    assert status == 200
    assert answer["ChangeFileInfo"]["MetaData"]["filename"] == "video"


def test_only_tusd_may_call(host: Host) -> None:
    session_id = host.open_session()
    status, problem = call_hook("pre-create", {"MetaData": {"session": session_id}}, bearer(host), secret="guess")
    assert (status, problem["code"]) == (403, "hook_forbidden")
    assert _videos(session_id) == []


@pytest.mark.parametrize(
    ("fields", "answer"),
    [
        ({"size": 1001}, (413, "upload_too_large")),
        ({"SizeIsDeferred": True}, (411, "upload_size_unknown")),
        ({"IsPartial": True}, (422, "upload_metadata_invalid")),
        ({"IsFinal": True}, (422, "upload_metadata_invalid")),
        ({"session": ""}, (422, "upload_metadata_invalid")),
        ({"session": "../../etc"}, (422, "upload_metadata_invalid")),
        ({"session": str(new_id())}, (404, "session_not_found")),
        ({"filetype": "text/html"}, (415, "upload_type_not_video")),
        ({"filetype": "Application/PDF; x=y"}, (415, "upload_type_not_video")),
    ],
)
def test_what_cannot_be_taken_is_refused_and_leaves_nothing(
    host: Host, monkeypatch: pytest.MonkeyPatch, fields: dict[str, Any], answer: tuple[int, str]
) -> None:
    session_id = host.open_session()
    reconfigure(monkeypatch, max_upload_bytes=1000)
    assert refused(begin(host, fields.pop("session", session_id), **fields)) == answer
    assert _videos(session_id) == []


def test_a_file_of_just_the_limit_and_an_empty_one_are_taken(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = host.open_session()
    reconfigure(monkeypatch, max_upload_bytes=1000)
    begun(host, session_id, size=1000)
    begun(host, session_id, size=0)
    assert sorted(video["size_bytes"] for video in _videos(session_id)) == [0, 1000]


@pytest.mark.parametrize("filetype", ["", "video/mp4", "image/gif", "application/octet-stream", "application/mxf", "nonsense"])
def test_a_type_that_does_not_rule_it_out_is_taken_since_bytes_decide(host: Host, filetype: str) -> None:
    session_id = host.open_session()
    begun(host, session_id, filetype=filetype)
    assert len(_videos(session_id)) == 1


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("../../\"a\"\r\nSet-Cookie: x='1'.mp4", "\"a\" Set-Cookie: x='1'.mp4"),
        ("C:\\Users\\me\\Ferien 🏖️.MOV", "Ferien 🏖️.MOV"),
        ("../", "video"),
        ("\x00\x1b[31m.mp4", "[31m.mp4"),
        ("x" * 5000 + ".mkv", "x" * 251 + ".mkv"),
    ],
)
def test_a_hostile_file_name_becomes_a_harmless_one(host: Host, said: str, kept: str) -> None:
    session_id = host.open_session()
    assert begin(host, session_id, filename=said)["ChangeFileInfo"]["MetaData"]["filename"] == kept
    assert [video["filename"] for video in _videos(session_id)] == [kept]


def test_nobody_uploads_without_credentials_or_to_a_foreign_or_ended_session(host: Host) -> None:
    session_id = host.open_session()
    assert refused(begin(None, session_id)) == (401, "not_authenticated")
    assert refused(begin(new_host(), session_id)) == (403, "forbidden")
    guest = guest_of(session_id, host.invite(session_id))
    upload = {"Size": 5, "MetaData": {"session": session_id}}
    for name in ("matinee_guest", "matinee_auth"):
        _, answer = call_hook("pre-create", upload, {"Cookie": [f"{name}={guest.cookies['matinee_guest']}"]})
        assert refused(answer) == (401, "not_authenticated")
    host.browser.post(f"/api/sessions/{session_id}/end")
    assert refused(begin(host, session_id)) == (409, "session_ended")
    assert _videos(session_id) == []


def test_a_session_that_ended_by_the_clock_takes_no_upload(host: Host) -> None:
    session_id = host.open_session()
    sql("update sessions set ends_at = now() - interval '1 second' where id = %s", session_id)
    assert refused(begin(host, session_id)) == (409, "session_ended")


def test_an_upload_that_begins_while_another_takes_the_last_place_is_refused(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = host.open_session()
    reconfigure(monkeypatch, max_videos_per_session=1)
    with ThreadPoolExecutor(1) as pool:
        with db.transaction() as other:
            sessions.lock(other, UUID(session_id))
            videos.add(other, new_id(), UUID(session_id), "first.mp4", "", 5)
            second = pool.submit(begin, host, session_id)
            wait_until_blocked_or_done(second)
        assert refused(second.result()) == (409, "too_many_videos")
    assert [video["filename"] for video in _videos(session_id)] == ["first.mp4"]


def test_uploads_that_begin_together_do_not_exceed_the_limit_together(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = host.open_session()
    reconfigure(monkeypatch, max_videos_per_session=3)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: begin(host, session_id), range(9)))
    assert [refused(answer) for answer in answers if "RejectUpload" in answer] == [(409, "too_many_videos")] * 6
    assert len(_videos(session_id)) == 3


def test_a_failed_video_leaves_room_for_another(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id = host.open_session()
    reconfigure(monkeypatch, max_videos_per_session=1)
    begun(host, session_id)
    assert refused(begin(host, session_id)) == (409, "too_many_videos")
    sql("update videos set status = 'failed', failed_at = now(), error_code = 'corrupt' where session_id = %s", session_id)
    begun(host, session_id)


def test_a_cancelled_upload_is_forgotten(host: Host) -> None:
    session_id = host.open_session()
    upload_id = begun(host, session_id)
    after("pre-terminate", host, upload_id)
    after("post-terminate", host, upload_id)
    after("post-terminate", host, upload_id)
    assert _videos(session_id) == []


def test_only_the_host_may_cancel_and_only_what_is_not_complete(host: Host) -> None:
    session_id = host.open_session()
    upload_id = begun(host, session_id)
    upload = {"ID": f"{upload_id}+x", "Size": 1000}
    for headers, answer in (({}, (401, "not_authenticated")), (bearer(new_host()), (403, "forbidden"))):
        assert refused(call_hook("pre-terminate", upload, headers)[1], "RejectTermination") == answer
    after("post-finish", host, upload_id)
    assert refused(call_hook("pre-terminate", upload, bearer(host))[1], "RejectTermination") == (409, "upload_finished")
    after("post-terminate", host, upload_id)  # late, of something else, or forged: a complete upload stays
    assert [video["status"] for video in _videos(session_id)] == ["uploaded"]


@pytest.mark.parametrize("kind", ["post-receive", "pre-finish", "something-new"])
def test_a_hook_that_means_nothing_to_us_changes_nothing(host: Host, kind: str) -> None:
    session_id = host.open_session()
    upload_id = begun(host, session_id)
    assert call_hook(kind, {"ID": f"{upload_id}+x", "Size": 1000}, {}) == (200, {})
    assert [video["status"] for video in _videos(session_id)] == ["uploading"]


@pytest.mark.parametrize("kind", ["post-create", "post-finish", "post-terminate", "pre-terminate"])
def test_an_upload_that_is_none_of_ours_is_ignored(host: Host, kind: str) -> None:
    assert call_hook(kind, {"ID": "24e533e02ec3bc40c387f1a0e460e216+x", "Size": 1}, bearer(host)) == (200, {})
