"""Real servers for tests: the whole one-machine stack, or PostgreSQL and LocalStack alone.

Everything gets ports and folders of its own, so several may run side by side, and ends with the test run whatever happens.
"""

import asyncio
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import boto3

from infra.local import localstack, parts
from infra.local.configuration import PORT_OFFSETS, ROOT, read_configuration
from infra.local.part import Part
from infra.local.postgres import Cluster
from infra.local.provisioning import Provisioner

READY_SECONDS = 120
TEST_PORTS = (20_000, 32_000)
STOP_SECONDS = 30


def free_ports(count: int = 1) -> int:
    """The first of ``count`` consecutive loopback ports that nothing listens on.

    They lie below those that the kernel hands out (32768 and up on Linux), where any connection could take one in the meantime.
    """
    while True:
        base = random.randrange(*TEST_PORTS)
        with ExitStack() as probes:
            try:
                for port in range(base, base + count):
                    probes.enter_context(socket.socket()).bind(("127.0.0.1", port))
            except OSError:
                continue
            return base


class Stack:
    """A running stack: ``python -m infra.local up`` in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes], state: Path, log: Path) -> None:
        self.process = process
        self.state = state
        self._log = log

    @property
    def url(self) -> str:
        """The one origin, without a trailing slash."""
        url: str = self._statement["url"]
        return url

    @property
    def env(self) -> dict[str, str]:
        """The variables with which a program talks to the same database, bucket, queues and secrets."""
        env: dict[str, str] = self._statement["env"]
        return env

    @property
    def log(self) -> str:
        """All that the stack has printed so far."""
        return self._log.read_text(errors="replace")

    def pid(self, part: str) -> int:
        """Process id of a part (``worker-1``, ``hooks``, …); another one after a restart."""
        pid: int = self._statement["parts"][part]["pid"]
        return pid

    def port(self, part: str) -> int:
        """Loopback port of a part."""
        port: int = self._statement["parts"][part]["port"]
        return port

    def kill(self, part: str, how: signal.Signals = signal.SIGKILL) -> int:
        """Send a part a signal, by default kill -9; gives the process id that it had."""
        pid = self.pid(part)
        os.kill(pid, how)
        return pid

    def wait_for_restart(self, part: str, old_pid: int, seconds: float = 30) -> int:
        """Wait until a part runs under another process id; gives that."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if self.pid(part) != old_pid:
                return self.pid(part)
            time.sleep(0.05)
        raise TimeoutError(f"{part} was not started again:\n{self.log[-2000:]}")

    def stop(self) -> int:
        """Stop it as Ctrl-C does; gives the exit status, which is 0 unless something is wrong."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise

    @property
    def _statement(self) -> dict[str, Any]:
        statement: dict[str, Any] = json.loads((self.state / "stack.json").read_text())
        return statement


def start_stack(tmp: Path, port: int | None = None, **env: str) -> Stack:
    """Start a stack below ``tmp`` at ``port`` and the five after it (default: free ones); returns when it is ready.

    ``env`` adds to the environment, for instance ``MATINEE_WORKERS="3"``.
    """
    state, log = tmp / "state", tmp / "stack.log"
    environment = {
        **_inherited(),
        "MATINEE_PORT": str(port or free_ports(1 + len(PORT_OFFSETS))),
        "MATINEE_STATE_DIR": str(state),
        **env,
    }
    command = Part("stack", (sys.executable, "-m", "infra.local", "up"), environment).argv
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    stack = Stack(process, state, log)
    deadline = time.monotonic() + READY_SECONDS
    while "Matinee is ready" not in stack.log:
        if process.poll() is not None:
            raise RuntimeError(f"the stack ended with {process.returncode}:\n{stack.log[-4000:]}")
        if time.monotonic() > deadline:
            stack.stop()
            raise TimeoutError(f"the stack was not ready after {READY_SECONDS} s:\n{stack.log[-4000:]}")
        time.sleep(0.1)
    return stack


class Server:
    """A part on its own, for the length of a ``with`` block."""

    def __init__(self, part: Part, log: Path) -> None:
        self._part = part
        self._log = log
        self.process: subprocess.Popen[bytes] | None = None

    def _start(self) -> None:
        with self._log.open("wb") as output:
            self.process = subprocess.Popen(
                self._part.argv, env=dict(self._part.environment), stdout=output, stderr=subprocess.STDOUT
            )
        is_ready = self._part.is_ready
        deadline = time.monotonic() + READY_SECONDS
        while is_ready is not None and not asyncio.run(_ask(is_ready)):
            if self.process.poll() is not None or time.monotonic() > deadline:
                self._stop()
                raise RuntimeError(f"{self._part.name} did not start:\n{self._log.read_text()[-4000:]}")
            time.sleep(0.05)

    def _stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(self._part.stop_signal)
            self.process.wait(STOP_SECONDS)

    def __enter__(self) -> Self:
        self._start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()


class PostgresServer(Server):
    """A fresh PostgreSQL with all migrations applied."""

    def __init__(self, folder: Path, *, migrated: bool = True) -> None:
        self.cluster = Cluster(folder, free_ports(), _inherited())
        self._migrated = migrated
        super().__init__(self.cluster.server(), folder.with_suffix(".log"))

    @property
    def url(self) -> str:
        """The libpq URL."""
        return self.cluster.url

    def __enter__(self) -> Self:
        _run(self.cluster.creation())
        self._start()
        if self._migrated:
            _run(parts.migrations({**_python_environment(), "MATINEE_DATABASE_URL": self.url}))
        return self


class LocalStackServer(Server):
    """A fresh LocalStack with the bucket, bus, rules, queues and secrets that the stack provisions."""

    def __init__(self, folder: Path) -> None:
        port = free_ports()
        super().__init__(localstack.server(folder, port, _inherited()), folder.with_suffix(".log"))
        self.env = localstack.client_environment(port)

    def __enter__(self) -> Self:
        self._start()
        provisioner = Provisioner(self.env, "matinee", own_bucket=False)
        self.env = {**self.env, **provisioner.provision()}
        return self

    def client(self, service: str) -> Any:
        """A boto3 client for this LocalStack, to be closed by the caller where that matters."""
        return aws_client(service, self.env)


def aws_client(service: str, env: Mapping[str, str]) -> Any:
    """A boto3 client for the AWS-like endpoint that ``env`` describes."""
    make: Any = boto3.session.Session().client
    return make(
        service,
        endpoint_url=env["AWS_ENDPOINT_URL"],
        region_name=env["AWS_REGION"],
        aws_access_key_id=env["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=env["AWS_SECRET_ACCESS_KEY"],
    )


async def _ask(question: Any) -> bool:
    answer: bool = await question()
    return answer


def _run(part: Part) -> None:
    done = subprocess.run(part.argv, env=dict(part.environment), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{part.name} failed:\n{done.stdout}{done.stderr}")


def _inherited() -> dict[str, str]:
    """The test run's environment without what would lead a stack to somebody's own stores."""
    kept = ("MATINEE_TUSD", "MATINEE_LOCALSTACK_PYTHON", "MATINEE_CHROMIUM")
    return {
        name: value
        for name, value in os.environ.items()
        if name in kept or not name.startswith(("MATINEE_", "AWS_", "POWERTOOLS_"))
    }


def _python_environment() -> dict[str, str]:
    return parts.base_environment(read_configuration(_inherited()))
