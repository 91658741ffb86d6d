"""Filters of ffmpeg that make every picture SDR in 8 bits and every sound stereo. Pure."""

from functions.transcode.source import AudioTrack, VideoTrack

_TRANSFERS = {"pq": "smpte2084", "hlg": "arib-std-b67"}
# Each scaling softens a little. This kernel (ffmpeg's own has param1=0.6) gives back what the steps of a cascade take.
_SHARPER = "bicubic:param0=0:param1=0.75"
SDR_WHITE_NITS = 203  # of graphics and faces in HDR (ITU-R BT.2408)
# Up to this much of SDR white pictures stay as they are; what is brighter is rolled off, up to where masters end.
_KNEE, _PEAK = 0.7, 1000 / SDR_WHITE_NITS
_DOWNMIX = {  # ITU-R BS.775 table 2: centre and surrounds 3 dB lower. Without LFE, which small speakers only distort.
    "FL": (1.0, 0.0),
    "FR": (0.0, 1.0),
    "FC": (0.7071, 0.7071),
    "BL": (0.7071, 0.0),
    "BR": (0.0, 0.7071),
    "SL": (0.7071, 0.0),
    "SR": (0.0, 0.7071),
    "BC": (0.5, 0.5),
    "FLC": (0.7071, 0.0),
    "FRC": (0.0, 0.7071),
}
_LIMITER = "alimiter=limit=0.891:attack=5:release=80:level=false:latency=true"  # -1 dBFS: room for what encoding adds


def scaled(video: VideoTrack, width: int, height: int) -> list[str]:
    """The decoded picture in this size, in the colours of an SDR screen. Pixels come out square.

    Y'CbCr stays BT.601 where it is that, as in most SD: the stream says which it is, and what is not converted loses nothing.
    A picture whose size changes on the way (a window that is made larger while it is recorded) fills the size it began with.
    """
    matrix = "bt2020" if video.transfer else sdr_matrix(video)
    size = f"scale={width}:{height}:flags=bicubic:in_color_matrix={video.matrix}:out_color_matrix={matrix}:out_range=tv"
    if video.transfer:
        return [size, "setsar=1", *_tone_map(video.transfer), "format=yuv420p"]
    if video.primaries != "bt709":
        return [size, "setsar=1", *_narrow(video.primaries), "format=yuv420p"]
    tags = f"setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace={matrix}"
    return [size, "setsar=1", tags, "format=yuv420p"]


def sdr_matrix(video: VideoTrack) -> str:
    """The matrix of what is made of a picture, as ffmpeg's filters call it."""
    is_sd = video.matrix == "smpte170m" and not video.transfer and video.primaries == "bt709"
    return "smpte170m" if is_sd else "bt709"


def still(filters: list[str], layout: list[str] | None = None) -> str:
    """A picture for a JPEG file, which is always BT.601 in full range (JFIF 1.02)."""
    return ",".join([*filters, "scale=out_color_matrix=smpte170m:out_range=pc", "format=yuvj420p", *(layout or [])])


def smaller(width: int, height: int, *, softened: bool) -> list[str]:
    """A picture that went through ``scaled``, in a smaller size; ``softened``: it is not the original's size any more."""
    return [f"scale={width}:{height}:flags={_SHARPER if softened else 'bicubic'}", "setsar=1"]


def _tone_map(transfer: str) -> list[str]:
    return [
        f"setparams=range=tv:color_primaries=bt2020:color_trc={_TRANSFERS[transfer]}:colorspace=bt2020nc",
        f"zscale=t=linear:npl={SDR_WHITE_NITS}",
        "format=gbrpf32le",
        "zscale=p=bt709",
        f"tonemap=mobius:param={_KNEE}:desat=0:peak={_PEAK:.3f}",
        "zscale=t=bt709:m=bt709:r=tv",
    ]


def _narrow(primaries: str) -> list[str]:
    return [
        f"setparams=range=tv:color_primaries={primaries}:color_trc=bt709:colorspace=bt709",
        "zscale=t=linear",
        "format=gbrpf32le",
        "zscale=p=bt709",
        "zscale=t=bt709:m=bt709:r=tv",
    ]


def stereo(track: AudioTrack) -> list[str]:
    """Two channels of a track. Mono is as loud as it was; surround sound is mixed down, and limited where that would clip."""
    if track.channels == 2:
        return []
    if track.channels == 1:
        return ["pan=stereo|c0=c0|c1=c0"]
    channels = _LAYOUTS.get(track.layout)
    if channels is None or len(channels) != track.channels:
        return ["pan=stereo|c0=c0|c1=c1"]  # nothing says what the others are
    sides = []
    for side in (0, 1):
        terms = [f"{gain:g}*{name}" for name in channels if (gain := _DOWNMIX.get(name, (0.0, 0.0))[side])]
        sides.append(f"c{side}={'+'.join(terms)}")
    return [f"pan=stereo|{sides[0]}|{sides[1]}", _LIMITER]


_LAYOUTS = {
    "2.1": ("FL", "FR", "LFE"),
    "3.0": ("FL", "FR", "FC"),
    "3.0(back)": ("FL", "FR", "BC"),
    "3.1": ("FL", "FR", "FC", "LFE"),
    "4.0": ("FL", "FR", "FC", "BC"),
    "4.1": ("FL", "FR", "FC", "LFE", "BC"),
    "quad": ("FL", "FR", "BL", "BR"),
    "quad(side)": ("FL", "FR", "SL", "SR"),
    "5.0": ("FL", "FR", "FC", "BL", "BR"),
    "5.0(side)": ("FL", "FR", "FC", "SL", "SR"),
    "5.1": ("FL", "FR", "FC", "LFE", "BL", "BR"),
    "5.1(side)": ("FL", "FR", "FC", "LFE", "SL", "SR"),
    "6.0": ("FL", "FR", "FC", "BC", "SL", "SR"),
    "6.1": ("FL", "FR", "FC", "LFE", "BC", "SL", "SR"),
    "7.0": ("FL", "FR", "FC", "BL", "BR", "SL", "SR"),
    "7.1": ("FL", "FR", "FC", "LFE", "BL", "BR", "SL", "SR"),
    "7.1(wide)": ("FL", "FR", "FC", "LFE", "BL", "BR", "FLC", "FRC"),
    "7.1(wide-side)": ("FL", "FR", "FC", "LFE", "FLC", "FRC", "SL", "SR"),
}
