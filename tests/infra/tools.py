"""The tools that check templates and images, each in an environment of its own because their pins clash with ours."""

import os
import subprocess
from pathlib import Path

from tests.infra.templates import ROOT

AWS_TOOLS = ROOT / ".matinee" / "aws-tools" / "bin"
CHECKOV = ROOT / ".matinee" / "checkov" / "bin"


def run_tool(program: Path, *arguments: str | Path, succeeds: bool = True) -> str:
    """What a tool says; raises when it does not succeed (or does not fail) as it should."""
    assert program.exists(), f"{program} is missing: `make test` installs it"
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))},
        "AWS_DEFAULT_REGION": "eu-central-1",
        "SAM_CLI_TELEMETRY": "0",
    }
    done = subprocess.run(
        [program, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert (done.returncode == 0) == succeeds, done.stdout + done.stderr
    return done.stdout
