"""The whole way with the worker run from its image, where ``infra/images/build_offline.sh transcode`` has built one."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e import films
from tests.smoke import whole_way
from tests.stack import Stack, start_stack

BUILDAH = shutil.which("buildah") or ""
IMAGE = "matinee-transcode:offline"
WORKER = ("python", "-m", "functions.transcode")  # the image's CMD, which `buildah run` does not read


def _is_built() -> bool:
    if os.geteuid() != 0 or not BUILDAH:
        return False
    return subprocess.run([BUILDAH, "inspect", "--type", "image", IMAGE], capture_output=True, check=False).returncode == 0


pytestmark = pytest.mark.skipif(not _is_built(), reason=f"there is no image {IMAGE} (infra/images/build_offline.sh transcode)")


@contextmanager
def worker_from_its_image(stack: Stack, log: Path) -> Iterator[None]:
    """A worker in a container that shares this machine's network, as the user and in the folder that its image names."""
    names = {name: value for name, value in stack.env.items() if name.startswith(("MATINEE_", "AWS_", "POWERTOOLS_"))}
    variables = [word for name, value in names.items() for word in ("--env", f"{name}={value}")]
    made = subprocess.run([BUILDAH, "from", "--pull-never", IMAGE], capture_output=True, text=True, check=True)
    container = made.stdout.strip()
    argv = [BUILDAH, "run", "--isolation", "chroot", *variables, container, "--", *WORKER]
    try:
        with log.open("wb") as output:
            worker = subprocess.Popen(argv, stdout=output, stderr=subprocess.STDOUT, start_new_session=True)
        try:
            yield
        finally:
            os.killpg(worker.pid, signal.SIGTERM)
            worker.wait(30)
    finally:
        subprocess.run([BUILDAH, "rm", container], capture_output=True, check=True)


def test_a_video_goes_the_whole_way_through_the_worker_of_the_image(tmp_path: Path) -> None:
    stack = start_stack(tmp_path, None, MATINEE_WORKERS="0")
    try:
        with worker_from_its_image(stack, tmp_path / "worker.log"):
            whole_way(stack.url, films.short(tmp_path))
    finally:
        stack.stop()
