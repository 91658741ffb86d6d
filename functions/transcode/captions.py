"""Text captions: one WebVTT file, as ffmpeg writes it, cut into segments for HLS (RFC 8216 section 3.5). Pure."""

import math
import re
from dataclasses import dataclass

from functions.transcode.conformance.transport import CLOCK_HZ
from functions.transcode.mpegts import TIMELINE_OFFSET_S
from functions.transcode.storyboard import timestamp

SEGMENT_S = 30
_TIMES = re.compile(r"((?:\d+:)?\d\d:\d\d\.\d{3}) --> ((?:\d+:)?\d\d:\d\d\.\d{3})(.*)")


@dataclass(frozen=True)
class Cue:
    """A caption and when it is shown (seconds)."""

    start_s: float
    end_s: float
    settings: str
    text: str


def read_cues(webvtt: str) -> list[Cue]:
    """The cues of a WebVTT file in order; what is not a cue is left out."""
    found = []
    for block in re.split(r"\n\s*\n", webvtt.replace("\r\n", "\n")):
        lines = block.strip().split("\n")
        for number, line in enumerate(lines[:2]):
            if match := _TIMES.match(line):
                cue = Cue(_seconds(match[1]), _seconds(match[2]), match[3].rstrip(), "\n".join(lines[number + 1 :]))
                if cue.end_s > cue.start_s and cue.text.strip():
                    found.append(cue)
                break
    return sorted(found, key=lambda cue: cue.start_s)


def segment(cues: list[Cue], start_s: float, end_s: float) -> str:
    """The segment of one stretch of time: every cue that is shown in it, on the timeline of the MPEG-TS segments."""
    lines = ["WEBVTT", f"X-TIMESTAMP-MAP=MPEGTS:{TIMELINE_OFFSET_S * CLOCK_HZ},LOCAL:00:00:00.000", ""]
    for cue in cues:
        if cue.start_s < end_s and cue.end_s > start_s:
            lines += [f"{timestamp(cue.start_s)} --> {timestamp(cue.end_s)}{cue.settings}", cue.text, ""]
    return "\n".join(lines) + "\n"


def stretches(duration_s: float) -> list[tuple[float, float]]:
    """The times that the segments of a video's captions cover: all of it, each once."""
    edges = [float(s) for s in range(0, max(1, math.ceil(duration_s)), SEGMENT_S)]
    return list(zip(edges, [*edges[1:], max(duration_s, edges[-1] + 0.001)], strict=True))


def _seconds(text: str) -> float:
    *hours, minutes, seconds = text.split(":")
    return (int(hours[0]) if hours else 0) * 3600 + int(minutes) * 60 + float(seconds)
