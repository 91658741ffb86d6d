"""Filters of ffmpeg that make every picture SDR in 8 bits and every sound stereo. Pure."""

from functions.transcode.chunks import SOUND_RATE
from functions.transcode.source import AudioTrack, VideoTrack

_TRANSFERS = {"pq": "smpte2084", "hlg": "arib-std-b67"}
# Each scaling softens a little. This kernel (ffmpeg's own has param1=0.6) gives back what the steps of a cascade take.
_SHARPER = "bicubic:param0=0:param1=0.75"
SDR_WHITE_NITS = 203  # of graphics and faces in HDR (ITU-R BT.2408)
# Up to this much of SDR white pictures stay as they are; what is brighter is rolled off, up to where masters end.
_KNEE, _PEAK = 0.7, 1000 / SDR_WHITE_NITS
# ITU-R BS.775 table 2: centre and surrounds 3 dB lower. Without LFE, which small speakers only distort.
_DOWNMIX = "out_chlayout=stereo:clev=0.7071:slev=0.7071:lfe_mix_level=0:rematrix_maxval=100"
_LAYOUTS = {
    3: ("2.1", "3.0", "3.0(back)"),
    4: ("3.1", "4.0", "quad", "quad(side)"),
    5: ("4.1", "5.0", "5.0(side)"),
    6: ("5.1", "5.1(side)", "6.0"),
    7: ("6.1", "7.0"),
    8: ("7.1", "7.1(wide)", "7.1(wide-side)"),
}
_LIMITER = "alimiter=limit={}:attack=5:release=80:level=false:latency=true"
_ROOM = 0.891  # -1 dBFS, for what encoding adds to a mix


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
    """Two channels of whatever comes, at one rate: a broadcast goes from stereo to surround and back within a track.

    Mono is as loud as it was, and surround sound is mixed down.
    """
    if track.channels > 2 and track.layout not in _LAYOUTS.get(track.channels, ()):
        return ["pan=stereo|c0=c0|c1=c1", f"aresample={SOUND_RATE}"]  # nothing says what the others are
    louder = ":rematrix_volume=1.4142" if track.channels == 1 else ""  # the matrix gives each side half the power
    return [f"aresample={SOUND_RATE}:{_DOWNMIX}{louder}"]


def limited(track: AudioTrack) -> str:
    """A limiter behind ``stereo``, for mixes that would clip; what does not is left as it is."""
    return _LIMITER.format(_ROOM if track.channels > 2 else 1)
