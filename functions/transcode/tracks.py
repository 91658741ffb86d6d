"""The streams of a file as ``Source`` describes them. Runs inside the probe's child process."""

import math
import struct
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Any

import av
from av.container import InputContainer
from av.stream import Disposition

from functions.transcode.timeline import Timeline

STANDARD_RATES = [Fraction(n) for n in (24, 25, 30, 48, 50, 60)] + [Fraction(n * 1000, 1001) for n in (24, 30, 60)]
FASTEST, SLOWEST = Fraction(60), Fraction(10)  # of the frame rates that are made
STILL_CODECS = {"png", "bmp", "webp", "tiff", "ppm"}
TEXT_CAPTIONS = {"subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text"}
DECODE_TRIES, SOUND_TRIES = 300, 20  # packets of one stream, before it counts as undecodable
RATE_PACKETS = 60  # looked at where the stated frame rate cannot be
MOST_TRACKS = 16  # of sound, and of captions: each is a rendition
LATE_S = 1.0
MOST_CHAPTERS, LONGEST_TITLE = 500, 200
TRANSFERS = {16: "pq", 18: "hlg"}
MATRICES = {1: "bt709", 4: "fcc", 5: "smpte170m", 6: "smpte170m", 7: "smpte240m", 9: "bt2020", 10: "bt2020"}
WIDE_PRIMARIES = {9: "bt2020", 11: "smpte431", 12: "smpte432"}
PROTECTED_TAGS = {b"encv", b"enca", b"drms", b"drmi"}  # sample entries of protected MP4 (ISO/IEC 14496-12 8.12, FairPlay)
SAMPLE_AES_TYPES = {
    bytes([kind, 0, 0, 0]) for kind in (0xDB, 0xCF, 0xC1, 0xC2)
}  # stream types of MPEG-2 Stream Encryption Format for HLS
DOLBY_VISION_ONLY = {b"dvh1", b"dvhe", b"dav1"}  # whose base layer need not be a picture that other decoders show right


@dataclass
class Look:
    """What the first packets and the first decoded picture tell."""

    is_decoded: bool = False
    tried: int = 0
    is_interlaced: bool = False
    rotation: int = 0
    is_mirrored: bool = False
    transfer: int = 0
    matrix: int = 2
    primaries: int = 2
    wants_rate: bool = False  # whether the stated frame rate cannot be
    times_s: list[float] = field(default_factory=list)  # of the first packets of the picture
    first_sound_s: dict[int, float] = field(default_factory=dict)  # of the first packet of each track, by index
    sound_tries: dict[int, int] = field(default_factory=dict)  # of each track that has given no sound yet

    @classmethod
    def at(cls, picture: Any, sounds: list[Any]) -> "Look":
        """What the header says; packets are to follow."""
        look = cls(sound_tries={s.index: 0 for s in sounds})
        if picture is None:
            look.is_decoded = True
            return look
        context = picture.codec_context
        context.thread_count = 1
        look.is_interlaced = context.field_order not in (None, 0, 1, "unknown", "progressive")
        look.transfer, look.matrix, look.primaries = int(context.color_trc), int(context.colorspace), int(context.color_primaries)
        look.wants_rate = not 0 < (picture.average_rate or 0) <= 2 * FASTEST
        return look

    @property
    def first_s(self) -> float | None:
        """When the first packet of the picture is shown; before the picture's start where an edit list cuts it off."""
        return self.times_s[0] if self.times_s else None

    @property
    def is_enough(self) -> bool:
        """Whether further packets tell nothing new about the picture."""
        return (self.is_decoded or self.tried >= DECODE_TRIES) and not (self.wants_rate and len(self.times_s) < RATE_PACKETS)

    @property
    def is_heard(self) -> bool:
        """Whether every track of sound has been decoded or tried often enough."""
        return all(tries >= SOUND_TRIES for tries in self.sound_tries.values())

    def see(self, packet: Any, time_s: float | None) -> None:
        """Take in a packet of the picture."""
        if time_s is not None:
            self.times_s.append(time_s)
        if not self.is_decoded and self.tried < DECODE_TRIES:
            self.tried += 1
            for frame in _decoded(packet)[:1]:
                self._take(frame)

    def hear(self, packet: Any, time_s: float | None) -> None:
        """Take in a packet of a track of sound."""
        index = packet.stream_index
        if time_s is not None:
            self.first_sound_s.setdefault(index, time_s)
        if index in self.sound_tries:
            self.sound_tries[index] += 1
            if _decoded(packet):
                del self.sound_tries[index]

    def _take(self, frame: Any) -> None:
        """What a picture says about itself goes before what the container says."""
        self.is_decoded = True
        self.is_interlaced = self.is_interlaced or bool(frame.interlaced_frame)
        self.transfer = int(frame.color_trc) if int(frame.color_trc) in TRANSFERS else self.transfer
        self.matrix = int(frame.colorspace) if int(frame.colorspace) != 2 else self.matrix
        self.primaries = int(frame.color_primaries) if int(frame.color_primaries) != 2 else self.primaries
        self.rotation = round(int(frame.rotation or 0) / 90) * 90 % 360
        matrix = frame.side_data.get("DISPLAYMATRIX")
        if matrix is not None:
            a, b, _, c, d, *_ = struct.unpack("=9i", bytes(matrix)[:36])
            self.is_mirrored = a * d - b * c < 0


