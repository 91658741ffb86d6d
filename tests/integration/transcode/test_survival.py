"""Messages that come twice, workers that die, sessions that end: no stuck video, no work done twice beyond what was in hand."""

import json
from collections.abc import Callable
from pathlib import Path

from functions.transcode.outcome import bury
from matinee import aws, storage
from matinee.db import tasks, transaction, videos
from matinee.db.tasks import NewTask
from matinee.ids import new_id, stream_prefix
from matinee.settings import QueueSettings, settings
from tests.integration.transcode.media import h264, hevc
from tests.integration.transcode.world import Upload, WorkerProcess, eventually

StartWorker = Callable[..., WorkerProcess]
SHORT_LEASE = {"MATINEE_LEASE_SECONDS": "3", "MATINEE_HEARTBEAT_SECONDS": "0.5"}


def encoding(upload: Upload) -> dict[str, object] | None:
    """The encode task under way that has segments behind it already."""
    busy = [t for t in upload.tasks() if t["kind"] == "encode" and t["status"] == "leased" and t["ordinal"] > 0]
    return busy[0] if busy else None


def listeners() -> set[int]:
    """The database connections on which workers wait for fences."""
    with transaction() as tx:
        return {row["pid"] for row in tx.execute("select pid from pg_stat_activity where query = 'listen session_fenced'")}


def test_one_upload_told_many_times_to_two_workers_is_done_once(media: Path, start_worker: StartWorker) -> None:
    start_worker()
    start_worker()
    upload = Upload.of(h264(media)).tell(times=6)
    upload.wait("ready")
    eventually(lambda: all(t["status"] == "done" for t in upload.tasks()))
    assert all(t["attempts"] == 1 for t in upload.tasks())


def test_two_workers_share_the_chunks_of_one_video(media: Path, start_worker: StartWorker) -> None:
    owners: set[str] = set()
    start_worker(MATINEE_EXPRESS_SLOTS="1")
    start_worker(MATINEE_EXPRESS_SLOTS="1")
    upload = Upload.of(hevc(media, seconds=150, size="640x360", rate="15")).tell()

    def both() -> bool:
        owners.update(str(t["lease_owner"]).split(":")[1] for t in upload.tasks() if t["kind"] == "encode" and t["lease_owner"])
        return len(owners) == 2

    eventually(both)
    upload.wait("ready")
    assert all(t["attempts"] <= 1 for t in upload.tasks())


def test_a_worker_killed_in_the_middle_of_a_chunk_costs_that_chunk_alone(media: Path, start_worker: StartWorker) -> None:
    first = start_worker(**SHORT_LEASE)
    upload = Upload.of(hevc(media, seconds=45, size="640x360")).tell()
    eventually(lambda: encoding(upload))
    in_hand = {(t["kind"], t["tier"], t["ordinal"]) for t in upload.tasks() if t["status"] == "leased"}
    children = first.children()
    first.kill()
    done = {(t["kind"], t["tier"], t["ordinal"]) for t in upload.tasks() if t["status"] == "done"}
    eventually(
        lambda: (
            not any(
                Path(f"/proc/{pid}/cmdline").exists() and b"ffmpeg" in Path(f"/proc/{pid}/cmdline").read_bytes()
                for pid in children
            )
        )
    )

    start_worker(**SHORT_LEASE)
    upload.wait("ready")
    again = {(t["kind"], t["tier"], t["ordinal"]) for t in upload.tasks() if t["attempts"] > 1}
    assert again
    assert again <= in_hand
    assert not again & done
    assert upload.media_playlist("v360").is_endlist


def test_a_worker_that_is_told_to_stop_hands_its_tasks_back_and_ends_well(media: Path, start_worker: StartWorker) -> None:
    first = start_worker()
    upload = Upload.of(hevc(media, seconds=45, size="640x360")).tell()
    eventually(lambda: encoding(upload))
    assert first.terminate() == 0
    assert not [t for t in upload.tasks() if t["status"] == "leased"]
    start_worker()
    upload.wait("ready")
    assert all(t["attempts"] <= 1 for t in upload.tasks()), "being told to stop is no failed attempt"


def test_a_session_that_ends_in_the_middle_stops_its_work_and_nothing_is_written_afterwards(
    media: Path, start_worker: StartWorker
) -> None:
    start_worker(**SHORT_LEASE)
    upload = Upload.of(hevc(media, seconds=45, size="640x360")).tell()
    eventually(lambda: encoding(upload))
    upload.end_session()
    eventually(upload.is_quiet)
    storage.delete(list(storage.list_versions(stream_prefix(upload.session_id, upload.video_id))))
    other = Upload.of(h264(media, seconds=3)).tell()
    other.wait("ready")
    assert not [key for key in sorted(upload.keys()) if key.startswith("streams/")]
    assert {t["status"] for t in upload.tasks()} <= {"done", "cancelled"}


def test_a_worker_hears_of_an_ended_session_long_before_its_next_heartbeat_also_after_its_connection_was_cut(
    media: Path, start_worker: StartWorker
) -> None:
    start_worker(MATINEE_LEASE_SECONDS="1800", MATINEE_HEARTBEAT_SECONDS="600")
    cut = eventually(listeners)
    with transaction() as tx:
        tx.execute("select pg_terminate_backend(pid) from unnest(%s::int[]) as pid", [list(cut)])
    eventually(lambda: listeners() - cut)
    upload = Upload.of(hevc(media, seconds=45, size="640x360")).tell()
    eventually(lambda: encoding(upload))
    upload.end_session()
    eventually(upload.is_quiet)


def test_a_task_that_fails_every_time_ends_in_the_dead_letter_queue_and_fails_its_video(
    media: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    broken = tmp_path / "ffmpeg"
    broken.write_text("#!/bin/sh\necho 'no such luck' >&2\nexit 3\n")
    broken.chmod(0o755)
    dead_letters = settings(QueueSettings).dead_letter_queue_url
    aws.sqs().purge_queue(QueueUrl=dead_letters)
    start_worker(MATINEE_FFMPEG=str(broken), MATINEE_RETRY_SECONDS="0.2")
    upload = Upload.of(h264(media)).tell()
    video = upload.wait("failed")
    assert video.error_code == "corrupt"
    eventually(lambda: not upload.keys())
    case = eventually(lambda: aws.sqs().receive_message(QueueUrl=dead_letters, WaitTimeSeconds=1).get("Messages"))[0]
    assert json.loads(case["Body"])["video_id"] == str(upload.video_id)
    assert "no such luck" in json.loads(case["Body"])["error"]


def test_a_still_that_fails_for_the_last_time_when_its_video_has_failed_already_is_let_go(
    media: Path, start_worker: StartWorker
) -> None:
    start_worker().close()
    upload = Upload.of(h264(media))
    with transaction() as tx:
        tasks.add(tx, upload.video_id, [NewTask("stills", "bulk", 1)])
        task = tasks.claim(tx, "bulk", "slot", 600)
        assert task
        videos.fail(tx, upload.video_id, "corrupt")
    bury(task, RuntimeError("no still"))
    assert upload.is_quiet()
    assert not upload.keys()


def test_a_message_without_a_task_is_swallowed(media: Path, start_worker: StartWorker) -> None:
    url = settings(QueueSettings).express_queue_url
    aws.sqs().send_message(QueueUrl=url, MessageBody=json.dumps({"video_id": str(new_id())}))
    aws.sqs().send_message(QueueUrl=url, MessageBody="rubbish")
    start_worker()
    upload = Upload.of(h264(media, seconds=3)).tell()
    upload.wait("ready")
    with transaction() as tx:
        assert videos.get(tx, upload.video_id)
