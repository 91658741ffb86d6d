"""Read one of our own MPEG-TS segments (ISO/IEC 13818-1) back: when it starts, whether with a keyframe, and its codec.

Only packet headers, PES headers and the first parameter sets are looked at; nothing is decoded, so that a hostile bit
stream, copied into a segment, meets no decoder in this process.
"""

from collections.abc import Iterator
from dataclasses import dataclass

PACKET = 188
CLOCK_HZ = 90_000
TIMELINE_OFFSET_S = 10  # what every muxer adds, so that nothing before the start of the container has to be cut


class BadSegmentError(Exception):
    """The segment is not one that a player could start with."""


@dataclass(frozen=True)
class SegmentFacts:
    """Times in seconds on the segment's own clock; ``codecs`` as in RFC 6381."""

    first_pts_s: float
    last_pts_s: float
    pictures: int
    codecs: str


def read_segment(data: bytes) -> SegmentFacts:
    """Check one segment with one elementary stream. Raises BadSegmentError."""
    if not data or len(data) % PACKET:
        raise BadSegmentError("empty, or not whole packets")
    media_pid, is_video = _find_stream(data)
    times: list[float] = []
    head = bytearray()
    for position, start, _ in _packets(data, media_pid):
        payload = _payload(data, position)
        if start:
            if not times and is_video and not _is_random_access(data, position):
                raise BadSegmentError("does not start with a keyframe")
            times.append(_pts_s(payload))
        if len(head) < 16 * PACKET:
            head += payload[9 + payload[8] :] if start else payload
    if not times:
        raise BadSegmentError("holds no media")
    return SegmentFacts(min(times), max(times), len(times), _h264_codec(bytes(head)) if is_video else _aac_codec(bytes(head)))


def _packets(data: bytes, wanted_pid: int | None) -> Iterator[tuple[int, bool, int]]:
    """Positions of the packets (of one PID), whether a unit starts in them, and their PID."""
    for position in range(0, len(data), PACKET):
        if data[position] != 0x47:
            raise BadSegmentError("lost packet sync")
        pid = (data[position + 1] & 0x1F) << 8 | data[position + 2]
        if wanted_pid is None or pid == wanted_pid:
            yield position, bool(data[position + 1] & 0x40), pid


def _payload(data: bytes, position: int) -> bytes:
    control = data[position + 3] >> 4 & 3
    start = position + 4 + (1 + data[position + 4] if control & 2 else 0)
    return data[start : position + PACKET] if control & 1 else b""


def _is_random_access(data: bytes, position: int) -> bool:
    has_field = data[position + 3] >> 4 & 2 and data[position + 4] > 0
    return bool(has_field and data[position + 5] & 0x40)


def _find_stream(data: bytes) -> tuple[int, bool]:
    """PID of the elementary stream and whether it is H.264 (else AAC), by the PAT and the PMT."""
    pmt_pid: int | None = None
    for position, start, pid in _packets(data, None):
        if not start:
            continue
        if pid == 0:
            section = _section(data, position)
            pmt_pid = (section[10] & 0x1F) << 8 | section[11]
        elif pid == pmt_pid:
            section = _section(data, position)
            at = 12 + ((section[10] & 0x0F) << 8 | section[11])
            kind, media_pid = section[at], (section[at + 1] & 0x1F) << 8 | section[at + 2]
            if kind not in (0x1B, 0x0F):
                raise BadSegmentError(f"stream type {kind:#x}")
            return media_pid, kind == 0x1B
    raise BadSegmentError("no program")


def _section(data: bytes, position: int) -> bytes:
    payload = _payload(data, position)
    return payload[1 + payload[0] :]


def _pts_s(pes: bytes) -> float:
    if pes[:3] != b"\x00\x00\x01" or not pes[7] & 0x80:
        raise BadSegmentError("no presentation time")
    p = pes[9:14]
    ticks = (p[0] >> 1 & 7) << 30 | p[1] << 22 | (p[2] >> 1) << 15 | p[3] << 7 | p[4] >> 1
    return ticks / CLOCK_HZ


def _h264_codec(stream: bytes) -> str:
    """``avc1.PPCCLL`` from the sequence parameter set (ISO/IEC 14496-15)."""
    at = stream.find(b"\x00\x00\x01")
    while at >= 0 and at + 7 <= len(stream):
        if stream[at + 3] & 0x1F == 7:
            return f"avc1.{stream[at + 4 : at + 7].hex()}"
        at = stream.find(b"\x00\x00\x01", at + 3)
    raise BadSegmentError("no sequence parameter set")


def _aac_codec(stream: bytes) -> str:
    """``mp4a.40.N`` from the first ADTS header (ISO/IEC 14496-3)."""
    if len(stream) < 4 or stream[0] != 0xFF or stream[1] & 0xF6 != 0xF0:
        raise BadSegmentError("no ADTS header")
    return f"mp4a.40.{(stream[2] >> 6) + 1}"
