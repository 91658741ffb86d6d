"""Batches of SQS messages, each with an EventBridge envelope, as Lambda hands them over."""

from collections.abc import Callable
from typing import Any, TypedDict

from matinee.events import Envelope
from matinee.observability import logger


class FailedMessage(TypedDict):
    """One that has to come again."""

    itemIdentifier: str


class BatchAnswer(TypedDict):
    """What Lambda wants to know of a batch (``ReportBatchItemFailures``)."""

    batchItemFailures: list[FailedMessage]


def handle_each(event: dict[str, Any], handle: Callable[[Envelope], None]) -> BatchAnswer:
    """Handle each message by itself: those that fail come again, and no others.

    Powertools can do that too, but loads the classes of every source of events for it: a tenth of a cold start.
    """
    failed: list[FailedMessage] = []
    for record in event["Records"]:
        try:
            handle(Envelope.model_validate_json(record["body"]))
        except Exception:  # noqa: BLE001 - whatever it was, the others must not suffer
            logger.exception("message not handled", message_id=record["messageId"])
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
