"""The deletion of an ended session, against real PostgreSQL and the S3 of LocalStack."""

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from uuid import UUID, uuid4

import pytest

from functions.cleanup import erase, purge
from functions.cleanup.deadline import Deadline, OutOfTimeError
from matinee import aws, db, events, storage
from matinee.db import receipts
from matinee.db.receipts import Tally
from matinee.ids import upload_key
from tests.integration.cleanup.conftest import ROOT, House

LONG = 120.0


def wait_for(condition: Callable[[], object]) -> None:
    for _ in range(600):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come true")


def furnished_session(house: House, videos: int = 1) -> tuple[UUID, UUID]:
    """An ended session with an original, its .info, three segments, and an upload of 100 bytes under way."""
    session_id = house.session()
    for _ in range(videos):
        video_id = house.video(session_id, "transcoding")
        house.put_upload(session_id, video_id)
        house.put_stream(session_id, video_id)
    house.open_multipart(upload_key(session_id, house.video(session_id, size=1_000)), b"x" * 100)
    house.end(session_id)
    return session_id, video_id


def test_after_the_end_nothing_is_left_and_the_receipt_says_what_there_was(house: House) -> None:
    session_id, video_id = furnished_session(house)
    house.put(upload_key(session_id, video_id) + ".part", 7)
    assert house.session_ended(session_id) == []
    assert house.leftovers() == 0
    receipt = house.receipt(session_id)
    expected = {"objects": 6, "versions": 0, "delete_markers": 0, "multipart_uploads": 1, "bytes": 5 + 2 + 7 + 30 + 100}
    assert receipt["found"] == receipt["deleted"] == expected
    assert receipt["remaining"] == 0
    assert receipt["started_at"] < receipt["finished_at"]
    assert {(video["filename"], video["size_bytes"], video["status"]) for video in receipt["videos"]} == {
        ("film.mp4", 5, "transcoding"),
        ("film.mp4", 1_000, "uploading"),
    }
    assert house.purged_at(session_id) is not None
    assert house.status(video_id) is None


def test_the_end_of_the_deletion_is_told_once_though_the_message_comes_twice(house: House) -> None:
    session_id, _ = furnished_session(house)
    message = house.message("session.ended", session_id=session_id)
    assert house.handle(message, message) == []
    assert house.events("session.purged") == [{"session_id": str(session_id)}]


def test_invites_and_guests_go_with_the_session(house: House) -> None:
    session_id, invite_id = house.session(ended=True), uuid4()
    house.execute("insert into invites (id, session_id, digest) values (%s, %s, %s)", invite_id, session_id, b"i" * 32)
    house.execute(
        "insert into guests (digest, invite_id, expires_at) values (%s, %s, now() + interval '1 day')", b"g" * 32, invite_id
    )
    house.session_ended(session_id)
    assert house.one("select (select count(*) from invites) + (select count(*) from guests) as n") == {"n": 0}


def test_other_sessions_keep_everything(house: House) -> None:
    session_id, _ = furnished_session(house)
    other = house.session()
    video_id = house.video(other, "transcoding")
    house.put_upload(other, video_id)
    kept = house.keys(f"uploads/{other}/")
    house.session_ended(session_id)
    assert house.keys() == kept
    assert house.status(video_id) == "transcoding"


def test_an_open_session_is_never_purged_whatever_a_message_says(house: House) -> None:
    session_id = house.session()
    video_id = house.video(session_id, "transcoding")
    house.put_upload(session_id, video_id)
    assert house.session_ended(session_id) == []
    assert len(house.keys()) == 2
    assert house.status(video_id) == "transcoding"


def test_a_message_about_an_unknown_session_is_done_with(house: House) -> None:
    assert house.session_ended(uuid4()) == []


def test_every_version_and_delete_marker_of_a_versioned_bucket_goes(house: House) -> None:
    house.set_versioning("Enabled")
    session_id = house.session(ended=True)
    key = f"streams/{session_id}/{uuid4()}/master.m3u8"
    for size in (1, 2, 3):
        house.put(key, size)
    aws.s3().delete_object(Bucket=house.bucket, Key=key)
    house.session_ended(session_id)
    assert house.leftovers() == 0
    expected = {"objects": 0, "versions": 3, "delete_markers": 1, "multipart_uploads": 0, "bytes": 6}
    assert house.receipt(session_id)["deleted"] == expected


