"""A session that ends while a job runs: the job is stopped, and nothing of it is left or comes after the receipt."""

import json
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from functions.cleanup import jobs as cleanup_jobs
from functions.cleanup.deadline import Deadline
from functions.cleanup.handler import lambda_handler
from functions.transcode.worker import Worker
from matinee.db import sessions, transaction, videos
from matinee.ids import stream_prefix
from matinee.storage import list_objects, put_bytes
from tests.integration.mediaconvert.service import FakeMediaConvert
from tests.integration.mediaconvert.test_conversion import job_of, run_out
from tests.integration.transcode.media import hevc
from tests.integration.transcode.world import Upload, eventually

StartWorker = Callable[[], Worker]


def end(upload: Upload) -> None:
    with transaction() as tx:
        sessions.end(tx, upload.session_id)


def session_ended(upload: Upload) -> list[str]:
    """What cleanup does with the event; gives the messages that have to come again."""
    body = {"source": "matinee", "detail-type": "session.ended", "detail": {"session_id": str(upload.session_id)}}
    record = {"messageId": str(uuid4()), "receiptHandle": "r", "eventSource": "aws:sqs", "body": json.dumps(body)}
    answer = lambda_handler({"Records": [record]}, None)
    return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]


def left(upload: Upload) -> list[str]:
    return [o.key for root in ("uploads", "streams") for o in list_objects(f"{root}/{upload.session_id}/")]


def has_receipt(upload: Upload) -> bool:
    with transaction() as tx:
        return sessions.receipt(tx, upload.session_id) is not None


@pytest.mark.parametrize("is_silent", [False, True])
def test_the_job_is_cancelled_and_everything_is_deleted(
    is_silent: bool, service: FakeMediaConvert, start_worker: StartWorker, media: Path
) -> None:
    start_worker()
    upload = Upload.of(hevc(media, seconds=9)).tell()
    job = job_of(service, upload)
    put_bytes(f"{stream_prefix(upload.session_id, upload.video_id)}mediaconvert/stream-v360_00001.ts", b"x", "video/mp2t", "")
    if is_silent:  # for longer than its lease: that it is over must not be told from the clock
        run_out(upload)
    end(upload)
    assert session_ended(upload) == []
    assert job.status == "CANCELED"
    assert left(upload) == []
    assert has_receipt(upload)
    service.tell(job, "COMPLETE")
    service.tell(job, "CANCELED")
    assert session_ended(upload) == []
    assert left(upload) == []


def test_the_receipt_waits_until_the_service_has_really_stopped(
    service: FakeMediaConvert, start_worker: StartWorker, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_worker()
    upload = Upload.of(hevc(media, seconds=9)).tell()
    job = job_of(service, upload)
    job.status = "PROGRESSING"
    late = f"{stream_prefix(upload.session_id, upload.video_id)}mediaconvert/stream-v360_00009.ts"
    asked: list[str] = []

    def slowly(given: dict[str, str]) -> tuple[int, dict[str, object]]:
        asked.append(given["Id"])
        if len(asked) == 2:  # it writes on after the first request, and only then ends
            put_bytes(late, b"x", "video/mp2t", "")
            job.status = "CANCELED"
        return 202, {}

    monkeypatch.setattr(service, "_CancelJob", slowly)
    end(upload)
    assert session_ended(upload) == []
    assert len(asked) == 2
    assert left(upload) == []
    assert has_receipt(upload)


def test_a_job_that_nobody_knows_of_is_found_and_cancelled(
    service: FakeMediaConvert, start_worker: StartWorker, media: Path
) -> None:
    service.fails = [ConnectionError("the answer was lost")] * 3
    start_worker()
    upload = Upload.of(hevc(media, seconds=9)).tell()
    eventually(lambda: service.of_video(upload.video_id))
    end(upload)
    assert session_ended(upload) == []
    assert {job.status for job in service.of_video(upload.video_id)} == {"CANCELED"}
    assert left(upload) == []


def test_the_job_of_a_video_that_failed_meanwhile_is_cancelled_by_the_sweep(
    service: FakeMediaConvert, start_worker: StartWorker, media: Path
) -> None:
    start_worker()
    upload = Upload.of(hevc(media, seconds=9)).tell()
    job = job_of(service, upload)
    with transaction() as tx:
        videos.fail(tx, upload.video_id, "internal")
    cleanup_jobs.stop_unwanted_jobs(Deadline(60))
    assert job.status == "CANCELED"
    cleanup_jobs.stop_unwanted_jobs(Deadline(60))
    assert service.calls.count("CancelJob") == 1
    assert {(t["status"], t["lease_owner"]) for t in upload.tasks() if t["kind"] == "convert"} == {("cancelled", None)}


def test_a_service_that_cannot_be_reached_holds_the_receipt_back(
    service: FakeMediaConvert, start_worker: StartWorker, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    start_worker()
    upload = Upload.of(hevc(media, seconds=9)).tell()
    job_of(service, upload)
    end(upload)

    def away(_: dict[str, str]) -> tuple[int, dict[str, object]]:
        return 500, {"Error": {"Code": "InternalServerErrorException", "Message": "away"}}

    with monkeypatch.context() as patched:
        patched.setattr(service, "_GetJob", away)
        assert len(session_ended(upload)) == 1
    assert not has_receipt(upload)
    assert session_ended(upload) == []
    assert has_receipt(upload)
