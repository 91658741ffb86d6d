"""MPEG-TS segments (ISO/IEC 13818-1) as we publish them: made to follow each other without a break, and measured.

Nothing is decoded, so that a hostile bit stream, copied into a segment, meets no decoder in this process.
"""

from functions.transcode.conformance.rules import RULES, Severity
from functions.transcode.conformance.segment import Parts, Segment, measure
from functions.transcode.conformance.transport import PACKET, BrokenTransportError, Packets

TIMELINE_OFFSET_S = 10  # what every muxer adds, so that nothing before the start of the container has to be cut
_SDT_PID = 0x11
_COUNTS = 16
_PAYLOAD = PACKET - 4
_PES_HEADER = 19  # at most; it has to stay whole in the first packet of a unit


class BadSegmentError(Exception):
    """The segment is not one that a player could go on with."""


def continuable(data: bytes) -> bytes:
    """The segment with a multiple of 16 packets of each PID, so that any segment of its rendition may follow it.

    RFC 8216 section 3 wants continuity counters to go on from segment to segment; the muxer starts each one at 0, and workers
    that make neighbouring segments know nothing of each other. So tables are repeated and some bytes of media spread over more
    packets until every counter ends at 15. The muxer's SDT, which no player needs, is left out. Raises BadSegmentError.
    """
    try:
        packets = Packets(data)
    except BrokenTransportError as error:
        raise BadSegmentError(str(error)) from error
    left_out = set(packets.positions(_SDT_PID))
    instead: dict[int, bytes] = {}
    repeats = bytearray()
    streams = packets.tables().streams
    for pid in sorted(packets.by_pid.keys() - {_SDT_PID}):
        positions = packets.counting(packets.positions(pid))
        missing = -len(positions) % _COUNTS
        if pid in streams:
            instead |= _spread(packets, positions, missing)
        else:
            repeats += b"".join(_counted(packets.packet(positions[-1]), len(positions) + n) for n in range(missing))
    parts = [data]
    if instead or left_out:
        first = min([*instead, *left_out])
        parts = [data[: first * PACKET]]
        parts += [instead.get(n) or packets.packet(n) for n in range(first, packets.count) if n not in left_out]
    return b"".join([*parts, repeats])


def measured(data: bytes, *, keeps_times: bool) -> Segment:
    """What a segment says of itself. Raises BadSegmentError where it breaks a rule that must hold.

    ``keeps_times``: it is copied, with the times of its original.
    """
    faults: list[str] = []

    def note(rule: str, value: object) -> None:
        if RULES[rule].severity is Severity.MUST:
            faults.append(f"{rule}: {value}")

    segment = measure(Parts(len(data), data), note, keeps_times=keeps_times)
    if segment is None or faults:
        raise BadSegmentError("; ".join(faults[:3]) or "holds no media")
    return segment


def _spread(packets: Packets, positions: list[int], more: int) -> dict[int, bytes]:
    """The packets that change when ``more`` of them carry a stream: one gives its last bytes away, those behind it count on.

    Nothing, where no packet has that many bytes: so little media ends its rendition.
    """
    if not more:
        return {}
    giver = next((i for i in reversed(range(len(positions))) if len(packets.payload(positions[i])) >= _PES_HEADER + more), None)
    if giver is None:
        return {}
    packet, payload = packets.packet(positions[giver]), packets.payload(positions[giver])
    adaptation = packet[5 : PACKET - len(payload)] if packet[3] & 0x20 else b""
    kept = len(payload) - more
    pieces = [_filled(packet, adaptation, payload[:kept], giver)]
    following = packet[:1] + bytes([packet[1] & ~0x40]) + packet[2:]  # no unit starts in these
    pieces += [_filled(following, b"", payload[kept + n : kept + n + 1], giver + 1 + n) for n in range(more)]
    changed = {positions[giver]: b"".join(pieces)}
    for i in range(giver + 1, len(positions)):
        changed[positions[i]] = _counted(packets.packet(positions[i]), i + more)
    return changed


def _filled(header: bytes, adaptation: bytes, payload: bytes, count: int) -> bytes:
    """A packet whose adaptation field is stretched until its payload ends with it."""
    room = _PAYLOAD - 1 - len(payload)  # of the field, without the byte that says its length
    field = (adaptation or b"\0")[:room].ljust(room, b"\xff")
    return bytes([*header[:3], header[3] & 0xC0 | 0x30 | count % _COUNTS, room]) + field + payload


def _counted(packet: bytes, count: int) -> bytes:
    return packet[:3] + bytes([packet[3] & 0xF0 | count % _COUNTS]) + packet[4:]
