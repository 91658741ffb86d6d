"""What kind of file this is, from its first bytes alone, before any demuxer sees it.

The name says which demuxer may open the file: it is pinned with ``-f``, so that nothing can pose as something else. Formats
that point to other files (playlists, manifests, reference movies) are refused here: they are a way to make a server read
what it should not.
"""

import re

from functions.transcode.failures import VideoFailure

HEAD_BYTES = 64 << 10
POINTERS_WITHIN = 4096  # a reference movie is small

_TEXT_POINTERS = (
    b"#EXTM3U", b"#!", b"<?xml", b"<MPD", b"<SmoothStreamingMedia", b"<asx", b"<ASX", b"<smil",
    b"ffconcat", b"[playlist]", b"[Reference]", b"RTSPtext", b"v=0", b";FFMETADATA",
)  # fmt: skip
_JPEG = b"\xff\xd8"
_STILL_BRANDS = (b"avif", b"heic", b"heix", b"mif1")
_VOICE_MEMO = b"#!AMR"  # from a phone, not a script
_STARTS = (
    (_VOICE_MEMO, "amr"),
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"FLV\x01", "flv"),
    (b"GIF8", "gif"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x00\x00\x01\xb3", "mpegvideo"),
    (b"\x00\x00\x01\xb0", "m4v"),
    (b"\x06\x0e\x2b\x34", "mxf"),
    (b"\xb7\xd8\x00\x20\x37\x49\xda\x11", "wtv"),
    (b".RMF", "rm"),
    (b"caff", "caf"),
    (b"wvpk", "wv"),
    (b".snd", "au"),
    (b"riff\x2e\x91\xcf\x11", "w64"),
    (b"DKIF", "ivf"),
    (b"\x0b\x77", "ac3"),
    (b"\x1f\x07\x00", "dv"),
)
_NAL_START = b"\x00\x00\x01"
_H264_FIRST = (7, 9)  # a stream begins with a sequence parameter set or a delimiter (ITU-T H.264 table 7-1) …
_HEVC_FIRST = (32, 35)  # … or with a video parameter set or a delimiter (ITU-T H.265 table 7-1)
# The first entry of a sample description that names protection (FairPlay; ISO/IEC 14496-12 8.12) in place of a codec.
_PROTECTED_ENTRY = re.compile(rb"stsd.{12}(?:drm[is]|enc[va])", re.DOTALL)
_RIFF_FORMS = {b"AVI ": "avi", b"WAVE": "wav"}
_MOV_ATOMS = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof", b"uuid")


def sniff(head: bytes) -> str:
    """The name of the one demuxer that may open the file whose first ``HEAD_BYTES`` bytes these are.

    Raises VideoFailure ``not_a_video``, ``forbidden_format`` or ``encrypted``.
    """
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(_TEXT_POINTERS) and not head.startswith(_VOICE_MEMO):
        raise VideoFailure("forbidden_format")
    if head[4:8] in _MOV_ATOMS:
        return _sniff_mov(head)
    demuxer = (
        next((name for start, name in _STARTS if head.startswith(start)), None) or _sniff_form(head) or _sniff_transport(head)
    )
    if demuxer is None and head.startswith((_NAL_START, b"\x00" + _NAL_START)):
        demuxer = _sniff_nal(head[head.index(_NAL_START) + 3 :])
    if demuxer is None and _is_mpeg_audio(head):
        demuxer = "aac" if head[1] & 0xF6 == 0xF0 else "mp3"
    if demuxer is None:
        raise VideoFailure("not_a_video")
    return demuxer


def _sniff_form(head: bytes) -> str | None:
    """Containers whose second word says what is in them, and what follows a tag."""
    if head[:4] in (b"RIFF", b"RF64"):
        return _RIFF_FORMS.get(head[8:12])
    if head.startswith(b"FORM") and head[8:12] in (b"AIFF", b"AIFC"):
        return "aiff"
    return _sniff_tagged(head) if head.startswith(b"ID3") else None


