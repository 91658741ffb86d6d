"""Each part of the sweep, against real PostgreSQL and the S3, SQS and EventBridge of LocalStack."""

from uuid import UUID, uuid4

import pytest

from functions.cleanup import reconcile, sweep, uploads
from functions.cleanup.deadline import Deadline
from matinee import db, settings, storage
from matinee.db import receipts
from matinee.ids import stream_prefix, upload_key
from tests.integration.cleanup.conftest import House

MIB = 1 << 20


@pytest.fixture(autouse=True)
def without_grace(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was written just now counts as old, and every sweep compares the whole bucket."""
    for name in ("ORPHAN_GRACE_SECONDS", "STALLED_UPLOAD_SECONDS"):
        monkeypatch.setenv(f"MATINEE_{name}", "0")
    monkeypatch.setenv("MATINEE_RECONCILE_EVERY_MINUTES", "1")
    settings.forget_settings()


def set_limit(monkeypatch: pytest.MonkeyPatch, name: str, value: int) -> None:
    monkeypatch.setenv(f"MATINEE_{name}", str(value))
    settings.forget_settings()


def ended_sessions(house: House) -> list[str]:
    return [detail["session_id"] for detail in house.events("session.ended")]


# Sessions


def test_a_session_ends_and_is_purged_by_itself_when_its_time_is_over(house: House) -> None:
    session_id = house.session()
    house.put_upload(session_id, house.video(session_id, "uploaded"))
    house.execute("update sessions set ends_at = now() where id = %s", session_id)
    assert house.sweep() == []
    assert house.leftovers() == 0
    assert house.purged_at(session_id) is not None
    assert house.receipt(session_id)["deleted"]["objects"] == 2
    assert ended_sessions(house) == [str(session_id)]


def test_many_sessions_that_end_at_once_are_all_told(house: House) -> None:
    host = house.host()
    due = {str(house.session(host=host)) for _ in range(12)}
    house.execute("update sessions set ends_at = now()")
    house.sweep()
    assert set(ended_sessions(house)) == due


def test_a_session_whose_time_is_not_over_goes_on(house: House) -> None:
    session_id = house.session()
    house.execute("update sessions set ends_at = now() + interval '1 hour' where id = %s", session_id)
    house.put_upload(session_id, house.video(session_id, "uploaded"))
    house.sweep()
    assert len(house.keys()) == 2
    assert ended_sessions(house) == []


def test_an_ended_session_whose_message_was_lost_is_purged(house: House) -> None:
    session_id = house.session(ended=True)
    house.put(f"streams/{session_id}/{uuid4()}/v0/0.ts")
    house.sweep()
    assert house.leftovers() == 0
    assert house.purged_at(session_id) is not None


def test_one_session_that_cannot_be_purged_does_not_hold_up_the_next(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    stubborn, other = house.session(ended=True), house.session(ended=True)
    real = receipts.fence

    def fence(tx: db.Tx, session_id: UUID) -> bool:
        if session_id == stubborn:
            raise RuntimeError("no")
        return real(tx, session_id)

    monkeypatch.setattr(receipts, "fence", fence)
    house.sweep()
    assert house.purged_at(stubborn) is None
    assert house.purged_at(other) is not None


@pytest.mark.parametrize("broken", [part.__name__ for part in sweep.PARTS if part is not sweep.purge_ended_sessions])
def test_a_part_that_fails_does_not_keep_the_others_from_being_done(
    house: House, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    def fails(_: Deadline) -> None:
        raise RuntimeError("no")

    fails.__name__ = broken
    monkeypatch.setattr(sweep, "PARTS", tuple(fails if part.__name__ == broken else part for part in sweep.PARTS))
    session_id = house.session(ended=True)
    assert house.sweep() == []
    assert house.purged_at(session_id) is not None


def test_a_sweep_leaves_everything_to_the_one_that_runs(house: House) -> None:
    session_id = house.session(ended=True)
    with receipts.held_lock("sweep") as held:
        assert held
        assert house.sweep() == []
        assert house.purged_at(session_id) is None
    house.sweep()
    assert house.purged_at(session_id) is not None


def test_a_straggler_after_the_receipt_is_deleted_and_added_to_it(house: House) -> None:
    session_id = house.session(ended=True)
    house.session_ended(session_id)
    house.put(f"streams/{session_id}/{uuid4()}/v0/9.ts", 10)
    house.open_multipart(f"uploads/{session_id}/{uuid4()}", b"x" * 100)
    house.sweep()
    assert house.leftovers() == 0
    receipt = house.receipt(session_id)
    expected = {"objects": 1, "versions": 0, "delete_markers": 0, "multipart_uploads": 1, "bytes": 110}
    assert receipt["found"] == receipt["deleted"] == expected


def test_a_host_who_left_is_forgotten_once_all_sessions_are_purged(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    leaving, staying = house.host(), house.host()
    session_id = house.session(host=leaving, ended=True)
    house.session(host=staying, ended=True)
    house.execute("update users set deleted_at = now() where id = %s", leaving)
    with monkeypatch.context() as patched:
        patched.setattr(storage, "delete", lambda _: 0)
        house.put(f"streams/{session_id}/{uuid4()}/v0/0.ts")
        house.sweep()
    assert house.one("select count(*) as n from users") == {"n": 2}
    house.sweep()
    assert house.one("select array_agg(id) as ids from users") == {"ids": [staying]}


def test_expired_tokens_guests_and_failed_logins_are_forgotten_and_the_others_kept(house: House) -> None:
    session_id = house.session()
    host = house.one("select host_id from sessions")
    assert host is not None
    invite_id = uuid4()
    house.execute("insert into invites (id, session_id, digest) values (%s, %s, %s)", invite_id, session_id, b"i" * 32)
    for digest, ends in ((b"o" * 32, "-1 minute"), (b"n" * 32, "1 minute")):
        for table, column, owner in (("access_tokens", "user_id", host["host_id"]), ("guests", "invite_id", invite_id)):
            house.execute(
                f"insert into {table} (digest, {column}, created_at, expires_at)"  # noqa: S608 - names from above
                " values (%s, %s, now() - interval '1 hour', now() + %s::interval)",
                digest, owner, ends,
            )  # fmt: skip
    house.execute("insert into login_failures values ('old', now() - interval '16 minutes'), ('new', now())")
    house.sweep()
    assert house.one("select array_agg(digest) as kept from access_tokens") == {"kept": [b"n" * 32]}
    assert house.one("select array_agg(digest) as kept from guests") == {"kept": [b"n" * 32]}
    assert house.one("select array_agg(subject) as kept from login_failures") == {"kept": [b"new"]}


def test_what_lies_in_an_ended_session_is_left_to_its_purge_which_counts_it(house: House) -> None:
    session_id = house.session(ended=True)
    house.open_multipart(upload_key(session_id, uuid4()), b"x" * 100)
    house.put(stream_prefix(session_id, uuid4()) + "v0/0.ts", 10)
    uploads.follow_open_uploads(Deadline(60))
    reconcile.erase_orphans(Deadline(60))
    house.sweep()
    assert house.receipt(session_id)["deleted"]["bytes"] == 110


# Uploads


def test_a_whole_upload_that_nobody_reported_is_taken_in_once(house: House) -> None:
    session_id = house.session()
    video_id = house.video(session_id, size=5)
    house.put_upload(session_id, video_id, size=5)
    house.sweep()
    house.sweep()
    assert house.status(video_id) == "uploaded"
    assert house.one("select kind, status from tasks where video_id = %s", video_id) == {"kind": "plan", "status": "pending"}
    assert house.woken() == [str(video_id)]
    assert house.events("upload.finished") == [{"session_id": str(session_id), "video_id": str(video_id), "size_bytes": 5}]


def test_an_upload_under_way_is_left_alone(house: House) -> None:
    session_id = house.session()
    video_id = house.video(session_id, size=10 * MIB, minutes_old=120)
    house.put(upload_key(session_id, video_id) + ".info")
    house.open_multipart(upload_key(session_id, video_id), b"x" * (5 * MIB))
    house.sweep()
    assert house.status(video_id) == "uploading"
    assert len(house.multiparts()) == len(house.keys()) == 1


def test_an_upload_whose_completion_was_lost_is_completed_from_its_parts(house: House) -> None:
    session_id = house.session()
    video_id = house.video(session_id, size=5 * MIB + 3, minutes_old=10)
    house.open_multipart(upload_key(session_id, video_id), b"x" * (5 * MIB), b"end")
    house.sweep()
    assert house.multiparts() == []
    assert storage.size_of(upload_key(session_id, video_id)) == 5 * MIB + 3
    assert house.status(video_id) == "uploaded"
    assert house.woken() == [str(video_id)]


def test_an_abandoned_upload_goes_with_all_its_traces(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limit(monkeypatch, "ABANDONED_UPLOAD_SECONDS", 0)
    session_id = house.session()
    video_id = house.video(session_id, size=10 * MIB)
    key = upload_key(session_id, video_id)
    house.put(key + ".info")
    house.put(key + ".part")
    house.open_multipart(key, b"x" * (5 * MIB))
    house.sweep()
    assert house.leftovers() == 0
    assert house.status(video_id) is None


def test_an_announced_upload_that_never_began_is_forgotten(house: House) -> None:
    session_id = house.session()
    old, new = house.video(session_id, minutes_old=16), house.video(session_id, minutes_old=1)
    house.sweep()
    assert (house.status(old), house.status(new)) == (None, "uploading")


def test_a_multipart_upload_that_belongs_to_no_upload_is_aborted(house: House) -> None:
    session_id = house.session()
    uploaded = house.video(session_id, "uploaded")
    house.put_upload(session_id, uploaded)
    house.open_multipart(upload_key(session_id, uploaded), b"again")
    house.open_multipart(upload_key(session_id, uuid4()), b"no row")
    house.open_multipart("uploads/rubbish", b"no name")
    house.sweep()
    assert house.multiparts() == []
    assert house.status(uploaded) == "uploaded"


# Videos


@pytest.mark.parametrize("status", ["uploaded", "transcoding"])
def test_an_unfinished_video_whose_original_is_gone_fails(house: House, status: str) -> None:
    session_id = house.session()
    video_id = house.video(session_id, status)
    house.put_stream(session_id, video_id)
    house.task(video_id)
    house.sweep()
    row = house.one("select status, error_code from videos where id = %s", video_id)
    assert row == {"status": "failed", "error_code": "internal"}
    assert house.leftovers() == 0
    assert house.one("select status from tasks where video_id = %s", video_id) == {"status": "cancelled"}
    assert [detail["code"] for detail in house.events("video.failed")] == ["internal"]


def test_an_unfinished_video_without_a_task_left_fails_after_a_while(house: House) -> None:
    session_id = house.session()
    old, new, busy = (house.video(session_id, "transcoding", minutes_old=age) for age in (6, 1, 60))
    house.task(busy)
    for video_id in (old, new, busy):
        house.put_upload(session_id, video_id)
    house.sweep()
    assert [house.status(video_id) for video_id in (old, new, busy)] == ["failed", "transcoding", "transcoding"]


def test_a_video_whose_last_task_has_just_ended_is_not_stuck(house: House) -> None:
    session_id = house.session()
    video_id = house.video(session_id, "transcoding", minutes_old=60)
    house.put_upload(session_id, video_id)
    task_id = house.task(video_id)
    house.execute("update tasks set status = 'done', done_at = now() where id = %s", task_id)
    house.sweep()
    assert house.status(video_id) == "transcoding"


def test_the_files_of_a_failed_video_go_and_its_row_stays(house: House) -> None:
    session_id = house.session()
    video_id = house.video(session_id, "failed")
    house.put_upload(session_id, video_id)
    house.put_stream(session_id, video_id)
    house.sweep()
    assert house.leftovers() == 0
    assert house.status(video_id) == "failed"


def test_a_task_whose_wake_up_was_lost_is_woken_again_once(house: House) -> None:
    session_id = house.session()
    lost, fresh = house.video(session_id, "uploaded"), house.video(session_id, "uploaded")
    for video_id, age in ((lost, 2), (fresh, 0)):
        house.put_upload(session_id, video_id)
        house.task(video_id, woken_minutes_ago=age)
    house.sweep()
    house.sweep()
    assert house.woken() == [str(lost)]


def test_a_task_that_only_waits_for_its_turn_gets_no_second_message(house: House) -> None:
    session_id = house.session()
    video_id = house.video(session_id, size=5)
    house.put_upload(session_id, video_id, size=5)
    house.sweep()
    house.execute("update tasks set woken_at = now() - interval '1 hour'")
    house.sweep()
    assert house.woken() == [str(video_id)]


# The bucket against the rows


def test_objects_of_sessions_and_videos_that_do_not_exist_go_and_all_others_stay(house: House) -> None:
    session_id = house.session()
    ready = house.video(session_id, "transcoding")
    house.put_upload(session_id, ready)
    house.put_stream(session_id, ready)
    kept = house.keys()
    for stranger in (upload_key(session_id, uuid4()), upload_key(uuid4(), uuid4())):
        house.put(stranger)
        house.put(stranger + ".info")
    for folder in (stream_prefix(session_id, uuid4()), stream_prefix(uuid4(), uuid4()), "streams/rubbish/"):
        house.put(folder + "v0/0.ts")
    house.put("uploads/rubbish")
    house.put(f"streams/{session_id}/rubbish")
    house.sweep()
    assert house.keys() == kept


def test_an_object_right_below_a_root_takes_no_session_with_it(house: House) -> None:
    session_id = house.session()
    video_id = house.video(session_id, "uploaded")
    house.put_upload(session_id, video_id)
    kept = house.keys()
    house.put(f"uploads/{str(session_id)[:8]}")
    house.sweep()
    assert house.keys() == kept


def test_old_versions_that_belong_to_nobody_go_as_well(house: House) -> None:
    house.set_versioning("Enabled")
    key = stream_prefix(uuid4(), uuid4()) + "master.m3u8"
    house.put(key)
    house.put(key)
    storage.delete([storage.StoredObject(key, 0)])
    house.sweep()
    assert house.leftovers() == 0


def test_a_young_orphan_is_given_time_to_get_its_row(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    set_limit(monkeypatch, "ORPHAN_GRACE_SECONDS", 600)
    key = upload_key(house.session(), uuid4())
    house.put(key)
    house.open_multipart(key, b"x")
    house.sweep()
    assert house.keys() == {key}
    assert len(house.multiparts()) == 1


def test_the_bucket_is_compared_in_some_sweeps_only(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "is_due", lambda *_: False)
    house.put(upload_key(uuid4(), uuid4()))
    house.sweep()
    assert len(house.keys()) == 1


def test_objects_outside_of_both_folders_are_not_ours_to_delete(house: House) -> None:
    house.put("frontend/index.html")
    house.sweep()
    assert house.keys() == {"frontend/index.html"}
