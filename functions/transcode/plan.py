"""The plan of a video: which renditions it gets, and which tasks make them. Pure: a ``Source`` in, a ``Plan`` out.

Encoded renditions live on one frame grid (the source's frame rate made constant): keyframes, segments and chunks are whole
numbers of frames counted from the start of the container, so chunks that different workers make fit without a seam.
"""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from pydantic import BaseModel, ConfigDict

from functions.transcode import captions
from functions.transcode.ladder import GOP_S, SEGMENT_S, Size, sizes
from functions.transcode.source import AudioTrack, CaptionTrack, Rational, Source, VideoTrack
from matinee.db.streams import Rendition
from matinee.db.tasks import NewTask

COPY_MAX_GOP_S = 12.0  # the default of x264, 250 frames, is 10.4 s at 24 fps
COPY_MAX_BITS_PER_S = 20_000_000
COPY_MAX_PIXELS = 4096 * 2304
COPY_MAX_LEVEL = 52
COPY_MAX_START_S = 0.1  # players bridge this much silence or darkness at the start
COPY_MAX_AUDIO_BITS_PER_S = 330_000
TARGET_SLACK_S = 0.05  # an index gives decoding times, which can be off by a frame

FIRST_CHUNK_SEGMENTS = 1  # the first picture should be early …
CHUNK_SEGMENTS = 8  # … and the later chunks long enough that starting ffmpeg does not count (about 32 s)
TWO_TIER_PIXELS = 1280 * 720 * 30  # per second: below that one pass keeps ahead of playback on two cores

LOW, HIGH = 0, 1  # tiers; the early playlist lists tier 0

PRIORITY_FIRST, PRIORITY_AUDIO, PRIORITY_STILLS, PRIORITY_CAPTIONS, PRIORITY_LOW, PRIORITY_HIGH = 1, 1, 2, 2, 3, 4
POSTER, STORYBOARD = 0, 1  # ordinals of the stills tasks


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


class Plan(_Model):
    """What is made of a video. ``frame_rate`` is that of the encoded renditions."""

    frame_rate: Rational
    gop_frames: int
    segment_frames: int
    total_frames: int
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
        """The tracks that come out of the same reading of the file as a copied picture."""
        return [a for a in self.audio if a.copy_stream] if self.copied else []

    @property
    def encoded_audio(self) -> list[AudioRendition]:
        """The tracks that have a task of their own: encoding them would hold up a copied picture."""
        return [a for a in self.audio if a not in self.copied_audio]

    def chunks(self) -> list[tuple[int, int]]:
        """Frame ranges ``[first, end)`` of the encode tasks, in order; together they cover every frame once."""
        edges = [0]
        length = FIRST_CHUNK_SEGMENTS * self.segment_frames
        while edges[-1] + length < self.total_frames:
            edges.append(edges[-1] + length)
            length = CHUNK_SEGMENTS * self.segment_frames
        return list(zip(edges, [*edges[1:], self.total_frames], strict=True)) if self.total_frames else []

    def seconds(self, frame: int) -> float:
        """When a frame is shown."""
        return float(Fraction(frame) / self.frame_rate)


