"""Pictures and sounds that become others on the way."""

from pathlib import Path

from tests.integration.transcode.films.making import File, Film, Maker, again, encoded, joined, lasting, patched
from tests.integration.transcode.films.options import AC3, MPEG2, USUAL, VP8
from tests.integration.transcode.scene import SECONDS, picture, sound


def _resized(path: Path) -> None:
    """A window that is made larger while it is recorded: the size of the picture changes."""
    parts = [File(f"{size}.webm", encoded(VP8, picture(size))).make(path.parent) for size in ("320x180", "480x270")]
    listed = File("parts.txt", lambda file: file.write_text("".join(f"file '{part}'\n" for part in parts)))
    again(listed, before="-f concat -safe 0")(path)


def _halves(*sounds: str) -> Maker:
    """A broadcast whose sound changes its format halfway: a transport stream of two parts, one behind the other."""
    half = 0.96  # of whole pictures, and of whole packets of AC-3
    return joined(
        *(
            encoded(
                f"{MPEG2} -b:v 1M -g 12 {AC3} {options} -ss {start} -t {seconds}"
                f" -output_ts_offset {start} -muxdelay 0 -muxpreload 0"
            )
            for options, start, seconds in zip(sounds, (0.0, half), (half, SECONDS - half), strict=True)
        )
    )


def _with_new_track(data: bytes) -> bytes:
    """A packet of MP3 in a Flash video whose sound was another until then: a demuxer makes a track of it (FLV 10.1, E.4)."""
    at = 13  # behind the header and the first back pointer
    while at < len(data) * 4 // 5:
        at += 15 + int.from_bytes(data[at + 1 : at + 4])
    packet = b"\x2f" + bytes(64)
    tag = b"\x08" + len(packet).to_bytes(3) + data[at + 4 : at + 8] + bytes(3) + packet
    return data[:at] + tag + len(tag).to_bytes(4) + data[at:]


CHANGES = [
    Film("resized.webm", _resized, frames=100, seconds=4, sounds=0),
    Film("stereo-then-surround.ts", _halves("-ac 2", "-ac 6")),
    Film("surround-then-mono.ts", _halves("-ac 6", "-ac 1 -ar 44100")),
    Film("new-track.ts", _halves("", "-streamid 1:300"), tone_s=None, warnings={"sound_left_out"}),
    Film("new-track.flv", patched(encoded(f"{USUAL} -g 50", *lasting(12)), _with_new_track), frames=300, seconds=12),
    # FFmpeg reads chained Ogg as far as the channels stay the same
    Film("channels-change.opus", joined(encoded("", sound()), encoded("", sound(1))), size=None, warnings={"truncated"}),
]
