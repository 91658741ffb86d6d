"""A Lambda function under AWS's own runtime interface: the emulator gives events to awslambdaric, which calls our handler.

What is run, with which variables, memory and time limit, is read from the template.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

import httpx2

from infra.local.configuration import ROOT
from tests.infra.image_contents import fill
from tests.infra.templates import functions
from tests.infra.workloads import command, workloads
from tests.stack import free_ports

EMULATOR = ROOT / ".matinee" / "bin" / "aws-lambda-rie"
RUNTIME = ("awslambdaric", "simplejson", "snapshot-restore-py")


class Function:
    """A running function, for the length of a ``with`` block.

    ``emulator`` are the words that start the emulator, ``runtime`` those that the emulator starts.
    """

    def __init__(self, emulator: Sequence[str], runtime: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        port = free_ports(2)
        self.url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        self._argv = [
            *emulator,
            *("--runtime-interface-emulator-address", f"127.0.0.1:{port}", "--runtime-api-address", f"127.0.0.1:{port + 1}"),
            *runtime,
        ]
        self._environment = environment
        self._log = log
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        assert EMULATOR.exists(), f"{EMULATOR} is missing: `make test` builds it"
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(
                self._argv, cwd="/", env=self._environment, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
            )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGTERM)  # the emulator ends the runtime with itself
            self._process.wait(10)

    def __call__(self, event: Mapping[str, Any]) -> Any:
        """The function's answer to an event."""
        self.wait_until_it_listens()
        answer = httpx2.post(self.url, json=event, timeout=60)
        assert answer.status_code == 200, self.log
        return answer.json() if answer.content else None

    def wait_until_it_listens(self) -> None:
        """Returns once it takes events at ``url``; raises ``AssertionError`` with its log when it has ended instead."""
        address = urlsplit(self.url)
        while self._process is not None and self._process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex((address.hostname, address.port)) == 0:
                    return
            time.sleep(0.02)
        raise AssertionError(self.log)

    @property
    def log(self) -> str:
        """What the function and the emulator wrote."""
        return self._log.read_text(errors="replace")

    def log_lines(self) -> list[dict[str, Any]]:
        """The lines that are JSON: what CloudWatch would index, and metrics in its embedded format."""
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]


def unpacked_function(name: str, values: Mapping[str, str], folder: Path, runtime: Path) -> Function:
    """A function of the template from the code and packages of its image and nothing else, put into ``folder``.

    ``runtime`` is what ``install_runtime`` filled; for ``values`` see ``variables``.
    """
    properties = functions()[name][1]
    if properties["PackageType"] == "Image":
        fill(folder / "task", workloads()[name])
    else:
        shutil.copytree(ROOT / "infra" / properties["CodeUri"], folder / "task")
        _install(folder / "task", "boto3")  # Lambda's own runtime for code without an image brings it
    environment = {
        **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
        **variables(name, values),
        "PYTHONPATH": f"{folder / 'task'}{os.pathsep}{runtime}",
    }
    return Function([str(EMULATOR)], [sys.executable, "-S", "-m", "awslambdaric", handler(name)], environment, folder / "log")


def variables(name: str, values: Mapping[str, str]) -> dict[str, str]:
    """The variables that a function has on AWS.

    ``values`` gives what the template takes from other resources: variable → value. A variable without one is an error, so that
    the function never gets more or less than it would on AWS.
    """
    properties = functions()[name][1]
    return {
        **{name: value for name, value in values.items() if name.startswith(("AWS_", "HTTP_PROXY"))},
        **filled(properties["Environment"]["Variables"], values),
        "AWS_LAMBDA_FUNCTION_NAME": name,
        "AWS_LAMBDA_FUNCTION_TIMEOUT": str(properties["Timeout"]),
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(properties["MemorySize"]),
    }


def filled(environment: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, str]:
    """A template's environment, with values in the place of references."""
    return {name: value if isinstance(value, str) else values[name] for name, value in environment.items()}


def handler(name: str) -> str:
    """What Lambda calls of a function."""
    properties = functions()[name][1]
    if properties["PackageType"] != "Image":
        return str(properties["Handler"])
    return (properties.get("ImageConfig", {}).get("Command") or command(workloads()[name].dockerfile))[0]


def install_runtime(folder: Path) -> None:
    """AWS's runtime interface client, which its base images bring."""
    _install(folder, *RUNTIME)


def _install(folder: Path, *names: str) -> None:
    """Packages as they are here, with what they need."""
    pinned = [f"{name}=={version(name)}" for name in names]
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    subprocess.run([*install, "--target", str(folder), *pinned], check=True)
