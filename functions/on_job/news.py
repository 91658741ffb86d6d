"""What an event of MediaConvert means for the task that its job does."""

from matinee import db, queues
from matinee.db import jobs
from matinee.mediaconvert import ENDED, task_progress
from matinee.observability import logger
from matinee.settings import ConversionSettings, settings


def take(job_id: str, status: str, progress: float) -> None:
    """Take in news of a job (``progress`` 0 to 1). A job that is not ours, or that no task waits for any more, changes nothing.

    An ended job lets its task go, and a worker is woken, which asks the service what became of the job: an event that comes
    twice, late or out of order can do no more than that.
    """
    with db.transaction() as tx:
        if status not in ENDED:
            jobs.note_progress(tx, job_id, task_progress(progress), settings(ConversionSettings).job_news_seconds)
            return
        video_id = jobs.let_go(tx, job_id)
    if video_id is not None:
        queues.wake("express", video_id)
        logger.info("job ended", video_id=str(video_id), job_id=job_id, status=status)
