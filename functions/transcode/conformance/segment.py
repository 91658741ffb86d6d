"""Measure one MPEG-TS segment: what its container, its times and its coding say; what is wrong inside it is noted."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise

from functions.transcode.conformance import adts, h264
from functions.transcode.conformance.transport import (
    AAC,
    CLOCK_HZ,
    H264,
    NULL_PID,
    PACKET,
    BrokenTransportError,
    Packets,
    Unit,
    unwrapped,
)

NoteHere = Callable[[str, object], None]  # rule, value
BRIDGED_S = 0.1  # a hole that players go over; an original, copied, can have such a one anywhere
_HEAD_PACKETS = 40  # of a picture: parameter sets, messages and the first slice's header lie in fewer


@dataclass(frozen=True)
class Parts:
    """A segment as read: all of it, or its first and its last packets. ``size`` in bytes is that of all of it."""

    size: int
    head: bytes
    tail: bytes | None = None


@dataclass
class Segment:
    """A measured segment. Times are ticks of the 90 kHz clock; ``end`` is None where its end was not seen."""

    size: int
    pid: int
    stream_type: int
    start: int
    end: int | None
    last_pts: int
    first_dts: int
    last_dts: int
    counters: dict[int, tuple[int, int | None]]  # of each PID the first and, where the end was seen, the last
    keyframes: list[int] = field(default_factory=list)
    keyframe_bytes: list[tuple[int, int]] = field(default_factory=list)  # first byte and count of each
    steps: Counter[int] = field(default_factory=Counter)  # how often each time lies between two units, in decoding order
    is_complete: bool = True  # whether its middle was seen
    longest: int = 0  # the longest time that a picture of it is shown, as far as seen
    sps: bytes | None = None
    picture: h264.PictureParameters | None = None
    sound: adts.SoundParameters | None = None

    @property
    def codec(self) -> str | None:
        """The name in CODECS of its stream."""
        described = self.picture or self.sound
        return described.codec if described else None


def measure(parts: Parts, note: NoteHere, *, keeps_times: bool = False) -> Segment | None:
    """Read a segment; None (and findings) where nothing can be said about its media."""
    try:
        head = Packets(parts.head)
        tail = Packets(parts.tail) if parts.tail else None
        return _measure(parts, head, tail, BRIDGED_S * CLOCK_HZ if keeps_times else 0.0, note)
    except (BrokenTransportError, IndexError) as error:
        note("packets", str(error) or "a header reaches beyond its packet")
        return None


def _measure(parts: Parts, head: Packets, tail: Packets | None, bridged: float, note: NoteHere) -> Segment | None:
    found = _stream(head, note)
    if found is None:
        return None
    pid, stream_type = found
    positions = head.positions(pid)
    counters = _counters(head, tail, note)
    units = _in_order(head.units(positions), note)
    if not units:
        note("times-present", "no unit of media starts in it")
        return None
    last_positions = tail.positions(pid) if tail else positions
    last_units = _in_order(tail.units(last_positions), note, near=units[-1][1]) if tail else units
    ends = last_units or units
    shown = [pts for _, pts, _ in units] + ([pts for _, pts, _ in last_units] if tail else [])
    segment = Segment(
        size=parts.size,
        pid=pid,
        stream_type=stream_type,
        start=min(shown),
        end=None,
        last_pts=max(shown),
        first_dts=units[0][2],
        last_dts=ends[-1][2],
        counters=counters,
    )
    runs = [run for run in ([units, last_units] if tail else [units]) if run]
    segment.is_complete = tail is None
    for run in runs:
        segment.steps.update(_steps(run, note))
    segment.longest = max(segment.steps, default=0)
    if stream_type == H264:
        _picture(segment, head, positions, units, note)
        if last_units:
            segment.end = segment.last_pts
        if tail is None:
            _shown_once(segment, sorted(shown), note)
    else:
        _sound(segment, head, positions, units, tail is None, bridged, note)
        if tail is not None and last_units:
            _sound(segment, tail, last_positions, last_units, True, bridged, note)
    return segment


def _stream(head: Packets, note: NoteHere) -> tuple[int, int] | None:
    """PID and type of the one stream."""
    tables = head.tables()
    for fault in tables.faults:
        note("tables", fault)
    if len(tables.programs) > 1:
        note("one-program", f"{len(tables.programs)} programs")
    if tables.at is None:
        if not tables.faults:
            note("tables", "no PAT, or no PMT that it names")
        return None
    if len(tables.streams) != 1:
        note("one-stream", f"{len(tables.streams)} streams of types {sorted(tables.streams.values())}")
    known = [(pid, kind) for pid, kind in tables.streams.items() if kind in (H264, AAC)]
    if not known:
        note("codecs-match", f"streams of types {sorted(tables.streams.values())}, not H.264 or AAC in ADTS")
        return None
    positions = head.positions(known[0][0])
    if not positions:
        note("tables", "the PMT names a stream that has no packet")
        return None
    if positions[0] < tables.at:
        note("tables-first", f"media in packet {positions[0]}, the PMT in packet {tables.at}")
    return known[0]


def _counters(head: Packets, tail: Packets | None, note: NoteHere) -> dict[int, tuple[int, int | None]]:
    found: dict[int, tuple[int, int | None]] = {}
    for pid in sorted(head.by_pid):
        if pid == NULL_PID:
            continue
        first, last, jumps = head.counters(head.positions(pid))
        found[pid] = (first, last)
        if tail is not None:
            _, end, more = tail.counters(tail.positions(pid)) if pid in tail.by_pid else (0, None, [])
            found[pid] = (first, end)
            jumps += more
        if jumps:
            note("continuity", f"PID {pid:#x}: {len(jumps)} jumps, first in packet {jumps[0]}")
    return found


def _in_order(units: list[Unit], note: NoteHere, near: int | None = None) -> list[tuple[Unit, int, int]]:
    """Units with unwrapped times (shown, decoded); those without times are noted and left out."""
    found = []
    for unit in units:
        if unit.pts is None or unit.dts is None:
            note("times-present", f"no times in packet {unit.packet}")
            continue
        dts = unwrapped(unit.dts, unit.dts if near is None else near)
        pts = unwrapped(unit.pts, dts)
        if pts < dts:
            note("times-present", f"shown {(dts - pts) / CLOCK_HZ:.3f} s before it is decoded, in packet {unit.packet}")
        found.append((unit, pts, dts))
        near = dts
    return found


def _steps(units: list[tuple[Unit, int, int]], note: NoteHere) -> list[int]:
    steps = [b[2] - a[2] for a, b in pairwise(units)]
    back = next((n for n, step in enumerate(steps) if step <= 0), None)
    if back is not None:
        note("decode-order", f"{steps[back] / CLOCK_HZ:+.4f} s in packet {units[back + 1][0].packet}")
    return [step for step in steps if step > 0]


def _shown_once(segment: Segment, shown: list[int], note: NoteHere) -> None:
    steps = [b - a for a, b in pairwise(shown)]
    if any(step <= 0 for step in steps):
        note("no-overlap", f"two pictures at {next(a for a, b in pairwise(shown) if a == b) / CLOCK_HZ:.3f} s")
    segment.longest = max(steps, default=segment.longest)


def _picture(segment: Segment, head: Packets, positions: list[int], units: list[tuple[Unit, int, int]], note: NoteHere) -> None:
    starts = [units[0], *(u for u in units[1:] if u[0].is_random_access)]
    edges = [*(unit.packet for unit, _, _ in units), head.count]
    for number, (unit, pts, _) in enumerate(starts):
        at = bisect_left(positions, unit.packet)
        start = h264.read_start(head.media(positions[at : at + _HEAD_PACKETS]))
        if start.slice_kind == h264.IDR:
            segment.keyframes.append(pts)
            end = edges[bisect_right(edges, unit.packet)]
            segment.keyframe_bytes.append((unit.packet * PACKET, (end - unit.packet) * PACKET))
        if number:
            continue
        if start.slice_kind != h264.IDR:
            note("starts-with-idr", f"first NAL units {list(start.kinds)[:8]}")
        if start.sps is None or h264.PPS not in start.kinds:
            note("parameter-sets", f"first NAL units {list(start.kinds)[:8]}")
        if start.sps is not None:
            segment.sps = start.sps
            segment.picture = _parameters(start.sps, note)
    if segment.start < units[0][1]:
        note("independent", f"a picture is shown {(units[0][1] - segment.start) / CLOCK_HZ:.3f} s before the first keyframe")


def _parameters(sps: bytes, note: NoteHere) -> h264.PictureParameters | None:
    try:
        return h264.read_parameters(sps)
    except h264.BrokenParametersError as error:
        note("parameter-sets", f"the SPS cannot be read: {error}")
        return None


def _sound(
    segment: Segment,
    packets: Packets,
    positions: list[int],
    units: list[tuple[Unit, int, int]],
    to_end: bool,
    bridged: float,
    note: NoteHere,
) -> None:
    """Follow the frames of every unit: each unit has to start when the one before it ends."""
    edges = [bisect_left(positions, unit.packet) for unit, _, _ in units]
    due: float | None = None
    for number, ((unit, pts, _), first) in enumerate(zip(units, edges, strict=True)):
        is_last = number == len(units) - 1
        frames = adts.read_frames(packets.media(positions[first : None if is_last else edges[number + 1]]))
        if frames.fault or frames.parameters is None or (frames.rest and (to_end or not is_last)):
            note("adts", f"packet {unit.packet}: {frames.fault or f'a frame is cut off, {frames.rest} bytes'}")
            return
        if segment.sound not in (None, frames.parameters):
            note("adts", f"packet {unit.packet}: another kind of sound")
        segment.sound = segment.sound or frames.parameters
        frame = adts.SAMPLES * CLOCK_HZ / frames.parameters.sample_rate
        if due is not None and not -frame / 2 <= pts - due <= max(frame / 2, bridged):
            note("no-gap" if pts > due else "no-overlap", f"{(pts - due) / CLOCK_HZ:+.4f} s in packet {unit.packet}")
        due = pts + frames.count * frame
        segment.longest = round(frame)
    if to_end and due is not None:
        segment.end = round(due)
