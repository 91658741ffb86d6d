"""From an original to a published stream with MediaConvert as the back end, whatever becomes of messages, workers and jobs."""

from collections.abc import Callable
from pathlib import Path

import pytest

from functions.cleanup.deadline import Deadline
from functions.cleanup.settings import CleanupSettings
from functions.cleanup.stalled_videos import wake_overdue_tasks
from functions.transcode.conformance import check
from functions.transcode.worker import Worker
from matinee import settings
from matinee.db import jobs, tasks, transaction
from matinee.db.tasks import Task
from tests.integration.mediaconvert.service import QUEUE, ROLE, FakeMediaConvert, Job
from tests.integration.transcode.media import h264, hevc, make, pictures, tone
from tests.integration.transcode.world import Upload, eventually

StartWorker = Callable[[], Worker]


def job_of(service: FakeMediaConvert, upload: Upload) -> Job:
    """The one job of a video, once its task is leased to it."""

    def handed_over() -> Job | None:
        leased = {t["lease_owner"] for t in upload.tasks() if t["kind"] == "convert" and t["status"] == "leased"}
        return next((job for job in service.of_video(upload.video_id) if job.id in leased), None)

    return eventually(handed_over)


def convert_task(upload: Upload) -> dict[str, object]:
    return next(t for t in upload.tasks() if t["kind"] == "convert")


def run_out(upload: Upload) -> None:
    """Let so much time pass that a lease has run out and a wake-up counts as lost."""
    with transaction() as tx:
        tx.execute(
            """
            update tasks set lease_until = now() - interval '1 second', woken_at = now() - interval '1 hour'
             where video_id = %s and kind = 'convert' and status = 'leased'
            """,
            [upload.video_id],
        )


def sweep() -> None:
    """The part of cleanup's sweep that wakes what nobody works on."""
    wake_overdue_tasks(Deadline(60))


def test_a_film_becomes_a_stream_like_any_other(service: FakeMediaConvert, start_worker: StartWorker, media: Path) -> None:
    film = make(
        media / "two-languages.mkv", *pictures("854x480", "30000/1001", 21), *tone(21), *tone(21, 880),
        "-map", "0:v", "-map", "1:a", "-map", "2:a", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p",
        "-c:a", "ac3", "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu",
    )  # fmt: skip
    start_worker()
    upload = Upload.of(film).tell()
    job = job_of(service, upload)
    assert job.request["Role"] == ROLE
    assert job.request["Queue"] == QUEUE
    eventually(lambda: all(t["status"] == "done" for t in upload.tasks() if t["kind"] != "convert"))
    assert upload.video.status == "transcoding", "a poster alone is nothing to play"
    assert upload.read("poster.jpg").startswith(b"\xff\xd8")

    job.status, job.percent = "PROGRESSING", 40
    service.tell(job, "STATUS_UPDATE")
    assert 0.3 < upload.video.progress < 0.5
    service.run(job)
    service.tell(job)
    video = upload.wait("ready", "failed")
    assert video.status == "ready"
    assert video.playlist == "full.m3u8"
    assert {r.name for r in upload.renditions().values() if r.is_whole} == {"v480", "v360", "a0", "a1"}
    assert [(m.language, m.name) for m in upload.playlist("full.m3u8").media] == [("en", "English"), ("de", "Deutsch")]
    for name in ("v480", "v360", "a0", "a1"):
        assert upload.media_playlist(name).playlist_type == "vod"
        assert [s.uri for s in upload.media_playlist(name).segments] == [f"{n:05d}.ts" for n in range(6)]
    report = check(upload.read, "full.m3u8")
    assert report.passed, report.to_text()
    eventually(lambda: not any("/mediaconvert/" in key for key in sorted(upload.keys())))


@pytest.mark.parametrize("starts_s", [None, 10.25])
def test_a_copyable_film_is_converted_as_well_wherever_the_service_starts_its_timeline(
    starts_s: float | None, service: FakeMediaConvert, start_worker: StartWorker, media: Path
) -> None:
    service.starts_s = starts_s
    start_worker()
    upload = Upload.of(h264(media, seconds=9)).tell()
    job = job_of(service, upload)
    service.run(job)
    service.tell(job)
    upload.wait("ready")
    assert [p.uri for p in upload.playlist("full.m3u8").playlists] == ["v360/index.m3u8"]
    report = check(upload.read, "full.m3u8")
    assert report.passed, report.to_text()


def test_sound_alone_is_left_to_the_worker(service: FakeMediaConvert, start_worker: StartWorker, media: Path) -> None:
    start_worker()
    upload = Upload.of(make(media / "sound.m4a", *tone(5), "-c:a", "aac")).tell()
    upload.wait("ready")
    assert service.calls == []


