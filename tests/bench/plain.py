"""The yardstick: one plain ffmpeg command that makes the engine's ladder with the engine's encoder settings.

It decodes once and scales every rung from the source with ffmpeg's default (bicubic); nothing is copied, and the number of
threads is left to ffmpeg and x264.
"""

from pathlib import Path

from functions.transcode.commands import _h264
from functions.transcode.ffmpeg import binary
from functions.transcode.ladder import AUDIO_BITS_PER_S, SEGMENT_S
from functions.transcode.plan import Plan, VideoRendition, plan_video
from functions.transcode.source import Source
from tests.bench.processes import Ended, run_watched
from tests.bench.stream import Rendition, lists_segments, media_pieces, put_together

PLAYLIST = "index.m3u8"
THREADS_BY_X264 = 0


def whole_ladder(source: Source) -> Plan:
    """The engine's own plan for a source whose picture cannot be copied."""
    if source.video is None:
        raise ValueError("the source has no picture")
    return plan_video(source.model_copy(update={"video": source.video.model_copy(update={"keyframes_s": None})}))


def rungs(plan: Plan) -> list[VideoRendition]:
    """The encoded renditions of all tiers, largest first."""
    return sorted((r for r in plan.video if r.crf is not None), key=lambda r: -r.height)


def command(source: Source, film: Path, folder: Path) -> list[str]:
    """The command line. Pictures lie on the same frame grid as the engine's, so that quality is compared frame by frame."""
    plan = whole_ladder(source)
    made = rungs(plan)
    head = f"[0:v:0]fps={plan.frame_rate}:start_time=0,trim=end_frame={plan.total_frames},split={len(made)}"
    graph = [head + "".join(f"[s{n}]" for n in range(len(made)))]
    graph += [f"[s{n}]scale={r.width}:{r.height},setsar=1,format=yuv420p[{r.name}]" for n, r in enumerate(made)]
    argv = [binary(), "-hide_banner", "-nostdin", "-loglevel", "error", "-i", str(film), "-filter_complex", ";".join(graph)]
    for rendition in made:
        argv += ["-map", f"[{rendition.name}]", *_h264(plan, rendition, THREADS_BY_X264), *_hls(folder / rendition.name)]
    for track in plan.audio:
        argv += ["-map", f"0:{track.index}", "-c:a", "aac", "-b:a", str(AUDIO_BITS_PER_S), "-ac", "2", "-ar", "48000"]
        argv += _hls(folder / track.name)
    return argv


def run(source: Source, film: Path, folder: Path) -> tuple[Ended, list[Rendition], int]:
    """Run it: what it used, its renditions, and the bytes of all segments."""
    plan = whole_ladder(source)
    folders = [folder / "out" / name for name in [r.name for r in plan.video] + [track.name for track in plan.audio]]
    for one in folders:
        one.mkdir(parents=True)
    playlists = [one / PLAYLIST for one in folders]
    argv = command(source, film, folder / "out")
    ended = run_watched(argv, folder / "out", lambda: all(map(lists_segments, playlists)), folder / "plain.log")
    made = [
        put_together(min(r.width, r.height), media_pieces(folder / "out" / r.name / PLAYLIST), folder / "whole" / f"{r.name}.ts")
        for r in rungs(plan)
    ]
    return ended, made, sum(segment.stat().st_size for segment in (folder / "out").glob("*/*.ts"))


def _hls(folder: Path) -> list[str]:
    return ["-f", "hls", "-hls_time", str(SEGMENT_S), "-hls_playlist_type", "event", "-hls_segment_filename",
            str(folder / "%05d.ts"), str(folder / PLAYLIST)]  # fmt: skip
