"""Who goes first: by the order of what the rows say, not by the clock."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from matinee.db import tasks, transaction
from matinee.db.tasks import NewTask
from tests.integration.transcode.media import hevc
from tests.integration.transcode.world import Upload, WorkerProcess, eventually

StartWorker = Callable[..., WorkerProcess]


def moments(upload: Upload) -> dict[str, Any]:
    """When the video could be played, and when the first task of its top rung was done."""
    with transaction() as tx:
        row = tx.execute(
            """
            select playable_at,
                   (select min(done_at) from tasks t where t.video_id = v.id and kind = 'encode' and tier > 0) as top_at
              from videos v where id = %s
            """,
            [upload.video_id],
        ).fetchone()
    assert row
    return row


def test_a_long_video_does_not_hold_up_a_short_one(media: Path, start_worker: StartWorker) -> None:
    start_worker()
    long = Upload.of(hevc(media, seconds=240, size="320x180", rate="12")).tell()
    eventually(lambda: [t for t in long.tasks() if t["kind"] == "encode" and t["status"] == "leased" and t["ordinal"] > 0])
    short = Upload.of(hevc(media, seconds=10, size="320x180", rate="25")).tell()
    short.wait("ready")
    left = [t for t in long.tasks() if t["status"] == "pending"]
    assert len(left) >= 3, "and there was much to do for the long one"


def test_of_many_uploads_at_once_each_has_its_first_picture_before_any_has_its_top_rung(
    media: Path, start_worker: StartWorker
) -> None:
    file = hevc(media, seconds=2, size="1280x720", rate="20")
    uploads = [Upload.of(file).tell() for _ in range(20)]
    start_worker()
    for upload in uploads:
        upload.wait("ready", "playable", seconds=120)
    eventually(lambda: any(moments(upload)["top_at"] for upload in uploads))
    tops = [at for upload in uploads if (at := moments(upload)["top_at"])]
    assert min(tops) > max(moments(upload)["playable_at"] for upload in uploads)


def test_what_is_held_is_claimed_by_nobody_until_it_is_let_out(media: Path, start_worker: StartWorker) -> None:
    start_worker().close()  # which leaves no other tasks
    upload = Upload.of(hevc(media, seconds=6, size="640x360", rate="25"))
    parts = [NewTask("copy", "express", 2, ordinal=n, held_s=600) for n in (1, 2)]
    with transaction() as tx:
        tasks.add(tx, upload.video_id, parts)
        assert tasks.claim(tx, "express", "first", 600) is None
        tasks.let_out(tx, upload.video_id)
        claimed = tasks.claim(tx, "express", "first", 600)
        assert claimed
        assert claimed.ordinal == 1
        tasks.hand_back(tx, claimed, "storage is away", delay_seconds=600)
        tasks.let_out(tx, upload.video_id)
        left = [task.ordinal for _ in parts if (task := tasks.claim(tx, "express", "second", 600))]
        assert left == [2], "what failed waits for its next attempt all the same"


def test_a_lease_that_we_let_go_can_be_claimed_at_once(media: Path, start_worker: StartWorker) -> None:
    start_worker().close()
    upload = Upload.of(hevc(media, seconds=6, size="640x360", rate="25"))
    with transaction() as tx:
        tasks.add(tx, upload.video_id, [NewTask("copy", "express", 1)])
        first = tasks.claim(tx, "express", "first", 600)
        assert first
        assert tasks.claim(tx, "express", "second", 600) is None
        tasks.release(tx, first)
        second = tasks.claim(tx, "express", "second", 600)
        assert second
        tasks.release(tx, first)
        tasks.check_lease(tx, second)
