"""The queues that wake transcode workers.

A message only says that there is something to do; what to do is claimed in PostgreSQL (``matinee.db.tasks``). Sending one
message too many is harmless, and a message that was lost is sent again by the sweep.
"""

import json
from typing import Literal
from uuid import UUID

from matinee import aws
from matinee.settings import QueueSettings, settings

Queue = Literal["express", "bulk"]


def queue_url(queue: Queue) -> str:
    """The URL of a queue."""
    configured = settings(QueueSettings)
    return configured.express_queue_url if queue == "express" else configured.bulk_queue_url


def wake(queue: Queue, video_id: UUID, count: int = 1) -> None:
    """Send ``count`` messages: one for each task of this video that became ready to be claimed."""
    body = json.dumps({"video_id": str(video_id)})
    url = queue_url(queue)
    if count == 0:
        return
    if count == 1:
        aws.sqs().send_message(QueueUrl=url, MessageBody=body)
        return
    for first in range(0, count, 10):  # SendMessageBatch takes ten at most
        aws.sqs().send_message_batch(
            QueueUrl=url,
            Entries=[{"Id": str(i), "MessageBody": body} for i in range(first, min(first + 10, count))],
        )
