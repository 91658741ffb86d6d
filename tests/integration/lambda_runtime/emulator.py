"""A Lambda function under AWS's own runtime interface: the emulator gives events to awslambdaric, which calls our handler.

The code and its packages are those of the function's image and nothing else; what is run, with which variables, memory and time
limit, is read from the template.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Self

import httpx2

from infra.local.configuration import ROOT
from tests.infra.image_contents import fill
from tests.infra.templates import functions
from tests.infra.workloads import command, workloads
from tests.stack import free_ports

EMULATOR = ROOT / ".matinee" / "bin" / "aws-lambda-rie"
RUNTIME = ("awslambdaric", "simplejson", "snapshot-restore-py")


class Function:
    """A function of the template, for the length of a ``with`` block.

    ``values`` gives what the template takes from other resources: variable → value. A variable without one is an error, so that
    the function never gets more or less than it would on AWS. ``runtime`` is what ``install_runtime`` filled.
    """

    def __init__(self, name: str, values: Mapping[str, str], folder: Path, runtime: Path) -> None:
        file, properties = functions()[name]
        if properties["PackageType"] == "Image":
            self._handler = (properties.get("ImageConfig", {}).get("Command") or command(workloads()[name].dockerfile))[0]
            fill(folder / "task", workloads()[name])
        else:
            self._handler = properties["Handler"]
            shutil.copytree((ROOT / "infra" / file).parent / properties["CodeUri"], folder / "task")
            _install(folder / "task", "boto3")  # Lambda's own runtime for code without an image brings it
        variables = properties["Environment"]["Variables"]
        self._environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")},
            **{name: value for name, value in values.items() if name.startswith(("AWS_", "HTTP_PROXY"))},
            **{name: str(value) if isinstance(value, str) else values[name] for name, value in variables.items()},
            "AWS_LAMBDA_FUNCTION_NAME": name,
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(properties["Timeout"]),
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(properties["MemorySize"]),
            "PYTHONPATH": f"{folder / 'task'}{os.pathsep}{runtime}",
        }
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        assert EMULATOR.exists(), f"{EMULATOR} is missing: `make test` builds it"
        port = free_ports(2)
        self._url = f"http://127.0.0.1:{port}/2015-03-31/functions/function/invocations"
        argv = [
            str(EMULATOR),
            *("--runtime-interface-emulator-address", f"127.0.0.1:{port}", "--runtime-api-address", f"127.0.0.1:{port + 1}"),
            *(sys.executable, "-S", "-m", "awslambdaric", self._handler),
        ]
        with self._log.open("wb") as output:
            self._process = subprocess.Popen(argv, cwd="/", env=self._environment, stdout=output, stderr=subprocess.STDOUT)
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.terminate()  # the emulator ends the runtime with itself
            self._process.wait(10)

    def __call__(self, event: Mapping[str, Any]) -> Any:
        """The function's answer to an event."""
        while self._process is not None and self._process.poll() is None:
            try:
                answer = httpx2.post(self._url, json=event, timeout=60)
            except httpx2.ConnectError:
                time.sleep(0.02)  # it does not listen yet
                continue
            assert answer.status_code == 200, self.log
            return answer.json() if answer.content else None
        raise AssertionError(self.log)

    @property
    def log(self) -> str:
        """What the function and the emulator wrote."""
        return self._log.read_text(errors="replace")

    def log_lines(self) -> list[dict[str, Any]]:
        """The lines that are JSON: what CloudWatch would index, and metrics in its embedded format."""
        return [json.loads(line) for line in self.log.splitlines() if line.startswith("{")]


def install_runtime(folder: Path) -> None:
    """AWS's runtime interface client, which its base images bring."""
    _install(folder, *RUNTIME)


def _install(folder: Path, *names: str) -> None:
    """Packages as they are here, with what they need."""
    pinned = [f"{name}=={version(name)}" for name in names]
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--python", sys.executable]
    subprocess.run([*install, "--target", str(folder), *pinned], check=True)
