"""What the functions stand on: PostgreSQL that speaks TLS, as Aurora does, and LocalStack by the template's names."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg

from tests.integration.lambda_runtime.tls import tls_in_front_of
from tests.stack import LocalStackServer, PostgresServer

ORIGIN_SECRET = "secret of the distribution"


@dataclass(frozen=True)
class Account:
    """The AWS account that the functions run in, its database, and its AWS clients."""

    values: dict[str, str]
    database_url: str
    client: Callable[[str], Any]

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Rows of a query."""
        with psycopg.connect(self.database_url) as connection:
            cursor = connection.execute(query.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def take(self, queue: str) -> list[str]:
        """The bodies of up to ten messages of the queue that a variable names; waits for the first."""
        sqs, url = self.client("sqs"), self.values[queue]
        found = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=10).get("Messages", [])
        for message in found:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return [message["Body"] for message in found]


@contextmanager
def account_in(folder: Path, public_url: str) -> Iterator[Account]:
    """A fresh account whose files lie in ``folder``; ``public_url`` is the one origin that browsers see."""
    with (
        PostgresServer(folder / "cluster") as postgres,
        LocalStackServer(folder / "files") as cloud,
        tls_in_front_of(postgres.cluster.port, folder) as tls_port,
    ):
        secrets = cloud.client("secretsmanager")

        def secret(name: str, value: str) -> str:
            arn: str = secrets.create_secret(Name=name, SecretString=value)["ARN"]
            return arn

        url = urlsplit(postgres.url)
        login = {"username": url.username, "password": url.password, "host": url.hostname, "port": tls_port}
        values = {
            **cloud.env,
            "MATINEE_DATABASE_SECRET": secret("database", json.dumps(login | {"dbname": url.path[1:]})),
            "MATINEE_ORIGIN_SECRET_ID": secret("origin", ORIGIN_SECRET),
            "MATINEE_PUBLIC_URL": public_url,
            "MATINEE_SIGNUP_OPEN": "true",
            "MATINEE_MEDIACONVERT_QUEUE": "",  # as with workers for the back end
        }
        yield Account(values, postgres.url, cloud.client)
