"""How long after its last byte an upload can be watched: ``python -m tests.bench.playable [--runs N] [--json FILE] [--quick]``.

A stack of its own, warm; films of several lengths that can be copied, and two that must be encoded, each uploaded N times
(default 10) into a session of its own, which is ended and deleted before the next. Time runs from the moment the client has
handed the last byte to its socket (and, besides, from the upload server's answer: in between S3 joins the parts, which
LocalStack does by copying) until an answer of the stream call, asked every 50 ms, says that the film is playable: what a
viewer's page would see.

Of a film that must be encoded, the playlists that the early multivariant playlist names are read on while they grow, beside a
viewer who starts at that moment and plays on in real time: ``lead`` is the least that was listed ahead of this viewer.
"""

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import m3u8

from tests.bench import films
from tests.bench.machine import describe
from tests.bench.tables import print_table
from tests.e2e.films import make
from tests.e2e.people import TUS, Person
from tests.stack import start_stack

POLL_SECONDS = 0.05
LOOK_SECONDS = 0.2  # how often the playlists are read: as players do it seldom, and each reading costs the machine time
GIVE_UP_SECONDS = 120
PIECE_BYTES = 1 << 20


@dataclass(frozen=True)
class Run:
    """One upload: seconds from the last byte to the upload server's answer, and to playable.

    Of films that are watched on, also the least seconds that were listed ahead of a viewer.
    """

    answered: float
    playable: float
    lead: float | None = None


@dataclass(frozen=True)
class Film:
    """What is uploaded, and whether it must be encoded, so that its playlists are watched as they grow."""

    name: str
    file: Path
    is_encoded: bool = False


