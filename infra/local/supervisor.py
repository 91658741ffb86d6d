"""Starts all parts in order, starts a part that died again, and stops all in reverse order."""

import asyncio
import json
import os
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from infra.local.part import Part, PartProcess, StartError
from infra.local.terminal import Terminal

FIRST_PAUSE_SECONDS = 0.2
LONGEST_PAUSE_SECONDS = 30.0
# A part that ran this long was well: its next end is a first one again.
STEADY_SECONDS = 60.0
OUR_VARIABLES = ("MATINEE_", "AWS_", "POWERTOOLS_", "PYTHONPATH")


class _Kept:
    """One part that is kept running."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.process: PartProcess | None = None
        self.first_ready: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.keeper: asyncio.Task[None] | None = None


class Supervisor:
    """Keeps parts running until told to stop, and says in ``stack.json`` which they are."""

    def __init__(self, terminal: Terminal, statement: Path) -> None:
        self._terminal = terminal
        self._statement = statement
        self._waves: list[list[_Kept]] = []
        self._about: dict[str, Any] | None = None

    async def start(self, *parts: Part) -> None:
        """Start parts side by side; returns when all are ready. Raises ``StartError`` for the first that is not."""
        wave = [_Kept(part) for part in parts]
        self._waves.append(wave)
        for kept in wave:
            kept.keeper = asyncio.create_task(self._keep(kept))
        await asyncio.gather(*(kept.first_ready for kept in wave))

    async def stop(self) -> None:
        """Stop all, the last started first; never raises for a part that is gone already."""
        for wave in reversed(self._waves):
            for kept in wave:
                if kept.keeper:
                    kept.keeper.cancel()
            await asyncio.gather(*(kept.keeper for kept in wave if kept.keeper), return_exceptions=True)
            await asyncio.gather(*(kept.process.stop() for kept in wave if kept.process))
        self._waves.clear()
        self._statement.unlink(missing_ok=True)

    def state_ready(self, url: str, environment: Mapping[str, str]) -> None:
        """Write ``stack.json`` now and at each restart: url, env, and pid and port of every part. It holds secrets.

        ``env`` is what a program needs to talk to the same parts; the rest of the user's environment stays out of files.
        """
        ours = {name: value for name, value in environment.items() if name.startswith(OUR_VARIABLES)}
        self._about = {"url": url, "env": ours}
        self._write_statement()

    def _write_statement(self) -> None:
        if self._about is None:
            return
        processes = [kept.process for wave in self._waves for kept in wave if kept.process]
        parts = {process.part.name: {"pid": process.pid, "port": process.part.port} for process in processes}
        fresh = self._statement.with_suffix(".new")
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump({**self._about, "parts": parts}, file, indent=1)
        fresh.replace(self._statement)

    async def _keep(self, kept: _Kept) -> None:
        pause = FIRST_PAUSE_SECONDS
        while True:
            started = time.monotonic()
            status = await self._run_once(kept)
            if not kept.first_ready.done() or kept.first_ready.exception():
                return
            if time.monotonic() - started > STEADY_SECONDS:
                pause = FIRST_PAUSE_SECONDS
            self._terminal.part(kept.part.name, f"{status}; starting it again in {pause:.1f} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    async def _run_once(self, kept: _Kept) -> str:
        """Run the part to its end; says how it ended. Before its first readiness an end is the stack's failure."""
        kept.process = process = PartProcess(kept.part, self._terminal)
        try:
            await process.start()
            await process.wait_until_ready()
            if kept.part.after_start:
                await kept.part.after_start()
        except Exception as error:  # noqa: BLE001 - provisioning may fail in any way; the part is tried again
            await process.stop()
            if kept.first_ready.done():
                return str(error)
            cause = error if isinstance(error, StartError) else StartError(f"{kept.part.name}: {error}")
            kept.first_ready.set_exception(cause)
            return str(cause)
        if not kept.first_ready.done():
            kept.first_ready.set_result(None)
        self._write_statement()
        status = await process.wait()
        await process.stop()
        return f"ended with {status}" if status >= 0 else f"ended by {signal.Signals(-status).name}"


def stop_requested(signals: Sequence[signal.Signals] = (signal.SIGINT, signal.SIGTERM)) -> asyncio.Event:
    """An event that is set by Ctrl-C or SIGTERM, also where the parent had these ignored."""
    event = asyncio.Event()
    for each in signals:
        asyncio.get_running_loop().add_signal_handler(each, event.set)
    return event