def test_messages_and_events_that_come_many_times_and_out_of_order_make_one_job_and_one_stream(
    service: FakeMediaConvert, start_worker: StartWorker, media: Path
) -> None:
    start_worker()
    start_worker()
    upload = Upload.of(hevc(media, seconds=9)).tell(times=4)
    job = job_of(service, upload)
    service.run(job)
    for status in ("COMPLETE", "STATUS_UPDATE", "COMPLETE", "PROGRESSING", "COMPLETE"):
        service.tell(job, status)
    upload.wait("ready")
    service.tell(job, "COMPLETE")
    service.tell(job, "STATUS_UPDATE")
    eventually(lambda: all(t["status"] == "done" for t in upload.tasks()))
    assert service.of_video(upload.video_id) == [job]
    assert service.calls.count("CreateJob") == 1
    assert upload.video.status == "ready"


def test_an_event_that_was_lost_is_made_up_for_by_asking(
    service: FakeMediaConvert, start_worker: StartWorker, media: Path
) -> None:
    start_worker()
    upload = Upload.of(hevc(media, seconds=9)).tell()
    job = job_of(service, upload)
    job.status, job.percent = "PROGRESSING", 50
    run_out(upload)
    sweep()
    eventually(lambda: upload.video.progress > 0.4)
    assert job_of(service, upload) is job, "it still runs, so the task is leased to it again"

    service.run(job)
    run_out(upload)
    sweep()
    upload.wait("ready")
    assert service.calls.count("CreateJob") == 1


def test_a_job_whose_worker_died_before_it_could_say_so_is_found_again(
    service: FakeMediaConvert, start_worker: StartWorker, media: Path
) -> None:
    service.fails = [ConnectionError("the answer was lost")]
    service.forgets_tokens = True
    start_worker()
    upload = Upload.of(hevc(media, seconds=9)).tell()
    job = job_of(service, upload)
    assert service.calls.count("CreateJob") == 1
    assert service.jobs == [job]
    service.run(job)
    service.tell(job)
    upload.wait("ready")


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (1030, "unsupported_codec"),
        (1076, "corrupt"),
        (1999, "internal"),
        (None, "internal"),
    ],
)
def test_a_job_that_failed_fails_its_video_and_leaves_no_file(
    error: int | None, code: str, service: FakeMediaConvert, start_worker: StartWorker, media: Path
) -> None:
    start_worker()
    upload = Upload.of(hevc(media, seconds=3)).tell()
    job = job_of(service, upload)
    service.run(job)
    job.status, job.error = ("ERROR", (error, "Example error message")) if error else ("CANCELED", None)
    service.tell(job)
    video = upload.wait("failed", "ready")
    assert video.error_code == code
    assert "Example" not in (video.error_message or "")
    eventually(lambda: not upload.keys())


@pytest.mark.parametrize("missing", ["-v360_00002.ts", "-a0.m3u8"])
def test_outputs_that_are_not_whole_are_never_called_ready(
    missing: str, service: FakeMediaConvert, start_worker: StartWorker, media: Path
) -> None:
    start_worker()
    upload = Upload.of(hevc(media, seconds=9)).tell()
    job = job_of(service, upload)
    service.run(job, leave_out=missing)
    service.tell(job)
    assert upload.wait("failed", "ready").error_code == "internal"
    eventually(lambda: not upload.keys())


def test_a_worker_whose_task_was_taken_away_while_it_made_the_job_leaves_the_job_to_be_stopped(
    service: FakeMediaConvert, media: Path
) -> None:
    upload = Upload.of(hevc(media, seconds=3))
    with transaction() as tx:
        tasks.add(tx, upload.video_id, [tasks.NewTask("convert", "express", 1)])
        task = tasks.claim(tx, "express", "worker", 30)
    assert isinstance(task, Task)
    with transaction() as tx:
        tasks.revoke_session(tx, upload.session_id)
        jobs.hand_over(tx, task, "job-1", 0, 60)
        assert [t.job_id for t in jobs.to_stop(tx, upload.session_id)] == ["job-1"]
        tasks.release(tx, task)
        assert tasks.leases_end(tx, upload.session_id), "the worker cannot give up what is the job's by now"


def test_the_settings_of_a_sweep_leave_a_job_more_time_than_its_news_take() -> None:
    assert settings.ConversionSettings().job_news_seconds > 2 * 30  # the interval of updates
    assert CleanupSettings().overdue_task_seconds < settings.ConversionSettings().job_news_seconds
