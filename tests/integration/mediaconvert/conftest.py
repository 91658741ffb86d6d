"""A database that only these tests use, a worker that has MediaConvert for its back end, and the service."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from functions.transcode.settings import WorkerSettings
from functions.transcode.worker import Worker
from matinee import aws, queues, settings
from matinee.ids import new_id, new_secret
from matinee.queues import Queue
from tests.integration.cleanup.conftest import own_database_url as own_database_url  # noqa: PLC0414 - a fixture is found by its name
from tests.integration.mediaconvert.service import QUEUE, ROLE, FakeMediaConvert

QUEUES: tuple[Queue, ...] = ("express", "bulk")


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for generated files, kept for the whole run."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture
def service(
    matinee_environment: dict[str, str], own_database_url: str, monkeypatch: pytest.MonkeyPatch
) -> FakeMediaConvert:  # fmt: skip
    """The service, in an environment with queues of its own."""
    monkeypatch.setenv("MATINEE_DATABASE_URL", own_database_url)
    monkeypatch.setenv("MATINEE_MEDIACONVERT_QUEUE", QUEUE)
    for queue in QUEUES:
        url = aws.sqs().create_queue(QueueName=f"convert-{queue}-{new_secret()}")["QueueUrl"]
        monkeypatch.setenv(f"MATINEE_{queue.upper()}_QUEUE_URL", url)
    settings.forget_settings()
    made = FakeMediaConvert()
    made.attach()
    return made


@pytest.fixture
def start_worker(service: FakeMediaConvert) -> Iterator[Callable[[], Worker]]:
    """Start workers in this process, so that their calls reach the service of the test; all end with the test."""
    started: list[Worker] = []

    def start() -> Worker:
        configured = WorkerSettings(
            transcode_backend="mediaconvert", mediaconvert_role=ROLE, lease_seconds=4, heartbeat_seconds=0.3, retry_seconds=0.3
        )
        started.append(Worker(configured))
        started[-1].start()
        return started[-1]

    yield start
    for worker in started:
        worker.stop(20)
    for queue in QUEUES:  # ends the polls: a slot that stops gives the message back to the next one
        queues.wake(queue, new_id())
    for slot in (slot for worker in started for slot in worker._slots):
        slot.join(20)
