"""Filters of ffmpeg that make every picture BT.709 in 8 bits and every sound stereo. Pure."""

from functions.transcode.source import AudioTrack, VideoTrack

_BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
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


def scaled(video: VideoTrack, width: int, height: int, *, range_: str = "tv") -> list[str]:
    """The decoded picture in this size, in the colours of an SDR screen. Pixels come out square.

    A picture whose size changes on the way (a window that is made larger while it is recorded) fills the size it began with.
    """
    size = f"scale={width}:{height}:flags=bicubic:in_color_matrix={video.matrix}"
    if video.transfer:
        return [
            f"{size}:out_color_matrix=bt2020:out_range=tv",
            "setsar=1",
            *_tone_map(video.transfer),
            f"format={_format(range_)}",
        ]
    if video.primaries != "bt709":
        return [f"{size}:out_color_matrix=bt709:out_range=tv", "setsar=1", *_narrow(video.primaries), f"format={_format(range_)}"]
    return [
        f"{size}:out_color_matrix=bt709:out_range={range_}",
        "setsar=1",
        _BT709.replace("=tv", f"={range_}"),
        f"format={_format(range_)}",
    ]


def _format(range_: str) -> str:
    return "yuv420p" if range_ == "tv" else "yuvj420p"


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
