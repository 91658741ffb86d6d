"""The bad ends of a task: the video fails, its files go, and what is a fault of ours is kept for a person to look at."""

import json

from functions.transcode import publish, replan
from functions.transcode.ffmpeg import FfmpegError, OutsideFaultError, OverLimitError
from functions.transcode.mpegts import BadSegmentError
from matinee import aws, events, storage
from matinee.db import tasks, transaction, videos
from matinee.errors import VideoWarning
from matinee.ids import stream_prefix, upload_key
from matinee.observability import logger
from matinee.settings import QueueSettings, settings

DAMAGED: VideoWarning = "damaged"
OVER_LIMIT_MESSAGE = "The file asks for more computing than any sound file of its kind needs."


def fail_video(task: tasks.Task, code: str, message: str | None = None) -> None:
    """The video is ``failed`` and leaves no files behind. One that is ready stays so."""
    with transaction() as tx:
        failed = videos.fail(tx, task.video_id, code, message)
        tasks.release(tx, task)
    if not failed:
        return
    logger.info("video failed", code=code)
    forget_files(task)
    events.emit(events.VideoFailed(session_id=task.session_id, video_id=task.video_id, code=code))


def bury(task: tasks.Task, error: Exception) -> None:
    """A task that failed too often: its case goes to the dead-letter queue, unless encoding can get round the fault.

    Without its poster or its captions a video is still a video; without anything else it has failed.
    """
    if task.kind == "copy" and is_damage(error) and replan.encode_instead(task, str(error)):
        with transaction() as tx:
            videos.add_warning(tx, task.video_id, DAMAGED)
        return
    case = {
        "task_id": str(task.id),
        "video_id": str(task.video_id),
        "task": f"{task.kind}-{task.tier}-{task.ordinal}",
        "attempts": task.attempts,
        "error": str(error)[:2000],
    }
    aws.sqs().send_message(QueueUrl=settings(QueueSettings).dead_letter_queue_url, MessageBody=json.dumps(case))
    if task.kind in ("stills", "captions"):
        try:
            replan.finish(task)
        except publish.NotConformantError:
            fail_video(task, "internal")
        except tasks.LeaseLostError:  # another task of the video failed meanwhile, or its session ended
            let_go(task)
        return
    fail_video(task, code_for(error), OVER_LIMIT_MESSAGE if isinstance(error, OverLimitError) else None)


def code_for(error: Exception) -> str:
    """Whose fault an error is that came again and again: ``corrupt`` for the file's, ``internal`` for ours."""
    is_the_files = isinstance(error, FfmpegError | BadSegmentError) and not isinstance(error, OutsideFaultError)
    return "corrupt" if is_the_files else "internal"


def is_damage(error: Exception) -> bool:
    """Whether a part of the file is broken, which one can get round, and not the whole too much."""
    return code_for(error) == "corrupt" and not isinstance(error, OverLimitError)


def let_go(task: tasks.Task) -> None:
    """Release a task that was taken from us, and set right what our last writes may have spoiled.

    A write that had begun cannot be called back: it may have come after the deletion of the files of a video that failed, or
    after a newer playlist of whoever has the task now.
    """
    with transaction() as tx:
        video = videos.get(tx, task.video_id)
    if video is not None and video.status == "failed":
        forget_files(task)
    else:
        publish.set_right(task)
    with transaction() as tx:
        tasks.release(tx, task)


def forget_files(task: tasks.Task) -> None:
    """Delete the video's stream and its original with what tusd wrote beside it."""
    for prefix in (stream_prefix(task.session_id, task.video_id), upload_key(task.session_id, task.video_id)):
        storage.delete_below(prefix)
