"""Sources as a probe would describe them."""

from fractions import Fraction
from typing import Any

from functions.transcode.source import AudioTrack, Source, VideoTrack


def picture(**changes: Any) -> VideoTrack:
    """1080p H.264 at 24 fps with a keyframe every 5 s, 30 s long: fit to be copied."""
    facts: dict[str, Any] = {
        "index": 0,
        "codec": "h264",
        "profile": "High",
        "level": 40,
        "pixel_format": "yuv420p",
        "width": 1920,
        "height": 1080,
        "frame_rate": Fraction(24),
        "duration_s": 30.0,
        "keyframes_s": [0.0, 5.0, 10.0, 15.0, 20.0, 25.0],
    }
    return VideoTrack(**(facts | changes))


def sound(**changes: Any) -> AudioTrack:
    """Stereo AAC."""
    facts: dict[str, Any] = {
        "index": 1,
        "codec": "aac",
        "profile": "LC",
        "channels": 2,
        "sample_rate": 48000,
        "bit_rate": 128_000,
    }
    return AudioTrack(**(facts | changes))


def source(video: VideoTrack | None = None, audio: list[AudioTrack] | None = None, **changes: Any) -> Source:
    """An MP4 of 30 s."""
    facts: dict[str, Any] = {"demuxer": "mov", "size_bytes": 20_000_000, "duration_s": 30.0}
    return Source(**(facts | {"video": video, "audio": audio if audio is not None else [sound()]} | changes))
