"""Stopping jobs of MediaConvert whose videos are not wanted any more: their session has ended, or they have failed."""

from uuid import UUID

from functions.cleanup.deadline import Deadline
from matinee import db, mediaconvert
from matinee.db import jobs
from matinee.db.jobs import CancelledTask
from matinee.observability import logger


def stop(session_id: UUID | None = None) -> bool:
    """Cancel the jobs of cancelled tasks (of one session, or of all); gives whether all of them have ended.

    Until then a job may still write. To be called again until it gives True.
    """
    with db.transaction() as tx:
        unwanted = jobs.to_stop(tx, session_id)
    return all([_has_ended(task) for task in unwanted])  # noqa: C419 - each of them is to be cancelled now


def stop_unwanted_jobs(_: Deadline) -> None:
    """Stop the jobs of videos that failed, and of sessions whose purge has not come that far."""
    stop()


def _has_ended(task: CancelledTask) -> bool:
    job = mediaconvert.get(task.job_id) if task.job_id else mediaconvert.find(task.session_id, task.video_id)
    if job is not None and not job.has_ended:
        mediaconvert.cancel(job.id)
        logger.info("job cancelled", video_id=str(task.video_id), job_id=job.id)
        return False
    with db.transaction() as tx:
        jobs.stopped(tx, task)
    return True
