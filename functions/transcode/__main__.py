"""``python -m functions.transcode``: the worker process of a Fargate task, or of a laptop. SIGTERM hands all tasks back."""

import os
import signal
import threading

from functions.transcode.settings import WorkerSettings
from functions.transcode.worker import Worker
from matinee.observability import logger
from matinee.settings import DatabaseSettings, QueueSettings, StorageSettings, settings

STOP_SECONDS = 25.0  # Fargate gives 30
WAKE_SECONDS = 0.5


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    for needed in (DatabaseSettings, QueueSettings, StorageSettings):
        settings(needed)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker = Worker(settings(WorkerSettings))
    worker.start()
    logger.info("worker ready")
    # The kernel may give the signal to any thread, but Python handles it in this one, which has to wake up for that.
    while not stop.wait(WAKE_SECONDS):
        pass
    worker.stop(STOP_SECONDS)
    logger.info("worker stopped")
    os._exit(0)  # slots that wait for a message would hold the process for the rest of their long poll


if __name__ == "__main__":
    main()
