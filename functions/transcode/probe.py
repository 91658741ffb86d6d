"""Probe an original: its first bytes here, everything else in a confined child process (``probe_child``)."""

import json
import subprocess
import sys
import threading

from pydantic import ValidationError

from functions.transcode.failures import VideoFailure
from functions.transcode.ffmpeg import SPARE_ENVIRONMENT, Limits, confined
from functions.transcode.settings import WorkerSettings
from functions.transcode.source import Source
from matinee.observability import logger

REST_S = 1.5  # how long the next child leaves the machine to the first picture of the file that was probed
SLOWEST_READ = 20 << 20  # bytes/s; a file without a length in its header is read through


class ProbeError(Exception):
    """The probe did not answer for a reason outside the file: storage that could not be read, or too slowly."""


class Prober:
    """Holds one child that has done its imports and waits; every child serves one file only.

    The next one is started when it has ended, by the thread that probed: a child dies with the thread that started it.
    """

    def __init__(self, limits: WorkerSettings) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._is_closed = False
        self._waiting: subprocess.Popen[str] | None = self._start(rest_s=0)

    def probe(self, url: str, demuxer: str, size_bytes: int, *, is_cut_off: bool = False) -> Source:
        """What is in the file behind ``url``. ``is_cut_off``: it is shorter than its header says.

        Raises VideoFailure for the file's faults, ProbeError for others.
        """
        with self._lock:
            child, self._waiting = self._waiting or self._start(rest_s=0), None
        request = {
            "url": url,
            "demuxer": demuxer,
            "size_bytes": size_bytes,
            "is_cut_off": is_cut_off,
            "max_pixels": self._limits.max_source_pixels,
        }
        try:
            output, errors = child.communicate(json.dumps(request) + "\n", self._limits.probe_seconds + size_bytes / SLOWEST_READ)
        except subprocess.TimeoutExpired as error:
            raise ProbeError("the probe took too long") from error
        finally:
            _end(child)
            self._replace()
        return _read_answer(output, errors, child.returncode)

    def close(self) -> None:
        """End the waiting child."""
        with self._lock:
            self._is_closed = True
            if self._waiting:
                _end(self._waiting)

    def _replace(self) -> None:
        with self._lock:
            if self._waiting is None and not self._is_closed:
                self._waiting = self._start(REST_S)

    def _start(self, rest_s: float) -> "subprocess.Popen[str]":
        limits = Limits(cpu_seconds=60, wall_seconds=self._limits.probe_seconds, memory_bytes=self._limits.probe_memory_bytes)
        return subprocess.Popen(
            confined([sys.executable, "-m", "functions.transcode.late_probe_child", str(rest_s)], limits),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=SPARE_ENVIRONMENT | {"PYTHONPATH": ":".join(p for p in sys.path if p)},
            text=True,
        )


def _read_answer(output: str, errors: str, returncode: int) -> Source:
    try:
        answer = json.loads(output)
    except ValueError:
        # Killed by a limit, or crashed in a demuxer or decoder: the file did that.
        logger.warning("probe crashed", returncode=returncode, tail=errors[-300:])
        raise VideoFailure("corrupt") from None
    if "unreadable" in answer:
        raise ProbeError(f"storage answered the probe with {answer['unreadable']}")
    if "failure" in answer:
        logger.info("probe refused", code=answer["failure"], detail=answer.get("detail"))
        raise VideoFailure(answer["failure"])
    try:
        return Source.model_validate(answer["source"])
    except ValidationError as error:
        raise VideoFailure("corrupt") from error


def _end(child: "subprocess.Popen[str]") -> None:
    if child.poll() is None:
        child.kill()
    child.wait()
    for pipe in (child.stdin, child.stdout, child.stderr):
        if pipe:
            pipe.close()
