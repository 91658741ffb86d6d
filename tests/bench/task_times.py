"""What each task costs: constants that the engine's benchmark measured, and the tasks of a synthetic film priced with them."""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from functions.transcode import plan as planning
from functions.transcode.ladder import SEGMENT_S
from functions.transcode.schedule import Schedule
from functions.transcode.source import Source
from matinee.db.tasks import NewTask
from tests.bench.fleet import Film, Work
from tests.unit.transcode.sources import picture, sound
from tests.unit.transcode.sources import source as synthetic_source

KEPT = Path(__file__).with_name("task-times.json")
FRAME_RATE = 24


@dataclass(frozen=True)
class TaskTimes:
    """CPU seconds on the machine that ``measured`` names. A megapixel is a million pixels of picture, over all frames."""

    measured: str
    plan_cpu_s: float
    task_cpu_s: float  # the worker's own part in a task
    task_wait_s: float  # network: claim, presigned URL, first bytes, upload, publishing
    copy_cpu_s_per_s: float
    sound_cpu_s_per_s: float
    stills_cpu_s: float
    decode_cpu_s_per_mpx: float
    encode_cpu_s_per_mpx: float
    chunk_cpu_s_per_mpx: float  # what a chunk costs more than its frames, per megapixel of one frame of the source

    @classmethod
    def kept(cls) -> "TaskTimes":
        """The constants beside this file."""
        return cls(**json.loads(KEPT.read_text()))

    @classmethod
    def of_report(cls, report: dict[str, Any]) -> "TaskTimes":
        """Derive them from a report of ``tests.bench.engine`` that holds the films ``copied`` and ``hevc`` and the chunking."""
        films = {film["film"]: film for film in report["films"]}
        copied, hevc, chunking = films["copied"], films["hevc"], report["chunking"]
        decode, encode = _solve(hevc)
        works = copied["engines"]["matinee"]["cpu_by_work_s"]
        ours = hevc["engines"]["matinee"]
        tasks = 7  # plan, two first chunks, two later ones, sound, poster and the like: enough for a mean
        probe = max(0.1, ours["cpu_s"] - ours["worker_cpu_s"] - sum(ours["cpu_by_work_s"].values()))
        chunk = (chunking["encode_cpu_s"] - chunking["one_pass_encode_cpu_s"]) / max(1, chunking["chunks"] - 1)
        machine = report["machine"]
        return cls(
            measured=f"{machine['date']}, {machine['processor']}, {machine['cores']} cores, load {machine['load_before'][0]:.1f}",
            plan_cpu_s=round(probe, 2),
            task_cpu_s=round(ours["worker_cpu_s"] / tasks, 3),
            task_wait_s=0.1,
            copy_cpu_s_per_s=round(max(0.01, works.get("copy", 0.0)) / copied["seconds"], 5),
            sound_cpu_s_per_s=round(works.get("sound", 0.01) / copied["seconds"], 5),
            stills_cpu_s=round(ours["cpu_by_work_s"].get("stills", 0.5) / 2, 2),
            decode_cpu_s_per_mpx=round(decode, 6),
            encode_cpu_s_per_mpx=round(encode, 6),
            chunk_cpu_s_per_mpx=round(max(0.0, chunk) / (854 * 480 / 1e6), 3),
        )

    def write(self, file: Path = KEPT) -> None:
        """Keep them."""
        file.write_text(json.dumps(asdict(self), indent=1) + "\n")


def _solve(figures: dict[str, Any]) -> tuple[float, float]:
    """Decoding and encoding per megapixel, from two tiers that decoded the same film and encoded other sizes."""
    frames = figures["frames"]
    sides = {r["short_side"]: _megapixels(r["short_side"]) for r in figures["engines"]["matinee"]["renditions"]}
    source = max(sides.values())
    tiers = [
        (seconds / frames, sum(sides[int(name[1:])] for name in work.split()[1:]))
        for work, seconds in figures["engines"]["matinee"]["cpu_by_work_s"].items()
        if work.startswith("encode")
    ]
    (low_s, low_mpx), (high_s, high_mpx) = sorted(tiers, key=lambda tier: tier[1])
    encode = (high_s - low_s) / (high_mpx - low_mpx)
    return max(0.0, (low_s - encode * low_mpx) / source), encode


def _megapixels(short_side: int) -> float:
    return short_side * round(short_side * 16 / 9) / 1e6


def source(codec: str, seconds: float) -> Source:
    """A 1080p film of that length. H.264 has keyframes every five seconds, so it is copied; the sound is AAC, with VP9 Opus."""
    keyframes = [float(s) for s in range(0, int(seconds), 5)] if codec == "h264" else None
    video = picture(codec=codec, duration_s=float(seconds), keyframes_s=keyframes, frame_rate=Fraction(FRAME_RATE))
    track = sound(codec="opus", profile="") if codec == "vp9" else sound()
    return synthetic_source(video, [track], duration_s=float(seconds), size_bytes=int(seconds * 750_000))


Tasks = list[NewTask]
Rule = Callable[[Tasks], Tasks]


def as_planned(tasks: Tasks) -> Tasks:
    """The plan's own queues and priorities."""
    return tasks


def film(
    name: str, codec: str, seconds: float, arrives_s: float, times: TaskTimes, cores: float, rule: Rule = as_planned
) -> Film:
    """A film with the engine's real plan and tasks, each with its price; ``rule`` may move tasks to other places."""
    original = source(codec, seconds)
    plan = planning.plan_video(original)
    first, *todo = rule([NewTask("plan", "express", 0), *Schedule(original, plan).tasks()])
    return Film(
        name,
        arrives_s,
        seconds,
        Work(first, times.plan_cpu_s + times.task_cpu_s, times.plan_cpu_s, 1, times.task_wait_s),
        [price(task, plan, original, times, cores) for task in todo],
    )


def price(task: NewTask, plan: planning.Plan, original: Source, times: TaskTimes, cores: float) -> Work:
    """What a task of the plan takes; an encode spreads over all cores, everything else runs on one."""
    seconds = (original.duration_s if task.end_s is None else task.end_s) - (task.start_s or 0.0)
    rate, at_once, fixed = 0.0, 1.0, times.task_cpu_s
    if task.kind == "encode" and original.video is not None:
        source_mpx = original.video.width * original.video.height / 1e6
        made_mpx = sum(r.width * r.height for r in plan.encoded(task.tier)) / 1e6
        frame_s = times.decode_cpu_s_per_mpx * source_mpx + times.encode_cpu_s_per_mpx * made_mpx
        rate, at_once = frame_s * float(plan.frame_rate), cores
        fixed += times.chunk_cpu_s_per_mpx * source_mpx
    elif task.kind == "copy":
        rate = times.copy_cpu_s_per_s
    elif task.kind == "audio":
        rate = times.sound_cpu_s_per_s * len(plan.encoded_audio)
    else:
        fixed += times.stills_cpu_s
    return Work(task, fixed + rate * seconds, fixed + rate * min(seconds, SEGMENT_S), at_once, times.task_wait_s)