def _sniff_transport(head: bytes) -> str | None:
    """MPEG transport packets that are in clear."""
    packets = _transport_packets(head)
    if packets is not None and _is_scrambled(head, *packets):
        raise VideoFailure("encrypted")
    return "mpegts" if packets is not None else None


def _sniff_tagged(head: bytes) -> str:
    """What follows an ID3 tag; MP3 where the tag is longer than what was read."""
    size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=False))
    rest = head[10 + size :]
    if rest.startswith(b"fLaC"):
        return "flac"
    return "aac" if _is_mpeg_audio(rest) and rest[1] & 0xF6 == 0xF0 else "mp3"


def _is_mpeg_audio(data: bytes) -> bool:
    return len(data) > 1 and data[0] == 0xFF and data[1] & 0xE0 == 0xE0 and not data.startswith(_JPEG)


def _sniff_nal(unit: bytes) -> str | None:
    """A bare stream of H.264 or HEVC, as drones and small cameras write it."""
    if len(unit) < 2 or unit[0] & 0x80:
        return None
    if unit[0] & 0x1F in _H264_FIRST and unit[0] >> 5 in (0, 1, 3):
        return "h264"
    return "hevc" if unit[0] >> 1 in _HEVC_FIRST and unit[1] == 1 else None


def _sniff_mov(head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS and b"isom" not in head[16:64]:
        raise VideoFailure("not_a_video")
    if b"rmra" in head[:POINTERS_WITHIN] and b"rmda" in head[:POINTERS_WITHIN]:
        raise VideoFailure("forbidden_format")
    if _PROTECTED_ENTRY.search(head):
        raise VideoFailure("encrypted")
    if len(head) < HEAD_BYTES and not _holds_media(head):
        raise VideoFailure("not_a_video")
    return "mov"


def _holds_media(file: bytes) -> bool:
    """Whether a whole small file has an atom with media in it: a ``moov``, a ``moof`` or an ``mdat`` that is not empty."""
    position = 0
    while position + 8 <= len(file):
        size, kind = int.from_bytes(file[position : position + 4]), file[position + 4 : position + 8]
        size = size if size >= 8 else len(file) - position  # 0: to the end of the file
        if kind in (b"moov", b"moof") or (kind == b"mdat" and size > 8 and position + 8 < len(file)):
            return True
        position += size
    return False


def _transport_packets(head: bytes) -> tuple[int, int] | None:
    """Where MPEG transport packets begin and how far apart they are; None when there are none.

    A recording may begin in the middle of a packet. Blu-ray's have four bytes before each, some broadcasts' 16 behind it.
    """
    for size in (188, 192, 204):
        for offset in range(size):
            if head[offset : offset + 1] == b"\x47" and _repeats(head, offset, size):
                return offset, size
    return None


def _repeats(head: bytes, offset: int, size: int) -> bool:
    """Whether the sync byte of MPEG transport packets stands at ``offset`` and every ``size`` bytes after it.

    Where the first packets are whole, what is behind them may be damaged.
    """
    most, least = (5, 3) if offset in (0, 4) else (len(head), 20)
    positions = range(offset, len(head), size)[:most]
    return len(positions) >= least and all(head[i] == 0x47 for i in positions)


def _is_scrambled(head: bytes, offset: int, size: int) -> bool:
    """Whether most packets of media are scrambled (transport_scrambling_control, ISO/IEC 13818-1 2.4.3.3)."""
    clear, scrambled = 0, 0
    for at in range(offset, len(head) - 3, size):
        pid = (head[at + 1] & 0x1F) << 8 | head[at + 2]
        if 0x1F < pid < 0x1FFF and head[at + 3] & 0x10:
            scrambled, clear = scrambled + bool(head[at + 3] & 0xC0), clear + (not head[at + 3] & 0xC0)
    return scrambled > clear