def _decoded(packet: Any) -> list[Any]:
    try:
        return list(packet.decode())
    except av.error.FFmpegError:
        return []


def pick_video(container: InputContainer) -> Any:
    """The picture: the default or the largest video stream that is not a cover; None when there is none that can be decoded."""
    candidates = [
        s
        for s in container.streams.video
        if s.codec_context is not None
        and not s.disposition & Disposition.attached_pic
        and not (s.codec_context.name in STILL_CODECS and (s.frames or 1) <= 1)
        and s.codec_context.width
    ]
    return max(
        candidates,
        key=lambda s: (bool(s.disposition & Disposition.default), s.codec_context.width * s.codec_context.height),
        default=None,
    )


def pick_audio(container: InputContainer) -> list[Any]:
    """The tracks of sound that can be decoded; of too many, the first."""
    return [s for s in container.streams.audio if s.codec_context is not None and s.codec_context.sample_rate][:MOST_TRACKS]


def is_protected(container: InputContainer) -> bool:
    """Whether the header says that picture or sound are encrypted."""
    streams = [s for s in (*container.streams.video, *container.streams.audio) if s.codec_context is not None]
    protected = SAMPLE_AES_TYPES if container.format.name == "mpegts" else PROTECTED_TAGS
    return any(_tag(s) in protected for s in streams)


def _tag(stream: Any) -> bytes:
    try:
        return str(stream.codec_context.codec_tag).encode()
    except UnicodeDecodeError as error:  # a stream type of MPEG-TS need not be a letter
        return bytes(error.object)


def is_dolby_vision_only(stream: Any, look: Look) -> bool:
    """Whether the picture is in Dolby Vision's own colours, without a base layer that is HDR10, HLG or SDR (profile 5)."""
    return _tag(stream) in DOLBY_VISION_ONLY and look.transfer not in TRANSFERS and look.primaries == 2 and look.matrix == 2


def describe_video(stream: Any, look: Look, start_s: float, time: Timeline) -> dict[str, Any]:
    """A picture as ``VideoTrack`` takes it."""
    context = stream.codec_context
    rate, is_constant = frame_rate(stream, look)
    sar = Fraction(stream.sample_aspect_ratio or context.sample_aspect_ratio or 1)
    begins_s = float((stream.start_time or 0) * stream.time_base) - start_s
    # Matroska does not know of a picture that begins much later than the sound. (Edit lists cut off what is earlier.)
    if look.first_s is not None and look.first_s > begins_s + LATE_S:
        begins_s = look.first_s
    duration_s = float(stream.duration * stream.time_base) if stream.duration else None
    if time.picture_end_s is not None:
        duration_s = time.picture_end_s - begins_s
    return {
        "index": stream.index,
        "codec": context.name,
        "profile": str(context.profile or ""),
        "level": int(context.level or 0) if hasattr(context, "level") else 0,
        "pixel_format": context.pix_fmt or "",
        "width": context.width,
        "height": context.height,
        "sample_aspect_ratio": str(sar if Fraction(1, 20) < sar < 20 else Fraction(1)),
        "rotation": look.rotation,
        "is_mirrored": look.is_mirrored,
        "frame_rate": str(rate),
        "is_constant_rate": is_constant,
        "start_s": begins_s,
        "duration_s": duration_s,
        "is_interlaced": look.is_interlaced,
        "transfer": TRANSFERS.get(look.transfer, ""),
        "matrix": MATRICES.get(look.matrix, "bt709" if context.width >= 1280 or context.height >= 720 else "smpte170m"),
        "primaries": WIDE_PRIMARIES.get(look.primaries, "bt709"),
        "keyframes_s": time.keyframes_s,
    }


