"""The least that a ladder costs at the engine's settings: its pictures, in one pass of one thread of one ffmpeg.

No sound, no probe, no upload: what an engine spends beyond this is its own, and what this spends none can save.
"""

from pathlib import Path

from functions.transcode.commands import SEGMENT_NAME, encode_chunk
from functions.transcode.ffmpeg import binary
from functions.transcode.plan import LOW
from functions.transcode.source import Source
from tests.bench.plain import rungs, whole_ladder
from tests.bench.processes import Ended, run_watched


def run(source: Source, film: Path, folder: Path) -> tuple[Ended, int]:
    """Run it: what it used, and the bytes of all segments."""
    plan = whole_ladder(source)
    made = [rendition.model_copy(update={"tier": LOW}) for rendition in rungs(plan)]
    out = folder / "out"
    for rendition in made:
        (out / rendition.name).mkdir(parents=True)
    in_one_tier = plan.model_copy(update={"video": made})
    argv = [binary(), *encode_chunk(source, in_one_tier, LOW, 0, plan.total_frames, str(film), out, threads=1)]
    seconds = [out / rendition.name / (SEGMENT_NAME % 1) for rendition in made]  # then the first is whole
    ended = run_watched(argv, out, lambda: all(file.exists() for file in seconds), folder / "least.log")
    return ended, sum(segment.stat().st_size for segment in out.glob("*/*.ts"))
