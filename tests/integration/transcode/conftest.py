"""Originals and workers for the tests beside this file."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import pytest

from matinee.db import transaction
from tests.conftest import matinee_process
from tests.integration.transcode.films.making import File
from tests.integration.transcode.library import Library
from tests.integration.transcode.world import WorkerProcess, own_queues


@pytest.fixture(scope="session")
def media(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for generated files, kept for the whole run."""
    return tmp_path_factory.mktemp("media")


@pytest.fixture
def start_worker(
    matinee_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[Callable[..., WorkerProcess]]:
    """Start worker processes on queues of their own; all end with the test."""
    own_queues(monkeypatch)
    with transaction() as tx:  # what another test's workers left undone is not for these
        tx.execute("delete from tasks where status in ('pending', 'leased')")
    started: list[WorkerProcess] = []

    def start(before: Sequence[str] = (), **settings: str) -> WorkerProcess:
        started.append(WorkerProcess(tmp_path / "worker.log", before=before, **settings))
        return started[-1]

    yield start
    for worker in started:
        worker.close()
    print((tmp_path / "worker.log").read_text()[-40000:])


@pytest.fixture(scope="module")
def library(
    request: pytest.FixtureRequest,
    postgres_url: str,
    localstack_env: dict[str, str],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Library]:
    """One worker that has been given the films of all tests of this module that run, so that it is never idle."""
    folder = tmp_path_factory.mktemp("library")
    wanted = [
        cast("File", item.callspec.params["film"])
        for item in request.session.items
        if isinstance(item, pytest.Function) and item.module is request.module and hasattr(item, "callspec")
        if "film" in item.callspec.params
    ]
    with matinee_process(postgres_url, localstack_env), pytest.MonkeyPatch.context() as patch:
        own_queues(patch)
        worker = WorkerProcess(folder / "worker.log")
        try:
            yield Library(folder, wanted)
        finally:
            worker.close()
            print((folder / "worker.log").read_text()[-40000:])
