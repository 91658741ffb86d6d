"""SQS-fed handler of MediaConvert's "MediaConvert Job State Change"."""

from typing import TYPE_CHECKING, Any

from functions.on_job import news
from matinee.batches import BatchAnswer, handle_each
from matinee.events import Envelope, JobStateChange

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext


def on_job_state_change(envelope: Envelope) -> None:
    """Take in the news of one message; other events are ignored."""
    if (envelope.source, envelope.detail_type) == (JobStateChange.source, JobStateChange.name):
        change = JobStateChange.model_validate(envelope.detail)
        news.take(change.job_id, change.status, change.progress)


def lambda_handler(event: dict[str, Any], _: "LambdaContext | None") -> BatchAnswer:
    """Handle a batch; messages that failed are named in the answer and come again."""
    return handle_each(event, on_job_state_change)
