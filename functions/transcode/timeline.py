"""When things are shown: length, keyframes, jumps, and whether a seek can be trusted. Runs inside the probe's child process.

What an index tells is taken from the index. Only files without one, or without a length, are read through.
Times in seconds on the timeline on which the container starts at 0.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Any

import av.error
from av.container import InputContainer

SCAN_BYTES = 64 << 20  # up to this size a file without an index is read through: its keyframes and jumps are worth it
MISSING_S = 1.0  # by which a file may be shorter than its header says
MAX_LAST_ENTRY_S, MAX_LAST_KEYFRAME_S = 12.0, 60.0  # an index whose last entry lies further from the end does not span the video
FORWARD_JUMP_S, BACKWARD_JUMP_S = 10.0, 0.1  # ffmpeg's own thresholds (dts_delta_threshold), in formats whose clock may jump
SAMPLES = 16  # places at which the clock of a long file is looked at
THINNED_S = 1.0  # keyframes of what is never copied only say how far apart they are

BROKEN = (av.error.InvalidDataError, av.error.PatchWelcomeError)  # what lies behind that is not played by ffmpeg either

INDEXED = {"mov", "avi", "matroska", "flv"}
CLOCK_JUMPS = {"mpegts", "mpeg", "ogg"}
SEEKS_BY_CLOCK = {"mpegts", "mpeg", "ogg", "asf", "mxf", "dv", "wav", "w64", "aiff", "caf", "flac", "au", "rm"}
GUESSED_LENGTH = {"aac", "ac3", "eac3", "amr", "mp3", "h264", "hevc", "mpegvideo", "m4v", "gif", "ivf", "dv", "wv"}


@dataclass
class Timeline:
    """What is known of a file's time."""

    duration_s: float
    picture_end_s: float | None = None  # of the picture's data, where that is known
    sound_ends_s: dict[int, float] = field(default_factory=dict)  # of the tracks of a file that was read through, by index
    is_seekable: bool = True
    has_jumps: bool = False
    is_cut_off: bool = False  # whether it ends before its header says so
    keyframes_s: list[float] | None = None


@dataclass
class Clock:
    """Follows the packets of a file, over jumps, as ffmpeg does."""

    start_s: float
    may_jump: bool
    shift_s: float = 0.0
    jumps: int = 0
    end_s: float = 0.0
    ends_s: dict[int, float] = field(default_factory=dict)  # of each stream, by index
    keyframes_s: list[float] = field(default_factory=list)
    _next_s: dict[int, float] = field(default_factory=dict)

    def follow(self, packet: Any, *, is_picture: bool) -> None:
        """Take in one packet."""
        shown, decoded = packet.pts, packet.dts if packet.dts is not None else packet.pts
        base, stream = float(packet.time_base), packet.stream_index
        length_s = (packet.duration or 0) * base
        expected_s = self._next_s.get(stream)
        if decoded is None:  # a bare stream without a clock
            self._next_s[stream] = (expected_s or 0.0) + length_s
            self.end_s = max(self.end_s, self._next_s[stream])
            return
        decoded_s = decoded * base - self.start_s + self.shift_s
        if self.may_jump and expected_s is not None:
            jump_s = decoded_s - expected_s
            if jump_s > FORWARD_JUMP_S or jump_s < -BACKWARD_JUMP_S - length_s:
                self.shift_s, decoded_s, self.jumps = self.shift_s - jump_s, expected_s, self.jumps + 1
        self._next_s[stream] = decoded_s + length_s
        time_s = decoded_s if shown is None else shown * base - self.start_s + self.shift_s
        self.end_s = max(self.end_s, time_s + length_s)
        self.ends_s[stream] = max(self.ends_s.get(stream, 0.0), time_s + length_s)
        if is_picture and packet.is_keyframe and shown is not None:
            self.keyframes_s.append(round(time_s, 6))


@dataclass(frozen=True)
class Opened:
    """An opened file: ``picture`` and ``sounds`` are what is shown of it; its clock begins at ``start_s``."""

    container: InputContainer
    demuxer: str
    size_bytes: int
    is_cut_off: bool  # whether it is shorter than its header says
    picture: Any
    sounds: list[Any]
    start_s: float

    @property
    def streams(self) -> list[Any]:
        """Picture and sounds; the first is what the file's length is that of."""
        return [s for s in (self.picture, *self.sounds) if s is not None]

    @property
    def may_be_copied(self) -> bool:
        """Whether it matters where the keyframes are."""
        return self.picture is not None and self.picture.codec_context.name == "h264"


