"""JSON bodies that several HTTP functions give."""

from typing import Annotated, get_args

from pydantic import BaseModel, Field

from matinee.db.videos import Video, VideoStatus
from matinee.errors import VIDEO_FAILURES, VideoWarning
from matinee.ids import stream_prefix


class VideoErrorBody(BaseModel):
    """Why a video cannot be shown."""

    code: str = Field(json_schema_extra={"enum": [*VIDEO_FAILURES]})
    message: str


class VideoBody(BaseModel):
    """A video as hosts and guests see it. The addresses are paths on the origin and need the stream cookies."""

    id: str
    filename: str
    status: VideoStatus
    progress: float = Field(description="0 to 1")
    url: str | None = Field(description="HLS multivariant playlist; set from `playable` on")
    poster: str | None
    storyboard: str | None
    duration: float | None = Field(description="seconds")
    error: VideoErrorBody | None
    warnings: list[Annotated[str, Field(json_schema_extra={"enum": [*get_args(VideoWarning)]})]]
    size_bytes: int

    @classmethod
    def of(cls, video: Video) -> "VideoBody":
        """The body for a row."""

        def address(suffix: str | None) -> str | None:
            return f"/{stream_prefix(video.session_id, video.id)}{suffix}" if suffix else None

        return cls(
            id=str(video.id),
            filename=video.filename,
            status=video.status,
            progress=round(video.progress, 4),
            url=address(video.playlist),
            poster=address(video.poster),
            storyboard=address(video.storyboard),
            duration=None if video.duration_s is None else float(video.duration_s),
            error=VideoErrorBody(code=video.error_code, message=video.error_message or "") if video.error_code else None,
            warnings=video.warnings,
            size_bytes=video.size_bytes,
        )
