"""When things are shown: length, keyframes, jumps, and whether a seek can be trusted. Runs inside the probe's child process.

What an index tells is taken from the index. Only files without one, or without a length, are read through.
Times in seconds on the timeline on which the container starts at 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from av.container import InputContainer

SCAN_BYTES = 64 << 20  # up to this size a file without an index is read through: its keyframes and jumps are worth it
MAX_LAST_KEYFRAME_S = 60.0  # an index whose last entry lies further from the end does not span the video
FORWARD_JUMP_S, BACKWARD_JUMP_S = 10.0, 0.1  # ffmpeg's own thresholds (dts_delta_threshold), in formats whose clock may jump
SAMPLES = 16  # places at which the clock of a long file is looked at
THINNED_S = 1.0  # keyframes of what is never copied only say how far apart they are

CLOCK_JUMPS = {"mpegts", "mpeg", "ogg"}
SEEKS_BY_CLOCK = {"mpegts", "mpeg", "ogg", "asf", "mxf", "dv", "wav", "w64", "aiff", "caf", "flac", "au", "rm"}
GUESSED_LENGTH = {"aac", "ac3", "eac3", "amr", "mp3", "h264", "hevc", "mpegvideo", "m4v", "gif", "ivf", "dv", "wv"}


@dataclass
class Timeline:
    """What is known of a file's time."""

    duration_s: float
    picture_end_s: float | None = None  # where the data of the picture end, when that is before its stated length
    is_seekable: bool = True
    has_jumps: bool = False
    keyframes_s: list[float] | None = None


@dataclass
class Clock:
    """Follows the packets of a file, over jumps, as ffmpeg does."""

    start_s: float
    may_jump: bool
    shift_s: float = 0.0
    jumps: int = 0
    end_s: float = 0.0
    keyframes_s: list[float] = field(default_factory=list)
    _next_s: dict[int, float] = field(default_factory=dict)

    def follow(self, packet: Any, *, is_picture: bool) -> None:
        """Take in one packet."""
        shown, decoded = packet.pts, packet.dts if packet.dts is not None else packet.pts
        base, stream = float(packet.time_base), packet.stream_index
        length_s = (packet.duration or 0) * base
        expected_s = self._next_s.get(stream)
        if decoded is None:  # a bare stream without a clock
            if packet.size and is_picture and packet.is_keyframe:
                self.keyframes_s.append(round(expected_s or 0.0, 6))
            self._next_s[stream] = self.end_s = (expected_s or 0.0) + length_s
            return
        decoded_s = decoded * base - self.start_s + self.shift_s
        if self.may_jump and expected_s is not None:
            jump_s = decoded_s - expected_s
            if jump_s > FORWARD_JUMP_S or jump_s < -BACKWARD_JUMP_S - length_s:
                self.shift_s, decoded_s, self.jumps = self.shift_s - jump_s, expected_s, self.jumps + 1
        self._next_s[stream] = decoded_s + length_s
        if shown is None:
            self.end_s = max(self.end_s, decoded_s + length_s)
            return
        time_s = shown * base - self.start_s + self.shift_s
        self.end_s = max(self.end_s, time_s + length_s)
        if is_picture and packet.is_keyframe:
            self.keyframes_s.append(round(time_s, 6))


def timeline(
    container: InputContainer, video: Any, audio: list[Any], demuxer: str, size_bytes: int, start_s: float, first_s: float | None
) -> Timeline:
    """Find out about a file's time. Its first packets have been read already; the picture's (or sound's) is shown at ``first_s``."""
    stated_s = container.duration / 1_000_000 if container.duration else 0.0
    index = Index(video if video is not None else audio[0], first_s or 0.0)
    if demuxer == "matroska":
        _rewind(container, by_bytes=False)
    found = Timeline(stated_s)
    index_end_s = index.end_of_data(size_bytes)
    if index_end_s is not None:
        found.picture_end_s, found.duration_s = index_end_s, min(stated_s, index_end_s) if stated_s else index_end_s
    spans = index.spans(found.duration_s, is_whole=demuxer in ("mov", "avi", "matroska", "flv"))
    found.is_seekable = demuxer in SEEKS_BY_CLOCK or spans
    if spans and video is not None:
        found.keyframes_s = index.keyframes_s(found.duration_s, thinned=video.codec_context.name != "h264")
    is_unsure = demuxer in CLOCK_JUMPS or not found.is_seekable or (found.keyframes_s is None and _may_be_copied(video))
    if (
        not stated_s
        or demuxer in GUESSED_LENGTH
        or (is_unsure and size_bytes <= SCAN_BYTES)
        or (demuxer in CLOCK_JUMPS and not _is_steady(container, video if video is not None else audio[0], size_bytes))
    ):
        _read_through(container, video, audio, demuxer, start_s, found)
    return found