def test_a_bucket_whose_versioning_was_suspended_is_emptied_of_old_and_new(house: House) -> None:
    session_id = house.session(ended=True)
    key = f"streams/{session_id}/{uuid4()}/master.m3u8"
    house.set_versioning("Enabled")
    house.put(key, 1)
    house.set_versioning("Suspended")
    house.put(key, 2)
    house.put(key + ".copy", 4)
    aws.s3().delete_object(Bucket=house.bucket, Key=key + ".copy")
    house.session_ended(session_id)
    assert house.leftovers() == 0
    expected = {"objects": 1, "versions": 1, "delete_markers": 1, "multipart_uploads": 0, "bytes": 3}
    assert house.receipt(session_id)["deleted"] == expected


def test_thousands_of_objects_are_deleted_and_counted(house: House) -> None:
    session_id = house.session(ended=True)
    keys = [f"streams/{session_id}/{number % 3}/{number}.ts" for number in range(2_100)]
    with ThreadPoolExecutor(16) as pool:
        list(pool.map(house.put, keys))
    assert house.session_ended(session_id) == []
    assert house.leftovers() == 0
    assert house.receipt(session_id)["deleted"] == house.receipt(session_id)["found"]
    assert house.receipt(session_id)["deleted"]["objects"] == 2_100


class KilledError(BaseException):
    """Stands for a process that ends here: no handler of ours catches it."""


@pytest.mark.parametrize("kept", ["before", "after"])
@pytest.mark.parametrize(
    ("owner", "step"),
    [
        (receipts, "fence"),
        (erase, "count"),
        (receipts, "note_left"),
        (storage, "abort_multipart"),
        (storage, "delete"),
        (erase, "erase"),
        (receipts, "note_erased"),
        (receipts, "finish"),
        (events, "emit"),
    ],
)
def test_a_run_killed_at_any_step_is_finished_by_the_next_and_the_receipt_counts_right(
    house: House, monkeypatch: pytest.MonkeyPatch, owner: object, step: str, kept: str
) -> None:
    session_id, _ = furnished_session(house, videos=3)
    real = getattr(owner, step)

    def killed(*arguments: object) -> None:
        if kept == "after":
            real(*arguments)
        raise KilledError

    with monkeypatch.context() as patched:
        patched.setattr(storage, "DELETE_BATCH", 4)  # so that some batches are deleted and some are not
        patched.setattr(owner, step, killed)
        with pytest.raises(KilledError):
            house.session_ended(session_id)
    assert house.session_ended(session_id) == []
    assert house.leftovers() == 0
    receipt = house.receipt(session_id)
    expected = {"objects": 15, "versions": 0, "delete_markers": 0, "multipart_uploads": 1, "bytes": 3 * 37 + 100}
    assert receipt["found"] == receipt["deleted"] == expected
    assert receipt["finished_at"] is not None
    assert len(receipt["videos"]) == 4
    assert house.purged_at(session_id) is not None


