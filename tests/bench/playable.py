"""How long after its last byte an upload can be watched: ``python -m tests.bench.playable [--runs N] [--json FILE]``.

A stack of its own, warm; generated H.264/AAC films of several lengths, each uploaded N times (default 10) into a session of its
own, which is ended and deleted before the next. Time runs from the moment the client has handed the last byte to its socket
until an answer of the stream call, asked every 20 ms, says that the film is playable: what a viewer's page would see.
"""

import argparse
import json
import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.films import make
from tests.e2e.people import TUS, Person
from tests.stack import start_stack

POLL_SECONDS = 0.02
GIVE_UP_SECONDS = 120
LENGTHS = {"10 s": 10, "2 min": 120, "20 min": 1200}
PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Run:
    """One upload: seconds from the last byte to the upload server's answer, and to playable."""

    answered: float
    playable: float


def film(folder: Path, seconds: int) -> Path:
    """1080p at 24 fps, about 4 Mb/s, keyframes every 10 s or less, stereo AAC: ten seconds, as often as needed."""
    scene = make(
        folder / "scene.mp4", "-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=24:duration=10",
        "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=10",
        "-c:v", "libx264", "-preset", "veryfast", "-b:v", "4M", "-maxrate", "5M", "-bufsize", "8M", "-g", "240",
        "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2",
    )  # fmt: skip
    return make(folder / f"{seconds}.mp4", "-stream_loop", str(seconds // 10 - 1), "-i", str(scene), "-c", "copy")


class Clock:
    """A file as a request body, that notes when its last byte was taken."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self.last_byte = 0.0

    def __iter__(self) -> Iterator[bytes]:
        with self._file.open("rb") as source:
            while piece := source.read(PIECE_BYTES):
                yield piece
        self.last_byte = time.perf_counter()


def upload_once(host: Person, file: Path) -> Run:
    """Upload a film into a new session, wait until it is playable, and have everything deleted again."""
    session = host.create_session("Bench")
    address = host.begin_file(session, file)
    clock = Clock(file)
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    headers["Content-Length"] = str(file.stat().st_size)
    answer = host.http.patch(address, content=iter(clock), headers=headers, timeout=GIVE_UP_SECONDS)
    answered = time.perf_counter()
    if answer.status_code != 204:
        raise RuntimeError(f"upload refused: {answer.status_code} {answer.text}")
    playable = wait_until_playable(host, session)
    host.end(session)
    host.receipt(session)
    return Run(answered - clock.last_byte, playable - clock.last_byte)


def wait_until_playable(host: Person, session: str) -> float:
    """When an answer of the stream call first said so, on the performance counter."""
    deadline = time.perf_counter() + GIVE_UP_SECONDS
    while time.perf_counter() < deadline:
        (video,) = host.stream(session)["videos"]
        if video["status"] in ("playable", "ready"):
            return time.perf_counter()
        if video["status"] == "failed":
            raise RuntimeError(f"failed: {video['error']}")
        time.sleep(POLL_SECONDS)
    raise TimeoutError(f"not playable after {GIVE_UP_SECONDS} s")


def summary(seconds: list[float]) -> dict[str, float]:
    """Median, 95th percentile (nearest rank), least and most."""
    ordered = sorted(seconds)
    nearest_rank = ordered[-(-95 * len(ordered) // 100) - 1]
    figures = {"median": statistics.median(ordered), "p95": nearest_rank, "min": ordered[0], "max": ordered[-1]}
    return {name: round(value, 3) for name, value in figures.items()}


def main() -> None:
    """Measure, print a table, and write JSON where asked."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, default=10)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    report: dict[str, object] = {"machine": platform.platform(), "python": platform.python_version(), "runs": asked.runs}
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as folder:
        films = {name: film(Path(folder), seconds) for name, seconds in LENGTHS.items()}
        stack = start_stack(Path(folder))
        try:
            with Person(stack.url) as host:
                host.sign_up()
                upload_once(host, films["10 s"])  # warms caches and connections
                print(f"{'length':>8} {'MB':>7} {'':>20} {'median':>8} {'p95':>8} {'min':>8} {'max':>8}")
                for name, file in films.items():
                    runs = [upload_once(host, file) for _ in range(asked.runs)]
                    answered = summary([run.answered for run in runs])
                    playable = summary([run.playable for run in runs])
                    megabytes = round(file.stat().st_size / 1e6, 1)
                    report[name] = {"megabytes": megabytes, "playable_s": playable, "answered_s": answered}
                    print_row(name, megabytes, "playable", playable)
                    print_row("", None, "upload answered", answered)
        finally:
            stack.stop()
    text = json.dumps(report, indent=1)
    print(text)
    if asked.json:
        asked.json.write_text(text + "\n")


def print_row(name: str, megabytes: float | None, what: str, figures: dict[str, float]) -> None:
    """One line of the table, in seconds."""
    size = "" if megabytes is None else f"{megabytes:.1f}"
    print(f"{name:>8} {size:>7} {what:>20} " + " ".join(f"{value:8.3f}" for value in figures.values()))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
