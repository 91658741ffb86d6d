"""I-frame playlists: every entry is the bytes of one keyframe (RFC 8216 section 4.3.3.6)."""

from decimal import Decimal

from functions.transcode.conformance import h264
from functions.transcode.conformance.playlist import Entry
from functions.transcode.conformance.segment import NoteHere
from functions.transcode.conformance.transport import CLOCK_HZ, BrokenTransportError, Packets, unwrapped

_TABLE_PIDS = 0x20  # below that lie PAT and service tables


def shown_at(data: bytes, note: NoteHere) -> int | None:
    """When the keyframe in these bytes is shown (90 kHz ticks); None (and a finding) where they are no keyframe."""
    try:
        packets = Packets(data)
        media = [n for pid in packets.by_pid if pid >= _TABLE_PIDS for n in packets.positions(pid)]
        units = [u for u in packets.units(media) if u.pts is not None]
        if len(units) != 1:
            note("i-frame-entry", f"{len(units)} pictures")
            return None
        start = h264.read_start(packets.media([n for n in media if n >= units[0].packet]))
    except (BrokenTransportError, IndexError) as error:
        note("i-frame-entry", str(error) or "a header reaches beyond its packet")
        return None
    if start.slice_kind != h264.IDR:
        note("i-frame-entry", f"NAL units {list(start.kinds)[:8]}")
        return None
    return units[0].pts


def check_duration(entry: Entry, shown: int, following: int, frame_s: float, note: NoteHere) -> None:
    """Compare the EXTINF of a keyframe with the time until the next one."""
    real = (unwrapped(following, shown) - shown) / CLOCK_HZ
    if abs(Decimal(real) - entry.duration_s) > Decimal(frame_s):
        note("i-frame-duration", f"EXTINF {entry.duration_s} s, {real:.3f} s until the next one")