def plan_video(source: Source) -> Plan:
    """Decide what is made of a source."""
    video = source.video
    rate = video.frame_rate if video else Fraction(25)
    gop = max(1, round(GOP_S * rate))
    segment = gop * (SEGMENT_S // GOP_S)
    total = max(1, round(_end_of_picture(source, video) * rate)) if video else 0
    return Plan(
        frame_rate=rate,
        gop_frames=gop,
        segment_frames=segment,
        total_frames=total,
        video=_video_renditions(source, video, segment / rate) if video else [],
        audio=_audio_renditions(source),
        captions=_caption_renditions(source.captions) if video else [],
    )


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


def can_copy_sound(track: AudioTrack) -> bool:
    """Whether the sound is AAC-LC as every player takes it."""
    return (
        track.codec == "aac"
        and track.profile == "LC"
        and track.channels <= 2
        and track.sample_rate in (44100, 48000)
        and track.bit_rate <= COPY_MAX_AUDIO_BITS_PER_S
        and abs(track.start_s) <= COPY_MAX_START_S
    )


def copied_segment_edges(keyframes_s: list[float], end_s: float) -> list[float]:
    """Where a copied picture is cut: at the first keyframe at or after each multiple of the segment's length.

    That is the rule of ffmpeg's segment muxer with ``-segment_time``; gives the edges from the first to ``end_s``.
    """
    edges = [keyframes_s[0]]
    for keyframe in keyframes_s[1:]:
        if keyframe >= len(edges) * SEGMENT_S:
            edges.append(keyframe)
    return [*edges, end_s]


def renditions(plan: Plan) -> list[Rendition]:
    """The rows of a plan's renditions.

    Pictures and sound have one target duration (RFC 8216 6.2.4): the longest that any of them needs. Segments of sound end with
    the packet that crosses the mark, so they can be a little longer than planned.
    """
    target_s = max([r.target_s for r in plan.video] + [SEGMENT_S + 1 for _ in plan.audio[:1]], default=SEGMENT_S)
    rows = [
        Rendition(
            name=r.name,
            kind="video",
            task_kind="copy" if r.crf is None else "encode",
            tier=r.tier,
            position=position,
            width=r.width,
            height=r.height,
            frame_rate=round(float(plan.frame_rate), 3),  # type: ignore[arg-type] # psycopg takes it as numeric
            target_s=target_s,
        )
        for position, r in enumerate(plan.video)
    ]
    rows += [
        Rendition(
            name=a.name,
            kind="audio",
            task_kind="copy" if a in plan.copied_audio else "audio",
            tier=LOW,
            position=position,
            language=a.language,
            label=a.label,
            is_default=a.is_default,
            target_s=target_s,
        )
        for position, a in enumerate(plan.audio)
    ]
    rows += [
        Rendition(
            name=c.name,
            kind="captions",
            task_kind="captions",
            tier=HIGH,
            position=position,
            language=c.language,
            label=c.label,
            is_default=c.is_default,
            target_s=captions.SEGMENT_S,
        )
        for position, c in enumerate(plan.captions)
    ]
    return rows


def tasks(plan: Plan, source: Source) -> list[NewTask]:
    """The tasks of a plan, the most urgent first. Weights are rough shares of the work, for the progress."""
    found: list[NewTask] = []
    pixels = source.video.width * source.video.height if source.video else 0
    if plan.copied:
        found.append(NewTask("copy", "express", PRIORITY_FIRST, weight=max(0.1, source.duration_s * 0.05)))
    for tier in (LOW, HIGH):
        made = plan.encoded(tier)
        if not made:
            continue
        work = sum(r.width * r.height for r in made) + pixels / 4
        for ordinal, (first, end) in enumerate(plan.chunks()):
            is_first_picture = tier == LOW and ordinal == 0
            start_s, end_s = plan.seconds(first), plan.seconds(end)
            found.append(
                NewTask(
                    "encode",
                    "express" if is_first_picture else "bulk",
                    PRIORITY_FIRST if is_first_picture else PRIORITY_LOW if tier == LOW else PRIORITY_HIGH,
                    tier=tier,
                    ordinal=ordinal,
                    start_s=start_s,
                    end_s=end_s,
                    weight=(end_s - start_s) * work / 2e6,
                )
            )
    if plan.encoded_audio:
        found.append(
            NewTask("audio", "express", PRIORITY_AUDIO, weight=max(0.1, source.duration_s * 0.03 * len(plan.encoded_audio)))
        )
    if plan.captions:
        found.append(NewTask("captions", "bulk", PRIORITY_CAPTIONS, tier=HIGH, weight=0.2))
    found.append(NewTask("stills", "bulk", PRIORITY_STILLS, ordinal=POSTER, weight=0.5))
    if source.video:
        found.append(NewTask("stills", "bulk", PRIORITY_HIGH, ordinal=STORYBOARD, weight=0.5))
    return sorted(found, key=lambda task: (task.priority, task.ordinal))


def _end_of_picture(source: Source, video: VideoTrack) -> float:
    """When the last picture ends; the grid starts with the container, so a late first picture is filled up before it."""
    return video.start_s + video.duration_s if video.duration_s else source.duration_s


def _video_renditions(source: Source, video: VideoTrack, segment_s: Fraction) -> list[VideoRendition]:
    target = _target(float(segment_s))
    if can_copy_picture(source):
        edges = copied_segment_edges(video.keyframes_s or [0.0], _end_of_picture(source, video))
        longest = max(b - a for a, b in pairwise(edges))
        copied = VideoRendition(name="source", tier=LOW, width=video.width, height=video.height, target_s=_target(longest))
        return [copied, *(_encoded(s, HIGH, target) for s in sizes(video, below=min(video.display_size)))]
    made = sizes(video)
    speed = sum(s.width * s.height for s in made) * video.frame_rate
    if len(made) == 1 or speed <= TWO_TIER_PIXELS:
        return [_encoded(s, LOW, target) for s in made]
    return [_encoded(s, LOW if s is made[-1] else HIGH, target) for s in made]


def _target(longest_s: float) -> int:
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


def _audio_renditions(source: Source) -> list[AudioRendition]:
    tracks = source.audio
    # The last frame of a file that was cut off is half a frame, on which Chromium's decoder gives up: encoding leaves it out.
    is_whole = "truncated" not in source.warnings
    default = next((t for t in tracks if t.is_default), tracks[0] if tracks else None)
    return [
        AudioRendition(
            name=f"a{number}",
            index=track.index,
            copy_stream=is_whole and can_copy_sound(track),
            language=track.language,
            label=label,
            is_default=track is default,
        )
        for number, (track, label) in enumerate(zip(tracks, _labels(tracks, "Sound"), strict=True))
    ]


def _caption_renditions(tracks: list[CaptionTrack]) -> list[CaptionRendition]:
    default = next((t for t in tracks if t.is_default), None)
    return [
        CaptionRendition(name=f"c{number}", index=track.index, language=track.language, label=label, is_default=track is default)
        for number, (track, label) in enumerate(zip(tracks, _labels(tracks, "Captions"), strict=True))
    ]


def _labels(tracks: Sequence[AudioTrack | CaptionTrack], alone: str) -> list[str]:
    """A name for each track, unique in its group (RFC 8216 4.3.4.1.1)."""
    found: list[str] = []
    for number, track in enumerate(tracks, 1):
        label = track.title or track.language or (f"{alone} {number}" if len(tracks) > 1 else alone)
        found.append(f"{label} ({number})" if label in found else label)
    return found