def talk(folder: Path, seconds: int, rate: str) -> Path:
    """1080p24 in H.264 with keyframes every 10 s or less, stereo AAC: ten seconds, as often as needed."""
    scene = make(
        folder / f"scene-{rate}.mp4", "-f", "lavfi", "-i", "testsrc2=size=1920x1080:rate=24:duration=10",
        "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000:duration=10",
        "-c:v", "libx264", "-preset", "veryfast", "-b:v", rate, "-maxrate", rate, "-bufsize", rate, "-g", "240",
        "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2",
    )  # fmt: skip
    return make(folder / f"{seconds}-{rate}.mp4", "-stream_loop", str(seconds // 10 - 1), "-i", str(scene), "-c", "copy")


def films_of(folder: Path, *, quick: bool) -> list[Film]:
    """Films of 4 Mb/s, two hours of 0.7 Mb/s as a lesson has them, and a minute of HEVC and of VP9."""
    found = [Film("H.264, 10 s", talk(folder, 10, "4M")), Film("H.264, 2 min", talk(folder, 120, "4M"))]
    if quick:
        return [*found, Film("HEVC, 30 s", films.hevc(films.FULL_SECONDS), is_encoded=True)]
    return [
        *found,
        Film("H.264, 20 min", talk(folder, 1200, "4M")),
        Film("H.264, 2 h", talk(folder, 7200, "700k")),
        Film("HEVC, 1 min", films.twice(films.hevc(films.FULL_SECONDS)), is_encoded=True),
        Film("VP9, 1 min", films.twice(films.large_vp9(films.FULL_SECONDS)), is_encoded=True),
    ]


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


def upload_once(host: Person, film: Film) -> Run:
    """Upload a film into a new session, wait until it is playable, watch it where asked, and have everything deleted again."""
    session, file = host.create_session("Bench"), film.file
    address = host.begin_file(session, file)
    clock = Clock(file)
    headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
    headers["Content-Length"] = str(file.stat().st_size)
    answer = host.http.patch(address, content=iter(clock), headers=headers, timeout=GIVE_UP_SECONDS)
    answered = time.perf_counter()
    if answer.status_code != 204:
        raise RuntimeError(f"upload refused: {answer.status_code} {answer.text}")
    playable = wait_until_playable(host, session)
    lead = least_lead(host, session, playable) if film.is_encoded else None
    host.end(session)
    host.receipt(session)
    return Run(answered - clock.last_byte, playable - clock.last_byte, lead)


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


def least_lead(host: Person, session: str, playable: float) -> float:
    """The least that is listed ahead of a viewer, over all playlists that the film can be played from, until these are whole."""
    (video,) = host.stream(session)["videos"]
    answer = host.http.get(video["url"])
    named = m3u8.loads(answer.text)
    growing = {urljoin(video["url"], uri) for uri in [p.uri for p in named.playlists] + [m.uri for m in named.media if m.uri]}
    lead, deadline = float("inf"), time.perf_counter() + GIVE_UP_SECONDS
    while growing:
        if time.perf_counter() > deadline:
            raise TimeoutError(f"not whole after {GIVE_UP_SECONDS} s: {growing}")
        for address in sorted(growing):
            playlist = m3u8.loads(host.http.get(address).text)
            if playlist.is_endlist:
                growing.remove(address)
            listed = sum(segment.duration or 0.0 for segment in playlist.segments)
            lead = min(lead, listed - (time.perf_counter() - playable))
        time.sleep(LOOK_SECONDS)
    return lead


def summary(seconds: list[float]) -> dict[str, float]:
    """Median, 95th percentile (nearest rank), least and most."""
    ordered = sorted(seconds)
    nearest_rank = ordered[-(-95 * len(ordered) // 100) - 1]
    figures = {"median": statistics.median(ordered), "p95": nearest_rank, "min": ordered[0], "max": ordered[-1]}
    return {name: round(value, 3) for name, value in figures.items()}


def main() -> None:
    """Measure, print a table, and write JSON where asked."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--runs", type=int, help="uploads of each film (10; with --quick 3)")
    arguments.add_argument("--json", type=Path)
    arguments.add_argument("--only", nargs="+", default=[], help="films whose names begin so, such as HEVC")
    arguments.add_argument("--quick", action="store_true", help="short films alone, few times")
    asked = arguments.parse_args()
    runs = asked.runs or (3 if asked.quick else 10)
    figures: list[dict[str, object]] = []
    machine = describe()
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as folder:
        chosen = [f for f in films_of(Path(folder), quick=asked.quick) if f.name.startswith(tuple(asked.only) or "")]
        stack = start_stack(Path(folder))
        try:
            with Person(stack.url) as host:
                host.sign_up()
                upload_once(host, Film("warm", talk(Path(folder), 10, "4M")))  # warms caches and connections
                for film in chosen:
                    figures.append(measured(film, [upload_once(host, film) for _ in range(runs)]))
                    print(f"{film.name}: {figures[-1]}", file=sys.stderr)
        finally:
            stack.stop()
    machine["load_after"] = os.getloadavg()
    print_films(figures)
    if asked.json:
        asked.json.write_text(json.dumps({"machine": machine, "runs": runs, "films": figures}, indent=1) + "\n")


def measured(film: Film, runs: list[Run]) -> dict[str, object]:
    """All figures of one film, in seconds."""
    leads = [run.lead for run in runs if run.lead is not None]
    return {
        "film": film.name,
        "megabytes": round(film.file.stat().st_size / 1e6, 1),
        "from_last_byte": summary([run.playable for run in runs]),
        "from_answer": summary([run.playable - run.answered for run in runs]),
        "answered": summary([run.answered for run in runs]),
    } | ({"least_lead": round(min(leads), 2)} if leads else {})


def print_films(figures: list[dict[str, object]]) -> None:
    """A line for each film."""
    head = ("film", "MB", "from last byte: median", "p95", "min", "max", "from answer: median", "p95", "min", "max", "least lead")
    rows = []
    for one in figures:
        cells = [value for key in ("from_last_byte", "from_answer") for value in one[key].values()]  # type: ignore[attr-defined]
        rows.append((one["film"], one["megabytes"], *cells, one.get("least_lead", "")))
    print_table(head, rows)


if __name__ == "__main__":
    main()
