"""The plan of a video: which renditions it gets, and which tasks make them. Pure: a ``Source`` in, a ``Plan`` out.

Encoded renditions live on one frame grid (the source's frame rate made constant): keyframes, segments and chunks are whole
numbers of frames counted from the start of the container, so chunks that different workers make fit without a seam.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from pydantic import BaseModel, ConfigDict

from functions.transcode.chunks import copied_segment_edges
from functions.transcode.ladder import GOP_S, SEGMENT_S, Size, sizes
from functions.transcode.languages import own_name
from functions.transcode.source import AudioTrack, CaptionTrack, Rational, Source, VideoTrack

COPY_MAX_GOP_S = 12.0  # the default of x264, 250 frames, is 10.4 s at 24 fps
COPY_MAX_BITS_PER_S = 20_000_000
COPY_MAX_PIXELS = 4096 * 2304
COPY_MAX_LEVEL = 52
COPY_MAX_START_S = 0.1  # players bridge this much silence or darkness at the start
COPY_MAX_MISSING_S = 1.0  # a picture that ends so long before its sound goes on as a still, sound as silence
COPY_MAX_AUDIO_BITS_PER_S = 330_000
SOUND_COPY_DEMUXERS = {"mov", "matroska"}  # not recordings of a broadcast, which damage and changes on the way are usual in
LAST_FRAME_MARGIN_S = 0.5  # how exactly a header says where the picture ends
TARGET_SLACK_S = 0.05  # an index gives decoding times, which can be off by a frame

TWO_TIER_PIXELS = 1280 * 720 * 30  # per second: below that one pass keeps ahead of playback on two cores

LOW, HIGH = 0, 1  # tiers; the early playlist lists tier 0


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True)


class VideoRendition(_Model):
    """One encoded or copied rendition of the picture. ``max_rate`` is bit/s of video; None for a copy."""

    name: str
    tier: int
    width: int
    height: int
    max_rate: int | None = None
    crf: float | None = None
    target_s: int


class AudioRendition(_Model):
    """One language (or track) of the sound."""

    name: str
    index: int  # of the stream in the file
    copy_stream: bool
    language: str | None
    label: str
    is_default: bool


class CaptionRendition(_Model):
    """One language of the captions."""

    name: str
    index: int  # of the stream in the file
    language: str | None
    label: str
    is_default: bool
    is_forced: bool = False


class Plan(_Model):
    """What is made of a video. ``frame_rate`` is that of the encoded renditions; ``edition`` sets a second plan's files apart."""

    frame_rate: Rational
    gop_frames: int
    segment_frames: int
    total_frames: int
    edition: str = ""
    copies_sound_alone: bool = False  # not in a plan that a worker before an upgrade wrote: its tasks encode such sound
    video: list[VideoRendition] = []
    audio: list[AudioRendition] = []
    captions: list[CaptionRendition] = []

    def encoded(self, tier: int) -> list[VideoRendition]:
        """The renditions that one encode task of this tier makes, largest first."""
        return [r for r in self.video if r.tier == tier and r.crf is not None]

    @property
    def copied(self) -> VideoRendition | None:
        """The rendition that takes the source's picture as it is."""
        return next((r for r in self.video if r.crf is None), None)

    @property
    def copied_audio(self) -> list[AudioRendition]:
        """The tracks whose packets are taken as they are."""
        return [a for a in self.audio if a.copy_stream] if self.copied or self.copies_sound_alone else []

    @property
    def encoded_audio(self) -> list[AudioRendition]:
        """The tracks that are made anew, in tasks of their own: they would hold up a copied picture."""
        return [a for a in self.audio if a not in self.copied_audio]

    @property
    def segment_s(self) -> Fraction:
        """The length of a segment on the frame grid."""
        return self.segment_frames / self.frame_rate

    def seconds(self, frame: int) -> float:
        """When a frame is shown."""
        return float(Fraction(frame) / self.frame_rate)

    def last_moving_frame(self, video: VideoTrack) -> int:
        """A frame close to the end of a picture that ends before its sound, and surely not behind it."""
        end_s = video.start_s + (video.duration_s or 0)
        return max(0, math.floor((end_s - LAST_FRAME_MARGIN_S) * self.frame_rate))


