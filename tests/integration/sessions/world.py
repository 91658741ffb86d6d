"""What the HTTP functions meet in these tests: a real PostgreSQL, AWS as moto plays it, and people with browsers.

Nothing is ever wiped: every test brings people and sessions of its own.
"""

import json
import os
import uuid
from collections.abc import Iterator
from concurrent.futures import Future, wait
from dataclasses import dataclass
from functools import cache
from typing import Any

import boto3
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from httpx2 import Response
from moto import mock_aws
from starlette.testclient import TestClient

from functions.sessions.passwords import hash_password
from matinee import aws, db
from matinee.auth import AUTH_COOKIE
from matinee.db import accounts
from matinee.ids import digest, new_id, new_secret
from matinee.secrets import forget_secrets
from matinee.settings import forget_settings

PASSWORD = "correct horse battery"
HOOK_SECRET = "a secret between tusd and us"
SIGNING_KEY_ID = "KTEST"
ORIGIN = "http://matinee.test"


@cache
def signing_key() -> rsa.RSAPrivateKey:
    """One key for the whole run: making one takes a while."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Cloud:
    """The queues by name; ``events`` gets everything that is put on the bus."""

    queues: dict[str, str]

    def take(self, queue: str) -> list[dict[str, Any]]:
        """All messages that lie in a queue, which is empty afterwards."""
        taken: list[dict[str, Any]] = []
        while found := aws.sqs().receive_message(QueueUrl=self.queues[queue], MaxNumberOfMessages=10).get("Messages"):
            for message in found:
                taken.append(json.loads(message["Body"]))
                aws.sqs().delete_message(QueueUrl=self.queues[queue], ReceiptHandle=message["ReceiptHandle"])
        return taken

    def events(self, name: str) -> list[dict[str, Any]]:
        """The details of all events of a name that were put on the bus since the last call."""
        return [event["detail"] for event in self.take("events") if event["detail-type"] == name]


def _provision() -> Cloud:
    pem = signing_key().private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secrets = boto3.client("secretsmanager")
    secrets.create_secret(Name="signing-key", SecretString=pem.decode())
    secrets.create_secret(Name="hook-secret", SecretString=HOOK_SECRET)
    sqs, bus = boto3.client("sqs"), boto3.client("events")
    queues = {name: sqs.create_queue(QueueName=name)["QueueUrl"] for name in ("express", "bulk", "dead", "events")}
    bus.create_event_bus(Name="matinee")
    bus.put_rule(Name="all", EventBusName="matinee", EventPattern='{"source": ["matinee"]}')
    target = "arn:aws:sqs:eu-central-1:123456789012:events"
    bus.put_targets(Rule="all", EventBusName="matinee", Targets=[{"Id": "queue", "Arn": target}])
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="bucket", CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    return Cloud(queues)


@pytest.fixture(scope="module")
def provisioned_cloud(postgres_url: str) -> Iterator[Cloud]:
    """AWS in memory, the database, and the settings that lead there, for the tests of one file."""
    with pytest.MonkeyPatch.context() as environment, mock_aws():
        for name in [name for name in os.environ if name.startswith(("MATINEE_", "AWS_"))]:
            environment.delenv(name)
        for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
            environment.setenv(name, "eu-central-1")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            environment.setenv(name, "test")
        provisioned = _provision()
        for name, value in {
            "DATABASE_URL": postgres_url,
            "BUCKET": "bucket",
            "EVENT_BUS": "matinee",
            "EXPRESS_QUEUE_URL": provisioned.queues["express"],
            "BULK_QUEUE_URL": provisioned.queues["bulk"],
            "DEAD_LETTER_QUEUE_URL": provisioned.queues["dead"],
            "PUBLIC_URL": ORIGIN,
            "HOOK_SECRET_ID": "hook-secret",
            "SIGNING_KEY_SECRET_ID": "signing-key",
            "SIGNING_KEY_ID": SIGNING_KEY_ID,
        }.items():
            environment.setenv(f"MATINEE_{name}", value)
        aws.forget_clients()
        forget_secrets()
        yield provisioned
    aws.forget_clients()
    forget_secrets()


@pytest.fixture
def cloud(provisioned_cloud: Cloud) -> Iterator[Cloud]:
    """The cloud with empty queues, and settings read anew."""
    forget_settings()
    for queue in provisioned_cloud.queues:
        provisioned_cloud.take(queue)
    yield provisioned_cloud
    db.close_pool()
    forget_settings()


def reconfigure(monkeypatch: pytest.MonkeyPatch, **variables: object) -> None:
    """Set ``MATINEE_…`` variables and have them read anew."""
    for name, value in variables.items():
        monkeypatch.setenv(f"MATINEE_{name.upper()}", str(value).lower() if isinstance(value, bool) else str(value))
    forget_settings()


def browser() -> TestClient:
    """A fresh browser with an empty cookie jar, at a network address of its own, in front of the whole API."""
    from infra.local.api import app

    address = uuid.uuid4().bytes
    headers = {"X-Forwarded-For": f"10.{address[0]}.{address[1]}.{address[2]}"}
    return TestClient(app, base_url=ORIGIN, headers=headers, raise_server_exceptions=False)


@dataclass(frozen=True)
class Host:
    """Somebody with an account, signed in."""

    browser: TestClient
    email: str
    token: str

    def open_session(self, **fields: object) -> str:
        """The id of a new session of theirs."""
        response = self.browser.post("/api/sessions", json={"title": "Film night", **fields})
        assert response.status_code == 201, response.text
        return str(response.json()["id"])

    def invite(self, session_id: str) -> str:
        """The secret of a new invitation."""
        response = self.browser.post(f"/api/sessions/{session_id}/invites")
        assert response.status_code == 201, response.text
        return str(response.json()["url"].partition("#")[2])


def new_email() -> str:
    """An address that nobody has."""
    return f"host-{uuid.uuid4()}@example.com"


def new_host() -> Host:
    """A host with a fresh account, signed in; made without the slow hashing of a password, which is tested elsewhere."""
    email, token, user_id = new_email(), new_secret(), new_id()
    with db.transaction() as tx:
        accounts.add(tx, user_id, email, "A host", _password_hash())
        accounts.add_token(tx, digest(token), user_id, seconds=3600)
    visitor = browser()
    visitor.cookies.set(AUTH_COOKIE, token, domain=ORIGIN.removeprefix("http://"))
    return Host(visitor, email, token)


@cache
def _password_hash() -> str:
    return hash_password(PASSWORD)


def guest_of(session_id: str, secret: str) -> TestClient:
    """A browser whose user joined by a link."""
    visitor = browser()
    response = visitor.post(f"/api/sessions/{session_id}/join", json={"invite": secret})
    assert response.status_code == 200, response.text
    return visitor


def refusal(response: Response) -> tuple[int, str]:
    """Status and code of a problem document."""
    assert response.headers["content-type"] == "application/problem+json", response.text
    body = response.json()
    assert body["status"] == response.status_code
    assert body["type"] == f"urn:matinee:error:{body['code']}"
    return response.status_code, body["code"]


def sql(statement: str, *values: object) -> list[dict[str, Any]]:
    """Look at, or prepare, what the database holds."""
    with db.transaction() as tx:
        cursor = tx.execute(statement, values)  # type: ignore[arg-type, unused-ignore]
        return cursor.fetchall() if cursor.description else []


def wait_until_blocked_or_done(work: Future[Any]) -> None:
    """Return when ``work``, in another thread, waits for a lock in the database, or is done because it took none."""
    while not work.done() and not sql("select 1 from pg_locks where not granted"):
        wait([work], timeout=0.01)
