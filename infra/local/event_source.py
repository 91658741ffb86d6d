"""Feeds a Lambda handler from an SQS queue in the way of Lambda's event source mapping.

``python -m infra.local.event_source MODULE QUEUE_URL``: batches of up to ten, partial batch responses, and only what the
handler finished is deleted; the rest comes back when its visibility ends.
https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
"""

import importlib
import os
import signal
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from matinee import aws

Handler = Callable[[dict[str, Any], Any], dict[str, Any] | None]
Message = dict[str, Any]

BATCH_SIZE = 10
LONG_POLL_SECONDS = 20
RETRY_SECONDS = 1.0


@dataclass(frozen=True)
class Context:
    """The part of Lambda's context object that handlers and Powertools read."""

    function_name: str
    memory_limit_in_mb: int = 1024
    function_version: str = "$LATEST"
    aws_request_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    deadline: float = field(default_factory=lambda: time.monotonic() + 900)  # Lambda's longest, seconds

    @property
    def invoked_function_arn(self) -> str:
        """An ARN of the right shape."""
        return f"arn:aws:lambda:us-east-1:000000000000:function:{self.function_name}"

    def get_remaining_time_in_millis(self) -> int:
        """Milliseconds left."""
        return max(0, int((self.deadline - time.monotonic()) * 1000))


def as_event(messages: list[Message], queue_arn: str) -> dict[str, Any]:
    """The event that Lambda makes of received messages."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": message.get("Attributes", {}),
                "messageAttributes": {},
                "md5OfBody": message["MD5OfBody"],
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": queue_arn.split(":")[3],
            }
            for message in messages
        ]
    }


def finished(messages: list[Message], response: dict[str, Any] | None) -> list[Message]:
    """The messages that the response does not name as failed; none when it names what was not in the batch."""
    failures = (response or {}).get("batchItemFailures") or []
    failed = {failure.get("itemIdentifier") for failure in failures}
    if not failed <= {message["MessageId"] for message in messages}:
        return []
    return [message for message in messages if message["MessageId"] not in failed]


class EventSource:
    """One queue and the handler that it feeds, one batch at a time as one Lambda environment would."""

    def __init__(self, handler: Handler, queue_url: str, function_name: str) -> None:
        self._handler = handler
        self._queue_url = queue_url
        self._function_name = function_name
        self._stopping = False
        self._in_batch = False
        self._parent = os.getppid()

    def run(self) -> None:
        """Poll until ``stop``. A queue that is away is tried again."""
        while not self._stopping:
            try:
                self.take_batch()
            except (BotoCoreError, ClientError) as error:
                print(f"queue not reached: {type(error).__name__}", flush=True)
                time.sleep(RETRY_SECONDS)

    def stop(self, *_: int | FrameType | None) -> None:
        """As a signal handler: end after the batch in hand; at once when there is none, or when the whole stack is gone."""
        self._stopping = True
        if not self._in_batch or os.getppid() != self._parent:
            raise SystemExit(0)

    def take_batch(self, wait_seconds: int = LONG_POLL_SECONDS) -> int:
        """Receive one batch, have it handled, delete what is finished; gives the number deleted."""
        received = aws.sqs().receive_message(
            QueueUrl=self._queue_url,
            MaxNumberOfMessages=BATCH_SIZE,
            WaitTimeSeconds=wait_seconds,
            MessageSystemAttributeNames=["All"],
        )
        messages: list[Message] = [dict(message) for message in received.get("Messages", [])]
        if not messages:
            return 0
        self._in_batch = True
        try:
            done = self._handle(messages)
            if done:
                entries: Any = [{"Id": str(i), "ReceiptHandle": message["ReceiptHandle"]} for i, message in enumerate(done)]
                aws.sqs().delete_message_batch(QueueUrl=self._queue_url, Entries=entries)
            return len(done)
        finally:
            self._in_batch = False

    def _handle(self, messages: list[Message]) -> list[Message]:
        arn = f"arn:aws:sqs:us-east-1:000000000000:{self._queue_url.rsplit('/', 1)[1]}"
        try:
            response = self._handler(as_event(messages, arn), Context(self._function_name))
        except Exception as error:  # noqa: BLE001 - whatever a handler raises fails its batch, as on Lambda
            print(f"batch of {len(messages)} failed: {type(error).__name__}: {error}", flush=True)
            return []
        return finished(messages, response)


def main() -> None:
    """Run the handler that the command line names."""
    module, queue_url = sys.argv[1:]
    handler: Handler = importlib.import_module(module).lambda_handler
    source = EventSource(handler, queue_url, module.rsplit(".", 2)[1])
    signal.signal(signal.SIGTERM, source.stop)
    source.run()


if __name__ == "__main__":
    main()
