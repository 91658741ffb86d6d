"""PostgreSQL and LocalStack as the stack starts them."""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.stack import PostgresServer, aws_client


def _receive(env: dict[str, str], queue: str, wanted: str, seconds: float = 30) -> dict[str, Any]:
    """The first event on the queue whose text holds ``wanted``."""
    sqs = aws_client("sqs", env)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for message in sqs.receive_message(QueueUrl=env[queue], WaitTimeSeconds=2).get("Messages", []):
            sqs.delete_message(QueueUrl=env[queue], ReceiptHandle=message["ReceiptHandle"])
            if wanted in message["Body"]:
                event: dict[str, Any] = json.loads(message["Body"])
                return event
    raise AssertionError(f"nothing about {wanted} came to {queue}")


@pytest.fixture(scope="module")
def own_postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PostgresServer]:
    with PostgresServer(tmp_path_factory.mktemp("own") / "cluster", migrated=False) as server:
        yield server


def test_postgres_runs_for_root_as_well_as_for_anybody_else(own_postgres: PostgresServer) -> None:
    with psycopg.connect(own_postgres.url) as connection:
        row = connection.execute("select current_setting('server_version_num')::int / 10000").fetchone()
    assert row == (18,)
    assert own_postgres.cluster.data.stat().st_uid == os.geteuid()


def test_postgres_lets_nobody_in_without_the_password(own_postgres: PostgresServer) -> None:
    stranger = own_postgres.url.replace(own_postgres.cluster.password, "guess")
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(stranger)


def test_postgres_ends_with_its_block_and_leaves_no_process(tmp_path: Path) -> None:
    with PostgresServer(tmp_path / "cluster", migrated=False) as server:
        # A client that stays connected must not hold the end up.
        idle = psycopg.connect(server.url)
        process = server.process
    assert process is not None
    assert process.returncode == 0
    assert not (server.cluster.data / "postmaster.pid").exists()
    idle.close()


def test_the_schema_is_there(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("select count(*) from sessions").fetchone() is not None


def test_an_object_under_uploads_is_announced_to_the_intake(localstack_env: dict[str, str]) -> None:
    s3 = aws_client("s3", localstack_env)
    s3.put_object(Bucket=localstack_env["MATINEE_BUCKET"], Key="streams/elsewhere/made.ts", Body=b"x")
    s3.put_object(Bucket=localstack_env["MATINEE_BUCKET"], Key="uploads/here/made", Body=b"abc")
    event = _receive(localstack_env, "MATINEE_ON_UPLOAD_QUEUE_URL", "/made")
    assert (event["source"], event["detail-type"]) == ("aws.s3", "Object Created")
    assert event["detail"]["object"]["key"] == "uploads/here/made"
    assert event["detail"]["object"]["size"] == 3


def test_the_end_of_a_session_is_announced_to_cleanup(localstack_env: dict[str, str]) -> None:
    events = aws_client("events", localstack_env)
    for name in ("video.ready", "session.ended"):
        entry = {
            "EventBusName": localstack_env["MATINEE_EVENT_BUS"],
            "Source": "matinee",
            "DetailType": name,
            "Detail": json.dumps({"session_id": "the-announced-one"}),
        }
        assert events.put_events(Entries=[entry])["FailedEntryCount"] == 0
    event = _receive(localstack_env, "MATINEE_CLEANUP_QUEUE_URL", "the-announced-one")
    assert event["detail-type"] == "session.ended"


def test_the_schedule_asks_cleanup_to_sweep(localstack_env: dict[str, str]) -> None:
    event = _receive(localstack_env, "MATINEE_CLEANUP_QUEUE_URL", '"sweep"', seconds=90)
    assert event == {"source": "matinee", "detail-type": "sweep", "detail": {}}


def test_every_queue_gives_up_on_a_message_into_its_dead_letter_queue(localstack_env: dict[str, str]) -> None:
    sqs = aws_client("sqs", localstack_env)
    redrives = {}
    for variable in ("ON_UPLOAD", "CLEANUP", "EXPRESS", "BULK"):
        url = localstack_env[f"MATINEE_{variable}_QUEUE_URL"]
        attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["RedrivePolicy"])["Attributes"]
        redrives[variable] = json.loads(attributes["RedrivePolicy"])["deadLetterTargetArn"].rsplit(":", 1)[1]
    assert redrives == {
        "ON_UPLOAD": "matinee-on-upload-dlq",
        "CLEANUP": "matinee-cleanup-dlq",
        "EXPRESS": "matinee-transcode-dlq",
        "BULK": "matinee-transcode-dlq",
    }


def test_the_secrets_are_kept_where_the_functions_look_for_them(localstack_env: dict[str, str]) -> None:
    store = aws_client("secretsmanager", localstack_env)
    key = store.get_secret_value(SecretId=localstack_env["MATINEE_SIGNING_KEY_SECRET_ID"])["SecretString"]
    hook = store.get_secret_value(SecretId=localstack_env["MATINEE_HOOK_SECRET_ID"])["SecretString"]
    assert key.startswith("-----BEGIN PRIVATE KEY-----")
    assert len(hook) >= 32
