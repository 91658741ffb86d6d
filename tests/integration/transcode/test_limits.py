"""An ffmpeg that hangs or takes too much, and what it can see of the worker's secrets."""

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from functions.transcode.ffmpeg import binary
from tests.integration.transcode.media import everything
from tests.integration.transcode.world import Upload, WorkerProcess, eventually

StartWorker = Callable[..., WorkerProcess]
QUICK = {"MATINEE_RETRY_SECONDS": "0.2", "MATINEE_FFMPEG_STALL_SECONDS": "5"}
SECONDS = 12
HUGE = "-f lavfi -i color=size=16000x16000:rate=1 -frames:v 3 -f null -"


def stand_in(folder: Path, script: str) -> str:
    """A program to be run as ffmpeg."""
    program = folder / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return str(program)


@pytest.mark.parametrize(
    ("script", "code", "attempts"),
    [
        ("exec sleep 600", "internal", 3),
        (f"exec {binary()} -hide_banner -loglevel error {HUGE}", "corrupt", 1),
        ("exec dd if=/dev/zero of=big bs=1M seek=2048 count=1 conv=notrunc", "corrupt", 1),
    ],
    ids=["hangs", "memory", "disk"],
)
def test_an_ffmpeg_past_its_limits_is_stopped_and_the_video_fails_with_a_code(
    script: str, code: str, attempts: int, media: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    script = script.replace("big", str(tmp_path / "big"))
    worker = start_worker(
        MATINEE_FFMPEG=stand_in(tmp_path, script), MATINEE_FFMPEG_MEMORY_BYTES=str(300 << 20), MATINEE_BULK_SLOTS="0", **QUICK
    )
    upload = Upload.of(everything(media, SECONDS)).tell()
    video = upload.wait("failed", "ready")
    assert video.error_code == code
    assert max(t["attempts"] for t in upload.tasks()) == attempts
    eventually(lambda: not upload.keys())
    eventually(lambda: not worker.ffmpegs())


def test_an_ffmpeg_that_stands_still_is_ended_and_its_task_is_done_anew(media: Path, start_worker: StartWorker) -> None:
    worker = start_worker(**QUICK)
    upload = Upload.of(everything(media, 40)).tell()
    eventually(lambda: [t for t in upload.tasks() if t["kind"] == "encode" and t["status"] == "leased" and t["ordinal"] > 0])
    stopped = eventually(worker.ffmpegs)
    for pid in stopped:
        os.kill(pid, 19)
    upload.wait("ready", "failed")
    upload.check_whole(40)
    assert max(t["attempts"] for t in upload.tasks()) > 1


def environment_of(pid: int) -> set[str] | None:
    """The names of the variables of an ffmpeg or a probe; None for another process, and for one that is gone or just starts.

    A process that is turning into another program may show the one's command beside the other's variables: it counts once
    both have stayed.
    """
    folder = Path(f"/proc/{pid}")
    try:
        before, program = (folder / "environ").read_bytes(), (folder / "cmdline").read_bytes()
        time.sleep(0.1)
        settled = (folder / "environ").read_bytes(), (folder / "cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return None
    is_confined = b"probe_child" in program or Path(program.split(b"\0")[0].decode()).name.startswith("ffmpeg")
    if not is_confined or settled != (before, program):
        return None
    return {pair.partition("=")[0] for pair in before.decode().split("\0") if pair}


def test_neither_ffmpeg_nor_the_probe_nor_the_log_holds_a_secret(
    media: Path, start_worker: StartWorker, tmp_path: Path, matinee_environment: dict[str, str]
) -> None:
    worker = start_worker()
    upload = Upload.of(everything(media, 40)).tell()
    seen = eventually(lambda: [names for pid in worker.children() if (names := environment_of(pid)) is not None])
    for names in seen:
        assert names <= {"PATH", "LANG", "PYTHONPATH", "LC_CTYPE"}, names
    upload.wait("ready")
    log = (tmp_path / "worker.log").read_text()
    assert "ffmpeg -hide_banner" in log
    for secret in ("X-Amz-", "Signature", matinee_environment["MATINEE_DATABASE_URL"]):
        assert secret not in log