def timeline(file: Opened, first_s: float | None) -> Timeline:
    """Find out about a file's time. Its first packets have been read: its picture (or sound) begins at ``first_s``."""
    found = Timeline(file.container.duration / 1_000_000 if file.container.duration else 0.0)
    is_stated = found.duration_s > 0
    index = Index(file.streams[0], first_s or 0.0)
    if file.demuxer == "matroska":
        _rewind(file.container, by_bytes=False)
    index_end_s = index.end_of_data(file.size_bytes)
    if index_end_s is not None:
        found.is_cut_off = True
        found.picture_end_s, found.duration_s = index_end_s, min(found.duration_s, index_end_s) if is_stated else index_end_s
    is_indexed = file.demuxer in INDEXED and not file.is_cut_off and index.spans(found.duration_s, is_whole=file.demuxer == "mov")
    found.is_seekable = (file.demuxer in SEEKS_BY_CLOCK and not file.is_cut_off) or is_indexed
    found.is_cut_off = found.is_cut_off or file.is_cut_off
    # Matroska's cues need not name every keyframe: in a small file reading tells better.
    if (
        is_indexed
        and file.picture is not None
        and (file.demuxer == "mov" or file.size_bytes > SCAN_BYTES or not file.may_be_copied)
    ):
        found.keyframes_s = index.keyframes_s(found.duration_s, thinned=not file.may_be_copied)
    if not is_stated or file.is_cut_off or file.demuxer in GUESSED_LENGTH or _is_unsure(file, found):
        _read_through(file, found)
    return found


def _is_unsure(file: Opened, found: Timeline) -> bool:
    """Whether a file whose length is stated is read through all the same."""
    if file.size_bytes <= SCAN_BYTES:
        lacks_keyframes = file.may_be_copied and found.keyframes_s is None
        return file.demuxer in CLOCK_JUMPS or not found.is_seekable or lacks_keyframes
    return file.demuxer in CLOCK_JUMPS and not _is_steady(file)


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
        """Whether the index goes from the start to the end, so that seeks land where they should.

        ``is_whole``: it has an entry for every picture, unless the file is in fragments.
        """
        count = len(self._entries)
        if not duration_s or not count or (is_whole and self._stream.type == "video" and count < max(1, self._stream.frames)):
            return False
        longest_s = MAX_LAST_ENTRY_S if is_whole else MAX_LAST_KEYFRAME_S
        return duration_s - self._time_s(self._entries[count - 1]) <= longest_s

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


def _rewind(container: InputContainer, *, by_bytes: bool) -> None:
    """Back to the start. With this first seek Matroska reads its index, which often lies at the end of the file."""
    if not by_bytes:
        try:
            container.seek(container.start_time or 0)
        except OSError:
            by_bytes = True  # a bare stream has no times
    if by_bytes:
        container.seek(0, unsupported_byte_offset=True)


def _is_steady(file: Opened) -> bool:
    """Whether the clock goes on evenly through a long file, by a look at some places of it."""
    times: list[float] = []
    for number in range(SAMPLES):
        try:
            file.container.seek(file.size_bytes * number // SAMPLES, unsupported_byte_offset=True)
            packet = next((p for p in demuxed(file.container, file.streams[0]) if p.pts is not None), None)
        except (OSError, *BROKEN):
            return False
        if packet is not None:
            times.append(float((packet.pts or 0) * packet.time_base))
    steps = [later - earlier for earlier, later in pairwise(times)]
    return bool(steps) and min(steps) >= 0 and max(steps) <= max(3 * FORWARD_JUMP_S, 8 * median(steps))


def demuxed(container: InputContainer, *streams: Any) -> Iterator[Any]:
    """The packets of some streams. Raises one of ``BROKEN`` where the file cannot be read any further."""
    while True:
        try:
            yield from container.demux(*streams)
        except IndexError:  # PyAV stumbles over a packet of a stream that appears on the way, as new tracks of a broadcast do
            continue
        return


def _read_through(file: Opened, found: Timeline) -> None:
    """Read every packet; nothing is decoded."""
    may_jump = file.demuxer in CLOCK_JUMPS
    _rewind(file.container, by_bytes=may_jump)
    clock = Clock(file.start_s, may_jump)
    try:
        for packet in demuxed(file.container, *file.streams):
            clock.follow(packet, is_picture=packet.stream is file.picture)
    except BROKEN:
        found.is_cut_off = True
    found.has_jumps = clock.jumps > 0
    found.is_seekable = found.is_seekable and not found.has_jumps
    if file.demuxer not in GUESSED_LENGTH and not found.has_jumps and found.duration_s - clock.end_s > MISSING_S:
        found.is_cut_off = True
    if clock.end_s and (found.has_jumps or found.picture_end_s is None):
        found.duration_s = clock.end_s
        found.picture_end_s = clock.ends_s.get(file.picture.index) or None if file.picture is not None else None
    found.sound_ends_s = {s.index: clock.ends_s[s.index] for s in file.sounds if s.index in clock.ends_s}
    if file.picture is not None and found.keyframes_s is None:
        found.keyframes_s = clock.keyframes_s