def frame_rate(stream: Any, look: Look) -> tuple[Fraction, bool]:
    """The constant frame rate to make, and whether the source's own is constant.

    The source's own rate, snapped to a standard one where it is near; a variable rate becomes 30, or 60 where it is faster on
    average; slow ones are multiplied, so that a seek finds its place. Rates that nothing was filmed at are measured.
    """
    average = Fraction(stream.average_rate or stream.guessed_rate or 25)
    base = Fraction(stream.base_rate or average)
    if not 0 < average <= 2 * FASTEST and len(look.times_s) > 1:
        average = _measured(look.times_s) or Fraction(25)
        base = average
    # The average suffers from a picture that stays longer at either end, which tells in a short film.
    is_constant = abs(base / average - 1) < Fraction(1, 20 if base in STANDARD_RATES else 50)
    if not is_constant and average in STANDARD_RATES and base == 2 * average:
        is_constant = True  # MPEG counts in fields
    if not is_constant:
        return (Fraction(30) if average <= Fraction(61, 2) else FASTEST), False
    if base in STANDARD_RATES and abs(base / average - 1) < Fraction(1, 20):
        average = base
    average *= max(1, math.ceil(SLOWEST / average))
    average /= max(1, math.ceil(average / (FASTEST * Fraction(1001, 1000))))
    nearest = min(STANDARD_RATES, key=lambda rate: abs(average / rate - 1))
    return (nearest if abs(average / nearest - 1) < Fraction(1, 2000) else average.limit_denominator(1001)), True


def _measured(times_s: list[float]) -> Fraction | None:
    shown = sorted(times_s)
    steps = [later - earlier for earlier, later in pairwise(shown) if later > earlier]
    return Fraction(1 / median(steps)).limit_denominator(1001) if steps else None


def describe_audio(stream: Any, look: Look, start_s: float, time: Timeline) -> dict[str, Any]:
    """A track of sound as ``AudioTrack`` takes it."""
    context = stream.codec_context
    begins_s = look.first_sound_s.get(stream.index, float((stream.start_time or 0) * stream.time_base) - start_s)
    duration_s = float(stream.duration * stream.time_base) if stream.duration else None
    if stream.index in time.sound_ends_s:
        duration_s = time.sound_ends_s[stream.index] - begins_s
    return {
        "index": stream.index,
        "codec": context.name,
        "profile": str(context.profile or ""),
        "channels": context.channels or 2,
        "layout": str(context.layout.name) if context.layout else "",
        "sample_rate": context.sample_rate,
        "bit_rate": int(context.bit_rate or 0),
        "start_s": begins_s,
        "duration_s": duration_s,
        **_named(stream),
    }


def describe_captions(container: InputContainer) -> list[dict[str, Any]]:
    """The tracks of captions that are text, as ``CaptionTrack`` takes them."""
    return [
        {
            "index": s.index,
            "codec": s.codec_context.name,
            "is_forced": bool(s.disposition & Disposition.forced),
            **_named(s),
        }
        for s in container.streams.subtitles
        if s.codec_context is not None and s.codec_context.name in TEXT_CAPTIONS
    ][:MOST_TRACKS]


def has_bitmap_captions(container: InputContainer) -> bool:
    """Whether there are captions that are pictures."""
    return any(s.codec_context is None or s.codec_context.name not in TEXT_CAPTIONS for s in container.streams.subtitles)


def describe_chapters(container: InputContainer, start_s: float) -> list[dict[str, Any]]:
    """The chapters in order."""
    found: list[tuple[float, float, str]] = []
    for chapter in container.chapters():
        base = float(chapter["time_base"] or Fraction(1, av.time_base))
        begin_s, end_s = chapter["start"] * base - start_s, chapter["end"] * base - start_s
        if end_s > max(0.0, begin_s):
            found.append((max(0.0, begin_s), end_s, chapter["metadata"].get("title", "")[:LONGEST_TITLE]))
    return [{"start_s": begin, "end_s": end, "title": title} for begin, end, title in sorted(found)[:MOST_CHAPTERS]]


def _named(stream: Any) -> dict[str, Any]:
    title = stream.metadata.get("title") or stream.metadata.get("handler_name", "")
    return {
        "language": stream.language,
        "title": title if title and not title.endswith("Handler") and not title.startswith("Core Media") else None,
        "is_default": bool(stream.disposition & Disposition.default),
    }
