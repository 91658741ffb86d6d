"""Run ffmpeg: the one place that starts it.

The child gets no environment but a path, no credentials, limits on memory, CPU time and file size, and dies with its
worker. Its command line is logged without URLs, for a presigned one is a secret.
"""

import os
import shlex
import signal
import subprocess
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache

from functions.transcode.settings import WorkerSettings
from matinee.observability import logger
from matinee.settings import settings

STDERR_LINES = 40
STOP_SECONDS = 2.0
SPARE_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


class FfmpegError(Exception):
    """ffmpeg ended badly, was stopped by a limit, or its output is not what was asked for.

    Carries the exit status (negative: the signal) and the last lines of its error output.
    """

    def __init__(self, reason: str, returncode: int | None = None, stderr: Sequence[str] = ()) -> None:
        self.returncode = returncode
        self.stderr = list(stderr)
        super().__init__(f"{reason} (exit status {returncode}): {' | '.join(self.stderr[-5:])[:600]}")


@dataclass(frozen=True)
class Limits:
    """What one run may use: CPU seconds over all threads, wall seconds, bytes of address space, bytes of one file."""

    cpu_seconds: int
    wall_seconds: float
    memory_bytes: int
    file_bytes: int = 4 << 30


@cache
def binary() -> str:
    """The path of the bundled ffmpeg (``layers/ffmpeg``), or of the one that the settings name."""
    named = settings(WorkerSettings).ffmpeg
    if named:
        return named
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def confined(argv: Sequence[str], limits: Limits) -> list[str]:
    """The command line behind util-linux's launchers: dies with the worker, cannot gain rights, has limits."""
    return [
        "setpriv", "--pdeathsig", "KILL", "--no-new-privs", "--",
        "prlimit", f"--as={limits.memory_bytes}", f"--cpu={limits.cpu_seconds}", f"--fsize={limits.file_bytes}",
        "--core=0", "--nofile=256", "--",
        *argv,
    ]  # fmt: skip


class Run:
    """A running ffmpeg."""

    def __init__(self, arguments: Sequence[str], limits: Limits, *, nice: int = 0) -> None:
        logger.info(
            "ffmpeg", argv=shlex.join(["ffmpeg", *("<url>" if a.startswith(("http:", "https:")) else a for a in arguments)])
        )
        argv = confined([binary(), *arguments], limits)
        self._process = subprocess.Popen(
            ["nice", "-n", str(nice), *argv] if nice else argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=SPARE_ENVIRONMENT,
            text=True,
            errors="replace",
            process_group=0,
        )
        self._stderr: deque[str] = deque(maxlen=STDERR_LINES)
        self._reader = threading.Thread(target=self._read_stderr, daemon=True)
        self._reader.start()
        self._reason: str | None = None
        self._timer = threading.Timer(limits.wall_seconds, self.stop, ["ffmpeg took too long"])
        self._timer.daemon = True
        self._timer.start()

    def lines(self) -> Iterator[str]:
        """Standard output, line by line, until ffmpeg closes it."""
        if self._process.stdout is None:
            raise RuntimeError("no pipe")
        for line in self._process.stdout:
            yield line.rstrip("\n")

    def pause(self) -> None:
        """Hold ffmpeg still while what it made is taken away."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)

    def stop(self, reason: str) -> None:
        """Kill it; ``finish`` then raises with this reason."""
        self._reason = self._reason or reason
        self._signal(signal.SIGKILL)

    def finish(self) -> list[str]:
        """Wait for the end; gives the last lines of the error output. Raises FfmpegError unless it ended well."""
        returncode = self._process.wait()
        self._timer.cancel()
        self._reader.join(STOP_SECONDS)
        if self._reason or returncode != 0:
            raise FfmpegError(self._reason or "ffmpeg failed", returncode, self._stderr)
        return list(self._stderr)

    def close(self) -> None:
        """Make sure that nothing is left of it."""
        if self._process.poll() is None:
            self._signal(signal.SIGKILL)
        self._process.wait()
        self._timer.cancel()
        self._reader.join(STOP_SECONDS)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def _signal(self, number: signal.Signals) -> None:
        if self._process.poll() is None:
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                return

    def _read_stderr(self) -> None:
        if self._process.stderr is None:
            return
        for line in self._process.stderr:
            self._stderr.append(_without_urls(line.rstrip("\n"))[:300])


def _without_urls(line: str) -> str:
    return " ".join("<url>" if "://" in word else word for word in line.split(" "))


@contextmanager
def running(arguments: Sequence[str], limits: Limits, *, nice: int = 0) -> Iterator[Run]:
    """A run that is gone at the end of the block, whatever happens."""
    run = Run(arguments, limits, nice=nice)
    try:
        yield run
    finally:
        run.close()
