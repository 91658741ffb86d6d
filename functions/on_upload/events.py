"""SQS-fed handler of S3's "Object Created": the second witness of an upload's end."""

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

from functions.on_upload import uploads
from matinee.events import Envelope, ObjectCreated
from matinee.intake import take_in

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.batch.types import PartialItemFailureResponse
    from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
    from aws_lambda_powertools.utilities.typing import LambdaContext

_processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)


def on_object_created(record: "SQSRecord") -> None:
    """Take in the original that one message tells of; all other objects are ignored."""
    envelope = Envelope.model_validate_json(record.body)
    if (envelope.source, envelope.detail_type) != ("aws.s3", "Object Created"):
        return
    created = ObjectCreated.model_validate(envelope.detail).object
    ids = uploads.ids_of_key(created.key)
    if ids is not None:
        take_in(*ids, created.size, witness="s3")


def lambda_handler(event: dict[str, Any], context: "LambdaContext") -> "PartialItemFailureResponse":
    """Handle a batch; messages that failed are named in the answer and come again."""
    return process_partial_response(event, on_object_created, _processor, context)
