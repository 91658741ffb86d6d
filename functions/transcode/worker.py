"""The worker: slots that wait for messages, claim tasks and see them through.

Every slot listens to one queue, so express slots are always free for first pictures. A bulk slot takes express tasks that wait
before any of its own: nobody's ladder goes before anybody's first picture. A message says only that there is something to do;
which task is decided by the claim. A slot that has a message goes on claiming until nothing is left, and then deletes the
message: whatever is open is covered by one, in the queue or in flight, and a worker that dies gives its back.
"""

import os
import socket
import threading
import time
from math import ceil
from uuid import uuid4

from functions.transcode.failures import VideoFailure
from functions.transcode.fences import Fences
from functions.transcode.ffmpeg import OverLimitError
from functions.transcode.lease import Lease
from functions.transcode.outcome import bury, code_for, fail_video, let_go
from functions.transcode.probe import Prober
from functions.transcode.protection import Protection
from functions.transcode.settings import WorkerSettings
from functions.transcode.steps import Steps
from matinee import aws
from matinee.db import tasks, transaction
from matinee.observability import logger
from matinee.queues import Queue, queue_url

LONG_POLL_S = 10
RECEIVED_S = 10  # how long a message stays away that reached nobody: its worker died between receiving and claiming
RETRY_SECONDS = 2  # for a task that failed because of its file, as far as one can tell
AWAY_SECONDS = 2.0  # pause after the queue or the database could not be reached


class Slot(threading.Thread):
    """One task at a time from one queue."""

    def __init__(
        self,
        queue: Queue,
        number: int,
        steps: Steps,
        settings: WorkerSettings,
        stopping: threading.Event,
        protection: Protection,
        fences: Fences,
    ) -> None:
        super().__init__(name=f"{queue}-{number}", daemon=True)
        self._queues: tuple[Queue, ...] = ("express",) if queue == "express" else ("express", "bulk")
        self._url = queue_url(queue)
        self._steps = steps
        self._settings = settings
        self._stopping = stopping
        self._protection = protection
        self._fences = fences
        self._name = f"{socket.gethostname()}:{os.getpid()}:{self.name}"
        self.is_busy = False

    def run(self) -> None:
        """Serve until the worker stops."""
        while not self._stopping.is_set():
            try:
                self._serve_one()
            except Exception:  # noqa: BLE001 - a slot outlives whatever happens to the services around it
                logger.exception("queue or database cannot be reached")
                self._stopping.wait(AWAY_SECONDS)

    def _serve_one(self) -> None:
        answer = aws.sqs().receive_message(
            QueueUrl=self._url,
            WaitTimeSeconds=LONG_POLL_S,
            MaxNumberOfMessages=1,
            VisibilityTimeout=RECEIVED_S,
        )
        for message in answer.get("Messages", []):
            self.is_busy = True
            try:
                with self._protection.held():
                    self._serve(message["ReceiptHandle"])
            finally:
                self.is_busy = False

    def _serve(self, receipt: str) -> None:
        while not self._stopping.is_set():
            task = self._claim()
            if task is None:
                self._delete_message(receipt)
                return
            if not self._do(task, receipt):
                return
        self._return_message(receipt, 0)

    def _claim(self) -> tasks.Task | None:
        owner = f"{self._name}:{uuid4().hex[:12]}"
        with transaction() as tx:
            claims = (tasks.claim(tx, queue, owner, self._settings.lease_seconds) for queue in self._queues)
            return next((task for task in claims if task), None)

    def _do(self, task: tasks.Task, receipt: str) -> bool:
        logger.thread_safe_append_keys(video_id=str(task.video_id), task=f"{task.kind}-{task.tier}-{task.ordinal}")
        lease = Lease(task, self._settings, self._url, receipt, self._stopping)
        try:
            with self._fences.watching(lease):
                return self._see_through(task, lease, receipt)
        finally:
            lease.end()
            logger.thread_safe_clear_keys()

    def _see_through(self, task: tasks.Task, lease: Lease, receipt: str) -> bool:
        """Whether the message is still ours to go on with."""
        started = time.monotonic()
        logger.info("task begun", attempt=task.attempts)
        try:
            if task.attempts > tasks.MAX_ATTEMPTS:
                raise RuntimeError("its workers died")
            self._steps.run(lease)
        except tasks.LeaseLostError:
            logger.info("task taken away")
            self._release(task, lease)
            return True  # the next claim finds it again, if nobody has it
        except VideoFailure as failure:
            lease.end()
            fail_video(task, failure.code, failure.message)
        except Exception as error:  # noqa: BLE001 - any fault of a task is counted and tried again
            lease.end()
            if self._stopping.is_set():
                self._hand_back(task, receipt, None)
                return False
            if not self._owns(task):
                self._release(task, lease)
                return True
            if task.attempts < tasks.MAX_ATTEMPTS and not isinstance(error, OverLimitError):
                logger.warning("task failed, will be tried again", attempt=task.attempts, exc_info=True)
                self._hand_back(task, receipt, error)
                return False
            logger.exception("task failed for the last time")
            bury(task, error)
        logger.info("task over", seconds=round(time.monotonic() - started, 3))
        return True

    def _owns(self, task: tasks.Task) -> bool:
        try:
            with transaction() as tx:
                tasks.check_lease(tx, task)
        except tasks.LeaseLostError:
            return False
        return True

    def _release(self, task: tasks.Task, lease: Lease) -> None:
        lease.end()
        let_go(task)

    def _hand_back(self, task: tasks.Task, receipt: str, error: Exception | None) -> None:
        delay = self._retry_delay(task, error) if error else 0
        with transaction() as tx:
            tasks.hand_back(tx, task, str(error) if error else None, delay)
        # A little later than the task can be claimed: the clocks of the queue and of the database are not the same.
        self._return_message(receipt, ceil(delay) + 1 if delay else 0)

    def _retry_delay(self, task: tasks.Task, error: Exception) -> float:
        """Storage or a disk that fails now may do so for a while; a file that fails does so again at once."""
        return RETRY_SECONDS if code_for(error) == "corrupt" else self._settings.retry_seconds * task.attempts**2

    def _return_message(self, receipt: str, delay_seconds: int) -> None:
        aws.sqs().change_message_visibility(QueueUrl=self._url, ReceiptHandle=receipt, VisibilityTimeout=delay_seconds)

    def _delete_message(self, receipt: str) -> None:
        aws.sqs().delete_message(QueueUrl=self._url, ReceiptHandle=receipt)


def _slots_of(settings: WorkerSettings) -> tuple[tuple[Queue, int], ...]:
    return ("express", settings.express_slots), ("bulk", settings.bulk_slots)


class Worker:
    """The slots of one process."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._stopping = threading.Event()
        self._prober = Prober(settings)
        self._protection = Protection(settings.ecs_agent_uri)
        steps = Steps(settings, self._prober, cores=os.cpu_count() or 1)
        self._fences = Fences(self._stopping)
        self._slots = [
            Slot(queue, number, steps, settings, self._stopping, self._protection, self._fences)
            for queue, count in _slots_of(settings)
            for number in range(count)
        ]

    def start(self) -> None:
        """Begin to serve."""
        self._fences.start()
        for slot in self._slots:
            slot.start()

    def stop(self, within_seconds: float) -> None:
        """Hand all tasks back. Slots that only wait for a message are left to the end of the process."""
        self._stopping.set()
        deadline = time.monotonic() + within_seconds
        while any(slot.is_busy for slot in self._slots) and time.monotonic() < deadline:
            time.sleep(0.05)
        self._prober.close()
        self._protection.close()
