"""Run ffmpeg: the one place that starts it.

The child gets no environment but a path, no credentials, limits on memory, CPU time and file size, and dies with its
worker. A watchdog ends it when it hangs. Its command line is logged without URLs, for a presigned one is a secret.
"""

import errno
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
from functions.transcode.watchdog import Watchdog
from matinee.observability import logger
from matinee.settings import settings

STDERR_LINES = 40
STOP_SECONDS = 2.0
KILL_CPU_SECONDS = 10  # at its limit of CPU time ffmpeg is told to end; so much later the kernel ends it
SPIN_SHARE = 0.25  # of its CPU time may go by without any output
# An errno becomes the exit status 256 - errno; 255 is ffmpeg's answer to a signal, which only the limit of CPU time sends.
DISK_FULL_STATUS = 256 - errno.ENOSPC
LIMIT_STATUSES = (256 - errno.ENOMEM, 256 - errno.EAGAIN, 255, -signal.SIGXCPU, -signal.SIGXFSZ)
MEMORY_WORDS = (os.strerror(errno.ENOMEM),)
DISK_FULL_WORDS = (os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT))
TRANSPORTS = ("[http", "[tcp", "[tls")  # how a line begins in which one of these complains …
RECOVERING = "Will reconnect"  # … and what it says when it goes on; where it gives up, its last complaint stands alone
# What is said of damage to a picture, whatever its codec. What decoders say besides, they say of open GOPs behind a seek, too;
# and demuxers call a packet corrupt where two recordings were joined.
DAMAGE_WORDS = (
    "corrupt decoded frame",
    "Error submitting packet to decoder",
    "Skipping invalid undecodable NALU",
    "could not find sync byte",
)
OF_SOUND = "[aist"  # a packet of sound that is cut through where the file begins is no damage
SPARE_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8"}


class FfmpegError(Exception):
    """ffmpeg ended badly, or its output is not what was asked for: as far as one can tell, because of the file.

    Carries the exit status (negative: the signal) and the last lines of its error output.
    """

    def __init__(self, reason: str, returncode: int | None = None, stderr: Sequence[str] = ()) -> None:
        self.returncode = returncode
        self.stderr = list(stderr)
        super().__init__(f"{reason} (exit status {returncode}): {' | '.join(self.stderr[-5:])[:600]}")


class OverLimitError(FfmpegError):
    """It took more memory or CPU time, or wrote more, than any sound file needs: trying again cannot help."""


class OutsideFaultError(FfmpegError):
    """Not the file's fault: storage did not give it, the scratch disk is full, or ffmpeg hangs."""


@dataclass(frozen=True)
class Limits:
    """What one run may use: CPU seconds over all threads, wall seconds, bytes of address space, bytes of one file."""

    cpu_seconds: int
    wall_seconds: float
    memory_bytes: int
    file_bytes: int = 1 << 30


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
        "prlimit", f"--as={limits.memory_bytes}", f"--cpu={limits.cpu_seconds}:{limits.cpu_seconds + KILL_CPU_SECONDS}",
        f"--fsize={limits.file_bytes}", "--core=0", "--nofile=256", "--",
        *argv,
    ]  # fmt: skip


class Run:
    """A running ffmpeg."""

    def __init__(self, arguments: Sequence[str], limits: Limits, *, nice: int = 0) -> None:
        logger.info(
            "ffmpeg", argv=shlex.join(["ffmpeg", *("<url>" if a.startswith(("http:", "https:")) else a for a in arguments)])
        )
        reports, reporting = os.pipe()
        argv = confined([binary(), "-progress", f"pipe:{reporting}", "-stats_period", "1", *arguments], limits)
        self._process = subprocess.Popen(
            ["nice", "-n", str(nice), *argv] if nice else argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=SPARE_ENVIRONMENT,
            text=True,
            errors="replace",
            process_group=0,
            pass_fds=[reporting],
        )
        os.close(reporting)
        self.had_trouble_reading = False  # and got not over it
        self.found_damage = False  # in the picture
        self._stderr: deque[str] = deque(maxlen=STDERR_LINES)
        self._reader = threading.Thread(target=self._read_stderr, daemon=True)
        self._reader.start()
        self._reason: tuple[type[FfmpegError], str] | None = None
        self._watchdog = Watchdog(
            self._process.pid,
            reports,
            stall_seconds=settings(WorkerSettings).ffmpeg_stall_seconds,
            spin_cpu_seconds=limits.cpu_seconds * SPIN_SHARE,
            wall_seconds=limits.wall_seconds,
            hung=lambda: self._end(OutsideFaultError, "ffmpeg hangs"),
            spinning=lambda: self._end(OverLimitError, "ffmpeg works and makes nothing"),
            too_long=lambda: self._end(OutsideFaultError, "ffmpeg took too long"),
        )
        self._watchdog.start()

    def lines(self) -> Iterator[str]:
        """Standard output, line by line, until ffmpeg closes it."""
        if self._process.stdout is None:
            raise RuntimeError("no pipe")
        for line in self._process.stdout:
            yield line.rstrip("\n")

    def pause(self) -> None:
        """Hold ffmpeg still while what it made is taken away."""
        self._watchdog.is_held = True
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        self._signal(signal.SIGCONT)
        self._watchdog.is_held = False

    def stop(self, reason: str) -> None:
        """Kill it; ``finish`` then raises with this reason."""
        self._end(FfmpegError, reason)

    def finish(self) -> list[str]:
        """Wait for the end; gives the last lines of the error output. Raises FfmpegError unless it ended well."""
        self._process.wait()
        if fault := self.fault():
            raise fault
        return list(self._stderr)

    def fault(self) -> FfmpegError | None:
        """What went wrong; None where it ended well, or does not end within a moment."""
        try:
            returncode = self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            return None
        self._reader.join(STOP_SECONDS)
        if self._reason:
            kind, reason = self._reason
            return kind(reason, returncode, self._stderr)
        return self._fault(returncode) if returncode else None

    def close(self) -> None:
        """Make sure that nothing is left of it."""
        if self._process.poll() is None:
            self._signal(signal.SIGKILL)
        self._process.wait()
        self._reader.join(STOP_SECONDS)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe:
                pipe.close()

    def _fault(self, returncode: int) -> FfmpegError:
        said = " ".join(self._stderr)
        if returncode == DISK_FULL_STATUS or any(words in said for words in DISK_FULL_WORDS):
            return OutsideFaultError("the scratch disk is full", returncode, self._stderr)
        if returncode in LIMIT_STATUSES or any(words in said for words in MEMORY_WORDS):
            return OverLimitError("ffmpeg used up what it may use", returncode, self._stderr)
        if self.had_trouble_reading:
            return OutsideFaultError("the original could not be read", returncode, self._stderr)
        return FfmpegError("ffmpeg failed", returncode, self._stderr)

    def _end(self, kind: type[FfmpegError], reason: str) -> None:
        self._reason = self._reason or (kind, reason)
        self._signal(signal.SIGKILL)

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
            if line.startswith(TRANSPORTS):
                self.had_trouble_reading = RECOVERING not in line
            if not line.startswith(OF_SOUND) and any(words in line for words in DAMAGE_WORDS):
                self.found_damage = True
            if "[warning]" not in line:
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
