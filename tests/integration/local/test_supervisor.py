"""The supervisor with small parts: what it starts, starts again and stops."""

import asyncio
import io
import json
import os
import re
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from infra.local.part import Part, StartError
from infra.local.supervisor import Supervisor
from infra.local.terminal import Terminal

FOREVER = "import time; time.sleep(600)"


class Bench:
    """A supervisor, what it printed and what it states."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._output = io.StringIO()
        self.supervisor = Supervisor(Terminal(self._output), folder / "stack.json")

    @property
    def log(self) -> str:
        return self._output.getvalue()

    def part(self, name: str, program: str, **more: Any) -> Part:
        environment = {"PATH": os.environ["PATH"], "FOLDER": str(self.folder), "NAME": name}
        return Part(name, (sys.executable, "-uc", program), environment, **more)

    def pid(self, name: str) -> int:
        pid: int = json.loads((self.folder / "stack.json").read_text())["parts"][name]["pid"]
        return pid

    def run(self, scenario: Callable[[], Awaitable[None]]) -> None:
        async def all_of_it() -> None:
            try:
                await scenario()
            finally:
                await self.supervisor.stop()

        asyncio.run(all_of_it())


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


async def _until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what is waited for happens in other processes
            await asyncio.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_part_is_started_again_and_stated_anew(bench: Bench) -> None:
    async def scenario() -> None:
        await bench.supervisor.start(bench.part("clock", FOREVER), bench.part("other", FOREVER))
        bench.supervisor.state_ready("http://here", {"MATINEE_X": "1", "HOME": "/"})
        first, other = bench.pid("clock"), bench.pid("other")
        os.kill(first, signal.SIGKILL)
        await _until(lambda: bench.pid("clock") != first)
        assert _alive(bench.pid("clock"))
        assert bench.pid("other") == other

    bench.run(scenario)
    assert "clock       | ended by SIGKILL; starting it again" in bench.log


def test_a_part_is_prepared_again_after_each_restart(bench: Bench) -> None:
    prepared: list[int] = []

    async def prepare() -> None:
        prepared.append(1)

    async def scenario() -> None:
        await bench.supervisor.start(bench.part("store", FOREVER, after_start=prepare))
        assert len(prepared) == 1
        bench.supervisor.state_ready("http://here", {})
        os.kill(bench.pid("store"), signal.SIGKILL)
        await _until(lambda: len(prepared) == 2)

    bench.run(scenario)


def test_the_statement_holds_what_others_need_and_is_private(bench: Bench) -> None:
    async def scenario() -> None:
        await bench.supervisor.start(bench.part("clock", FOREVER, port=12345))
        bench.supervisor.state_ready("http://here", {"MATINEE_X": "1", "HOME": "/", "GITHUB_TOKEN": "mine"})
        file = bench.folder / "stack.json"
        stated = json.loads(file.read_text())
        assert stated["url"] == "http://here"
        assert stated["env"] == {"MATINEE_X": "1"}
        assert stated["parts"]["clock"]["port"] == 12345
        assert file.stat().st_mode & 0o077 == 0

    bench.run(scenario)
    assert not (bench.folder / "stack.json").exists()


def test_parts_are_stopped_in_reverse_order_and_may_finish(bench: Bench) -> None:
    says_goodbye = (
        "import os, signal, time\n"
        "def end(*_):\n"
        "    time.sleep(0.2)\n"
        "    open(os.environ['FOLDER'] + '/order', 'a').write(os.environ['NAME'] + '\\n')\n"
        "    raise SystemExit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        "open(os.environ['FOLDER'] + '/up-' + os.environ['NAME'], 'w').close()\n"
        "time.sleep(600)\n"
    )

    async def scenario() -> None:
        for name in ("store", "server", "edge"):
            await bench.supervisor.start(bench.part(name, says_goodbye))
            await _until((bench.folder / f"up-{name}").exists)

    bench.run(scenario)
    assert (bench.folder / "order").read_text().split() == ["edge", "server", "store"]


def test_a_part_that_will_not_end_is_killed_with_its_children(bench: Bench) -> None:
    stubborn = (
        "import os, signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "open(os.environ['FOLDER'] + '/child.new', 'w').write(str(child.pid))\n"
        "os.rename(os.environ['FOLDER'] + '/child.new', os.environ['FOLDER'] + '/child')\n"
        "time.sleep(600)\n"
    )

    async def scenario() -> None:
        await bench.supervisor.start(bench.part("stubborn", stubborn, stop_seconds=0.3))
        await _until((bench.folder / "child").exists)
        bench.supervisor.state_ready("http://here", {})

    bench.run(scenario)
    child = int((bench.folder / "child").read_text())
    # An orphan that nobody has reaped yet is dead all the same.
    status = Path(f"/proc/{child}/status")
    assert not status.exists() or "State:\tZ" in status.read_text()


def test_a_part_that_ends_before_it_is_ready_stops_the_start_and_shows_why(bench: Bench) -> None:
    async def never() -> bool:
        return False

    async def scenario() -> None:
        with pytest.raises(StartError, match="broken ended with 3 before it was ready"):
            await bench.supervisor.start(
                bench.part("broken", "print('no such table'); raise SystemExit(3)", is_ready=never),
                bench.part("well", FOREVER),
            )

    bench.run(scenario)
    assert "broken      | no such table" in bench.log


def test_a_part_that_stays_silent_is_named(bench: Bench) -> None:
    async def never() -> bool:
        return False

    async def scenario() -> None:
        with pytest.raises(StartError, match="mute was not ready"):
            await bench.supervisor.start(bench.part("mute", FOREVER, is_ready=never, ready_seconds=0.2))

    bench.run(scenario)


def test_every_line_carries_the_name_of_its_part_and_no_line_is_too_long(bench: Bench) -> None:
    program = "print('one\\ntwo'); print('x' * 3_000_000, end='', flush=True); import time; time.sleep(600)"

    async def scenario() -> None:
        await bench.supervisor.start(bench.part("talker", program))
        await _until(lambda: bench.log.count("x") > 1_000_000)

    bench.run(scenario)
    assert all(line.startswith("talker      | ") for line in bench.log.splitlines())
    assert bench.log.startswith("talker      | one\ntalker      | two\n")


def test_what_a_part_must_not_tell_is_hidden_or_masked(bench: Bench) -> None:
    program = "print('level=INFO dull'); print('at /files/a/b+0123456789abcdef failed'); import time; time.sleep(600)"
    rules = {"hidden_log": re.compile("level=INFO"), "masked_log": re.compile(r"(?<=\+)[\w.-]{16,}")}

    async def scenario() -> None:
        await bench.supervisor.start(bench.part("talker", program, **rules))
        await _until(lambda: "failed" in bench.log)

    bench.run(scenario)
    assert bench.log == "talker      | at /files/a/b+… failed\n"
