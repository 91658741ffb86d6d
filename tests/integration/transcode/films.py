"""Films as phones, cameras, screen recorders and archives make them: the scene of ``scene``, in every wrapping."""

import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from functions.transcode.ffmpeg import binary
from tests.integration.transcode import scene
from tests.integration.transcode.scene import SECONDS, UPRIGHT, picture, sound

X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
X265 = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error")
AAC = ("-c:a", "aac", "-ac", "2")
MP2 = ("-c:a", "mp2")

Maker = Callable[[Path], Path]


@dataclass(frozen=True)
class Film:
    """A file, and what the engine is to make of it. ``size`` is that of the largest rendition; None for sound alone."""

    name: str
    make: Maker
    size: tuple[int, int] | None = (320, 180)
    frames: int = 50
    frame_s: float = 1 / 25
    sounds: int = 1
    captions: int = 0
    corners: tuple[str, ...] | None = UPRIGHT
    flash_s: float | None = scene.FLASH_S
    tone_s: float | None = scene.FLASH_S
    seconds: float = SECONDS
    sound_s: float | None = None  # the end of the sound, where it is not the end of all
    warnings: frozenset[str] = field(default_factory=frozenset)


def run(path: Path, *arguments: str) -> Path:
    """Have ffmpeg write ``path``."""
    subprocess.run([binary(), "-v", "error", "-y", *arguments, str(path)], check=True, timeout=60, stdin=subprocess.DEVNULL)
    return path


def piped(path: Path, *arguments: str) -> Path:
    """Have ffmpeg write into a pipe, as recorders that cannot go back do: no durations, no index."""
    with path.open("wb") as file:
        subprocess.run([binary(), "-v", "error", *arguments, "-"], check=True, timeout=60, stdin=subprocess.DEVNULL, stdout=file)
    return path


def film(name: str, *arguments: str, size: str = "320x180", rate: str = "25", channels: int = 2) -> Maker:
    """The scene, with sound, through these options of ffmpeg's."""
    return lambda folder: run(folder / name, *picture(size, rate), *sound(channels), *arguments)


def mute(name: str, *arguments: str, size: str = "320x180", rate: str = "25") -> Maker:
    """The scene without sound."""
    return lambda folder: run(folder / name, *picture(size, rate), *arguments)


def heard(name: str, *arguments: str, channels: int = 2) -> Maker:
    """The sound alone."""
    return lambda folder: run(folder / name, *sound(channels), *arguments)


def again(made: Maker, name: str, *arguments: str, before: tuple[str, ...] = ()) -> Maker:
    """Another file, its streams unchanged in a new wrapping."""
    return lambda folder: run(folder / name, *before, "-i", str(made(folder)), "-c", "copy", *arguments)


