"""How many viewers one API process serves: ``python -m tests.bench.load [--seconds N] [--viewers N] [--rates R…] [--json FILE]``.

The API as it runs on one machine (one uvicorn process), a real PostgreSQL, the signing key from LocalStack. Each of the
viewers (default 1,000) is a guest with cookies and a connection of their own. Requests of the stream call arrive at a fixed
rate, whatever the answers do (an open loop), viewer by viewer, and a request's time runs from when it was due, so that what
waits behind a slow answer is counted, too. The rates rise until requests fail or are answered late for good. Everything is
on loopback, the load included.
"""

import argparse
import asyncio
import json
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import psycopg

from infra.local import parts
from infra.local.configuration import read_configuration
from matinee.auth import GUEST_COOKIE
from matinee.ids import digest, new_id, new_secret
from tests.stack import LocalStackServer, PostgresServer, Server, free_ports

RATES = (200, 300, 400, 500, 600, 800, 1000)
REQUEST_SECONDS = 5  # a viewer's page gives up
TARGET_P99_MS = 50
BROKEN_P99_MS = 1000
VIDEOS, TASKS = 3, 40


@dataclass
class Step:
    """What became of the requests of one rate: milliseconds of those answered with 200, and what else came."""

    rate: int
    milliseconds: list[float] = field(default_factory=list)
    errors: Counter[str] = field(default_factory=Counter)
    cpu: dict[str, float] = field(default_factory=dict)

    def figures(self) -> dict[str, Any]:
        """Percentiles (ms), the number of answers, errors by kind, cores used by process."""
        cuts = statistics.quantiles(self.milliseconds, n=1000) if len(self.milliseconds) > 1 else [float("inf")] * 999
        percentiles = {"p50": cuts[499], "p95": cuts[949], "p99": cuts[989], "max": max(self.milliseconds, default=float("inf"))}
        return {
            "rate": self.rate,
            "answered": len(self.milliseconds),
            **percentiles,
            "errors": dict(self.errors),
            "cores": self.cpu,
        }


def audience(database_url: str, viewers: int) -> tuple[str, list[str]]:
    """A session with films that are ready, and the secrets of its guests."""
    session, invite, guests = new_id(), new_id(), [new_secret() for _ in range(viewers)]
    with psycopg.connect(database_url) as tx:
        host = new_id()
        tx.execute("insert into users (id, email, name, password_hash) values (%s, 'host@example.com', 'Host', 'x')", [host])
        tx.execute("insert into sessions (id, host_id, title, access_epoch) values (%s, %s, 'Bench', 1)", [session, host])
        tx.execute("insert into invites (id, session_id, digest) values (%s, %s, %s)", [invite, session, digest(new_secret())])
        rows = [(digest(guest), invite) for guest in guests]
        tx.cursor().executemany(
            "insert into guests (digest, invite_id, expires_at) values (%s, %s, now() + interval '1 day')", rows
        )
        for _ in range(VIDEOS):
            video = new_id()
            tx.execute(
                """
                insert into videos (id, session_id, filename, size_bytes, status, playlist, poster, duration_s,
                                    uploaded_at, playable_at)
                values (%s, %s, 'film.mp4', 1000000, 'playable', 'master.m3u8', 'poster.jpg', 600, now(), now())
                """,
                [video, session],
            )
            tasks = [(new_id(), video, number) for number in range(TASKS)]
            tx.cursor().executemany(
                "insert into tasks (id, video_id, kind, queue, priority, ordinal, weight, status)"
                " values (%s, %s, 'encode', 'bulk', 0, %s, 1, 'pending')",
                tasks,
            )
        tx.commit()
        tx.autocommit = True
        tx.execute("vacuum analyze")
    return str(session), guests


