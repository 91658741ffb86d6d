"""The steps of the Dockerfiles, done in a plain folder: what an image holds beside its base."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from tests.infra.dockerfiles import copied, last_stage
from tests.infra.templates import ROOT
from tests.infra.workloads import Workload


def fill(folder: Path, workload: Workload) -> None:
    """Do what the Dockerfile's stages do: packages by hash, without other services' descriptions, then the code."""
    requirements = [source for source in copied(workload.dockerfile) if source.endswith("requirements.txt")]
    install = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--require-hashes", "--only-binary", ":all:"]
    arguments = [argument for source in requirements for argument in ("-r", str(ROOT / source))]
    subprocess.run([*install, "--python", sys.executable, "--target", str(folder), *arguments], check=True)
    kept = re.search(r"trim_packages\.sh /packages ([a-z0-9 -]+)", workload.dockerfile.read_text())
    assert kept is not None
    subprocess.run([ROOT / "infra/images/trim_packages.sh", folder, *kept[1].split()], check=True)
    for source in copied(workload.dockerfile, last_stage(workload.dockerfile)):
        shutil.copytree(ROOT / source, folder / source.removeprefix("layers/common/"), dirs_exist_ok=True)
