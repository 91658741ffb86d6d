"""What a probe finds out about an original. Times in seconds, on the timeline on which the container starts at 0."""

from fractions import Fraction
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, PlainSerializer, PlainValidator

from functions.transcode.languages import bcp47


def _fraction(value: Any) -> Fraction:
    return value if isinstance(value, Fraction) else Fraction(str(value))


Rational = Annotated[Fraction, PlainValidator(_fraction), PlainSerializer(str, return_type=str)]


Language = Annotated[str | None, BeforeValidator(bcp47)]  # a tag of BCP 47


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
    is_mirrored: bool = False
    frame_rate: Rational
    is_constant_rate: bool = True
    start_s: float = 0
    duration_s: float | None = None
    is_interlaced: bool = False
    transfer: str = ""  # "pq", "hlg" or "" for SDR
    matrix: str = "bt709"  # of Y'CbCr, as ffmpeg's scale filter calls it; a likely one where the file says nothing
    primaries: str = "bt709"  # or a wider gamut, as ffmpeg's setparams filter calls it
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
    layout: str = ""  # of the channels, as ffmpeg calls it; "" where the file says nothing
    sample_rate: int
    bit_rate: int = 0
    start_s: float = 0
    duration_s: float | None = None
    language: Language = None
    title: str | None = None
    is_default: bool = False


class CaptionTrack(_Model):
    """One track of captions as text."""

    index: int
    codec: str
    language: Language = None
    title: str | None = None
    is_default: bool = False
    is_forced: bool = False  # to be shown even when captions are off: signs, songs


class Chapter(_Model):
    """A part of the video that has a title."""

    start_s: float
    end_s: float
    title: str


class Source(_Model):
    """An original, as probed."""

    demuxer: str
    size_bytes: int
    duration_s: float
    start_s: float = 0  # the container's start time before the shift
    is_seekable: bool = True  # whether times behind a seek are those of reading through
    has_jumps: bool = False  # whether the clock jumps on the way; ``duration_s`` is without the jumps
    seek_margin_s: float = 0.5  # how far before a time to begin reading, so that its picture can be decoded
    video: VideoTrack | None = None
    audio: list[AudioTrack] = []
    captions: list[CaptionTrack] = []
    chapters: list[Chapter] = []
    warnings: list[str] = []

    def sound(self, index: int) -> AudioTrack:
        """The track of sound that is this stream of the file."""
        return next(track for track in self.audio if track.index == index)
