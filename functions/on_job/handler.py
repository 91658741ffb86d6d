"""SQS-fed handler of MediaConvert's "MediaConvert Job State Change"."""

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from functions.on_job import news
from matinee.events import Envelope, JobStateChange

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def on_job_state_change(record: "SQSRecord") -> None:
    """Take in the news of one message; other events are ignored."""
    envelope = Envelope.model_validate_json(record.body)
    if (envelope.source, envelope.detail_type) == (JobStateChange.source, JobStateChange.name):
        change = JobStateChange.model_validate(envelope.detail)
        news.take(change.job_id, change.status, change.progress)


def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Handle a batch; messages that failed are named in the answer and come again."""
    return process_partial_response(event, on_job_state_change, _processor, context)
