"""How ffmpeg is run: confined, stoppable, and honest about how it ended."""

import os
import time
from pathlib import Path

import pytest

from functions.transcode import ffmpeg
from functions.transcode.ffmpeg import FfmpegError, Limits, running

ROOMY = Limits(cpu_seconds=30, wall_seconds=30, memory_bytes=4 << 30)
ENDLESS = ["-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc2=size=1280x720:rate=60", "-f", "null", "-"]


@pytest.fixture(autouse=True)
def bundled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATINEE_FFMPEG", raising=False)
    ffmpeg.binary.cache_clear()


def test_a_run_that_fails_carries_its_exit_status_and_its_last_words() -> None:
    with pytest.raises(FfmpegError) as caught, running(["-hide_banner", "-i", "/nowhere.mp4"], ROOMY) as run:
        run.finish()
    assert caught.value.returncode not in (0, None)
    assert any("nowhere" in line for line in caught.value.stderr)


def test_a_run_that_takes_too_long_is_killed_and_says_so() -> None:
    hasty = Limits(cpu_seconds=30, wall_seconds=0.3, memory_bytes=4 << 30)
    with pytest.raises(FfmpegError, match="too long"), running(ENDLESS, hasty) as run:
        run.finish()


def test_a_run_that_eats_its_cpu_time_is_killed() -> None:
    frugal = Limits(cpu_seconds=1, wall_seconds=60, memory_bytes=4 << 30)
    with pytest.raises(FfmpegError) as caught, running(ENDLESS, frugal) as run:
        run.finish()
    assert caught.value.returncode is not None
    assert caught.value.returncode != 0


def test_a_run_that_wants_too_much_memory_fails_and_the_worker_lives() -> None:
    small = Limits(cpu_seconds=30, wall_seconds=30, memory_bytes=200 << 20)
    huge = [
        "-hide_banner",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "color=size=16000x16000:rate=1",
        "-frames:v",
        "3",
        "-f",
        "null",
        "-",
    ]
    with pytest.raises(FfmpegError), running(huge, small) as run:
        run.finish()


def test_leaving_the_block_leaves_no_process(tmp_path: Path) -> None:
    with running(ENDLESS, ROOMY) as run:
        pid = run._process.pid
        os.kill(pid, 0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_run_that_is_held_still_makes_no_progress_until_it_is_let_go() -> None:
    argv = [
        "-hide_banner",
        "-loglevel",
        "error",
        "-f",
        "lavfi",
        "-i",
        "testsrc2=size=320x240:rate=30:duration=4",
        "-f",
        "null",
        "-",
    ]
    with running(argv, ROOMY) as run:
        run.pause()
        time.sleep(0.2)
        assert Path(f"/proc/{run._process.pid}/stat").read_text().split(")")[1].split()[0] == "T"
        run.resume()
        run.finish()


def test_credentials_and_urls_reach_neither_ffmpeg_nor_the_log(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "very-secret")
    url = "http://127.0.0.1:9/uploads/a/b?X-Amz-Signature=signed-secret"
    with running(["-hide_banner", "-re", *ENDLESS[3:]], ROOMY) as run:
        environment = Path(f"/proc/{run._process.pid}/environ").read_bytes()
    assert b"very-secret" not in environment
    with pytest.raises(FfmpegError) as caught, running(["-hide_banner", "-i", url], ROOMY) as run:
        run.finish()
    assert "signed-secret" not in str(caught.value)
    assert not any("signed-secret" in line for line in caught.value.stderr)
    assert "signed-secret" not in "".join(capfd.readouterr())
