"""The event source against a real queue: what is handled goes, what failed comes back."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.local.event_source import EventSource
from tests.stack import aws_client


@pytest.fixture
def queue(matinee_environment: dict[str, str]) -> Iterator[str]:
    sqs = aws_client("sqs", matinee_environment)
    url: str = sqs.create_queue(QueueName="event-source-test", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    for name in ("good", "bad"):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"name": name}))
    yield url
    sqs.delete_queue(QueueUrl=url)


def _names(event: dict[str, Any]) -> list[str]:
    return [json.loads(record["body"])["name"] for record in event["Records"]]


def _take_until(source: EventSource, seen: list[str], count: int) -> None:
    for _ in range(20):
        if len(seen) >= count:
            return
        source.take_batch(wait_seconds=2)
    raise AssertionError(f"only {seen} came")


def test_a_failed_message_comes_back_and_a_finished_one_does_not(queue: str) -> None:
    seen: list[str] = []

    def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
        seen.extend(_names(event))
        failed = [record["messageId"] for record in event["Records"] if "bad" in record["body"]]
        return {"batchItemFailures": [{"itemIdentifier": identifier} for identifier in failed]}

    _take_until(EventSource(handler, queue, "test"), seen, 4)
    assert seen.count("good") == 1
    assert seen.count("bad") == 3


def test_a_handler_that_raises_keeps_its_whole_batch(queue: str) -> None:
    seen: list[str] = []

    def handler(event: dict[str, Any], _: Any) -> dict[str, Any]:
        seen.extend(_names(event))
        raise ValueError("broken")

    _take_until(EventSource(handler, queue, "test"), seen, 4)
    assert sorted(set(seen)) == ["bad", "good"]
    assert seen.count("good") == 2
