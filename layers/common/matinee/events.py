"""The events that Matinee emits on its bus, and what it takes in from there and from S3.

Emitting is best effort after the database has committed: whoever must act on an event can also find its cause in the
database, and the sweep of ``functions/cleanup`` does.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from matinee import aws
from matinee.observability import logger
from matinee.settings import EventSettings, settings

SOURCE = "matinee"
PUT_EVENTS_BATCH = 10  # the most that one PutEvents call takes


class Event(BaseModel):
    """Base of all events: ``name`` is the EventBridge detail-type."""

    model_config = ConfigDict(frozen=True)
    name: ClassVar[str]
    session_id: UUID


class VideoEvent(Event):
    """Base of the events about one video."""

    video_id: UUID


class UploadFinished(VideoEvent):
    """The whole original lies in the bucket."""

    name: ClassVar[str] = "upload.finished"
    size_bytes: int


class VideoPlayable(VideoEvent):
    """A viewer who opens the stream now sees the first frame and can go on."""

    name: ClassVar[str] = "video.playable"
    seconds_since_upload: float


class VideoReady(VideoEvent):
    """All renditions are whole."""

    name: ClassVar[str] = "video.ready"
    seconds_since_upload: float


class VideoFailed(VideoEvent):
    """The video cannot be shown; ``code`` says why."""

    name: ClassVar[str] = "video.failed"
    code: str


class SessionEnded(Event):
    """The session is over; everything of it is to be deleted."""

    name: ClassVar[str] = "session.ended"


class SessionAccessChanged(Event):
    """The invitation was replaced: stream cookies under another access epoch are void."""

    name: ClassVar[str] = "session.access_changed"
    access_epoch: int


class SessionPurged(Event):
    """Everything of the session is deleted and the receipt is written."""

    name: ClassVar[str] = "session.purged"


def emit(*events: Event) -> None:
    """Put events on the bus. What fails is logged, never raised: the database already holds the truth."""
    try:
        for first in range(0, len(events), PUT_EVENTS_BATCH):
            _put(events[first : first + PUT_EVENTS_BATCH])
    except Exception:  # noqa: BLE001 - the network and the service may fail in any way; see above
        logger.exception("events not sent", names=[event.name for event in events])


def _put(events: Sequence[Event]) -> None:
    answer = aws.eventbridge().put_events(
        Entries=[
            {
                "EventBusName": settings(EventSettings).event_bus,
                "Source": SOURCE,
                "DetailType": event.name,
                "Detail": event.model_dump_json(),
                "Time": datetime.now(UTC),
            }
            for event in events
        ]
    )
    if answer["FailedEntryCount"]:
        logger.error("events refused", count=answer["FailedEntryCount"])


class _S3Bucket(BaseModel):
    name: str


class _S3Object(BaseModel):
    key: str
    size: int = 0


class ObjectCreated(BaseModel):
    """Detail of S3's "Object Created" event. Its keys are not URL-encoded, unlike those of S3's own notifications."""

    bucket: _S3Bucket
    object: _S3Object


class _JobProgress(BaseModel):
    percent: float = Field(0, alias="jobPercentComplete")


class JobStateChange(BaseModel):
    """Detail of MediaConvert's event. Only some updates say how far the job is."""

    source: ClassVar[str] = "aws.mediaconvert"
    name: ClassVar[str] = "MediaConvert Job State Change"
    job_id: str = Field(alias="jobId")
    status: str
    job_progress: _JobProgress | None = Field(None, alias="jobProgress")

    @property
    def progress(self) -> float:
        """0 to 1; 0 where the event does not say."""
        return self.job_progress.percent / 100 if self.job_progress else 0.0


class Envelope(BaseModel):
    """EventBridge's envelope around any event."""

    source: str
    detail_type: Annotated[str, Field(alias="detail-type")]
    detail: dict[str, Any] = Field(default_factory=dict)
