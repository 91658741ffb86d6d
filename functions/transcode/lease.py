"""The lease of one task, kept alive while the task runs, and what must stop when it is lost."""

import threading
import time
from collections.abc import Callable
from math import ceil

from functions.transcode.settings import WorkerSettings
from matinee import aws
from matinee.db import tasks, transaction
from matinee.observability import logger

WRITE_SHARE = 1 / 3  # a write to the bucket is begun only when at least this share of the lease is left
MESSAGE_BEATS = 3  # the message is extended at every third beat
VISIBILITY_MARGIN_S = 1.0  # after the lease has run out the message comes back, so that whoever gets it can claim


class StoppingError(Exception):
    """The worker was told to stop; the task goes back."""


class Lease:
    """Heartbeat of a claimed task: extends lease and message in the background, and stops the work when that fails."""

    def __init__(
        self, task: tasks.Task, settings: WorkerSettings, queue_url: str, receipt: str, stopping: threading.Event
    ) -> None:
        self.task = task
        self.progress = 0.0
        self._settings = settings
        self._queue_url, self._receipt = queue_url, receipt
        self._stopping = stopping
        self._valid_until = time.monotonic() + settings.lease_seconds
        self._lost = threading.Event()
        self._done = threading.Event()
        self._on_loss: list[Callable[[str], None]] = []
        self._thread = threading.Thread(target=self._beat, name=f"lease-{task.kind}", daemon=True)
        self._thread.start()

    def on_loss(self, stop: Callable[[str], None]) -> None:
        """Call ``stop`` with a reason when the task must end: lease lost, or worker stopping."""
        self._on_loss.append(stop)
        if self._lost.is_set() or self._stopping.is_set():
            stop("the task was taken away")

    def check(self) -> None:
        """Before each write to the bucket. Raises LeaseLostError or StoppingError."""
        if self._stopping.is_set():
            raise StoppingError
        if self._lost.is_set() or time.monotonic() + WRITE_SHARE * self._settings.lease_seconds > self._valid_until:
            raise tasks.LeaseLostError

    def take_away(self) -> None:
        """It is ours no more: stop the work."""
        self._lost.set()
        self._stop_work()

    def end(self) -> None:
        """Stop the heartbeat; to be called before the task is finished or handed back."""
        self._done.set()
        self._thread.join()

    def _beat(self) -> None:
        beats = 0
        while not self._done.wait(self._settings.heartbeat_seconds if beats else 0):
            if self._stopping.is_set():
                self._stop_work()
                return
            try:
                asked_at = time.monotonic()
                if beats:
                    with transaction() as tx:
                        tasks.extend(tx, self.task, self._settings.lease_seconds, self.progress)
                    self._valid_until = asked_at + self._settings.lease_seconds
                if beats % MESSAGE_BEATS == 0:
                    self._extend_message()
            except tasks.LeaseLostError:
                self.take_away()
                return
            except Exception:  # noqa: BLE001 - the database or the queue is away: the lease says how long we may go on
                logger.warning("heartbeat failed", task_id=str(self.task.id), exc_info=True)
                if time.monotonic() > self._valid_until:
                    self.take_away()
                    return
            beats += 1

    def _extend_message(self) -> None:
        # The lease is extended MESSAGE_BEATS - 1 times more before the message is again.
        seconds = self._settings.lease_seconds + (MESSAGE_BEATS - 1) * self._settings.heartbeat_seconds + VISIBILITY_MARGIN_S
        aws.sqs().change_message_visibility(
            QueueUrl=self._queue_url,
            ReceiptHandle=self._receipt,
            VisibilityTimeout=ceil(seconds),
        )

    def _stop_work(self) -> None:
        for stop in self._on_loss:
            stop("the task was taken away")
