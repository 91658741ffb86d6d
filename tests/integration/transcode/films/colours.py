"""Fields instead of whole pictures, and every range and gamut of colours."""

from tests.integration.transcode.films.making import Film, Maker, encoded, patched
from tests.integration.transcode.films.options import FFV1, MPEG2, VP9, X264

_EDGE = "color=black:s=320x180:r=50:d=1,drawbox=w=iw/2:c=white:t=fill,scroll=h=0.02,interlace=lowpass=off"


def _fields(name: str, codec: str) -> Film:
    """An edge that moves six pixels from field to field."""
    make = encoded(f"{codec} -flags +ildct+ilme", ["-f", "lavfi", "-i", _EDGE])
    return Film(name, make, frames=25, sounds=0, corners=None, flash_s=None, seconds=1)


INTERLACED = [
    _fields("fields.mpg", f"{MPEG2} -b:v 4M"),
    _fields("fields.m2ts", f"{X264} -x264-params tff=1 -f mpegts -mpegts_m2ts_mode 1"),
    _fields("fields.mov", "-c:v prores_ks -profile:v lt"),
]

_AS_BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
_BARS = f"testsrc=s=320x180:r=25:d=0.4,format=gbrp,scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,{_AS_BT709}"
_UNTAGGED = "setparams=colorspace=unknown"
_AS_BT601 = f"format=yuv420p,{_UNTAGGED},scale=in_color_matrix=bt709:out_color_matrix=smpte170m,format=yuv420p,{_UNTAGGED}"


def _bars(options: str) -> Maker:
    """Colour bars and ramps."""
    return encoded(options, ["-f", "lavfi", "-i", _BARS])


def _hdr(transfer: str, pixels: str, codec: str) -> Maker:
    """The bars in HDR, tagged, as bright as they are in SDR."""
    linear = "zscale=t=linear:npl=203,format=gbrpf32le"
    return _bars(f"-vf {linear},zscale=p=bt2020:t={transfer}:m=bt2020nc:r=tv:npl=203,format={pixels} {codec}")


def _hdr_hevc(transfer: str) -> Maker:
    tags = f"colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc"
    codec = f"-c:v libx265 -preset ultrafast -x265-params log-level=error:crf=6:{tags} -tag:v hvc1"
    return _hdr(transfer, "yuv420p10le", codec)


def _dolby_vision_8(data: bytes) -> bytes:
    """A box that says Dolby Vision profile 8.1 behind the decoder's configuration: its base layer is HDR10."""
    box = (24 + 8).to_bytes(4) + b"dvvC" + bytes([1, 0, 8 << 1, 1 << 3 | 0b101, 1 << 4]) + bytes(19)
    end = data.index(b"hvcC") - 4
    end += int.from_bytes(data[end : end + 4])
    grown = bytearray(data[:end] + box + data[end:])
    for name in (b"moov", b"trak", b"mdia", b"minf", b"stbl", b"stsd", b"hvc1"):
        at = grown.index(name) - 4
        grown[at : at + 4] = (int.from_bytes(grown[at : at + 4]) + len(box)).to_bytes(4)
    return bytes(grown)


def _coloured(name: str, make: Maker) -> Film:
    """Ten pictures without sound."""
    return Film(name, make, frames=10, sounds=0, corners=None, flash_s=None, seconds=0.4)


SDR = _coloured("sdr.mkv", _bars(f"-vf format=yuv420p {FFV1}"))
COLOURS = [
    _coloured("hdr10.mp4", _hdr_hevc("smpte2084")),
    _coloured("hlg.mp4", _hdr_hevc("arib-std-b67")),
    _coloured("hlg.mov", _hdr("arib-std-b67", "yuv422p10le", "-c:v prores_ks -profile:v hq")),
    _coloured("hdr-vp9.webm", _hdr("smpte2084", "yuv420p10le", f"{VP9} -b:v 4M")),
    # at the end of the file its index may grow without moving what it points to
    _coloured("dolby-vision-8.mp4", patched(_hdr_hevc("smpte2084"), _dolby_vision_8)),
    _coloured("bt2020-sdr.mkv", _hdr("bt2020-10", "yuv420p10le", FFV1)),
    _coloured("untagged-sd.avi", _bars(f"-vf {_AS_BT601} -c:v mpeg4 -q:v 1")),
]
