"""What a probe finds out about an original. Times in seconds, on the timeline on which the container starts at 0."""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, PlainSerializer, PlainValidator


def _fraction(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(str(value))


Rational = Annotated[Fraction, PlainValidator(_fraction), PlainSerializer(str, return_type=str)]


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class VideoTrack(_Model):
    """The picture. ``width`` and ``height`` are as coded: before rotation and before pixels are made square."""

    index: int
    codec: str
    profile: str = ""
    level: int = 0
    pixel_format: str = ""
    width: int
    height: int
    sample_aspect_ratio: Rational = Fraction(1)
    rotation: int = 0  # degrees, a multiple of 90
    frame_rate: Rational
    is_constant_rate: bool = True
    start_s: float = 0
    duration_s: float | None = None
    is_interlaced: bool = False
    transfer: str = ""  # "pq", "hlg" or "" for SDR
    keyframes_s: list[float] | None = None  # from the container's index; None where it has none

    @property
    def display_size(self) -> tuple[int, int]:
        """Width and height as shown: pixels square, rotation applied."""
        width, height = round(self.width * self.sample_aspect_ratio), self.height
        return (height, width) if self.rotation % 180 else (width, height)


class AudioTrack(_Model):
    """One track of sound."""

    index: int
    codec: str
    profile: str = ""
    channels: int
    sample_rate: int
    bit_rate: int = 0
    start_s: float = 0
    language: str | None = None
    title: str | None = None
    is_default: bool = False


class CaptionTrack(_Model):
    """One track of captions as text."""

    index: int
    codec: str
    language: str | None = None
    title: str | None = None
    is_default: bool = False


class Source(_Model):
    """An original, as probed."""

    demuxer: str
    size_bytes: int
    duration_s: float
    start_s: float = 0  # the container's start time before the shift
    is_seekable: bool = True  # whether times behind a seek are those of reading through
    video: VideoTrack | None = None
    audio: list[AudioTrack] = []
    captions: list[CaptionTrack] = []
    warnings: list[str] = []
