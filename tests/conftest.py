"""Servers that many tests share: started on first use, once per run."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from matinee import aws, db, secrets, settings
from tests.stack import LocalStackServer, PostgresServer, Stack, start_stack


def pytest_configure() -> None:
    """Hear interrupts, and have what the tests start hear them: a shell has its background jobs ignore them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real PostgreSQL with the schema; rows of other tests may be in it."""
    with PostgresServer(tmp_path_factory.mktemp("postgres") / "cluster") as server:
        yield server.url


@pytest.fixture(scope="session")
def localstack_env(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The environment of a provisioned LocalStack; objects and messages of other tests may be in it."""
    with LocalStackServer(tmp_path_factory.mktemp("localstack") / "files") as server:
        yield server.env


@pytest.fixture(scope="session")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The whole stack, for tests that leave it as they found it; who kills parts starts a stack of his own."""
    running = start_stack(tmp_path_factory.mktemp("stack"))
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture
def matinee_environment(postgres_url: str, localstack_env: dict[str, str]) -> Iterator[dict[str, str]]:
    """This process set up as a function would be: settings, clients and pool of `matinee` lead to the shared servers."""
    with matinee_process(postgres_url, localstack_env) as environment:
        yield environment


@contextmanager
def matinee_process(postgres_url: str, localstack_env: dict[str, str]) -> Iterator[dict[str, str]]:
    """For a fixture of any scope: the same set-up until the block ends."""
    environment = {
        **localstack_env,
        "MATINEE_DATABASE_URL": postgres_url,
        "MATINEE_PUBLIC_URL": "http://localhost:8080",
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("MATINEE_", "AWS_"))]:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        _forget()
        yield environment
    _forget()


def _forget() -> None:
    db.close_pool()
    aws.forget_clients()
    secrets.forget_secrets()
    settings.forget_settings()
