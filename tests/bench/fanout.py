"""What more workers bring: ``python -m tests.bench.fanout [--json FILE] [--times ENGINE_REPORT]``.

A simulation of 1 to 1,000 workers with the engine's real plans, tasks and order of claims, fed with measured task times
(``task-times.json``; ``--times`` derives them anew from a report of ``tests.bench.engine`` and keeps them). Prints the time
to playable and to ready of single films, bursts and mixed arrivals, with workers that are warm, cold or scaled; then what
other chunk lengths, queues and priorities would bring. "Stalled" is the share of films whose viewer, playing from the moment
it is playable, overtakes the low tier. Times in seconds.
"""

import argparse
import json
import random
import statistics
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from functions.transcode.ladder import SEGMENT_S
from functions.transcode.schedule import PRIORITY_HIGH
from tests.bench import fanout_tables as tables
from tests.bench.cutting import chunks_of
from tests.bench.fleet import Film, Fleet
from tests.bench.simulation import Simulation
from tests.bench.task_times import Rule, Tasks, TaskTimes, as_planned, film

Figures = dict[str, Any]
MINUTE, HOUR = 60, 3600
WORKERS = (1, 4, 16, 64, 256, 1000)
CODECS = ("h264", "hevc", "vp9")
LENGTHS = (MINUTE, 10 * MINUTE, HOUR, 4 * HOUR)
CORES = 2.0
CHUNKS = ((1, 2), (1, 4), (1, 8), (1, 15), (1, 30), (1, 60), (2, 8), (1, 2, 4, 8), (1, 2, 4, 8, 15))  # segments; the last repeats
SWEEP_WORKERS = (1, 16, 256)
BURST = 20
CODEC_SHARES = (60, 30, 10)  # of uploads: what can be copied, what phones film, what browsers record
DAY_SECONDS = HOUR
MEDIAN_LENGTH_S, LENGTH_SPREAD = 8 * MINUTE, 1.2


def lengths(number: int, chance: random.Random) -> list[float]:
    """Lengths of uploads: mostly minutes, some hours; between 1 min and 4 h."""
    return [min(4 * HOUR, max(MINUTE, MEDIAN_LENGTH_S * chance.lognormvariate(0, LENGTH_SPREAD))) for _ in range(number)]


def mixed(arrivals: Sequence[float], times: TaskTimes, rule: Rule = as_planned, seed: int = 1) -> list[Film]:
    """Films of all lengths and kinds that arrive at these times."""
    chance = random.Random(seed)
    return [
        film(str(n), chance.choices(CODECS, CODEC_SHARES)[0], seconds, at, times, CORES, rule)
        for n, (at, seconds) in enumerate(zip(arrivals, lengths(len(arrivals), chance), strict=True))
    ]


def poisson(per_hour: float, seconds: float, seed: int = 1) -> list[float]:
    """Times of independent arrivals."""
    chance, at, found = random.Random(seed), 0.0, []
    while (at := at + chance.expovariate(per_hour / HOUR)) < seconds:
        found.append(at)
    return found


def bursts(every_s: float, seconds: float) -> list[float]:
    """Twenty arrivals at once, again and again."""
    return [float(start) for start in range(0, int(seconds), int(every_s)) for _ in range(BURST)]


def run(fleet: Fleet, films: Sequence[Film]) -> Figures:
    """Simulate; the summary of all films."""
    simulation = Simulation(fleet, films)
    simulation.run()
    playable = [f.playable_s - f.arrives_s for f in films if f.playable_s is not None]
    ready = [f.ready_s - f.arrives_s for f in films if f.ready_s is not None]
    stalls = [f.stall_s(SEGMENT_S) for f in films]
    return {
        "films": len(films),
        "workers": simulation.most_workers,
        "playable": summary(playable),
        "ready": summary(ready),
        "stalled": round(sum(s > 0 for s in stalls) / len(stalls), 3),
        "stall": summary(stalls),
        "cpu_s": round(simulation.busy_cpu_s),
    }


