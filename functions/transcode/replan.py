"""What to do when a copied stream turns out not to be right: make it anew by encoding, and everything that is cut like it."""

from functions.transcode.plan import Plan, plan_again
from functions.transcode.publish import NotConformantError
from functions.transcode.publish import finish as publish_finish
from functions.transcode.schedule import Schedule, renditions
from functions.transcode.source import Source
from matinee import queues
from matinee.db import streams, tasks, transaction, videos
from matinee.observability import logger

SOUND_ALONE = ("copy", "audio")
ALL_KINDS = (*SOUND_ALONE, "encode", "captions")


def finish(task: tasks.Task) -> None:
    """The task is done, and what it made is published. Raises LeaseLostError, and NotConformantError where nothing was copied."""
    try:
        publish_finish(task)
    except NotConformantError as error:
        if not encode_instead(task, str(error)):
            raise


def encode_instead(task: tasks.Task, reason: str) -> bool:
    """Plan the video again without copying; False when nothing was copied. Sound is made anew without the pictures beside it.

    Viewers go on with what they have until the new plan can be played: its files have names of their own, and a worker that
    is still busy with the old ones has lost its lease.
    """
    with transaction() as tx:
        streams.lock_publishing(tx, task.video_id)
        tasks.check_lease(tx, task)
        video = videos.get(tx, task.video_id)
        if video is None or video.source is None or video.plan is None:
            raise tasks.LeaseLostError
        before, source = Plan.model_validate(video.plan), Source.model_validate(video.source)
        if before.copied is None and not before.copied_audio:
            return False
        plan = plan_again(source, before)
        anew = ALL_KINDS if before.copied else SOUND_ALONE
        todo = [new for new in Schedule(source, plan).tasks() if new.kind in anew]
        if task.kind not in anew:
            tasks.finish(tx, task)
        if videos.set_plan(tx, task.video_id, plan.model_dump_json()):
            streams.start_over(tx, task.video_id, anew)
            streams.add_renditions(tx, task.video_id, renditions(plan))
            tasks.add(tx, task.video_id, todo)
    logger.warning("copy is not right, encoding instead", video_id=str(task.video_id), reason=reason[:500])
    for queue in ("express", "bulk"):
        queues.wake(queue, task.video_id, sum(t.queue == queue and not t.held_s for t in todo))
    return True