async def arrive(url: str, guests: list[str], rate: int, seconds: float) -> Step:
    """Send ``rate`` requests a second for ``seconds``, each when it is due."""
    step = Step(rate)
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=REQUEST_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout, cookie_jar=aiohttp.DummyCookieJar()) as http:

        async def one(due: float, guest: str) -> None:
            try:
                async with http.get(url, headers={"Cookie": f"{GUEST_COOKIE}={guest}"}) as answer:
                    await answer.read()
            except (aiohttp.ClientError, TimeoutError) as error:
                step.errors[type(error).__name__] += 1
                return
            if answer.status == 200:
                step.milliseconds.append((time.perf_counter() - due) * 1000)
            else:
                step.errors[str(answer.status)] += 1

        await asyncio.gather(*(one_warm(http, url, guest) for guest in guests[:50]))
        begun, pending = time.perf_counter(), set[asyncio.Task[None]]()
        for number in range(int(rate * seconds)):
            due = begun + number / rate
            if (wait := due - time.perf_counter()) > 0:
                await asyncio.sleep(wait)
            task = asyncio.create_task(one(due, guests[number % len(guests)]))
            pending.add(task)
            task.add_done_callback(pending.discard)
        await asyncio.gather(*pending)
    return step


async def one_warm(http: aiohttp.ClientSession, url: str, guest: str) -> None:
    """A request before time is taken: pool, connections and key are there. The first waits for LocalStack to load a service."""
    timeout = aiohttp.ClientTimeout(total=60)
    async with http.get(url, headers={"Cookie": f"{GUEST_COOKIE}={guest}"}, timeout=timeout) as answer:
        await answer.read()


def cpu_seconds(pid: int) -> float:
    """Processor time of a process and of its children that still run, in seconds (Linux)."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(") ")[2].split()
        except OSError:
            continue  # it ended meanwhile
        if int(stat.parent.name) == pid or int(fields[1]) == pid:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def run(url: str, guests: list[str], rate: int, seconds: float, pids: Mapping[str, int]) -> Step:
    """One rate, with the processor time that each process took for it."""
    before, begun = {name: cpu_seconds(pid) for name, pid in pids.items()}, time.perf_counter()
    step = asyncio.run(arrive(url, guests, rate, seconds))
    took = time.perf_counter() - begun
    step.cpu = {name: round((cpu_seconds(pid) - before[name]) / took, 2) for name, pid in pids.items()}
    return step


def main() -> int:
    """Measure rate after rate until it breaks; the exit status is 1 when the lowest misses its target."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=15, help="how long each rate lasts")
    parser.add_argument("--viewers", type=int, default=1000)
    parser.add_argument("--rates", type=int, nargs="+", default=RATES, help="requests a second")
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    asked = parser.parse_args()
    figures = []
    with tempfile.TemporaryDirectory() as folder, ExitStack() as running:
        postgres = running.enter_context(PostgresServer(Path(folder) / "cluster"))
        cloud = running.enter_context(LocalStackServer(Path(folder) / "files"))
        base = parts.base_environment(read_configuration({"PATH": os.environ["PATH"]}))
        part = parts.api(port := free_ports(), base | cloud.env | {"MATINEE_DATABASE_URL": postgres.url})
        api = running.enter_context(Server(part, Path(folder) / "api.log"))
        session, guests = audience(postgres.url, asked.viewers)
        url = f"http://127.0.0.1:{port}/api/sessions/{session}/stream"
        processes = {"api": api.process, "postgres": postgres.process}
        pids = {name: process.pid for name, process in processes.items() if process} | {"load": os.getpid()}
        print(f"{'rate':>6} {'answered':>9} {'p50':>8} {'p95':>8} {'p99':>8} {'max':>8}  errors, cores")
        for rate in asked.rates:
            found = run(url, guests, rate, asked.seconds, pids).figures()
            figures.append(found)
            times = " ".join(f"{found[name]:8.1f}" for name in ("p50", "p95", "p99", "max"))
            print(f"{rate:6} {found['answered']:9} {times}  {found['errors']} {found['cores']}", flush=True)
            if found["errors"] or found["p99"] > BROKEN_P99_MS:
                break
    if asked.json:
        asked.json.write_text(json.dumps(figures, indent=1) + "\n")
    return int(bool(figures[0]["errors"]) or figures[0]["p99"] > TARGET_P99_MS)


if __name__ == "__main__":
    sys.exit(main())