def summary(seconds: Sequence[float]) -> Figures:
    """Median, 95th percentile (nearest rank) and most."""
    ordered = sorted(seconds)
    nearest = ordered[-(-95 * len(ordered) // 100) - 1]
    return {"median": round(statistics.median(ordered), 2), "p95": round(nearest, 2), "max": round(ordered[-1], 2)}


def single_films(times: TaskTimes) -> list[Figures]:
    """One film alone on warm workers."""
    return [
        {"codec": codec, "seconds": seconds, "workers": workers}
        | run(Fleet(workers, workers, CORES), [film("alone", codec, seconds, 0.0, times, CORES)])
        for codec in CODECS
        for seconds in LENGTHS
        for workers in WORKERS
    ]


def crowds(times: TaskTimes) -> list[Figures]:
    """Bursts and mixed arrivals, on fleets that are warm, scaled from a floor, or asleep."""
    at_once: Callable[[], list[Film]] = lambda: mixed([0.0] * BURST, times)  # noqa: E731 - films are used up by a run
    found = [{"scenario": f"burst of {BURST}, {n} warm"} | run(Fleet(n, n, CORES), at_once()) for n in WORKERS]
    small, large = (1, 10), (3, 100)  # floor and ceiling of the deployment's sizes
    for floor, ceiling in (small, large, (0, 100)):
        found.append(
            {"scenario": f"burst of {BURST}, scaled {floor} to {ceiling}"} | run(Fleet(floor, ceiling, CORES), at_once())
        )
    for per_hour, fleets in (
        (10, (small, (0, 10))),
        (60, (small, large, (20, 20))),
        (600, (large, (100, 100), (200, 200))),
        (3000, ((1000, 1000),)),
    ):
        for floor, ceiling in fleets:
            films = mixed(poisson(per_hour, DAY_SECONDS), times)
            label = f"{floor} warm" if floor == ceiling else f"scaled {floor} to {ceiling}"
            found.append({"scenario": f"{per_hour} an hour, {label}"} | run(Fleet(floor, ceiling, CORES), films))
    films = mixed(bursts(15 * MINUTE, DAY_SECONDS), times)
    found.append({"scenario": "a burst every 15 min, scaled 3 to 100"} | run(Fleet(3, 100, CORES), films))
    return found


def sweep(times: TaskTimes) -> list[Figures]:
    """Chunk lengths against fleets: one long film alone, and a burst."""
    found = []
    for chunks in CHUNKS:
        with chunks_of(chunks):
            for workers in SWEEP_WORKERS:
                fleet = Fleet(workers, workers, CORES)
                alone = run(fleet, [film("alone", "hevc", HOUR, 0.0, times, CORES)])
                crowd = run(fleet, mixed([0.0] * BURST, times))
                hour = run(fleet, mixed(poisson(3 * workers, DAY_SECONDS), times))
                found.append({"chunks": chunks, "workers": workers, "alone": alone, "burst": crowd, "hour": hour})
    return found


def plan_later(tasks: Tasks) -> Tasks:
    """A first picture goes before the next film's plan."""
    return [replace(t, priority=2) if t.kind == "plan" else t for t in tasks]


def second_chunk_in_bulk(tasks: Tasks) -> Tasks:
    """The second chunk of the low tier waits its turn with those behind it."""
    return [replace(t, queue="bulk", held_s=0) if t.kind == "encode" and t.tier == 0 and t.ordinal == 1 else t for t in tasks]


def sound_on_express(tasks: Tasks) -> Tasks:
    """All of encoded sound is as urgent as copies are."""
    return [replace(t, queue="express", priority=2) if t.kind == "audio" and t.ordinal else t for t in tasks]


def tiers_by_turns(tasks: Tasks) -> Tasks:
    """A chunk of the low tier, one of the high tier."""
    return [replace(t, priority=PRIORITY_HIGH) if t.kind == "encode" and t.tier == 1 else t for t in tasks]


RULES: tuple[Rule, ...] = (as_planned, plan_later, second_chunk_in_bulk, sound_on_express, tiers_by_turns)


def rules(times: TaskTimes) -> list[Figures]:
    """Other queues and priorities than the plan's, where workers are few."""
    found = []
    for rule in RULES:
        for workers, per_hour in ((1, 4), (4, 16), (16, 60)):
            fleet = Fleet(workers, workers, CORES)
            alone = run(fleet, [film("alone", "hevc", HOUR, 0.0, times, CORES, rule)])
            crowd = run(fleet, mixed([0.0] * BURST, times, rule))
            hour = run(fleet, mixed(poisson(per_hour, 4 * HOUR), times, rule))
            found.append({"rule": rule.__name__, "workers": workers, "alone": alone, "burst": crowd, "hour": hour})
    return found


def main() -> None:
    """Simulate, print the tables, and write JSON where asked."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--times", type=Path, metavar="ENGINE_REPORT")
    asked = arguments.parse_args()
    if asked.times:
        TaskTimes.of_report(json.loads(asked.times.read_text())).write()
    times = TaskTimes.kept()
    print(f"Task times: {times.measured}. Workers of {CORES:.0f} cores. Seconds.\n")
    single, crowd, lengths_, orders = single_films(times), crowds(times), sweep(times), rules(times)
    tables.print_single(single)
    tables.print_scenarios(crowd)
    tables.print_sweep(lengths_)
    tables.print_rules(orders)
    if asked.json:
        report = {"times": times.measured, "single": single, "crowds": crowd, "sweep": lengths_, "rules": orders}
        asked.json.write_text(json.dumps(report, indent=1) + "\n")


if __name__ == "__main__":
    main()
