"""Matinee's engine against one plain ffmpeg command and shaka-streamer: ``python -m tests.bench.engine [--json FILE]``.

In one run, on the same films: CPU seconds, wall time, bytes, VMAF of each rendition, time to the first playable moment, peak
memory and scratch disk, and how these stand to the aims. Then the same engine with as many workers as there are cores, cut into
chunks, against one worker that makes each tier in one piece. ``--films`` names some of the films, ``--quick`` takes short ones.

On a machine that others share, the same command takes a tenth more or less from one minute to the next. With ``--runs N`` all
but shaka-streamer run N times, by turns, and of each the run with the median of CPU seconds counts.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from functions.transcode.schedule import Schedule
from tests.bench import films, least, ours, plain, shaka
from tests.bench.aims import Aim, aims_of_chunking, aims_of_film
from tests.bench.machine import describe
from tests.bench.processes import Ended, Seen
from tests.bench.quality import EVERY, vmaf
from tests.bench.stream import Rendition
from tests.bench.tables import print_aims, print_engines, print_renditions

Figures = dict[str, Any]
RunT = TypeVar("RunT")
CHUNKING_SECONDS = 120
MB = 1e6


def measure(name: str, film: Path, services: ours.Services, folder: Path, runs: int, *, with_shaka: bool) -> Figures:
    """All engines on one film."""
    ours_runs, plain_runs, least_runs = [], [], []
    for turn in map(str, range(runs)):
        ours_runs.append(services.run(film, folder / turn / "matinee"))
        source = ours_runs[0].source
        plain_runs.append(plain.run(source, film, _new(folder / turn / "plain")))
        least_runs.append(least.run(source, film, _new(folder / turn / "least")))
    run = _median(ours_runs, _cpu_s)
    if run.source.video is None:
        raise ValueError("the film has no picture")
    duration = run.source.duration_s
    plain_ended, plain_made, plain_bytes = _median(plain_runs, lambda ran: ran[0].cpu_s)
    least_ended, least_bytes = _median(least_runs, lambda ran: ran[0].cpu_s)
    rates = {r.short_side: round(r.size_bytes * 8 / duration) for r in plain_made}
    ladder = plain.whole_ladder(run.source)

    def compared(made: list[Rendition]) -> list[Figures]:
        return [
            {
                "short_side": r.short_side,
                "bytes": r.size_bytes,
                "frames": r.frames,
                "vmaf": round(vmaf(r.file, film, run.source.video, ladder), 2),  # type: ignore[arg-type] # checked above
            }
            for r in made
        ]

    engines = {
        "matinee": {
            "cpu_s": round(run.cpu_s, 2),
            "worker_cpu_s": round(run.worker_cpu_s, 2),
            "services_cpu_s": round(run.services_cpu_s, 2),
            "wall_s": round(run.ready_s, 2),
            "playable_s": round(run.playable_s, 2),
            "bytes": run.stream_bytes,
            **_peaks(run.seen),
            "chunk_mb": round(run.chunk_bytes / MB, 1),
            "cpu_by_work_s": {work: round(seconds, 2) for work, seconds in run.seen.cpu_s.items()},
            "renditions": compared(run.renditions),
        },
        "plain": _ended(plain_ended, plain_bytes) | {"renditions": compared(plain_made)},
        "least": _ended(least_ended, least_bytes) | {"renditions": []},
    }
    if with_shaka:
        shaka_ended, shaka_made, shaka_bytes = shaka.run(ladder, film, _new(folder / "shaka"), rates)
        engines["shaka"] = _ended(shaka_ended, shaka_bytes) | {"renditions": compared(shaka_made)}
    shutil.rmtree(folder)
    encoded = [r for r in run.plan.video if r.crf is not None]
    return {
        "film": name,
        "codec": run.source.video.codec,
        "seconds": round(duration, 3),
        "frame_rate": str(run.plan.frame_rate),
        "is_copied": run.plan.copied is not None,
        "tiers": len({r.tier for r in encoded}),
        "frames": ladder.total_frames,
        "cpu_s_of_runs": {
            "matinee": [round(ran.cpu_s, 2) for ran in ours_runs],
            "plain": [round(ran[0].cpu_s, 2) for ran in plain_runs],
            "least": [round(ran[0].cpu_s, 2) for ran in least_runs],
        },
        "engines": engines,
    }


def measure_chunking(services: ours.Services, folder: Path, seconds: int, runs: int) -> Figures:
    """A longer film in chunks, by a worker for each core, against one worker that makes each tier in one piece."""
    film, cores = films.long_small(seconds), os.cpu_count() or 1
    chunked_runs, whole_runs = [], []
    for turn in map(str, range(runs)):
        chunked_runs.append(services.run(film, folder / turn / "chunked", workers=cores, MATINEE_EXPRESS_SLOTS="1"))
        whole_runs.append(services.run(film, folder / turn / "whole", module="tests.bench.one_pass"))
    chunked, whole = _median(chunked_runs, _cpu_s), _median(whole_runs, _cpu_s)
    shutil.rmtree(folder)
    return {
        "seconds": round(chunked.source.duration_s, 3),
        "workers": cores,
        "chunks": len(Schedule(chunked.source, chunked.plan).encodes),
        "cpu_s": round(chunked.cpu_s, 2),
        "cpu_s_of_runs": [round(ran.cpu_s, 2) for ran in chunked_runs],
        "encode_cpu_s": _encoding(chunked),
        "wall_s": round(chunked.ready_s, 2),
        "bytes": chunked.stream_bytes,
        "one_pass_cpu_s": round(whole.cpu_s, 2),
        "one_pass_cpu_s_of_runs": [round(ran.cpu_s, 2) for ran in whole_runs],
        "one_pass_encode_cpu_s": _encoding(whole),
        "one_pass_wall_s": round(whole.ready_s, 2),
        "one_pass_bytes": whole.stream_bytes,
    }


def main() -> None:
    """Measure, print the tables, and write JSON where asked."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--films", nargs="+", choices=[*films.FILMS, "chunking"], default=[*films.FILMS, "chunking"])
    arguments.add_argument(
        "--quick", action="store_true", help=f"films of {films.QUICK_SECONDS} s: for a look, not for the record"
    )
    arguments.add_argument("--seconds", type=int, default=films.FULL_SECONDS, help="how long the films are: 30")
    arguments.add_argument("--runs", type=int, default=1, help="how often each runs, by turns; the median counts")
    arguments.add_argument("--without-shaka", action="store_true", help="leave shaka-streamer out, which takes most of the time")
    asked = arguments.parse_args()
    seconds = films.QUICK_SECONDS if asked.quick else asked.seconds
    made = {name: films.FILMS[name](seconds) for name in asked.films if name in films.FILMS}
    if not asked.without_shaka:
        shaka.install()
    report: Figures = {"machine": describe(), "vmaf_every": EVERY, "differences": shaka.DIFFERENCES, "films": []}
    aims: list[Aim] = []
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as place, ours.Services(Path(place)) as services:
        for name, film in made.items():
            figures = measure(name, film, services, Path(place) / name, asked.runs, with_shaka=not asked.without_shaka)
            report["films"].append(figures)
            aims += aims_of_film(figures)
            print_engines(figures)
            print_renditions(figures)
            sys.stdout.flush()
        if "chunking" in asked.films:
            length = 40 if asked.quick else CHUNKING_SECONDS
            report["chunking"] = measure_chunking(services, Path(place) / "chunking", length, asked.runs)
            aims += aims_of_chunking(report["chunking"])
    print(f"\n{shaka.DIFFERENCES}. VMAF over each {EVERY}th frame.\n")
    print_aims(aims)
    report["aims"] = [aim.as_json() for aim in aims]
    report["machine"]["load_after"] = os.getloadavg()
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=1) + "\n")


def _median(runs: Sequence[RunT], of: Callable[[RunT], float]) -> RunT:
    return sorted(runs, key=of)[len(runs) // 2]


def _cpu_s(run: ours.Run) -> float:
    return run.cpu_s


def _encoding(run: ours.Run) -> float:
    return round(sum(seconds for work, seconds in run.seen.cpu_s.items() if work.startswith("encode")), 2)


def _ended(ended: Ended, size_bytes: int) -> Figures:
    times = {"cpu_s": ended.cpu_s, "wall_s": ended.wall_s, "playable_s": ended.playable_s}
    return {name: round(value, 2) for name, value in times.items()} | {"bytes": size_bytes} | _peaks(ended.seen)


def _peaks(seen: Seen) -> Figures:
    peaks = {
        "program_mb": seen.program_bytes,
        "children_mb": seen.children_bytes,
        "together_mb": seen.together_bytes,
        "ffmpeg_mb": seen.ffmpeg_bytes,
        "disk_mb": seen.disk_bytes,
    }
    return {name: round(value / MB, 1) for name, value in peaks.items()}


def _new(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


if __name__ == "__main__":
    main()
