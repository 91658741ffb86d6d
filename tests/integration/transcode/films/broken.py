"""Files that were cut off, were never written whole, or do not tell the truth, and what is shown of them."""

import struct

from tests.integration.transcode.films.making import Change, Film, encoded, lasting, patched, replaced
from tests.integration.transcode.films.options import FASTSTART, FLAC, MPEG2, OPUS, PCM, USUAL, VP8, X264, X265
from tests.integration.transcode.scene import picture, sound


def _first(percent: int) -> Change:
    """What comes first in a file, alone."""
    return lambda data: data[: len(data) * percent // 100]


def _zeroed(first: int, end: int) -> Change:
    """A file of which a part, from here to there in percent, was never written to the disk."""

    def change(data: bytes) -> bytes:
        begin, stop = len(data) * first // 100, len(data) * end // 100
        return data[:begin] + bytes(stop - begin) + data[stop:]

    return change


def _wrong(*places: int) -> Change:
    """A file with 64 wrong bytes at each of some places, in percent."""

    def change(data: bytes) -> bytes:
        spoilt = bytearray(data)
        for place in places:
            at = len(data) * place // 100
            spoilt[at : at + 64] = bytes(255 - byte for byte in spoilt[at : at + 64])
        return bytes(spoilt)

    return change


def _lies(data: bytes) -> bytes:
    """A Matroska file whose header says that it lasts ten hours."""
    at = data.index(b"\x44\x89\x88") + 3
    return data[:at] + struct.pack(">d", 36_000_000.0) + data[at + 8 :]


_LONG = encoded(f"{USUAL} -g 25 {FASTSTART}", *lasting(12))
BROKEN = [
    Film(
        "cut-off.mp4",
        patched(encoded(f"{USUAL} -g 25 -bf 0 {FASTSTART}"), _first(80)),
        frames=30,
        seconds=1.2,
        flash_s=1.0,
        warnings={"truncated"},
    ),
    Film(
        "cut-off.mkv",
        patched(patched(encoded(f"{USUAL} -g 25"), _lies), _first(80)),
        frames=31,
        seconds=1.24,
        flash_s=1.0,
        warnings={"truncated"},
    ),
    Film(
        "cut-off.webm",
        patched(encoded(f"{VP8} {OPUS}", *lasting(12)), _first(50)),
        frames=99,
        seconds=3.96,
        warnings={"truncated"},
    ),
    Film(
        "cut-off.mxf",
        patched(encoded(f"{MPEG2} {PCM}", *lasting(12)), _first(50)),
        frames=151,
        seconds=6.04,
        flash_s=None,
        warnings={"truncated"},
    ),
    Film("cut-in-a-picture.mp4", patched(_LONG, _first(97)), frames=275, seconds=11, warnings={"truncated"}),
    Film("zeros.mp4", patched(_LONG, _zeroed(40, 60)), frames=300, seconds=12, warnings={"damaged"}),
    # decoders go on over what they cannot read of a picture, and say so
    Film(
        "wrong.mp4",  # copied, and decoded for its smaller rendition
        patched(encoded(f"{X264} -g 25", picture("854x480", seconds=12)), _wrong(30, 50, 70)),
        size=(854, 480),
        frames=300,
        seconds=12,
        sounds=0,
        warnings={"damaged"},
    ),
    Film(
        "wrong.mkv",
        patched(encoded(f"{X265} -g 25", picture(seconds=12)), _wrong(30, 50, 70)),
        frames=300,
        seconds=12,
        sounds=0,
        warnings={"damaged"},
    ),
    # its zeros are within what tells that it is a transport stream; of a copy nothing is decoded
    Film("zeros-within.ts", patched(encoded(f"{USUAL} -g 25", *lasting(12)), _zeroed(40, 60)), frames=301, seconds=12),
    # of the last chunk nothing can be decoded
    Film(
        "zeros-to-the-end.mp4",
        patched(encoded(f"{X265} -g 10 {FASTSTART}", picture(rate="10", seconds=120)), _zeroed(40, 100)),
        frames=1200,
        frame_s=0.1,
        seconds=120,
        sounds=0,
        warnings={"damaged"},
    ),
    Film("lies.mkv", patched(encoded(f"{X264} {FLAC}"), _lies), warnings={"truncated"}),
    Film("unknown-sound.mkv", replaced(encoded(f"{X264} {FLAC}"), b"A_FLAC", b"A_ZLAC"), sounds=0, warnings={"sound_left_out"}),
    Film("many.mka", encoded("-map 0:a " * 70 + PCM, sound()), size=None, sounds=16, warnings={"sound_left_out"}),
]
