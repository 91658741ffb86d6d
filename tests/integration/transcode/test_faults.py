"""Storage that fails, a full disk, a database that is away: the stream is right in the end, or the failure is called ours."""

import json
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from matinee import aws, db, storage
from matinee.ids import upload_key
from matinee.settings import QueueSettings, forget_settings, settings
from tests.integration.transcode.faults import Fault, FaultyBucket, Request, faulty_bucket
from tests.integration.transcode.media import everything
from tests.integration.transcode.world import Upload, WorkerProcess, eventually
from tests.processes import descendants
from tests.stack import PostgresServer

StartWorker = Callable[..., WorkerProcess]
QUICK = {"MATINEE_LEASE_SECONDS": "3", "MATINEE_HEARTBEAT_SECONDS": "0.5", "MATINEE_RETRY_SECONDS": "0.2"}
SECONDS = 12
TINY_DISK = ("unshare", "--user", "--map-root-user", "--mount", "sh", "-c")


@pytest.fixture
def bucket(matinee_environment: dict[str, str]) -> Iterator[FaultyBucket]:
    """A bucket whose answers the test can spoil."""
    with faulty_bucket(os.environ["AWS_ENDPOINT_URL"]) as proxy:
        yield proxy


def failed_case(upload: Upload) -> str:
    """The error in the dead-letter queue's case of this video."""
    url = settings(QueueSettings).dead_letter_queue_url

    def find() -> str | None:
        for message in aws.sqs().receive_message(QueueUrl=url, WaitTimeSeconds=1, MaxNumberOfMessages=10).get("Messages", []):
            case = json.loads(message["Body"])
            if case.get("video_id") == str(upload.video_id):
                return str(case["error"])
        return None

    return eventually(find)


def test_storage_that_fails_now_and_then_does_no_harm(media: Path, start_worker: StartWorker, bucket: FaultyBucket) -> None:
    kinds: tuple[Fault | None, ...] = ("busy", None, None, "drop", None, "refuse", None, None)

    def rule(request: Request) -> Fault | None:
        fault = kinds[request.number % len(kinds)]
        return "busy" if fault == "drop" and request.method != "GET" else fault

    bucket.rule = rule
    start_worker(AWS_ENDPOINT_URL_S3=bucket.url, **QUICK)
    upload = Upload.of(everything(media, SECONDS)).tell()
    upload.wait("ready", "failed")
    assert len(bucket.spoiled) > 5
    upload.check_whole(SECONDS)


def test_a_body_that_ends_early_is_read_again(
    media: Path, bucket: FaultyBucket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    upload = Upload.of(everything(media, SECONDS))
    key = upload_key(upload.session_id, upload.video_id)
    whole = storage.read_start(key, 1 << 30)
    assert whole
    monkeypatch.setenv("AWS_ENDPOINT_URL_S3", bucket.url)
    client = aws.s3.__wrapped__()
    monkeypatch.setattr(aws, "s3", lambda: client)
    copy = tmp_path / "copy"

    def copied() -> bytes:
        storage.get_file(key, copy)
        return copy.read_bytes()

    reads: list[Callable[[], object]] = [
        lambda: storage.read_start(key, 1 << 30) == whole,
        lambda: storage.read_range(key, 7, 90_000) == whole[0][7:90_007],
        lambda: copied() == whole[0],
    ]
    for read in reads:
        bucket.seen.clear()
        bucket.rule = lambda request: "drop" if request.number < 2 else None
        assert read()
        assert len(bucket.seen) == 3


@pytest.mark.parametrize("later", ["busy", "cut"])
def test_storage_that_breaks_off_every_time_is_our_fault_and_no_end_of_the_file(
    later: Fault, media: Path, start_worker: StartWorker, bucket: FaultyBucket
) -> None:
    upload = Upload.of(everything(media, SECONDS))

    def rule(request: Request) -> Fault | None:
        if not request.by_ffmpeg or upload.video.status == "uploaded":
            return None
        return "drop" if request.offset == 0 else later

    bucket.rule = rule
    start_worker(AWS_ENDPOINT_URL_S3=bucket.url, **QUICK)
    upload.tell()
    assert upload.wait("ready", "failed").error_code == "internal"
    assert "original could not be read" in failed_case(upload)
    eventually(lambda: not upload.keys())


def test_storage_that_trickles_is_given_up_and_read_again(media: Path, start_worker: StartWorker, bucket: FaultyBucket) -> None:
    upload = Upload.of(everything(media, SECONDS))
    slow: list[Request] = []

    def rule(request: Request) -> Fault | None:
        if not request.by_ffmpeg or upload.video.status == "uploaded" or len(slow) == 3:
            return None
        slow.append(request)
        return "trickle"

    bucket.rule = rule
    start_worker(AWS_ENDPOINT_URL_S3=bucket.url, MATINEE_FFMPEG_STALL_SECONDS="5", **QUICK)
    upload.tell()
    upload.wait("ready", "failed")
    upload.check_whole(SECONDS)


@pytest.mark.parametrize("clears", [True, False])
def test_a_full_disk_is_our_fault_and_is_waited_for(clears: bool, media: Path, start_worker: StartWorker, tmp_path: Path) -> None:
    if subprocess.run([*TINY_DISK, f"mount -t tmpfs none {tmp_path}"], check=False, capture_output=True).returncode:
        pytest.skip("file systems cannot be mounted here")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    fill = f'mount -t tmpfs -o size=8m none {scratch}; head -c 8200k /dev/zero > {scratch}/ballast; exec "$@"'
    worker = start_worker(before=[*TINY_DISK, fill, "sh"], MATINEE_SCRATCH_DIR=str(scratch), **QUICK)
    upload = Upload.of(everything(media, SECONDS)).tell()
    if not clears:
        assert upload.wait("ready", "failed").error_code == "internal"
        eventually(lambda: not upload.keys())
        return
    eventually(lambda: [t for t in upload.tasks() if t["attempts"] > 0 and t["status"] == "pending"])
    Path(f"/proc/{worker.process.pid}/root/{scratch}/ballast").unlink()
    upload.wait("ready", "failed")
    upload.check_whole(SECONDS)


@pytest.mark.parametrize("how", ["stopped and started", "standing still"])
def test_a_database_that_is_away_for_longer_than_a_lease(
    how: str, media: Path, start_worker: StartWorker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with PostgresServer(tmp_path / "postgres") as server:
        monkeypatch.setenv("MATINEE_DATABASE_URL", server.url)
        db.close_pool()
        forget_settings()
        worker = start_worker(**QUICK)
        upload = Upload.of(everything(media, SECONDS)).tell()
        eventually(lambda: [t for t in upload.tasks() if t["kind"] == "encode" and t["status"] == "leased"])
        db.close_pool()
        if how == "standing still":
            assert server.process
            # It has no children that begin or are gone while it stands still itself.
            server.process.send_signal(signal.SIGSTOP)
            time.sleep(0.5)
            backends = descendants(server.process.pid)
            for pid in backends:
                os.kill(pid, signal.SIGSTOP)
            time.sleep(4)
            for pid in [*backends, server.process.pid]:
                os.kill(pid, signal.SIGCONT)
        else:
            server._stop()
            time.sleep(4)
            server._start()
        upload.wait("ready", "failed")
        upload.check_whole(SECONDS)
        worker.close()
        db.close_pool()
    shutil.rmtree(tmp_path / "postgres", ignore_errors=True)
