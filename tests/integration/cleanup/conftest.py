"""A database, a bucket, a bus and queues that only the tests of cleanup use: a sweep looks at all there is."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from functions.cleanup.handler import lambda_handler
from matinee import aws, db
from matinee.db import Tx
from matinee.ids import new_id, stream_prefix, upload_key

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="module")
def own_database_url(postgres_url: str) -> Iterator[str]:
    name = f"cleanup_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))
    server = conninfo_to_dict(postgres_url)
    url = f"postgresql://{server['user']}:{server.get('password', '')}@{server['host']}:{server['port']}/{name}"
    environment = {**os.environ, "MATINEE_DATABASE_URL": url, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'layers/common'}"}
    subprocess.run([sys.executable, "-m", "infra.migrations"], env=environment, cwd=ROOT, check=True, capture_output=True)
    yield url
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(name)))


@dataclass(frozen=True)
class House:
    """One host with sessions, videos and files, and the questions that tests ask."""

    bucket: str
    events_queue: str
    environment: dict[str, str]

    # Given

    def host(self) -> UUID:
        user_id = new_id()
        self.execute(
            "insert into users (id, email, name, password_hash) values (%s, %s, 'Host', 'x')", user_id, f"{user_id}@example.com"
        )
        return user_id

    def session(self, *, ended: bool = False, host: UUID | None = None) -> UUID:
        session_id = new_id()
        self.execute("insert into sessions (id, host_id, title) values (%s, %s, 'Evening')", session_id, host or self.host())
        if ended:
            self.end(session_id)
        return session_id

    def end(self, session_id: UUID) -> None:
        self.execute("update sessions set ended_at = now() where id = %s", session_id)

    def video(self, session_id: UUID, status: str = "uploading", size: int = 5, minutes_old: float = 0) -> UUID:
        video_id = new_id()
        begun = status not in ("uploading", "failed")
        self.execute(
            """
            insert into videos (id, session_id, filename, size_bytes, status, created_at, uploaded_at, failed_at, error_code)
            select %(id)s, %(session)s, 'film.mp4', %(size)s, %(status)s, at, case when %(begun)s then at end,
                   case when %(status)s = 'failed' then at end, case when %(status)s = 'failed' then 'corrupt' end
              from (select now() - %(age)s * interval '1 minute' as at) t
            """,
            {"id": video_id, "session": session_id, "size": size, "status": status, "begun": begun, "age": minutes_old},
        )
        return video_id

    def task(self, video_id: UUID, *, lease_seconds: float | None = None, woken_minutes_ago: float = 0) -> UUID:
        task_id = new_id()
        self.execute(
            """
            insert into tasks (id, video_id, kind, queue, priority, status, lease_owner, lease_until, woken_at)
            values (%s, %s, 'plan', 'express', 0, %s, %s, now() + %s * interval '1 second', now() - %s * interval '1 minute')
            """,
            task_id, video_id, "leased" if lease_seconds else "pending", "worker" if lease_seconds else None, lease_seconds,
            woken_minutes_ago,
        )  # fmt: skip
        return task_id

    def release(self, task_id: UUID) -> None:
        self.execute("update tasks set lease_owner = null, lease_until = null where id = %s and status = 'cancelled'", task_id)

    def put(self, key: str, size: int = 1) -> None:
        aws.s3().put_object(Bucket=self.bucket, Key=key, Body=b"x" * size)

    def put_upload(self, session_id: UUID, video_id: UUID, size: int = 5) -> None:
        self.put(upload_key(session_id, video_id), size)
        self.put(upload_key(session_id, video_id) + ".info", 2)

    def put_stream(self, session_id: UUID, video_id: UUID, segments: int = 3) -> None:
        for number in range(segments):
            self.put(f"{stream_prefix(session_id, video_id)}v0/{number}.ts", 10)

    def open_multipart(self, key: str, *parts: bytes) -> str:
        upload_id = aws.s3().create_multipart_upload(Bucket=self.bucket, Key=key)["UploadId"]
        for number, body in enumerate(parts, 1):
            aws.s3().upload_part(Bucket=self.bucket, Key=key, UploadId=upload_id, PartNumber=number, Body=body)
        return upload_id

    def set_versioning(self, status: Any) -> None:
        aws.s3().put_bucket_versioning(Bucket=self.bucket, VersioningConfiguration={"Status": status})

    # When

    def message(self, name: str, **detail: object) -> dict[str, Any]:
        body = {"source": "matinee", "detail-type": name, "detail": {key: str(value) for key, value in detail.items()}}
        return {"messageId": str(uuid4()), "receiptHandle": "r", "eventSource": "aws:sqs", "body": json.dumps(body)}

    def handle(self, *messages: dict[str, Any]) -> list[str]:
        """The ids of the messages that have to come again."""
        answer = lambda_handler({"Records": list(messages)}, None)
        return [str(failure["itemIdentifier"]) for failure in answer["batchItemFailures"]]

    def session_ended(self, session_id: UUID) -> list[str]:
        return self.handle(self.message("session.ended", session_id=session_id))

    def sweep(self) -> list[str]:
        return self.handle(self.message("sweep"))

    # Then

    def keys(self, prefix: str = "") -> set[str]:
        pages = aws.s3().get_paginator("list_objects_v2").paginate(Bucket=self.bucket, Prefix=prefix)
        return {entry["Key"] for page in pages for entry in page.get("Contents", [])}

    def leftovers(self, prefix: str = "") -> int:
        """Versions, delete markers and open multipart uploads."""
        s3, where = aws.s3(), {"Bucket": self.bucket, "Prefix": prefix}
        number = len(self.keys(prefix))
        for page in s3.get_paginator("list_object_versions").paginate(**where):  # type: ignore[arg-type]
            number += len(page.get("Versions", [])) + len(page.get("DeleteMarkers", []))
        return number + len(self.multiparts(prefix))

    def multiparts(self, prefix: str = "") -> list[str]:
        uploads = aws.s3().list_multipart_uploads(Bucket=self.bucket, Prefix=prefix).get("Uploads", [])
        return [upload["UploadId"] for upload in uploads]

    def receipt(self, session_id: UUID) -> dict[str, Any]:
        row = self.one("select * from receipts where session_id = %s", session_id)
        assert row is not None
        return row

    def purged_at(self, session_id: UUID) -> datetime | None:
        row = self.one("select purged_at from sessions where id = %s", session_id)
        assert row is not None
        purged_at: datetime | None = row["purged_at"]
        return purged_at

    def status(self, video_id: UUID) -> str | None:
        row = self.one("select status from videos where id = %s", video_id)
        return row["status"] if row else None

    def events(self, name: str) -> list[dict[str, Any]]:
        """Details of the events of that name that reached the bus since the last question. Waits up to a second for more."""
        envelopes = [json.loads(body) for body in _receive(self.events_queue)]
        return [envelope["detail"] for envelope in envelopes if envelope["detail-type"] == name]

    def woken(self) -> list[str]:
        """The videos of the messages on the express queue, which is then empty."""
        return [json.loads(body)["video_id"] for body in _receive(self.environment["MATINEE_EXPRESS_QUEUE_URL"])]

    def one(self, query: str, *values: object) -> dict[str, Any] | None:
        with db.transaction() as tx:
            return tx.execute(query, list(values)).fetchone()

    def execute(self, query: str, *values: object) -> None:
        with db.transaction() as tx:
            named = values[0] if len(values) == 1 and isinstance(values[0], dict) else list(values)
            tx.execute(query, named)


def _receive(queue_url: str) -> Iterator[str]:
    while messages := aws.sqs().receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages"):
        for message in messages:
            aws.sqs().delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            yield message["Body"]


@pytest.fixture
def house(matinee_environment: dict[str, str], own_database_url: str, monkeypatch: pytest.MonkeyPatch) -> House:
    name = f"cleanup-{uuid4().hex}"
    environment = {
        **matinee_environment,
        "MATINEE_DATABASE_URL": own_database_url,
        "MATINEE_BUCKET": name,
        "MATINEE_EVENT_BUS": name,
    }
    aws.s3().create_bucket(Bucket=name)
    for queue in ("EXPRESS", "BULK"):
        url = aws.sqs().create_queue(QueueName=f"{name}-{queue.lower()}")["QueueUrl"]
        environment[f"MATINEE_{queue}_QUEUE_URL"] = url
    heard = aws.sqs().create_queue(QueueName=f"{name}-events")["QueueUrl"]
    arn = aws.sqs().get_queue_attributes(QueueUrl=heard, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    aws.eventbridge().create_event_bus(Name=name)
    aws.eventbridge().put_rule(Name=name, EventBusName=name, EventPattern='{"source": ["matinee"]}')
    aws.eventbridge().put_targets(Rule=name, EventBusName=name, Targets=[{"Id": "queue", "Arn": arn}])
    for variable, value in environment.items():
        monkeypatch.setenv(variable, value)
    with db.transaction() as tx:
        _empty(tx)
    return House(name, heard, environment)


def _empty(tx: Tx) -> None:
    tx.execute("truncate users, login_failures cascade")