def plan_video(source: Source, *, may_copy: bool = True) -> Plan:
    """Decide what is made of a source; without ``may_copy`` everything is encoded, as the second edition of a first plan."""
    video = source.video
    rate = video.frame_rate if video else Fraction(25)
    gop = max(1, round(GOP_S * rate))
    segment = gop * (SEGMENT_S // GOP_S)
    total = max(1, round(end_of_picture(source, video) * rate)) if video else 0
    edition = "" if may_copy else "-2"
    return Plan(
        frame_rate=rate,
        gop_frames=gop,
        segment_frames=segment,
        total_frames=total,
        edition=edition,
        copies_sound_alone=True,
        video=_named(_video_renditions(source, video, segment / rate, may_copy=may_copy) if video else [], edition),
        audio=_named(_audio_renditions(source, may_copy=may_copy), edition),
        captions=_named(_caption_renditions(source.captions) if video else [], edition),
    )


def plan_again(source: Source, before: Plan) -> Plan:
    """The plan after a copy turned out not to be right: nothing is copied any more, but pictures that were encoded stay."""
    plan = plan_video(source, may_copy=False)
    return plan if before.copied else plan.model_copy(update={"video": before.video, "captions": before.captions})


Made = TypeVar("Made", VideoRendition, AudioRendition, CaptionRendition)


def _named(made: list[Made], edition: str) -> list[Made]:
    return [r.model_copy(update={"name": r.name + edition}) for r in made]


def can_copy_picture(source: Source) -> bool:
    """Whether the picture is right for the web as it is: H.264 8-bit 4:2:0, progressive, upright, square pixels, early and
    regular keyframes, and no more bits than a viewer's line takes."""
    video = source.video
    if video is None or video.codec != "h264" or video.keyframes_s is None or not video.keyframes_s:
        return False
    keyframes = [*video.keyframes_s, source.duration_s]
    return (
        video.pixel_format in ("yuv420p", "yuvj420p")
        and not video.is_interlaced
        and video.rotation == 0
        and not video.is_mirrored
        and not source.has_jumps
        and not ends_early(source)
        and video.sample_aspect_ratio == 1
        and video.transfer == ""
        and 0 < video.level <= COPY_MAX_LEVEL
        and video.width * video.height <= COPY_MAX_PIXELS
        and video.width % 2 == video.height % 2 == 0
        and abs(video.start_s) <= COPY_MAX_START_S
        and abs(keyframes[0] - video.start_s) <= COPY_MAX_START_S
        and max(b - a for a, b in pairwise(keyframes)) <= COPY_MAX_GOP_S
        and source.size_bytes * 8 / source.duration_s <= COPY_MAX_BITS_PER_S
    )


def can_copy_sound(source: Source, track: AudioTrack) -> bool:
    """Whether the sound is AAC-LC as every player takes it, to the end: a player with nothing to play waits.

    Beside a picture that is encoded a copy saves little, so there it may lack less at its end.
    """
    is_beside_a_copy = can_copy_picture(source)
    most_missing_s = COPY_MAX_MISSING_S if is_beside_a_copy else COPY_MAX_START_S
    return (
        (is_beside_a_copy or source.demuxer in SOUND_COPY_DEMUXERS)
        and track.codec == "aac"
        and track.profile == "LC"
        and track.channels <= 2
        and track.sample_rate in (44100, 48000)
        and track.bit_rate <= COPY_MAX_AUDIO_BITS_PER_S
        and abs(track.start_s) <= COPY_MAX_START_S
        and missing_sound_s(source, track) <= most_missing_s
    )


def missing_sound_s(source: Source, track: AudioTrack) -> float:
    """How long before the end of a source a track of sound stops, in seconds."""
    return source.duration_s - track.start_s - track.duration_s if track.duration_s else 0.0


def end_of_picture(source: Source, video: VideoTrack) -> float:
    """When the last picture ends; the grid starts with the container, so a late first picture is filled up before it."""
    end_s = video.start_s + video.duration_s if video.duration_s else source.duration_s
    return source.duration_s if ends_early(source) else end_s


def ends_early(source: Source) -> bool:
    """Whether the picture stops long before the sound (a cover with a song): its last one then stays until the end."""
    video = source.video
    if video is None or not video.duration_s:
        return False
    return source.duration_s - video.start_s - video.duration_s > COPY_MAX_MISSING_S


def _video_renditions(source: Source, video: VideoTrack, segment_s: Fraction, *, may_copy: bool) -> list[VideoRendition]:
    target = target_s(float(segment_s))
    if may_copy and can_copy_picture(source):
        edges = copied_segment_edges(video.keyframes_s or [0.0], end_of_picture(source, video))
        longest = max(b - a for a, b in pairwise(edges))
        copied = VideoRendition(name="source", tier=LOW, width=video.width, height=video.height, target_s=target_s(longest))
        return [copied, *(_encoded(s, HIGH, target) for s in sizes(video, below=min(video.display_size)))]
    made = sizes(video)
    speed = sum(s.width * s.height for s in made) * video.frame_rate
    if len(made) == 1 or speed <= TWO_TIER_PIXELS:
        return [_encoded(s, LOW, target) for s in made]
    return [_encoded(s, LOW if s is made[-1] else HIGH, target) for s in made]


def target_s(longest_s: float) -> int:
    """EXT-X-TARGETDURATION: no EXTINF, rounded to the nearest integer, may exceed it (RFC 8216 4.3.3.1)."""
    return max(1, math.floor(longest_s + 0.5 + TARGET_SLACK_S))


def _encoded(size: Size, tier: int, target_s: int) -> VideoRendition:
    return VideoRendition(
        name=f"v{size.short_side}",
        tier=tier,
        width=size.width,
        height=size.height,
        max_rate=size.max_rate,
        crf=size.crf,
        target_s=target_s,
    )


def _audio_renditions(source: Source, *, may_copy: bool) -> list[AudioRendition]:
    tracks = source.audio
    # The last frame of a file that was cut off is half a frame, on which Chromium's decoder gives up: encoding leaves it out.
    may_copy = may_copy and "truncated" not in source.warnings
    default = next((t for t in tracks if t.is_default), tracks[0] if tracks else None)
    return [
        AudioRendition(
            name=f"a{number}",
            index=track.index,
            copy_stream=may_copy and can_copy_sound(source, track),
            language=track.language,
            label=label,
            is_default=track is default,
        )
        for number, (track, label) in enumerate(zip(tracks, _labels(tracks, "Sound"), strict=True))
    ]


def _caption_renditions(tracks: list[CaptionTrack]) -> list[CaptionRendition]:
    default = next((t for t in tracks if t.is_default), None)
    return [
        CaptionRendition(
            name=f"c{number}",
            index=track.index,
            language=track.language,
            label=label,
            is_default=track is default,
            is_forced=track.is_forced,
        )
        for number, (track, label) in enumerate(zip(tracks, _labels(tracks, "Captions"), strict=True))
    ]


def _labels(tracks: Sequence[AudioTrack | CaptionTrack], alone: str) -> list[str]:
    """A name for each track, unique in its group (RFC 8216 4.3.4.1.1)."""
    found: list[str] = []
    for number, track in enumerate(tracks, 1):
        nameless = f"{alone} {number}" if len(tracks) > 1 else alone
        label = track.title or (own_name(track.language) if track.language else nameless)
        found.append(f"{label} ({number})" if label in found else label)
    return found
