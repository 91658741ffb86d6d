"""The watchdog tells a process that hangs from one that only gets no CPU."""

import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from functions.transcode.watchdog import Watchdog

SPIN = ["sh", "-c", "while :; do :; done"]


@contextmanager
def program(argv: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """A program that runs on the first CPU alone."""
    process = subprocess.Popen(argv)
    os.sched_setaffinity(process.pid, {min(os.sched_getaffinity(0))})
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def verdict(pid: int, seconds: float) -> str | None:
    """What a watchdog without any report says of a process within some seconds."""
    reports, reporting = os.pipe()
    said: list[str] = []
    has_spoken = threading.Event()

    def say(what: str) -> None:
        said.append(what)
        has_spoken.set()

    Watchdog(
        pid,
        reports,
        stall_seconds=1,
        spin_cpu_seconds=5,
        wall_seconds=60,
        hung=lambda: say("hung"),
        spinning=lambda: say("spinning"),
        too_long=lambda: say("too long"),
    ).start()
    has_spoken.wait(seconds)
    os.close(reporting)
    return said[0] if said else None


def test_a_process_that_waits_for_nothing_but_a_cpu_does_not_hang() -> None:
    with ExitStack() as stack:
        for _ in range(3):
            stack.enter_context(program(SPIN))
        starved = stack.enter_context(program(["nice", "-n", "19", *SPIN]))
        assert verdict(starved.pid, 4) is None


@pytest.mark.parametrize(("argv", "expected"), [(["sleep", "60"], "hung"), (SPIN, "spinning")])
def test_a_process_that_sleeps_hangs_and_one_that_makes_nothing_spins(argv: list[str], expected: str) -> None:
    with program(argv) as process:
        assert verdict(process.pid, 60) == expected