class Index:
    """A container's index of one stream. It may have an entry per picture, so it is never gone through as a list."""

    def __init__(self, stream: Any, first_s: float) -> None:
        self._stream = stream
        self._entries = stream.index_entries
        self._offset_s = first_s

    def end_of_data(self, size_bytes: int) -> float | None:
        """For an index that reaches past the end of the file: when the last picture that is there ends. None for whole files."""
        count = len(self._entries)
        if not count or self._is_there(count - 1, size_bytes):
            return None
        there, missing = -1, count - 1
        while missing - there > 1:
            middle = (there + missing) // 2
            there, missing = (middle, missing) if self._is_there(middle, size_bytes) else (there, middle)
        frame_s = 1 / float(self._stream.average_rate or 25) if self._stream.type == "video" else 0.0
        return max(0.0, self._time_s(self._entries[there])) + frame_s if there >= 0 else 0.0

    def spans(self, duration_s: float, *, is_whole: bool) -> bool:
        """Whether the index goes from the start to the end, so that seeks land where they should."""
        count = len(self._entries)
        if not count or not is_whole or count < 2 <= duration_s / MAX_LAST_KEYFRAME_S:
            return False
        return duration_s - self._time_s(self._entries[count - 1]) <= MAX_LAST_KEYFRAME_S and count > 0

    def keyframes_s(self, end_s: float, *, thinned: bool) -> list[float]:
        """Times of the keyframes; of a thinned list at least ``THINNED_S`` apart. An MP4's index has decoding times."""
        found: list[float] = []
        for entry in self._keyframes(round(THINNED_S / float(self._stream.time_base)) if thinned else 1):
            time_s = round(self._time_s(entry), 6)
            if time_s < end_s:
                found.append(time_s)
        return found

    def _keyframes(self, step: int) -> Iterator[Any]:
        at = 0 if self._entries[0].is_keyframe else self._entries.search_timestamp(self._entries[0].timestamp, backward=False)
        while at >= 0:
            entry = self._entries[at]
            yield entry
            following = self._entries.search_timestamp(entry.timestamp + step, backward=False)
            at = following if following > at else -1

    def _is_there(self, number: int, size_bytes: int) -> bool:
        entry = self._entries[number]
        return int(entry.pos) + int(entry.size) <= size_bytes

    def _time_s(self, entry: Any) -> float:
        return float((entry.timestamp - self._entries[0].timestamp) * self._stream.time_base) + self._offset_s


def _may_be_copied(video: Any) -> bool:
    return video is not None and video.codec_context.name == "h264"


def _rewind(container: InputContainer, *, by_bytes: bool) -> None:
    """Back to the start. With this first seek Matroska reads its index, which often lies at the end of the file."""
    if not by_bytes:
        try:
            container.seek(container.start_time or 0)
        except OSError:
            by_bytes = True  # a bare stream has no times
    if by_bytes:
        container.seek(0, unsupported_byte_offset=True)


def _is_steady(container: InputContainer, stream: Any, size_bytes: int) -> bool:
    """Whether the clock goes on evenly through a long file, by a look at some places of it."""
    times: list[float] = []
    for number in range(SAMPLES):
        try:
            container.seek(size_bytes * number // SAMPLES, unsupported_byte_offset=True)
            packet = next((p for p in container.demux(stream) if p.pts is not None), None)
        except OSError:
            return False
        if packet is not None:
            times.append(float(packet.pts * packet.time_base))
    steps = [later - earlier for earlier, later in zip(times, times[1:], strict=False)]
    return bool(steps) and min(steps) >= 0 and max(steps) <= max(3 * FORWARD_JUMP_S, 8 * median(steps))


def _read_through(container: InputContainer, video: Any, audio: list[Any], demuxer: str, start_s: float, found: Timeline) -> None:
    """Read every packet; nothing is decoded."""
    _rewind(container, by_bytes=demuxer in CLOCK_JUMPS)
    clock = Clock(start_s, may_jump=demuxer in CLOCK_JUMPS)
    for packet in container.demux(*(s for s in (video, *audio) if s is not None)):
        clock.follow(packet, is_picture=packet.stream is video)
    found.has_jumps = clock.jumps > 0
    found.is_seekable = found.is_seekable and not found.has_jumps
    if clock.end_s and (found.has_jumps or found.picture_end_s is None):
        found.duration_s = clock.end_s
    if video is not None and found.keyframes_s is None:
        found.keyframes_s = clock.keyframes_s
