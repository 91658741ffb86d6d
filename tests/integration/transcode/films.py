"""Films as phones, cameras, screen recorders and archives make them: the scene of ``scene``, in every wrapping."""

import struct
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
PCM = ("-c:a", "pcm_s16le")
VP8 = ("-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M")
FASTSTART = ("-movflags", "+faststart")

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


def joined(name: str, *sounds: tuple[str, ...]) -> Maker:
    """A broadcast whose sound changes its format halfway: a transport stream of two parts, one behind the other."""

    def make(folder: Path) -> Path:
        half = 0.96  # of whole pictures, and of whole packets of AC-3
        parts = [
            run(
                folder / f"part-{number}-{name}",
                *(*picture(), *sound(), "-c:v", "mpeg2video", "-b:v", "1M", "-g", "12", "-c:a", "ac3", *options),
                *("-ss", str(number * half), "-t", str(half if number == 0 else SECONDS - half)),
                *("-output_ts_offset", str(number * half), "-muxdelay", "0", "-muxpreload", "0"),
            )
            for number, options in enumerate(sounds)
        ]
        (folder / name).write_bytes(b"".join(part.read_bytes() for part in parts))
        return folder / name

    return make


def joined_files(path: Path, *parts: Maker) -> Path:
    """The bytes of one file behind those of another."""
    path.write_bytes(b"".join(part(path.parent).read_bytes() for part in parts))
    return path


def _with_new_track(data: bytes) -> bytes:
    """A packet of MP3 in a Flash video whose sound was another until then: a demuxer makes a track of it (FLV 10.1, E.4)."""
    at = 13  # behind the header and the first back pointer
    while at < len(data) * 4 // 5:
        at += 15 + int.from_bytes(data[at + 1 : at + 4])
    packet = b"\x2f" + bytes(64)
    tag = b"\x08" + len(packet).to_bytes(3) + data[at + 4 : at + 8] + bytes(3) + packet
    return data[:at] + tag + len(tag).to_bytes(4) + data[at:]


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
        "phone.3gp",
        "-c:v",
        "h263",
        "-b:v",
        "1M",
        "-c:a",
        "libopencore_amrnb",
        "-ar",
        "8000",
        "-ac",
        "1",
        "-b:a",
        "12.2k",
        size="352x288",
        expect={"size": (352, 288)},
    ),
    _film("theora.ogv", "-c:v", "libtheora", "-q:v", "8", "-c:a", "libvorbis"),
    _film("windows.wmv", "-c:v", "wmv2", "-b:v", "2M", "-c:a", "wmav2", expect={"frames": 51}),
    _film("broadcast.mxf", "-c:v", "mpeg2video", "-b:v", "4M", "-c:a", "pcm_s16le"),
]

