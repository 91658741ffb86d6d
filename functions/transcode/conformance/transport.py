"""Read MPEG transport packets (ISO/IEC 13818-1): tables, continuity, and where units of media start.

Header bytes are taken as columns (every 188th byte), so that the work per packet is done by slicing and not in a loop.
"""

from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field
from functools import cache, lru_cache

PACKET = 188
CLOCK_HZ = 90_000
WRAP = 1 << 33
H264, AAC = 0x1B, 0x0F
NULL_PID = 0x1FFF
_PID_HIGH = bytes(b & 0x1F for b in range(256))
_STARTS = bytes(b >> 6 & 1 for b in range(256))
_COUNTER = bytes(b & 0x0F for b in range(256))
_CYCLE = bytes(range(16))


class BrokenTransportError(Exception):
    """The bytes cannot be read as transport packets."""


@dataclass(frozen=True)
class Unit:
    """A unit of media (PES packet): its first packet, times in ticks of the 90 kHz clock, and whether decoding can start here."""

    packet: int
    pts: int | None
    dts: int | None
    is_random_access: bool


@dataclass
class Tables:
    """What PAT and PMT say. ``faults`` are sentences; ``at`` is the packet behind which both have been seen."""

    programs: set[int] = field(default_factory=set)
    streams: dict[int, int] = field(default_factory=dict)  # PID: stream type
    at: int | None = None
    faults: list[str] = field(default_factory=list)


