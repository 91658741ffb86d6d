"""What was measured in a segment, as JSON: kept beside it, so that a finished stream is checked without being read again."""

from collections import Counter
from typing import Any

from functions.transcode.conformance import adts, h264
from functions.transcode.conformance.segment import Segment


def to_json(segment: Segment) -> dict[str, Any]:
    """A whole segment's measures; raises ValueError for one whose middle was not seen."""
    if not segment.is_complete:
        raise ValueError("only a segment that was read whole can stand for itself")
    sound = segment.sound
    return {
        "size": segment.size,
        "pid": segment.pid,
        "type": segment.stream_type,
        "pts": [segment.start, segment.end, segment.last_pts],
        "dts": [segment.first_dts, segment.last_dts],
        "counters": [[pid, first, last] for pid, (first, last) in segment.counters.items()],
        "keyframes": segment.keyframes,
        "steps": sorted(segment.steps.items()),
        "longest": segment.longest,
        "sps": segment.sps.hex() if segment.sps else None,
        "sound": [sound.object_type, sound.sample_rate, sound.channels] if sound else None,
    }


def from_json(record: dict[str, Any]) -> Segment:
    """The segment that ``to_json`` wrote down."""
    start, end, last_pts = record["pts"]
    first_dts, last_dts = record["dts"]
    sps = bytes.fromhex(record["sps"]) if record["sps"] else None
    return Segment(
        size=record["size"],
        pid=record["pid"],
        stream_type=record["type"],
        start=start,
        end=end,
        last_pts=last_pts,
        first_dts=first_dts,
        last_dts=last_dts,
        counters={pid: (first, last) for pid, first, last in record["counters"]},
        keyframes=list(record["keyframes"]),
        steps=Counter(dict(record["steps"])),
        longest=record["longest"],
        sps=sps,
        picture=h264.read_parameters(sps) if sps else None,
        sound=adts.SoundParameters(*record["sound"]) if record["sound"] else None,
    )