def patched(made: Maker, name: str, change: Callable[[bytes], bytes]) -> Maker:
    """Another file with other bytes."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(change(made(folder).read_bytes()))
        return folder / name

    return make


def _film(name: str, *arguments: str, expect: dict[str, object] | None = None, **shape: object) -> Film:
    return Film(name, film(name, *arguments, **shape), **(expect or {}))  # type: ignore[arg-type]


CONTAINERS = [
    _film("faststart.mp4", *X264, *AAC, "-movflags", "+faststart"),
    _film("index-at-end.mp4", *X264, *AAC),
    _film("fragmented.mp4", *X264, "-g", "25", *AAC, "-movflags", "+frag_keyframe+empty_moov"),
    _film("dash.mp4", *X264, "-g", "25", *AAC, "-movflags", "+dash+global_sidx"),
    _film("quicktime.mov", *X264, "-c:a", "pcm_s16le"),
    _film("h264.mkv", *X264, "-c:a", "libvorbis"),
    _film("vp8.webm", "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M", "-c:a", "libvorbis"),
    _film("vp9.webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-b:v", "1M", "-c:a", "libopus"),
    _film("h264.ts", *X264, *AAC),
    _film("camcorder.m2ts", *X264, "-c:a", "ac3", "-f", "mpegts", "-mpegts_m2ts_mode", "1"),
    _film("mpeg4.avi", "-c:v", "mpeg4", "-b:v", "2M", "-c:a", "libmp3lame"),
    _film("flash.flv", "-c:v", "flv", "-b:v", "2M", "-c:a", "libmp3lame", "-ar", "44100"),
    _film("h264.flv", *X264, *AAC),
    _film("dvd.vob", "-c:v", "mpeg2video", "-b:v", "2M", "-c:a", "ac3", "-f", "vob"),
    _film("mpeg1.mpg", "-c:v", "mpeg1video", "-b:v", "2M", *MP2),
    _film(
        "phone.3gp", "-c:v", "h263", "-b:v", "1M", "-c:a", "libopencore_amrnb", "-ar", "8000", "-ac", "1", "-b:a", "12.2k",
        size="352x288", expect={"size": (352, 288)},
    ),
    _film("theora.ogv", "-c:v", "libtheora", "-q:v", "8", "-c:a", "libvorbis"),
    _film("windows.wmv", "-c:v", "wmv2", "-b:v", "2M", "-c:a", "wmav2"),
    _film("broadcast.mxf", "-c:v", "mpeg2video", "-b:v", "4M", "-c:a", "pcm_s16le"),
]  # fmt: skip

CODECS = [
    _film("h264-10bit.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", *AAC),
    _film("h264-422.mov", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv422p", *AAC),
    _film("h264-444.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p", *AAC),
    _film("h264-full-range.mp4", "-vf", "scale=out_range=pc", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuvj420p", *AAC),
    _film("h264-rgb.mkv", "-c:v", "libx264rgb", "-preset", "ultrafast", "-c:a", "flac"),
    _film("hevc.mp4", *X265, "-tag:v", "hvc1", *AAC),
    _film("hevc-10bit.mkv", *X265, "-pix_fmt", "yuv420p10le", "-c:a", "eac3"),
    _film("av1.mp4", "-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "lp=1", *AAC),
    _film("vp9-444.webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv444p", "-c:a", "libopus"),
    _film("mpeg2-422.ts", "-c:v", "mpeg2video", "-pix_fmt", "yuv422p", "-b:v", "4M", *MP2),
    _film("prores.mov", "-c:v", "prores_ks", "-profile:v", "proxy", "-c:a", "pcm_s24le"),
    _film("prores-4444.mov", "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le", "-c:a", "alac"),
    _film("dnxhr.mov", "-c:v", "dnxhd", "-profile:v", "dnxhr_lb", "-pix_fmt", "yuv422p", "-c:a", "pcm_s16le"),
    _film("mjpeg.avi", "-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-q:v", "3", "-c:a", "pcm_s16le"),
    _film("mjpeg.mov", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3", "-c:a", "pcm_u8"),
    _film(
        "tape.dv", "-c:v", "dvvideo", "-pix_fmt", "yuv420p", "-aspect", "4:3", "-c:a", "pcm_s16le",
        size="720x576", expect={"size": (768, 576)},
    ),
    _film("png.mov", "-c:v", "png", "-c:a", "pcm_s16be"),
    _film("animation.mov", "-c:v", "qtrle", "-c:a", "pcm_s16be"),
    _film("ffv1.mkv", "-c:v", "ffv1", "-c:a", "flac"),
    Film("loop.gif", mute("loop.gif"), sounds=0),
    Film("camera.h264", mute("camera.h264", *X264, "-bsf:v", "h264_metadata=aud=insert"), sounds=0),
    Film("drone.h265", mute("drone.h265", *X265), sounds=0),
    Film("old.m2v", mute("old.m2v", "-c:v", "mpeg2video", "-b:v", "2M"), sounds=0),
    Film("conference.ivf", mute("conference.ivf", "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M"), sounds=0),
]  # fmt: skip

_LYING = film("lying.mp4", *X264, *AAC)
TURNED_90 = ("lime", "yellow", "red", "blue")  # anticlockwise
TURNED_180 = ("yellow", "blue", "lime", "red")
TURNED_270 = ("blue", "red", "yellow", "lime")
SHAPES = [
    Film("turned-90.mp4", again(_LYING, "turned-90.mp4", before=("-display_rotation", "90")), size=(180, 320), corners=TURNED_90),
    Film("turned-180.mp4", again(_LYING, "turned-180.mp4", before=("-display_rotation", "180")), corners=TURNED_180),
    Film("turned-270.mov", again(_LYING, "turned-270.mov", before=("-display_rotation", "270")), size=(180, 320), corners=TURNED_270),
    Film(
        "selfie.mp4", again(_LYING, "selfie.mp4", before=("-display_hflip",)),
        corners=("lime", "red", "yellow", "blue"),
    ),
    Film(
        "upside-down.mp4", again(_LYING, "upside-down.mp4", before=("-display_vflip",)),
        corners=("blue", "yellow", "red", "lime"),
    ),
    _film("anamorphic.mp4", "-vf", "setsar=64/45", *X264, *AAC, size="360x288", expect={"size": (512, 288)}),
    _film("anamorphic.mpg", "-aspect", "16:9", "-c:v", "mpeg2video", "-b:v", "2M", *MP2, size="352x288", expect={"size": (512, 288)}),
    _film("anamorphic.mkv", "-aspect", "2:1", "-c:v", "ffv1", "-c:a", "flac", size="320x240", expect={"size": (480, 240)}),
    _film("odd.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p", *AAC, size="321x181", expect={"size": (320, 180)}),
    _film("odd.webm", "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M", "-c:a", "libopus", size="321x181", expect={"size": (320, 180)}),
    _film("tiny.mp4", *X264, *AAC, size="16x16", expect={"size": (16, 16)}),
    _film("tiniest.mkv", "-c:v", "ffv1", "-c:a", "flac", size="2x2", expect={"size": (2, 2), "corners": None, "flash_s": None}),
    _film("ribbon.mkv", "-c:v", "ffv1", "-c:a", "flac", size="4096x16", expect={"size": (1920, 8), "corners": None, "flash_s": None}),
    Film("huge.mp4", mute("huge.mp4", *X264, size="7680x4320", rate="2"), size=(1920, 1080), sounds=0, frames=20, frame_s=0.1),
]  # fmt: skip


def _joined(name: str, *parts: Maker) -> Maker:
    """Files one after the other, as recorders that were stopped and started again leave them."""

    def make(folder: Path) -> Path:
        (folder / name).write_bytes(b"".join(part(folder).read_bytes() for part in parts))
        return folder / name

    return make


def _resized(folder: Path) -> Path:
    """A window that is made larger while it is recorded: the size of the picture changes."""
    vp8 = ("-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M")
    small = run(folder / "resized-1.webm", *picture(), *vp8)
    large = run(folder / "resized-2.webm", *picture("480x270"), *vp8)
    (folder / "resized.txt").write_text(f"file '{small}'\nfile '{large}'\n")
    return run(folder / "resized.webm", "-f", "concat", "-safe", "0", "-i", str(folder / "resized.txt"), "-c", "copy")


def _uneven(path: Path, *codec: str) -> Path:
    gaps = "select='not(mod(floor(t*2),2))+not(mod(n,3))+between(t,0.9,1.1)'"
    return run(path, *picture(rate="30"), *sound(), "-vf", gaps, "-fps_mode", "vfr", *codec, *AAC)


def _late_picture(folder: Path) -> Path:
    return run(
        folder / "late-picture.mkv", "-itsoffset", "0.5", *picture(), *sound(), *X264, *AAC,
    )  # fmt: skip


_PLAIN_TS = film("plain.ts", *X264, "-g", "25", *AAC)
TIMES = [
    _film("ntsc.mp4", *X264, *AAC, rate="30000/1001", expect={"frames": 60, "frame_s": 1001 / 30000}),
    _film("film.mkv", *X264, "-c:a", "flac", rate="24000/1001", expect={"frames": 48, "frame_s": 1001 / 24000}),
    _film("fast.mp4", *X265, "-tag:v", "hvc1", *AAC, rate="120", expect={"frames": 120, "frame_s": 1 / 60}),
    _film("slideshow.mp4", *X264, *AAC, rate="2", expect={"frames": 4, "frame_s": 0.5}),
    Film("uneven.mp4", lambda folder: _uneven(folder / "uneven.mp4", *X265), frames=54, frame_s=1 / 30),
    Film("uneven-h264.mp4", lambda folder: _uneven(folder / "uneven-h264.mp4", *X264), frames=42, frame_s=1.9 / 41),
    Film("edit-list.mp4", lambda folder: run(
        folder / "edit-list.mp4", "-ss", "0.5", "-i", str(_LYING(folder)), "-c", "copy"), frames=38,
        seconds=1.5, flash_s=0.5, tone_s=0.5),
    _film("open-gop.ts", *X265, "-x265-params", "log-level=error:open-gop=1:keyint=12:min-keyint=12:bframes=3", *AAC),
    _film("open-gop.mp4", "-c:v", "libx264", "-x264-params", "open_gop=1:keyint=12:bframes=3", "-pix_fmt", "yuv420p", *AAC),
    Film("start-at-an-hour.ts", again(_LYING, "start-at-an-hour.ts", "-output_ts_offset", "3600")),
    Film("wrap.ts", again(_LYING, "wrap.ts", "-output_ts_offset", str(2**33 / 90_000 - 1.5))),
    Film("wrap.mpg", again(film("wrap-source.mpg", "-c:v", "mpeg2video", "-b:v", "2M", *MP2), "wrap.mpg", "-output_ts_offset", str(2**33 / 90_000 - 1.9))),
    Film("jump.ts", _joined("jump.ts", _PLAIN_TS, again(_PLAIN_TS, "jump-2.ts", "-output_ts_offset", "5000")), frames=100, seconds=4),
    Film("jump-back.ts", _joined("jump-back.ts", again(_PLAIN_TS, "jump-3.ts", "-output_ts_offset", "5000"), _PLAIN_TS), frames=100, seconds=4),
    Film("jump-back.mpg", _joined("jump-back.mpg", film("part.mpg", "-c:v", "mpeg2video", "-b:v", "2M", *MP2), film("part.mpg", "-c:v", "mpeg2video", "-b:v", "2M", *MP2)), frames=100, seconds=4),
    Film("no-duration.webm", lambda folder: piped(folder / "no-duration.webm", *picture(), *sound(), "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M", "-c:a", "libopus", "-f", "webm")),
    Film("no-duration.mkv", lambda folder: piped(folder / "no-duration.mkv", *picture(), *sound(), *X264, "-g", "25", *AAC, "-f", "matroska")),
    Film("no-duration.flv", lambda folder: piped(folder / "no-duration.flv", *picture(), *sound(), *X264, *AAC, "-f", "flv")),
    Film("no-duration.mp4", lambda folder: piped(folder / "no-duration.mp4", *picture(), *sound(), *X264, "-g", "25", *AAC, "-movflags", "+frag_keyframe+empty_moov+default_base_moof", "-f", "mp4")),
    Film("late-picture.mkv", _late_picture, frames=63, seconds=2.5, flash_s=1.5, sound_s=2.0),
    Film("late-sound.mp4", lambda folder: run(
        folder / "late-sound.mp4", *picture(), "-itsoffset", "0.5", *sound(seconds=1.5), *X264, *AAC), tone_s=1.5),
    Film("picture-ends-early.mp4", lambda folder: run(
        folder / "picture-ends-early.mp4", *picture(seconds=0.2), *sound(), *X264, *AAC), flash_s=None),
    Film("resized.webm", _resized, frames=100, seconds=4, sounds=0),
    Film("mid-packet.ts", patched(_PLAIN_TS, "mid-packet.ts", lambda data: data[100:]), corners=None, seconds=2),
]  # fmt: skip

SOUNDS = [
    Film("mute.mp4", mute("mute.mp4", *X264), sounds=0),
    *(
        Film(name, heard(name, *arguments), size=None, frames=0)
        for name, arguments in {
            "song.mp3": ("-c:a", "libmp3lame"),
            "song.m4a": ("-c:a", "aac"),
            "song.aac": ("-c:a", "aac"),
            "song.flac": ("-c:a", "flac"),
            "song.wav": ("-c:a", "pcm_s16le"),
            "song.ogg": ("-c:a", "libvorbis"),
            "song.opus": ("-c:a", "libopus"),
            "song.aiff": ("-c:a", "pcm_s16be"),
            "song.wma": ("-c:a", "wmav2"),
            "song.mka": ("-c:a", "ac3"),
            "song.ac3": ("-c:a", "ac3"),
            "song.w64": ("-c:a", "pcm_s24le"),
            "song.wv": ("-c:a", "wavpack"),
            "song.au": ("-c:a", "pcm_s16be"),
            "memo.amr": ("-c:a", "libopencore_amrnb", "-ar", "8000", "-ac", "1", "-b:a", "12.2k"),
            "large.wav": ("-c:a", "pcm_s16le", "-rf64", "always"),
        }.items()
    ),
    _film("dialogue.mp4", *X264, "-c:a", "aac", "-ac", "1", channels=1),
    _film("surround.mkv", *X264, "-c:a", "eac3", channels=6),
    _film("surround-7.1.mkv", *X264, "-c:a", "flac", channels=8),
]  # fmt: skip

FILMS = [*CONTAINERS, *CODECS, *SHAPES, *TIMES, *SOUNDS]