class Packets:
    """The packets of a segment, or of a stretch of one that starts on a packet. Raises BrokenTransportError."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.count = len(data) // PACKET
        if not data or len(data) % PACKET:
            raise BrokenTransportError(f"{len(data)} bytes are not whole packets")
        sync = data[::PACKET]
        if sync.count(0x47) != self.count:
            at = next(n for n, byte in enumerate(sync) if byte != 0x47)
            raise BrokenTransportError(f"no sync byte at packet {at}")
        self._flags, self._control = data[1::PACKET], data[3::PACKET]
        if max(self._flags) & 0x80:
            raise BrokenTransportError("a packet is marked as damaged")
        if max(self._control) & 0xC0:
            raise BrokenTransportError("a packet is scrambled")
        by_pair: defaultdict[tuple[int, int], list[int]] = defaultdict(list)
        for packet, pair in enumerate(zip(self._flags.translate(_PID_HIGH), data[2::PACKET], strict=True)):
            by_pair[pair].append(packet)
        self.by_pid = {high << 8 | low: packets for (high, low), packets in by_pair.items()}

    def positions(self, pid: int) -> list[int]:
        """The packets of a PID."""
        return self.by_pid.get(pid, [])

    def packet(self, packet: int) -> bytes:
        """All of a packet."""
        return self.data[packet * PACKET : (packet + 1) * PACKET]

    def counting(self, positions: list[int]) -> list[int]:
        """Those of the packets that move the continuity counter on: a packet without payload does not."""
        return [n for n in positions if self._control[n] & 0x10]

    def count_on(self, pids: Container[int], by: int) -> None:
        """Move the continuity counters of some PIDs on."""
        control = bytearray(self._control.translate(_moved(by)))
        for pid, positions in self.by_pid.items():
            for packet in positions if pid not in pids else []:
                control[packet] = self._control[packet]
        data = bytearray(self.data)
        data[3::PACKET] = control
        self.data, self._control = bytes(data), bytes(control)

    def payload(self, packet: int) -> bytes:
        """The payload of a packet; empty where it has none."""
        start, control = packet * PACKET, self._control[packet] >> 4 & 3
        if not control & 1:
            return b""
        skip = 5 + self.data[start + 4] if control & 2 else 4
        return self.data[start + min(skip, PACKET) : start + PACKET]

    def starts_unit(self, packet: int) -> bool:
        """Whether a section or a unit of media starts in a packet."""
        return bool(self._flags[packet] & 0x40)

    def adaptation(self, packet: int) -> int:
        """The flags of the adaptation field; 0 where there is none."""
        start = packet * PACKET
        return self.data[start + 5] if self._control[packet] & 0x20 and self.data[start + 4] else 0

    def units(self, positions: list[int]) -> list[Unit]:
        """The units of media of one stream."""
        starting = self._flags.translate(_STARTS)
        return [self._unit(n) for n in positions if starting[n]]

    def _unit(self, packet: int) -> Unit:
        head = self.payload(packet)[:19]
        can_start = bool(self.adaptation(packet) & 0x40)
        if len(head) < 9 or head[:3] != b"\0\0\1":
            return Unit(packet, None, None, can_start)
        flags = head[7] >> 6
        if not flags & 2 or len(head) < (19 if flags == 3 else 14):
            return Unit(packet, None, None, can_start)
        pts = _ticks(head[9:14])
        return Unit(packet, pts, _ticks(head[14:19]) if flags == 3 else pts, can_start)

    def media(self, positions: list[int]) -> bytes:
        """The bytes of media in packets that start with a unit: payloads without the headers of units."""
        parts = []
        for packet in positions:
            payload = self.payload(packet)
            parts.append(payload[9 + payload[8] :] if self.starts_unit(packet) and len(payload) > 8 else payload)
        return b"".join(parts)

    def counters(self, positions: list[int]) -> tuple[int, int, list[int]]:
        """The first and the last continuity counter of a PID, and the packets at which it does not go on by one."""
        control = bytes([self._control[n] for n in positions])
        counters = control.translate(_COUNTER)
        first, last = counters[0], counters[-1]
        if counters == _cycle(first, len(counters) // 16 + 2)[: len(counters)]:
            return first, last, []
        jumps = []
        for index in range(1, len(positions)):
            step = (counters[index] - counters[index - 1]) % 16
            has_payload = control[index] & 0x10
            is_repeat = step == 0 and self._same(positions[index], positions[index - 1])
            if step != (1 if has_payload else 0) and not is_repeat and not self.adaptation(positions[index]) & 0x80:
                jumps.append(positions[index])
        return first, last, jumps

    def _same(self, one: int, other: int) -> bool:
        return self.packet(one) == self.packet(other)

    def tables(self) -> Tables:
        """Read every PAT and PMT."""
        found = Tables()
        pmts: dict[int, int] = {}
        for packet in self.positions(0):
            section = self._section(packet, 0x00, "PAT", found)
            for at in range(8, len(section) - 4, 4):
                program = section[at] << 8 | section[at + 1]
                if program:
                    found.programs.add(program)
                    pmts.setdefault((section[at + 2] & 0x1F) << 8 | section[at + 3], packet)
        for pid, pat_packet in pmts.items():
            for packet in self.positions(pid):
                section = self._section(packet, 0x02, "PMT", found)
                if len(section) < 16:
                    continue
                at = 12 + ((section[10] & 0x0F) << 8 | section[11])
                while at + 5 <= len(section) - 4:
                    found.streams[(section[at + 1] & 0x1F) << 8 | section[at + 2]] = section[at]
                    at += 5 + ((section[at + 3] & 0x0F) << 8 | section[at + 4])
                if found.at is None:
                    found.at = max(packet, pat_packet)
        return found

    def _section(self, packet: int, table: int, name: str, found: Tables) -> bytes:
        """The section that starts in a packet; empty (and a fault) where it is not whole."""
        payload = self.payload(packet)
        if not self.starts_unit(packet) or not payload:
            return b""
        section = payload[1 + payload[0] :]
        length = 3 + ((section[1] & 0x0F) << 8 | section[2]) if len(section) >= 12 else 0
        if length < 12 or length > len(section) or section[0] != table:
            found.faults.append(f"{name} in packet {packet} is not whole")
            return b""
        if _crc(section[:length]):
            found.faults.append(f"{name} in packet {packet} has a wrong checksum")
            return b""
        return section[:length]


def unwrapped(ticks: int, near: int) -> int:
    """The time that 33 bits stand for, nearest to another."""
    return near + (ticks - near + WRAP // 2) % WRAP - WRAP // 2


def _ticks(p: bytes) -> int:
    return (p[0] >> 1 & 7) << 30 | p[1] << 22 | (p[2] >> 1) << 15 | p[3] << 7 | p[4] >> 1


@cache
def _moved(by: int) -> bytes:
    """A table that moves the counter in a packet's fourth byte on."""
    return bytes(b & 0xF0 | (b + by) & 0x0F for b in range(256))


@lru_cache(maxsize=64)
def _cycle(first: int, rounds: int) -> bytes:
    return (_CYCLE[first:] + _CYCLE[:first]) * rounds


@lru_cache(maxsize=64)
def _crc(section: bytes) -> int:
    """CRC-32 of MPEG-2 (13818-1 annex A); 0 where the section ends with its own."""
    crc = 0xFFFFFFFF
    for byte in section:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc
