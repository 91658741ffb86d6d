"""Cleanup's Lambda: SQS messages that say "this session ended" or "sweep".

Each message holds an EventBridge envelope. What fails comes back, and after some attempts lies in the dead-letter queue; the
sweep finds what is left to do even then.
"""

from typing import TYPE_CHECKING, Any

from functions.cleanup.deadline import Deadline
from functions.cleanup.purge import purge
from functions.cleanup.settings import CleanupSettings
from functions.cleanup.sweep import sweep
from matinee.batches import BatchAnswer, handle_each
from matinee.events import Envelope, SessionEnded
from matinee.observability import metrics
from matinee.settings import settings

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

STOPPING_SECONDS = 5  # kept back to answer before the platform ends the run


def lambda_handler(event: dict[str, Any], context: "LambdaContext | None") -> BatchAnswer:
    """Handle a batch; the answer names the messages that have to come again."""
    deadline = Deadline(_seconds_for(context) - STOPPING_SECONDS)
    try:
        return handle_each(event, lambda envelope: _handle(envelope, deadline))
    finally:
        if metrics().metric_set:
            metrics().flush_metrics()


def _handle(envelope: Envelope, deadline: Deadline) -> None:
    match envelope.detail_type:
        case SessionEnded.name:
            purge(SessionEnded.model_validate(envelope.detail).session_id, deadline)
        case "sweep":
            sweep(deadline)
        case other:
            raise ValueError(f"cleanup knows no event {other!r}")


def _seconds_for(context: "LambdaContext | None") -> float:
    if context is None:
        return settings(CleanupSettings).unlimited_run_seconds
    return context.get_remaining_time_in_millis() / 1_000
