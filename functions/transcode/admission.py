"""What is refused from the header alone, before anything is decoded for real."""

from functions.transcode.failures import VideoFailure
from functions.transcode.settings import WorkerSettings
from functions.transcode.source import Source


def admit(source: Source, limits: WorkerSettings) -> None:
    """Raise VideoFailure ``too_large``, ``too_long``, ``too_many_pixels`` or ``no_streams`` where a source is past a limit."""
    if source.size_bytes > limits.max_source_bytes:
        raise VideoFailure("too_large")
    if source.duration_s > limits.max_duration_seconds:
        raise VideoFailure("too_long")
    if source.video and source.video.width * source.video.height > limits.max_source_pixels:
        raise VideoFailure("too_many_pixels")
    if source.video is None and not source.audio:
        raise VideoFailure("no_streams")
