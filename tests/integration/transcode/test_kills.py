"""A worker that is killed, or stands still, at the worst moment of every step."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from functions.cleanup.deadline import Deadline
from functions.cleanup.stalled_videos import wake_overdue_tasks
from matinee import storage
from matinee.ids import stream_prefix
from tests.integration.transcode.faults import Fault, FaultyBucket, Request, faulty_bucket
from tests.integration.transcode.media import everything
from tests.integration.transcode.world import Upload, WorkerProcess, eventually

StartWorker = Callable[..., WorkerProcess]
QUICK = {"MATINEE_LEASE_SECONDS": "3", "MATINEE_HEARTBEAT_SECONDS": "0.3", "MATINEE_DATABASE_IDLE_TRANSACTION_SECONDS": "2"}
SECONDS = 12
HOLD = 4711  # the advisory lock at which a worker is held
# What is being read or written when the session ends, a step each.
STEPS = ("uploads/", "source/", "a0/", "v360/", "c0/", "poster.jpg", "storyboard-0.jpg", "source/index.m3u8", "early.m3u8")


@pytest.fixture
def bucket(matinee_environment: dict[str, str]) -> Iterator[FaultyBucket]:
    """A bucket whose answers the test can spoil."""
    with faulty_bucket(os.environ["AWS_ENDPOINT_URL"]) as proxy:
        yield proxy


def begun(upload: Upload) -> set[tuple[str, int, int]]:
    return {(t["kind"], t["tier"], t["ordinal"]) for t in upload.tasks() if t["status"] == "leased"}


@contextmanager
def held_at(table: str, condition: str) -> Iterator[None]:
    """Hold the worker that is about to write such a row; the block begins when it stands still there."""
    with psycopg.connect(os.environ["MATINEE_DATABASE_URL"], autocommit=True) as holder:
        holder.execute("select pg_advisory_lock(%s)", [HOLD])
        holder.execute(
            f"""
            create function hold() returns trigger language plpgsql
                as 'begin perform pg_advisory_xact_lock({HOLD}); return new; end';
            create trigger hold before update on {table} for each row when ({condition}) execute function hold()
            """
        )
        try:
            waiting = "select 1 from pg_locks where locktype = 'advisory' and objid = %s and not granted"
            eventually(lambda: holder.execute(waiting, [HOLD]).fetchone())
            yield
        finally:
            holder.execute("select pg_advisory_unlock(%s)", [HOLD])
            holder.execute(f"drop trigger hold on {table}; drop function hold")


@pytest.mark.parametrize(
    ("kind", "ordinal"),
    [("plan", 0), ("copy", 0), ("encode", 0), ("encode", 1), ("audio", 0), ("captions", 0), ("stills", 0), ("stills", 1)],
)
def test_a_worker_killed_when_all_is_done_but_not_yet_written_down(
    kind: str, ordinal: int, media: Path, start_worker: StartWorker
) -> None:
    upload = Upload.of(everything(media, SECONDS)).tell()
    first = start_worker(**QUICK)
    this = f"new.video_id = '{upload.video_id}' and new.kind = '{kind}' and new.ordinal = {ordinal}"
    with held_at("tasks", f"{this} and new.status = 'done'"):
        in_hand = begun(upload)
        done = [t for t in upload.tasks() if t["status"] == "done"]
        first.kill()
    assert any(task[0] == kind and task[2] == ordinal for task in in_hand)

    start_worker(**QUICK)
    upload.wait("ready")
    upload.check_whole(SECONDS)
    again = {(t["kind"], t["tier"], t["ordinal"]) for t in upload.tasks() if t["attempts"] > 1}
    assert again
    assert again <= in_hand
    assert all(t in upload.tasks() for t in done)


def test_a_worker_killed_between_the_last_task_and_the_last_playlist(media: Path, start_worker: StartWorker) -> None:
    upload = Upload.of(everything(media, SECONDS)).tell()
    first = start_worker(**QUICK)
    with held_at("videos", f"new.id = '{upload.video_id}' and new.status = 'ready'"):
        assert "full.m3u8" in upload.state()
        first.kill()
    assert upload.video.status == "playable"
    start_worker(**QUICK)
    upload.wait("ready")
    upload.check_whole(SECONDS)
    assert sum(t["attempts"] > 1 for t in upload.tasks()) == 1


@pytest.mark.parametrize("status", ["transcoding", "playable"])
def test_a_worker_killed_before_it_could_wake_others(
    status: str, media: Path, start_worker: StartWorker, bucket: FaultyBucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload = Upload.of(everything(media, SECONDS))
    bucket.rule = lambda r: "hold" if r.action.startswith("SendMessage") and upload.video.status == status else None
    first = start_worker(AWS_ENDPOINT_URL_SQS=bucket.url, **QUICK)
    upload.tell()
    eventually(lambda: bucket.spoiled)
    first.kill()
    bucket.rule = lambda _: "refuse"
    start_worker(**QUICK)
    monkeypatch.setenv("MATINEE_OVERDUE_TASK_SECONDS", "0")
    wake_overdue_tasks(Deadline(30))
    upload.wait("ready")
    upload.check_whole(SECONDS)


def test_a_worker_that_stood_still_for_longer_than_its_lease_changes_nothing_any_more(
    media: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    seconds = 40  # its second chunk is long enough to be stopped in the middle of
    first = start_worker(**QUICK)
    upload = Upload.of(everything(media, seconds)).tell()
    eventually(lambda: [t for t in upload.tasks() if t["kind"] == "encode" and t["status"] == "leased" and t["ordinal"] == 1])
    first.stand_still()
    start_worker(**QUICK)
    upload.wait("ready")
    before = upload.state()
    log_size = (tmp_path / "worker.log").stat().st_size
    first.go_on()
    eventually(lambda: "task taken away" in (tmp_path / "worker.log").read_text()[log_size:])
    segments = {name: written for name, written in before.items() if name.endswith(".ts")}
    assert {name: written for name, written in upload.state().items() if name.endswith(".ts")} == segments
    upload.check_whole(seconds)


def test_a_playlist_that_reaches_the_bucket_after_a_newer_one_is_set_right(
    media: Path, start_worker: StartWorker, bucket: FaultyBucket
) -> None:
    bucket.rule = lambda request: "hold" if request.method == "PUT" and request.key.endswith("source/index.m3u8") else None
    first = start_worker(AWS_ENDPOINT_URL_S3=bucket.url, **QUICK)
    upload = Upload.of(everything(media, SECONDS)).tell()
    eventually(lambda: bucket.spoiled)
    first.stand_still()  # within a transaction, with the video's lock
    start_worker(**QUICK)
    upload.wait("ready")
    whole = upload.read("source/index.m3u8")
    bucket.rule = lambda _: None
    eventually(lambda: upload.read("source/index.m3u8") != whole)
    first.go_on()
    eventually(lambda: upload.read("source/index.m3u8") == whole)
    upload.check_whole(SECONDS)


def test_a_session_that_ends_in_the_middle_of_any_step_has_nothing_written_afterwards(
    media: Path, start_worker: StartWorker, bucket: FaultyBucket
) -> None:
    # A write that has begun must end within a share of the lease, on a busy machine too.
    start_worker(AWS_ENDPOINT_URL_S3=bucket.url, **QUICK | {"MATINEE_LEASE_SECONDS": "15"})
    ended = []
    for name in STEPS:
        upload = Upload.of(everything(media, SECONDS))

        def hold(request: Request, upload: Upload = upload, name: str = name) -> Fault | None:
            is_step = str(upload.video_id) in request.key and name in request.key
            return "hold" if is_step and (request.method == "PUT" or name == "uploads/") else None

        bucket.spoiled.clear()
        bucket.rule = hold
        upload.tell()
        eventually(lambda: bucket.spoiled)
        upload.end_session()
        bucket.rule = lambda _: None
        eventually(upload.is_quiet)
        if there := list(storage.list_versions(stream_prefix(upload.session_id, upload.video_id))):
            storage.delete(there)
        ended.append(upload)
    last = Upload.of(everything(media, SECONDS)).tell()
    last.wait("ready")
    assert not [upload for upload in ended if upload.state()]
    assert {t["status"] for upload in ended for t in upload.tasks()} <= {"done", "cancelled"}
