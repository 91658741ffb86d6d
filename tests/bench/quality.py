"""VMAF of a rendition against its source, frame by frame on the engine's frame grid."""

import json
import subprocess
from fractions import Fraction
from pathlib import Path

from functions.transcode.ffmpeg import binary
from functions.transcode.plan import Plan
from functions.transcode.source import VideoTrack

EVERY = 5  # frames that are compared: each fifth


def vmaf(rendition: Path, film: Path, video: VideoTrack, plan: Plan, every: int = EVERY) -> float:
    """The mean over every ``every``-th frame, at the source's size (scaled up bicubic), by the default model of libvmaf.

    Frames are counted from the first of each, not matched by time: the caller sees to it that both have as many. Both pictures
    are told what their colours are in, or ffmpeg converts one that has no tags as it sees fit.
    """
    log = rendition.with_suffix(".vmaf.json")
    width, height = video.display_size
    count = f"settb={1 / Fraction(plan.frame_rate)},setpts=N"
    tags = f"setparams=range=tv:color_primaries=bt709:color_trc=bt709:colorspace={video.matrix}"
    scaled = f"{tags},scale={width}:{height}:flags=bicubic,format=yuv420p"
    graph = (
        f"[0:v:0]{count},{scaled}[made];"
        f"[1:v:0]fps={plan.frame_rate}:start_time=0,trim=end_frame={plan.total_frames},{count},{scaled}[film];"
        f"[made][film]libvmaf=shortest=1:n_threads=4:n_subsample={every}:log_fmt=json:log_path={log}"
    )
    argv = [binary(), "-hide_banner", "-nostdin", "-loglevel", "error", "-i", str(rendition), "-i", str(film)]
    subprocess.run([*argv, "-filter_complex", graph, "-f", "null", "-"], check=True)
    mean: float = json.loads(log.read_text())["pooled_metrics"]["vmaf"]["mean"]
    return mean
