"""The database's password follows a rotation of its secret."""

import json
from collections.abc import Iterator

import pytest

from matinee import secrets
from matinee.settings import DatabaseSettings


class RotatingStore:
    """Secrets Manager with one secret, whose password changes."""

    password = "old"
    reads = 0

    def get_secret_value(self, *, SecretId: str) -> dict[str, str]:  # noqa: N803 - boto3's name
        assert SecretId == "database"
        self.reads += 1
        login = {"username": "matinee", "password": self.password, "host": "db.test", "port": 5432, "dbname": "matinee"}
        return {"SecretString": json.dumps(login)}


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[RotatingStore]:
    """The store, and nothing kept of it."""
    found = RotatingStore()
    secrets.forget_secrets()
    monkeypatch.setattr("matinee.aws.secretsmanager", lambda: found)
    yield found
    secrets.forget_secrets()


def test_a_connection_that_is_opened_after_a_rotation_has_the_new_password(
    store: RotatingStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = DatabaseSettings(database_secret="database")
    now = 1000.0
    monkeypatch.setattr("matinee.secrets.time.monotonic", lambda: now)
    assert "matinee:old@" in settings.url()
    store.password = "new"
    now += 10
    assert "matinee:new@" in settings.url()


def test_connections_that_are_opened_together_ask_once(store: RotatingStore) -> None:
    settings = DatabaseSettings(database_secret="database")
    assert len({settings.url() for _ in range(8)}) == 1
    assert store.reads == 1
