"""What lies in a stack's bucket and database, looked at from behind."""

import json
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.stack import Stack, aws_client

PREFIXES = ("uploads/", "streams/")


@dataclass(frozen=True)
class Stores:
    """The bucket and the database of a stack."""

    stack: Stack

    def left(self, session: str) -> list[str]:
        """Every object, version, delete marker and open multipart upload of a session."""
        return [entry for prefix in PREFIXES for entry in self._entries(f"{prefix}{session}")]

    def rows(self, sql: str, *values: str) -> list[dict[str, Any]]:
        """The rows that a query finds."""
        with psycopg.connect(self.stack.env["MATINEE_DATABASE_URL"], row_factory=dict_row) as connection:
            return connection.execute(sql.encode(), values).fetchall()

    def tasks(self, video: str) -> list[dict[str, Any]]:
        """The tasks of a video."""
        return self.rows("select kind, tier, ordinal, status, attempts from tasks where video_id = %s", video)

    def work_is_over(self, video: str) -> bool:
        """Whether no task of a video is left to be done."""
        return all(task["status"] == "done" for task in self.tasks(video))

    def send(self, queue: str, envelope: dict[str, Any]) -> None:
        """Put an event into a queue, named by the variable that holds its address."""
        with self._client("sqs") as sqs:
            sqs.send_message(QueueUrl=self.stack.env[queue], MessageBody=json.dumps(envelope))

    def is_empty(self, queue: str) -> bool:
        """Whether all messages of a queue, named by its variable, were handled."""
        names: tuple[Any, ...] = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        with self._client("sqs") as sqs:
            found = sqs.get_queue_attributes(QueueUrl=self.stack.env[queue], AttributeNames=names)["Attributes"]
        return {found[name] for name in names} == {"0"}

    def secret(self, variable: str) -> str:
        """The secret whose id a variable holds."""
        with self._client("secretsmanager") as secrets:
            return str(secrets.get_secret_value(SecretId=self.stack.env[variable])["SecretString"])

    def _entries(self, prefix: str) -> Iterator[str]:
        where = {"Bucket": self.stack.env["MATINEE_BUCKET"], "Prefix": prefix}
        with self._client("s3") as s3:
            for page in s3.get_paginator("list_object_versions").paginate(**where):
                for kind in ("Versions", "DeleteMarkers"):
                    yield from (f"{kind}: {entry['Key']}" for entry in page.get(kind, []))
            for page in s3.get_paginator("list_multipart_uploads").paginate(**where):
                yield from (f"Uploads: {entry['Key']}" for entry in page.get("Uploads", []))

    def _client(self, service: str) -> Any:
        return closing(aws_client(service, self.stack.env))
