"""AWS Elemental MediaConvert: the only place that talks to it."""

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from matinee import aws, storage
from matinee.ids import upload_key
from matinee.settings import ConversionSettings, settings

if TYPE_CHECKING:
    from mypy_boto3_mediaconvert.type_defs import JobSettingsTypeDef, JobTypeDef

ENDED = frozenset({"COMPLETE", "CANCELED", "ERROR"})
JOB_SHARE = 0.9  # of the progress of a task; the rest is taking in what its job made


@dataclass(frozen=True)
class Job:
    """A job as the service tells of it. ``progress`` is 0 to 1; an error has a code and a message of the service."""

    id: str
    status: str  # SUBMITTED, PROGRESSING, or one of ENDED
    progress: float = 0.0
    error_code: int | None = None
    error_message: str = ""

    @property
    def has_ended(self) -> bool:
        """Whether it will write nothing any more."""
        return self.status in ENDED


def task_progress(job_progress: float) -> float:
    """The progress of a task whose job has come that far (both 0 to 1)."""
    return JOB_SHARE * min(max(job_progress, 0.0), 1.0)


def object_url(key: str) -> str:
    """How a job names an object (or a prefix) of the bucket."""
    return f"s3://{storage.bucket()}/{key}"


def create(session_id: UUID, video_id: UUID, document: "JobSettingsTypeDef", role: str) -> Job:
    """Start the job of a video. Within a minute the service takes a second request for the same video as the first one."""
    answer = aws.mediaconvert().create_job(
        ClientRequestToken=str(video_id),
        Queue=settings(ConversionSettings).mediaconvert_queue,
        Role=role,
        Settings=document,
        StatusUpdateInterval="SECONDS_30",
        UserMetadata={"session_id": str(session_id), "video_id": str(video_id)},
        BillingTagsSource="QUEUE",
    )
    return _job(answer["Job"])


def get(job_id: str) -> Job | None:
    """A job; None when the service has forgotten it (after three months)."""
    service = aws.mediaconvert()
    try:
        return _job(service.get_job(Id=job_id)["Job"])
    except service.exceptions.NotFoundException:
        return None


def find(session_id: UUID, video_id: UUID) -> Job | None:
    """The newest job that reads a video's original, whoever made it and was lost before its id was kept."""
    answer = aws.mediaconvert().search_jobs(
        InputFile=object_url(upload_key(session_id, video_id)),
        Queue=settings(ConversionSettings).mediaconvert_queue,
        Order="DESCENDING",
        MaxResults=1,
    )
    return next((_job(job) for job in answer["Jobs"]), None)


def cancel(job_id: str) -> None:
    """Ask the service to stop a job; one that has just ended is fine."""
    service = aws.mediaconvert()
    try:
        service.cancel_job(Id=job_id)
    except (service.exceptions.ConflictException, service.exceptions.NotFoundException):
        return


def _job(job: "JobTypeDef") -> Job:
    return Job(
        id=job["Id"],
        status=job["Status"],
        progress=job.get("JobPercentComplete", 0) / 100,
        error_code=job.get("ErrorCode"),
        error_message=job.get("ErrorMessage", ""),
    )
