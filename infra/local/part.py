"""One part of the stack: a child process with a name, its log, its readiness and its end."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from infra.local.terminal import Terminal

READY_POLL_SECONDS = 0.05
LONGEST_LINE_BYTES = 1 << 20


class StartError(Exception):
    """A part could not be brought up; the message is for the person at the terminal."""


@dataclass(frozen=True)
class Part:
    """How to run one part.

    ``wrapper`` are words put before everything else (a user namespace, say). ``is_ready`` is asked until it says yes;
    without it a part is ready once it was started. ``after_start`` runs each time the part has become ready.
    Log lines in which ``hidden_log`` is found are not shown, and what ``masked_log`` matches is replaced by dots.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(repr=False)  # it holds secrets
    port: int | None = None
    wrapper: tuple[str, ...] = ()
    is_ready: Callable[[], Awaitable[bool]] | None = None
    ready_seconds: float = 60
    after_start: Callable[[], Awaitable[None]] | None = None
    hidden_log: re.Pattern[str] | None = None
    masked_log: re.Pattern[str] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    stop_seconds: float = 10

    @property
    def argv(self) -> list[str]:
        """The whole command line. The kernel ends the part when the supervisor dies without a word (Linux)."""
        setpriv = shutil.which("setpriv")
        leash = [setpriv, "--pdeathsig", self.stop_signal.name.removeprefix("SIG"), "--"] if setpriv else []
        return [*self.wrapper, *leash, *self.command]


class PartProcess:
    """A part that runs, in a process group of its own so that Ctrl-C reaches the supervisor alone."""

    def __init__(self, part: Part, terminal: Terminal) -> None:
        self.part = part
        self._terminal = terminal
        self._process: asyncio.subprocess.Process | None = None
        self._log: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Process id (and process group id), None before the start."""
        return self._process.pid if self._process else None

    async def start(self) -> None:
        """Start the process. Raises ``StartError`` when there is no such program."""
        self._process = await _spawn(self.part)
        self._log = asyncio.create_task(self._show_log())

    async def wait(self) -> int:
        """Wait for the end of the process and of its log; gives its exit status (negative: the signal that ended it)."""
        if self._process is None or self._log is None:
            raise RuntimeError("not started")
        status = await self._process.wait()
        # A grandchild may hold the pipe open for ever: what it writes later is of no interest.
        await asyncio.wait([self._log], timeout=1)
        return status

    async def wait_until_ready(self) -> None:
        """Return once the part answers. Raises ``StartError`` when it ends or stays silent for ``ready_seconds``."""
        is_ready = self.part.is_ready
        if is_ready is None:
            return
        ended = asyncio.create_task(self.wait())
        try:
            async with asyncio.timeout(self.part.ready_seconds):
                while not await is_ready():
                    await asyncio.wait([ended], timeout=READY_POLL_SECONDS)
                    if ended.done():
                        raise StartError(f"{self.part.name} ended with {ended.result()} before it was ready.")
        except TimeoutError:
            raise StartError(f"{self.part.name} was not ready after {self.part.ready_seconds:.0f} s.") from None
        finally:
            ended.cancel()

    async def stop(self) -> None:
        """Ask the part to end, wait ``stop_seconds``, then kill what is left of its process group."""
        if self._process is None:
            return
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self._process.send_signal(self.part.stop_signal)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._process.wait(), self.part.stop_seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        await self.wait()
        if self._log is not None:
            self._log.cancel()

    async def _show_log(self) -> None:
        """Pass the part's lines on; a line without end is cut, never collected without limit."""
        reader = self._process.stdout if self._process else None
        pending = b""
        while reader is not None and (read := await reader.read(1 << 16)):
            *lines, pending = (pending + read).split(b"\n")
            if len(pending) > LONGEST_LINE_BYTES:
                lines, pending = [*lines, pending], b""
            for line in lines:
                self._show(line)
        if pending:
            self._show(pending)

    def _show(self, line: bytes) -> None:
        text = line.decode(errors="replace").rstrip()
        if self.part.masked_log:
            text = self.part.masked_log.sub("…", text)
        if text and not (self.part.hidden_log and self.part.hidden_log.search(text)):
            self._terminal.part(self.part.name, text)


async def run_to_end(part: Part, terminal: Terminal) -> None:
    """Run a part that does one thing and ends; its log is shown when it fails. Raises ``StartError`` unless it ends with 0."""
    process = await _spawn(part)
    try:
        output, _ = await process.communicate()
    except asyncio.CancelledError:
        process.kill()
        await process.wait()
        raise
    if process.returncode != 0:
        for line in output.decode(errors="replace").splitlines():
            terminal.part(part.name, line)
        raise StartError(f"{Path(part.command[0]).name} for {part.name} failed with {process.returncode}.")


async def _spawn(part: Part) -> asyncio.subprocess.Process:
    argv = part.argv
    try:
        return await asyncio.create_subprocess_exec(
            *argv,
            env=dict(part.environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
    except OSError as error:
        raise StartError(f"{part.name} could not be started: {argv[0]}: {error.strerror}") from error
