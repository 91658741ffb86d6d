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


def continuable(data: bytes, ordinal: int, *, begins_at: int = 0, is_joint: bool = True) -> bytes:
    """A segment as the muxer made it, with counters that go on from the one before it, whichever worker makes that.

    RFC 8216 section 3 wants continuity counters to go on from segment to segment; the muxer starts each one at 0, and workers
    that make neighbouring chunks know nothing of each other. So within a chunk the media are counted on (``begins_at``); where
    another worker may go on (``is_joint``), a few bytes of them are spread over more packets until their counter ends at 15. Of
    each table one is left, counted by the segment's ``ordinal``. The muxer's SDT, which no player needs, is left out. Raises
    BadSegmentError.
    """
    try:
        packets = Packets(data)
    except BrokenTransportError as error:
        raise BadSegmentError(str(error)) from error
    streams = packets.tables().streams
    if begins_at:
        packets.count_on(streams, begins_at)
    instead: dict[int, bytes] = {}
    for pid, positions in packets.by_pid.items():
        if pid in streams:
            more = -(begins_at + len(packets.counting(positions))) % _COUNTS
            instead |= _spread(packets, pid, more) if is_joint else {}
        else:
            instead |= dict.fromkeys(positions, b"")
            if pid != _SDT_PID:
                instead |= _first_table(packets, positions, ordinal)
    view, parts, at = memoryview(packets.data), list[bytes | memoryview](), 0
    for packet in sorted(instead):
        parts += [view[at * PACKET : packet * PACKET], instead[packet]]
        at = packet + 1
    return b"".join([*parts, view[at * PACKET :]])


def counted_anew(data: bytes) -> bytes:
    """A segment out of the middle of somebody's stream, with the counters of every PID beginning at 0. Raises BadSegmentError."""
    try:
        packets = Packets(data)
    except BrokenTransportError as error:
        raise BadSegmentError(str(error)) from error
    counted = bytearray(data)
    for pid in packets.by_pid:
        count = -1
        for position in packets.positions(pid):
            count += len(packets.counting([position]))
            counted[position * PACKET + 3] = counted[position * PACKET + 3] & 0xF0 | count % _COUNTS
    return bytes(counted)


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


def next_counter(segment: Segment) -> int:
    """The counter with which the media of the segment behind this one begin."""
    first, last = segment.counters[segment.pid]
    return ((first if last is None else last) + 1) % _COUNTS


def _first_table(packets: Packets, positions: list[int], ordinal: int) -> dict[int, bytes]:
    """The packets of the first of a segment's like tables, with counters as if every segment before had one too."""
    counting = packets.counting(positions)
    end = next((n for n, packet in enumerate(counting[1:], 1) if packets.starts_unit(packet)), len(counting))
    return {packet: _counted(packets.packet(packet), ordinal * end + n) for n, packet in enumerate(counting[:end])}


def _spread(packets: Packets, pid: int, more: int) -> dict[int, bytes]:
    """The packets that change when ``more`` of them carry a stream: one gives its last bytes away, those behind it count on.

    Nothing, where no packet has that many bytes: so little media ends its rendition.
    """
    if not more:
        return {}
    positions = packets.positions(pid)
    giver = next((n for n in reversed(positions) if len(packets.payload(n)) >= _PES_HEADER + more), None)
    if giver is None:
        return {}
    packet, payload = packets.packet(giver), packets.payload(giver)
    count = packet[3]
    adaptation = packet[5 : PACKET - len(payload)] if packet[3] & 0x20 else b""
    kept = len(payload) - more
    pieces = [_filled(packet, adaptation, payload[:kept], count)]
    following = packet[:1] + bytes([packet[1] & ~0x40]) + packet[2:]  # no unit starts in these
    pieces += [_filled(following, b"", payload[kept + n : kept + n + 1], count + 1 + n) for n in range(more)]
    behind = (packets.packet(n) for n in positions[positions.index(giver) + 1 :])
    counted = (_counted(following, following[3] + more) for following in behind)
    return {giver: b"".join(pieces)} | dict(zip(positions[positions.index(giver) + 1 :], counted, strict=True))


def _filled(header: bytes, adaptation: bytes, payload: bytes, count: int) -> bytes:
    """A packet whose adaptation field is stretched until its payload ends with it."""
    room = _PAYLOAD - 1 - len(payload)  # of the field, without the byte that says its length
    field = (adaptation or b"\0")[:room].ljust(room, b"\xff")
    return bytes([*header[:3], header[3] & 0xC0 | 0x30 | count % _COUNTS, room]) + field + payload


def _counted(packet: bytes, count: int) -> bytes:
    return packet[:3] + bytes([packet[3] & 0xF0 | count % _COUNTS]) + packet[4:]
