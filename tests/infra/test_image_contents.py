"""The steps of the Dockerfiles, done in a plain folder: what is in an image is enough to run, and not too much."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.infra.image_contents import fill
from tests.infra.workloads import workloads

LAMBDA_BUDGET_BYTES = 250_000_000  # over the base image
WORKER_BUDGET_BYTES = 350_000_000  # without Debian and Python

STARTS = """
import importlib, sys
sys.path[:0] = [sys.argv[1]]
module = importlib.import_module(sys.argv[2])
print(callable(getattr(module, sys.argv[3])), [name for name in sys.modules if name in ("pytest", "moto", "yoyo.tests")])
"""


@pytest.mark.parametrize("name", workloads())
def test_a_function_starts_from_what_its_image_holds_alone_and_keeps_to_its_budget(name: str, tmp_path: Path) -> None:
    workload = workloads()[name]
    fill(tmp_path, workload)
    entry = {"worker": "main", "hooks": "app"}.get(name, "lambda_handler")
    environment = {variable: value if isinstance(value, str) else "1" for variable, value in workload.environment.items()}
    environment |= {"AWS_REGION": "eu-central-1", "PATH": os.environ["PATH"]}
    # -I and -S: neither this project's folder nor its environment's packages can lend what the image lacks.
    argv = [sys.executable, "-I", "-S", "-c", STARTS, str(tmp_path), workload.module, entry]
    started = subprocess.run(argv, env=environment, cwd="/", capture_output=True, text=True, timeout=60, check=False)
    assert started.stdout == "True []\n", started.stderr
    size = sum(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    assert size < (WORKER_BUDGET_BYTES if name == "worker" else LAMBDA_BUDGET_BYTES)
