"""SQS-fed handler of S3's "Object Created": the second witness of an upload's end."""

from typing import TYPE_CHECKING, Any

from functions.on_upload import uploads
from matinee.batches import BatchAnswer, handle_each
from matinee.events import Envelope, ObjectCreated
from matinee.intake import take_in

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def on_object_created(envelope: Envelope) -> None:
    """Take in the original that one message tells of; all other objects are ignored."""
    if (envelope.source, envelope.detail_type) != ("aws.s3", "Object Created"):
        return
    created = ObjectCreated.model_validate(envelope.detail).object
    ids = uploads.ids_of_key(created.key)
    if ids is not None:
        take_in(*ids, created.size, witness="s3")


def lambda_handler(event: dict[str, Any], _: "LambdaContext | None") -> BatchAnswer:
    """Handle a batch; messages that failed are named in the answer and come again."""
    return handle_each(event, on_object_created)
