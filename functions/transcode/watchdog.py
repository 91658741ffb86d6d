"""Watches a process that makes something: does it still get on, and within its limits?

Three signs of life count. ffmpeg reports its progress (``-progress``) once a second; the kernel counts the CPU time of the
process; and it tells which threads would run if they were given a CPU: on a busy machine a process can starve for seconds, and
that is not its fault. Without any of them it hangs. With CPU time but no progress it spins, for which a share of its CPU time
is allowed.
"""

import os
import select
import threading
import time
from collections.abc import Callable
from pathlib import Path

POLL_SECONDS = 0.5
PROGRESS_FIELDS = (b"frame=", b"out_time_us=", b"total_size=", b"drop_frames=")
ALIVE_CPU_SECONDS = 0.2  # less than that between two signs of life is what reporting costs, not work
_TICK = 1 / os.sysconf("SC_CLK_TCK")


class Watchdog(threading.Thread):
    """Calls ``hung``, ``spinning`` or ``too_long`` once, when a process has deserved it; ends with the process.

    Parameters
    ----------
    pid, reports
        the process, and the end of the pipe that its progress reports come out of; closed when the watch ends
    stall_seconds, spin_cpu_seconds, wall_seconds
        the longest without a sign of life, the most CPU time without progress, and the longest in all
    """

    def __init__(
        self,
        pid: int,
        reports: int,
        *,
        stall_seconds: float,
        spin_cpu_seconds: float,
        wall_seconds: float,
        hung: Callable[[], None],
        spinning: Callable[[], None],
        too_long: Callable[[], None],
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self.is_held = False  # held still by us: nothing is to be expected
        self._pid, self._reports = pid, reports
        self._stall_seconds, self._spin_cpu_seconds, self._wall_seconds = stall_seconds, spin_cpu_seconds, wall_seconds
        self._hung, self._spinning, self._too_long = hung, spinning, too_long
        self._seen: dict[bytes, bytes] = {}

    def run(self) -> None:
        """Watch until the process has closed its end of the pipe."""
        started = alive_at = time.monotonic()
        alive_cpu = progress_cpu = 0.0
        try:
            while (news := self._read()) is not None:
                now, cpu = time.monotonic(), cpu_seconds(self._pid)
                if news or self.is_held:
                    alive_at, alive_cpu, progress_cpu = now, cpu, cpu
                elif cpu - alive_cpu > ALIVE_CPU_SECONDS or is_runnable(self._pid):
                    alive_at, alive_cpu = now, cpu
                if now - alive_at > self._stall_seconds:
                    return self._hung()
                if cpu - progress_cpu > self._spin_cpu_seconds:
                    return self._spinning()
                if now - started > self._wall_seconds:
                    return self._too_long()
        finally:
            os.close(self._reports)

    def _read(self) -> bool | None:
        """Whether there was progress in the last moment; None when there will be no more reports."""
        if not select.select([self._reports], [], [], POLL_SECONDS)[0]:
            return False
        text = os.read(self._reports, 1 << 16)
        if not text:
            return None
        found = {field: line for line in text.split(b"\n") for field in PROGRESS_FIELDS if line.startswith(field)}
        has_moved = any(self._seen.get(field) != line for field, line in found.items())
        self._seen |= found
        return has_moved


def cpu_seconds(pid: int) -> float:
    """CPU time (user and system) that a process has used with all its threads; 0 when it is gone."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) * _TICK


def is_runnable(pid: int) -> bool:
    """Whether a thread of a process runs or waits for nothing but a CPU (state R of proc(5))."""
    try:
        stats = [thread.read_text() for thread in Path(f"/proc/{pid}/task").glob("*/stat")]
    except OSError:  # one has just ended: a sign of life, too
        return True
    return any(stat.rpartition(")")[2].split()[0] == "R" for stat in stats)
