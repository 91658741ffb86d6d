"""Accounting of processes, held against what the kernel says."""

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.processes import Watch, cpu_seconds, folder_bytes, run_watched, tree_cpu_seconds, work_of
from tests.processes import descendants

BUSY = "import time\nwhile time.process_time() < 0.6: pass\n"


def test_cpu_seconds_of_children_that_were_waited_for_are_counted() -> None:
    before, used_before = cpu_seconds(os.getpid())[1], resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-c", BUSY], check=True)
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    said = used.ru_utime + used.ru_stime - used_before.ru_utime - used_before.ru_stime
    assert cpu_seconds(os.getpid())[1] - before == pytest.approx(said, abs=0.05)


def test_a_tree_has_the_children_of_all_threads_and_their_time() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", f"import subprocess,sys; subprocess.run([sys.executable, '-c', {BUSY!r}])"]
    ) as root:
        while not descendants(root.pid) and root.poll() is None:
            pass
        assert len(descendants(root.pid)) == 1
        before = tree_cpu_seconds(root.pid)
        root.wait()
    assert before >= 0
    assert descendants(root.pid) == []
    assert cpu_seconds(root.pid) == (0.0, 0.0)


def test_a_watched_program_gives_cpu_memory_disk_and_its_first_playable_moment(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    code = (
        "import subprocess, sys, time\n"
        f"open({str(out / 'piece')!r}, 'wb').write(bytes(1 << 20))\n"
        f"held = bytearray(b'x' * (64 << 20)); subprocess.run([sys.executable, '-c', {BUSY!r}])\n"
    )
    ended = run_watched([sys.executable, "-c", code], out, (out / "piece").exists, tmp_path / "log")
    assert ended.cpu_s >= 0.6  # the child's
    assert ended.seen.program_bytes >= 64 << 20
    assert ended.seen.disk_bytes == folder_bytes(out) == 1 << 20
    assert 0 < ended.playable_s <= ended.wall_s


def test_a_program_that_fails_says_why(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="out of film"):
        run_watched([sys.executable, "-c", "raise SystemExit('out of film')"], tmp_path, lambda: True, tmp_path / "log")


def test_a_watch_sees_nothing_of_a_program_that_is_gone(tmp_path: Path) -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    with Watch([gone.pid], tmp_path) as watch:
        watch.look()
    assert watch.seen.program_bytes == 0


@pytest.mark.parametrize(
    ("command", "work"),
    [
        ("ffmpeg -i u -c:v libx264 /s/v720/%05d.ts -c:v libx264 /s/v480/%05d.ts", "encode v720 v480"),
        ("ffmpeg -i u -c copy /s/source/%05d.ts", "copy"),
        ("ffmpeg -i u -c aac /s/a0/%05d.ts", "sound"),
        ("ffmpeg -i u -f image2 poster.jpg", "stills"),
        ("ffmpeg -i u -f webvtt c0.vtt", "captions"),
    ],
)
def test_a_command_line_says_what_it_makes(command: str, work: str) -> None:
    assert work_of(command.split()) == work
