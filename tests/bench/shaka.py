"""shaka-streamer at the same ladder, in an environment of its own below ``.matinee/bench`` (``shaka-requirements.txt``).

It takes no preset, no quality and no GOP length: H.264 is always ``-preset slow``, at an average rate, in one GOP a segment,
Main profile below 720 rows, in fragmented MP4; playlists of a film appear when it is whole. Its rates are those that the
yardstick came out with, so both spend about the same bytes.
"""

import json
import subprocess
import sys
from pathlib import Path

import m3u8

from functions.transcode.ladder import AUDIO_BITS_PER_S, SEGMENT_S
from functions.transcode.plan import Plan
from infra.local.configuration import ROOT
from tests.bench.plain import rungs
from tests.bench.processes import Ended, run_watched
from tests.bench.stream import Rendition, lists_segments, media_pieces, put_together

REQUIREMENTS = Path(__file__).with_name("shaka-requirements.txt")
HOME = ROOT / ".matinee" / "bench" / "shaka"
MASTER = "hls.m3u8"
DIFFERENCES = (
    "shaka-streamer: preset slow (fixed), average rate as the plain command came out, GOP of 4 s, Main profile below 720 rows, "
    "fMP4; playlists appear at the end"
)


def install() -> Path:
    """The environment's interpreter; installs what the requirements name when they have changed."""
    python, stamp = HOME / "bin" / "python", HOME / "installed.txt"
    wanted = REQUIREMENTS.read_text()
    if not stamp.exists() or stamp.read_text() != wanted:
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(HOME)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes", "--no-deps"]
        subprocess.run([*pip, "-r", str(REQUIREMENTS)], check=True)
        stamp.write_text(wanted)
    return python


def run(plan: Plan, film: Path, folder: Path, rates: dict[int, int]) -> tuple[Ended, list[Rendition], int]:
    """Run it: what it used, its renditions, and the bytes of all segments. ``rates``: bit/s for each short side."""
    python = install()
    configs = [_write(folder / f"{name}.yaml", config) for name, config in _configs(plan, film, rates).items()]
    out = folder / "out"
    options = [f"{flag}={config}" for flag, config in zip(("-i", "-p", "-b"), configs, strict=True)]
    argv = [str(python), str(HOME / "bin" / "shaka-streamer")]
    for option in options:
        argv += option.split("=", 1)
    ended = run_watched([*argv, "-o", str(out)], out, lambda: _is_playable(out), folder / "shaka.log", PYTHONNOUSERSITE="1")
    master = m3u8.loads((out / MASTER).read_text())
    made = [
        put_together(min(variant.stream_info.resolution), media_pieces(out / variant.uri), folder / "whole" / f"{number}.mp4")
        for number, variant in enumerate(master.playlists)
    ]
    return ended, made, sum(segment.stat().st_size for segment in out.glob("*.mp4"))


def _is_playable(out: Path) -> bool:
    if not (out / MASTER).exists():
        return False
    master = m3u8.loads((out / MASTER).read_text())
    named = [p.uri for p in master.playlists] + [m.uri for m in master.media]
    return bool(named) and all(lists_segments(out / uri) for uri in named)


def _configs(plan: Plan, film: Path, rates: dict[int, int]) -> dict[str, object]:
    made = rungs(plan)
    tracks: list[dict[str, object]] = [{"name": str(film), "media_type": "video"}]
    tracks += [{"name": str(film), "media_type": "audio", "track_num": n} for n in range(len(plan.audio))]
    boxes = {
        r.name: {
            "max_width": r.width,
            "max_height": r.height,
            "bitrates": {"h264": f"{max(1, round(rates[min(r.width, r.height)] / 1000))}k"},
        }
        for r in made
    }
    pipeline = {
        "streaming_mode": "vod",
        "quiet": True,
        "resolutions": [r.name for r in made],
        "channel_layouts": ["stereo"],
        "audio_codecs": ["aac"],
        "video_codecs": ["h264"],
        "manifest_format": ["hls"],
        "hls_output": MASTER,
        "segment_size": SEGMENT_S,
    }
    stereo = {"max_channels": 2, "bitrates": {"aac": f"{AUDIO_BITS_PER_S // 1000}k"}}
    layouts = {"stereo": stereo, "surround": {"max_channels": 8, "bitrates": {"aac": "256k"}}}  # the second only describes inputs
    return {
        "input": {"inputs": tracks},
        "pipeline": pipeline,
        "bitrates": {"video_resolutions": boxes, "audio_channel_layouts": layouts},
    }


def _write(file: Path, config: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(config))  # YAML takes JSON
    return file
