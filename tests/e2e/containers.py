"""Containers of the images that ``infra/images/build_offline.sh`` builds, on this machine's network."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from infra.local.configuration import ROOT
from tests.processes import children

BUILD = ROOT / "infra" / "images" / "build_offline.sh"
BUILDAH = shutil.which("buildah") or ""
STOP_SECONDS = 30


def unusable(*names: str) -> str:
    """Why these images cannot be run here, empty when they can: they have to be of the code as it is."""
    if os.geteuid() != 0 or not BUILDAH:
        return "containers are run by root, with buildah"
    context = subprocess.run([BUILD, "--context"], capture_output=True, text=True, check=False).stdout.strip()
    labels = {name: _label(name) for name in names}
    missing = [name for name, label in labels.items() if label is None]
    old = [name for name, label in labels.items() if label not in (None, context)]
    found = [f"there is no image of {', '.join(missing)}"] if missing else []
    found += [f"older than the code are the images of {', '.join(old)}"] if old else []
    return f"{' and '.join(found)} (infra/images/build_offline.sh)" if found else ""


def _label(name: str) -> str | None:
    labels = '{{index .OCIv1.Config.Labels "matinee.context"}}'
    asked = [BUILDAH, "inspect", "--type", "image", "--format", labels, _image(name)]
    answer = subprocess.run(asked, capture_output=True, text=True, check=False)
    return answer.stdout.strip() if answer.returncode == 0 else None


@contextmanager
def container(name: str, environment: Mapping[str, str], program: Path | None = None) -> Iterator[list[str]]:
    """A container of an image, by the image's name; gives the words that run what follows them in it, as the user and in the
    folder that the image names. ``program`` is a file of this machine that has its place in the container, too.
    """
    made = subprocess.run([BUILDAH, "from", "--pull-never", _image(name)], capture_output=True, text=True, check=True)
    made_name = made.stdout.strip()
    variables = [word for variable, value in environment.items() for word in ("--env", f"{variable}={value}")]
    volumes = ["--volume", f"{program.resolve()}:/{program.name}:ro"] if program else []
    try:
        yield [BUILDAH, "run", "--isolation", "chroot", *variables, *volumes, made_name, "--"]
    finally:
        subprocess.run([BUILDAH, "rm", made_name], capture_output=True, check=True)


@contextmanager
def running(argv: list[str], log: Path) -> Iterator[None]:
    """A program in a container; at the end it alone gets SIGTERM, as from ECS, and has to end."""
    with log.open("wb") as output:
        process = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield
    finally:
        program = process.pid
        for _ in range(3):  # buildah runs itself twice more before it becomes the program
            program = _child(program)
        os.kill(program, signal.SIGTERM)
        process.wait(STOP_SECONDS)


def _child(pid: int) -> int:
    found = children(pid)
    assert len(found) == 1, f"process {pid} has the children {found}"
    return found[0]


def _image(name: str) -> str:
    return f"matinee-{name}:offline"
