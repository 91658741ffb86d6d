"""Videos that do not get on: their work is woken again, or they are failed and their files deleted."""

from collections import Counter
from typing import Literal
from uuid import UUID

from functions.cleanup import erase
from functions.cleanup.deadline import Deadline
from functions.cleanup.settings import CleanupSettings
from functions.cleanup.side_by_side import for_each
from matinee import aws, db, events, queues, storage
from matinee.db import sweep, tasks, videos
from matinee.db.sweep import VideoId
from matinee.ids import stream_prefix, upload_key
from matinee.observability import logger, metrics
from matinee.queues import Queue
from matinee.settings import settings


def wake_overdue_tasks(_: Deadline) -> None:
    """Send wake-up messages again for tasks that nobody works on.

    Any message of a queue has any of its tasks claimed, so only the messages that a queue lacks are sent: tasks that wait
    because all workers are busy have theirs still, and more would only make the backlog look longer than it is.
    """
    with db.transaction() as tx:
        overdue = tasks.overdue(tx, settings(CleanupSettings).overdue_task_seconds)
    lacking = Counter[tuple[Queue, UUID]]()
    for queue in {queue for queue, _ in overdue}:
        of_queue = [task for task in overdue if task[0] == queue]
        lacking.update(of_queue[_messages_waiting(queue) :])
    for (queue, video_id), number in lacking.items():
        queues.wake(queue, video_id, number)
    if lacking:
        logger.warning("tasks woken again", tasks=lacking.total(), videos=len(lacking))
        metrics().add_metric("TasksWokenAgain", "Count", lacking.total())


def fail_videos_without_original(deadline: Deadline) -> None:
    """Fail the unfinished videos whose original is gone: nothing can be made of them any more."""
    with db.transaction() as tx:
        unfinished = sweep.videos_in_need_of_original(tx)
    for_each(unfinished, _fail_without_original, deadline)


def fail_stuck_videos(deadline: Deadline) -> None:
    """Fail the unfinished videos that have no task left."""
    with db.transaction() as tx:
        stuck = sweep.stuck_videos(tx, settings(CleanupSettings).stuck_video_seconds)
    for_each(stuck, _fail, deadline)


def erase_failed_videos(deadline: Deadline) -> None:
    """Delete what is left of videos that failed lately. Workers that were at it may have written until their leases ended."""
    with db.transaction() as tx:
        failed = sweep.videos_failed_within(tx, settings(CleanupSettings).straggler_watch_seconds)
    for_each(failed, _erase, deadline)


def _messages_waiting(queue: Queue) -> int:
    name: Literal["ApproximateNumberOfMessages"] = "ApproximateNumberOfMessages"
    answer = aws.sqs().get_queue_attributes(QueueUrl=queues.queue_url(queue), AttributeNames=[name])
    return int(answer["Attributes"][name])


def _fail_without_original(video: VideoId, deadline: Deadline) -> None:
    if storage.size_of(upload_key(video.session_id, video.video_id)) is None:
        _fail(video, deadline)


def _fail(video: VideoId, deadline: Deadline) -> None:
    with db.transaction() as tx:
        # A session that has ended meanwhile is being purged, and its videos did not fail.
        is_failed = sweep.is_open(tx, video.session_id) and videos.fail(tx, video.video_id, "internal")
    if is_failed:
        logger.error("video given up", video_id=str(video.video_id))
        events.emit(events.VideoFailed(session_id=video.session_id, video_id=video.video_id, code="internal"))
        _erase(video, deadline)


def _erase(video: VideoId, deadline: Deadline) -> None:
    prefixes = (upload_key(video.session_id, video.video_id), stream_prefix(video.session_id, video.video_id))
    erased = erase.erase(prefixes, deadline)
    if erased.entries:
        logger.info("failed video's files deleted", video_id=str(video.video_id), entries=erased.entries)
