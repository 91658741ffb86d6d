"""What the API answers, as far as it is acted on here; everything else in an answer is kept and printed with ``--json``."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict


class Answer(BaseModel):
    """A body of the API. Fields that a newer server adds stay in it."""

    model_config = ConfigDict(extra="allow")


class User(Answer):
    """A host."""

    email: str
    name: str


class Login(Answer):
    """A token, and whose it is."""

    token: str
    user: User


class Session(Answer):
    """A session."""

    id: UUID
    title: str
    created_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    state: Literal["open", "ending", "ended"]


class SessionPage(Answer):
    """Some sessions; ``next`` is the cursor of those after them."""

    items: list[Session]
    next: str | None


class VideoError(Answer):
    """Why a video cannot be shown."""

    code: str
    message: str


class Video(Answer):
    """A video; ``progress`` is 0 to 1, ``duration`` in seconds."""

    id: UUID
    filename: str
    status: str
    progress: float
    duration: float | None
    size_bytes: int
    error: VideoError | None


class SessionWithVideos(Session):
    """A session and its videos, oldest first."""

    videos: list[Video]


class Invite(Answer):
    """A watch link."""

    url: str


class Counts(Answer):
    """What lay in the bucket."""

    objects: int
    versions: int
    delete_markers: int
    multipart_uploads: int
    bytes: int


class Receipt(Answer):
    """What was found and deleted of a session, and that nothing remained."""

    session_id: UUID
    title: str
    ended_at: datetime
    finished_at: datetime
    found: Counts
    deleted: Counts
    remaining: int
