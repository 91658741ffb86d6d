"""Settings of the worker."""

from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator

from matinee.settings import Settings


class WorkerSettings(Settings):
    """How a worker works, and what it refuses. Times in seconds, sizes in bytes."""

    transcode_backend: Literal["fargate", "mediaconvert"] = "fargate"
    mediaconvert_role: str = ""  # the ARN of what MediaConvert may do
    express_slots: int = 2
    bulk_slots: int = 1
    lease_seconds: float = 30
    heartbeat_seconds: float = 2
    retry_seconds: float = (
        10  # before a task is tried again that failed for a reason outside its file; four times that the next time
    )
    ffmpeg_stall_seconds: float = 60  # without any sign of life
    ecs_agent_uri: str | None = Field(None, validation_alias="ECS_AGENT_URI")  # set by ECS in every task
    scratch_dir: Path | None = None  # None: the system's temporary folder
    ffmpeg: str | None = None  # None: the bundled binary of layers/ffmpeg

    max_duration_seconds: float = 12 * 3600
    max_source_bytes: int = 50 << 30
    max_source_pixels: int = 8192 * 4320
    max_streams: int = 64
    ffmpeg_memory_bytes: int = 6 << 30
    probe_memory_bytes: int = 2 << 30
    probe_seconds: float = 30

    @model_validator(mode="after")
    def _is_complete(self) -> "WorkerSettings":
        if self.transcode_backend == "mediaconvert" and not self.mediaconvert_role:
            raise ValueError("set MATINEE_MEDIACONVERT_ROLE")
        return self
