"""Segments of captions: WebVTT with a map from its times to those of the media (RFC 8216 section 3.5)."""

import re

from functions.transcode.conformance.segment import NoteHere
from functions.transcode.conformance.transport import CLOCK_HZ, WRAP, unwrapped

TOLERANCE_S = 0.1  # captions are written in milliseconds, seams lie on frames
_TIME = r"(?:(\d{2,}):)?([0-5]\d):([0-5]\d)\.(\d{3})"
_MAP = re.compile(rf"X-TIMESTAMP-MAP=(?:MPEGTS:(\d{{1,10}}),LOCAL:{_TIME}|LOCAL:{_TIME},MPEGTS:(\d{{1,10}}))")
_CUE = re.compile(rf"{_TIME}[ \t]+-->[ \t]+{_TIME}(?:[ \t].*)?")


def check_captions(data: bytes, start_ticks: int | None, seconds: float, note: NoteHere) -> None:
    """Check one segment. ``start_ticks`` is when it starts on the media's 90 kHz clock; None where that is not known."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        note("webvtt-header", "not UTF-8")
        return
    blocks = re.split(r"\n{2,}", text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n"))
    header = blocks[0].split("\n")
    if not re.fullmatch(r"WEBVTT(?:[ \t].*)?", header[0]):
        note("webvtt-header", header[0][:40])
    maps = [line for line in header[1:] if line.startswith("X-TIMESTAMP-MAP")]
    offset = _offset(maps[0]) if len(maps) == 1 else None
    if offset is None:
        note("timestamp-map", maps[0][:80] if maps else "none")
    for block in blocks[1:]:
        lines = [line for line in block.split("\n") if line]
        if lines and not lines[0].startswith(("NOTE", "STYLE", "REGION")):
            _check_cue(lines, offset, start_ticks, seconds, note)


def _check_cue(lines: list[str], offset: int | None, start_ticks: int | None, seconds: float, note: NoteHere) -> None:
    timing = next((line for line in lines[:2] if "-->" in line), lines[0])
    match = _CUE.fullmatch(timing)
    if match is None:
        note("webvtt-cues", timing[:80])
        return
    start, end = _seconds(*match.groups()[:4]), _seconds(*match.groups()[4:8])
    if end <= start:
        note("webvtt-cues", f"ends before it begins: {timing[:80]}")
    elif offset is not None and start_ticks is not None:
        begins = (unwrapped((offset + round(start * CLOCK_HZ)) % WRAP, start_ticks) - start_ticks) / CLOCK_HZ
        if begins >= seconds + TOLERANCE_S or begins + end - start <= -TOLERANCE_S:
            note("cue-place", f"{timing[:40]} lies {begins:+.3f} s from the start of its segment")


def _offset(line: str) -> int | None:
    """Ticks of the media at the captions' time 0."""
    match = _MAP.fullmatch(line.replace(" ", ""))
    if match is None:
        return None
    groups = match.groups()
    ticks, local = (groups[0], groups[1:5]) if groups[0] else (groups[9], groups[5:9])
    return int(ticks) - round(_seconds(*local) * CLOCK_HZ) if int(ticks) < WRAP else None


def _seconds(hours: str | None, minutes: str, seconds: str, thousandths: str) -> float:
    return int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds) + int(thousandths) / 1000
