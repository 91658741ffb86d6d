"""The rules by which Lambda deletes or keeps the messages of a batch."""

from typing import Any

import pytest

from infra.local.event_source import as_event, finished

MESSAGES = [{"MessageId": name, "ReceiptHandle": f"r-{name}", "Body": "{}", "MD5OfBody": "m"} for name in "abc"]


def _ids(messages: list[dict[str, Any]]) -> list[str]:
    return [message["MessageId"] for message in messages]


@pytest.mark.parametrize("response", [None, {}, {"batchItemFailures": []}, {"batchItemFailures": None}])
def test_a_response_without_failures_finishes_the_batch(response: dict[str, Any] | None) -> None:
    assert _ids(finished(MESSAGES, response)) == ["a", "b", "c"]


def test_only_what_failed_is_kept() -> None:
    assert _ids(finished(MESSAGES, {"batchItemFailures": [{"itemIdentifier": "b"}]})) == ["a", "c"]


@pytest.mark.parametrize("identifier", ["", None, "somebody else's"])
def test_a_response_that_names_a_foreign_message_keeps_the_whole_batch(identifier: str | None) -> None:
    assert finished(MESSAGES, {"batchItemFailures": [{"itemIdentifier": identifier}]}) == []


def test_the_event_has_the_fields_that_lambda_gives() -> None:
    event = as_event(MESSAGES, "arn:aws:sqs:eu-west-1:000000000000:matinee-cleanup")
    assert [record["messageId"] for record in event["Records"]] == ["a", "b", "c"]
    first = event["Records"][0]
    assert (first["eventSource"], first["awsRegion"], first["receiptHandle"]) == ("aws:sqs", "eu-west-1", "r-a")
