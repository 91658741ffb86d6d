"""Matinee's engine as it runs everywhere: worker processes on a real PostgreSQL and LocalStack, seen from outside."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from functions.transcode.plan import Plan
from functions.transcode.source import Source
from matinee import aws
from matinee.db import transaction
from matinee.ids import new_secret
from matinee.settings import forget_settings
from tests.bench.processes import Seen, Watch, cpu_seconds, tree_cpu_seconds
from tests.bench.stream import Rendition, put_together
from tests.integration.transcode.world import Upload, WorkerProcess
from tests.stack import LocalStackServer, PostgresServer

READY_SECONDS, GIVE_UP_SECONDS = 30, 900
SETTLE_SECONDS = 1.5  # after its start a worker is warm when the child that waits for a probe has done its imports
POLL_SECONDS = 0.01


@dataclass(frozen=True)
class Run:
    """One film's way through the engine.

    CPU seconds are of the workers and all that they started, until every task was over, pictures beside the stream included;
    those of PostgreSQL and LocalStack stand apart. Times in seconds from the message that wakes the workers.
    """

    source: Source
    plan: Plan
    cpu_s: float
    worker_cpu_s: float  # thereof the workers' own, without ffmpeg and probe
    services_cpu_s: float
    playable_s: float
    ready_s: float
    seen: Seen
    chunk_bytes: int  # the largest chunk
    stream_bytes: int
    renditions: list[Rendition]


class Services:
    """A PostgreSQL and a LocalStack of the benchmark's own, to which this process and the workers are led."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._closing = ExitStack()
        self._servers: list[PostgresServer | LocalStackServer] = []

    def __enter__(self) -> Self:
        postgres = self._closing.enter_context(PostgresServer(self._folder / "postgres"))
        localstack = self._closing.enter_context(LocalStackServer(self._folder / "localstack"))
        self._servers = [postgres, localstack]
        for name in [name for name in os.environ if name.startswith(("MATINEE_", "AWS_"))]:
            del os.environ[name]
        os.environ |= localstack.env | {
            "MATINEE_DATABASE_URL": postgres.url,
            "MATINEE_PUBLIC_URL": "http://localhost:8080",
            "POWERTOOLS_TRACE_DISABLED": "true",
            "POWERTOOLS_METRICS_DISABLED": "true",
        }
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    def cpu_seconds(self) -> float:
        """CPU seconds of both so far."""
        return sum(tree_cpu_seconds(server.process.pid) for server in self._servers if server.process)

    def run(self, film: Path, folder: Path, workers: int = 1, module: str = "functions.transcode", **settings: str) -> Run:
        """Send a film through fresh, warm workers."""
        scratch = folder / "scratch"
        scratch.mkdir(parents=True)
        _new_queues()
        upload = Upload.of(film)
        with _warm_workers(folder / "worker.log", workers, module, MATINEE_SCRATCH_DIR=str(scratch), **settings) as pids:
            services_before, before = self.cpu_seconds(), [cpu_seconds(pid) for pid in pids]
            with Watch(pids, scratch) as watch:
                started = time.perf_counter()
                upload.tell()
                playable_s = _wait(upload, "playable", "ready") - started
                ready_s = _wait(upload, "ready") - started
                _wait_for_the_last_task(upload)
            after = [cpu_seconds(pid) for pid in pids]
            services = self.cpu_seconds() - services_before
        own = sum(a[0] - b[0] for a, b in zip(after, before, strict=True))
        waited = sum(a[1] - b[1] for a, b in zip(after, before, strict=True))
        video = upload.video
        plan = Plan.model_validate(video.plan)
        return Run(
            Source.model_validate(video.source), plan, own + waited, own, services, playable_s, ready_s,
            watch.seen, _largest_chunk(upload), _stream_bytes(upload), _fetch(upload, plan, folder / "whole"),
        )  # fmt: skip


def _new_queues() -> None:
    """A worker that has ended may still be asking the old queues: what they give to it comes back late."""
    for queue in ("EXPRESS", "BULK"):
        name = f"transcode-{queue.lower()}-{new_secret()}"
        os.environ[f"MATINEE_{queue}_QUEUE_URL"] = aws.sqs().create_queue(QueueName=name)["QueueUrl"]
    forget_settings()


@contextmanager
def _warm_workers(log: Path, count: int, module: str, **settings: str) -> Iterator[list[int]]:
    workers = [WorkerProcess(log.with_suffix(f".{n}.log"), module, **settings) for n in range(count)]
    try:
        deadline = time.monotonic() + READY_SECONDS
        while not all("worker ready" in log.with_suffix(f".{n}.log").read_text() for n in range(count)):
            if time.monotonic() > deadline or any(w.process.poll() is not None for w in workers):
                raise RuntimeError(f"the worker did not start:\n{log.with_suffix('.0.log').read_text()[-2000:]}")
            time.sleep(0.05)
        time.sleep(SETTLE_SECONDS)
        yield [worker.process.pid for worker in workers]
    finally:
        for worker in workers:
            worker.close()


def _wait(upload: Upload, *statuses: str) -> float:
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while time.monotonic() < deadline:
        with transaction() as tx:
            row = tx.execute("select status, error_code from videos where id = %s", [upload.video_id]).fetchone()
        if row and row["status"] in statuses:
            return time.perf_counter()
        if row and row["status"] == "failed":
            raise RuntimeError(f"the engine failed with {row['error_code']}")
        time.sleep(POLL_SECONDS)
    raise TimeoutError(f"not {statuses} after {GIVE_UP_SECONDS} s")


def _wait_for_the_last_task(upload: Upload) -> None:
    deadline = time.monotonic() + GIVE_UP_SECONDS
    while any(task["status"] in ("pending", "leased") for task in upload.tasks()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"tasks are left: {upload.tasks()}")
        time.sleep(POLL_SECONDS)


def _largest_chunk(upload: Upload) -> int:
    """Bytes of all segments of the picture that the largest task has made."""
    with transaction() as tx:
        row = tx.execute(
            """
            select coalesce(max(bytes), 0)::bigint as most from (
              select sum(s.size_bytes) as bytes from tasks t
                join renditions r on r.video_id = t.video_id and r.kind = 'video' and r.task_kind = t.kind and r.tier = t.tier
                join segments s on s.video_id = t.video_id and s.rendition = r.name
                               and s.start_s >= coalesce(t.start_s, 0) - 0.001 and s.start_s < coalesce(t.end_s, 1e9) - 0.001
               where t.video_id = %s group by t.id) chunks
            """,
            [upload.video_id],
        ).fetchone()
    return int(row["most"]) if row else 0


def _stream_bytes(upload: Upload) -> int:
    return sum(s.size_bytes for r in upload.renditions().values() if r.kind in ("video", "audio") for s in r.segments)


def _fetch(upload: Upload, plan: Plan, folder: Path) -> list[Rendition]:
    return [
        put_together(min(r.width, r.height), upload.segments(r.name), folder / f"{r.name}.ts")
        for r in sorted(plan.video, key=lambda r: -r.height)
    ]
