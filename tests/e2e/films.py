"""Films for the tests: small ones of many kinds that the bundled ffmpeg makes, and a folder of real ones where there is one."""

import csv
import os
import random
import struct
import subprocess
from dataclasses import dataclass
from pathlib import Path

from functions.transcode.ffmpeg import binary
from infra.local.configuration import ROOT

CORPUS = Path(os.environ.get("MATINEE_CORPUS") or ROOT.parent / "shared" / "media")

_PICTURE = "testsrc2=size={size}:rate={rate}:duration={seconds}"
_TONE = "sine=frequency=440:sample_rate=48000:duration={seconds}"
_H264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
_AAC = ("-c:a", "aac", "-ac", "2")


@dataclass(frozen=True)
class Case:
    """A file and what is to become of it."""

    name: str
    expected: str
    code: str


# A minute of two cores, for a film that is there in 480p too; benchmarks use it.
COSTLY = {"h264-1080p24-bbb-30s-aac51.mp4"}


def corpus() -> list[Case]:
    """The files that the corpus folder's manifest lists (columns ``file``, ``expected``, ``code``), but for the ``COSTLY``."""
    manifest = CORPUS / "manifest.tsv"
    if not manifest.exists():
        return []
    with manifest.open(newline="") as rows:
        read = csv.DictReader(rows, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [Case(row["file"], row["expected"], row["code"]) for row in read if row["file"] not in COSTLY]


def make(path: Path, *arguments: str) -> Path:
    """Have ffmpeg write a file, unless it is there already."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        subprocess.run([binary(), "-v", "error", "-y", *arguments, str(path)], check=True, timeout=280)
    return path


def short(folder: Path) -> Path:
    """Three seconds that can be copied."""
    return make(folder / "short.mp4", *_inputs("320x180", "25", 3), *_H264, "-g", "25", *_AAC)


def long_gops(folder: Path) -> Path:
    """Like most of what people upload: keyframes ten seconds apart, B-frames, the index at the end."""
    keys = ("-bf", "2", "-g", "240", "-keyint_min", "240", "-sc_threshold", "0")
    return make(folder / "long-gops.mp4", *_inputs("640x360", "24", 25), *_H264, *keys, *_AAC)


def hevc(folder: Path, seconds: int = 9, size: str = "640x360") -> Path:
    """Must be encoded, and its frames fall on no whole milliseconds."""
    codec = (
        "-c:v",
        "libx265",
        "-preset",
        "ultrafast",
        "-x265-params",
        "log-level=error",
        "-pix_fmt",
        "yuv420p",
        "-tag:v",
        "hvc1",
    )
    return make(folder / f"hevc-{size}-{seconds}.mp4", *_inputs(size, "30000/1001", seconds), *codec, *_AAC)


def rotated(folder: Path) -> Path:
    """Held upright: 640x360 with the instruction to turn it by 90 degrees."""
    lying = make(folder / "lying.mp4", *_inputs("640x360", "30", 6), *_H264, *_AAC)
    return make(folder / "rotated.mp4", "-display_rotation", "90", "-i", str(lying), "-c", "copy")


def uneven(folder: Path) -> Path:
    """Variable frame rate: three of four frames are missing in every second second."""
    gaps = ("-vf", "select='not(mod(floor(t),2))+not(mod(n,4))'", "-fps_mode", "vfr")
    return make(folder / "uneven.mp4", *_inputs("640x360", "30", 8), *gaps, *_H264, *_AAC)


def surround(folder: Path) -> Path:
    """Six channels of sound."""
    return make(folder / "surround.mp4", *_inputs("640x360", "25", 8), *_H264, "-g", "50", "-c:a", "aac", "-ac", "6")


def silent(folder: Path) -> Path:
    """No sound at all."""
    return make(folder / "silent.mp4", "-f", "lavfi", "-i", _PICTURE.format(size="640x360", rate="25", seconds=5), *_H264)


def cut_off(folder: Path) -> Path:
    """Its last fifth did not come along; the index, at the start, still tells of it."""
    keys = ("-g", "25", "-bf", "0", "-movflags", "+faststart")
    whole = make(folder / "whole.mp4", *_inputs("320x180", "25", 5), *_H264, *keys, *_AAC).read_bytes()
    path = folder / "cut-off.mp4"
    path.write_bytes(whole[: len(whole) * 4 // 5])
    return path


def large(folder: Path, megabytes: int = 36) -> Path:
    """Takes a while to upload and none to transcode: a short film, and after it a box of bytes that players pass over."""
    path = folder / f"large-{megabytes}.mp4"
    if not path.exists():
        filler = random.Random(0).randbytes(megabytes * 1_000_000)
        path.write_bytes(short(folder).read_bytes() + struct.pack(">I4s", 8 + len(filler), b"free") + filler)
    return path


GENERATED = {made.__name__: made for made in (short, long_gops, hevc, rotated, uneven, surround, silent)}


def _inputs(size: str, rate: str, seconds: int) -> tuple[str, ...]:
    picture = _PICTURE.format(size=size, rate=rate, seconds=seconds)
    return ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", _TONE.format(seconds=seconds))
