"""Small real files, made by the bundled ffmpeg."""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from functions.transcode.ffmpeg import binary


def make(path: Path, *arguments: str) -> Path:
    """Run ffmpeg into ``path``, unless it is there already."""
    if not path.exists():
        subprocess.run([binary(), "-hide_banner", "-loglevel", "error", "-y", *arguments, str(path)], check=True, timeout=120)
    return path


def pictures(size: str, rate: str, seconds: float) -> Sequence[str]:
    """A moving test picture."""
    return ["-f", "lavfi", "-i", f"testsrc2=size={size}:rate={rate}:duration={seconds}"]


def tone(seconds: float, frequency: int = 440) -> Sequence[str]:
    """A stereo tone."""
    return ["-f", "lavfi", "-i", f"sine=frequency={frequency}:sample_rate=48000:duration={seconds}"]


def h264(folder: Path, seconds: float = 21, size: str = "640x360") -> Path:
    """H.264 at 24 fps with stereo AAC: can be copied."""
    return make(
        folder / f"h264-{size}-{seconds}.mp4", *pictures(size, "24", seconds), *tone(seconds),
        "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2",
    )  # fmt: skip


def hevc(folder: Path, seconds: float = 21, size: str = "640x360", rate: str = "30000/1001") -> Path:
    """HEVC, at 29.97 fps by default, with stereo AAC: must be encoded."""
    return make(
        folder / f"hevc-{size}-{rate.replace('/', '-')}-{seconds}.mp4", *pictures(size, rate, seconds), *tone(seconds),
        "-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p",
        "-tag:v", "hvc1", "-c:a", "aac", "-ac", "2",
    )  # fmt: skip


def everything(folder: Path, seconds: float = 12) -> Path:
    """One file that gives every kind of task: H.264 to copy and to scale down, AC-3 to encode, and captions."""
    text = folder / "lines.srt"
    text.write_text("1\n00:00:01,000 --> 00:00:03,000\nGood evening.\n\n2\n00:00:08,000 --> 00:00:11,000\nGood night.\n")
    return make(
        folder / f"everything-{seconds}.mp4", *pictures("854x480", "24", seconds), *tone(seconds), "-i", str(text),
        "-map", "0:v", "-map", "1:a", "-map", "2:s", "-c:v", "libx264", "-preset", "ultrafast", "-g", "48", "-pix_fmt", "yuv420p",
        "-c:a", "ac3", "-c:s", "mov_text",
    )  # fmt: skip
