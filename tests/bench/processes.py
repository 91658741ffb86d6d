"""What running programs use: CPU seconds, memory and disk, read from Linux's ``/proc`` without control groups."""

import os
import re
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.processes import descendants

TICK_S = 1 / os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
SAMPLE_SECONDS = 0.1


def cpu_seconds(pid: int) -> tuple[float, float]:
    """User and system seconds of a process itself, and of those children that it has waited for. Zero when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0, 0.0
    own, system, waited, waited_system = (int(value) * TICK_S for value in fields[11:15])
    return own + system, waited + waited_system


def tree_cpu_seconds(root: int) -> float:
    """CPU seconds of a process and everything below it, those included that have ended and were waited for."""
    return sum(sum(cpu_seconds(pid)) for pid in [root, *descendants(root)])


def folder_bytes(folder: Path) -> int:
    """Bytes of all files below a folder; what vanishes meanwhile counts nothing."""
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(place) / name).stat().st_size
            except OSError:
                continue
    return total


@dataclass
class Seen:
    """What a ``Watch`` has seen: the peaks in bytes, and CPU seconds of each kind of ffmpeg run."""

    program_bytes: int = 0  # the largest of the watched programs
    children_bytes: int = 0  # the largest of its other children, which are not ffmpeg
    together_bytes: int = 0  # a program and its other children at one moment
    ffmpeg_bytes: int = 0  # all ffmpeg processes of one moment together
    disk_bytes: int = 0
    cpu_s: dict[str, float] = field(default_factory=dict)


class Watch:
    """Looks at some programs, everything below them and a folder, ten times a second, for the length of a ``with`` block."""

    def __init__(self, roots: Iterable[int], folder: Path) -> None:
        self.seen = Seen()
        self._roots, self._folder = list(roots), folder
        self._runs: dict[int, tuple[str, float]] = {}
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stop.set()
        self._thread.join()
        totals: defaultdict[str, float] = defaultdict(float)
        for work, seconds in self._runs.values():
            totals[work] += seconds
        self.seen.cpu_s = dict(totals)

    def _sample(self) -> None:
        while not self._stop.wait(SAMPLE_SECONDS):
            self.look()

    def look(self) -> None:
        """One sample."""
        seen, ffmpeg_bytes = self.seen, 0
        for root in self._roots:
            program, together = _command(root), 0
            for pid in [root, *descendants(root)]:
                command, resident = _command(pid), _resident_bytes(pid)
                if is_ffmpeg(command):
                    ffmpeg_bytes += resident
                    if work := work_of(command):
                        self._runs[pid] = (work, max(self._runs.get(pid, ("", 0.0))[1], cpu_seconds(pid)[0]))
                elif pid == root:
                    seen.program_bytes = max(seen.program_bytes, resident)
                    together += resident
                elif command != program:  # else it is about to become another, and its memory still is the program's
                    seen.children_bytes = max(seen.children_bytes, resident)
                    together += resident
            seen.together_bytes = max(seen.together_bytes, together)
        seen.ffmpeg_bytes = max(seen.ffmpeg_bytes, ffmpeg_bytes)
        seen.disk_bytes = max(seen.disk_bytes, folder_bytes(self._folder))


def is_ffmpeg(command: list[str]) -> bool:
    """Whether a command line is ffmpeg's own (not that of a launcher in front of it)."""
    return bool(command) and Path(command[0]).name.startswith("ffmpeg")


def work_of(command: list[str]) -> str:
    """What a run of ffmpeg makes, by its arguments: ``encode v720 v480``, ``copy``, ``sound``, ``stills``, ``captions``."""
    if "libx264" in command:
        made = [m[1] for argument in command if (m := re.search(r"/(v\d+)/[^/]*%\d*d", argument))]
        return " ".join(["encode", *dict.fromkeys(made)])
    kinds = {"image2": "stills", "webvtt": "captions", "aac": "sound", "copy": "copy"}
    return next((work for argument, work in kinds.items() if argument in command), "")


def _command(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").split("\0")[:-1]
    except OSError:
        return []


def _resident_bytes(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE_BYTES
    except (OSError, IndexError):
        return 0


@dataclass(frozen=True)
class Ended:
    """A program that has run to its end: CPU seconds of all its processes, wall seconds, and what a ``Watch`` has seen."""

    cpu_s: float
    wall_s: float
    seen: Seen
    playable_s: float


def run_watched(argv: list[str], folder: Path, is_playable: Callable[[], bool], log: Path, **env: str) -> Ended:
    """Run a program that writes a stream below ``folder``; notes when ``is_playable`` first said so. Raises when it fails."""
    started = time.perf_counter()
    with log.open("wb") as output:
        pid = os.posix_spawn(
            argv[0],
            argv,
            os.environ | env,
            file_actions=[(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, output.fileno(), 2)],
        )
    playable_s: float | None = None
    with Watch([pid], folder) as watch:
        while True:
            ended, status, used = os.wait4(pid, os.WNOHANG)
            if playable_s is None and is_playable():
                playable_s = time.perf_counter() - started
            if ended:
                break
            time.sleep(0.01)
    wall_s = time.perf_counter() - started
    if status or playable_s is None:
        raise RuntimeError(f"{argv[0]} ended with status {status}:\n{log.read_text(errors='replace')[-2000:]}")
    return Ended(used.ru_utime + used.ru_stime, wall_s, watch.seen, playable_s)
