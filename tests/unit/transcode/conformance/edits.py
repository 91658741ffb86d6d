"""Edit transport streams and playlists, to break one rule at a time."""

import re
from collections.abc import Callable, Iterator
from decimal import Decimal

from functions.transcode.conformance.rates import average, peak
from functions.transcode.conformance.transport import PACKET, WRAP, Packets

Files = dict[str, bytes]
MEDIA_PID, PMT_PID = 0x100, 0x1000


def text(files: Files, path: str, pattern: str, new: str, count: int = 1) -> None:
    """Replace in a text file; the pattern has to be there."""
    changed, found = re.subn(pattern, new, files[path].decode(), count=count)
    assert found, f"{pattern} is not in {path}"
    files[path] = changed.encode()


def segments(files: Files, rendition: str) -> list[str]:
    """The paths of a rendition's segments, in order."""
    return sorted(p for p in files if p.startswith(f"{rendition}/") and p.endswith(".ts"))


def packets(data: bytes) -> list[bytearray]:
    """The packets of a segment, to be changed."""
    return [bytearray(data[at : at + PACKET]) for at in range(0, len(data), PACKET)]


def pid_of(packet: bytes | bytearray) -> int:
    """The PID of a packet."""
    return (packet[1] & 0x1F) << 8 | packet[2]


def joined(changed: list[bytearray]) -> bytes:
    """Packets as a segment again."""
    return b"".join(bytes(p) for p in changed)


def renumber(files: Files, rendition: str) -> None:
    """Make the continuity counters of a rendition go on through all its segments."""
    following: dict[int, int] = {}
    for path in segments(files, rendition):
        changed = packets(files[path])
        for packet in changed:
            pid = pid_of(packet)
            packet[3] = packet[3] & 0xF0 | following.get(pid, 0)
            following[pid] = (following.get(pid, 0) + 1) % 16
        files[path] = joined(changed)


def units(data: bytes) -> list[tuple[int, int, int, int]]:
    """Of each unit of media: its first packet, the packet behind it, and its times (shown, decoded) in ticks."""
    read = Packets(data)
    positions = read.positions(MEDIA_PID)
    found = read.units(positions)
    ends = [u.packet for u in found[1:]] + [read.count]
    return [(u.packet, end, u.pts or 0, u.dts or 0) for u, end in zip(found, ends, strict=True)]


def set_times(packet: bytearray, change: Callable[[int, int], tuple[int, int]]) -> None:
    """Rewrite the times of the unit that starts in a packet; one that has no decoding time of its own keeps it so."""
    at = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
    has_dts = packet[at + 7] >> 6 == 3
    pts = _read_time(packet, at + 9)
    pts, dts = change(pts, _read_time(packet, at + 14) if has_dts else pts)
    _write_time(packet, at + 9, pts)
    if has_dts:
        _write_time(packet, at + 14, dts)


def shift(files: Files, path: str, ticks: int) -> None:
    """Move all times of a segment."""
    changed = packets(files[path])
    for first, *_ in units(files[path]):
        set_times(changed[first], lambda pts, dts: ((pts + ticks) % WRAP, (dts + ticks) % WRAP))
    files[path] = joined(changed)


def sections(changed: list[bytearray], pid: int, edit: Callable[[bytes], bytes]) -> None:
    """Rewrite the sections of a PID (without header length and checksum, which are made anew)."""
    for packet in (p for p in changed if pid_of(p) == pid):
        start = 5 + packet[4]
        length = ((packet[start + 1] & 0x0F) << 8 | packet[start + 2]) + 3
        body = bytearray(edit(bytes(packet[start : start + length - 4])))
        body[1], body[2] = body[1] & 0xF0 | (len(body) + 1) >> 8, (len(body) + 1) & 0xFF
        whole = bytes(body) + crc(body).to_bytes(4, "big")
        packet[start:] = whole + b"\xff" * (PACKET - start - len(whole))


def crc(section: bytes | bytearray) -> int:
    """CRC-32 as transport streams have it."""
    value = 0xFFFFFFFF
    for byte in section:
        for bit in range(8):
            top = (value >> 31) ^ (byte >> (7 - bit) & 1)
            value = (value << 1 & 0xFFFFFFFF) ^ (0x04C11DB7 if top else 0)
    return value


def nal(data: bytes, kind: int, first: int = 0) -> Iterator[int]:
    """Where NAL units of a kind have their header byte, within single packets."""
    at = data.find(b"\0\0\1", first)
    while at >= 0:
        if data[at + 3] & 0x1F == kind:
            yield at + 3
        at = data.find(b"\0\0\1", at + 3)


def replace_sps(files: Files, rendition: str, new: bytes) -> None:
    """Put another sequence parameter set in the place of every one; the rest is filled with zero bytes."""
    for path in segments(files, rendition):
        data = bytearray(files[path])
        for at in list(nal(bytes(data), 7)):
            end = data.find(b"\0\0\1", at)
            assert len(new) <= end - at
            data[at:end] = new + bytes(end - at - len(new))
        files[path] = bytes(data)


def sps(across: int, down: int, cropped: int, *, frames_only: bool) -> bytes:
    """A sequence parameter set of High profile, level 3.0. Sizes in macroblocks (pairs of rows where coded for fields)."""

    def number(value: int) -> str:
        return f"{'0' * ((value + 1).bit_length() - 1)}{value + 1:b}"

    head = f"{100:08b}{0:08b}{30:08b}" + number(0) + number(1) + number(0) + number(0) + "00"
    order = number(0) + number(2) + number(1) + "0"
    size = number(across - 1) + number(down - 1) + ("1" if frames_only else "00") + "1"
    crop = "1" + number(0) * 3 + number(cropped)
    bits = f"{head}{order}{size}{crop}01"
    bits += "0" * (-len(bits) % 8)
    return b"\x67" + int(bits, 2).to_bytes(len(bits) // 8, "big")


def declare_rates(files: Files) -> None:
    """Write the measured rates into the multivariant playlist."""
    sizes = {}
    for name in ("v480", "v360", "a0"):
        seconds = [Decimal(s) for s in re.findall(r"#EXTINF:([\d.]+)", files[f"{name}/index.m3u8"].decode())]
        sizes[name] = list(zip((len(files[p]) for p in segments(files, name)), seconds, strict=True))
    for name in ("v480", "v360"):
        high = peak(sizes[name], 4) + peak(sizes["a0"], 4)
        usual = average(sizes[name]) + average(sizes["a0"])
        height = name.removeprefix("v")
        pattern = rf"BANDWIDTH=\d+,AVERAGE-BANDWIDTH=\d+,(.*x{height})"
        text(files, "full.m3u8", pattern, rf"BANDWIDTH={round(high)},AVERAGE-BANDWIDTH={round(usual)},\1")


def _read_time(p: bytearray, at: int) -> int:
    return (p[at] >> 1 & 7) << 30 | p[at + 1] << 22 | (p[at + 2] >> 1) << 15 | p[at + 3] << 7 | p[at + 4] >> 1


def _write_time(p: bytearray, at: int, ticks: int) -> None:
    p[at] = p[at] & 0xF1 | (ticks >> 30 & 7) << 1
    p[at + 1] = ticks >> 22 & 0xFF
    p[at + 2] = (ticks >> 15 & 0x7F) << 1 | 1
    p[at + 3] = ticks >> 7 & 0xFF
    p[at + 4] = (ticks & 0x7F) << 1 | 1