CODECS = [
    _film("h264-10bit.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le", *AAC),
    _film("h264-422.mov", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv422p", *AAC),
    _film("h264-444.mp4", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv444p", *AAC),
    _film(
        "h264-full-range.mp4",
        "-vf",
        "scale=out_range=pc",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuvj420p",
        *AAC,
    ),
    _film("h264-rgb.mkv", "-c:v", "libx264rgb", "-preset", "ultrafast", "-c:a", "flac"),
    _film("hevc.mp4", *X265, "-tag:v", "hvc1", *AAC),
    _film("hevc-10bit.mkv", *X265, "-pix_fmt", "yuv420p10le", "-c:a", "eac3"),
    _film("av1.mp4", "-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "lp=1", *AAC),
    _film(
        "vp9-444.webm", "-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuv444p", "-c:a", "libopus"
    ),
    _film("mpeg2-422.ts", "-c:v", "mpeg2video", "-pix_fmt", "yuv422p", "-b:v", "4M", *MP2),
    _film("prores.mov", "-c:v", "prores_ks", "-profile:v", "proxy", "-c:a", "pcm_s24le"),
    _film("prores-4444.mov", "-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le", "-c:a", "alac"),
    _film("dnxhr.mov", "-c:v", "dnxhd", "-profile:v", "dnxhr_lb", "-pix_fmt", "yuv422p", "-c:a", "pcm_s16le"),
    _film("mjpeg.avi", "-c:v", "mjpeg", "-pix_fmt", "yuvj422p", "-q:v", "3", "-c:a", "pcm_s16le"),
    _film("mjpeg.mov", "-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3", "-c:a", "pcm_u8"),
    _film(
        "tape.dv",
        "-c:v",
        "dvvideo",
        "-pix_fmt",
        "yuv420p",
        "-aspect",
        "4:3",
        "-c:a",
        "pcm_s16le",
        size="720x576",
        expect={"size": (768, 576)},
    ),
    _film("png.mov", "-c:v", "png", "-c:a", "pcm_s16be"),
    _film("animation.mov", "-c:v", "qtrle", "-c:a", "pcm_s16be"),
    _film("ffv1.mkv", "-c:v", "ffv1", "-c:a", "flac"),
    Film("loop.gif", mute("loop.gif"), sounds=0),
    Film("camera.h264", mute("camera.h264", *X264, "-bsf:v", "h264_metadata=aud=insert"), sounds=0),
    Film("drone.h265", mute("drone.h265", *X265), sounds=0),
    Film("old.m2v", mute("old.m2v", "-c:v", "mpeg2video", "-b:v", "2M"), sounds=0),
    Film("conference.ivf", mute("conference.ivf", "-c:v", "libvpx", "-deadline", "realtime", "-b:v", "1M"), sounds=0),
]

_LYING = film("lying.mp4", *X264, *AAC)
TURNED_90 = ("lime", "yellow", "red", "blue")  # anticlockwise
TURNED_180 = ("yellow", "blue", "lime", "red")
TURNED_270 = ("blue", "red", "yellow", "lime")
SHAPES = [
    Film("turned-90.mp4", again(_LYING, "turned-90.mp4", before=("-display_rotation", "90")), size=(180, 320), corners=TURNED_90),
    Film("turned-180.mp4", again(_LYING, "turned-180.mp4", before=("-display_rotation", "180")), corners=TURNED_180),
    Film(
        "turned-270.mov",
        again(_LYING, "turned-270.mov", before=("-display_rotation", "270")),
        size=(180, 320),
        corners=TURNED_270,
    ),
    Film(
        "selfie.mp4",
        again(_LYING, "selfie.mp4", before=("-display_hflip",)),
        corners=("lime", "red", "yellow", "blue"),
    ),
    Film(
        "upside-down.mp4",
        again(_LYING, "upside-down.mp4", before=("-display_vflip",)),
        corners=("blue", "yellow", "red", "lime"),
    ),
    _film("anamorphic.mp4", "-vf", "setsar=64/45", *X264, *AAC, size="360x288", expect={"size": (512, 288)}),
    _film(
        "anamorphic.mpg", "-aspect", "16:9", "-c:v", "mpeg2video", "-b:v", "2M", *MP2, size="352x288", expect={"size": (512, 288)}
    ),
    _film("anamorphic.mkv", "-aspect", "2:1", "-c:v", "ffv1", "-c:a", "flac", size="320x240", expect={"size": (480, 240)}),
    _film(
        "odd.mp4",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-pix_fmt",
        "yuv444p",
        *AAC,
        size="321x181",
        expect={"size": (320, 180)},
    ),
    _film(
        "odd.webm",
        "-c:v",
        "libvpx",
        "-deadline",
        "realtime",
        "-b:v",
        "1M",
        "-c:a",
        "libopus",
        size="321x181",
        expect={"size": (320, 180)},
    ),
    _film("tiny.mp4", *X264, *AAC, size="16x16", expect={"size": (16, 16)}),
    _film("tiniest.mkv", "-c:v", "ffv1", "-c:a", "flac", size="2x2", expect={"size": (2, 2), "corners": None, "flash_s": None}),
    _film(
        "ribbon.mkv", "-c:v", "ffv1", "-c:a", "flac", size="4096x16", expect={"size": (1920, 8), "corners": None, "flash_s": None}
    ),
    Film("huge.mp4", mute("huge.mp4", *X264, size="7680x4320", rate="2"), size=(1920, 1080), sounds=0, frames=20, frame_s=0.1),
]


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
        folder / "late-picture.mkv",
        "-itsoffset",
        "0.5",
        *picture(),
        *sound(),
        *X264,
        *AAC,
    )


_PLAIN_TS = film("plain.ts", *X264, "-g", "25", *AAC)


def _part(name: str) -> Maker:
    """Three seconds of a transport stream."""
    return lambda folder: run(folder / name, *picture(seconds=3), *sound(seconds=3), *X264, "-g", "25", *AAC)


_PART_TS = _part("part.ts")
TIMES = [
    _film("ntsc.mp4", *X264, *AAC, rate="30000/1001", expect={"frames": 60, "frame_s": 1001 / 30000}),
    _film("film.mkv", *X264, "-c:a", "flac", rate="24000/1001", expect={"frames": 48, "frame_s": 1001 / 24000}),
    _film("fast.mp4", *X265, "-tag:v", "hvc1", *AAC, rate="120", expect={"frames": 120, "frame_s": 1 / 60}),
    _film("slideshow.mp4", *X264, *AAC, rate="2", expect={"frames": 20, "frame_s": 0.1}),
    Film("uneven.mp4", lambda folder: _uneven(folder / "uneven.mp4", *X265), frames=54, frame_s=1 / 30, seconds=1.8, sound_s=2.0),
    Film("uneven-h264.mp4", lambda folder: _uneven(folder / "uneven-h264.mp4", *X264), frames=42, frame_s=1.9 / 41),
    Film(
        "edit-list.mp4",
        lambda folder: run(folder / "edit-list.mp4", "-ss", "0.5", "-i", str(_LYING(folder)), "-c", "copy"),
        frames=38,
        seconds=1.5,
        flash_s=0.5,
        tone_s=0.5,
    ),
    _film("open-gop.ts", *X265, "-x265-params", "log-level=error:open-gop=1:keyint=12:min-keyint=12:bframes=3", *AAC),
    _film("open-gop.mp4", "-c:v", "libx264", "-x264-params", "open_gop=1:keyint=12:bframes=3", "-pix_fmt", "yuv420p", *AAC),
    Film("start-at-an-hour.ts", again(_LYING, "start-at-an-hour.ts", "-output_ts_offset", "3600")),
    Film("wrap.ts", again(_LYING, "wrap.ts", "-output_ts_offset", str(2**33 / 90_000 - 1.5))),
    Film(
        "wrap.mpg",
        again(
            film("wrap-source.mpg", "-c:v", "mpeg2video", "-b:v", "2M", *MP2),
            "wrap.mpg",
            "-output_ts_offset",
            str(2**33 / 90_000 - 1.9),
        ),
    ),
    Film(
        "jump.ts",
        _joined("jump.ts", _PART_TS, again(_PART_TS, "jump-2.ts", "-output_ts_offset", "5000")),
        frames=150,
        seconds=6,
    ),
    Film(
        "jump-back.ts",
        _joined("jump-back.ts", again(_PART_TS, "jump-3.ts", "-output_ts_offset", "5000"), _PART_TS),
        frames=150,
        seconds=6,
    ),
    Film(
        "jump-back.mpg",
        _joined(
            "jump-back.mpg",
            film("part.mpg", "-c:v", "mpeg2video", "-b:v", "2M", *MP2),
            film("part.mpg", "-c:v", "mpeg2video", "-b:v", "2M", *MP2),
        ),
        frames=100,
        seconds=4,
    ),
    Film(
        "no-duration.webm",
        lambda folder: piped(
            folder / "no-duration.webm",
            *picture(),
            *sound(),
            "-c:v",
            "libvpx",
            "-deadline",
            "realtime",
            "-b:v",
            "1M",
            "-c:a",
            "libopus",
            "-f",
            "webm",
        ),
    ),
    Film(
        "no-duration.mkv",
        lambda folder: piped(folder / "no-duration.mkv", *picture(), *sound(), *X264, "-g", "25", *AAC, "-f", "matroska"),
    ),
    Film("no-duration.flv", lambda folder: piped(folder / "no-duration.flv", *picture(), *sound(), *X264, *AAC, "-f", "flv")),
    Film(
        "no-duration.mp4",
        lambda folder: piped(
            folder / "no-duration.mp4",
            *picture(),
            *sound(),
            *X264,
            "-g",
            "25",
            *AAC,
            "-movflags",
            "+frag_keyframe+empty_moov+default_base_moof",
            "-f",
            "mp4",
        ),
    ),
    Film("late-picture.mkv", _late_picture, frames=63, seconds=2.5, flash_s=1.5),
    Film(
        "late-sound.mp4",
        lambda folder: run(folder / "late-sound.mp4", *picture(), "-itsoffset", "0.5", *sound(seconds=1.5), *X264, *AAC),
        tone_s=1.5,
    ),
    Film(
        "picture-ends-early.mp4",
        lambda folder: run(folder / "picture-ends-early.mp4", *picture(seconds=0.2), *sound(), *X264, *AAC),
        flash_s=None,
    ),
    Film(
        "much-later-picture.mkv",  # its second chunk begins before the first keyframe
        lambda folder: run(folder / "much-later-picture.mkv", "-itsoffset", "20", *picture(), *sound(seconds=22), *X264, *AAC),
        frames=550,
        seconds=22,
        flash_s=21.0,
    ),
    Film(
        "channels-change.opus",  # FFmpeg reads chained Ogg as far as the channels stay the same
        lambda folder: joined_files(folder / "channels-change.opus", heard("two.opus"), heard("one.opus", channels=1)),
        size=None,
        warnings=frozenset({"truncated"}),
    ),
    Film("new-track.ts", joined("new-track.ts", (), ("-streamid", "1:300")), tone_s=None, warnings=frozenset({"sound_left_out"})),
    Film(
        "new-track.flv",
        patched(
            lambda folder: run(folder / "long.flv", *picture(seconds=12), *sound(seconds=12), *X264, "-g", "50", *AAC),
            "new-track.flv",
            _with_new_track,
        ),
        frames=300,
        seconds=12,
    ),
    Film("stereo-then-surround.ts", joined("stereo-then-surround.ts", ("-ac", "2"), ("-ac", "6"))),
    Film("surround-then-mono.ts", joined("surround-then-mono.ts", ("-ac", "6"), ("-ac", "1", "-ar", "44100"))),
    Film(
        "sound-ends-early.mp4",
        lambda folder: run(folder / "sound-ends-early.mp4", *picture(seconds=9), *sound(), *X264, "-g", "50", *AAC),
        frames=225,
        seconds=9,
    ),
    Film(
        "sound-ends-long-before.mkv",  # later chunks of the sound find none
        lambda folder: run(
            folder / "sound-ends-long-before.mkv",
            *picture(rate="10", seconds=150),
            *sound(),
            *X264,
            "-g",
            "50",
            "-c:a",
            "libvorbis",
        ),
        frames=1500,
        frame_s=0.1,
        seconds=150,
    ),
    Film(
        "cover-and-song.mp4",
        lambda folder: run(
            folder / "cover-and-song.mp4",
            *picture(rate="1", seconds=1),
            *sound(seconds=9),
            *X264,
            *AAC,
            "-movflags",
            "+faststart",
        ),
        frames=90,
        frame_s=0.1,
        seconds=9,
        flash_s=None,
    ),
    Film(
        "seam.ts",  # its flash comes between the seam of two chunks, at 4 s, and the next keyframe
        lambda folder: run(
            folder / "seam.ts",
            *picture(seconds=9, flash_s=4.2),
            *sound(seconds=9),
            "-c:v",
            "mpeg2video",
            "-b:v",
            "1M",
            "-g",
            "75",
            *MP2,
        ),
        frames=225,
        seconds=9,
        flash_s=4.2,
    ),
    Film("resized.webm", _resized, frames=100, seconds=4, sounds=0),
    Film("mid-packet.ts", patched(_PLAIN_TS, "mid-packet.ts", lambda data: data[100:]), corners=None, seconds=2),
]

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
]


def _lies(data: bytes) -> bytes:
    """A Matroska file whose header says that it lasts ten hours."""
    at = data.index(b"\x44\x89\x88") + 3
    return data[:at] + struct.pack(">d", 36_000_000.0) + data[at + 8 :]


def _zeroed(data: bytes) -> bytes:
    """A file of which a fifth was never written to the disk."""
    first, end = len(data) * 2 // 5, len(data) * 3 // 5
    return data[:first] + bytes(end - first) + data[end:]


def _long_mp4(folder: Path) -> Path:
    return run(folder / "long.mp4", *picture(seconds=12), *sound(seconds=12), *X264, "-g", "25", *AAC, *FASTSTART)


BROKEN = [
    Film(
        "cut-off.mp4",
        patched(
            film("whole.mp4", *X264, "-g", "25", "-bf", "0", *AAC, "-movflags", "+faststart"),
            "cut-off.mp4",
            lambda data: data[: len(data) * 4 // 5],
        ),
        frames=30,
        seconds=1.2,
        flash_s=1.0,
        warnings=frozenset({"truncated"}),
    ),
    Film(
        "cut-off.mkv",
        patched(
            film("whole.mkv", *X264, "-g", "25", *AAC, channels=2), "cut-off.mkv", lambda data: _lies(data)[: len(data) * 4 // 5]
        ),
        frames=31,
        seconds=1.24,
        flash_s=1.0,
        warnings=frozenset({"truncated"}),
    ),
    Film(
        "cut-in-a-picture.mp4",
        patched(_long_mp4, "cut-in-a-picture.mp4", lambda data: data[: len(data) * 97 // 100]),
        frames=275,
        seconds=11,
        warnings=frozenset({"truncated"}),
    ),
    Film("zeros.mp4", patched(_long_mp4, "zeros.mp4", _zeroed), frames=300, seconds=12, warnings=frozenset({"damaged"})),
    Film(
        "zeros-within.ts",  # within what tells that it is one
        patched(
            lambda folder: run(folder / "long.ts", *picture(seconds=12), *sound(seconds=12), *X264, "-g", "25", *AAC),
            "zeros-within.ts",
            _zeroed,
        ),
        frames=301,
        seconds=12,
    ),
    Film(
        "zeros-to-the-end.mp4",  # of the last chunk nothing can be decoded
        patched(
            lambda folder: run(folder / "hevc-long.mp4", *picture(rate="10", seconds=120), *X265, "-g", "10", *FASTSTART),
            "zeros-to-the-end.mp4",
            lambda data: data[: len(data) * 2 // 5] + bytes(len(data) * 3 // 5),
        ),
        frames=1200,
        frame_s=0.1,
        seconds=120,
        sounds=0,
        warnings=frozenset({"damaged"}),
    ),
    Film(
        "cut-off.webm",
        patched(
            lambda folder: run(folder / "long.webm", *picture(seconds=12), *sound(seconds=12), *VP8, "-c:a", "libopus"),
            "cut-off.webm",
            lambda data: data[: len(data) // 2],
        ),
        frames=97,
        seconds=3.88,
        warnings=frozenset({"truncated"}),
    ),
    Film(
        "cut-off.mxf",
        patched(
            lambda folder: run(folder / "long.mxf", *picture(seconds=12), *sound(seconds=12), "-c:v", "mpeg2video", *PCM),
            "cut-off.mxf",
            lambda data: data[: len(data) // 2],
        ),
        frames=151,
        seconds=6.04,
        flash_s=None,
        warnings=frozenset({"truncated"}),
    ),
    Film("lies.mkv", patched(film("honest.mkv", *X264, "-c:a", "flac"), "lies.mkv", _lies), warnings=frozenset({"truncated"})),
    Film(
        "unknown-sound.mkv",
        patched(
            film("known-sound.mkv", *X264, "-c:a", "flac"), "unknown-sound.mkv", lambda data: data.replace(b"A_FLAC", b"A_ZLAC")
        ),
        sounds=0,
        warnings=frozenset({"sound_left_out"}),
    ),
    Film(
        "many.mka",
        lambda folder: run(folder / "many.mka", *sound(), *["-map", "0:a"] * 70, "-c:a", "pcm_s16le"),
        size=None,
        frames=0,
        sounds=16,
        warnings=frozenset({"sound_left_out"}),
    ),
]

FILMS = [*CONTAINERS, *CODECS, *SHAPES, *TIMES, *SOUNDS, *BROKEN]


@dataclass(frozen=True)
class Refused:
    """A file that cannot be shown, and why."""

    name: str
    make: Maker
    code: str


def _written(name: str, data: bytes) -> Maker:
    def make(folder: Path) -> Path:
        (folder / name).write_bytes(data)
        return folder / name

    return make


def _scrambled(data: bytes) -> bytes:
    """Every packet of media with transport_scrambling_control set, and its payload changed."""
    packets = [bytearray(data[at : at + 188]) for at in range(0, len(data), 188)]
    for packet in packets:
        if (packet[1] & 0x1F) << 8 | packet[2] >= 0x100 and (packet[1] & 0x1F) << 8 | packet[2] not in (0x1000, 0x1FFF):
            packet[3] |= 0x80
            packet[60:] = bytes(byte ^ 0x5A for byte in packet[60:])
    return b"".join(packets)


def _sample_aes(data: bytes) -> bytes:
    """The program map with the stream types of SAMPLE-AES."""
    found = bytearray(data)
    for at in range(0, len(data), 188):
        if (data[at + 1] & 0x1F) << 8 | data[at + 2] == 0x1000:
            begin = at + 5 + data[at + 4]
            end = begin + 3 + ((data[begin + 1] & 0x0F) << 8 | data[begin + 2]) - 4
            entry = begin + 12 + ((data[begin + 10] & 0x0F) << 8 | data[begin + 11])
            while entry < end:
                found[entry] = {0x1B: 0xDB, 0x0F: 0xCF}[found[entry]]
                entry += 5 + ((data[entry + 3] & 0x0F) << 8 | data[entry + 4])
            found[end : end + 4] = _crc32_mpeg(found[begin:end]).to_bytes(4)
    return bytes(found)


def _crc32_mpeg(data: bytes | bytearray) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ (0x04C11DB7 if crc & 0x80000000 else 0)) & 0xFFFFFFFF
    return crc


_CENC = ("-encryption_scheme", "cenc-aes-ctr", "-encryption_key", "0" * 31 + "1", "-encryption_kid", "0" * 31 + "2")
REFUSED = [
    Refused("text.mp4", _written("text.mp4", b"This is not a film at all.\n" * 100), "not_a_video"),
    Refused("empty.mp4", _written("empty.mp4", b""), "not_a_video"),
    Refused("archive.mp4", _written("archive.mp4", b"PK\x03\x04" + bytes(5000)), "not_a_video"),
    Refused("noise.mkv", _written("noise.mkv", b"\x1aE\xdf\xa3" + bytes(range(256)) * 400), "corrupt"),
    Refused("zeros.ts", _written("zeros.ts", (b"\x47\x01\x00\x10" + bytes(184)) * 400), "corrupt"),
    Refused(
        "photo.mov",
        lambda folder: run(folder / "photo.png", *picture(), "-frames:v", "1").rename(folder / "photo.mov"),
        "not_a_video",
    ),
    Refused(
        "no-index.mp4",
        patched(film("indexed.mp4", *X264, *AAC), "no-index.mp4", lambda data: data[: data.index(b"moov") - 4]),
        "corrupt",
    ),
    Refused(
        "unknown.mp4",
        patched(film("known.mp4", *X264, *AAC), "unknown.mp4", lambda data: data.replace(b"avc1", b"zzzz")),
        "unsupported_codec",
    ),
    Refused(
        "unknown.mkv",
        patched(film("known.mkv", *X264, *AAC), "unknown.mkv", lambda data: data.replace(b"V_MPEG4/ISO/AVC", b"V_MPEG9/ISO/AVC")),
        "unsupported_codec",
    ),
    Refused(
        "unknown.mka",
        patched(heard("known.mka", "-c:a", "flac"), "unknown.mka", lambda data: data.replace(b"A_FLAC", b"A_ZLAC")),
        "unsupported_codec",
    ),
    Refused(
        "rented.mp4",
        patched(film("bought.mp4", *X264, *AAC), "rented.mp4", lambda data: data.replace(b"avc1", b"drmi")),
        "encrypted",
    ),
    Refused("cenc.mp4", film("cenc.mp4", *X264, *AAC, *_CENC), "encrypted"),
    Refused("scrambled.ts", patched(_PLAIN_TS, "scrambled.ts", _scrambled), "encrypted"),
    Refused("sample-aes.ts", patched(_PLAIN_TS, "sample-aes.ts", _sample_aes), "encrypted"),
    Refused(
        "dolby-vision-5.mp4",
        patched(
            film("hevc-10.mp4", *X265, "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", *AAC),
            "dolby-vision-5.mp4",
            lambda data: data.replace(b"hvc1", b"dvh1"),
        ),
        "unsupported_codec",
    ),
]


def _interlaced(name: str, *codec: str) -> Maker:
    """An edge that moves six pixels from field to field."""
    edge = "color=black:s=320x180:r=50:d=1,drawbox=w=iw/2:c=white:t=fill,scroll=h=0.02,interlace=lowpass=off"
    return lambda folder: run(folder / name, "-f", "lavfi", "-i", edge, *codec)


_FIELDS = ("-flags", "+ildct+ilme")
INTERLACED = [
    Film(name, _interlaced(name, *codec, *_FIELDS), frames=25, sounds=0, corners=None, flash_s=None, seconds=1)
    for name, codec in {
        "fields.mpg": ("-c:v", "mpeg2video", "-b:v", "4M"),
        "fields.m2ts": (*X264, "-x264-params", "tff=1", "-f", "mpegts", "-mpegts_m2ts_mode", "1"),
        "fields.mov": ("-c:v", "prores_ks", "-profile:v", "lt"),
    }.items()
]


_TO_HDR = "zscale=t=linear:npl=203,format=gbrpf32le,zscale=p=bt2020:t={0}:m=bt2020nc:r=tv:npl=203,format={1}"
_AS_BT709 = "setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"
_SDR = f"scale=out_color_matrix=bt709:out_range=tv,format=yuv444p,{_AS_BT709}"


def coloured(name: str, transfer: str, pixels: str, *codec: str) -> Maker:
    """Colour bars and ramps in HDR, tagged, as bright as they are in SDR."""
    bars = ["-f", "lavfi", "-i", f"testsrc=s=320x180:r=25:d=0.4,format=gbrp,{_SDR}"]
    change = ["-vf", _TO_HDR.format(transfer, pixels)] if transfer else ["-vf", f"format={pixels}"]
    return lambda folder: run(folder / name, *bars, *change, *codec)


def _hdr(transfer: str) -> tuple[str, ...]:
    return (
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-x265-params",
        f"log-level=error:crf=6:colorprim=bt2020:transfer={transfer}:colormatrix=bt2020nc",
    )


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


def colour_film(name: str, make: Maker) -> Film:
    """Ten pictures without sound."""
    return Film(name, make, frames=10, sounds=0, corners=None, flash_s=None, seconds=0.4)


_HDR10 = coloured("hdr10.mp4", "smpte2084", "yuv420p10le", *_hdr("smpte2084"), "-tag:v", "hvc1")
SDR = colour_film("sdr.mkv", coloured("sdr.mkv", "", "yuv420p", "-c:v", "ffv1"))
COLOURS = [
    colour_film("hdr10.mp4", _HDR10),
    colour_film("hlg.mp4", coloured("hlg.mp4", "arib-std-b67", "yuv420p10le", *_hdr("arib-std-b67"), "-tag:v", "hvc1")),
    colour_film("hlg.mov", coloured("hlg.mov", "arib-std-b67", "yuv422p10le", "-c:v", "prores_ks", "-profile:v", "hq")),
    colour_film(
        "hdr-vp9.webm",
        coloured(
            "hdr-vp9.webm",
            "smpte2084",
            "yuv420p10le",
            "-c:v",
            "libvpx-vp9",
            "-deadline",
            "realtime",
            "-cpu-used",
            "8",
            "-b:v",
            "4M",
        ),
    ),
    # at the end of the file its index may grow without moving what it points to
    colour_film("dolby-vision-8.mp4", patched(_HDR10, "dolby-vision-8.mp4", _dolby_vision_8)),
    colour_film("bt2020-sdr.mkv", coloured("bt2020-sdr.mkv", "bt2020-10", "yuv420p10le", "-c:v", "ffv1")),
    colour_film(
        "untagged-sd.avi",
        coloured(
            "untagged-sd.avi",
            "",
            "yuv420p,setparams=colorspace=unknown,scale=in_color_matrix=bt709:out_color_matrix=smpte170m,format=yuv420p,setparams=colorspace=unknown",
            "-c:v",
            "mpeg4",
            "-q:v",
            "1",
        ),
    ),
]


def _channel(name: str, number: int) -> Film:
    return Film(f"5.1-{name}.mka", heard_only(f"5.1-{name}.mka", [number]), size=None, frames=0)


def heard_only(name: str, sounding: list[int], level: float = 0.5) -> Maker:
    """Surround sound with the tone in these channels."""
    return lambda folder: run(folder / name, *sound(6, sounding, level=level), "-c:a", "flac")


CENTRE_GAIN = 0.7071
CHANNELS = {
    "left": (_channel("left", 0), (0.5, 0.0)),
    "right": (_channel("right", 1), (0.0, 0.5)),
    "centre": (_channel("centre", 2), (0.5 * CENTRE_GAIN, 0.5 * CENTRE_GAIN)),
    "lfe": (_channel("lfe", 3), (0.0, 0.0)),
    "left surround": (_channel("left-surround", 4), (0.5 * CENTRE_GAIN, 0.0)),
    "right surround": (_channel("right-surround", 5), (0.0, 0.5 * CENTRE_GAIN)),
}
ALL_LOUD = Film("5.1-loud.mka", heard_only("5.1-loud.mka", [0, 1, 2, 3, 4, 5], level=0.99), size=None, frames=0)


_SRT = "1\n00:00:00,500 --> 00:00:01,500\n{}\n"
_CHAPTERS = ";FFMETADATA1\n" + "".join(
    f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={start + 1000}\ntitle={title}\n"
    for start, title in ((0, "Arrival"), (1000, "Départ"))
)


def _subtitled(name: str, codecs: tuple[str, str]) -> Maker:
    def make(folder: Path) -> Path:
        for language, text in (("eng", "Good evening"), ("deu", "Guten Abend")):
            (folder / f"{language}.srt").write_text(_SRT.format(text))
        (folder / "chapters.txt").write_text(_CHAPTERS)
        inputs = [part for language in ("eng", "deu") for part in ("-i", str(folder / f"{language}.srt"))]
        return run(
            folder / name,
            *picture(),
            *sound(),
            *inputs,
            "-i",
            str(folder / "chapters.txt"),
            *("-map", "0:v", "-map", "1:a", "-map", "2", "-map", "3", "-map_chapters", "4"),
            *X264,
            *AAC,
            "-c:s:0",
            codecs[0],
            "-c:s:1",
            codecs[1],
            "-metadata:s:s:0",
            "language=eng",
            "-metadata:s:s:1",
            "language=ger",
            "-disposition:s:0",
            "default",
            "-disposition:s:1",
            "forced",
        )

    return make


SUBTITLED = [
    Film("mov-text.mp4", _subtitled("mov-text.mp4", ("mov_text", "mov_text")), captions=2),
    Film("srt-and-ass.mkv", _subtitled("srt-and-ass.mkv", ("subrip", "ass")), captions=2),
]


def _bitmap_captions(folder: Path) -> Path:
    """Captions of a Blu-ray: one empty presentation composition (HDMV PGS) and its end."""
    composition = bytes([0, 64, 0, 36, 0x10, 0, 0, 0x80, 0, 0, 0])
    stamps = (90_000).to_bytes(4) + bytes(4)
    sup = b"PG" + stamps + b"\x16" + len(composition).to_bytes(2) + composition + b"PG" + stamps + b"\x80\x00\x00"
    (folder / "captions.sup").write_bytes(sup)
    scene_ = run(folder / "scene.mkv", *picture(), *sound(), *X264, *AAC)
    return run(
        folder / "bitmaps.mkv",
        "-i",
        str(scene_),
        "-f",
        "sup",
        "-i",
        str(folder / "captions.sup"),
        "-map",
        "0",
        "-map",
        "1",
        "-c",
        "copy",
    )


BITMAPS = Film("bitmaps.mkv", _bitmap_captions, warnings=frozenset({"bitmap_captions_left_out"}))
LANGUAGES = Film(
    "languages.mkv",
    lambda folder: run(
        folder / "languages.mkv",
        *sound(),
        *["-map", "0:a"] * 3,
        "-c:a",
        "ac3",
        "-metadata:s:a:0",
        "language=eng",
        "-metadata:s:a:1",
        "language=fre",
        "-metadata:s:a:2",
        "language=eng",
        "-metadata:s:a:2",
        "title=Commentary",
        "-disposition:a:0",
        "0",
        "-disposition:a:1",
        "default",
    ),
    size=None,
    frames=0,
    sounds=3,
)
TWO_PICTURES = Film(
    "two-pictures.mp4",
    lambda folder: run(
        folder / "two-pictures.mp4",
        *picture("160x90"),
        *picture(),
        *sound(),
        "-map",
        "0:v",
        "-map",
        "1:v",
        "-map",
        "2:a",
        *X264,
        *AAC,
        "-disposition:v:0",
        "0",
        "-disposition:v:1",
        "default",
    ),
)
FILMS += [*SUBTITLED, BITMAPS, LANGUAGES, TWO_PICTURES]
