"""One task of kind ``convert``: start the job of a video, or see what became of it.

The task is claimed at least twice: to start the job, which it is then leased to, and when the job has ended, or when there was no
news of it for too long. What is so is asked of the service every time; events only say when to ask.
"""

from pathlib import Path

from functions.transcode import publish
from functions.transcode.failures import VideoFailure
from functions.transcode.lease import Lease
from functions.transcode.mediaconvert import outputs
from functions.transcode.mediaconvert.document import job_settings
from functions.transcode.plan import Plan
from functions.transcode.source import Source
from matinee import mediaconvert, storage
from matinee.db import jobs, transaction
from matinee.db.tasks import Task
from matinee.ids import upload_key
from matinee.mediaconvert import JOB_SHARE, Job, task_progress
from matinee.observability import logger
from matinee.settings import ConversionSettings, settings

# https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_error_codes.html; all others are faults of ours.
FAILURES = {
    1010: "corrupt",  # cannot be opened
    1020: "corrupt",  # no picture where the probe saw one
    1021: "corrupt",  # likewise sound
    1030: "unsupported_codec",
    1075: "corrupt",  # cannot be demuxed
    1076: "corrupt",  # ends too early
    1092: "corrupt",  # sound cannot be decoded
}


def convert(lease: Lease, source: Source, plan: Plan, role: str, folder: Path) -> None:
    """Bring the task on as far as its job has come. Raises VideoFailure when the job failed, and whatever keeps it from that."""
    task = lease.task
    job = _known_job(task)
    if job is None:
        lease.check()
        where = mediaconvert.object_url(outputs.staging(task.session_id, task.video_id))
        document = job_settings(source, plan, mediaconvert.object_url(upload_key(task.session_id, task.video_id)), where)
        job = mediaconvert.create(task.session_id, task.video_id, document, role)
        logger.info("job started", video_id=str(task.video_id), job_id=job.id)
    if not job.has_ended:
        _hand_over(lease, job)
    elif job.status == "COMPLETE":
        lease.progress = JOB_SHARE
        outputs.take_in(lease, plan, folder)
        lease.end()
        publish.finish(task)
        storage.delete_below(outputs.staging(task.session_id, task.video_id))
    else:
        code = FAILURES.get(job.error_code or 0, "internal")
        logger.warning(
            "job failed", job_id=job.id, status=job.status, error_code=job.error_code, error=job.error_message[:500], code=code
        )
        raise VideoFailure(code)


def _known_job(task: Task) -> Job | None:
    """The job that this task has already, even where the worker that made it was lost before it could say so."""
    with transaction() as tx:
        job_id = jobs.job_of(tx, task)
    if job_id is not None:
        return mediaconvert.get(job_id) or Job(job_id, "ERROR", error_message="the service does not know it any more")
    return mediaconvert.find(task.session_id, task.video_id) if task.attempts > 1 else None


def _hand_over(lease: Lease, job: Job) -> None:
    lease.end()
    with transaction() as tx:
        jobs.hand_over(tx, lease.task, job.id, task_progress(job.progress), settings(ConversionSettings).job_news_seconds)
