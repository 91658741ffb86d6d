"""The films that the engines are measured on: real ones where a folder of them is there, else generated.

They are kept below ``.matinee/bench/films``, so only the first run makes them.
"""

from collections.abc import Callable
from pathlib import Path

from infra.local.configuration import ROOT
from tests.e2e.films import CORPUS, make

KEPT = ROOT / ".matinee" / "bench" / "films"
FULL_SECONDS, QUICK_SECONDS = 30, 8

_X264 = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-maxrate", "8M", "-bufsize", "16M", "-pix_fmt", "yuv420p")
_X265 = ("-c:v", "libx265", "-preset", "superfast", "-crf", "20", "-x265-params", "log-level=error", "-tag:v", "hvc1")
_VP9 = ("-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "7", "-row-mt", "1", "-b:v", "3M", "-g", "240")
_STEREO = ("-c:a", "aac", "-ac", "2", "-b:a", "128k")


def copied(seconds: int) -> Path:
    """1080p24 in H.264 whose picture can be copied: Big Buck Bunny where it is there."""
    # Copied over and over, it would have seams, and times a picture apart.
    how = ("-c", "copy") if seconds <= FULL_SECONDS else ("-vf", "fps=24", *_X264, *_STEREO)
    return _cut(_big_buck_bunny("1080", "1920x1080"), f"copied-{seconds}.mp4", seconds, *how)


def hevc(seconds: int) -> Path:
    """The same in HEVC: must be encoded, in two tiers on a small machine."""
    return _cut(_big_buck_bunny("1080", "1920x1080"), f"hevc-{seconds}.mp4", seconds, *_X265, "-c:a", "copy")


def large_vp9(seconds: int) -> Path:
    """The same in VP9, as a browser's recorder makes it, with Opus."""
    sound = ("-c:a", "libopus", "-ac", "2", "-b:a", "96k")
    return _cut(_big_buck_bunny("1080", "1920x1080"), f"large-vp9-{seconds}.webm", seconds, *_VP9, *sound)


def twice(film: Path) -> Path:
    """A film, and once more."""
    return make(film.with_stem(f"{film.stem}-twice"), "-stream_loop", "1", "-i", str(film), "-c", "copy")


def vp9(seconds: int) -> Path:
    """720p24 in VP9 with Opus: the trailer of Sintel where it is there."""
    sound = ("-c:a", "libopus", "-ac", "2", "-b:a", "96k")
    return _cut(_real("h264-720p24-sintel-trailer-52s.mp4", "1280x720"), f"vp9-{seconds}.webm", seconds, *_VP9, *sound, skip_s=8)


def small(seconds: int) -> Path:
    """480p24 in HEVC: must be encoded, but one pass keeps ahead of playback."""
    return _cut(_big_buck_bunny("480", "854x480"), f"small-{seconds}.mp4", seconds, *_X265, *_STEREO)


FILMS: dict[str, Callable[[int], Path]] = {film.__name__: film for film in (copied, hevc, vp9, small)}


def long_small(seconds: int) -> Path:
    """``small`` over and over: what many chunks are measured on."""
    scene = small(min(seconds, FULL_SECONDS))
    return make(KEPT / f"small-long-{seconds}.mp4", "-stream_loop", str(seconds // FULL_SECONDS), "-i", str(scene),
                "-t", str(seconds), "-c", "copy")  # fmt: skip


def _big_buck_bunny(rows: str, size: str) -> Path:
    return _real(f"h264-{rows}p24-bbb-30s-aac51.mp4", size)


def _real(name: str, size: str) -> Path:
    """A film of the corpus, or a generated one of its size: a flight into the Mandelbrot set, through film grain."""
    if (CORPUS / name).exists():
        return CORPUS / name
    flight = f"mandelbrot=size={size}:rate=24:maxiter=400,noise=alls=4:allf=t"
    sound = "sine=frequency=330:sample_rate=48000,tremolo=f=5"
    return make(KEPT / f"generated-{size}.mp4", "-f", "lavfi", "-i", flight, "-f", "lavfi", "-i", sound,
                "-t", str(FULL_SECONDS + 10), *_X264, *_STEREO)  # fmt: skip


def _cut(film: Path, name: str, seconds: int, *how: str, skip_s: int = 0) -> Path:
    kind = "real" if film.parent == CORPUS else "generated"
    repeated = ["-stream_loop", "-1"] if seconds > FULL_SECONDS else []
    return make(
        KEPT / f"{kind}-{name}", *repeated, "-ss", str(skip_s), "-i", str(film), "-t", str(seconds),
        "-map", "0:v:0", "-map", "0:a:0", *how,
    )  # fmt: skip