def test_a_process_killed_while_it_waits_for_a_worker_is_replaced_by_the_next(house: House) -> None:
    session_id, video_id = furnished_session(house)
    task_id = house.task(video_id, lease_seconds=LONG)
    program = f"""
from uuid import UUID
from functions.cleanup.deadline import Deadline, OutOfTimeError
from functions.cleanup.purge import purge
purge(UUID("{session_id}"), Deadline(100))
"""
    environment = {**house.environment, "PYTHONPATH": f"{ROOT}:{ROOT / 'layers/common'}"}
    with subprocess.Popen([sys.executable, "-c", program], env=environment, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
        wait_for(lambda: house.leftovers() == 0)
        process.send_signal(signal.SIGKILL)
    assert house.purged_at(session_id) is None
    house.release(task_id)
    wait_for(lambda: house.session_ended(session_id) == [] and house.purged_at(session_id))  # the dead one's lock goes with it
    assert house.receipt(session_id)["deleted"]["objects"] == 5


@contextmanager
def purge_that_waits_for_a_worker(house: House) -> Iterator[tuple[UUID, UUID]]:
    """A purge that has deleted all there was; it ends after the block has. Gives session and video."""
    session_id, video_id = furnished_session(house)
    task_id = house.task(video_id, lease_seconds=LONG)
    running = threading.Thread(target=house.session_ended, args=[session_id])
    running.start()
    wait_for(lambda: house.leftovers() == 0)
    yield session_id, video_id
    assert house.purged_at(session_id) is None
    house.release(task_id)
    running.join()


def test_what_a_worker_still_writes_under_its_lease_is_deleted_and_counted(house: House) -> None:
    with purge_that_waits_for_a_worker(house) as (session_id, video_id):
        house.put(f"streams/{session_id}/{video_id}/v0/late.ts", 10)
    assert house.leftovers() == 0
    assert house.receipt(session_id)["found"] == house.receipt(session_id)["deleted"]
    assert house.receipt(session_id)["deleted"]["objects"] == 6


def test_while_one_run_is_at_it_another_leaves(house: House) -> None:
    with purge_that_waits_for_a_worker(house) as (session_id, _):
        assert house.session_ended(session_id) == []
    assert house.events("session.purged") == [{"session_id": str(session_id)}]
    assert house.receipt(session_id)["deleted"]["objects"] == 5


def test_a_worker_that_never_lets_go_makes_the_message_come_again(house: House) -> None:
    session_id, video_id = furnished_session(house)
    house.task(video_id, lease_seconds=LONG)
    with pytest.raises(OutOfTimeError):  # the time runs out while it waits, long after the deletion
        purge.purge(session_id, Deadline(6))
    assert house.leftovers() == 0
    assert house.purged_at(session_id) is None


def test_no_receipt_is_written_while_a_worker_that_slipped_through_the_fence_holds_a_lease(house: House) -> None:
    session_id = house.session(ended=True)
    with db.transaction() as tx:
        assert receipts.fence(tx, session_id)
        receipts.note_left(tx, session_id, Tally())
    house.task(house.video(session_id, "uploaded"), lease_seconds=LONG)
    with db.transaction() as tx:
        assert receipts.finish(tx, session_id) is None
    assert house.purged_at(session_id) is None


def test_no_receipt_is_written_before_a_listing_found_nothing(house: House) -> None:
    session_id = house.session(ended=True)
    with db.transaction() as tx:
        assert receipts.fence(tx, session_id)
        receipts.note_left(tx, session_id, Tally(objects=1))
        assert receipts.finish(tx, session_id) is None


def test_the_fence_cancels_the_work_that_waits(house: House) -> None:
    session_id, video_id = furnished_session(house)
    house.task(video_id)
    with pytest.raises(OutOfTimeError):
        purge.purge(session_id, Deadline(0))
    assert house.one("select status from tasks where video_id = %s", video_id) == {"status": "cancelled"}


def test_objects_that_cannot_be_deleted_leave_the_receipt_unfinished(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    session_id, _ = furnished_session(house)
    message = house.message("session.ended", session_id=session_id)
    with monkeypatch.context() as patched:
        patched.setattr(storage, "delete", lambda _: 0)  # as S3 does that refuses each key
        assert house.handle(message) == [message["messageId"]]
    assert house.receipt(session_id)["finished_at"] is None
    assert house.receipt(session_id)["remaining"] == 5
    assert house.purged_at(session_id) is None


def test_a_message_that_cannot_be_read_fails_alone(house: House) -> None:
    session_id, _ = furnished_session(house)
    broken = {**house.message("session.ended"), "body": "{"}
    unknown = house.message("video.ready")
    failed = house.handle(broken, house.message("session.ended", session_id=session_id), unknown)
    assert failed == [broken["messageId"], unknown["messageId"]]
    assert house.purged_at(session_id) is not None
