"""Originals and workers for the tests beside this file."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from matinee import aws, settings
from matinee.ids import new_secret
from tests.integration.transcode.world import WorkerProcess


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for generated files, kept for the whole run."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture
def start_worker(
    matinee_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., WorkerProcess]]:
    """Start worker processes on queues of their own; all end with the test."""
    for queue in ("EXPRESS", "BULK"):
        url = aws.sqs().create_queue(QueueName=f"transcode-{queue.lower()}-{new_secret()}")["QueueUrl"]
        monkeypatch.setenv(f"MATINEE_{queue}_QUEUE_URL", url)
    settings.forget_settings()
    started: list[WorkerProcess] = []

    def start(before: Sequence[str] = (), **settings: str) -> WorkerProcess:
        started.append(WorkerProcess(tmp_path / "worker.log", before=before, **settings))
        return started[-1]

    yield start
    for worker in started:
        worker.close()
    print((tmp_path / "worker.log").read_text()[-4000:])
