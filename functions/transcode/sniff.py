"""What kind of file this is, from its first bytes alone, before any demuxer sees it.

The name says which demuxer may open the file: it is pinned with ``-f``, so that nothing can pose as something else. Formats
that point to other files (playlists, manifests, reference movies) are refused here: they are a way to make a server read
what it should not.
"""

from functions.transcode.failures import VideoFailure

HEAD_BYTES = 4096

_TEXT_POINTERS = (
    b"#EXTM3U", b"#!", b"<?xml", b"<MPD", b"<SmoothStreamingMedia", b"<asx", b"<ASX", b"<smil",
    b"ffconcat", b"[playlist]", b"[Reference]", b"RTSPtext", b"v=0", b";FFMETADATA",
)  # fmt: skip
_JPEG = b"\xff\xd8"
_STILL_BRANDS = (b"avif", b"heic", b"heix", b"mif1")
_STARTS = (
    (b"\x1aE\xdf\xa3", "matroska"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"FLV\x01", "flv"),
    (b"GIF8", "gif"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (b"\x00\x00\x01\xba", "mpeg"),
    (b"\x06\x0e\x2b\x34", "mxf"),
    (b".RMF", "rm"),
    (b"FORM", "aiff"),
    (b"caff", "caf"),
    (b"ID3", "mp3"),
    (b"\x1f\x07\x00", "dv"),
)
_RIFF_FORMS = {b"AVI ": "avi", b"WAVE": "wav"}
_MOV_ATOMS = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot", b"styp", b"moof", b"uuid")


def sniff(head: bytes) -> str:
    """The name of the one demuxer that may open the file whose first ``HEAD_BYTES`` bytes these are.

    Raises VideoFailure ``not_a_video`` or ``forbidden_format``.
    """
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if text.startswith(_TEXT_POINTERS):
        raise VideoFailure("forbidden_format")
    if head[4:8] in _MOV_ATOMS:
        return _sniff_mov(head)
    for start, demuxer in _STARTS:
        if head.startswith(start):
            return demuxer
    if head.startswith(b"RIFF") and head[8:12] in _RIFF_FORMS:
        return _RIFF_FORMS[head[8:12]]
    if _repeats(head, 0, 188) or _repeats(head, 4, 192):
        return "mpegts"
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and not head.startswith(_JPEG):
        return "aac" if head[1] & 0xF6 == 0xF0 else "mp3"
    raise VideoFailure("not_a_video")


def _sniff_mov(head: bytes) -> str:
    if head[4:8] == b"ftyp" and head[8:12] in _STILL_BRANDS and b"isom" not in head[16:64]:
        raise VideoFailure("not_a_video")
    if b"rmra" in head and b"rmda" in head:
        raise VideoFailure("forbidden_format")
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


def _repeats(head: bytes, offset: int, size: int) -> bool:
    """Whether the sync byte of MPEG transport packets stands at ``offset`` and every ``size`` bytes after it."""
    positions = range(offset, len(head), size)
    return len(positions) >= 3 and all(head[i] == 0x47 for i in positions)
